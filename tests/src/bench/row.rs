//! One figure, and the table of them.

use serde::{Deserialize, Serialize};

/// One figure of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// What is measured; the same from run to run.
    pub name: String,
    /// The figure: of several measurements, the median.
    pub value: f64,
    /// Its unit; `×` is a ratio.
    pub unit: String,
    /// What it is held against, as text with its own figure.
    #[serde(default)]
    pub against: String,
    /// The highest value that is good. None: the figure is only told.
    #[serde(default)]
    pub goal: Option<f64>,
}

impl Row {
    /// A figure without a goal.
    #[must_use]
    pub fn told(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self { name: name.into(), value, unit: unit.to_owned(), against: String::new(), goal: None }
    }

    /// The ratio of two figures that were measured side by side, in the same unit.
    #[must_use]
    pub fn ratio(name: impl Into<String>, (ours, theirs): (f64, f64), unit: &str, whose: &str) -> Self {
        let against = format!("{} against {} {unit}, {whose}", short(ours), short(theirs));
        Self { against, ..Self::told(name, ours / theirs, "×") }
    }

    /// With the highest value that is good.
    #[must_use]
    pub fn goal(self, goal: f64) -> Self {
        Self { goal: Some(goal), ..self }
    }

    /// With words about what it is held against.
    #[must_use]
    pub fn against(self, against: impl Into<String>) -> Self {
        Self { against: against.into(), ..self }
    }

    /// Whether a goal is missed.
    #[must_use]
    pub fn missed(&self) -> bool {
        self.goal.is_some_and(|goal| self.value > goal)
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.name, figure(self))?;
        if !self.against.is_empty() {
            write!(out, " ({})", self.against)?;
        }
        Ok(())
    }
}

/// All figures of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The machine, in lines.
    pub machine: Vec<String>,
    /// The figures, in the order of the table.
    pub rows: Vec<Row>,
}

impl Table {
    /// An empty table for a machine.
    #[must_use]
    pub const fn new(machine: Vec<String>) -> Self {
        Self { machine, rows: Vec::new() }
    }

    /// Adds figures.
    pub fn add(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.rows.extend(rows);
    }

    /// The table in Markdown, with the figures of a former run beside its own.
    #[must_use]
    pub fn markdown(&self, former: Option<&Self>) -> String {
        let before = |row: &Row| {
            let found = former?.rows.iter().find(|other| other.name == row.name && other.unit == row.unit)?;
            Some(figure(found))
        };
        let machine: String = self.machine.iter().map(|line| format!("- {line}\n")).collect();
        let rows = self.rows.iter().map(|row| {
            let goal = row.goal.map_or_else(String::new, |goal| format!("≤ {}", short(goal)));
            let verdict = match row.goal {
                None => "",
                Some(_) if row.missed() => "missed",
                Some(_) => "met",
            };
            let before = before(row).unwrap_or_default();
            format!("| {} | {} | {goal} | {verdict} | {} | {before} |\n", row.name, figure(row), row.against)
        });
        let head = "| what | figure | goal | | against | run before |\n|---|---|---|---|---|---|\n";
        format!("{machine}\n{head}{}", rows.collect::<String>())
    }

    /// The names of the figures that miss their goals.
    #[must_use]
    pub fn missed(&self) -> Vec<&str> {
        self.rows.iter().filter(|row| row.missed()).map(|row| row.name.as_str()).collect()
    }
}

fn figure(row: &Row) -> String {
    format!("{} {}", short(row.value), row.unit)
}

/// A figure with as many digits as say something.
pub fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The median. Of an even number, the upper of the two in the middle.
///
/// # Panics
/// There is none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_missed_goals_and_the_run_before() {
        let row = |value| Row::ratio("start", (value, 100.0), "ms", "a blank window").goal(1.1);
        let mut former = Table::new(vec![]);
        former.add([row(105.0)]);
        let mut table = Table::new(vec!["2 cores".to_owned()]);
        table.add([row(120.0), Row::told("program", 12.34, "MB")]);
        let text = table.markdown(Some(&former));
        assert!(text.starts_with("- 2 cores\n\n| what |"), "{text}");
        assert!(
            text.contains("| start | 1.20 × | ≤ 1.10 | missed | 120 against 100 ms, a blank window | 1.05 × |"),
            "{text}"
        );
        assert!(text.contains("| program | 12.3 MB |  |  |  |  |"), "{text}");
        assert_eq!(table.missed(), ["start"]);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
    }
}
