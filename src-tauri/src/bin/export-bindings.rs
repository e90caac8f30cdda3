//! Writes the TypeScript of the commands' and events' types to the file that is named.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        tell("name the file to write");
        return ExitCode::FAILURE;
    };
    match probonus_office::export_bindings(path.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a developer's command, which has no log")]
fn tell(words: &str) {
    eprintln!("{words}");
}
