//! What will be done in a story, all of it drawn before it begins: so a failing story can be told again with less in it.

use std::time::Duration;

use office::OperationId;

use super::{answers::Counts, chance::Chance, disk::End, wire::Climate};

/// Guests whom people serve.
pub const GUESTS: u64 = 4;
/// Windows of the program in which people work side by side.
pub const WINDOWS: usize = 2;

/// A story before it happens.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the network and the server are like.
    pub climate: Climate,
    /// Whether the office signs in with a password or has a permanent token.
    pub by_login: bool,
    /// What people do, in the order in which each window does its part.
    pub deeds: Vec<Deed>,
    /// How the lives of the program end that do not last to the end of the work.
    pub lives: Vec<Life>,
}

/// Something done at a window.
#[derive(Clone, Debug)]
pub struct Deed {
    /// At which.
    pub window: usize,
    /// So long after the one before it.
    pub pause: Duration,
    /// What.
    pub action: Action,
}

/// A life of the program.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    /// It ends after so many polls of its futures, wherever each of them stands.
    pub polls: u64,
    /// How.
    pub end: End,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Action {
    /// A form is sent, by so many clicks at once.
    Submit {
        /// The operation's id, which the form brings along.
        id: OperationId,
        /// What is filled in.
        form: Form,
        /// Clicks.
        clicks: usize,
    },
    /// Given up.
    Cancel(OperationId),
    /// Looked for on demand.
    Reconcile(OperationId),
    /// Sent again.
    Resend(OperationId),
    /// Decided by somebody who has called the restaurant.
    Decide(OperationId),
    /// The queue stops.
    Pause,
    /// The queue goes on.
    Resume,
    /// The point of sale adds bonuses beside us.
    PosRefill {
        /// To whom.
        guest: usize,
        /// Kopecks.
        sum: i64,
        /// Whether it looks like one of ours, without a comment.
        twin: bool,
    },
    /// The guest pays with bonuses at the point of sale.
    PosPurchase {
        /// Who.
        guest: usize,
        /// Kopecks.
        spent: i64,
    },
    /// Somebody changes the guest's record in the web administration.
    WebEdit {
        /// Whose.
        guest: usize,
        /// The new e-mail.
        email: String,
    },
    /// Our clock jumps.
    OurClock {
        /// Seconds.
        secs: i64,
    },
    /// The server's clock jumps.
    TheirClock {
        /// Seconds.
        secs: i64,
    },
    /// Nobody answers.
    Outage {
        /// Seconds.
        secs: u64,
    },
    /// The server starts anew: no session survives, and for a moment nobody answers.
    ServerRestarts,
    /// 401 again and again.
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

/// What is filled in.
#[derive(Clone, Debug)]
pub enum Form {
    /// A new guest.
    Create {
        /// The end of the phone.
        number: u64,
    },
    /// A guest's record.
    Edit {
        /// Whose.
        guest: usize,
        /// The new e-mail.
        email: String,
    },
    /// Bonuses.
    Refill {
        /// To whom.
        guest: usize,
        /// Kopecks.
        sum: i64,
    },
    /// A purchase made elsewhere.
    Purchase {
        /// Whose.
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
        /// Of which.
        purchase: OperationId,
    },
}

impl Plan {
    /// Draws a story with so many deeds.
    pub fn draw(chance: &Chance, deeds: usize) -> Self {
        let climate = Climate {
            writes: *chance.pick(&[0, 150, 300, 500, 700]),
            reads: *chance.pick(&[0, 0, 30, 80, 150]),
            repeats: chance.happens(250),
            very_late: chance.happens(500),
            hides_marks: chance.happens(250),
            counts: if chance.happens(900) {
                Counts::Right
            } else {
                *chance.pick(&[Counts::Hundredfold, Counts::Hundredth])
            },
        };
        let by_login = chance.happens(600);
        let mut hand = Hand { chance, ids: Vec::new(), purchases: Vec::new(), forms: Vec::new() };
        let deeds = (0..deeds as u64).map(|number| hand.deed(number)).collect();
        let lives = (0..chance.below(9))
            .map(|_| Life {
                polls: 1 + chance.below(*chance.pick(&[40, 400, 1500])),
                end: *chance.pick(&[End::Closed, End::Killed, End::Killed, End::PowerCut, End::PowerCut]),
            })
            .collect();
        Self { climate, by_login, deeds, lives }
    }

    /// How much there is of it.
    pub fn size(&self) -> usize {
        self.deeds.len() + self.lives.len()
    }

    /// Without the parts `from..to`, counted over deeds and lives.
    pub fn without(&self, from: usize, to: usize) -> Self {
        let mut rest = self.clone();
        let mut at = 0;
        let mut stays = || {
            at += 1;
            !(from..to).contains(&(at - 1))
        };
        rest.deeds.retain(|_| stays());
        rest.lives.retain(|_| stays());
        rest
    }
}

struct Hand<'a> {
    chance: &'a Chance,
    ids: Vec<OperationId>,
    purchases: Vec<OperationId>,
    forms: Vec<(OperationId, Form)>,
}

