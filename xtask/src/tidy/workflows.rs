//! The hosted workflows: what they call is a command of ours, what they use is pinned, and they may do little.

use serde_json::{Map, Value};

use super::breach::Breach;
use crate::cli;
use crate::house::{File, House};

const FOLDER: &str = ".github/workflows/";

/// Breaches in every workflow.
pub fn sound(house: &House) -> Vec<Breach> {
    let files: Vec<&File> = house.of(&["yml", "yaml"], &[FOLDER]).collect();
    if files.is_empty() {
        return vec![format!("{FOLDER} holds no workflow")];
    }
    files.into_iter().flat_map(workflow).collect()
}

fn workflow(file: &File) -> Vec<Breach> {
    let tell = |what: String| format!("{}: {what}", file.path);
    let document: Value = match serde_saphyr::from_str(&file.text) {
        Ok(document) => document,
        Err(error) => return vec![tell(format!("no YAML: {error}"))],
    };
    let mut breaches = Vec::new();
    if document["name"].as_str().is_none() || document["on"].is_null() {
        breaches.push(tell("without a name, or nothing starts it".to_owned()));
    }
    if document["permissions"] != serde_json::json!({}) {
        breaches.push(tell("permissions are given to all jobs; each job asks for its own".to_owned()));
    }
    let jobs = document["jobs"].as_object().cloned().unwrap_or_default();
    if jobs.is_empty() {
        breaches.push(tell("without jobs".to_owned()));
    }
    for (name, one) in &jobs {
        breaches.extend(job(one, &jobs).into_iter().map(|what| tell(format!("{name}: {what}"))));
    }
    breaches.extend(pins(file));
    breaches
}

/// What is wrong with a job.
fn job(job: &Value, jobs: &Map<String, Value>) -> Vec<String> {
    let mut wrong = Vec::new();
    let needs = match &job["needs"] {
        Value::String(one) => vec![one.as_str()],
        other => other.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    };
    wrong.extend(needs.iter().filter(|need| !jobs.contains_key(**need)).map(|need| format!("there is no job {need}")));
    if !job["permissions"].is_object() {
        wrong.push("it does not say what it may do".to_owned());
    }
    if job["uses"].is_string() {
        return wrong;
    }
    for key in ["runs-on", "timeout-minutes"] {
        if job[key].is_null() {
            wrong.push(format!("without {key}"));
        }
    }
    for one in job["steps"].as_array().into_iter().flatten() {
        wrong.extend(step(one));
    }
    wrong
}

/// What is wrong with a step.
fn step(step: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let uses = step["uses"].as_str().unwrap_or_default();
    if uses.starts_with("actions/checkout@") && step["with"]["persist-credentials"] != Value::Bool(false) {
        wrong.push("the checkout leaves a token behind".to_owned());
    }
    let script = step["run"].as_str().unwrap_or_default();
    if uses.is_empty() == script.is_empty() {
        wrong.push(format!("a step does either one thing or the other: {step}"));
    }
    // What others write, e.g. the title of a request, would become a part of the script.
    if script.contains("${{") {
        wrong.push("a script is put together of values; pass them by `env`".to_owned());
    }
    for line in script.lines().map(str::trim) {
        let Some(words) = line.strip_prefix("cargo xtask ") else { continue };
        // The version is only known when it runs.
        let words: Vec<&str> =
            words.split(' ').map(|word| if word.starts_with("\"$") { "1.0.0" } else { word }).collect();
        if let Err(error) = cli::check(&words) {
            wrong.push(format!("`{line}` is no command: {}", error.lines().next().unwrap_or_default()));
        }
    }
    wrong
}

/// Actions of others that are not pinned to a commit, with the version beside it that a person understands.
fn pins(file: &File) -> Vec<Breach> {
    let lines = file.text.lines().enumerate().filter_map(|(index, line)| Some((index, line.split_once("uses: ")?.1)));
    let is_pinned = |used: &str| {
        let Some((action, comment)) = used.split_once(" # v") else { return false };
        let commit = action.rsplit_once('@').map_or("", |(_, commit)| commit);
        commit.len() == 40 && commit.chars().all(|digit| digit.is_ascii_hexdigit()) && !comment.is_empty()
    };
    lines
        .filter(|(_, used)| !used.starts_with("./") && !is_pinned(used))
        .map(|(index, used)| super::breach::at(&file.path, index, used))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
name: Check
on: push
permissions: {}
jobs:
  linux:
    runs-on: ubuntu-24.04
    timeout-minutes: 90
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - run: cargo xtask test
";

    fn found(text: &str) -> Vec<Breach> {
        sound(&House::with(".github/workflows/a.yml", text))
    }

    #[test]
    fn a_sound_workflow_passes() {
        assert_eq!(found(GOOD), Vec::<Breach>::new());
    }

    #[test]
    fn what_is_wrong_is_caught() {
        for (good, bad, words) in [
            ("permissions: {}\n", "permissions: write-all\n", "permissions are given"),
            ("permissions: {}\n", "", "permissions are given"),
            ("    permissions:\n      contents: read\n", "", "what it may do"),
            ("    timeout-minutes: 90\n", "", "without timeout-minutes"),
            ("    timeout-minutes: 90\n", "    needs: [gone]\n    timeout-minutes: 90\n", "no job gone"),
            ("@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5", "checkout@v5"),
            (" # v5.0.0", "", "checkout@"),
            ("persist-credentials: false", "persist-credentials: true", "leaves a token"),
            ("cargo xtask test", "cargo xtask tset", "no command"),
            ("cargo xtask test", "cargo xtask dist --nothing", "no command"),
            ("cargo xtask test", "echo ${{ github.head_ref }}", "put together"),
            ("name: Check\n", "name: [\n", "no YAML"),
        ] {
            let text = GOOD.replacen(good, bad, 1);
            assert_ne!(text, GOOD, "{good}");
            let found = found(&text);
            assert!(found.iter().any(|breach| breach.contains(words)), "{bad}: {found:?}");
        }
        assert_eq!(sound(&House::default()).len(), 1);
    }
}
