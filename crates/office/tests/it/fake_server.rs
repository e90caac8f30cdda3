//! A test double of a ProBonus server: a small honest ledger in memory, and a script of what goes wrong.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use probonus::{
    Account, AccountId, AccountUpdate, BalanceDetail, Delivery, Error, ErrorKind, ExternalCheck, ExternalRef, Group,
    GroupId, GroupRef, Kopecks, LatestTransactions, Level, Loyalty, Method, NewAccount, Period, Phone, Profile,
    Receipt, ReceiptId, Refill, ReturnCheck, ServerTime, Transaction, TransactionKind, WaitingAccrual, WriteAnswer,
    contract::ProfileField,
};
use tokio::time::Instant;

use crate::fake_receipts::{Receipts, markers_of};

pub use crate::fake_guest::{Guest, phone};
pub use crate::fault::{Fault, refused, said_to_another, signed_out};

const TERMS: [ProfileField; 3] = [ProfileField::DiscountLevel, ProfileField::BonusType, ProfileField::BonusLifetime];

/// What is read of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Balance,
    Entries,
}

/// How an accrual for a purchase is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accruals {
    AtOnce,
    /// It waits; an entry and the balance in detail say so.
    Wait,
    /// It waits, and nothing says so.
    WaitHidden,
}

pub struct World {
    pub guests: BTreeMap<String, Guest>,
    pub groups: Vec<Group>,
    pub faults: VecDeque<Fault>,
    /// What reads show instead: a replica that lags behind, or a cache.
    pub old: Option<BTreeMap<String, Guest>>,
    /// Lists of entries are fresh all the same.
    pub lists_are_fresh: bool,
    /// The search by phone finds nobody, whoever is asked for.
    pub finds_nobody: bool,
    /// The search by phone finds this account, whoever is asked for.
    pub finds_always: Option<String>,
    /// A second phone of an account, which its record does not show.
    pub finds_also: Option<(Phone, String)>,
    /// Records show no phones.
    pub hides_phones: bool,
    /// What [`Fault::Says`] and [`Fault::DoneAndSays`] answer.
    pub says: WriteAnswer,
    /// A cache answers, and says so.
    pub is_cached: bool,
    /// How often it did.
    pub cached: u64,
    /// Nobody answers at all.
    pub down: bool,
    /// Reads fail with 500.
    pub reads_fail: bool,
    /// What answers reads in place of ProBonus: a proxy, a portal.
    pub way_fails: Option<Error>,
    /// They do from the next write on.
    pub fails_reads_after_write: bool,
    /// Reads of this account fail with 500.
    pub spoilt: Option<String>,
    /// Why guests' records can't be read.
    pub records_fail: Option<Error>,
    /// Why entries can't be read.
    pub entries_fail: Option<Error>,
    /// The most entries it lists, whatever it is asked for; it does not say so.
    pub lists_at_most: usize,
    /// Balances can't be understood.
    pub balance_fails: bool,
    /// The record does not tell the balance.
    pub hides_balance: bool,
    /// Records do not show the terms of an account.
    pub hides_terms: bool,
    /// Entries of a purchase carry its own date, and stand among those of that day.
    pub dates_back: bool,
    /// Entries show outside numbers and no GUIDs.
    pub hides_guids: bool,
    /// Receipts, which may show markers that their entries do not.
    pub receipts: Receipts,
    /// What a purchase accrues and what it takes are entries of their own.
    pub splits: bool,
    /// How an accrual for a purchase is counted.
    pub accruals: Accruals,
    /// The balance in detail has a list of what waits, even if it is empty.
    pub tells_waiting: bool,
    /// The record of a guest tells the turnover.
    pub tells_turnover: bool,
    /// Entries carry comments, GUIDs and outside numbers.
    pub shows_markers: bool,
    /// So many characters of a comment are shown; none: no comment.
    pub comment_chars: usize,
    /// Entries carry ids.
    pub shows_ids: bool,
    /// What a sum of a refill is multiplied by and divided by, for servers that count otherwise.
    pub scale: (i64, i64),
    /// How long a list of entries takes.
    pub lists_in: Duration,
    /// Which binding is in use.
    pub binding: u64,
    pub unsupported: Vec<Method>,
    /// Every write that took effect: method and mark.
    pub applied: Vec<(Method, String)>,
    /// Every write that arrived or was lost on the way.
    pub attempts: Vec<Method>,
    /// Writes out at this moment, and the most there were; for each account too.
    pub out: usize,
    pub most_out: usize,
    /// What the next purchase or return moves instead of its sums.
    pub instead: Option<i64>,
    /// What someone else does to the account when the next write is applied (the POS at work).
    pub meanwhile: Option<i64>,
    /// What others do to accounts when the next write leaves, whether it arrives or not.
    pub beside: Vec<(&'static str, i64)>,
    /// What the point of sale does to an account just after the next reading of this kind.
    then: Option<(Reading, String, i64)>,
    next_id: u64,
}

#[derive(Clone)]
pub struct FakeServer {
    world: Arc<Mutex<World>>,
    started: Instant,
    ahead: SignedDuration,
}

pub fn at_start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().expect("a moment")
}

