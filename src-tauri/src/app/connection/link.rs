//! The line to the server of the mode. The office holds it for as long as the mode is open; what is at its other end
//! may change: a new token, another way in, nobody while the keychain is locked.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::SignedDuration;
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Delivery, Error, ErrorKind, ExternalCheck, Group,
    LatestTransactions, Loyalty, Method, NewAccount, Period, Phone, Receipt, ReceiptId, Refill, ReturnCheck,
    Transaction, WriteAnswer,
};
use tokio::sync::watch;

use crate::view::SessionState;

/// The line, and what its last answer told of the session.
pub struct Link {
    end: RwLock<End>,
    session: watch::Sender<SessionState>,
    clock: watch::Sender<Option<i32>>,
}

/// What is at the other end.
#[derive(Clone, Default)]
struct End {
    server: Option<Arc<dyn Loyalty>>,
    /// Grows with each change of the session: an answer that comes after one tells nothing of the session that is now.
    turn: u64,
    /// Grows with each server that is put here, also with the same one that is spoken to otherwise.
    binding: u64,
}

impl End {
    fn change(&mut self, server: Option<Arc<dyn Loyalty>>) {
        *self = Self { server, turn: self.turn + 1, binding: self.binding + 1 };
    }
}

/// Clocks that differ by less need no word, minutes.
const TOLERABLE: u32 = 5;

impl Default for Link {
    fn default() -> Self {
        Self {
            end: RwLock::default(),
            session: watch::Sender::new(SessionState::OfflineUnknown),
            clock: watch::Sender::new(None),
        }
    }
}

impl Link {
    /// Puts a server at the other end.
    pub fn attach(&self, server: Arc<dyn Loyalty>, session: SessionState) {
        let mut end = self.end.write().unwrap_or_else(PoisonError::into_inner);
        end.change(Some(server));
        self.session.send_replace(session);
    }

    /// Puts the same server there, spoken to otherwise from now on: the session is as it was. Nothing is done if nobody
    /// is there any more.
    pub fn attach_anew(&self, server: Arc<dyn Loyalty>) {
        let mut end = self.end.write().unwrap_or_else(PoisonError::into_inner);
        if end.server.is_some() {
            // The turn stays: what is being answered now still tells of this session.
            end.server = Some(server);
            end.binding += 1;
        }
    }

    /// Leaves nobody at the other end: whoever calls is told to sign in.
    pub fn detach(&self) {
        self.detach_as(SessionState::SignInAgain);
    }

    /// As [`Link::detach`], where the session stands otherwise: the keychain keeps the secret to itself.
    pub fn detach_as(&self, session: SessionState) {
        let mut end = self.end.write().unwrap_or_else(PoisonError::into_inner);
        end.change(None);
        self.session.send_replace(session);
    }

    /// How the session stands, and each change of it.
    #[must_use]
    pub fn session(&self) -> watch::Receiver<SessionState> {
        self.session.subscribe()
    }

    /// How many minutes the server's clock is ahead of ours (negative: behind), where that is worth a word; and each
    /// change of it.
    #[must_use]
    pub fn clock_ahead(&self) -> watch::Receiver<Option<i32>> {
        self.clock.subscribe()
    }

    fn peek(&self) -> Option<Arc<dyn Loyalty>> {
        self.end.read().unwrap_or_else(PoisonError::into_inner).server.clone()
    }

    /// Asks who is at the other end, and notes what the answer tells of the session.
    async fn ask<T, F>(&self, call: impl FnOnce(Arc<dyn Loyalty>) -> F + Send) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let End { server, turn, .. } = self.end.read().unwrap_or_else(PoisonError::into_inner).clone();
        let server = server.ok_or_else(|| Error::new(ErrorKind::SignInAgain, Delivery::NotSent))?;
        let answer = call(Arc::clone(&server)).await;
        // The clock of the one who answered: who has taken its place meanwhile may not have heard of any yet.
        self.heard(turn, server.clock_offset(), answer)
    }

    /// Notes what an answer to a question of this turn tells of the session and of the server's clock.
    fn heard<T>(&self, turn: u64, offset: Option<SignedDuration>, answer: Result<T, Error>) -> Result<T, Error> {
        let ahead = offset.and_then(worth_a_word);
        self.clock.send_if_modified(|now| {
            let changed = match (*now, ahead) {
                // Two answers are never timed quite alike.
                (Some(now), Some(ahead)) => now.abs_diff(ahead) > 1,
                (now, ahead) => now != ahead,
            };
            if changed {
                *now = ahead;
            }
            changed
        });
        let state = match &answer {
            Ok(_) => Some(SessionState::SignedIn),
            Err(error) => told_by(error.kind()),
        };
        let end = self.end.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = state.filter(|_| end.turn == turn) {
            self.session.send_if_modified(|now| std::mem::replace(now, state) != state);
        }
        answer
    }
}

/// A difference of clocks in minutes, if it is more than anybody would put up with.
fn worth_a_word(offset: SignedDuration) -> Option<i32> {
    let minutes = i32::try_from(offset.as_mins()).unwrap_or(if offset.is_negative() { i32::MIN } else { i32::MAX });
    (minutes.unsigned_abs() >= TOLERABLE).then_some(minutes)
}

