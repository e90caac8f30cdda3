//! Methods whose paths are in Russian: `/счета/{id}/пополнить`, `/СчетПоТелефону`, «Начислить бонусы на счёт».
//!
//! A method is known by the words of its path and of its summary together, in any order, as Russian has none. One word that may mean
//! something else (`карта`, `списать`), an unknown word of the path, or a path and a summary that differ: nothing is bound.

use serde_json::Value;

use crate::{
    answers,
    document::percent_decoded,
    heuristics::Heuristic,
    names::{Words, names_of},
    operation::Operation,
    saying::takes_phone,
};
use probonus_contract::{Method, binding::Verb, contract::MethodRow};

/// What a word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Guest,
    Group,
    Template,
    Phone,
    Balance,
    Parts,
    Bonus,
    Entries,
    Last,
    Period,
    Receipt,
    Outside,
    List,
    Find,
    Refill,
    Create,
    Update,
    Register,
    Return,
    /// Something that is no method of ours.
    Else,
    /// Nothing.
    Filler,
}

use Word::{
    Balance, Bonus, Create, Else, Entries, Filler, Find, Group, Guest, Last, List, Outside, Parts, Period, Phone,
    Receipt, Refill, Register, Return, Template, Update,
};

/// Beginnings of words that say each. The first that fits counts.
const STEMS: [(Word, &[&str]); 21] = [
    (
        Else,
        &[
            "счетчик",
            "счётчик",
            "карт",
            "купон",
            "удал",
            "массов",
            "пакет",
            "импорт",
            "экспорт",
            "списа",
            "списыв",
            "снят",
            "снима",
            "изъят",
            "блок",
            "разблок",
            "статус",
            "парол",
            "скид",
            "уров",
            "рассыл",
            "уведом",
            "отчет",
            "отчёт",
            "объедин",
            "слия",
            "слит",
            "перевод",
            "перевест",
            "перенос",
            "перенес",
            "отклон",
            "заявк",
            "провер",
            "тест",
            "расчет",
            "расчёт",
            "рассчит",
            "предвар",
            "отлож",
            "настро",
            "правил",
            "акци",
            "промо",
            "сообщ",
            "смс",
            "подтвер",
            "удерж",
            "резерв",
            "холд",
            "архив",
            "восстан",
            "штраф",
            "отправ",
            "чернов",
        ],
    ),
    (Guest, &["гост", "клиент", "счет", "счёт", "аккаунт", "покупател", "анкет", "профил"]),
    (Group, &["групп"]),
    (Template, &["шаблон"]),
    (Phone, &["телефон"]),
    (Balance, &["баланс", "остат"]),
    (Parts, &["детал", "расшир", "подробн", "сгор", "ожида"]),
    (Bonus, &["бонус", "балл"]),
    (Entries, &["транзак", "движен", "операц", "истори"]),
    (Last, &["последн"]),
    (Period, &["период"]),
    (Receipt, &["чек", "покупк"]),
    (Outside, &["внешн", "сторонн"]),
    (List, &["списо", "списк", "перечен"]),
    (Find, &["найти", "найд", "поиск", "искать", "получ", "показ", "запрос", "прочит"]),
    (Refill, &["пополн", "начисл"]),
    (Create, &["созда", "завест", "добав"]),
    (Update, &["измен", "обнов", "редактир"]),
    (Register, &["регистр", "зарегистр"]),
    (Return, &["верн", "возвра", "отмен", "аннул", "сторн"]),
    (Filler, &["данн", "нов", "вручн", "ручн", "номер", "идентиф", "сумм", "программ", "лояльн", "блюд", "указан"]),
];

/// Parts of Latin words before a Russian name that turn its meaning round: `/cancel/пополнить`.
const TURNS: [&str; 7] = ["cancel", "undo", "delete", "remove", "revert", "rollback", "void"];

/// What a word says; `None`: it is not known.
fn word_of(word: &str) -> Option<Word> {
    let known = STEMS.iter().find(|(_, stems)| stems.iter().any(|stem| word.starts_with(stem)));
    // Prepositions, and the N of «последние N».
    known.map(|(of, _)| *of).or_else(|| (word.chars().count() <= 3).then_some(Filler))
}

