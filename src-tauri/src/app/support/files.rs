//! The files for support. All their text is masked once more; the archive contains exactly what was shown.

use std::io::{self, Cursor, Write as _};

use jiff::Timestamp;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    mask::{self, People},
    view::{SupportFileView, SupportFilesView},
};

/// The longest part of a text that is sent to the page, in bytes.
const PART: usize = 32 * 1024;

/// The files, ready to be shown and saved.
#[derive(Clone)]
pub(crate) struct SupportFiles {
    made_at: Timestamp,
    files: Vec<SupportFile>,
}

#[derive(Clone)]
struct SupportFile {
    name: String,
    text: String,
}

/// What is removed from all files.
pub(crate) struct Hidden {
    /// The people whose names are in the journal and the settings.
    pub people: People,
    /// The user's home folder, often named after the user. It is replaced by `~`.
    pub home: Option<String>,
}

impl Hidden {
    /// The text without secrets and personal data. Each line is masked by itself: a field's name in one line says nothing about the
    /// next.
    pub fn out_of(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let mut line = line.to_owned();
            if let Some(home) = self.home.as_deref().filter(|home| home.len() > 1) {
                line = line.replace(&home.replace('\\', "\\\\"), "~").replace(home, "~");
            }
            out.push_str(&self.people.hidden(&mask::masked(&line)));
        }
        out
    }
}

impl SupportFiles {
    /// No files yet.
    pub const fn made_at(made_at: Timestamp) -> Self {
        Self { made_at, files: Vec::new() }
    }

    /// Adds a file, masked. There is no other way to add one.
    pub fn add(&mut self, name: &str, text: &str, hidden: &Hidden) {
        self.files.push(SupportFile { name: name.to_owned(), text: hidden.out_of(text) });
    }

    /// The list of files for the page.
    pub fn view(&self) -> SupportFilesView {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let files = self.files.iter().map(|file| SupportFileView {
            name: file.name.clone(),
            bytes: count(file.text.len()),
            parts: count(parts(&file.text).len()),
        });
        SupportFilesView { made_at: self.made_at, files: files.collect() }
    }

    /// A part of a file's text; `None` if there is no such file or part.
    pub fn part(&self, name: &str, part: u32) -> Option<&str> {
        let file = self.files.iter().find(|file| file.name == name)?;
        parts(&file.text).get(usize::try_from(part).ok()?).copied()
    }

    /// The archive.
    ///
    /// # Errors
    /// Those of writing a ZIP archive; in memory there should be none.
    pub fn archive(&self) -> io::Result<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for file in &self.files {
            archive.start_file(&file.name, options)?;
            archive.write_all(file.text.as_bytes())?;
        }
        Ok(archive.finish()?.into_inner())
    }
}

/// Cuts a text into parts of at most [`PART`] bytes. A part ends at the end of a line, or between two characters if one line is
/// longer than a part.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > PART {
        let most = rest.floor_char_boundary(PART);
        let end = rest[..most].rfind('\n').map_or(most, |line| line + 1);
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_whole_text_and_none_is_too_long() {
        let lines = "строка, в которой что-то есть\n".repeat(5000);
        let without_lines = "ё".repeat(PART);
        for text in [lines.as_str(), &without_lines, ""] {
            let parts = parts(text);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|part| part.len() <= PART));
        }
        assert!(parts(&lines).iter().all(|part| part.ends_with('\n') || part.is_empty()));
    }

    #[test]
    fn the_users_own_folder_is_not_named() {
        let hidden = Hidden { people: People::default(), home: Some("D:\\Дом\\Вера".to_owned()) };
        let text = r#"D:\Дом\Вера\AppData, "D:\\Дом\\Вера\\AppData""#;
        assert_eq!(hidden.out_of(text), r#"~\AppData, "~\\AppData""#);
    }
}
