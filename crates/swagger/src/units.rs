//! The unit of sums in a document: kopecks, rubles, not named, or unclear.

use serde_json::Value;

use crate::{
    heuristics::Heuristic,
    leaf::Leaf,
    money::{Beside, are_written_as_rubles},
};
use probonus_contract::{
    binding::MoneyUnit,
    contract::{normal, spelt},
};

/// What a text says about the unit of a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Nothing.
    Nothing,
    /// Plainly this.
    Unit(MoneyUnit),
    /// Both units, a price or rate, or a fraction that kopecks can't have.
    Unclear,
}

/// How a text mentions a unit.
#[derive(Clone, Copy, Default)]
struct Mention {
    /// At all.
    any: bool,
    /// As the unit in which a sum is given: «в копейках», `in rubles`, `(руб.)`.
    told_in: bool,
    /// Not only after a number, as in a price or a rate: `from 1 ruble`, «1 бонус = 1 рубль».
    unit: bool,
}

/// How a text mentions the words of `is_unit`. Whole words only: `trouble` is no ruble, and `percents` are no cents.
fn mention(text: &str, is_unit: impl Fn(&str) -> bool) -> Mention {
    let mut mention = Mention::default();
    let (mut earlier, mut before) = ("", "");
    let mut at = 0;
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '₽').filter(|word| !word.is_empty()) {
        let start = text[at..].find(word).map_or(at, |found| at + found);
        let opened = text[..start].trim_end().ends_with('(');
        at = start + word.len();
        // «в копейках, не в рублях»
        let denied =
            matches!(before, "не" | "not") || (matches!(before, "в" | "in") && matches!(earlier, "не" | "not"));
        if is_unit(word) && !denied {
            mention.any = true;
            mention.told_in |= matches!(before, "в" | "in") || opened;
            mention.unit |= !before.starts_with(|c: char| c.is_ascii_digit());
        }
        (earlier, before) = (before, word);
    }
    mention
}

fn is_kopeck(word: &str) -> bool {
    let starts = ["копей", "копее", "kopeck", "kopek", "kopeyk", "kopeik"].iter().any(|start| word.starts_with(start));
    starts || matches!(word, "коп" | "kop" | "cent" | "cents")
}

fn is_ruble(word: &str) -> bool {
    let starts = ["рубл", "rubl", "roubl"].iter().any(|start| word.starts_with(start));
    starts || matches!(word, "руб" | "rub" | "rubs" | "rur" | "₽")
}

/// Words for kopecks that do not name a currency.
const SMALLEST: [&str; 7] = [
    "in minor units",
    "minor units",
    "minor unit",
    "smallest currency unit",
    "минорных единицах",
    "минимальных единицах",
    "наименьших единицах",
];

/// Words that change the meaning of rubles.
const SCALES: [&str; 12] =
    ["умнож", "множител", "multipl", "сотых", "hundredth", "* 100", "*100", "x100", "×100", "× 100", "1/100", "тыс"];

/// What a text says about the unit of a sum. A price or a rate (`from 1 ruble`, «1 бонус = 1 рубль») leaves it unclear.
pub(crate) fn unit_in(text: &str) -> Said {
    let text = SMALLEST.iter().fold(text.to_lowercase(), |text, words| text.replace(words, "in kopecks"));
    let (kopecks, rubles) = (mention(&text, is_kopeck), mention(&text, is_ruble));
    // «Сумма в рублях, умноженная на 100», «в сотых долях рубля», «в рублях или копейках».
    let either = kopecks.any && rubles.any && [" или ", " or ", "/"].iter().any(|word| text.contains(word));
    let scaled = SCALES.iter().any(|word| text.contains(word));
    if rubles.any && !kopecks.told_in && (either || scaled) {
        return Said::Unclear;
    }
    match (kopecks.told_in, rubles.told_in) {
        (true, false) => return Said::Unit(MoneyUnit::Kopecks),
        (false, true) => return Said::Unit(MoneyUnit::Rubles),
        (true, true) => return Said::Unclear,
        (false, false) => {}
    }
    match (kopecks.any, rubles.any) {
        (false, false) => Said::Nothing,
        (true, false) if kopecks.unit => Said::Unit(MoneyUnit::Kopecks),
        (false, true) if rubles.unit => Said::Unit(MoneyUnit::Rubles),
        _ => Said::Unclear,
    }
}

/// What the text of a whole method or document says about the unit of its sums. Rubles count only as "in rubles". Any other mention
/// of rubles may mean anything, and leaves the unit unclear.
pub(crate) fn unit_around(text: &str) -> Said {
    let lower = text.to_lowercase();
    let told_in = mention(&lower, is_ruble).told_in;
    match unit_in(text) {
        Said::Unit(MoneyUnit::Rubles) if !told_in => Said::Unclear,
        said => said,
    }
}

