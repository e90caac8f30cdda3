//! axe-core in the page: accessibility rules that a screen breaks.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;

use super::{Result, Window};

/// A broken rule.
#[derive(Debug, Deserialize)]
pub struct Violation {
    /// The rule's name: `color-contrast`.
    pub id: String,
    /// What the rule demands.
    pub help: String,
    /// The elements that break it: selector and finding.
    pub nodes: Vec<String>,
}

/// WCAG 2.2 A and AA, and what axe calls good practice.
const RUN: &str = "
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(
  ({ violations }) => done(violations.map(({ id, help, nodes }) => ({
    id, help, nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`),
  }))),
  (error) => done(String(error)),
);";

impl Window {
    /// All rules that this screen breaks.
    pub async fn accessibility(&self) -> Result<Vec<Violation>> {
        self.settle().await?;
        if self.run("return typeof axe === 'undefined'", vec![]).await?.json() == &json!(true) {
            let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/node_modules/axe-core/axe.min.js"));
            let axe = std::fs::read_to_string(&path).with_context(|| format!("{} is not there", path.display()))?;
            // WebDriver runs it as a script of its own: the page's policy lets nothing in.
            self.run(&format!("{axe}; window.axe = window.axe ?? axe;"), vec![]).await?;
        }
        let found = self.driver.execute_async(RUN, vec![]).await?;
        serde_json::from_value(found.json().clone()).with_context(|| format!("axe failed: {}", found.json()))
    }
}
