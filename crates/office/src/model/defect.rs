//! Engines broken on purpose: the simulation must catch every one of them. Without the feature `defects` no engine can
//! be broken, and every question here is `false` at compile time.

/// What is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Defect {
    /// An unknown outcome is taken for "not sent", and sent again.
    RetryOnUnknown,
    /// The request leaves before Sending is committed.
    SendBeforeCommit,
    /// What stood in Sending at the start is taken for Prepared.
    ForgetSending,
    /// A server's row proves as many operations as ask for it.
    OneRowProvesTwo,
    /// One look that finds nothing is enough.
    AbsentAfterOneLook,
    /// A purchase is sent with a new GUID each time.
    NewGuidOnResend,
    /// Operations of one account go side by side.
    LaneOrderLost,
    /// The balance is not watched.
    WatchOff,
    /// A double click is two operations on the wire.
    SubmitNotJoined,
    /// A refused operation is sent again.
    RetryRefused,
    /// An unknown outcome is taken for done.
    UnknownIsDone,
    /// An operation that was cancelled is sent all the same.
    CancelForgotten,
    /// A balance that was not read again before the program ended never is.
    WatchForgotten,
    /// What arrives after it was taken for not applied is not looked for.
    LateUnnoticed,
}

impl Defect {
    /// Every broken engine.
    pub const ALL: [Self; 14] = [
        Self::RetryOnUnknown,
        Self::SendBeforeCommit,
        Self::ForgetSending,
        Self::OneRowProvesTwo,
        Self::AbsentAfterOneLook,
        Self::NewGuidOnResend,
        Self::LaneOrderLost,
        Self::WatchOff,
        Self::SubmitNotJoined,
        Self::RetryRefused,
        Self::UnknownIsDone,
        Self::CancelForgotten,
        Self::WatchForgotten,
        Self::LateUnnoticed,
    ];
}
