//! The machine: clock and chance, folders, keychain. Knows nothing of the program.

pub mod folders;
pub mod host;
pub mod keychain;
pub mod private_folder;
pub mod witness;
