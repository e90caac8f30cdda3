//! Sending: one attempt, the outbox, and the recovery at a start.

mod attempt;
mod call;
mod outbox;
mod recovery;
mod retry;

pub use self::{
    attempt::try_to_send,
    call::call,
    outbox::work,
    recovery::{adopt, recover},
};