/// An answer that can't be understood.
pub fn unreadable() -> Error {
    Error::new(ErrorKind::Unreadable, Delivery::Unknown)
}

pub fn kop(kopecks: i64) -> Kopecks {
    Kopecks::new(kopecks).expect("in range")
}

impl FakeServer {
    /// Guests 1…9 with 1000,00 ₽ each; group 3 has a template, group 1 has none. The clock is 90 seconds ahead.
    pub fn new() -> Self {
        let guests = (1..10).map(|number| (number.to_string(), Guest::numbered(number))).collect();
        let group = |id: &str, have_template| Group {
            id: GroupId::new(id),
            name: format!("Группа {id}"),
            have_template,
            of_part: false,
        };
        let world = World {
            guests,
            groups: vec![group("1", false), group("3", true)],
            faults: VecDeque::new(),
            old: None,
            lists_are_fresh: false,
            finds_nobody: false,
            finds_always: None,
            finds_also: None,
            hides_phones: false,
            says: WriteAnswer::default(),
            is_cached: false,
            cached: 0,
            down: false,
            reads_fail: false,
            way_fails: None,
            fails_reads_after_write: false,
            spoilt: None,
            records_fail: None,
            entries_fail: None,
            lists_at_most: usize::MAX,
            balance_fails: false,
            hides_balance: false,
            hides_terms: false,
            dates_back: false,
            hides_guids: false,
            receipts: Receipts::default(),
            splits: false,
            tells_waiting: false,
            accruals: Accruals::AtOnce,
            tells_turnover: false,
            shows_markers: true,
            comment_chars: usize::MAX,
            shows_ids: true,
            scale: (1, 1),
            lists_in: Duration::ZERO,
            binding: 0,
            unsupported: Vec::new(),
            applied: Vec::new(),
            attempts: Vec::new(),
            out: 0,
            most_out: 0,
            instead: None,
            meanwhile: None,
            beside: Vec::new(),
            then: None,
            next_id: 100,
        };
        Self { world: Arc::new(Mutex::new(world)), started: Instant::now(), ahead: SignedDuration::from_secs(90) }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no test panics while it holds the world")
    }

    /// From now on reads show the accounts as they are at this moment.
    pub fn freeze(&self) {
        let mut world = self.world();
        world.old = Some(world.guests.clone());
    }

