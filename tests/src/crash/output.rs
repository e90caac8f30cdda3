//! What the worker tells the campaign, line by line.

/// One line of the output, at once: the reader may kill this process on reading it.
#[expect(clippy::print_stdout, reason = "whoever started the process reads from its output how far it is")]
pub(super) fn say(line: &str) {
    println!("{line}");
}