/// What a failure tells of the session; `None`: nothing.
const fn told_by(kind: ErrorKind) -> Option<SessionState> {
    match kind {
        ErrorKind::SignInAgain => Some(SessionState::SignInAgain),
        kind if kind.is_of_the_way() => Some(SessionState::OfflineUnknown),
        ErrorKind::Refused | ErrorKind::Forbidden => Some(SessionState::SignedIn),
        _ => None,
    }
}

#[async_trait]
impl Loyalty for Link {
    async fn groups(&self) -> Result<Vec<Group>, Error> {
        self.ask(async |server| server.groups().await).await
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        self.ask(async |server| server.find_by_phone(phone).await).await
    }

    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error> {
        self.ask(async |server| server.transactions(account, period).await).await
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        self.ask(async |server| server.last_transactions(account, count).await).await
    }

    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error> {
        self.ask(async |server| server.balance(account).await).await
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error> {
        self.ask(async |server| server.receipt(id).await).await
    }

    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error> {
        self.ask(async |server| server.insert_by_template(account).await).await
    }

    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        self.ask(async |server| server.update(update).await).await
    }

    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        self.ask(async |server| server.refill(refill).await).await
    }

    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        self.ask(async |server| server.register_check(check).await).await
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.ask(async |server| server.return_check(check).await).await
    }

    fn clock_offset(&self) -> Option<SignedDuration> {
        self.peek()?.clock_offset()
    }

    /// A write whose reads were made by another binding is not sent: see the port.
    fn binding_revision(&self) -> u64 {
        self.end.read().unwrap_or_else(PoisonError::into_inner).binding
    }

    fn unsupported(&self, method: Method) -> Option<String> {
        self.peek()?.unsupported(method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn with_nobody_at_the_other_end_nothing_is_sent() {
        let link = Link::default();
        let error = link.groups().await.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::SignInAgain, Delivery::NotSent));
    }

    #[test]
    fn each_change_of_the_session_is_told_once() {
        let link = Link::default();
        let mut session = link.session();
        let lost = || Err::<(), _>(Error::new(ErrorKind::SignInAgain, Delivery::Refused));
        link.heard(0, None, lost()).unwrap_err();
        assert!(session.has_changed().unwrap());
        assert_eq!(*session.borrow_and_update(), SessionState::SignInAgain);
        link.heard(0, None, lost()).unwrap_err();
        assert!(!session.has_changed().unwrap(), "the same again is no change");
        link.heard(0, None, Ok(())).unwrap();
        assert_eq!(*session.borrow_and_update(), SessionState::SignedIn);
    }

    #[test]
    fn an_answer_that_comes_after_the_sign_out_tells_nothing() {
        let link = Link::default();
        link.attach(Arc::new(Link::default()), SessionState::SignedIn);
        let asked = link.end.read().unwrap().turn;
        link.detach();
        link.heard(asked, None, Ok(())).unwrap();
        assert_eq!(*link.session().borrow(), SessionState::SignInAgain);
        link.attach_anew(Arc::new(Link::default()));
        assert!(link.peek().is_none(), "nobody comes back by himself");
    }

    #[test]
    fn an_answer_that_comes_after_the_server_was_learnt_anew_still_tells_of_the_session() {
        let link = Link::default();
        link.attach(Arc::new(Link::default()), SessionState::OfflineUnknown);
        let asked = link.end.read().unwrap().turn;
        link.attach_anew(Arc::new(Link::default()));
        link.heard(asked, None, Ok(())).unwrap();
        assert_eq!(*link.session().borrow(), SessionState::SignedIn);
    }

    #[test]
    fn an_answer_from_before_the_server_was_learnt_anew_forgets_no_clock() {
        let link = Link::default();
        link.attach(Arc::new(Link::default()), SessionState::SignedIn);
        let (asked, ahead) = (link.end.read().unwrap().turn, Some(SignedDuration::from_hours(24)));
        link.heard(asked, ahead, Ok(())).unwrap();
        link.attach_anew(Arc::new(Link::default()));
        link.heard(asked, ahead, Ok(())).unwrap();
        assert_eq!(*link.clock_ahead().borrow(), Some(24 * 60));
    }

    #[test]
    fn clocks_are_named_only_where_they_differ_much() {
        assert_eq!(worth_a_word(SignedDuration::from_secs(-4 * 60 - 59)), None);
        assert_eq!(worth_a_word(SignedDuration::from_hours(24)), Some(24 * 60));
        assert_eq!(worth_a_word(SignedDuration::from_mins(-5)), Some(-5));
        assert_eq!(worth_a_word(SignedDuration::MIN), Some(i32::MIN));
    }

    #[test]
    fn a_server_that_fails_tells_nothing_of_the_session() {
        assert_eq!(told_by(ErrorKind::ServerFault), None);
        assert_eq!(told_by(ErrorKind::Unsupported), None);
        for kind in [ErrorKind::Timeout, ErrorKind::CertificateExpired, ErrorKind::ProxyPassword, ErrorKind::WebPage] {
            assert_eq!(told_by(kind), Some(SessionState::OfflineUnknown), "{kind:?}");
        }
    }

    #[tokio::test]
    async fn a_change_of_the_server_or_of_its_binding_is_told() {
        let link = Link::default();
        let server = || -> Arc<dyn Loyalty> { Arc::new(Link::default()) };
        let at_first = link.binding_revision();
        link.attach(server(), SessionState::SignedIn);
        let attached = link.binding_revision();
        link.attach_anew(server());
        assert!(at_first < attached && attached < link.binding_revision());
    }
}
