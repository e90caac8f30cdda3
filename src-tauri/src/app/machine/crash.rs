//! Crash reports. A panic writes one at once, masked; the next start shows it.
//!
//! ```text
//! crash-20261129T035121.123456Z.new.txt   not acknowledged yet
//! crash-20261128T101500.000001Z.txt       acknowledged by the user
//! ```

use std::{
    backtrace::Backtrace,
    fs, io,
    panic::{self, PanicHookInfo},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use jiff::Timestamp;
use office::Host as _;

use super::{host::Machine, private_folder, system};
use crate::mask;

/// The most reports of one run: a panic that repeats every second must not fill the disk.
const MOST_OF_RUN: u32 = 5;

/// The number of reports that are kept.
const KEPT: usize = 10;

/// The longest backtrace, bytes.
const MOST_BACKTRACE: usize = 64 * 1024;

const NEW: &str = ".new.txt";
const SEEN: &str = ".txt";

/// From now on every panic, on any thread, writes a report into `folder` and then calls `after`. After [`MOST_OF_RUN`] reports it
/// only logs and calls `after`.
pub fn watch(folder: PathBuf, after: impl Fn() + Send + Sync + 'static) {
    static WRITTEN: AtomicU32 = AtomicU32::new(0);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |defect| {
        let report = report(defect, &Backtrace::force_capture());
        let place = defect.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic: {}", defect.payload_as_str().unwrap_or("?"));
        if WRITTEN.fetch_add(1, Ordering::SeqCst) < MOST_OF_RUN
            && let Err(error) = write(&folder, &report)
        {
            tracing::error!(%error, "the report of the crash can't be written");
        }
        usual(defect);
        after();
    }));
}

fn report(defect: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let mut backtrace = backtrace.to_string();
    backtrace.truncate(backtrace.floor_char_boundary(MOST_BACKTRACE));
    let report = format!(
        "time: {}\nversion: {} ({})\nsystem: {}\nthread: {}\nplace: {}\nmessage: {}\n\n{backtrace}",
        Machine.now(),
        env!("CARGO_PKG_VERSION"),
        system::BUILD,
        system::name(),
        std::thread::current().name().unwrap_or("?"),
        defect.location().map(ToString::to_string).unwrap_or_default(),
        defect.payload_as_str().unwrap_or("?"),
    );
    mask::masked(&report)
}

fn write(folder: &Path, report: &str) -> io::Result<()> {
    private_folder::make(folder)?;
    let stamp = Machine.now().strftime("%Y%m%dT%H%M%S%.6fZ").to_string();
    fs::write(folder.join(format!("crash-{stamp}{NEW}")), report)?;
    for old in reports(folder).into_iter().skip(KEPT) {
        fs::remove_file(old)?;
    }
    Ok(())
}

/// The reports, the newest first.
#[must_use]
pub fn reports(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_report = |path: &PathBuf| name(path).starts_with("crash-") && name(path).ends_with(SEEN);
    let mut reports: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(is_report).collect();
    reports.sort();
    reports.reverse();
    reports
}

/// The time of the newest crash that is not acknowledged; `None` if there is none.
#[must_use]
pub fn unseen(folder: &Path) -> Option<Timestamp> {
    let newest = reports(folder).into_iter().find(|path| name(path).ends_with(NEW))?;
    fs::metadata(newest).and_then(|file| file.modified()).ok().and_then(|at| Timestamp::try_from(at).ok())
}

/// Marks all reports as acknowledged.
///
/// # Errors
/// The system's: a report can't be renamed.
pub fn see(folder: &Path) -> io::Result<()> {
    for path in reports(folder) {
        if let Some(stem) = name(&path).strip_suffix(NEW) {
            fs::rename(&path, folder.join(format!("{stem}{SEEN}")))?;
        }
    }
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// Names the folder to the child of the test, which is this same test.
    const FOLDER: &str = "PROBONUS_CRASH_TEST";

    fn crash_in(folder: PathBuf) {
        mask::hide(&"t0p-secret-of-the-crash".into());
        watch(folder, || {});
        for number in 0..MOST_OF_RUN + 2 {
            let crash = move || panic!("defect {number}: no guest +79123456789 for t0p-secret-of-the-crash");
            std::thread::Builder::new().name("worker".to_owned()).spawn(crash).unwrap().join().unwrap_err();
        }
    }

    #[test]
    fn a_panic_on_any_thread_leaves_a_masked_report_and_not_without_end() {
        if let Some(folder) = std::env::var_os(FOLDER) {
            return crash_in(folder.into());
        }
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("crashes");
        let (_, module) = module_path!().split_once("::").unwrap();
        let test = format!("{module}::a_panic_on_any_thread_leaves_a_masked_report_and_not_without_end");
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", &test]).env(FOLDER, &folder).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(child.status().unwrap().success());

        let reports = reports(&folder);
        assert_eq!(reports.len(), MOST_OF_RUN as usize);
        let text = fs::read_to_string(reports.last().unwrap()).unwrap();
        assert!(text.contains("message: defect 0: no guest …6789 for •••\n"), "{text}");
        for told in ["time: 20", env!("CARGO_PKG_VERSION"), "thread: worker", "crash.rs", "crash_in"] {
            assert!(text.contains(told), "{told}: {text}");
        }
    }

    #[test]
    fn a_crash_is_told_until_it_is_seen_and_old_reports_go() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(unseen(home.path()), None);
        for number in 0..KEPT + 3 {
            fs::write(home.path().join(format!("crash-20261128T1015{number:02}Z.txt")), "").unwrap();
        }
        fs::write(home.path().join("notes.txt"), "somebody's own").unwrap();
        assert_eq!(unseen(home.path()), None, "those were seen");
        write(home.path(), "new").unwrap();
        assert!(unseen(home.path()).is_some());
        assert_eq!(reports(home.path()).len(), KEPT);
        see(home.path()).unwrap();
        assert_eq!(unseen(home.path()), None);
        assert_eq!(fs::read_to_string(&reports(home.path())[0]).unwrap(), "new");
        assert!(home.path().join("notes.txt").exists());
    }
}
