//! What is downloaded, what lies on the disk, and what the page loads before its first screen.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::row::Row;
use crate::desktop::{Result, built};

/// The sizes of what is built. The Windows programs are told if `cargo xtask dist windows` has made them.
pub fn rows(root: &Path) -> Result<Vec<Row>> {
    let mut rows = vec![
        Row::told("program on disk, Linux", megabytes(&built("probonus-office")?)?, "MB")
            .goal(20.0)
            .against(format!("a blank window: {:.1} MB", megabytes(&built("blank-window")?)?)),
    ];
    for (name, ending, goal) in [("installer for Windows", ".exe", 8.0), ("package for Debian", ".deb", 8.0)] {
        if let Some(path) = newest(&root.join("target/dist"), ending) {
            rows.push(Row::told(name, megabytes(&path)?, "MB").goal(goal));
        }
    }
    let html = fs::read_to_string(root.join("ui/dist/index.html")).context("the page is not built")?;
    let first = first_files(&html);
    let mut bytes = 0;
    for name in &first {
        bytes += packed(&root.join("ui/dist").join(name))?;
    }
    let against = format!("{} files, by gzip", first.len());
    rows.push(Row::told("page before the first screen", kilobytes(bytes), "KB").goal(120.0).against(against));
    Ok(rows)
}

/// Scripts and styles that the page names itself: what is loaded before anything is shown.
fn first_files(html: &str) -> Vec<String> {
    let named = html.split(['"', '\'']).filter(|part| part.ends_with(".js") || part.ends_with(".css"));
    named.map(|part| part.trim_start_matches(['.', '/']).to_owned()).collect()
}

fn packed(path: &Path) -> Result<u64> {
    let output = Command::new("gzip").args(["-9", "--stdout"]).arg(path).stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(output.status.success(), "{} can't be packed", path.display());
    Ok(u64::try_from(output.stdout.len())?)
}

fn newest(folder: &Path, ending: &str) -> Option<std::path::PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let fitting = entries.filter(|path| path.to_string_lossy().ends_with(ending));
    fitting.max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
}

fn megabytes(path: &Path) -> Result<f64> {
    let bytes = path.metadata().with_context(|| format!("{} is not there", path.display()))?.len();
    Ok(kilobytes(bytes) / 1000.0)
}

/// Thousands of bytes, as file managers and the goals count.
#[expect(clippy::cast_precision_loss, reason = "no file has 2^52 bytes")]
fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_what_it_loads_first() {
        let html = r#"<link rel="stylesheet" href="./assets/a.css"><script type="module" src="/assets/b.js"></script>"#;
        assert_eq!(first_files(html), ["assets/a.css", "assets/b.js"]);
    }
}