    pub fn thaw(&self) {
        self.world().old = None;
    }

    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.world().faults.extend(faults);
    }

    pub fn balance_of(&self, account: &str) -> i64 {
        self.world().guests[account].balance
    }

    pub fn applied(&self, method: Method) -> usize {
        self.world().applied.iter().filter(|(applied, _)| *applied == method).count()
    }

    fn now(&self) -> ServerTime {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).expect("short");
        let local = (at_start() + self.ahead + elapsed).to_zoned_datetime(TimeZone::UTC).datetime();
        ServerTime { local, instant: None }
    }

    /// What the server's clock shows.
    pub fn local_time(&self) -> DateTime {
        self.now().local
    }

    /// Something happens to an account that is not ours.
    pub fn elsewhere(&self, account: &str, kind: TransactionKind, sum: i64) {
        let now = self.now();
        self.world().post(account, kind, sum, now, None, ExternalRef::default(), None);
    }

    /// Something happens to an account just after its next reading of a kind.
    pub fn between_readings(&self, reading: Reading, account: &str, sum: i64) {
        self.world().then = Some((reading, account.to_owned(), sum));
    }

    /// After a reading.
    fn was_read(&self, reading: Reading) {
        let due = self.world().then.take_if(|(then, ..)| *then == reading);
        if let Some((_, account, sum)) = due {
            self.elsewhere(&account, TransactionKind::Accrual, sum);
        }
    }

    /// The day comes on which everything counts that waits.
    pub fn accrual_day(&self) {
        let (now, mut world) = (self.now(), self.world());
        for id in world.guests.keys().cloned().collect::<Vec<_>>() {
            let due = std::mem::take(&mut world.guests.get_mut(&id).expect("known").waiting);
            for (external, sum) in due {
                world.post(&id, TransactionKind::Accrual, sum, now, None, external, None);
            }
        }
    }

    /// A request that made an entry arrives once more.
    pub fn again(&self, account: &str, entry: Transaction) {
        let now = self.now();
        self.world().post(account, entry.kind, entry.sum.get(), now, entry.comment, entry.external, entry.money_spent);
    }

    /// The same with a comment.
    pub fn elsewhere_saying(&self, account: &str, kind: TransactionKind, sum: i64, comment: &str) {
        let now = self.now();
        self.world().post(account, kind, sum, now, Some(comment.to_owned()), ExternalRef::default(), None);
    }

    fn read(&self) -> Result<MutexGuard<'_, World>, Error> {
        let mut world = self.world();
        world.cached += u64::from(world.is_cached);
        if world.down {
            return Err(Error::new(ErrorKind::CannotConnect, Delivery::NotSent));
        }
        if let Some(error) = &world.way_fails {
            return Err(error.clone());
        }
        if world.reads_fail {
            return Err(Error::new(ErrorKind::ServerFault, Delivery::Unknown).with_status(500));
        }
        Ok(world)
    }

    /// Counts a write, and tells what becomes of it.
    fn begin_write(&self, method: Method) -> Fault {
        let beside = std::mem::take(&mut self.world().beside);
        for (account, sum) in beside {
            self.elsewhere(account, TransactionKind::Accrual, sum);
        }
        let mut world = self.world();
        world.attempts.push(method);
        world.out += 1;
        world.most_out = world.most_out.max(world.out);
        if world.down { Fault::NotSent } else { world.faults.pop_front().unwrap_or(Fault::None) }
    }

    fn end_write(&self) {
        let mut world = self.world();
        world.out -= 1;
        world.reads_fail |= std::mem::take(&mut world.fails_reads_after_write);
    }

    async fn write(
        &self,
        method: Method,
        marker: String,
        apply: impl Fn(&mut World, ServerTime) -> Result<WriteAnswer, Error> + Clone + Send + 'static,
    ) -> Result<WriteAnswer, Error> {
        let fault = self.begin_write(method);
        if let Fault::Slow(pause) = fault {
            tokio::time::sleep(pause).await;
        } else {
            tokio::task::yield_now().await;
        }
        let server = self.clone();
        let method_of_late = method;
        let do_it = move || {
            let now = server.now();
            let mut world = server.world();
            let answer = apply(&mut world, now)?;
            world.applied.push((method_of_late, marker.clone()));
            Ok(answer)
        };
        let later = |pause| {
            let do_it = do_it.clone();
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                let _ = do_it();
            });
        };
        let timeout = Error::new(ErrorKind::Timeout, Delivery::Unknown).with_method(method);
        let answer = match fault {
            Fault::None | Fault::Slow(_) => do_it(),
            Fault::Twice => do_it().and_then(|answer| do_it().map(|_| answer)),
            Fault::Again(pause) => {
                let answer = do_it();
                later(pause);
                answer
            }
            Fault::AnswerLost => do_it().and(Err(timeout)),
            Fault::RequestLost => Err(timeout),
            Fault::AnsweredFor(_) | Fault::Replayed | Fault::Empty => Ok(said_to_another(fault)),
            Fault::Says => Ok(self.world().says.clone()),
            Fault::DoneAndSays => do_it().map(|done| self.world().says_beside(done)),
            Fault::Late(pause) | Fault::RefusedThenLate(pause) | Fault::SignInAgainThenLate(pause) => {
                later(pause);
                Err(match fault {
                    Fault::RefusedThenLate(_) => refused("Ошибка обработки").with_status(422),
                    Fault::SignInAgainThenLate(_) => signed_out(),
                    _ => timeout,
                })
            }
            Fault::NotSent => Err(Error::new(ErrorKind::CannotConnect, Delivery::NotSent).with_method(method)),
            Fault::Refused => Err(refused("нет такого ресторана")),
            Fault::TooMany => Err(refused("не так часто").with_status(429).with_delivery(Delivery::Unknown)),
            Fault::RefusedAfterWork => do_it().and(Err(refused("доступ запрещён").with_status(403))),
            Fault::SignInAgainAfterWork => do_it().and(Err(signed_out())),
            Fault::SignInAgain => Err(signed_out()),
        };
        self.end_write();
        answer
    }
}

