//! The program's executable.

// Without it Windows would open a console window beside the program.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    probonus_office::run()
}