impl Hand<'_> {
    fn deed(&mut self, number: u64) -> Deed {
        let chance = self.chance;
        let longest = match chance.below(12) {
            0 => 3_000_000,
            1 | 2 => 240_000,
            _ => 9_000,
        };
        let pause = Duration::from_millis(chance.below(longest));
        let window = usize::try_from(chance.below(WINDOWS as u64)).unwrap_or(0);
        Deed { window, pause, action: self.action(number) }
    }

    fn guest(&self) -> usize {
        usize::try_from(self.chance.below(GUESTS)).unwrap_or(0)
    }

    fn action(&mut self, number: u64) -> Action {
        let chance = self.chance;
        if self.ids.is_empty() {
            return self.submit(number);
        }
        let earlier = *chance.pick(&self.ids);
        match chance.below(46) {
            0 | 1 => Action::Cancel(earlier),
            2 | 3 => Action::Reconcile(earlier),
            4..=6 => Action::Resend(earlier),
            7 => Action::Decide(earlier),
            8 if chance.happens(400) => Action::Pause,
            8..=10 => Action::Resume,
            11 => Action::PosRefill { guest: self.guest(), sum: self.sum(), twin: true },
            12 => Action::PosRefill { guest: self.guest(), sum: 7 + 14 * self.number(50), twin: false },
            13 => Action::PosPurchase { guest: self.guest(), spent: 100 * self.number(30) },
            14 => Action::WebEdit { guest: self.guest(), email: format!("web{number}@example.ru") },
            15 => Action::OurClock { secs: self.number(200_000) - 100_000 },
            16 => Action::TheirClock { secs: self.number(200_000) - 100_000 },
            17 => Action::Outage { secs: chance.below(900) },
            18 => Action::ServerRestarts,
            19 => Action::UnauthorizedStorm { secs: chance.below(300) },
            20 => Action::DiskFull { secs: chance.below(300) },
            // A form that stood open in another window too, or was brought back after a restart.
            21 | 22 => {
                let (id, form) = chance.pick(&self.forms).clone();
                Action::Submit { id, form, clicks: 1 }
            }
            _ => self.submit(number),
        }
    }

    fn submit(&mut self, number: u64) -> Action {
        let chance = self.chance;
        let id = OperationId(chance.uuid());
        let guest = self.guest();
        let form = match chance.below(10) {
            0 => Form::Create { number: chance.below(12) },
            1 => Form::Edit { guest, email: format!("g{number}@example.ru") },
            2 | 3 if !self.purchases.is_empty() => Form::Return { purchase: *chance.pick(&self.purchases) },
            2..=5 => {
                self.purchases.push(id);
                Form::Purchase {
                    guest,
                    // Sometimes the number of another purchase.
                    number: format!("Д-{}", if chance.happens(170) { 0 } else { number }),
                    paid: 10_000 + 100 * self.number(20),
                    accrued: 100 * self.number(20),
                    spent: 100 * self.number(4),
                }
            }
            _ => Form::Refill { guest, sum: self.sum() },
        };
        self.ids.push(id);
        self.forms.push((id, form.clone()));
        Action::Submit { id, form, clicks: if chance.happens(250) { 3 } else { 1 } }
    }

    /// Few sums, so that likenesses are common; whole rubles, so that a hundredth of them is a sum.
    fn sum(&self) -> i64 {
        1_000 * (1 + self.number(3))
    }

    fn number(&self, bound: u64) -> i64 {
        i64::try_from(self.chance.below(bound)).unwrap_or(0)
    }
}
