//! Protects the settings' file before it is opened or overwritten, against power cuts and editors.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

/// Makes the file at `path` readable. An unreadable file is renamed, and the copy made before the last change takes its
/// place, if there is one. A byte order mark, which some editors write, is removed.
///
/// # Errors
/// The system's: the file can't be read, or its folder can't be written.
pub fn mend(path: &Path) -> io::Result<()> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if is_readable(&bytes) {
        return Ok(());
    }
    if let Some(text) = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|text| is_readable(text)) {
        let mended = path.with_extension("mended.json");
        fs::write(&mended, text)?;
        return fs::rename(mended, path);
    }
    let aside = free_name(path);
    tracing::error!(aside = %aside.display(), "the settings can't be read; they are put aside");
    fs::rename(path, aside)?;
    let earlier = previous(path);
    if fs::read(&earlier).is_ok_and(|bytes| is_readable(&bytes)) {
        tracing::warn!("the settings are those before the last change");
        fs::copy(&earlier, path)?;
    }
    Ok(())
}

/// Copies the file at `path` before it is overwritten. An unreadable file is not copied.
///
/// # Errors
/// The system's: the copy can't be written.
pub fn keep(path: &Path) -> io::Result<()> {
    if fs::read(path).is_ok_and(|bytes| is_readable(&bytes)) {
        fs::copy(path, previous(path))?;
    }
    Ok(())
}

fn is_readable(bytes: &[u8]) -> bool {
    serde_json::from_slice::<Map<String, Value>>(bytes).is_ok()
}

fn previous(path: &Path) -> PathBuf {
    path.with_extension("previous.json")
}

/// `settings.unreadable.json`, or with a number if there is one from before.
fn free_name(path: &Path) -> PathBuf {
    let mut names = (1..).map(|number| match number {
        1 => path.with_extension("unreadable.json"),
        number => path.with_extension(format!("unreadable-{number}.json")),
    });
    names.find(|name| !name.exists()).unwrap_or_else(|| path.with_extension("unreadable.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_can_not_be_read_is_put_aside_each_time_under_its_own_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        mend(&path).unwrap();
        assert!(names(folder.path()).is_empty(), "none is none");
        for torn in ["", "{\"office\": {\"mo"] {
            fs::write(&path, torn).unwrap();
            mend(&path).unwrap();
        }
        assert_eq!(names(folder.path()), ["settings.unreadable-2.json", "settings.unreadable.json"]);
    }

    #[test]
    fn a_torn_file_gives_way_to_the_one_before_the_last_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, "{\"office\":1}").unwrap();
        keep(&path).unwrap();
        fs::write(&path, "{\"off").unwrap();
        keep(&path).unwrap();
        mend(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"office\":1}");
        mend(&path).unwrap();
        assert_eq!(names(folder.path()), ["settings.json", "settings.previous.json", "settings.unreadable.json"]);
    }

    #[test]
    fn a_byte_order_mark_costs_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(&path, "\u{feff}{\"office\":{}}").unwrap();
        mend(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"office\":{}}");
    }
}
