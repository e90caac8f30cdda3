//! Counts tests in the output of cargo's and vitest's runs.

/// Tests that passed and failed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    pub const NONE: Self = Self { passed: 0, failed: 0 };
    pub const ONE: Self = Self { passed: 1, failed: 0 };

    /// Reads the last line of a test run, e.g. `test result: ok. 12 passed; 0 failed`. Any other line counts nothing.
    pub fn of(line: &str) -> Self {
        let line = without_colours(line);
        let line = line.trim();
        if !line.starts_with("test result:") && !line.starts_with("Tests ") {
            return Self::NONE;
        }
        let words: Vec<&str> = line.split([' ', ';', '.', '|']).filter(|word| !word.is_empty()).collect();
        let before = |what: &str| {
            words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or_default()
        };
        Self { passed: before("passed"), failed: before("failed") }
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_vitest_lines_are_counted() {
        let cargo =
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(Count::of(cargo), Count { passed: 12, failed: 3 });
        assert_eq!(Count::of("      Tests  1 failed | 41 passed (42)"), Count { passed: 41, failed: 1 });
        assert_eq!(
            Count::of("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[32m7 passed\u{1b}[39m (7)"),
            Count { passed: 7, failed: 0 }
        );
        assert_eq!(Count::of(" Test Files  9 passed (9)"), Count::NONE);
        assert_eq!(Count::of("test words::parses ... ok"), Count::NONE);
    }
}
