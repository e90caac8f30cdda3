//! The machine: clock and random numbers, folders, keychain, the system's name. It uses nothing of the program.

pub mod crash;
pub mod folders;
pub mod host;
pub mod keychain;
pub mod log_level;
pub mod private_folder;
pub mod system;
pub mod witness;
