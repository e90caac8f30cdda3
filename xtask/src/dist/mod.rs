//! What is handed out, made from this repository: `cargo xtask dist windows`, `linux`, `macos`; and the checks that it does
//! what it should on its system: `cargo xtask test-windows`, `test-linux`. Slow, and no part of `test`.
//!
//! - `windows`, `linux`, `macos`: the commands
//! - `manifest`: what the updater of the program reads, made last
//! - `place`: names and folders
//! - `cross`: the program built for Windows on Debian
//! - `contents`: what the built program must carry, looked at in its bytes
//! - `sign`: Authenticode signatures
//! - `update`: the signature by which the program accepts an update
//! - `checksums`: those of all that was made
//! - `installer`, `portable`: what people download
//! - `parts`, `sbom`: what of others is inside, with its licences
//! - `wine`: a Windows of our own, in a folder; with it `suites` runs the tests and `scenario` installs, upgrades, removes

mod checksums;
mod contents;
pub mod cross;
mod installer;
pub mod linux;
pub mod macos;
pub mod manifest;
mod parts;
mod place;
mod portable;
mod sbom;
mod scenario;
mod sign;
mod suites;
mod update;
pub mod windows;
mod wine;
