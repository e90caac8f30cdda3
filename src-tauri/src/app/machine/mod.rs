//! The machine: clock and chance, folders, keychain, the system's name. Knows nothing of the program.

pub mod crash;
pub mod folders;
pub mod host;
pub mod keychain;
pub mod log_level;
pub mod private_folder;
pub mod system;
pub mod witness;
