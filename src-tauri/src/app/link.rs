//! The line to the server of the mode. The office holds it for as long as the mode is open; what is at its other end
//! may change: a new token, another way in, nobody while the keychain is locked.

use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use jiff::SignedDuration;
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Delivery, Error, ErrorKind, ExternalCheck, Group, Loyalty,
    Method, NewAccount, Period, Phone, Receipt, ReceiptId, Refill, ReturnCheck, Transaction, WriteAnswer,
};
use tokio::sync::watch;

use crate::view::SessionState;

/// The line, and what its last answer told of the session.
pub struct Link {
    server: RwLock<Option<Arc<dyn Loyalty>>>,
    session: watch::Sender<SessionState>,
}

impl Default for Link {
    fn default() -> Self {
        Self { server: RwLock::new(None), session: watch::Sender::new(SessionState::OfflineUnknown) }
    }
}

impl Link {
    /// Puts a server at the other end.
    pub fn attach(&self, server: Arc<dyn Loyalty>, session: SessionState) {
        *self.server.write().unwrap_or_else(PoisonError::into_inner) = Some(server);
        self.session.send_replace(session);
    }

    /// Leaves nobody at the other end: whoever calls is told to sign in.
    pub fn detach(&self) {
        *self.server.write().unwrap_or_else(PoisonError::into_inner) = None;
        self.session.send_replace(SessionState::SignInAgain);
    }

    /// How the session stands, and each change of it.
    #[must_use]
    pub fn session(&self) -> watch::Receiver<SessionState> {
        self.session.subscribe()
    }

    fn peek(&self) -> Option<Arc<dyn Loyalty>> {
        self.server.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn server(&self) -> Result<Arc<dyn Loyalty>, Error> {
        self.peek().ok_or_else(|| Error::new(ErrorKind::SignInAgain, Delivery::NotSent))
    }

    /// Notes what an answer tells of the session.
    fn heard<T>(&self, answer: Result<T, Error>) -> Result<T, Error> {
        let state = match &answer {
            Ok(_) => Some(SessionState::SignedIn),
            Err(error) => told_by(error.kind()),
        };
        if let Some(state) = state {
            self.session.send_if_modified(|now| std::mem::replace(now, state) != state);
        }
        answer
    }
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
        self.heard(self.server()?.groups().await)
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        self.heard(self.server()?.find_by_phone(phone).await)
    }

    async fn transactions(&self, account: &AccountId, period: Period) -> Result<Vec<Transaction>, Error> {
        self.heard(self.server()?.transactions(account, period).await)
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<Vec<Transaction>, Error> {
        self.heard(self.server()?.last_transactions(account, count).await)
    }

    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error> {
        self.heard(self.server()?.balance(account).await)
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error> {
        self.heard(self.server()?.receipt(id).await)
    }

    async fn insert_by_template(&self, account: &NewAccount) -> Result<WriteAnswer, Error> {
        self.heard(self.server()?.insert_by_template(account).await)
    }

    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        self.heard(self.server()?.update(update).await)
    }

    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        self.heard(self.server()?.refill(refill).await)
    }

    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        self.heard(self.server()?.register_check(check).await)
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        self.heard(self.server()?.return_check(check).await)
    }

    fn clock_offset(&self) -> Option<SignedDuration> {
        self.peek()?.clock_offset()
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
        link.heard(lost()).unwrap_err();
        assert!(session.has_changed().unwrap());
        assert_eq!(*session.borrow_and_update(), SessionState::SignInAgain);
        link.heard(lost()).unwrap_err();
        assert!(!session.has_changed().unwrap(), "the same again is no change");
        link.heard(Ok(())).unwrap();
        assert_eq!(*session.borrow_and_update(), SessionState::SignedIn);
    }

    #[test]
    fn a_server_that_fails_tells_nothing_of_the_session() {
        assert_eq!(told_by(ErrorKind::ServerFault), None);
        assert_eq!(told_by(ErrorKind::Unsupported), None);
        for kind in [ErrorKind::Timeout, ErrorKind::CertificateExpired, ErrorKind::ProxyPassword, ErrorKind::WebPage] {
            assert_eq!(told_by(kind), Some(SessionState::OfflineUnknown), "{kind:?}");
        }
    }
}
