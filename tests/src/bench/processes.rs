//! The processes of a program, as the kernel counts them: memory, processor time, wake-ups.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// What a group of processes has used since it began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Used {
    /// Seconds of processor time, of all threads.
    pub seconds: f64,
    /// How often each thread went to sleep by itself, and so was woken before.
    wakes: HashMap<String, f64>,
}

impl Used {
    /// Wake-ups of the threads that are there now. A thread that ended takes its count along, so sums can't be compared.
    pub fn wakes_since(&self, before: &Self) -> f64 {
        let before = |thread: &String| before.wakes.get(thread).copied().unwrap_or_default();
        self.wakes.iter().map(|(thread, count)| count - before(thread)).sum()
    }
}

/// The processes of the group that this process leads. WebKit's processes belong to the group of the program that started them.
fn of_group(leader: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|id| group_of(*id) == Some(leader)).collect()
}

/// The fields of `/proc/<id>/stat` after the name, which may contain anything.
fn fields(id: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

fn group_of(id: u32) -> Option<u32> {
    fields(id)?.get(2)?.parse().ok()
}

/// The WebDriver server leads the group of a program that it drives, and is no part of it.
fn is_driver(id: u32) -> bool {
    fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim() == "WebKitWebDriver")
}

/// Megabytes of memory that the group alone is to blame for, without a driver: what is shared with others counts in parts (PSS).
pub fn memory(leader: u32) -> f64 {
    let of_one = |id: u32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = text.lines().find(|line| line.starts_with("Pss:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    of_group(leader).into_iter().filter(|id| !is_driver(*id)).filter_map(of_one).sum::<f64>() / 1024.0
}

/// What the group has used so far.
pub fn used(leader: u32) -> Used {
    of_group(leader).into_iter().fold(Used::default(), |mut sum, id| {
        let ticks = fields(id).map_or(0.0, |fields| {
            fields.get(11..13).into_iter().flatten().filter_map(|field| field.parse::<f64>().ok()).sum()
        });
        // A hundred ticks a second: what Linux tells programs, whatever the kernel's own clock is.
        sum.seconds += ticks / 100.0;
        sum.wakes.extend(wakes(Path::new(&format!("/proc/{id}/task"))));
        sum
    })
}

/// How often each thread of a process went to sleep, by the number of the thread.
fn wakes(tasks: &Path) -> Vec<(String, f64)> {
    let threads = fs::read_dir(tasks).into_iter().flatten().flatten();
    let of_one = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("status")).ok()?;
        let line = text.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?;
        let count = line.split_whitespace().nth(1)?.parse::<f64>().ok()?;
        Some((thread.file_name().to_string_lossy().into_owned(), count))
    };
    threads.filter_map(of_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_ended_takes_no_wake_ups_of_the_others_along() {
        let used = |wakes: &[(&str, f64)]| Used {
            seconds: 0.0,
            wakes: wakes.iter().map(|(thread, count)| ((*thread).to_owned(), *count)).collect(),
        };
        let before = used(&[("1", 10.0), ("2", 500.0)]);
        let after = used(&[("1", 14.0), ("3", 2.0)]);
        assert_eq!(after.wakes_since(&before).to_bits(), 6.0_f64.to_bits());
    }
}
