//! The unit of sums in a document: kopecks, rubles, not named, or unclear.

use serde_json::Value;

use crate::{
    heuristics::Heuristic,
    hints,
    leaf::Leaf,
    money::{Beside, are_written_as_rubles},
};
use probonus_contract::{
    binding::{Json, MoneyUnit},
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
const SCALES: [&str; 22] = [
    "умнож",
    "множител",
    "multipl",
    "сотых",
    "hundredth",
    "* 100",
    "*100",
    "x100",
    "×100",
    "× 100",
    "1/100",
    "тыс.",
    "тыс ",
    "тысячах",
    "no separator",
    "without separator",
    "without a separator",
    "no decimal point",
    "without decimal point",
    "implied decimal",
    "без разделител",
    "без точки",
];

/// Whether a text shows one sum in two units: `12,34 RUB -> 1234`, «100 руб. = 10000». Of two numbers side by side one is a hundred
/// times the other, and a sign or a word between them tells that they are one sum. «От 1 до 100 рублей» is a range.
fn shows_hundredfold(text: &str) -> bool {
    const SIGNS: [&str; 9] = ["->", "→", "⇒", "=", " is ", " as ", "это", "как ", "переда"];
    let mut numbers: Vec<(&str, &str)> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (between, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        numbers.push((between, number.trim_end_matches(['.', ','])));
        rest = after;
    }
    numbers.windows(2).any(|pair| {
        let &[(_, one), (between, other)] = pair else { return false };
        let is_one_sum = SIGNS.iter().any(|sign| between.contains(sign));
        is_one_sum && (is_hundredfold(one, other) || is_hundredfold(other, one))
    })
}

/// Whether `large` is a hundred times `small`: `12,34` and `1234`, `100` and `10000`.
fn is_hundredfold(small: &str, large: &str) -> bool {
    let (whole, fraction) = small.split_once(['.', ',']).unwrap_or((small, ""));
    let hundredths = format!("{whole}{fraction:0<2}");
    let plain = |digits: &str| digits.trim_start_matches('0').to_owned();
    fraction.len() <= 2 && !plain(large).is_empty() && plain(&hundredths) == plain(large)
}

/// What a text says about the unit of a sum. A price or a rate (`from 1 ruble`, «1 бонус = 1 рубль») leaves it unclear.
pub(crate) fn unit_in(text: &str) -> Said {
    let text = SMALLEST.iter().fold(text.to_lowercase(), |text, words| text.replace(words, "in kopecks"));
    let (kopecks, rubles) = (mention(&text, is_kopeck), mention(&text, is_ruble));
    // «Сумма в рублях, умноженная на 100», «в сотых долях рубля», «в рублях или копейках».
    let either = kopecks.any && rubles.any && [" или ", " or ", "/"].iter().any(|word| text.contains(word));
    let scaled = SCALES.iter().any(|word| text.contains(word)) || shows_hundredfold(&text);
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

/// The unit of a sum: by the tail of its name, else by its own description, else by the texts around it. Examples and limits may
/// contradict it.
pub(crate) fn money(leaf: &Leaf, around: &[&str]) -> Said {
    let said = in_words(leaf, around);
    if is_told_by_name(leaf) {
        return said;
    }
    let steps = ["multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "default", "const"];
    let fraction = leaf.examples().into_iter().chain(leaf.choices()).any(has_fraction)
        || steps.iter().any(|step| leaf.words.get(*step).is_some_and(has_fraction))
        || has_decimals(leaf.word("pattern"));
    match said {
        // An example, choice, limit or pattern has a fraction, which kopecks can't have.
        Said::Nothing | Said::Unit(MoneyUnit::Kopecks) if fraction && Heuristic::FractionDoubted.holds() => {
            Said::Unclear
        }
        said => said,
    }
}

/// Whether no words and no name tell the unit of a sum.
pub(crate) fn is_untold(leaf: &Leaf, around: &[&str]) -> bool {
    in_words(leaf, around) == Said::Nothing
}

/// Whether the name of a sum, or its record, tells its unit: `amountRub`.
fn is_told_by_name(leaf: &Leaf) -> bool {
    matches!(leaf.beside, Some(Beside::Nanos(..))) || spelt(&leaf.own).unit.is_some()
}

/// The unit of a sum, without regard to its examples and limits.
fn in_words(leaf: &Leaf, around: &[&str]) -> Said {
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
    let is_in_rubles = matches!(leaf.beside, Some(Beside::Rubles)) && are_written_as_rubles(&leaf.examples());
    if said == Said::Nothing && is_in_rubles { Said::Unit(MoneyUnit::Rubles) } else { said }
}

/// Why a sum of which no unit is told can't be taken for kopecks; `None`: it can. A whole number is in kopecks by the table. A type
/// that takes a fraction is that of rubles as well: a bare `number`, a `double`, a text without whole digits only.
pub(crate) fn why_not_kopecks(leaf: &Leaf) -> Option<&'static str> {
    let format = leaf.word("format");
    if matches!(format, "decimal" | "currency" | "money") {
        return Some("a decimal, and nothing of its unit");
    }
    if is_whole(leaf) {
        return None;
    }
    let is_real = matches!(format, "double" | "float" | "number" | "numeric");
    match leaf.json {
        Json::Number => Some("a number that may have a fraction, and nothing of its unit"),
        Json::String => Some("a text that may have a fraction, and nothing of its unit"),
        _ => is_real.then_some("a number that may have a fraction, and nothing of its unit"),
    }
}

/// Whether a number or a text takes whole numbers only, by its format, its step, its pattern or, of a text, its examples.
fn is_whole(leaf: &Leaf) -> bool {
    let format = leaf.word("format");
    let is_coded = ["int", "uint", "sint", "fixed"].iter().any(|start| format.starts_with(start));
    let step = leaf.words.get("multipleOf").and_then(hints::whole).is_some_and(|step| step > 0);
    let pattern = leaf.word("pattern");
    let of_digits = pattern.contains("\\d") || pattern.contains("0-9");
    let by_pattern = of_digits && !pattern.contains(['.', ',']);
    let examples = leaf.examples();
    let is_digits = |value: &&Value| {
        value.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let by_examples = leaf.json == Json::String && !examples.is_empty() && examples.iter().all(is_digits);
    is_coded || step || by_pattern || by_examples
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
        // `1 541,11`
        Value::String(text) => text.replace(',', ".").chars().filter(|c| !c.is_whitespace()).collect(),
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
            ("Сумма в рублях, от 1 до 100", RUBLES),
            ("В рублях, разделитель копеек — запятая, тысячи отделены пробелом", RUBLES),
            ("Сумма в рублях, например 12.34", RUBLES),
            ("Сумма в рублях, шаг 0.01, не менее 1", RUBLES),
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
            "Sum in RUB, two decimals (12,34 RUB -> 1234)",
            "Sum in rubles (1234 is 12.34)",
            "Сумма в рублях, 100 руб. = 10000",
            "В рублях, без разделителя копеек",
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
