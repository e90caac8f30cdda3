//! Creates, finds and changes accounts.

use super::{
    Core, Refusal, Row, calendar,
    ledger::{Cause, LedgerAccount},
    model::{Account, AppliedKind, Coupon, Profile, TransactionKind, USUAL_BONUS_TYPE},
    purse::Purse,
};

/// The longest text of a profile's field, characters.
pub const LONGEST_TEXT: usize = 100;

/// All changeable fields of an account, with their new values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// Phone: digits with the country code.
    pub phone: String,
    /// Profile.
    pub profile: Profile,
    /// Group.
    pub group: i64,
    /// Level.
    pub level: i64,
    /// «Код типа бонусов».
    pub bonus_type: i64,
    /// The lifetime in days of bonuses given from now on; `None`: they do not burn.
    pub bonus_life_days: Option<i32>,
}

impl AccountChange {
    /// The present values of an account: a change that changes nothing.
    #[must_use]
    pub fn none(account: &Account) -> Self {
        Self {
            phone: account.phone.clone(),
            profile: account.profile.clone(),
            group: account.group,
            level: account.level,
            bonus_type: account.bonus_type,
            bonus_life_days: account.bonus_life_days,
        }
    }
}

impl Core {
    /// An account.
    ///
    /// # Errors
    /// [`Refusal::NoAccount`].
    pub fn account(&self, id: i64) -> Result<&Account, Refusal> {
        self.accounts.get(&id).ok_or_else(|| Refusal::NoAccount(id.to_string()))
    }

    /// The account with this phone (digits with the country code).
    #[must_use]
    pub fn find_by_phone(&self, phone: &str) -> Option<&Account> {
        self.index.by_phone.get(phone).and_then(|id| self.accounts.get(id))
    }

    /// Creates an account in a group with a template. The template gives it its level, welcome bonuses and their lifetime.
    ///
    /// # Errors
    /// An unknown group, one without a template, a phone that is taken, an invalid profile.
    pub fn insert_by_template(&mut self, group: i64, phone: &str, profile: Profile) -> Result<i64, Refusal> {
        let group = self.group(group).ok_or_else(|| Refusal::NoGroup(group.to_string()))?;
        let template = group.template.clone().ok_or_else(|| Refusal::NoTemplate(group.name.clone()))?;
        let (group, bonus_life_days) = (group.id, group.bonus_life_days);
        check_phone(phone)?;
        self.check_profile(&profile)?;
        if self.index.by_phone.contains_key(phone) {
            return Err(Refusal::PhoneTaken(phone.to_owned()));
        }
        let id = self.next.account;
        self.next.account += 1;
        let burns_on = template.welcome_life_days.map(|days| calendar::plus_days(self.today(), days));
        self.index.by_phone.insert(phone.to_owned(), id);
        self.accounts.insert(
            id,
            Account {
                id,
                phone: phone.to_owned(),
                other_phones: Vec::new(),
                profile,
                group,
                level: super::ladder::level_for(&self.levels, 0, template.level),
                level_floor: template.level,
                level_by_hand: None,
                bonus_type: USUAL_BONUS_TYPE,
                bonus_life_days,
                blocked: false,
                purse: Purse::default(),
                waiting: Vec::new(),
                turnover: 0,
                coupons: Vec::new(),
                created_at: self.now,
            },
        );
        let applied = self.applied(AppliedKind::Insert, id, template.welcome);
        if template.welcome > 0 {
            self.credit(id, template.welcome, burns_on);
            self.ledger.transfer(
                self.now,
                Cause::Welcome,
                Some(applied.number),
                &[(LedgerAccount::Welcome, LedgerAccount::Guest(id), template.welcome)],
            );
            self.record(Row {
                account: id,
                at: self.now,
                kind: TransactionKind::Welcome,
                sum: template.welcome,
                awaits: None,
                money_spent: None,
                comment: Some("Приветственные бонусы".to_owned()),
                receipt: None,
            });
        }
        self.applied.push(applied);
        Ok(id)
    }

