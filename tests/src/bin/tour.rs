//! `tour <walk> <folder>`: drives the program through a walk in its training mode and leaves screenshots in the folder.
#![allow(clippy::print_stderr, reason = "a developer's command, which has no log")]

use std::path::PathBuf;
use std::process::ExitCode;

use house_tests::desktop::{Result, tours};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(walk), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("tour demo|guide <folder>");
        return ExitCode::FAILURE;
    };
    let folder = PathBuf::from(folder);
    let outcome: Result = match walk.to_str() {
        Some("demo") => tours::demo(&folder).await,
        Some("guide") => tours::guide(&folder).await,
        _ => Err(anyhow::anyhow!("no walk is called {}", walk.display())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
