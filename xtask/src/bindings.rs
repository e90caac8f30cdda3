//! The page's bindings of the program's commands, generated from the commands themselves.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::{run, test};

/// The generated file, as it lies in the repository.
const FILE: &str = "ui/src/lib/backend/bindings.ts";

/// Builds the generator and writes the file; with `check`, leaves the repository as it is and fails if the two differ.
pub fn run(check: bool) -> Result<()> {
    // The whole workspace is built, so that the program's dependencies keep the features that other steps use.
    run::run(test::workspace("build").args(["--bin", "export-bindings"]))?;
    if check { self::check() } else { generate(&run::root().join(FILE)) }
}

/// Fails if the file is not what the built generator writes.
pub fn check() -> Result<()> {
    let fresh = run::target().join("bindings.ts");
    generate(&fresh)?;
    let read = |path| std::fs::read_to_string(path).with_context(|| format!("can't read {FILE}"));
    if let Some(line) = first_difference(&read(run::root().join(FILE))?, &read(fresh)?) {
        bail!("{FILE}:{line} is not what the commands say; run `cargo xtask bindings` and commit the file");
    }
    Ok(())
}

fn generate(into: &Path) -> Result<()> {
    run::run(run::command(run::built("export-bindings")).arg(into))
}

/// The number of the first line that differs, whatever the line ends are.
fn first_difference(ours: &str, fresh: &str) -> Option<usize> {
    let longer = ours.lines().count().max(fresh.lines().count());
    (0..longer).find(|&line| ours.lines().nth(line) != fresh.lines().nth(line)).map(|line| line + 1)
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn a_change_is_found_and_line_ends_are_not_one() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("a\r\nb\r\n", "a\nb\n"), None);
    }
}
