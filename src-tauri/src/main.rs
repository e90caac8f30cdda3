//! The program's executable.

// A console window beside the program would only frighten.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    probonus_office::run()
}
