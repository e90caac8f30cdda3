//! Folders with guests' names and phones. Only their owner can open them.

use std::{fs, io, path::Path};

/// Who can look into a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Its owner, and the machine's administrator.
    OwnerAlone,
    /// Also other users of the machine, or nobody can tell.
    Others,
}

/// Creates a folder, with its parents, for its owner alone. If it exists and others can open it, it is closed to them where the
/// file system allows that. Returns who can open it.
///
/// On Windows a folder in the user's profile is closed to other users; any other has the rights of its parent.
///
/// # Errors
/// The system's: the folder can't be made.
#[cfg(unix)]
pub fn make(folder: &Path) -> io::Result<Reach> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    let is_open = || Ok::<bool, io::Error>(fs::metadata(folder)?.permissions().mode() & 0o077 != 0);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if !is_open()? {
        return Ok(Reach::OwnerAlone);
    }
    if let Err(error) = fs::set_permissions(folder, fs::Permissions::from_mode(0o700)) {
        tracing::warn!(%error, "the data folder can't be closed to others");
    }
    // Some file systems accept the change and ignore it.
    Ok(if is_open()? { Reach::Others } else { Reach::OwnerAlone })
}

/// As above, on Windows, where a folder inherits its rights: in the user's profile they are the owner's, elsewhere, as of a
/// portable copy on `D:\`, others may look into it.
///
/// # Errors
/// The system's: the folder can't be made.
#[cfg(not(unix))]
pub fn make(folder: &Path) -> io::Result<Reach> {
    fs::create_dir_all(folder)?;
    let folder = match folder.canonicalize() {
        Ok(folder) => folder,
        // Wine can't tell the full name of a long path. The folder is there all the same.
        Err(error) => {
            tracing::warn!(%error, "nobody can tell who can open the data folder");
            return Ok(Reach::Others);
        }
    };
    let profile = std::env::var_os("USERPROFILE").and_then(|profile| Path::new(&profile).canonicalize().ok());
    Ok(if profile.is_some_and(|profile| folder.starts_with(profile)) { Reach::OwnerAlone } else { Reach::Others })
}

#[cfg(all(test, windows))]
mod tests_of_windows {
    use super::*;

    #[test]
    fn a_folder_in_the_users_profile_is_the_owners_alone_and_another_is_not() {
        let profile = std::env::var_os("USERPROFILE").unwrap();
        let inside = tempfile::tempdir_in(profile).unwrap();
        assert_eq!(make(&inside.path().join("office")).unwrap(), Reach::OwnerAlone);
        let public = tempfile::tempdir_in(std::env::var_os("PUBLIC").unwrap()).unwrap();
        assert_eq!(make(&public.path().join("office")).unwrap(), Reach::Others);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_data_folder_is_its_owners_alone_also_if_it_was_open_before() {
        let home = tempfile::tempdir().unwrap();
        for (name, before) in [("new", None), ("open", Some(0o755)), ("closed", Some(0o700))] {
            let folder = home.path().join(name);
            if let Some(mode) = before {
                fs::create_dir(&folder).unwrap();
                fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            }
            assert_eq!(make(&folder).unwrap(), Reach::OwnerAlone, "{name}");
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700, "{name}");
        }
        // A folder that nobody can close.
        assert_eq!(make(Path::new("/proc/self")).unwrap(), Reach::Others);
    }
}
