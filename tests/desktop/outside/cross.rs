//! The cross of the program's window, without a window manager: its message, by the protocol of X itself.

use std::{
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
};

use anyhow::{Context as _, ensure};
use house_tests::desktop::{Desk, Result, until};

/// Presses the cross of the program's window.
pub fn press(desk: &Desk) -> Result {
    let mut screen = Screen::of(desk)?;
    let window = screen.window()?.context("the program has no window on the screen")?;
    screen.close(window)
}

/// Waits until the program's window is on the screen, or is not.
pub async fn shown(desk: &Desk, is_shown: bool, when: &str) -> Result {
    let what = if is_shown { "the window is on the screen" } else { "the window is hidden" };
    until(format!("{what} {when}"), async || Ok((Screen::of(desk)?.window()?.is_some() == is_shown).then_some(())))
        .await
}

/// A connection to the screen.
struct Screen {
    stream: UnixStream,
    root: u32,
    protocols: u32,
    delete_window: u32,
}

impl Screen {
    fn of(desk: &Desk) -> Result<Self> {
        let number = desk.screen().trim_start_matches(':');
        let mut stream = UnixStream::connect(format!("/tmp/.X11-unix/X{number}"))?;
        // Little-endian, version 11, no authorisation.
        stream.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let mut head = [0; 8];
        stream.read_exact(&mut head)?;
        ensure!(head[0] == 1, "the screen refuses");
        let mut rest = vec![0; usize::from(u16_at(&head, 6)) * 4];
        stream.read_exact(&mut rest)?;
        let (vendor, formats) = (usize::from(u16_at(&rest, 16)).next_multiple_of(4), usize::from(rest[21]) * 8);
        let root = u32_at(&rest, 32 + vendor + formats);
        let mut screen = Self { stream, root, protocols: 0, delete_window: 0 };
        screen.protocols = screen.atom("WM_PROTOCOLS")?;
        screen.delete_window = screen.atom("WM_DELETE_WINDOW")?;
        Ok(screen)
    }

    /// The program's window, if it is on the screen: the one that has a cross.
    fn window(&mut self) -> Result<Option<u32>> {
        let tree = self.ask(&request(15, 0, &[self.root]))?;
        let children: Vec<u32> = tree[32..].chunks_exact(4).map(|window| u32_at(window, 0)).collect();
        for window in children {
            let attributes = self.ask(&request(3, 0, &[window]))?;
            let is_mapped = attributes[26] == 2;
            let property = self.ask(&request(20, 0, &[window, self.protocols, 0, 0, 32]))?;
            if is_mapped && property[32..].chunks_exact(4).any(|atom| u32_at(atom, 0) == self.delete_window) {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    fn close(&mut self, window: u32) -> Result {
        let message = u32::from_le_bytes([33, 32, 0, 0]);
        let event = [message, window, self.protocols, self.delete_window, 0, 0, 0, 0];
        self.stream.write_all(&request(25, 0, &[&[window, 0][..], &event].concat()))?;
        // Any answer: the message has arrived.
        self.ask(&request(43, 0, &[])).map(drop)
    }

    fn atom(&mut self, name: &str) -> Result<u32> {
        let mut words = vec![u32::try_from(name.len())?];
        let mut padded = name.as_bytes().to_vec();
        padded.resize(name.len().next_multiple_of(4), 0);
        words.extend(padded.chunks_exact(4).map(|word| u32_at(word, 0)));
        Ok(u32_at(&self.ask(&request(16, 0, &words))?, 8))
    }

    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        self.stream.write_all(request)?;
        let mut answer = vec![0; 32];
        self.stream.read_exact(&mut answer)?;
        ensure!(answer[0] == 1, "the screen answers with error {}", answer[1]);
        let more = usize::try_from(u32_at(&answer, 4))? * 4;
        answer.resize(32 + more, 0);
        self.stream.read_exact(&mut answer[32..])?;
        Ok(answer)
    }
}

/// A request: its number, a detail, its words.
fn request(number: u8, detail: u8, words: &[u32]) -> Vec<u8> {
    let length = u16::try_from(words.len() + 1).unwrap_or(u16::MAX);
    let mut bytes = vec![number, detail];
    bytes.extend(length.to_le_bytes());
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    bytes
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
