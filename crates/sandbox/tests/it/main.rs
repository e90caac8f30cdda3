//! The server as a client meets it: through its router, without a socket unless the socket is the point.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should panic, in its helpers too")]

mod after_commit;
mod auth;
mod books;
mod control;
mod faults;
mod program;
mod restart;
mod strangers;
mod support;
mod table;
mod waiting;