impl World {
    #[expect(clippy::too_many_arguments, reason = "an entry has that many parts")]
    fn post(
        &mut self,
        account: &str,
        kind: TransactionKind,
        sum: i64,
        at: ServerTime,
        comment: Option<String>,
        external: ExternalRef,
        money_spent: Option<Kopecks>,
    ) -> String {
        self.next_id += 1;
        let id = self.next_id.to_string();
        let (shows_markers, shows_ids) = (self.shows_markers, self.shows_ids);
        let receipt = if shows_markers { None } else { self.receipts.keep(&id, &external) };
        let guest = self.guests.get_mut(account).expect("a known guest");
        guest.balance += if kind == TransactionKind::Waiting { 0 } else { sum };
        guest.entries.push(Transaction {
            id: shows_ids.then(|| id.clone()),
            at,
            kind,
            kind_name: None,
            sum: kop(sum),
            balance_after: None,
            money_spent,
            comment: comment.filter(|_| shows_markers),
            receipt,
            external: if shows_markers { external } else { ExternalRef::default() },
            unsigned: false,
            cancelled: false,
            raw: serde_json::Value::Null,
        });
        id
    }

    fn pos_at_work(&mut self, account: &str, now: ServerTime) {
        if let Some(sum) = self.meanwhile.take() {
            self.post(account, TransactionKind::Payment, sum, now, None, ExternalRef::default(), None);
        }
    }

    /// A purchase whose accrual waits.
    fn defer(
        &mut self,
        id: &str,
        external: ExternalRef,
        at: ServerTime,
        (accrued, spent): (i64, i64),
        paid: Kopecks,
    ) -> WriteAnswer {
        self.guests.get_mut(id).expect("known").waiting.push((external.clone(), accrued));
        let mut entry = None;
        if spent > 0 {
            entry = Some(self.post(id, TransactionKind::Payment, -spent, at, None, external.clone(), Some(paid)));
        }
        if self.accruals == Accruals::Wait {
            entry = Some(self.post(id, TransactionKind::Waiting, accrued, at, None, external, Some(paid)));
        }
        entry.map_or_else(WriteAnswer::default, |entry| self.answer(entry))
    }

    fn answer(&self, id: String) -> WriteAnswer {
        WriteAnswer { transaction: Some(id).filter(|_| self.shows_ids), ..WriteAnswer::default() }
    }

    /// `World::says`, with the entry of what was done.
    fn says_beside(&self, done: WriteAnswer) -> WriteAnswer {
        WriteAnswer { transaction: done.transaction, ..self.says.clone() }
    }

    /// The accounts as reads show them.
    fn shown_guests(&self) -> &BTreeMap<String, Guest> {
        self.old.as_ref().unwrap_or(&self.guests)
    }

    /// The entries of an account as reads show them.
    fn shown_entries(&self, id: &str) -> Vec<Transaction> {
        let guests = if self.lists_are_fresh { &self.guests } else { self.shown_guests() };
        let mut entries = guests[id].entries.clone();
        for entry in &mut entries {
            let cut = entry.comment.take().map(|comment| comment.chars().take(self.comment_chars).collect::<String>());
            entry.comment = cut.filter(|comment| !comment.is_empty());
        }
        entries
    }

    fn account(&self, id: &str) -> Account {
        let guest = &self.shown_guests()[id];
        Account {
            id: AccountId::new(id),
            phone: Some(guest.phone.clone()).filter(|_| !self.hides_phones),
            profile: self.shown(&guest.profile),
            group: Some(GroupRef { id: Some(GroupId::new("3")), name: Some("Группа 3".to_owned()) }),
            shown_terms: if self.hides_terms { Vec::new() } else { TERMS.to_vec() },
            level: guest
                .profile
                .discount_level
                .as_ref()
                .map(|code| Level { name: format!("Уровень {code}"), ..Level::default() }),
            balance: Some(kop(guest.balance)).filter(|_| !self.hides_balance),
            turnover: Some(kop(guest.turnover)).filter(|_| self.tells_turnover),
            coupons: Vec::new(),
            blocked: Some(guest.blocked),
            deleted: Some(guest.deleted),
            inactive: false,
            standing_text: None,
            unread: Vec::new(),
            raw: serde_json::json!({ "id": id, "balance": guest.balance, "secretField": "kept" }),
        }
    }

