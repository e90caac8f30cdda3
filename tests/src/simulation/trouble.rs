//! Kinds of trouble that real servers, proxies and PCs made. Some seeds draw one; a scenario can also be given one by name.

use std::{fmt, str::FromStr};

use jiff::civil::time;
use probonus_sandbox::{
    Dialect, Says,
    core::{calendar::Calendar, model::Deferral},
    dialect::PageLimit,
};

use super::{
    fault::{Fault, LATEST_MS},
    random::{Purpose, Random},
};

/// One kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A write is applied and answered 401, now and then.
    AppliedThen401,
    /// Every write is carried out and answered 401, while there are faults.
    AppliedThen401Always,
    /// A write is applied and answered 400, 403, 406, 409, 422, 423, 424, 449, 460 or 499.
    AppliedThenStatus,
    /// A write is applied and answered `errorCode: 401` inside a 200.
    AppliedThenErrorCode,
    /// A write is applied and answered "already exists", as a gateway does that repeats it.
    AppliedThenExists,
    /// A write is applied and answered `success: false` with its own GUID or entry.
    AppliedThenFailure,
    /// "Timeout expired" inside a 200, whether the write was applied or not.
    TimeoutExpired,
    /// A proxy repeats a write 70 seconds later.
    RepeatsAfter70,
    /// The server lets one request a second through.
    TightLimiter,
    /// Requests are refused with 429, 502 or 503 before the work.
    RefusedBefore,
    /// Accruals for purchases wait for two weeks; an entry shows each.
    WaitingAccruals,
    /// Accruals for purchases wait for two weeks; nothing shows them.
    HiddenAccruals,
    /// The administrator takes bonuses away; the entry has no minus.
    Withdrawals,
    /// The business day changes at 17:00.
    AfternoonBorder,
    /// The server's zone is ten hours ahead of Moscow's or behind it.
    FarZone,
    /// The detailed balance tells parts and no total.
    NoTotal,
    /// The server gives three ledger entries at once, newest first.
    FewEntries,
    /// Receipts of the POS carry a GUID and a number, like outside ones.
    PosWithMarkers,
    /// After a crash, the journal's file is put back as it was when the last operation had just been prepared.
    RolledBack,
    /// The same, and its witness with it, as with the image of a whole disk. Only money operations are open then.
    DiskImage,
    /// Purchases are of an earlier day; their entries are of the day on which they were sent.
    DatedBack,
    /// The same, and their entries are of the day of the purchase, and stand among those of that day.
    ListedBack,
    /// The operator of a second PC, with a journal of its own, enters the same paper receipts.
    SecondPc,
    /// The program is started with another server now and then; the guests' numbers are the same there.
    ServerSwitched,
    /// Reads take seconds, and the queue is paused and resumed meanwhile.
    PausedInReads,
    /// Some reads are answered as the server was: by a replica that lags behind, or by a cache.
    StaleReads,
    /// Entries show their comments, or all markers, at times only: later hidden, cut, or not shown while they are young.
    VanishingComments,
    /// Some requests are answered with what was said of another guest, who is named.
    ForeignAnswers,
    /// Writes are answered "done" without a word of what was done, whether they were applied or not.
    HollowAnswers,
    /// In spells, reads find nothing: neither guests nor entries nor balances.
    EmptiedReads,
    /// A POS returns parts of outside purchases, some just before the return of the whole arrives.
    PartialReturns,
}

/// Seeds with a kind of trouble, per mille: enough that each test run plays every kind. `--trouble all` plays more of them.
const IN_TROUBLE: u64 = 200;