    /// Sets all fields of an account that the API can change.
    ///
    /// A level other than the present one is set by hand: it counts at once, and the ladder sets no lower one. Sending the
    /// present level back changes nothing. A new lifetime of bonuses applies to bonuses given later.
    ///
    /// # Errors
    /// An unknown account, group, level or bonus type; the phone of another account; an invalid profile.
    pub fn update(&mut self, id: i64, change: AccountChange) -> Result<(), Refusal> {
        let old_phone = self.account(id)?.phone.clone();
        self.group(change.group).ok_or_else(|| Refusal::NoGroup(change.group.to_string()))?;
        self.level(change.level).ok_or(Refusal::NoLevel(change.level))?;
        if !self.bonus_types.iter().any(|known| known.id == change.bonus_type) {
            return Err(Refusal::field("bonusTypeId", "нет такого типа бонусов"));
        }
        if change.bonus_life_days.is_some_and(|days| !(1..=3650).contains(&days)) {
            return Err(Refusal::field("lifetime", "от 1 до 3650 дней"));
        }
        check_phone(&change.phone)?;
        self.check_profile(&change.profile)?;
        if self.index.by_phone.get(&change.phone).is_some_and(|owner| *owner != id) {
            return Err(Refusal::PhoneTaken(change.phone));
        }
        self.index.by_phone.remove(&old_phone);
        self.index.by_phone.insert(change.phone.clone(), id);
        if let Some(account) = self.accounts.get_mut(&id) {
            account.other_phones.retain(|phone| *phone != change.phone);
            account.phone = change.phone;
            account.profile = change.profile;
            account.group = change.group;
            account.bonus_type = change.bonus_type;
            account.bonus_life_days = change.bonus_life_days;
            if change.level != account.level {
                (account.level, account.level_floor) = (change.level, change.level);
                account.level_by_hand = Some(change.level);
            }
        }
        self.applied.push(self.applied(AppliedKind::Update, id, 0));
        Ok(())
    }

    /// Gives an account one more phone, as the administrator of the system does.
    ///
    /// # Errors
    /// An unknown account, an invalid phone, or one that is taken.
    pub fn add_phone(&mut self, id: i64, phone: &str) -> Result<(), Refusal> {
        self.account(id)?;
        check_phone(phone)?;
        if self.index.by_phone.contains_key(phone) {
            return Err(Refusal::PhoneTaken(phone.to_owned()));
        }
        self.index.by_phone.insert(phone.to_owned(), id);
        if let Some(account) = self.accounts.get_mut(&id) {
            account.other_phones.push(phone.to_owned());
        }
        Ok(())
    }

    /// Blocks or unblocks an account, as the administrator of the system does.
    pub fn set_blocked(&mut self, id: i64, blocked: bool) {
        if let Some(account) = self.accounts.get_mut(&id) {
            account.blocked = blocked;
        }
    }

    /// Gives a coupon, as the administrator of the system does.
    pub fn give_coupon(&mut self, id: i64, coupon: Coupon) {
        if let Some(account) = self.accounts.get_mut(&id) {
            account.coupons.push(coupon);
        }
    }

    /// Moves an account to a group, with the group's lifetime of bonuses, as the administrator of the system does.
    pub fn move_to_group(&mut self, id: i64, group: i64) {
        let life = self.group(group).map(|group| group.bonus_life_days);
        if let (Some(account), Some(life)) = (self.accounts.get_mut(&id), life) {
            account.group = group;
            account.bonus_life_days = life;
        }
    }

    /// Runs `work` while the account's bonuses have another lifetime than usual. Example: a campaign.
    pub fn with_bonus_life(&mut self, id: i64, days: Option<i32>, work: impl FnOnce(&mut Self)) {
        let usual = self.set_bonus_life(id, days);
        work(self);
        if let Some(usual) = usual {
            self.set_bonus_life(id, usual);
        }
    }

    fn set_bonus_life(&mut self, id: i64, days: Option<i32>) -> Option<Option<i32>> {
        let account = self.accounts.get_mut(&id)?;
        Some(std::mem::replace(&mut account.bonus_life_days, days))
    }

    fn check_profile(&self, profile: &Profile) -> Result<(), Refusal> {
        for (field, text) in profile.texts() {
            if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
                return Err(Refusal::field(field, format!("не длиннее {LONGEST_TEXT} символов")));
            }
        }
        if profile.email.as_ref().is_some_and(|email| !email.contains('@')) {
            return Err(Refusal::field("email", "неверный адрес электронной почты"));
        }
        if profile.birthday.is_some_and(|day| day > self.calendar.local(self.now).date()) {
            return Err(Refusal::field("birthday", "дата рождения в будущем"));
        }
        if profile.identifiers.iter().any(|identifier| identifier.is_empty() || identifier.chars().count() > 64) {
            return Err(Refusal::field("identifiers", "идентификатор — от 1 до 64 символов"));
        }
        Ok(())
    }
}

/// The prefix of a stored phone that is not in the server's form and was kept as given.
pub const AS_GIVEN: char = '=';

fn check_phone(phone: &str) -> Result<(), Refusal> {
    if let Some(given) = phone.strip_prefix(AS_GIVEN) {
        let is_short = (1..=30).contains(&given.len());
        return if is_short {
            Ok(())
        } else {
            Err(Refusal::field("phone", "неверный номер телефона"))
        };
    }
    let digits = phone.len();
    if phone.bytes().all(|b| b.is_ascii_digit()) && (7..=15).contains(&digits) {
        Ok(())
    } else {
        Err(Refusal::field("phone", "неверный номер телефона"))
    }
}
