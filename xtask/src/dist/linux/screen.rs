//! A screen that nobody looks at, and what is seen on it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::run;

/// What Debian must have installed.
pub const PACKAGES: &[&str] = &["xvfb", "x11-utils", "x11-apps"];

/// The screen of a typical office PC.
const SIZE: &str = "1366x768x24";

/// A screen. Dropping it ends its server.
pub struct Screen {
    server: Child,
    name: String,
}

/// A window that is before somebody's eyes.
#[derive(Debug, PartialEq, Eq)]
pub struct Window {
    id: String,
    /// The class by which a desktop finds the entry that the window belongs to.
    pub class: String,
}

impl Screen {
    /// Starts a screen under a free number.
    pub fn new() -> Result<Self> {
        let mut start = run::command("Xvfb");
        start.args(["-displayfd", "1", "-noreset", "-screen", "0", SIZE, "-nolisten", "tcp", "-ac"]);
        let mut server = start.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("can't start Xvfb")?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut number)?;
        }
        let screen = Self { server, name: format!(":{}", number.trim()) };
        ensure!(!number.trim().is_empty(), "Xvfb ended before it was ready");
        Ok(screen)
    }

    /// E.g. `:99`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The window of this title, if it is mapped with all above it.
    pub fn window(&self, title: &str) -> Result<Option<Window>> {
        let tree = run::read(run::command("xwininfo").args(["-display", &self.name, "-root", "-tree"]))?;
        let Some(window) = titled(&tree, title) else { return Ok(None) };
        let state = run::command("xwininfo").args(["-display", &self.name, "-id", &window.id]).output()?;
        let is_seen = String::from_utf8_lossy(&state.stdout).contains("Map State: IsViewable");
        Ok(is_seen.then_some(window))
    }

    /// Saves what a window shows as an X window dump, and counts its colours: an empty window has one or two.
    pub fn picture(&self, window: &Window, file: &Path) -> Result<usize> {
        let mut dump = run::command("xwd");
        dump.args(["-display", &self.name, "-silent", "-id", &window.id, "-out"]).arg(file);
        ensure!(dump.status()?.success(), "there is no picture of the window");
        colours(&fs::read(file)?).context("the picture can't be read")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A server that has ended already needs no end.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The window of this title in what `xwininfo -tree` prints, e.g. `0x20000f "ProBonus Office": ("a" "A")  1366x768+0+0`.
fn titled(tree: &str, title: &str) -> Option<Window> {
    let name = format!(" \"{title}\": (");
    tree.lines().find_map(|line| {
        let (id, rest) = line.trim().split_once(&name)?;
        Some(Window { id: id.to_owned(), class: rest.split('"').nth(3)?.to_owned() })
    })
}

/// How many colours an X window dump of 32 bits a pixel has. Its head is of numbers of four bytes, the highest first.
fn colours(dump: &[u8]) -> Option<usize> {
    let number = |index: usize| {
        let bytes = dump.get(index * 4..index * 4 + 4)?;
        usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
    };
    let (head, bits, table) = (number(0)?, number(11)?, number(19)?);
    let pixels = dump.get(head + table * 12..)?;
    (bits == 32).then(|| pixels.chunks_exact(4).collect::<BTreeSet<_>>().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_found_by_its_title() {
        let tree = "  Root window id: 0x50c (the root window) (has no name)\n     0x200001 (has no name): ()  10x10+10+10\n     \
                    0x20000f \"ProBonus Office\": (\"probonus-office\" \"Probonus-office\")  1366x741+0+0  +0+0\n";
        let window = Window { id: "0x20000f".to_owned(), class: "Probonus-office".to_owned() };
        assert_eq!(titled(tree, "ProBonus Office"), Some(window));
        assert_eq!(titled(tree, "Office"), None);
    }

    #[test]
    fn colours_of_a_picture_are_counted() {
        let mut head = [0_u32; 20];
        (head[0], head[11], head[19]) = (80, 32, 1);
        let mut dump: Vec<u8> = head.iter().flat_map(|number| number.to_be_bytes()).collect();
        dump.extend([0; 12]);
        dump.extend([1, 1, 1, 0, 2, 2, 2, 0, 1, 1, 1, 0]);
        assert_eq!(colours(&dump), Some(2));
        assert_eq!(colours(&dump[..40]), None);
    }
}
