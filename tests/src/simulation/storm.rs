//! What befalls each request, decided by the seed.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use probonus_sandbox::{
    Fault,
    faults::{Encoding, Garbage},
};

use super::chance::Chance;

/// The longest that a request is held on its way and still arrives. The engine's settling time
/// (`office::Policy::settle`) must be above it: a request that arrives later than anyone waits can't be told from
/// one that never does.
pub const LATEST_MS: u64 = 45_000;

/// The weather of a run.
pub struct Storm {
    chance: Chance,
    calm: AtomicBool,
    outage: AtomicBool,
    /// Faults per thousand calls.
    strength: u64,
    struck: AtomicU64,
}

/// What befalls a request between us and the server.
#[derive(Clone, Copy, Debug)]
pub enum OnTheWay {
    /// No connection: surely not sent.
    NoConnection,
    /// It is sent, and the connection breaks before the server has read it.
    Lost,
    /// It arrives twice, the second time so much later.
    Twice {
        /// Milliseconds.
        ms: u64,
    },
}

impl Storm {
    /// The weather that the seed decides; a few seeds have none.
    pub fn new(chance: Chance) -> Self {
        let strength = *chance.pick(&[0, 50, 150, 300, 500]);
        Self {
            chance,
            calm: AtomicBool::new(false),
            outage: AtomicBool::new(false),
            strength,
            struck: AtomicU64::new(0),
        }
    }

    /// No fault from now on.
    pub fn calm(&self) {
        self.calm.store(true, Ordering::SeqCst);
        self.outage.store(false, Ordering::SeqCst);
    }

    /// The server can't be reached, or can again.
    pub fn set_outage(&self, outage: bool) {
        self.outage.store(outage && !self.calm.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Faults so far.
    pub fn struck(&self) -> u64 {
        self.struck.load(Ordering::SeqCst)
    }

    /// What befalls the request that is about to be sent.
    pub fn on_the_way(&self) -> Option<OnTheWay> {
        if self.outage.load(Ordering::SeqCst) {
            return self.count(OnTheWay::NoConnection);
        }
        if !self.rages() {
            return None;
        }
        match self.chance.below(12) {
            0 => self.count(OnTheWay::NoConnection),
            1 => self.count(OnTheWay::Lost),
            2 => self.count(OnTheWay::Twice { ms: self.chance.below(LATEST_MS) }),
            _ => None,
        }
    }

    /// What befalls the request that the server has read.
    pub fn at_the_server(&self) -> Option<Fault> {
        if !self.rages() {
            return None;
        }
        let applied = self.chance.happens(500);
        let ms = self.chance.below(LATEST_MS);
        let fault = match self.chance.below(11) {
            0 | 1 => Fault::Reset { applied },
            2 => Fault::Status { code: *self.chance.pick(&[500, 502, 503, 504, 408, 429]), applied },
            3 => Fault::Unauthorized,
            4 => Fault::Stall { ms, applied: true },
            5 => Fault::Late { ms },
            6 | 7 => Fault::HalfAnswer,
            8 => {
                let kinds = [Garbage::Html, Garbage::Noise, Garbage::Empty, Garbage::OtherJson, Garbage::BrokenJson];
                Fault::Garbage { body: *self.chance.pick(&kinds), applied }
            }
            9 => Fault::Encoding { encoding: *self.chance.pick(&[Encoding::Bom, Encoding::Cp1251]) },
            _ => Fault::Drip { ms: self.chance.below(200) },
        };
        self.count(fault)
    }

    fn rages(&self) -> bool {
        !self.calm.load(Ordering::SeqCst) && self.chance.happens(self.strength)
    }

    fn count<T>(&self, strike: T) -> Option<T> {
        self.struck.fetch_add(1, Ordering::SeqCst);
        Some(strike)
    }
}
