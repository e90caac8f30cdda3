//! The plan of a simulation. It is drawn completely before the start, so that a failing plan can be reduced.

use std::time::Duration;

use office::OperationId;

use super::{answers::Counts, disk::End, network::NetworkProfile, random::Random};

/// Guests of the operators.
pub const GUESTS: u64 = 4;
/// Windows in which operators work side by side.
pub const WINDOWS: usize = 2;

/// All that a seed decides in advance.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The network and the server.
    pub profile: NetworkProfile,
    /// Whether the office signs in with a password; otherwise it has a permanent token.
    pub by_login: bool,
    /// Actions; each window does its own in this order.
    pub actions: Vec<TimedAction>,
    /// Process runs that end before the work does.
    pub runs: Vec<ProcessRun>,
}

/// An action with its time and window.
#[derive(Clone, Debug)]
pub struct TimedAction {
    /// The window.
    pub window: usize,
    /// Time since the window's previous action.
    pub pause: Duration,
    /// The action.
    pub action: Action,
}

/// A run of the process, from its start to its crash.
#[derive(Clone, Copy, Debug)]
pub struct ProcessRun {
    /// Polls of its future until the crash.
    pub polls: u64,
    /// How it ends.
    pub end: End,
}

/// An action. The trace prints its fields, so their names are part of a trace's hash.
#[derive(Clone, Debug)]
pub enum Action {
    /// An operator submits a form.
    Submit {
        /// The operation's id, from the form.
        id: OperationId,
        /// The form.
        form: Form,
        /// Clicks at once.
        clicks: usize,
    },
    /// An operator cancels an operation.
    Cancel(OperationId),
    /// An operator asks for reconciliation.
    Reconcile(OperationId),
    /// An operator sends an operation again.
    Resend(OperationId),
    /// An operator decides an unknown outcome, knowing the truth.
    Decide(OperationId),
    /// The queue is paused.
    Pause,
    /// The queue is resumed.
    Resume,
    /// A POS adds bonuses.
    PosRefill {
        /// The guest.
        guest: usize,
        /// Kopecks.
        sum: i64,
        /// Whether it has a sum of ours and no comment.
        twin: bool,
    },
    /// A guest pays with bonuses at a POS.
    PosPurchase {
        /// The guest.
        guest: usize,
        /// Kopecks.
        spent: i64,
    },
    /// The guest's record is changed in the web administration.
    WebEdit {
        /// The guest.
        guest: usize,
        /// The new e-mail.
        email: String,
    },
    /// The office's clock jumps.
    OurClock {
        /// Seconds.
        secs: i64,
    },
    /// The server's clock jumps.
    TheirClock {
        /// Seconds.
        secs: i64,
    },
    /// The server does not answer.
    Outage {
        /// Seconds.
        secs: u64,
    },
    /// The server restarts: sessions end, and it is away for a moment.
    ServerRestarts,
    /// Every second answer is 401.
    UnauthorizedStorm {
        /// Seconds.
        secs: u64,
    },
    /// The disk is full.
    DiskFull {
        /// Seconds.
        secs: u64,
    },
}

/// A form as an operator fills it in.
#[derive(Clone, Debug)]
pub enum Form {
    /// A new guest.
    Create {
        /// The last digits of the phone.
        number: u64,
    },
    /// A guest's record.
    Edit {
        /// The guest.
        guest: usize,
        /// The new e-mail.
        email: String,
    },
    /// Bonuses.
    Refill {
        /// The guest.
        guest: usize,
        /// Kopecks.
        sum: i64,
    },
    /// A purchase made elsewhere.
    Purchase {
        /// The guest.
        guest: usize,
        /// Outside number.
        number: String,
        /// Paid, kopecks.
        paid: i64,
        /// Accrued, kopecks.
        accrued: i64,
        /// Paid with bonuses, kopecks.
        spent: i64,
    },
    /// The return of one.
    Return {
        /// The purchase.
        purchase: OperationId,
    },
}

impl Plan {
    /// Draws a plan with a number of actions.
    pub fn draw(random: &Random, actions: usize) -> Self {
        let profile = NetworkProfile {
            writes: *random.pick(&[0, 150, 300, 500, 700]),
            reads: *random.pick(&[0, 0, 30, 80, 150]),
            repeats: random.happens(250),
            very_late: random.happens(500),
            hides_markers: random.happens(250),
            counts: if random.happens(900) {
                Counts::Right
            } else {
                *random.pick(&[Counts::Hundredfold, Counts::Hundredth])
            },
            trouble: None,
        };
        let by_login = random.happens(600);
        let mut hand = PlanBuilder { random, ids: Vec::new(), purchases: Vec::new(), forms: Vec::new() };
        let actions = (0..actions as u64).map(|number| hand.timed(number)).collect();
        let runs = (0..random.below(9))
            .map(|_| ProcessRun {
                polls: 1 + random.below(*random.pick(&[40, 400, 1500])),
                end: *random.pick(&[End::Closed, End::Killed, End::Killed, End::PowerCut, End::PowerCut]),
            })
            .collect();
        Self { profile, by_login, actions, runs }
    }

