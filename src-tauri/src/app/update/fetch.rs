//! Manifest and file, over the program's own network: its proxy, its authorities.

use std::{
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};

use bytes::Bytes;
use probonus::{Error, ErrorKind, client::FileLimits};

use super::{
    manifest::{self, Release, ReleaseFile},
    signature,
    source::{UpdateSource, Updater},
    state::VerifiedFile,
};
use crate::{
    app::App,
    error::{AppError, ErrorCode},
    view::UpdateStage,
};

/// Limits of a manifest.
const MANIFEST: FileLimits =
    FileLimits { bytes: manifest::LARGEST, whole: Duration::from_secs(60), silence: Duration::from_secs(20) };

/// Time for a file. A slow line of an office brings ten megabytes in a few minutes.
const WHOLE_FILE: Duration = Duration::from_secs(30 * 60);
/// Time without a new byte of a file.
const SILENCE: Duration = Duration::from_secs(60);

impl App {
    /// The newest version that the server of updates names.
    pub(super) async fn newest(&self) -> Result<Release, AppError> {
        let source = self.update_source()?;
        let client = self.file_client(source.allows_plain_loopback)?;
        let text = client.fetch(&source.url, MANIFEST, |_| {}).await.map_err(of_server)?;
        let release =
            manifest::read(&text, &manifest::system()).map_err(|words| refused(ErrorCode::UpdateUnreadable, &words))?;
        if release.file.as_ref().is_some_and(|file| !client.accepts(&file.url)) {
            return Err(refused(ErrorCode::UpdateNotProtected, "the file is at an address without protection"));
        }
        Ok(release)
    }

    /// The file of a release, whole and verified. What was fetched once is not fetched again.
    pub(super) async fn verified_file(&self, release: &Release, file: &ReleaseFile) -> Result<Bytes, AppError> {
        if let Some(ready) = self.updating().ready.as_ref().filter(|ready| ready.is_of(release)) {
            return Ok(ready.bytes.clone());
        }
        let source = self.update_source()?;
        let client = self.file_client(source.allows_plain_loopback)?;
        let limits = FileLimits { bytes: file.size, whole: WHOLE_FILE, silence: SILENCE };
        self.set_stage(UpdateStage::Downloading { percent: 0 });
        let told = AtomicU8::new(0);
        let progress = |came: u64| {
            let percent = percent(came, file.size);
            if told.swap(percent, Ordering::Relaxed) != percent {
                self.set_stage(UpdateStage::Downloading { percent });
            }
        };
        let fetched = client.fetch(&file.url, limits, progress).await;
        let bytes = fetched.map_err(|error| match error.kind() {
            ErrorKind::AnswerTooLarge => refused(ErrorCode::UpdateNotTrusted, "more came than was promised"),
            _ => of_server(error),
        })?;
        if bytes.len() as u64 != file.size {
            let words = format!("{} bytes came, {} were promised", bytes.len(), file.size);
            return Err(refused(ErrorCode::UpdateNotTrusted, &words));
        }
        let (key, signature, version) = (source.key.clone(), file.signature.clone(), release.version.clone());
        let checked = bytes.clone();
        let verified =
            tokio::task::spawn_blocking(move || signature::verify(&checked, &signature, &key, &version)).await;
        verified
            .map_err(|error| refused(ErrorCode::Internal, &error.to_string()))?
            .map_err(|words| refused(ErrorCode::UpdateNotTrusted, &words))?;
        let (version, promised) = (release.version.clone(), file.clone());
        self.updating().ready = Some(VerifiedFile { version, promised, bytes: bytes.clone() });
        Ok(bytes)
    }

    fn update_source(&self) -> Result<&UpdateSource, AppError> {
        let source = self.0.updater.get().and_then(Updater::source);
        source.ok_or_else(|| AppError::new(ErrorCode::UpdateImpossible, "this copy asks no server of updates"))
    }
}

fn percent(came: u64, size: u64) -> u8 {
    let percent = came.saturating_mul(100).checked_div(size).unwrap_or(0);
    u8::try_from(percent.min(100)).unwrap_or(100)
}

/// Characters of what went wrong. The words may quote the server, which may say anything.
const LONGEST_WORDS: usize = 300;

fn refused(code: ErrorCode, words: &str) -> AppError {
    let words = words.char_indices().nth(LONGEST_WORDS).map_or(words, |(end, _)| &words[..end]);
    tracing::warn!(?code, words, "no update");
    AppError::new(code, words).with(|details| details.technical = Some(words.to_owned()))
}

/// What the server of updates answered, or why it could not be asked.
fn of_server(error: Error) -> AppError {
    let words = error.to_string();
    match error.kind() {
        ErrorKind::InvalidRequest | ErrorKind::Redirect => refused(ErrorCode::UpdateNotProtected, &words),
        ErrorKind::NoSuchMethod => refused(ErrorCode::UpdateNotFound, &words),
        ErrorKind::ServerFault | ErrorKind::RedirectLoop => refused(ErrorCode::UpdateServerFailed, &words),
        ErrorKind::AnswerTooLarge | ErrorKind::Unreadable | ErrorKind::NotProBonus | ErrorKind::NotHttp => {
            refused(ErrorCode::UpdateUnreadable, &words)
        }
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn progress_never_leaves_its_bounds() {
        assert_eq!([percent(0, 9), percent(1, 3), percent(9, 9), percent(20, 9)], [0, 33, 100, 100]);
        assert_eq!([percent(u64::MAX, 7), percent(5, 0)], [100, 0]);
    }
}
