//! The program's executable.

// A console window beside the program would only frighten.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match probonus_office::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "there can be no window");
            ExitCode::FAILURE
        }
    }
}
