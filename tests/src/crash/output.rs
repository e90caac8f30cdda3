//! The worker's reports to the campaign, one a line.

/// Writes a line and flushes: the campaign may kill this process as soon as it reads it.
#[expect(clippy::print_stdout, reason = "whoever started the process reads from its output how far it is")]
pub(super) fn say(line: &str) {
    println!("{line}");
}
