//! The edge: the window, the logs, and how the program starts and ends.

pub mod logs;
pub mod run;
pub mod store;
pub mod window;
