//! What is handed out, made from this repository: `cargo xtask dist windows`; and the check that it does what it should on
//! its system: `cargo xtask test-windows`. Slow, and no part of `test`.
//!
//! - `windows`: the two commands
//! - `place`: names and folders
//! - `cross`: the program built for Windows on Debian
//! - `contents`: what the built program must carry, looked at in its bytes
//! - `sign`: Authenticode signatures
//! - `installer`, `portable`: what people download
//! - `parts`, `sbom`: what of others is inside, with its licences
//! - `wine`: a Windows of our own, in a folder; with it `suites` runs the tests and `scenario` installs, upgrades, removes

mod contents;
pub mod cross;
mod installer;
mod parts;
mod place;
mod portable;
mod sbom;
mod scenario;
mod sign;
mod suites;
pub mod windows;
mod wine;