impl Trouble {
    /// Every kind.
    pub const ALL: [Self; 31] = [
        Self::AppliedThen401,
        Self::AppliedThen401Always,
        Self::AppliedThenStatus,
        Self::AppliedThenErrorCode,
        Self::AppliedThenExists,
        Self::AppliedThenFailure,
        Self::TimeoutExpired,
        Self::RepeatsAfter70,
        Self::TightLimiter,
        Self::RefusedBefore,
        Self::WaitingAccruals,
        Self::HiddenAccruals,
        Self::Withdrawals,
        Self::AfternoonBorder,
        Self::FarZone,
        Self::NoTotal,
        Self::FewEntries,
        Self::PosWithMarkers,
        Self::RolledBack,
        Self::DiskImage,
        Self::DatedBack,
        Self::ListedBack,
        Self::SecondPc,
        Self::ServerSwitched,
        Self::PausedInReads,
        Self::StaleReads,
        Self::VanishingComments,
        Self::ForeignAnswers,
        Self::HollowAnswers,
        Self::EmptiedReads,
        Self::PartialReturns,
    ];

    /// The kind that a seed draws; `None`: the random faults alone. It is drawn from a stream of its own, so the other numbers of
    /// a seed do not depend on it.
    #[must_use]
    pub fn drawn(seed: u64) -> Option<Self> {
        let random = Random::new(seed, Purpose::Trouble);
        random.happens(IN_TROUBLE).then(|| *random.pick(&Self::ALL))
    }

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AppliedThen401 => "applied-then-401",
            Self::AppliedThen401Always => "applied-then-401-always",
            Self::AppliedThenStatus => "applied-then-status",
            Self::AppliedThenErrorCode => "applied-then-error-code",
            Self::AppliedThenExists => "applied-then-exists",
            Self::AppliedThenFailure => "applied-then-failure",
            Self::TimeoutExpired => "timeout-expired",
            Self::RepeatsAfter70 => "repeats-after-70",
            Self::TightLimiter => "tight-limiter",
            Self::RefusedBefore => "refused-before",
            Self::WaitingAccruals => "waiting-accruals",
            Self::HiddenAccruals => "hidden-accruals",
            Self::Withdrawals => "withdrawals",
            Self::AfternoonBorder => "afternoon-border",
            Self::FarZone => "far-zone",
            Self::NoTotal => "no-total",
            Self::FewEntries => "few-entries",
            Self::PosWithMarkers => "marked-pos",
            Self::RolledBack => "rolled-back",
            Self::DiskImage => "disk-image",
            Self::DatedBack => "dated-back",
            Self::ListedBack => "listed-back",
            Self::SecondPc => "second-pc",
            Self::ServerSwitched => "server-switched",
            Self::PausedInReads => "paused-in-reads",
            Self::StaleReads => "stale-reads",
            Self::VanishingComments => "vanishing-comments",
            Self::ForeignAnswers => "foreign-answers",
            Self::HollowAnswers => "hollow-answers",
            Self::EmptiedReads => "emptied-reads",
            Self::PartialReturns => "partial-returns",
        }
    }

    /// The fault of a request; `None`: the profile decides.
    pub fn fault(self, random: &Random, write: bool) -> Option<Fault> {
        let rarely = write && random.happens(300);
        let answer = |code, says, applied| Some(Fault::Answer { code, says, applied });
        match self {
            Self::AppliedThen401 if rarely => answer(401, Says::Error, true),
            Self::AppliedThen401Always if write => answer(401, Says::Error, true),
            Self::AppliedThenStatus if rarely => {
                answer(*random.pick(&[400, 403, 406, 409, 422, 423, 424, 449, 460, 499]), Says::Error, true)
            }
            Self::AppliedThenErrorCode if rarely => answer(200, Says::ErrorCode(401), true),
            Self::AppliedThenExists if rarely => answer(*random.pick(&[400, 409, 422]), Says::AlreadyExists, true),
            Self::AppliedThenFailure if rarely => {
                answer(200, *random.pick(&[Says::FailureWithGuid, Says::FailureWithTransaction]), true)
            }
            Self::TimeoutExpired if rarely => answer(200, Says::TimeoutExpired, random.happens(500)),
            Self::RepeatsAfter70 if rarely => Some(Fault::Twice { ms: 70_000 }),
            // What reads show matters where an outcome is unknown.
            Self::StaleReads | Self::VanishingComments | Self::EmptiedReads | Self::PartialReturns if rarely => {
                Some(match random.below(4) {
                    0 => Fault::RequestLost,
                    1 => Fault::Late { ms: random.between(30_500, LATEST_MS) },
                    _ => Fault::AnswerLost,
                })
            }
            Self::ForeignAnswers if random.happens(if write { 150 } else { 250 }) => {
                Some(Fault::Foreign { applied: random.happens(500) })
            }
            Self::ForeignAnswers if rarely => Some(Fault::AnswerLost),
            Self::HollowAnswers if rarely => Some(Fault::Hollow { applied: random.happens(500) }),
            Self::RefusedBefore if random.happens(300) => answer(*random.pick(&[429, 502, 503]), Says::Error, false),
            Self::PausedInReads if !write && random.happens(400) => {
                Some(Fault::Slow { ms: random.between(500, 15_000) })
            }
            _ => None,
        }
    }

    /// Whether the trouble is played only with entries that show markers. Without them nothing could show it, as the documentation
    /// says.
    pub const fn needs_markers(self) -> bool {
        matches!(self, Self::DiskImage | Self::SecondPc | Self::VanishingComments | Self::HollowAnswers)
    }

    /// Whether it is a trouble only where the server counts each write as it was sent, and once: an old balance hides what was wrong.
    pub const fn needs_right_sums(self) -> bool {
        matches!(self, Self::StaleReads)
    }

    /// Whether every session ends together with such an answer, so that reads are refused too: now and then, where a write that was
    /// applied is answered 401.
    pub fn ends_sessions(self, random: &Random) -> bool {
        matches!(self, Self::AppliedThen401 | Self::AppliedThen401Always) && random.happens(500)
    }

    /// Whether others work on the same guests in it. Before the first marker is seen, a POS's entry of the same sum stands for an
    /// operation that was called done and was not; so does a change of the same field elsewhere.
    pub const fn lets_others_work(self) -> bool {
        !matches!(self, Self::HollowAnswers)
    }

    /// Whether the server's clock jumps in it.
    pub const fn lets_clock_jump(self) -> bool {
        !matches!(self, Self::RepeatsAfter70 | Self::StaleReads)
    }

    /// Days between a purchase and the day on which it is entered.
    pub fn days_back(self, random: &Random) -> Option<u64> {
        matches!(self, Self::DatedBack | Self::ListedBack).then(|| random.below(6))
    }

    /// Whether and how the server's accruals wait.
    pub fn deferral(self) -> Option<Deferral> {
        match self {
            Self::WaitingAccruals => Some(Deferral { days: 14, is_shown: true }),
            Self::HiddenAccruals => Some(Deferral { days: 14, is_shown: false }),
            _ => None,
        }
    }

    /// The server's zone and the change of its business day.
    pub fn calendar(self, seed: u64) -> Calendar {
        match self {
            Self::AfternoonBorder => Calendar { day_change: time(17, 0, 0, 0), ..Calendar::default() },
            Self::FarZone => {
                Calendar { utc_offset_hours: if seed.is_multiple_of(2) { 13 } else { -7 }, ..Calendar::default() }
            }
            // The office's zone, so that the times of entries tell how old a list is.
            Self::StaleReads if (seed / 2).is_multiple_of(2) => Calendar { utc_offset_hours: 0, ..Calendar::default() },
            _ => Calendar::default(),
        }
    }

    /// The server's dialect. The client does not know it and uses the table's.
    pub fn dialect(self) -> Dialect {
        let table = Dialect::table();
        match self {
            Self::NoTotal => Dialect::by_name("parts-without-total").unwrap_or(table),
            Self::FewEntries => {
                Dialect { newest_first: true, page: Some(PageLimit { rows: 3, is_told: false }), ..table }
            }
            Self::ListedBack => Dialect { extras: ["purchasedAt".to_owned()].into(), ..table },
            Self::PosWithMarkers => Dialect { marks_pos_receipts: true, ..table },
            _ => table,
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Trouble {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|trouble| trouble.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("no trouble is called {name}; there are {names}")
        })
    }
}
