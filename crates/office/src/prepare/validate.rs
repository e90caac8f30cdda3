//! Field checks of a draft, before anything is read or written. Text is data: quotes, HTML, emoji and right-to-left text are
//! allowed.

use jiff::{ToSpan, civil::Date};
use probonus::{
    Kopecks, Profile, ProfileSlot, ProfileValue,
    contract::{ProfileField, ProfileKind},
};

use crate::model::{
    draft::{Draft, OutsideCheck},
    policy::Policy,
    refusal::{Field, FieldProblem, FieldProblemKind, Refusal},
};

/// Most characters of a note or reason.
pub const NOTE_MAX: u32 = 500;
/// Most characters of a purchase's number in the outside system.
pub const NUMBER_MAX: u32 = 64;
/// Most characters of a purchase's contents.
pub const CONTENTS_MAX: u32 = 10_000;
/// Most entries of a list of the profile: cards and other identifiers.
pub const LIST_MAX: u32 = 20;
/// The greatest age of a guest, in years.
const OLDEST_GUEST: i32 = 120;
/// The greatest age of a purchase that is entered, in years.
const OLDEST_PURCHASE: i32 = 10;

/// Checks `draft` and returns it tidied: texts trimmed, empty ones dropped, line ends made `\n`.
///
/// # Errors
/// [`Refusal::Invalid`] with every problem, in the order of the form.
pub fn validate(draft: &Draft, policy: &Policy, today: Date) -> Result<Draft, Refusal> {
    let mut check = Check { policy, today, problems: Vec::new() };
    let tidied = match draft {
        Draft::CreateGuest { group, phone, profile } => {
            let profile = tidy_profile(profile);
            check.profile(&profile, None);
            if profile.name.name.is_none() && profile.name.surname.is_none() {
                check.problem(Field::OfProfile(ProfileField::Name), FieldProblemKind::Required);
            }
            Draft::CreateGuest { group: group.clone(), phone: phone.clone(), profile }
        }
        Draft::EditGuest { phone, account, before, after } => {
            let after = tidy_profile(after);
            check.profile(&after, Some(before));
            if after == *before || after == tidy_profile(before) {
                check.problem(Field::Profile, FieldProblemKind::NothingChanged);
            }
            Draft::EditGuest { phone: phone.clone(), account: account.clone(), before: before.clone(), after }
        }
        Draft::Refill { phone, account, sum, note } => {
            let note = note.trim().to_owned();
            check.positive(Field::Sum, *sum, policy.refill_limit);
            check.line(Field::Note, &note, NOTE_MAX);
            Draft::Refill { phone: phone.clone(), account: account.clone(), sum: *sum, note }
        }
        Draft::RegisterCheck(purchase) => Draft::RegisterCheck(Box::new(check.purchase(purchase))),
        Draft::ReturnCheck { purchase } => Draft::ReturnCheck { purchase: *purchase },
        Draft::ReturnForeign { phone, account, check_guid, rest_code, outside_number, station } => {
            let outside_number = outside_number.trim().to_owned();
            check.line(Field::OutsideNumber, &outside_number, NUMBER_MAX);
            Draft::ReturnForeign {
                phone: phone.clone(),
                account: account.clone(),
                check_guid: *check_guid,
                rest_code: rest_code.clone(),
                outside_number,
                station: *station,
            }
        }
    };
    if check.problems.is_empty() { Ok(tidied) } else { Err(Refusal::Invalid(check.problems)) }
}

/// Checks a text of the operator's own, who they are or why they do it, and returns it trimmed.
///
/// # Errors
/// [`Refusal::Invalid`] at `field`.
pub fn word(field: Field, text: &str, required: bool, policy: &Policy, today: Date) -> Result<String, Refusal> {
    let mut check = Check { policy, today, problems: Vec::new() };
    let text = text.trim();
    if required && text.is_empty() {
        check.problem(field, FieldProblemKind::Required);
    }
    check.line(field, text, NOTE_MAX);
    if check.problems.is_empty() { Ok(text.to_owned()) } else { Err(Refusal::Invalid(check.problems)) }
}

fn tidy(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn tidy_profile(profile: &Profile) -> Profile {
    let mut tidied = profile.clone();
    for field in ProfileField::ALL {
        match tidied.get_mut(field) {
            ProfileSlot::Text(text) | ProfileSlot::Code(text) => *text = tidy(text.as_ref()),
            ProfileSlot::List(list) => *list = list.iter().filter_map(|entry| tidy(Some(entry))).collect(),
            ProfileSlot::Day(_) | ProfileSlot::Sex(_) | ProfileSlot::Days(_) => {}
        }
    }
    tidied
}

struct Check<'a> {
    policy: &'a Policy,
    today: Date,
    problems: Vec<FieldProblem>,
}

