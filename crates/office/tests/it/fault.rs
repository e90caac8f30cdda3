//! What goes wrong with a write to the test double.

use std::time::Duration;

use probonus::{AccountId, Delivery, Error, ErrorKind, WriteAnswer};

/// What becomes of the next write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it is done and answered.
    None,
    /// Done, and the answer is lost.
    AnswerLost,
    /// Never arrived; we can't know that.
    RequestLost,
    /// Arrives this long after we gave it up.
    Late(Duration),
    /// Surely not sent.
    NotSent,
    /// Refused with 400.
    Refused,
    /// Refused with 429.
    TooMany,
    /// The session is over.
    SignInAgain,
    /// Done, and refused with 403 all the same.
    RefusedAfterWork,
    /// Refused with 422, and done this long after; or done at once, and shown this long after by what answers reads.
    RefusedThenLate(Duration),
    /// Done, and then answered that the session is over.
    SignInAgainAfterWork,
    /// Answered that the session is over, and done this long after.
    SignInAgainThenLate(Duration),
    /// Done twice and answered once: a proxy sends it again.
    Twice,
    /// Done and answered, and done again this long after.
    Again(Duration),
    /// Done and answered, after this long.
    Slow(Duration),
    /// Never arrives: a proxy answers with what was said to a request for this account.
    AnsweredFor(&'static str),
    /// The same, with an entry of the same account that the journal does not know.
    Replayed,
    /// Never arrives: a proxy answers 200 with nothing in it.
    Empty,
    /// Never arrives, and is answered with `World::says`.
    Says,
    /// Done, and answered with `World::says` and the entry.
    DoneAndSays,
}

/// What a proxy answers in place of the server.
pub fn said_to_another(fault: Fault) -> WriteAnswer {
    let (account, transaction) = match fault {
        Fault::AnsweredFor(other) => (Some(AccountId::new(other)), None),
        Fault::Replayed => (None, Some("77777".to_owned())),
        _ => (None, None),
    };
    WriteAnswer { account, transaction, ..WriteAnswer::default() }
}

pub fn signed_out() -> Error {
    Error::new(ErrorKind::SignInAgain, Delivery::Unknown).with_status(401)
}

pub fn refused(message: &str) -> Error {
    Error::new(ErrorKind::Refused, Delivery::Refused).with_status(400).with_server_message(message)
}
