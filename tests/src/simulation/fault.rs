//! The faults of the network, in one list.

use probonus_sandbox::Says;

use super::random::Random;

/// What happens to a request between client and server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No connection: the request is surely not sent.
    NoConnection,
    /// The connection breaks before the server has the request.
    RequestLost,
    /// The request is applied; the connection breaks before the answer.
    AnswerLost,
    /// The request is applied; the answer breaks off inside its body.
    HalfAnswer,
    /// The request is applied; no answer comes within the time limit.
    Stall,
    /// The request is applied late, but within the time limit.
    Slow {
        /// Delay, ms.
        ms: u64,
    },
    /// The request arrives after the client's time limit, but within the settling time.
    Late {
        /// Delay, ms.
        ms: u64,
    },
    /// The request arrives long after the settling time.
    VeryLate {
        /// Delay, ms.
        ms: u64,
    },
    /// The network delivers the request twice; the client gets the first answer.
    Twice {
        /// Time between the two, ms.
        ms: u64,
    },
    /// 401; nothing is applied.
    Unauthorized,
    /// 400 from the server itself; nothing is applied.
    Refused,
    /// 5xx, 408 or 429.
    Status {
        /// The status code.
        code: u16,
        /// Whether the request was applied before.
        applied: bool,
    },
    /// A status and a body of the server's own program, in place of the answer.
    Answer {
        /// The status code.
        code: u16,
        /// The body.
        says: Says,
        /// Whether the request was applied before.
        applied: bool,
    },
    /// 200 with a body that is no answer.
    Garbage {
        /// The body.
        body: Garbage,
        /// Whether the request was applied before.
        applied: bool,
    },
    /// A redirect after the request was applied.
    Redirect,
    /// The answer to a request about another guest, which it names.
    Foreign {
        /// Whether the request was applied.
        applied: bool,
    },
    /// 200 with a body that names nothing of the operation.
    Hollow {
        /// Whether the request was applied.
        applied: bool,
    },
}

/// A body that is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// The page of a captive portal.
    Portal,
    /// Binary data.
    Noise,
    /// An empty body.
    Empty,
    /// JSON of another program.
    OtherProgram,
    /// Incomplete JSON in a complete answer.
    Broken,
}

impl Garbage {
    const ALL: [Self; 5] = [Self::Portal, Self::Noise, Self::Empty, Self::OtherProgram, Self::Broken];
}

/// The longest delay of [`Fault::Late`], ms. The part of it beyond the client's time limit must be shorter than the office's
/// settling time.
pub const LATEST_MS: u64 = 70_000;

impl Fault {
    /// Draws a fault. `very_late`: whether this network delays requests for hours.
    pub fn draw(random: &Random, write: bool, very_late: bool) -> Self {
        let applied = random.happens(600);
        match random.below(if write { 17 } else { 12 }) {
            0 => Self::Slow { ms: random.between(200, 20_000) },
            1 | 2 => Self::NoConnection,
            3 => Self::RequestLost,
            4 => Self::AnswerLost,
            5 => Self::HalfAnswer,
            6 => Self::Stall,
            7 => Self::Unauthorized,
            8 | 9 => Self::Status { code: *random.pick(&[500, 500, 502, 502, 503, 504, 408, 429]), applied },
            10 => Self::Garbage { body: *random.pick(&Garbage::ALL), applied },
            11 => Self::Redirect,
            12 => Self::Refused,
            13 | 14 if very_late => Self::VeryLate { ms: random.between(200_000, 12_000_000) },
            13 | 14 => Self::Late { ms: random.between(30_500, LATEST_MS) },
            15 => Self::Status { code: *random.pick(&[500, 502, 504]), applied: true },
            _ => Self::AnswerLost,
        }
    }

    /// The name under which it is counted.
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
            Self::Answer { applied: true, .. } => "denied after commit",
            Self::Answer { applied: false, .. } => "denied before the work",
            Self::Garbage { body: Garbage::OtherProgram, .. } => "other program's 200",
            Self::Garbage { .. } => "garbage body",
            Self::Redirect => "redirect after commit",
            Self::Foreign { applied: true } => "another's answer after commit",
            Self::Foreign { applied: false } => "another's answer",
            Self::Hollow { applied: true } => "hollow answer after commit",
            Self::Hollow { applied: false } => "hollow answer",
        }
    }
}
