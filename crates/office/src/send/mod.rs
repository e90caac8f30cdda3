//! Sending: one attempt, the outbox, and the recovery at a start.

mod attempt;
mod canary;
mod outbox;
mod owner;
mod preflight;
mod recovery;
mod retry;
mod settle;

pub use self::{
    attempt::try_to_send,
    outbox::work,
    owner::{Owner, owner_of},
    recovery::{adopt, recover},
};
