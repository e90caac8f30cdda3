//! What spans rooms.

pub mod desktop;
