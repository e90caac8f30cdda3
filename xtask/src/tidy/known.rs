//! Breaches that are known and on their way out, in `known.txt`: one a line, as `law: place`. The list only shrinks: an
//! entry that is no longer true is a breach itself.

use std::collections::BTreeSet;

use super::breach::Breach;

const LIST: &str = include_str!("known.txt");

/// The known breaches of one law.
pub struct Known<'a> {
    law: &'static str,
    all: BTreeSet<&'a str>,
    met: BTreeSet<&'a str>,
}

impl Known<'static> {
    pub fn of(law: &'static str) -> Self {
        Self::read(law, LIST)
    }
}

impl<'a> Known<'a> {
    fn read(law: &'static str, list: &'a str) -> Self {
        let of_law = |line: &'a str| line.trim().strip_prefix(law)?.strip_prefix(": ");
        Self { law, all: list.lines().filter_map(of_law).collect(), met: BTreeSet::new() }
    }

    /// Whether a place is on the list.
    pub fn has(&mut self, place: &str) -> bool {
        let found = self.all.get(place).copied();
        self.met.extend(found);
        found.is_some()
    }

    /// Entries that nobody asked for.
    pub fn stale(&self) -> Vec<Breach> {
        let law = self.law;
        self.all.difference(&self.met).map(|place| format!("known.txt: no longer so: {law}: {place}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_breach_is_let_through_and_a_mended_one_must_leave_the_list() {
        let mut known = Known::read("circle", "circle: a.rs\ncircle: b.rs\nfunction: c.rs\n");
        assert!(known.has("a.rs") && !known.has("c.rs"));
        assert_eq!(known.stale(), ["known.txt: no longer so: circle: b.rs"]);
    }
}
