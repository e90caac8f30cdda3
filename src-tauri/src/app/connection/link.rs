//! The connection between the office and the server of the open mode. The office holds one `Link` for as long as the mode is
//! open. The client behind it can be replaced (a new token, another binding) or removed (the keychain is locked).

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use async_trait::async_trait;
use jiff::SignedDuration;
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Delivery, Error, ErrorKind, ExternalCheck, Group, History,
    LatestTransactions, Loyalty, Method, NewAccount, Period, Phone, Receipt, ReceiptId, Refill, ReturnCheck, Span,
    Transaction, WriteAnswer, client::ANYBODY,
};
use tokio::sync::watch;

use crate::view::{RightsDoubt, SessionState};

/// A replaceable client, with the state of the session that its last answer showed.
pub(crate) struct Link {
    /// Whether no client can be attached, so that nothing can be sent over this link.
    is_sealed: bool,
    end: RwLock<End>,
    session: watch::Sender<SessionState>,
    clock: watch::Sender<Option<i32>>,
    rights: watch::Sender<Option<RightsDoubt>>,
    /// Counts answers that could not be read.
    unread: watch::Sender<u64>,
}

/// The client behind the link.
#[derive(Clone, Default)]
struct End {
    server: Option<Arc<dyn Loyalty>>,
    /// Counts changes of the session. An answer to a request of an earlier session says nothing about the present one.
    turn: u64,
    /// Counts attached clients, also when the same server gets another binding.
    binding: u64,
}

impl End {
    fn change(&mut self, server: Option<Arc<dyn Loyalty>>) {
        *self = Self { server, turn: self.turn + 1, binding: self.binding + 1 };
    }
}

/// A difference of the clocks below this many minutes is not shown.
const TOLERABLE: u32 = 5;

impl Default for Link {
    fn default() -> Self {
        Self {
            is_sealed: false,
            end: RwLock::default(),
            session: watch::Sender::new(SessionState::OfflineUnknown),
            clock: watch::Sender::new(None),
            rights: watch::Sender::new(None),
            unread: watch::Sender::new(0),
        }
    }
}

impl Link {
    /// The link of the safe mode: it never attaches a client, so nothing can be sent over it.
    #[must_use]
    pub fn sealed() -> Self {
        Self { is_sealed: true, ..Self::default() }
    }

    /// Attaches a client, in place of the one before.
    pub fn attach(&self, server: Arc<dyn Loyalty>, session: SessionState) {
        if self.is_sealed {
            return;
        }
        let mut end = self.end.write().unwrap_or_else(PoisonError::into_inner);
        end.change(Some(server));
        self.session.send_replace(session);
        self.rights.send_replace(None);
    }

    /// Attaches the same server with another binding. The session stays as it is. Does nothing if no client is attached.
    pub fn attach_anew(&self, server: Arc<dyn Loyalty>) {
        let mut end = self.end.write().unwrap_or_else(PoisonError::into_inner);
        if end.server.is_some() {
            // The turn stays: answers that are still awaited belong to this session.
            end.server = Some(server);
            end.binding += 1;
        }
    }

    /// Removes the client, because no secret is at hand. Every later call fails with `sign_in_again` and is not sent.
    pub fn detach(&self) {
        self.detach_as(SessionState::NoSecret);
    }

    /// As [`Link::detach`], with another reason than a missing secret. Example: the keychain is locked.
    pub fn detach_as(&self, session: SessionState) {
        let mut end = self.end.write().unwrap_or_else(PoisonError::into_inner);
        end.change(None);
        self.session.send_replace(session);
    }

    /// The state of the session; the receiver also sees each change.
    #[must_use]
    pub fn session(&self) -> watch::Receiver<SessionState> {
        self.session.subscribe()
    }

    /// By how many minutes the server's clock is ahead of ours (negative: behind), if that is [worth showing](TOLERABLE).
    /// The receiver also sees each change.
    #[must_use]
    pub fn clock_ahead(&self) -> watch::Receiver<Option<i32>> {
        self.clock.subscribe()
    }

    /// Why the server's description may have other methods now. The receiver also sees each change.
    #[must_use]
    pub fn rights_doubt(&self) -> watch::Receiver<Option<RightsDoubt>> {
        self.rights.subscribe()
    }

    /// How many answers could not be read, or came from a method that is not there. The receiver also sees each change. The server's
    /// description may be another one now.
    #[must_use]
    pub fn unread(&self) -> watch::Receiver<u64> {
        self.unread.subscribe()
    }

    /// Notes why the user's rights may have changed; `None`: the description was read since.
    pub fn doubt_rights(&self, doubt: Option<RightsDoubt>) {
        self.rights.send_if_modified(|now| std::mem::replace(now, doubt) != doubt);
    }

