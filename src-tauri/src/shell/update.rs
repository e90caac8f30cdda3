//! How the desktop program is updated: the plugin of Tauri puts the new version in place.

use std::{path::PathBuf, sync::Arc};

use serde_json::json;
use tauri::{AppHandle, Manager as _, Runtime, Url};
use tauri_plugin_updater::{Error, UpdaterExt as _};

use crate::app::update::{
    Release, UpdateInstaller,
    source::{self, UpdateSource, Updater},
};
use crate::view::UpdateWay;

/// How this copy is updated.
pub(crate) fn updater<R: Runtime>(handle: &AppHandle<R>) -> Updater {
    let (source, replaced) = (source::of_build(), source::trial_file());
    let place = match (&replaced, tauri::process::current_binary(&handle.env())) {
        (Some(_), _) => UpdateWay::InstallsItself,
        (None, Ok(program)) => source::place_of(&program),
        (None, Err(_)) => UpdateWay::Portable,
    };
    let installer = Plugin { handle: handle.clone(), source: source.clone(), replaced };
    Updater { source, place, installer: Arc::new(installer) }
}

/// The plugin, which verifies the file once more, and the version that its signature names.
struct Plugin<R: Runtime> {
    handle: AppHandle<R>,
    source: Option<UpdateSource>,
    /// The file that is replaced in a trial, not the program.
    replaced: Option<PathBuf>,
}

impl<R: Runtime> UpdateInstaller for Plugin<R> {
    fn install(&self, release: &Release, file: &[u8]) -> Result<(), String> {
        self.put_in_place(release, file).map_err(|error| error.to_string())?;
        // On Windows the installer was started, and this is not reached.
        self.handle.request_restart();
        Ok(())
    }
}

impl<R: Runtime> Plugin<R> {
    fn put_in_place(&self, release: &Release, bytes: &[u8]) -> Result<(), Error> {
        let (Some(source), Some(file)) = (&self.source, &release.file) else { return Err(Error::EmptyEndpoints) };
        let endpoint: Url = source.url.parse()?;
        let mut builder = self.handle.updater_builder().pubkey(&source.key).endpoints(vec![endpoint])?;
        if let Some(replaced) = &self.replaced {
            builder = builder.executable_path(replaced);
        }
        // Our own words of what was read and checked, never the server's.
        let checked = json!({ "version": release.version, "url": file.url, "signature": file.signature });
        let update = builder.build()?.restore_update(checked)?.ok_or(Error::ReleaseNotFound)?;
        update.install(bytes)
    }
}

#[cfg(test)]
#[cfg(all(feature = "dev-host", target_os = "linux"))]
mod tests {
    use std::io::Cursor;

    use ct_codecs::{Base64, Encoder as _};
    use minisign::KeyPair;
    use semver::Version;
    use tauri::test::{MockRuntime, mock_builder};

    use super::*;
    use crate::app::update::ReleaseFile;

    fn release(pair: &KeyPair, file: &[u8], signed: &str) -> Release {
        let comment = format!("timestamp:1\tfile:office\tversion:{signed}");
        let signature = minisign::sign(None, &pair.sk, Cursor::new(file), Some(&comment), None).unwrap();
        let signature = Base64::encode_to_string(signature.to_string()).unwrap();
        let file = ReleaseFile { url: "https://updates.example/office".into(), signature, size: file.len() as u64 };
        let (version, notes) = (Version::new(999, 1, 0), String::new());
        Release { version, date: None, notes, notes_ru: None, file: Some(file) }
    }

    /// On Linux the plugin replaces a file, which shows that it is asked as it wants to be, by the program's own configuration.
    #[test]
    fn the_plugin_replaces_the_file_only_by_the_one_that_was_signed_for_the_version() {
        let builder = mock_builder().plugin(tauri_plugin_updater::Builder::new().build());
        let app: tauri::App<MockRuntime> = builder.build(crate::shell::context()).unwrap();
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let replaced = folder.path().join("office.AppImage");
        std::fs::write(&replaced, "today").unwrap();
        let source = UpdateSource {
            url: "https://updates.example/latest.json".into(),
            key: Base64::encode_to_string(pair.pk.to_box().unwrap().to_string()).unwrap(),
            allows_plain_loopback: false,
        };
        let plugin = Plugin { handle: app.handle().clone(), source: Some(source), replaced: Some(replaced.clone()) };
        let tomorrow = [b"\x7fELF".as_slice(), &[7; 1000]].concat();

        let older = plugin.put_in_place(&release(&pair, &tomorrow, "0.0.1"), &tomorrow).unwrap_err();
        assert!(matches!(older, Error::SignedVersionMismatch { .. }), "{older}");
        let other = plugin.put_in_place(&release(&pair, b"\x7fELF", "999.1.0"), &tomorrow).unwrap_err();
        assert!(matches!(other, Error::Minisign(_)), "{other}");
        assert_eq!(std::fs::read(&replaced).unwrap(), b"today");

        plugin.put_in_place(&release(&pair, &tomorrow, "999.1.0"), &tomorrow).unwrap();
        assert_eq!(std::fs::read(&replaced).unwrap(), tomorrow);
    }
}