/// The unit of a sum: by the tail of its name, else by its own description, else by the texts around it.
pub(crate) fn money(leaf: &Leaf, around: &[&str]) -> Said {
    // By the definition of the record.
    if matches!(leaf.beside, Some(Beside::Nanos(..))) {
        return Said::Unit(MoneyUnit::Rubles);
    }
    if let Some(unit) = spelt(&leaf.own).unit {
        return match unit_in(&leaf.said()) {
            Said::Unit(other) if other != unit => Said::Unclear,
            Said::Unclear => Said::Unclear,
            _ => Said::Unit(unit),
        };
    }
    let own = format!("{} {} {}", leaf.said(), leaf.word("x-unit"), leaf.word("format"));
    let whole = leaf.around.iter().map(String::as_str).chain(around.iter().copied());
    let whole = whole.filter(|_| Heuristic::UnitAround.holds());
    let said = std::iter::once(unit_in(&own)).chain(whole.map(unit_around));
    let said = said.into_iter().find(|said| *said != Said::Nothing).unwrap_or(Said::Nothing);
    let steps = ["multipleOf", "minimum", "exclusiveMinimum", "default"];
    let fraction = leaf.examples().into_iter().any(has_fraction)
        || steps.iter().any(|step| leaf.words.get(*step).is_some_and(has_fraction))
        || has_decimals(leaf.word("pattern"));
    let is_in_rubles = matches!(leaf.beside, Some(Beside::Rubles)) && are_written_as_rubles(&leaf.examples());
    match said {
        Said::Nothing if is_in_rubles => Said::Unit(MoneyUnit::Rubles),
        // An example, limit or pattern has a fraction, which kopecks can't have.
        Said::Nothing | Said::Unit(MoneyUnit::Kopecks) if fraction && Heuristic::FractionDoubted.holds() => {
            Said::Unclear
        }
        said => said,
    }
}

/// Whether a value is a percentage, and so no sum, whatever its name.
pub(crate) fn is_percent(leaf: &Leaf) -> bool {
    let said = leaf.said().to_lowercase();
    let percent = said.contains('%') || said.contains("процент") || said.contains("percent");
    percent && unit_in(&said) == Said::Nothing
}

/// Whether a value chooses a currency or its part: `currency: RUB`. The unit of the sums then depends on it.
pub(crate) fn chooses_unit(leaf: &Leaf) -> bool {
    let values = leaf.choices().iter().chain(leaf.words.get("default")).chain(leaf.words.get("const"));
    let is_unit = |text: &str| is_ruble(text) || is_kopeck(text);
    values.filter_map(Value::as_str).any(|text| is_unit(&text.to_lowercase()))
}

/// Whether a name means a number of bonuses, not money. How many kopecks one bonus is, the name does not say.
pub(crate) fn counts_bonuses(name: &str) -> bool {
    matches!(normal(name).as_str(), "count" | "bonus" | "bonuses" | "points" | "quantity")
}

/// Whether a pattern requires one or two digits after a point: `^\\d+\\.\\d{2}$`.
fn has_decimals(pattern: &str) -> bool {
    let digits = |rest: &str| {
        ["\\d{1,2}", "\\d{2}", "\\d{0,2}", "[0-9]{1,2}", "[0-9]{2}", "[0-9]{0,2}", "\\d\\d"]
            .iter()
            .any(|two| rest.starts_with(two))
    };
    ["\\.", "[.,]", "[.]"].iter().any(|point| pattern.split(point).skip(1).any(digits))
}

fn has_fraction(value: &Value) -> bool {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.replace(',', "."),
        _ => return false,
    };
    let number =
        text.split_once('.').filter(|(whole, _)| whole.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()));
    number.is_some_and(|(_, fraction)| fraction.bytes().any(|b| (b'1'..=b'9').contains(&b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KOPECKS: Said = Said::Unit(MoneyUnit::Kopecks);
    const RUBLES: Said = Said::Unit(MoneyUnit::Rubles);

    #[test]
    fn a_unit_is_read_from_whole_words() {
        for (text, said) in [
            ("Сумма, в копейках", KOPECKS),
            ("Сумма (коп.)", KOPECKS),
            ("Amount in minor units", KOPECKS),
            ("В копейках, не в рублях: 100 рублей — это 10000", KOPECKS),
            ("Minimum 1 ruble, in kopecks", KOPECKS),
            ("Сумма, руб.", RUBLES),
            ("Balance in rubles with two decimals", RUBLES),
            ("₽", RUBLES),
            ("Сумма в минимальных единицах валюты", KOPECKS),
            ("В копейках (1/100 рубля)", KOPECKS),
            ("In case of trouble ask the support; troubleshooting", Said::Nothing),
            ("Discount in percents, adjacent columns", Said::Nothing),
            ("Рубрика меню; club, Копенгаген", Said::Nothing),
        ] {
            assert_eq!(unit_in(text), said, "{text}");
        }
    }

    #[test]
    fn a_price_or_a_rate_is_no_unit() {
        for text in [
            "1 бонус = 1 рубль",
            "Не менее 100 рублей",
            "from 1 ruble",
            "1 бонус = 100 копеек",
            "рубли и копейки",
            "Сумма в рублях, умноженная на 100",
            "В сотых долях рубля",
            "Сумма в рублях или копейках",
            "Сумма в тысячах рублей (тыс. руб.)",
        ] {
            assert_eq!(unit_in(text), Said::Unclear, "{text}");
        }
    }

    #[test]
    fn around_a_sum_only_that_in_which_sums_are_told_counts() {
        for (text, said) in [
            ("Все суммы в рублях", RUBLES),
            ("Суммы в копейках, 1 бонус = 1 рубль", KOPECKS),
            ("All amounts are in kopecks", KOPECKS),
            ("Программа лояльности: 1 бонус = 1 рубль", Said::Unclear),
            ("Списывает рубли с карты", Said::Unclear),
            ("Currency: RUB", Said::Unclear),
            ("Returns the guest", Said::Nothing),
        ] {
            assert_eq!(unit_around(text), said, "{text}");
        }
    }

    #[test]
    fn a_pattern_with_two_decimals_is_none_of_kopecks() {
        assert!(has_decimals(r"^\d+\.\d{2}$") && has_decimals("^[0-9]+[.,][0-9]{1,2}$"));
        assert!(!has_decimals(r"^\d+$") && !has_decimals(""));
    }
}