impl Check<'_> {
    fn problem(&mut self, field: Field, problem: FieldProblemKind) {
        self.problems.push(FieldProblem { field, problem });
    }

    /// A text of one line.
    fn line(&mut self, field: Field, text: &str, max: u32) {
        if text.chars().count() > max as usize {
            self.problem(field, FieldProblemKind::TooLong { max });
        }
        if text.chars().any(char::is_control) {
            self.problem(field, FieldProblemKind::ControlCharacters);
        }
    }

    fn positive(&mut self, field: Field, sum: Kopecks, limit: Kopecks) {
        if sum.is_positive() {
            self.not_negative(field, sum, limit);
        } else {
            self.problem(field, FieldProblemKind::NotPositive);
        }
    }

    fn not_negative(&mut self, field: Field, sum: Kopecks, limit: Kopecks) {
        if sum < Kopecks::ZERO {
            self.problem(field, FieldProblemKind::Negative);
        } else if sum > limit {
            self.problem(field, FieldProblemKind::OverLimit { limit });
        }
    }

    /// Checks only the fields that the operator changed. A value that the server had before may break our limits.
    fn profile(&mut self, profile: &Profile, before: Option<&Profile>) {
        let nothing = Profile::default();
        for field in ProfileField::ALL {
            if before.unwrap_or(&nothing).get(field) != profile.get(field) {
                self.field(field, profile.get(field));
            }
        }
    }

    fn field(&mut self, of: ProfileField, value: ProfileValue<'_>) {
        let field = Field::OfProfile(of);
        match value {
            ProfileValue::Text(Some(text)) => {
                self.line(field, text, of.max_length());
                if of.kind() == ProfileKind::Email && !looks_like_email(text) {
                    self.problem(field, FieldProblemKind::NotAnEmail);
                }
            }
            ProfileValue::Day(Some(day)) => self.day(field, *day, OLDEST_GUEST, 0),
            ProfileValue::List(list) => self.list(field, list, of.max_length()),
            ProfileValue::Code(Some(code)) => self.line(field, code, of.max_length()),
            ProfileValue::Days(Some(days)) => {
                if !(1..=of.max_length()).contains(days) {
                    self.problem(field, FieldProblemKind::NotDays);
                }
            }
            // How a server treats an account without a level, or without a lifetime of its bonuses, is not known.
            ProfileValue::Code(None) | ProfileValue::Days(None) => self.problem(field, FieldProblemKind::Required),
            ProfileValue::Text(None) | ProfileValue::Day(None) | ProfileValue::Sex(_) => {}
        }
    }

    fn list(&mut self, field: Field, list: &[String], max_length: u32) {
        if list.len() > LIST_MAX as usize {
            self.problem(field, FieldProblemKind::TooMany { max: LIST_MAX });
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut repeated = false;
        for entry in list {
            self.line(field, entry, max_length);
            repeated |= !seen.insert(entry);
        }
        if repeated {
            self.problem(field, FieldProblemKind::Repeated);
        }
    }

    /// Checks that a day is not more than `years` years ago and not more than `ahead` days from now.
    fn day(&mut self, field: Field, day: Date, years: i32, ahead: i32) {
        let earliest = self.today.saturating_sub(years.years());
        if day > self.today.saturating_add(ahead.days()) {
            self.problem(field, FieldProblemKind::InFuture);
        } else if day < earliest {
            self.problem(field, FieldProblemKind::TooLongAgo { earliest });
        }
    }

    fn purchase(&mut self, purchase: &OutsideCheck) -> OutsideCheck {
        let mut tidied = purchase.clone();
        purchase.outside_number.trim().clone_into(&mut tidied.outside_number);
        tidied.contents = purchase.contents.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();

        if tidied.outside_number.is_empty() {
            self.problem(Field::OutsideNumber, FieldProblemKind::Required);
        }
        self.line(Field::OutsideNumber, &tidied.outside_number, NUMBER_MAX);
        if let Some(at) = purchase.purchased_at {
            // One day ahead is allowed: the outside system may be in another time zone.
            self.day(Field::PurchasedAt, at.date(), OLDEST_PURCHASE, 1);
        }
        let sums = [
            (Field::MoneySpent, purchase.money_spent),
            (Field::Discount, purchase.discount),
            (Field::BonusSpent, purchase.bonus_spent),
            (Field::BonusAccrued, purchase.bonus_accrued),
        ];
        for (field, sum) in sums {
            self.not_negative(field, sum, self.policy.check_limit);
        }
        if sums.iter().all(|(_, sum)| *sum == Kopecks::ZERO) {
            self.problem(Field::MoneySpent, FieldProblemKind::NothingInIt);
        }
        if tidied.contents.chars().count() > CONTENTS_MAX as usize {
            self.problem(Field::Contents, FieldProblemKind::TooLong { max: CONTENTS_MAX });
        }
        if tidied.contents.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.problem(Field::Contents, FieldProblemKind::ControlCharacters);
        }
        tidied
    }
}

/// Whether a text has the shape of an e-mail address. Whether the address exists is not checked.
fn looks_like_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && local.chars().count() <= 64
        && !text.chars().any(char::is_whitespace)
        && !local.contains('@')
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}
