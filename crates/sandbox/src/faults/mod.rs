//! Scripted faults of the network, of proxies and of the server's own program.
//!
//! A [`Rule`] says which calls it hits, when, and with which [`Fault`]. Rules are added in-process
//! ([`Sandbox::faults`](crate::Sandbox::faults)) or, with `--control`, over HTTP. All waiting uses tokio's clock, so a
//! test with paused time does not wait.
//!
//! A reset over a real socket resets the connection before anything is written. In-process, the response has a body that
//! fails at its first byte, and the extension [`ConnectionReset`] for a transport that wants to fail before the head.

mod script;

use serde::{Deserialize, Serialize};

pub use script::{Call, Faults, Fired, Rule, When};

/// Marks a response that stands for a connection reset before the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionReset;

/// A fault of one request. `applied` says whether the request is applied before the fault. Times are in milliseconds.
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
    /// No byte of the answer comes for a while. If `applied` is `false`, the request is applied afterwards, if the client still
    /// waits.
    Stall {
        /// How long.
        ms: u64,
        /// Whether the request is applied before the silence.
        applied: bool,
    },
    /// The request arrives late, and is applied even if the client has given up.
    Late {
        /// How long.
        ms: u64,
    },
    /// A proxy delivers the request twice; the answer is the first one's.
    Duplicate {
        /// How long after the first.
        ms: u64,
    },
    /// The answer breaks off in the middle of its body. The request is applied.
    HalfAnswer,
    /// The answer comes one byte at a time. The request is applied.
    Drip {
        /// The pause between two bytes.
        ms: u64,
    },
    /// The answer is 200 with another body.
    Garbage {
        /// The body.
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
    /// A redirect. The request is not applied.
    Redirect {
        /// The target.
        location: String,
        /// The status: 301, 302, 307 or 308.
        code: u16,
    },
    /// A body of this many bytes of unfinished JSON. The request is applied.
    Huge {
        /// The number of bytes.
        bytes: u64,
    },
}

/// The body that a server's own program writes instead of the true answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// An error in the form of the dialect, in words that fit the status.
    Error,
    /// `{"errorCode": 401, "errorMessage": "…"}`: the code is only in the body.
    ErrorCode(u16),
    /// An error that says that the object exists already.
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
    /// Bytes that are not text.
    Noise,
    /// An empty body.
    Empty,
    /// JSON that is not an answer of any method.
    OtherJson,
    /// Unfinished JSON in a complete answer.
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
    /// Whether a request with this fault may have been applied.
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