/// What a path or a summary says.
#[derive(Debug, PartialEq, Eq)]
enum Says {
    Nothing,
    /// It may be each of these.
    Methods(Vec<Method>),
    /// No method of ours.
    Else,
}

/// The words of a text, those without meaning left out; an unknown one is `None`.
fn words(text: &str) -> Vec<Option<Word>> {
    let words = Words::of_path(text.split('/')).words;
    words.iter().map(|(_, word)| word_of(word)).filter(|word| *word != Some(Filler)).collect()
}

/// The Russian part of a path, decoded and without parameters; `None`: it has none.
fn russian_path(path: &str) -> Option<String> {
    let segments: Vec<String> = names_of(path).map(percent_decoded).collect();
    let is_russian = |segment: &String| segment.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'));
    let from = segments.iter().position(is_russian)?;
    let turned = segments[..from].iter().any(|segment| TURNS.iter().any(|turn| segment.to_lowercase().contains(turn)));
    (!turned).then(|| segments[from..].join("/"))
}

fn says(words: &[Word]) -> Says {
    const ACTIONS: [Word; 5] = [Refill, Create, Update, Register, Return];
    let has = |word: Word| words.contains(&word);
    let none = |others: &[Word]| !others.iter().any(|other| words.contains(other));
    let actions: Vec<Word> = ACTIONS.into_iter().filter(|action| has(*action)).collect();
    let of_reads = [Find, Entries, Last, Period, List];
    let method = match actions.as_slice() {
        _ if has(Else) => None,
        [] => return reads(words),
        _ if !none(&of_reads) => None,
        [Refill] if none(&[Receipt, Outside, Group, Template, Phone, Parts]) => Some(Method::Refill),
        [Return] if has(Receipt) && none(&[Balance, Bonus, Group, Template]) => Some(Method::ReturnCheck),
        [Register | Create] if has(Receipt) && none(&[Balance, Bonus, Group, Template]) => Some(Method::RegisterCheck),
        [Create | Register] if has(Guest) && none(&[Outside, Balance, Bonus, Parts]) => Some(Method::InsertByTemplate),
        [Update] if has(Guest) && none(&[Receipt, Outside, Group, Template, Phone, Balance, Bonus, Parts]) => {
            Some(Method::Update)
        }
        _ => None,
    };
    method.map_or(Says::Else, |method| Says::Methods(vec![method]))
}

/// What words without an action say.
fn reads(words: &[Word]) -> Says {
    let has = |word: Word| words.contains(&word);
    let none = |others: &[Word]| !others.iter().any(|other| words.contains(other));
    let both = vec![Method::TransactionsOfPeriod, Method::LastTransactions];
    let methods = match () {
        () if has(Entries) && !none(&[Receipt, Outside, Group, Template, Phone, Balance]) => return Says::Else,
        () if has(Entries) && has(Last) && has(Period) => return Says::Else,
        () if has(Entries) && has(Last) => vec![Method::LastTransactions],
        () if has(Entries) && has(Period) => vec![Method::TransactionsOfPeriod],
        () if has(Entries) => both,
        () if has(Balance) && none(&[Receipt, Outside, Group, Template, Phone, Last, Period, List]) => {
            vec![Method::BalanceExtended]
        }
        () if has(Receipt) && none(&[Guest, Group, Outside, List, Last, Period, Template, Phone]) => {
            vec![Method::Receipt]
        }
        // «Группы счетов», not «гости группы».
        () if words.iter().find(|word| matches!(word, Group | Guest)) == Some(&Group) && none(&[Receipt, Phone]) => {
            vec![Method::Groups]
        }
        () if none(&[Receipt, Group, Outside, Template, Balance]) && (has(Phone) || (has(Find) && has(Guest))) => {
            vec![Method::FindByPhone]
        }
        () if words.iter().all(|word| matches!(word, Guest | Find | Bonus)) => return Says::Nothing,
        () => return Says::Else,
    };
    Says::Methods(methods)
}

