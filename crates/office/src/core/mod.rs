//! What every step of the pipeline stands on: the ports, the gate, the account queues, the backlog and the pace.

pub mod backlog;
pub mod engine;
pub mod gate;
pub mod known_guests;
pub mod locks;
pub mod pace;
