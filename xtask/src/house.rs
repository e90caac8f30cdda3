//! The repository's own text files, read once, for the rules that look at them.

use std::path::Path;

use anyhow::{Context as _, Result};

/// One text file, by its path from the root with `/` between the parts.
pub struct File {
    pub path: String,
    pub text: String,
}

/// What the rules look at: a list of files. A rule's own test makes a small one by hand.
#[derive(Default)]
pub struct House {
    pub files: Vec<File>,
}

/// Folders that hold nothing of our own.
const NOT_OURS: &[&str] = &["node_modules", "artifacts", ".git", ".svelte-kit", "gen", "coverage"];

/// What is worth reading as text.
const TEXT: &[&str] =
    &["rs", "ts", "js", "mjs", "svelte", "css", "html", "json", "toml", "md", "sql", "sh", "yml", "yaml"];

impl House {
    /// Everything under the root but what others made.
    pub fn read(root: &Path) -> Result<Self> {
        let mut house = Self::default();
        house.walk(root, "")?;
        house.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(house)
    }

    fn walk(&mut self, folder: &Path, above: &str) -> Result<()> {
        for entry in std::fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if above.is_empty() { name.clone() } else { format!("{above}/{name}") };
            if entry.file_type()?.is_dir() {
                let built = (above.is_empty() && name.starts_with("target")) || path == "ui/dist";
                if !built && !NOT_OURS.contains(&name.as_str()) {
                    self.walk(&entry.path(), &path)?;
                }
            } else if is_text(&name) {
                let text =
                    std::fs::read_to_string(entry.path()).with_context(|| format!("can't read {path} as text"))?;
                self.files.push(File { path, text });
            }
        }
        Ok(())
    }

    /// A house with one file, for a rule's own test.
    #[cfg(test)]
    pub fn with(path: &str, text: &str) -> Self {
        Self { files: vec![File { path: path.to_owned(), text: text.to_owned() }] }
    }

    /// The file of this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Files of these kinds (by extension) under these folders; no folder means everywhere.
    pub fn of<'a>(&'a self, kinds: &'a [&'a str], folders: &'a [&'a str]) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| {
            kinds.contains(&kind(&file.path))
                && (folders.is_empty() || folders.iter().any(|folder| file.path.starts_with(folder)))
        })
    }
}

fn is_text(name: &str) -> bool {
    TEXT.contains(&kind(name)) && name != "package-lock.json" || matches!(name, "run" | ".gitignore")
}

fn kind(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, kind)| kind)
}
