//! Entries whose comments, and other markers, the server shows at times only.

use bytes::Bytes;
use http::Response;
use jiff::{SignedDuration, civil::DateTime};
use serde_json::Value;
use tokio::time::Instant;

use super::{answers::MARKERS, random::Random};

/// When markers are hidden.
#[derive(Clone, Copy, Debug)]
enum When {
    /// In every second spell of so many seconds; the first shows them.
    InSpells(u64),
    /// From so many seconds after the start on, for good.
    Since(u64),
    /// Of entries younger than this.
    WhileYoung(SignedDuration),
}

/// What is left of a marker.
#[derive(Clone, Copy, Debug)]
enum Left {
    /// So many characters of the comment; the other markers stay.
    Beginning(usize),
    /// The other markers.
    AllButComment,
    /// Nothing.
    Nothing,
}

/// A server that shows markers at times only.
#[derive(Debug)]
pub struct Vanishing {
    when: When,
    left: Left,
    began: Instant,
}

impl Vanishing {
    /// Draws one.
    pub fn draw(random: &Random) -> Self {
        let secs = |random: &Random| *random.pick(&[20, 120, 600, 3_600]);
        let when = match random.below(3) {
            0 => When::InSpells(secs(random)),
            1 => When::Since(secs(random)),
            _ => When::WhileYoung(SignedDuration::from_secs(*random.pick(&[5, 60, 300, 7_200]))),
        };
        let left = match random.below(3) {
            0 => Left::Beginning(usize::try_from(random.between(1, 12)).unwrap_or(1)),
            1 => Left::AllButComment,
            _ => Left::Nothing,
        };
        Self { when, left, began: Instant::now() }
    }

    /// A list of entries as it is shown. `now`: the server's local time. `calm`: what comes back is back.
    pub fn shown(&self, answer: Response<Bytes>, now: DateTime, calm: bool) -> Response<Bytes> {
        let elapsed = self.began.elapsed().as_secs();
        let is_hidden = |entry: &Value| match self.when {
            When::InSpells(secs) => !calm && (elapsed / secs) % 2 == 1,
            When::Since(secs) => elapsed >= secs,
            When::WhileYoung(age) => !calm && made(entry).is_none_or(|made| now.duration_since(made) < age),
        };
        let Ok(mut entries) = serde_json::from_slice::<Value>(answer.body()) else { return answer };
        for entry in entries.as_array_mut().into_iter().flatten().filter(|entry| is_hidden(entry)) {
            self.hide(entry);
        }
        answer.map(|_| Bytes::from(entries.to_string()))
    }

    fn hide(&self, entry: &mut Value) {
        let Some(entry) = entry.as_object_mut() else { return };
        let hidden: &[&str] = match self.left {
            Left::Beginning(chars) => {
                if let Some(Value::String(comment)) = entry.get_mut("comment") {
                    *comment = comment.chars().take(chars).collect();
                }
                &[]
            }
            Left::AllButComment => &["comment"],
            Left::Nothing => &MARKERS,
        };
        for marker in hidden {
            entry.shift_remove(*marker);
        }
    }
}

/// When an entry was made, by the server's local time.
fn made(entry: &Value) -> Option<DateTime> {
    entry.get("date")?.as_str()?.get(..19)?.parse().ok()
}