    fn shown(&self, profile: &Profile) -> Profile {
        let hidden = Profile { discount_level: None, bonus_type: None, bonus_lifetime: None, ..profile.clone() };
        if self.hides_terms { hidden } else { profile.clone() }
    }

    /// The account, if reads show it.
    fn shown_id(&self, account: &AccountId) -> Result<String, Error> {
        let id = self.known(account)?;
        if self.shown_guests().contains_key(&id) { Ok(id) } else { Err(refused("нет такого счёта")) }
    }

    fn known(&self, account: &AccountId) -> Result<String, Error> {
        let id = account.as_str().to_owned();
        if self.spoilt.as_ref() == Some(&id) {
            return Err(Error::new(ErrorKind::ServerFault, Delivery::Unknown).with_status(500));
        }
        if self.guests.contains_key(&id) { Ok(id) } else { Err(refused("нет такого счёта")) }
    }
}

#[async_trait]
impl Loyalty for FakeServer {
    async fn groups(&self) -> Result<Vec<Group>, Error> {
        Ok(self.read()?.groups.clone())
    }

    async fn find_by_phone(&self, phone: &Phone) -> Result<Vec<Account>, Error> {
        let world = self.read()?;
        if let Some(error) = &world.records_fail {
            return Err(error.clone());
        }
        if world.finds_nobody {
            return Ok(Vec::new());
        }
        if let Some(always) = &world.finds_always {
            return Ok(vec![world.account(always)]);
        }
        if let Some((_, id)) = world.finds_also.as_ref().filter(|(also, _)| also == phone) {
            return Ok(vec![world.account(id)]);
        }
        let ids: Vec<&String> =
            world.shown_guests().iter().filter(|(_, guest)| guest.phone == *phone).map(|(id, _)| id).collect();
        Ok(ids.into_iter().map(|id| world.account(id)).collect())
    }

    async fn transactions(&self, account: &AccountId, _: Period) -> Result<Vec<Transaction>, Error> {
        let world = self.read()?;
        Ok(world.shown_entries(&world.shown_id(account)?))
    }