    /// The number of its parts.
    pub fn size(&self) -> usize {
        self.actions.len() + self.runs.len()
    }

    /// The plan without the parts `from..to`, counted over actions and process runs.
    pub fn without(&self, from: usize, to: usize) -> Self {
        let mut rest = self.clone();
        let mut at = 0;
        let mut stays = || {
            at += 1;
            !(from..to).contains(&(at - 1))
        };
        rest.actions.retain(|_| stays());
        rest.runs.retain(|_| stays());
        rest
    }
}

struct PlanBuilder<'a> {
    random: &'a Random,
    ids: Vec<OperationId>,
    purchases: Vec<OperationId>,
    forms: Vec<(OperationId, Form)>,
}

impl PlanBuilder<'_> {
    fn timed(&mut self, number: u64) -> TimedAction {
        let random = self.random;
        let longest = match random.below(12) {
            0 => 3_000_000,
            1 | 2 => 240_000,
            _ => 9_000,
        };
        let pause = Duration::from_millis(random.below(longest));
        let window = usize::try_from(random.below(WINDOWS as u64)).unwrap_or(0);
        TimedAction { window, pause, action: self.action(number) }
    }

    fn guest(&self) -> usize {
        usize::try_from(self.random.below(GUESTS)).unwrap_or(0)
    }

    fn action(&mut self, number: u64) -> Action {
        let random = self.random;
        if self.ids.is_empty() {
            return self.submit(number);
        }
        let earlier = *random.pick(&self.ids);
        match random.below(46) {
            0 | 1 => Action::Cancel(earlier),
            2 | 3 => Action::Reconcile(earlier),
            4..=6 => Action::Resend(earlier),
            7 => Action::Decide(earlier),
            8 if random.happens(400) => Action::Pause,
            8..=10 => Action::Resume,
            11 => Action::PosRefill { guest: self.guest(), sum: self.sum(), twin: true },
            12 => Action::PosRefill { guest: self.guest(), sum: 7 + 14 * self.number(50), twin: false },
            13 => Action::PosPurchase { guest: self.guest(), spent: 100 * self.number(30) },
            14 => Action::WebEdit { guest: self.guest(), email: format!("web{number}@example.ru") },
            15 => Action::OurClock { secs: self.number(200_000) - 100_000 },
            16 => Action::TheirClock { secs: self.number(200_000) - 100_000 },
            17 => Action::Outage { secs: random.below(900) },
            18 => Action::ServerRestarts,
            19 => Action::UnauthorizedStorm { secs: random.below(300) },
            20 => Action::DiskFull { secs: random.below(300) },
            // A form that is open in another window too, or was restored after a restart.
            21 | 22 => {
                let (id, form) = random.pick(&self.forms).clone();
                Action::Submit { id, form, clicks: 1 }
            }
            _ => self.submit(number),
        }
    }

    fn submit(&mut self, number: u64) -> Action {
        let random = self.random;
        let id = OperationId(random.uuid());
        let guest = self.guest();
        let form = match random.below(10) {
            0 => Form::Create { number: random.below(12) },
            1 => Form::Edit { guest, email: format!("g{number}@example.ru") },
            2 | 3 if !self.purchases.is_empty() => Form::Return { purchase: *random.pick(&self.purchases) },
            2..=5 => {
                self.purchases.push(id);
                Form::Purchase {
                    guest,
                    // At times a number that another purchase has too.
                    number: format!("Д-{}", if random.happens(170) { 0 } else { number }),
                    paid: 10_000 + 100 * self.number(20),
                    accrued: 100 * self.number(20),
                    spent: 100 * self.number(4),
                }
            }
            _ => Form::Refill { guest, sum: self.sum() },
        };
        self.ids.push(id);
        self.forms.push((id, form.clone()));
        Action::Submit { id, form, clicks: if random.happens(250) { 3 } else { 1 } }
    }

    /// One of three sums, so that equal sums are frequent. Whole rubles, so that a hundredth is a sum too.
    fn sum(&self) -> i64 {
        1_000 * (1 + self.number(3))
    }

    fn number(&self, bound: u64) -> i64 {
        i64::try_from(self.random.below(bound)).unwrap_or(0)
    }
}
