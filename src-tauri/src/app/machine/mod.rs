//! The machine: clock and random numbers, folders, keychain, the entry of the sign-in, the system's name. It uses no
//! rule of the program.

pub mod autostart;
pub mod crash;
pub mod folders;
pub mod host;
pub mod keychain;
pub mod log_level;
pub mod private_folder;
pub mod system;
pub mod witness;
