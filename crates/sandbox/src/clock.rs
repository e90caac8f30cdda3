//! Clocks of the sandbox.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// The server's wall clock. It may jump forwards or backwards.
pub trait Clock: Send + Sync {
    /// The present time by this clock.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place where the server reads the machine's clock")]
        Timestamp::now()
    }
}

/// A clock that follows tokio's, so that a test with paused time moves it by sleeping. Create it inside a runtime.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    shown: Timestamp,
    origin: tokio::time::Instant,
}

impl TokioClock {
    /// A clock that shows `now` at this moment.
    #[must_use]
    pub fn starting_at(now: Timestamp) -> Self {
        Self { shown: now, origin: tokio::time::Instant::now() }
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.origin.elapsed()).unwrap_or(SignedDuration::ZERO);
        self.shown.saturating_add(passed).unwrap_or(self.shown)
    }
}

/// A clock that does not move until it is set.
#[derive(Debug)]
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now)))
    }

    /// Sets it, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves it by `by`, which may be negative.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock with an added shift in milliseconds, which tests and the control endpoints change.
pub(crate) struct ShiftedClock {
    base: Arc<dyn Clock>,
    shift_ms: AtomicI64,
}

impl ShiftedClock {
    pub(crate) fn new(base: Arc<dyn Clock>) -> Self {
        Self { base, shift_ms: AtomicI64::new(0) }
    }

    pub(crate) fn shift(&self) -> SignedDuration {
        SignedDuration::from_millis(self.shift_ms.load(Ordering::SeqCst))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(0);
        self.shift_ms.fetch_add(by, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, now: Timestamp) {
        let shift = now.duration_since(self.base.now());
        self.shift_ms.store(i64::try_from(shift.as_millis()).unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let base = self.base.now();
        base.saturating_add(self.shift()).unwrap_or(base)
    }
}
