//! Which seeds a test run plays: those that once broke a claim, and fresh ones for every commit.

use std::{ops::Range, process::Command};

/// Each seed with what was wrong, one a line; see the head of the file.
const HISTORICAL: &str = include_str!("../../simulation/seeds.tsv");
/// Digits of the commit's hash that the first fresh seed is made of: 40 bits.
const DIGITS: usize = 10;

/// The seeds that once broke a claim.
#[must_use]
pub fn historical() -> Vec<u64> {
    let lines = HISTORICAL.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split('\t').next()?.parse().ok()).collect()
}

/// So many seeds, the first of which is made of the hash of the checked-out commit. Without git they begin at 0.
#[must_use]
pub fn fresh(count: u64) -> Range<u64> {
    let mut git = Command::new("git");
    git.args(["rev-parse", "HEAD"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let hash = git.output().ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let first = first_of(&String::from_utf8_lossy(&hash.unwrap_or_default()));
    first..first + count
}

/// Example: `00000000ff…` gives 255.
fn first_of(hash: &str) -> u64 {
    hash.get(..DIGITS).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_seed_with_a_reason() {
        let lines: Vec<&str> = HISTORICAL.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(historical().len(), lines.len());
        assert!(lines.iter().all(|line| line.split('\t').nth(1).is_some_and(|reason| reason.len() > 20)));
    }

    #[test]
    fn a_commit_decides_its_seeds() {
        assert_eq!(first_of("00000000ff1234"), 255);
        assert_eq!(first_of(""), 0);
        assert_eq!(fresh(10).count(), 10);
    }
}