    /// Reads from the server once, so that the page knows the state of the session. If the answer is a server fault and the state
    /// was unknown, the server counts as unreachable.
    pub async fn greet(&self) {
        let mut answer = self.groups().await.map(drop);
        if answer.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unsupported)
            && let Ok(anybody) = ANYBODY.parse()
        {
            answer = self.find_by_phone(&anybody).await.map(drop);
        }
        if answer.is_err_and(|error| error.kind() == ErrorKind::ServerFault) {
            self.session.send_if_modified(|now| {
                let was_unknown = *now == SessionState::OfflineUnknown;
                if was_unknown {
                    *now = SessionState::Unreachable;
                }
                was_unknown
            });
        }
    }

    /// Asks again after each `pause` as long as the server is unreachable, so that the notice on the page goes away by itself.
    pub async fn ask_again(&self, pause: Duration) {
        let mut session = self.session();
        while session.wait_for(|now| *now == SessionState::Unreachable).await.is_ok() {
            tokio::time::sleep(pause).await;
            if *session.borrow() == SessionState::Unreachable {
                self.greet().await;
            }
        }
    }

    fn peek(&self) -> Option<Arc<dyn Loyalty>> {
        self.end.read().unwrap_or_else(PoisonError::into_inner).server.clone()
    }

    /// Calls the attached client, and derives the state of the session from its answer.
    async fn ask<T, F>(&self, call: impl FnOnce(Arc<dyn Loyalty>) -> F + Send) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let End { server, turn, .. } = self.end.read().unwrap_or_else(PoisonError::into_inner).clone();
        let nobody = || match self.is_sealed {
            true => Error::new(ErrorKind::CannotConnect, Delivery::NotSent).with_detail("the safe mode has no network"),
            false => Error::new(ErrorKind::SignInAgain, Delivery::NotSent),
        };
        let server = server.ok_or_else(nobody)?;
        let answer = call(Arc::clone(&server)).await;
        // The offset is that of the client that got the answer: a client that replaced it may not know the server's clock yet.
        self.heard(turn, server.clock_offset(), answer)
    }

    /// Updates the clock by an answer. Also updates the session and the doubt about the rights, unless the session has changed since
    /// the request.
    fn heard<T>(&self, turn: u64, offset: Option<SignedDuration>, answer: Result<T, Error>) -> Result<T, Error> {
        let ahead = offset.and_then(worth_a_word);
        self.clock.send_if_modified(|now| {
            let changed = match (*now, ahead) {
                // A change of one minute is not reported: two answers never give exactly the same offset.
                (Some(now), Some(ahead)) => now.abs_diff(ahead) > 1,
                (now, ahead) => now != ahead,
            };
            if changed {
                *now = ahead;
            }
            changed
        });
        let is_unread = |error: &Error| matches!(error.kind(), ErrorKind::Unreadable | ErrorKind::NoSuchMethod);
        if answer.as_ref().is_err_and(is_unread) {
            self.unread.send_modify(|count| *count += 1);
        }
        let state = match &answer {
            Ok(_) => Some(SessionState::SignedIn),
            Err(error) => session_after(error.kind()),
        };
        let end = self.end.read().unwrap_or_else(PoisonError::into_inner);
        let forbidden = answer.as_ref().err().filter(|error| error.kind() == ErrorKind::Forbidden);
        if let Some(method) = forbidden.filter(|_| end.turn == turn).and_then(Error::method) {
            self.doubt_rights(Some(RightsDoubt::Forbidden { method }));
        }
        if let Some(state) = state.filter(|_| end.turn == turn) {
            self.session.send_if_modified(|now| std::mem::replace(now, state) != state);
        }
        answer
    }
}

/// A difference of clocks in minutes, if it is large enough to be shown.
fn worth_a_word(offset: SignedDuration) -> Option<i32> {
    let minutes = i32::try_from(offset.as_mins()).unwrap_or(if offset.is_negative() { i32::MIN } else { i32::MAX });
    (minutes.unsigned_abs() >= TOLERABLE).then_some(minutes)
}

/// The state of the session after a failure; `None`: it does not change.
const fn session_after(kind: ErrorKind) -> Option<SessionState> {
    match kind {
        ErrorKind::SignInAgain => Some(SessionState::SignInAgain),
        kind if kind.is_of_the_way() => Some(SessionState::Unreachable),
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

    async fn history(&self, account: &AccountId, span: Span) -> Result<History, Error> {
        self.ask(async |server| server.history(account, span).await).await
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

    /// It counts attached clients; see the port. The office sends no write whose reads were made with another binding.
    fn binding_revision(&self) -> u64 {
        self.end.read().unwrap_or_else(PoisonError::into_inner).binding
    }

    fn cached_answers(&self) -> u64 {
        self.peek().map_or(0, |server| server.cached_answers())
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

    #[tokio::test]
    async fn nothing_leaves_by_a_sealed_line_whoever_is_at_its_other_end() {
        let link = Link::sealed();
        for _ in 0..2 {
            let error = link.groups().await.unwrap_err();
            assert_eq!((error.kind(), error.delivery()), (ErrorKind::CannotConnect, Delivery::NotSent));
            link.attach(Arc::new(Link::default()), SessionState::SignedIn);
            link.attach_anew(Arc::new(Link::default()));
        }
        assert!(link.peek().is_none());
        assert_eq!(*link.session().borrow(), SessionState::OfflineUnknown);
    }

    #[test]
    fn each_change_of_the_session_is_reported_once() {
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
        assert_eq!(*link.session().borrow(), SessionState::NoSecret);
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
        assert_eq!(session_after(ErrorKind::ServerFault), None);
        assert_eq!(session_after(ErrorKind::Unsupported), None);
        for kind in [ErrorKind::Timeout, ErrorKind::CertificateExpired, ErrorKind::ProxyPassword, ErrorKind::WebPage] {
            assert_eq!(session_after(kind), Some(SessionState::Unreachable), "{kind:?}");
        }
    }

    #[tokio::test]
    async fn a_change_of_the_server_or_of_its_binding_is_reported() {
        let link = Link::default();
        let server = || -> Arc<dyn Loyalty> { Arc::new(Link::default()) };
        let at_first = link.binding_revision();
        link.attach(server(), SessionState::SignedIn);
        let attached = link.binding_revision();
        link.attach_anew(server());
        assert!(at_first < attached && attached < link.binding_revision());
    }
}
