//! What the figures were measured on.

use std::fs;

/// Processor, cores, memory, kernel, and how busy the machine was before the run.
pub fn facts() -> Vec<String> {
    let line_of = |path: &str, key: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        let found = text.lines().find(|line| line.starts_with(key)).and_then(|line| line.split_once(':'));
        found.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let file = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    vec![
        format!("processor: {}, {cores} cores", line_of("/proc/cpuinfo", "model name")),
        format!("memory: {}", line_of("/proc/meminfo", "MemTotal")),
        format!("kernel: {}", file("/proc/sys/kernel/osrelease")),
        format!("load before the run (1, 5, 15 minutes): {}", load(&file("/proc/loadavg"))),
        format!("measured: {}, version {}", jiff::Timestamp::now().strftime("%Y-%m-%d"), env!("CARGO_PKG_VERSION")),
    ]
}

fn load(text: &str) -> String {
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}
