//! The logs in the files for support: the end of each, newest first, and the last errors in them.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

/// The most of one day's log, in bytes. The end is kept, because it shows what happened last.
const MOST_OF_DAY: u64 = 1024 * 1024;

/// The most of all logs together, in bytes.
const MOST: usize = 4 * 1024 * 1024;

/// The most errors and warnings that are listed apart.
const MOST_ERRORS: usize = 200;

/// Replaces the beginning of a log that is left out.
const CUT: &str = "[…]\n";

/// The name and the end of each log, newest first.
pub(crate) fn read(folder: &Path) -> Vec<(String, String)> {
    let mut read = Vec::new();
    let mut room = MOST;
    for path in newest_first(folder, "log") {
        let Ok(text) = end_of(&path, MOST_OF_DAY.min(room as u64)) else { continue };
        room = room.saturating_sub(text.len());
        read.push((name(&path), text));
        if room == 0 {
            break;
        }
    }
    read
}

/// The files of a folder with this extension, newest first: their names contain their time.
pub(crate) fn newest_first(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    paths.sort();
    paths.reverse();
    paths
}

/// The name of a file.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn end_of(path: &Path, most: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    let left_out = file.metadata()?.len().saturating_sub(most);
    file.seek(SeekFrom::Start(left_out))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    if left_out == 0 {
        return Ok(text.into_owned());
    }
    // Half a line could contain half a phone, which no mask recognises.
    let whole = text.find('\n').map_or("", |line| &text[line + 1..]);
    Ok(format!("{CUT}{whole}"))
}

/// The last errors and warnings of the logs, the newest first.
pub(crate) fn errors(logs: &[(String, String)]) -> String {
    let is_error = |line: &&str| {
        let level = line.split_whitespace().nth(1);
        matches!(level, Some("ERROR" | "WARN"))
    };
    let lines = logs.iter().flat_map(|(_, text)| text.lines().rev()).filter(is_error).take(MOST_ERRORS);
    lines.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_log_the_end_is_read_from_a_whole_line_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.2026-11-28.log");
        fs::write(&path, "first line 89123456789\nsecond line\nthird line\n").unwrap();
        assert_eq!(end_of(&path, 30).unwrap(), "[…]\nsecond line\nthird line\n");
        assert_eq!(end_of(&path, 1000).unwrap().lines().count(), 3);
    }

    #[test]
    fn errors_are_found_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let write = |day: &str, text: &str| fs::write(folder.path().join(format!("office.{day}.log")), text).unwrap();
        write("2026-11-28", "2026-11-28T10:00:00Z ERROR a: one\n2026-11-28T10:00:01Z  INFO a: fine\n");
        write("2026-11-29", "2026-11-29T10:00:00Z  WARN a: two\n2026-11-29T10:00:01Z ERROR a: three\n");
        let logs = read(folder.path());
        assert_eq!(logs[0].0, "office.2026-11-29.log");
        let errors = errors(&logs);
        let last: Vec<&str> = errors.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
        assert_eq!(last, ["three", "two", "one"]);
    }
}
