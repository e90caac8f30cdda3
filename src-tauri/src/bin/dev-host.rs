//! The development host. It runs until its standard input is closed by the process that started it.
//!
//! Prints one line of JSON when it is ready: `{"url":"http://127.0.0.1:50123","key":"…"}`.

use std::{
    io::{self, Read as _},
    process::ExitCode,
};

use probonus_office::dev::{DevHost, Options};

const USAGE: &str = "dev-host [--port N] [--page http://127.0.0.1:1420] [--wizard]";

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        tell(USAGE);
        return ExitCode::FAILURE;
    };
    match tauri::async_runtime::block_on(run(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options { port: 0, page: "http://127.0.0.1:1420".to_owned(), wizard: false };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => options.port = arguments.next()?.parse().ok()?,
            "--page" => options.page = arguments.next()?,
            "--wizard" => options.wizard = true,
            _ => return None,
        }
    }
    Some(options)
}

#[expect(clippy::print_stdout, reason = "the line that says where the host is")]
async fn run(options: Options) -> io::Result<()> {
    let host = DevHost::start(options).await?;
    println!("{}", serde_json::json!({ "url": host.url, "key": host.key }));
    host.serve(input_ends()).await
}

/// Ready when the standard input is closed.
async fn input_ends() {
    let read = tokio::task::spawn_blocking(|| io::stdin().read_to_end(&mut Vec::new()));
    // An error ends the input too.
    let _ = read.await;
}

#[expect(clippy::print_stderr, reason = "a developer's command, which has no log")]
fn tell(words: &str) {
    eprintln!("{words}");
}
