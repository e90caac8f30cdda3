//! The processes of a program, as the kernel counts them: memory, processor time, wake-ups.

use std::fs;
use std::path::Path;

/// What a group of processes has used since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// Seconds of processor time, of all threads.
    pub seconds: f64,
    /// How often a thread went to sleep by itself, and so was woken before.
    pub wakes: f64,
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

/// Megabytes of memory that the group alone is to blame for: what is shared with others counts in parts (PSS).
pub fn memory(leader: u32) -> f64 {
    let of_one = |id: u32| {
        let text = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
        let line = text.lines().find(|line| line.starts_with("Pss:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    of_group(leader).into_iter().filter_map(of_one).sum::<f64>() / 1024.0
}

/// What the group has used so far.
pub fn used(leader: u32) -> Used {
    of_group(leader).into_iter().fold(Used::default(), |mut sum, id| {
        let ticks = fields(id).map_or(0.0, |fields| {
            fields.get(11..13).into_iter().flatten().filter_map(|field| field.parse::<f64>().ok()).sum()
        });
        // A hundred ticks a second: what Linux tells programs, whatever the kernel's own clock is.
        sum.seconds += ticks / 100.0;
        sum.wakes += wakes(Path::new(&format!("/proc/{id}/task")));
        sum
    })
}

fn wakes(tasks: &Path) -> f64 {
    let threads = fs::read_dir(tasks).into_iter().flatten().flatten();
    let of_one = |thread: fs::DirEntry| {
        let text = fs::read_to_string(thread.path().join("status")).ok()?;
        let line = text.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    threads.filter_map(of_one).sum()
}