/// Whether an operation with a Russian path says that it is the method of `row`.
pub(crate) fn says_so(operation: &Operation<'_>, row: &MethodRow) -> bool {
    let method = row.method;
    let Some(path) = russian_path(&operation.path).filter(|_| Heuristic::SaidInRussian.holds()) else { return false };
    if method.is_write() && operation.verb == Verb::Get {
        return false;
    }
    let summary = operation.json.get("summary").and_then(Value::as_str).unwrap_or_default();
    let (of_path, of_summary) = (words(&path), words(summary));
    // Each word of a path must be known.
    let Some(of_path) = of_path.into_iter().collect::<Option<Vec<Word>>>() else { return false };
    let is_understood = of_summary.iter().all(Option::is_some);
    let of_summary: Vec<Word> = of_summary.into_iter().flatten().collect();
    let (by_path, by_summary) = (says(&of_path), says(&of_summary));
    let is_it = |said: &Says| matches!(said, Says::Methods(methods) if methods.contains(&method));
    let agree = match (is_it(&by_path), is_it(&by_summary)) {
        (true, true) => true,
        (true, false) => by_summary == Says::Nothing,
        // `PUT /гости/{id}`, «Изменить данные гостя»: a write of which the path tells nothing is understood word by word.
        (false, true) => by_path == Says::Nothing && (is_understood || !method.is_write()),
        (false, false) => false,
    };
    let told = |word: Word| of_path.contains(&word) || of_summary.contains(&word);
    agree
        && match method {
            Method::FindByPhone => told(Phone) || takes_phone(operation),
            Method::InsertByTemplate => operation.verb == Verb::Post && takes_phone(operation),
            Method::BalanceExtended => told(Parts) || answers::tells_parts_of_balance(operation),
            Method::Groups => !operation.ends_in_parameter(),
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Says {
        says(&words(text).into_iter().flatten().collect::<Vec<_>>())
    }

    #[test]
    fn a_method_is_known_by_its_words_in_any_order() {
        for (text, method) in [
            ("СчетПоТелефону", Method::FindByPhone),
            ("Поиск гостя по телефону", Method::FindByPhone),
            ("гости/найти", Method::FindByPhone),
            ("ДетализацияБаланса", Method::BalanceExtended),
            ("Детализация баланса счёта: сгорание и ожидание", Method::BalanceExtended),
            ("счета/баланс", Method::BalanceExtended),
            ("ПоследниеТранзакции", Method::LastTransactions),
            ("Последние N операций гостя", Method::LastTransactions),
            ("история-за-период", Method::TransactionsOfPeriod),
            ("Движения по счёту за период", Method::TransactionsOfPeriod),
            ("Чек по идентификатору с блюдами", Method::Receipt),
            ("ГруппыСчетов", Method::Groups),
            ("Получить список групп", Method::Groups),
            ("ПополнитьСчет", Method::Refill),
            ("Начисление бонусов на счёт гостя", Method::Refill),
            ("СоздатьСчетПоШаблону", Method::InsertByTemplate),
            ("Создать гостя в группе", Method::InsertByTemplate),
            ("ИзменитьСчет", Method::Update),
            ("Обновить данные гостя", Method::Update),
            ("Зарегистрировать внешнюю покупку", Method::RegisterCheck),
            ("чеки/внешние/добавить", Method::RegisterCheck),
            ("ВернутьВнешнийЧек", Method::ReturnCheck),
            ("Возврат чека", Method::ReturnCheck),
        ] {
            assert!(matches!(said(text), Says::Methods(methods) if methods == [method]), "{text}: {:?}", said(text));
        }
    }

    #[test]
    fn what_only_has_such_a_word_is_none() {
        for text in [
            "Отменить начисление",
            "Списать бонусы",
            "Начисление и списание бонусов",
            "История начислений",
            "Рассчитать начисление",
            "Изменить баланс гостя",
            "Изменить телефон гостя",
            "Изменить статус счёта",
            "Добавить карту гостю",
            "Создать группу",
            "Удалить гостя",
            "Список чеков",
            "Чеки гостя",
            "Объединить счета",
            "Возврат бонусов по чеку",
            "Импорт гостей",
            "Отправить код на телефон",
        ] {
            assert_eq!(said(text), Says::Else, "{text}");
        }
        assert_eq!(said("гости"), Says::Nothing);
    }
}
