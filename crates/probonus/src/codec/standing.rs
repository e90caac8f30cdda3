//! Whether a guest's account is blocked, deleted, or out of use in another way.

use super::{
    read::Record,
    values::{comparable_word, plain_text, written},
};
use crate::{
    contract::Field,
    model::{RecordPart, Unread},
};

/// Flags by which an account is in use.
const ACTIVE: [&str; 6] = ["active", "isactive", "enabled", "isenabled", "активен", "действует"];
/// Flags by which it is out of use.
const CLOSED: [&str; 6] = ["closed", "isclosed", "inactive", "isinactive", "закрыт", "неактивен"];
/// Keys of the account into which it was merged.
const MERGED_INTO: [&str; 5] = ["mergedinto", "mergedto", "mergedwith", "mergedintoid", "mergedintoaccountid"];
/// Keys of a reason for a block.
const REASON: [&str; 5] = ["blockreason", "blockedreason", "lockreason", "banreason", "причинаблокировки"];

/// What the records of an account say of it.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) blocked: Option<bool>,
    pub(super) deleted: Option<bool>,
    pub(super) inactive: bool,
    pub(super) text: Option<String>,
    pub(super) unread: Vec<Unread>,
}

impl Standing {
    /// Reads the records one after the other, the likeliest first.
    pub(super) fn of(records: &[&Record<'_>]) -> Self {
        let mut standing = Self::default();
        for record in records {
            standing.hear(record);
        }
        standing
    }

    fn hear(&mut self, record: &Record<'_>) {
        for field in [Field::Blocked, Field::Deleted] {
            let place = if field == Field::Blocked { &mut self.blocked } else { &mut self.deleted };
            match record.is_so(field) {
                Ok(told) => *place = place.or(told),
                Err(_) => {
                    let said = record.find(field).map(|found| written(found.value)).unwrap_or_default();
                    self.unread.push(Unread { part: RecordPart::Standing, said });
                }
            }
        }
        match status(record) {
            Some(Status::Blocked) => self.blocked = Some(true),
            Some(Status::Deleted) => self.deleted = Some(true),
            Some(Status::Inactive) => self.inactive = true,
            None => {}
        }
        self.inactive |= record.any_flag(&ACTIVE, false) || record.any_flag(&CLOSED, true);
        if let Some(into) = merged_into(record) {
            self.deleted = Some(true);
            self.text.get_or_insert(into);
        }
        if let Some(reason) = record.plain(&REASON) {
            self.inactive |= self.blocked != Some(true);
            self.text.get_or_insert(reason);
        }
    }
}

/// The account into which this one was merged. Zero is none.
fn merged_into(record: &Record<'_>) -> Option<String> {
    let found = MERGED_INTO.iter().find_map(|name| record.under(name))?;
    let id = found.value.as_object().and_then(|map| map.get("id")).unwrap_or(found.value);
    plain_text(id).filter(|id| !id.trim_matches(['0', '-']).is_empty())
}

/// What a word says of an account.
enum Status {
    Blocked,
    Deleted,
    Inactive,
}

/// The status of an account, given as a word: `status: "deleted"`, `state: {"name": "Заблокирован"}`.
fn status(record: &Record<'_>) -> Option<Status> {
    const NAMES: [&str; 6] = ["status", "state", "accountstatus", "accountstate", "statusname", "statecode"];
    const DELETED: [&str; 12] = [
        "deleted",
        "removed",
        "archived",
        "archive",
        "merged",
        "closed",
        "удален",
        "удалена",
        "архив",
        "архивный",
        "закрыт",
        "объединен",
    ];
    const BLOCKED: [&str; 10] = [
        "blocked",
        "locked",
        "suspended",
        "banned",
        "frozen",
        "disabled",
        "заблокирован",
        "заблокирована",
        "заморожен",
        "приостановлен",
    ];
    const INACTIVE: [&str; 7] =
        ["inactive", "notactive", "deactivated", "expired", "неактивен", "неактивный", "недействителен"];
    record.state_words(&NAMES).iter().find_map(|word| {
        let word = comparable_word(word);
        let is_one_of = |words: &[&str]| words.contains(&word.as_str());
        let known = [(is_one_of(&DELETED), Status::Deleted), (is_one_of(&BLOCKED), Status::Blocked)];
        let known = known.into_iter().find_map(|(is_so, status)| is_so.then_some(status));
        known.or_else(|| is_one_of(&INACTIVE).then_some(Status::Inactive))
    })
}
