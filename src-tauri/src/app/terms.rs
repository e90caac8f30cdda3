//! The terms of an account that can be changed, and the codes to choose from.
//!
//! No server publishes the list of its levels, so the choices come from three places: the values that the description lists,
//! the accounts seen in this run, and the directory in the settings. A name in the settings counts before any other.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use probonus::{
    Account, Method, ProfileValue,
    binding::{Binding, BodyKind, Choice, MethodBinding},
    contract::{ProfileField, ProfileKind},
};

use crate::{
    app::settings::Settings,
    shape::shown_name,
    view::{CodeNames, TermView},
};

/// The most codes that are kept in one run.
const MOST_CODES: usize = 200;

/// The codes that guests had in this run, with the server's names for them.
#[derive(Debug, Default)]
pub(crate) struct KnownCodes(Mutex<BTreeMap<(ProfileField, String), String>>);

impl KnownCodes {
    /// Notes the codes of an account. A level without a name leaves the name that is known.
    pub fn note(&self, account: &Account) {
        let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for field in ProfileField::ALL {
            let ProfileValue::Code(Some(code)) = account.profile.get(field) else { continue };
            let level = account.level.as_ref().filter(|_| field == ProfileField::DiscountLevel);
            let name = level.map(|level| level.name.clone()).filter(|name| name != code).unwrap_or_default();
            let key = (field, code.clone());
            if codes.len() < MOST_CODES || codes.contains_key(&key) {
                let known = codes.entry(key).or_default();
                if !name.is_empty() {
                    *known = name;
                }
            }
        }
    }

    fn of(&self, field: ProfileField) -> Vec<Choice> {
        let codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_field = codes.iter().filter(|((of, _), _)| *of == field);
        of_field.map(|((_, code), name)| Choice { code: code.clone(), name: name.clone() }).collect()
    }
}

/// The terms of `account` that can be changed. A term counts if the server's description of an update has it, or if the guest's
/// record shows it and an update sends the record back.
pub fn offered(account: &Account, binding: &Binding, known_codes: &KnownCodes, settings: &Settings) -> Vec<TermView> {
    let Some(update) = binding.method(Method::Update) else { return Vec::new() };
    let terms = ProfileField::ALL.into_iter().filter(|field| !field.is_personal());
    let is_offered =
        |field: &ProfileField| is_named(update, *field) || (carries_record(update) && account.shows(*field));
    let view = |field: ProfileField| {
        let is_code = field.kind() == ProfileKind::Code;
        let choices = if is_code { choices(field, Some(update), known_codes, settings) } else { Vec::new() };
        TermView { field, choices, shown: account.shows(field) }
    };
    terms.filter(is_offered).map(view).collect()
}

/// The codes of levels and types of bonuses that have a name. The story of an edit shows them, because the journal has only codes.
pub fn named(binding: &Binding, known_codes: &KnownCodes, settings: &Settings) -> Vec<CodeNames> {
    let Some(update) = binding.method(Method::Update) else { return Vec::new() };
    let codes = ProfileField::ALL.into_iter().filter(|field| field.kind() == ProfileKind::Code);
    let named = codes.map(|field| {
        let mut choices = choices(field, Some(update), known_codes, settings);
        choices.retain(|choice| !choice.name.is_empty());
        CodeNames { field, choices }
    });
    named.filter(|names| !names.choices.is_empty()).collect()
}

/// The name of an account's level by its code, where the record has no name of it; empty if the code has none that is known.
pub fn level_name(account: &Account, binding: &Binding, known_codes: &KnownCodes, settings: &Settings) -> String {
    let told = account.level.as_ref().and_then(|level| level.code.as_ref());
    let Some(code) = told.or(account.profile.discount_level.as_ref()) else { return String::new() };
    let all = choices(ProfileField::DiscountLevel, binding.method(Method::Update), known_codes, settings);
    all.into_iter().find(|choice| choice.code == *code).map(|choice| choice.name).unwrap_or_default()
}

/// The known codes of a field.
fn choices(
    field: ProfileField,
    update: Option<&MethodBinding>,
    known_codes: &KnownCodes,
    settings: &Settings,
) -> Vec<Choice> {
    let listed = update.and_then(|update| update.choices.get(&field.logical())).cloned().unwrap_or_default();
    let own = match field {
        ProfileField::DiscountLevel => settings.levels.clone(),
        ProfileField::BonusType => settings.bonus_types.clone(),
        _ => Vec::new(),
    };
    together([known_codes.of(field), listed, own])
}

fn is_named(update: &MethodBinding, field: ProfileField) -> bool {
    update.fields.get(&field.logical()).is_some_and(|slots| !slots.is_empty())
}

fn carries_record(update: &MethodBinding) -> bool {
    update.open && update.body == BodyKind::Json
}

/// Merges lists of codes: each code once, numbers before words and in their order. If a code has several names, the last one that
/// is not empty is used.
fn together(lists: [Vec<Choice>; 3]) -> Vec<Choice> {
    let mut names: BTreeMap<(u64, String), String> = BTreeMap::new();
    for Choice { code, name } in lists.into_iter().flatten() {
        let order = code.parse().unwrap_or(u64::MAX);
        let known = names.entry((order, code)).or_default();
        if !name.is_empty() {
            *known = name;
        }
    }
    names.into_iter().map(|((_, code), name)| Choice { code, name: shown_name(&name) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(code: &str, name: &str) -> Choice {
        Choice { code: code.into(), name: name.into() }
    }

    #[test]
    fn a_name_of_the_settings_counts_before_any_other() {
        let known_codes = vec![choice("10", "Gold"), choice("2", "Silver")];
        let listed = vec![choice("2", ""), choice("3", "Listed")];
        let own = vec![choice("10", "Золотой"), choice("VIP", "Свои")];
        let together = together([known_codes, listed, own]);
        let expected = [choice("2", "Silver"), choice("3", "Listed"), choice("10", "Золотой"), choice("VIP", "Свои")];
        assert_eq!(together, expected);
    }
}
