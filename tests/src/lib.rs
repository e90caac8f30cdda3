//! What spans rooms, as a library that the test binaries and the developer's commands share.

pub mod bench;
pub mod crash;
pub mod desktop;
pub mod simulation;
