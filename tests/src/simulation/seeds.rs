//! Which seeds a test run plays: those that once broke a claim, and fresh ones for every commit.

use std::{fmt, ops::Range, process::Command};

use super::trouble::Trouble;

/// A seed, and the kind of trouble that it is played with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seed {
    /// The number.
    pub number: u64,
    /// The kind of trouble; `None`: the random faults alone.
    pub trouble: Option<Trouble>,
}

impl Seed {
    /// A seed with the trouble that its number draws.
    #[must_use]
    pub fn drawn(number: u64) -> Self {
        Self { number, trouble: Trouble::drawn(number) }
    }
}

impl fmt::Display for Seed {
    /// As the command line takes it. Example: `42 --trouble few-entries`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let trouble = self.trouble.map_or(NO_TROUBLE, Trouble::name);
        write!(f, "{} --trouble {trouble}", self.number)
    }
}

/// The name of having no trouble, on the command line and in the file.
pub const NO_TROUBLE: &str = "none";
/// Each seed with its trouble and what was wrong, one a line; see the head of the file.
const HISTORICAL: &str = include_str!("../../simulation/seeds.tsv");
/// Digits of the commit's hash that the first fresh seed is made of: 40 bits.
const DIGITS: usize = 10;

/// The seeds that once broke a claim, each with the trouble with which it did.
#[must_use]
pub fn historical() -> Vec<Seed> {
    HISTORICAL.lines().filter(|line| !line.starts_with('#')).filter_map(of_line).collect()
}

/// The seed of a line; `None`: it has another form.
fn of_line(line: &str) -> Option<Seed> {
    let mut columns = line.split('\t');
    let (number, trouble) = (columns.next()?.parse().ok()?, columns.next()?);
    let trouble = if trouble == NO_TROUBLE { None } else { Some(trouble.parse().ok()?) };
    Some(Seed { number, trouble })
}

/// The numbers of `count` seeds. The first one is made of the hash of the checked-out commit; without git it is 0.
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_seed_with_its_trouble_and_a_reason() {
        let lines: Vec<&str> = HISTORICAL.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(historical().len(), lines.len());
        assert!(lines.iter().all(|line| line.split('\t').nth(2).is_some_and(|reason| reason.len() > 20)));
    }

    #[test]
    fn a_seed_reads_as_the_command_line_takes_it() {
        assert_eq!(Seed { number: 42, trouble: Some(Trouble::FewEntries) }.to_string(), "42 --trouble few-entries");
        assert_eq!(Seed { number: 42, trouble: None }.to_string(), "42 --trouble none");
    }

    #[test]
    fn every_kind_of_trouble_is_drawn_by_a_test_run_and_so_is_none() {
        let drawn: BTreeSet<_> = (0..2000).map(|number| Seed::drawn(number).trouble).collect();
        let expected: BTreeSet<_> = Trouble::ALL.into_iter().map(Some).chain([None]).collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_commit_decides_its_seeds() {
        assert_eq!(first_of("00000000ff1234"), 255);
        assert_eq!(first_of(""), 0);
        assert_eq!(fresh(10).count(), 10);
    }
}
