//! The faults, in one list: what befalls a request, and what befalls everything else.

use super::chance::Chance;

/// What befalls a request between the client and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No connection: surely not sent.
    NoConnection,
    /// It leaves, and the connection breaks before the server has it.
    RequestLost,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done, and the answer breaks off in the middle of its body.
    HalfAnswer,
    /// It is done, and nothing comes within the limit.
    Stall,
    /// It is done after a while, within the limit.
    Slow {
        /// The while, ms.
        ms: u64,
    },
    /// It arrives after the client gave it up, but within the time the engine allows for that.
    Late {
        /// After the departure, ms.
        ms: u64,
    },
    /// It arrives when everybody has long believed that it never would.
    VeryLate {
        /// After the departure, ms.
        ms: u64,
    },
    /// Something on the way delivers it twice: the answer is the first one's.
    Twice {
        /// After the first, ms.
        ms: u64,
    },
    /// 401, before anything is done.
    Unauthorized,
    /// 400 in the server's own words, nothing done.
    Refused,
    /// 5xx, 408 or 429.
    Status {
        /// Which.
        code: u16,
        /// Whether it was done before.
        applied: bool,
    },
    /// 200 with a body that is no answer.
    Garbage {
        /// What.
        body: Garbage,
        /// Whether it was done before.
        applied: bool,
    },
    /// "Ask elsewhere", after it was done.
    Redirect,
}

/// A body that is not an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// A page of a captive portal.
    Portal,
    /// Bytes that are no text.
    Noise,
    /// Nothing.
    Empty,
    /// JSON of another program.
    OtherProgram,
    /// JSON that breaks off though the answer is complete.
    Broken,
}

impl Garbage {
    const ALL: [Self; 5] = [Self::Portal, Self::Noise, Self::Empty, Self::OtherProgram, Self::Broken];
}

/// The longest that a request is held and still counts as [`Fault::Late`], ms. The engine's settling time must be above
/// the part of it that lies beyond the client's limit.
pub const LATEST_MS: u64 = 70_000;

impl Fault {
    /// One of them. `very_late`: whether this network holds requests for hours.
    pub fn draw(chance: &Chance, write: bool, very_late: bool) -> Self {
        let applied = chance.happens(600);
        match chance.below(if write { 17 } else { 12 }) {
            0 => Self::Slow { ms: chance.between(200, 20_000) },
            1 | 2 => Self::NoConnection,
            3 => Self::RequestLost,
            4 => Self::AnswerLost,
            5 => Self::HalfAnswer,
            6 => Self::Stall,
            7 => Self::Unauthorized,
            8 | 9 => Self::Status { code: *chance.pick(&[500, 500, 502, 502, 503, 504, 408, 429]), applied },
            10 => Self::Garbage { body: *chance.pick(&Garbage::ALL), applied },
            11 => Self::Redirect,
            12 => Self::Refused,
            13 | 14 if very_late => Self::VeryLate { ms: chance.between(200_000, 12_000_000) },
            13 | 14 => Self::Late { ms: chance.between(30_500, LATEST_MS) },
            15 => Self::Status { code: *chance.pick(&[500, 502, 504]), applied: true },
            _ => Self::AnswerLost,
        }
    }

    /// Its name, for counting.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoConnection => "no connection",
            Self::RequestLost => "request lost",
            Self::AnswerLost => "answer lost after commit",
            Self::HalfAnswer => "reset mid-body",
            Self::Stall => "stall past the limit",
            Self::Slow { .. } => "slow",
            Self::Late { .. } => "late arrival",
            Self::VeryLate { .. } => "very late arrival",
            Self::Twice { .. } => "duplicate in flight",
            Self::Unauthorized => "401",
            Self::Refused => "400",
            Self::Status { applied: true, .. } => "5xx after commit",
            Self::Status { applied: false, .. } => "5xx",
            Self::Garbage { body: Garbage::OtherProgram, .. } => "other program's 200",
            Self::Garbage { .. } => "garbage body",
            Self::Redirect => "redirect after commit",
        }
    }
}
