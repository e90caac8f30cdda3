//! Scripted faults of the network, of proxies and of the server's own program.
//!
//! A [`Rule`] says which calls it hits, when, and with which [`Fault`]. Rules are added in-process
//! ([`Sandbox::faults`](crate::Sandbox::faults)) or, with `--control`, over HTTP. All waiting uses tokio's clock, so a
//! test with paused time does not wait.
//!
//! A lost connection is a body that fails at its first byte (the response then also carries the extension
//! [`ConnectionReset`], for an in-process transport that wants to fail before the head); over a real socket the
//! connection is reset before anything is written.

mod script;

use serde::{Deserialize, Serialize};

pub use script::{Call, Faults, Fired, Rule, When};

/// Marks a response that stands for a connection reset before the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionReset;

/// A fault of one request. `applied` says whether the request is carried out before the fault; times are in
/// milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// The connection is reset and no answer comes.
    Reset {
        /// Whether it was carried out.
        applied: bool,
    },
    /// An error status, with a body as a proxy or a framework would write.
    Status {
        /// The status.
        code: u16,
        /// Whether it was carried out.
        applied: bool,
    },
    /// The server's own program answers with a status and a body of its own.
    Answer {
        /// The status.
        code: u16,
        /// The body.
        says: Says,
        /// Whether it was carried out before.
        applied: bool,
    },
    /// 401 before anything is done, even for a good token.
    Unauthorized,
    /// No byte of the answer for a while. Not applied: it is carried out afterwards, if the client still waits.
    Stall {
        /// How long.
        ms: u64,
        /// Whether it was carried out before the silence.
        applied: bool,
    },
    /// The request is delayed on its way, and is carried out even if the client has given up.
    Late {
        /// How long.
        ms: u64,
    },
    /// A proxy delivers the request twice; the answer is the first one's.
    Duplicate {
        /// How long after the first.
        ms: u64,
    },
    /// The answer breaks off in the middle of its body; the request was carried out.
    HalfAnswer,
    /// The answer comes a byte at a time; the request was carried out.
    Drip {
        /// Between two bytes.
        ms: u64,
    },
    /// Another body comes with 200.
    Garbage {
        /// What.
        body: Garbage,
        /// Whether it was carried out.
        applied: bool,
    },
    /// The true answer under another content type.
    ContentType {
        /// Which.
        value: String,
    },
    /// The true answer in another encoding.
    Encoding {
        /// Which.
        encoding: Encoding,
    },
    /// A redirect; nothing was carried out.
    Redirect {
        /// Where.
        location: String,
        /// The status: 301, 302, 307 or 308.
        code: u16,
    },
    /// A body of this many bytes of JSON that does not end; the request was carried out.
    Huge {
        /// How many.
        bytes: u64,
    },
}

/// What a server's own program writes instead of the true answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// An error in the form of the dialect, in words that fit the status.
    Error,
    /// `{"errorCode": 401, "errorMessage": "…"}`: the code stands in the body alone.
    ErrorCode(u16),
    /// An error that says that the same thing exists already.
    AlreadyExists,
    /// `{"success": false}` with the `checkGuid` of the request.
    FailureWithGuid,
    /// `{"success": false}` with the id of the account's newest ledger entry.
    FailureWithTransaction,
    /// An error of a database: "Timeout expired".
    TimeoutExpired,
}

/// A body that is not an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    /// A page of a captive portal.
    Html,
    /// Bytes that are no text.
    Noise,
    /// Nothing.
    Empty,
    /// JSON that is no answer of any method.
    OtherJson,
    /// JSON that breaks off, though the answer is complete.
    BrokenJson,
}

/// An encoding of an answer's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 after a byte order mark.
    Bom,
    /// Windows-1251, and the header says so.
    Cp1251,
}

impl Fault {
    /// Whether a request that it hits may have been carried out.
    #[must_use]
    pub const fn may_apply(&self) -> bool {
        match self {
            Self::Reset { applied }
            | Self::Status { applied, .. }
            | Self::Answer { applied, .. }
            | Self::Garbage { applied, .. } => *applied,
            Self::Unauthorized | Self::Redirect { .. } => false,
            _ => true,
        }
    }
}
