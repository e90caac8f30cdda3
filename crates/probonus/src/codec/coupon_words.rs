//! What a coupon's record says of its state: flags, words, dates of use, numbers of uses.

use super::{
    read::Record,
    values::{comparable_word, flag, plain_text},
};
use crate::{
    contract::Field,
    model::{Coupon, CouponState},
};

const STATUS: [&str; 9] =
    ["status", "state", "couponstatus", "couponstate", "statusname", "statetext", "statustext", "statuscode", "stage"];
const USED: [&str; 8] = ["used", "isused", "redeemed", "isredeemed", "wasused", "consumed", "spent", "использован"];
const USED_AT: [&str; 14] = [
    "usedat",
    "usedon",
    "useddate",
    "usedate",
    "dateused",
    "dateuse",
    "redeemedat",
    "redeemedon",
    "redeemdate",
    "dateredeem",
    "consumedat",
    "spentat",
    "датаиспользования",
    "датапогашения",
];
const EXPIRED: [&str; 5] = ["expired", "isexpired", "overdue", "isoverdue", "просрочен"];
const BLOCKED: [&str; 7] =
    ["revoked", "isrevoked", "cancelled", "canceled", "iscancelled", "iscanceled", "аннулирован"];
const ACTIVE: [&str; 15] = [
    "active",
    "isactive",
    "enabled",
    "isenabled",
    "valid",
    "isvalid",
    "available",
    "isavailable",
    "usable",
    "isusable",
    "canuse",
    "canbeused",
    "активен",
    "действует",
    "доступен",
];
const LEFT: [&str; 10] = [
    "usesleft",
    "leftuses",
    "remaininguses",
    "usesremaining",
    "remaining",
    "left",
    "countleft",
    "usageleft",
    "remainingcount",
    "осталось",
];
const MOST: [&str; 13] = [
    "usesmax",
    "maxuses",
    "usestotal",
    "totaluses",
    "useslimit",
    "limit",
    "usagelimit",
    "maxusage",
    "maxcount",
    "usesallowed",
    "maxusages",
    "totalcount",
    "всего",
];
const TIMES: [&str; 10] = [
    "usedcount",
    "countused",
    "usescount",
    "timesused",
    "usedtimes",
    "usagecount",
    "usages",
    "uses",
    "used",
    "использовано",
];

/// What is said of a coupon.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// The state; `None`: nothing is said.
    pub(super) told: Option<CouponState>,
    /// The word that is not known.
    pub(super) word: Option<String>,
    left: Option<u32>,
    most: Option<u32>,
}

impl State {
    /// What a record says. Of two signs the one counts that forbids the use.
    pub(super) fn of(own: &Record<'_>) -> Self {
        let count = |names: &[&str]| {
            names
                .iter()
                .filter_map(|name| own.under(name))
                .find_map(|found| plain_text(found.value)?.parse::<u32>().ok())
        };
        let most = count(&MOST);
        let times = most.and_then(|_| count(&TIMES));
        let left = count(&LEFT).or_else(|| Some(most?.saturating_sub(times?)));
        let (by_word, word) = of_status(own);
        let is_used = says(own, &USED, times.is_some()) == Some(true) || own.has_moment(&USED_AT) || left == Some(0);
        let is_so = |field: Field| own.is_so(field).ok().flatten() == Some(true);
        let is_blocked = is_so(Field::Blocked) || is_so(Field::Deleted) || says(own, &BLOCKED, false) == Some(true);
        let is_active = says(own, &ACTIVE, false);
        let by_sign = [
            (is_used, CouponState::Used),
            (says(own, &EXPIRED, false) == Some(true), CouponState::Expired),
            (is_blocked, CouponState::Blocked),
        ];
        let by_sign = by_sign.into_iter().find_map(|(is_said, state)| is_said.then_some(state));
        let forbids = by_word.filter(|state| *state != CouponState::Usable);
        let by_activity = is_active.map(|yes| if yes { CouponState::Usable } else { CouponState::Blocked });
        let told = by_sign.or(forbids).or(by_activity).or(by_word);
        Self { told, word: word.filter(|_| told == Some(CouponState::Unknown)), left, most }
    }

    /// What is said here, and else what is said around it.
    pub(super) fn or(self, around: Self) -> Self {
        let word = if self.told.is_some() { self.word } else { around.word };
        Self { told: self.told.or(around.told), word, left: self.left.or(around.left), most: self.most.or(around.most) }
    }

    /// The coupon with its state.
    pub(super) fn on(self, coupon: Coupon) -> Coupon {
        let state = self.told.unwrap_or_default();
        Coupon { state, state_text: self.word, uses_left: self.left, uses: self.most, ..coupon }
    }
}

/// What a flag under one of `names` says. `is_count`: a number there counts uses.
fn says(own: &Record<'_>, names: &[&str], is_count: bool) -> Option<bool> {
    let flags = names.iter().filter_map(|name| own.under(name)).filter(|found| !(is_count && found.value.is_number()));
    flags.into_iter().find_map(|found| flag(found.value))
}

/// The state by a word under a key of a status, and the word.
fn of_status(own: &Record<'_>) -> (Option<CouponState>, Option<String>) {
    let words = own.state_words(&STATUS);
    let state = words.iter().find_map(|word| state_in(word));
    match (state, words.into_iter().next()) {
        (None, Some(word)) => (Some(CouponState::Unknown), Some(word)),
        (state, _) => (state, None),
    }
}

/// The state that a word names: `USED`, `coupon_expired`, «Использован», «Срок истёк». `None`: the word is not known.
pub(super) fn state_in(word: &str) -> Option<CouponState> {
    const ENGLISH: [(CouponState, &str); 5] = [
        (CouponState::Usable, "active actual valid available usable issued new open opened unused notused enabled ok"),
        (CouponState::Used, "used redeemed consumed spent applied exhausted depleted completed"),
        (CouponState::Expired, "expired overdue outdated ended finished"),
        (
            CouponState::Blocked,
            "blocked locked cancelled canceled revoked annulled void voided deleted removed disabled inactive invalid \
             suspended frozen archived archive closed unavailable notactive",
        ),
        (
            CouponState::NotYetValid,
            "notyetvalid notyet notvalidyet pending scheduled upcoming future notstarted planned waiting",
        ),
    ];
    // Stems, those with «не» first: «недействителен» begins with none of the others.
    const RUSSIAN: [(CouponState, &str); 6] = [
        (CouponState::Usable, "неиспольз непогаш"),
        (CouponState::NotYetValid, "ещене неначал ожида будущ запланир"),
        (CouponState::Blocked, "неактив недейств недоступ заблок аннулир отмен отозван удален архив приостан"),
        (CouponState::Used, "использ погаш примен списан исчерпан потрач"),
        (CouponState::Expired, "просроч истек срокистек срокдействияистек сроквышел сгорел заверш законч"),
        (CouponState::Usable, "актив действу действит доступ выдан новый"),
    ];
    let word = comparable_word(word);
    let word =
        ["couponstatus", "coupon", "status", "state"].iter().find_map(|list| word.strip_prefix(list)).unwrap_or(&word);
    let word = ["coupons", "vouchers", "купоны"].iter().find_map(|list| word.strip_suffix(list)).unwrap_or(word);
    let english = ENGLISH.iter().find(|(_, words)| words.split(' ').any(|known| known == word));
    let russian = || RUSSIAN.iter().find(|(_, stems)| stems.split(' ').any(|stem| word.starts_with(stem)));
    english.or_else(russian).map(|(state, _)| *state).filter(|_| !word.is_empty())
}
