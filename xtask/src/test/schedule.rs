//! Runs steps side by side: a step starts when the steps that it needs are done and a seat is free.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{console::Console, count::Count};

type Work<'a> = Box<dyn FnOnce(&Console) -> Result<()> + Send + 'a>;

/// A step of a test run.
pub struct Step<'a> {
    name: String,
    /// Names of the steps that must succeed before.
    needs: Vec<String>,
    work: Work<'a>,
}

impl<'a> Step<'a> {
    pub fn new(name: impl Into<String>, needs: &[&str], work: impl FnOnce(&Console) -> Result<()> + Send + 'a) -> Self {
        let needs = needs.iter().map(|&need| need.to_owned()).collect();
        Self { name: name.into(), needs, work: Box::new(work) }
    }

    #[cfg(test)]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[cfg(test)]
    pub fn needs(&self) -> &[String] {
        &self.needs
    }
}

/// The steps whose names contain one of the words, and all that they need. No words: all steps.
pub fn only<'a>(steps: Vec<Step<'a>>, words: &[String]) -> Vec<Step<'a>> {
    if words.is_empty() {
        return steps;
    }
    let is_named = |step: &&Step<'a>| words.iter().any(|word| step.name.contains(word.as_str()));
    let mut wanted: Vec<String> = steps.iter().filter(is_named).map(|step| step.name.clone()).collect();
    let mut at = 0;
    while at < wanted.len() {
        let needs = steps.iter().filter(|step| step.name == wanted[at]).flat_map(|step| step.needs.clone());
        let new: Vec<String> = needs.filter(|need| !wanted.contains(need)).collect();
        wanted.extend(new);
        at += 1;
    }
    steps.into_iter().filter(|step| wanted.contains(&step.name)).collect()
}

/// What became of a step.
pub struct Done {
    pub name: String,
    /// When it started, after the start of the run.
    pub began: Duration,
    pub took: Duration,
    pub count: Count,
    /// Why it failed, and its last lines.
    pub problem: Option<(String, Vec<String>)>,
}

/// Runs all steps, at most `seats` at once; of those that may start, the first in the list. A step that needs another one
/// that failed is not run, and counts as failed. A needed step that is not in the list counts as done.
pub fn run(mut waiting: Vec<Step<'_>>, seats: usize) -> Vec<Done> {
    let began = Instant::now();
    let (sender, finished) = mpsc::channel::<Done>();
    let mut running: Vec<String> = Vec::new();
    let mut done: Vec<Done> = Vec::new();
    thread::scope(|scope| {
        loop {
            while let Some(at) = next(&waiting, &running).filter(|_| running.len() < seats) {
                let step = waiting.remove(at);
                let broken = done.iter().find(|one| step.needs.contains(&one.name) && one.problem.is_some());
                if let Some(broken) = broken {
                    let problem = Some((format!("not run, because \"{}\" failed", broken.name), Vec::new()));
                    let count = Count { passed: 0, failed: 1 };
                    done.push(Done { name: step.name, began: began.elapsed(), took: Duration::ZERO, count, problem });
                    continue;
                }
                running.push(step.name.clone());
                let sender = sender.clone();
                scope.spawn(move || {
                    // The receiver lives as long as a step runs.
                    let _ = sender.send(play(step, began));
                });
            }
            if running.is_empty() {
                break;
            }
            let Ok(one) = finished.recv() else { break };
            running.retain(|name| *name != one.name);
            done.push(one);
        }
    });
    done
}

/// The first step that may start: none that it needs is waiting or running.
fn next(waiting: &[Step<'_>], running: &[String]) -> Option<usize> {
    let is_open = |need: &String| running.contains(need) || waiting.iter().any(|step| step.name == *need);
    waiting.iter().position(|step| !step.needs.iter().any(is_open))
}

fn play(step: Step<'_>, start: Instant) -> Done {
    let console = Console::new(&step.name);
    let (began, clock) = (start.elapsed(), Instant::now());
    let outcome = (step.work)(&console);
    let mut count = console.count();
    let problem = match outcome {
        Ok(()) => None,
        Err(error) => {
            console.line(&format!("FAILED: {error:#}"));
            count.failed = count.failed.max(1);
            Some((format!("{error:#}"), console.tail()))
        }
    };
    if problem.is_none() && count == Count::NONE {
        count = Count::ONE;
    }
    Done { name: step.name, began, took: clock.elapsed(), count, problem }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use anyhow::bail;

    use super::*;

    #[test]
    fn what_a_step_needs_is_done_before_it() {
        let done = run(
            vec![
                Step::new("third", &["second"], |_| Ok(())),
                Step::new("second", &["first"], |_| Ok(())),
                Step::new("first", &["not in this run"], |_| Ok(())),
            ],
            2,
        );
        let names: Vec<&str> = done.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["first", "second", "third"]);
    }

    #[test]
    fn a_chosen_step_brings_what_it_needs() {
        let step = |name: &str, needs: &[&str]| Step::new(name, needs, |_| Ok(()));
        let all =
            || vec![step("build", &["setup"]), step("setup", &[]), step("desktop", &["build"]), step("tidy", &[])];
        let names = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            only(all(), &words).into_iter().map(|step| step.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["desk"]), ["build", "setup", "desktop"]);
        assert_eq!(names(&[]).len(), 4);
        assert!(names(&["no such step"]).is_empty());
    }

    #[test]
    fn a_failing_step_fails_what_needs_it_and_nothing_else() {
        let done = run(
            vec![
                Step::new("one", &[], |_| bail!("broken")),
                Step::new("two", &["one"], |_| Ok(())),
                Step::new("three", &["two"], |_| Ok(())),
                Step::new("beside", &[], |_| Ok(())),
            ],
            1,
        );
        let failed: Vec<&str> = done.iter().filter(|one| one.problem.is_some()).map(|one| one.name.as_str()).collect();
        assert_eq!(failed, ["one", "two", "three"]);
        assert!(done.iter().all(|one| (one.count.failed > 0) == one.problem.is_some()));
    }

    #[test]
    fn steps_that_need_nothing_run_side_by_side() {
        // Each waits for the other: one after the other they would never end.
        let both = Barrier::new(2);
        let meet = |_: &Console| {
            both.wait();
            Ok(())
        };
        assert_eq!(run(vec![Step::new("one", &[], meet), Step::new("two", &[], meet)], 2).len(), 2);
    }
}