    async fn last_transactions(&self, account: &AccountId, count: u32) -> Result<LatestTransactions, Error> {
        let lists_in = self.world().lists_in;
        if !lists_in.is_zero() {
            tokio::time::sleep(lists_in).await;
        }
        let world = self.read()?;
        if let Some(error) = &world.entries_fail {
            return Err(error.clone());
        }
        let mut entries = world.shown_entries(&world.shown_id(account)?);
        entries.reverse();
        if world.dates_back {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.at.local));
        }
        entries.truncate(world.lists_at_most.min(count as usize));
        drop(world);
        self.was_read(Reading::Entries);
        Ok(LatestTransactions { complete: entries.len() < count as usize, transactions: entries })
    }

    async fn balance(&self, account: &AccountId) -> Result<BalanceDetail, Error> {
        let world = self.read()?;
        if world.balance_fails {
            return Err(unreadable());
        }
        let guest = &world.shown_guests()[&world.shown_id(account)?];
        let balance = kop(guest.balance);
        let reported = guest.waiting.iter().filter(|_| world.accruals == Accruals::Wait);
        let waiting = reported.map(|(_, sum)| WaitingAccrual { from: None, sum: kop(*sum) }).collect();
        let tells_waiting = world.tells_waiting;
        drop(world);
        self.was_read(Reading::Balance);
        Ok(BalanceDetail { balance: Some(balance), waiting, tells_waiting, ..BalanceDetail::default() })
    }

    async fn receipt(&self, id: &ReceiptId) -> Result<Option<Receipt>, Error> {
        Ok(self.read()?.receipts.get(id))
    }

    async fn insert_by_template(&self, new: &NewAccount) -> Result<WriteAnswer, Error> {
        let new = new.clone();
        self.write(Method::InsertByTemplate, new.phone.as_e164().to_owned(), move |world, _| {
            world.next_id += 1;
            let id = format!("new{}", world.next_id);
            let (phone, profile) = (new.phone.clone(), new.profile.clone());
            world.guests.insert(
                id.clone(),
                Guest {
                    phone,
                    profile,
                    balance: 0,
                    turnover: 0,
                    waiting: Vec::new(),
                    blocked: false,
                    deleted: false,
                    entries: Vec::new(),
                },
            );
            Ok(WriteAnswer { account: Some(AccountId::new(id)), ..WriteAnswer::default() })
        })
        .await
    }

    async fn update(&self, update: &AccountUpdate) -> Result<WriteAnswer, Error> {
        let update = update.clone();
        self.write(Method::Update, update.account.to_string(), move |world, _| {
            assert_eq!(update.record["secretField"], "kept", "the whole record as it was read is sent back");
            let id = world.known(&update.account)?;
            world.guests.get_mut(&id).expect("known").profile = update.after.clone();
            Ok(WriteAnswer::default())
        })
        .await
    }

    async fn refill(&self, refill: &Refill) -> Result<WriteAnswer, Error> {
        let refill = refill.clone();
        self.write(Method::Refill, refill.comment.clone(), move |world, now| {
            let id = world.known(&refill.account)?;
            world.pos_at_work(&id, now);
            let sum = refill.sum.get() * world.scale.0 / world.scale.1;
            let comment = Some(refill.comment.clone());
            let entry = world.post(&id, TransactionKind::Refill, sum, now, comment, ExternalRef::default(), None);
            Ok(world.answer(entry))
        })
        .await
    }

    async fn register_check(&self, check: &ExternalCheck) -> Result<WriteAnswer, Error> {
        let check = check.clone();
        self.write(Method::RegisterCheck, check.check_guid.to_string(), move |world, now| {
            let id = world.known(&check.account)?;
            world.pos_at_work(&id, now);
            let (accrued, spent) = (check.bonus_accrued.get(), check.bonus_spent.get());
            let mut external = markers_of(check.check_guid, &check.external_check, check.rest_code.as_str());
            external.check_guid = external.check_guid.filter(|_| !world.hides_guids);
            let dated = ServerTime { local: check.purchased_at.unwrap_or(now.local), instant: None };
            let at = if world.dates_back { dated } else { now };
            let mut sum = accrued - spent;
            world.receipts.pay(check.check_guid, check.money_spent);
            world.guests.get_mut(&id).expect("known").turnover += check.money_spent.get();
            if let Some(sum) = world.instead.take() {
                let entry = world.post(&id, TransactionKind::Accrual, sum, at, None, external, Some(check.money_spent));
                return Ok(world.answer(entry));
            }
            if world.accruals != Accruals::AtOnce {
                return Ok(world.defer(&id, external, at, (accrued, spent), check.money_spent));
            }
            if world.splits {
                world.post(&id, TransactionKind::Payment, -spent, at, None, external.clone(), None);
                sum = accrued;
            }
            let entry = world.post(&id, TransactionKind::Accrual, sum, at, None, external, Some(check.money_spent));
            Ok(world.answer(entry))
        })
        .await
    }

    async fn return_check(&self, check: &ReturnCheck) -> Result<WriteAnswer, Error> {
        let check = check.clone();
        self.write(Method::ReturnCheck, check.check_guid.to_string(), move |world, now| {
            let id = world.known(&check.account)?;
            let undone = |entry: &&Transaction| entry.external.check_guid == Some(check.check_guid);
            let sum: i64 = world.guests[&id].entries.iter().filter(undone).map(|entry| entry.moved().get()).sum();
            let guest = world.guests.get_mut(&id).expect("known");
            guest.waiting.retain(|(of, _)| of.check_guid != Some(check.check_guid));
            guest.turnover -= world.receipts.give_back(check.check_guid).get();
            let external = markers_of(check.check_guid, &check.external_check, check.rest_code.as_str());
            let sum = world.instead.take().unwrap_or(-sum);
            let entry = world.post(&id, TransactionKind::Return, sum, now, None, external, None);
            Ok(world.answer(entry))
        })
        .await
    }

    fn clock_offset(&self) -> Option<SignedDuration> {
        Some(self.ahead)
    }

    fn binding_revision(&self) -> u64 {
        self.world().binding
    }

    fn cached_answers(&self) -> u64 {
        self.world().cached
    }

    fn unsupported(&self, method: Method) -> Option<String> {
        self.world().unsupported.contains(&method).then(|| "the server's document does not name it".to_owned())
    }
}
