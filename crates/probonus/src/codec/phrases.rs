//! Words of servers that must be understood: applied, not applied, not found.

use crate::contract::normal;

/// A word that begins like one of these says that it was done…
const DONE: [&str; 25] = [
    "ok",
    "success",
    "succeed",
    "done",
    "created",
    "accepted",
    "added",
    "saved",
    "updated",
    "completed",
    "registered",
    "успеш",
    "успех",
    "выполнен",
    "создан",
    "добавлен",
    "начислен",
    "зарегистрирован",
    "сохранен",
    "обновлен",
    "изменен",
    "возвращен",
    "принят",
    "проведен",
    "готово",
];

/// …unless the sentence has a word that begins like one of these: «Гость уже зарегистрирован», «Счёт не создан».
const DENIED: [&str; 45] = [
    "not",
    "no",
    "error",
    "fail",
    "already",
    "exist",
    "denied",
    "invalid",
    "unable",
    "cannot",
    "can't",
    "exception",
    "refused",
    "rejected",
    "unsuccess",
    "не",
    "нет",
    "ошиб",
    "уже",
    "существ",
    "отказ",
    "отклон",
    "запрещ",
    "недостат",
    "неверн",
    "невозмож",
    "неуда",
    "неуспе",
    // Not yet, or not so.
    "pending",
    "queued",
    "processing",
    "wait",
    "declin",
    "forbid",
    "insufficient",
    "blocked",
    "exceed",
    "expired",
    "обработке",
    "ожида",
    "очеред",
    "отложен",
    "заблокир",
    "превыш",
    "мало",
];

/// Of these, words that must be the whole word: «нетто» does not deny.
const WHOLE: [&str; 4] = ["not", "no", "не", "нет"];

fn some_word(text: &str, test: impl Fn(&str) -> bool) -> bool {
    let text = text.to_lowercase().replace('ё', "е");
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| !word.is_empty() && test(word))
}

/// Whether a sentence says no.
pub(super) fn denies(text: &str) -> bool {
    some_word(text, |word| DENIED.iter().any(|no| if WHOLE.contains(no) { word == *no } else { word.starts_with(no) }))
}

/// Whether a state says "not applied yet": `PENDING`, `in_progress`, «В обработке».
pub(super) fn waits(state: &str) -> bool {
    const WAITING: [&str; 11] = [
        "pending",
        "queued",
        "enqueued",
        "processing",
        "inprogress",
        "scheduled",
        "waiting",
        "deferred",
        "вобработке",
        "вочереди",
        "ожидаетобработки",
    ];
    WAITING.contains(&normal(state).as_str())
}

/// Whether a sentence says that it was done.
pub(super) fn says_done(text: &str) -> bool {
    // «Начисление» and «обновление» name an action, and do not say that it was done.
    let done = |word: &str, yes: &str| word.strip_prefix(yes).is_some_and(|tail| !tail.starts_with('и'));
    !denies(text) && some_word(text, |word| DONE.iter().any(|yes| done(word, yes)))
}

/// Whether the text of an error field says that there is no error: `OK`, «Нет ошибок».
pub(super) fn says_no_error(text: &str) -> bool {
    const NONE: [&str; 19] = [
        "0",
        "none",
        "null",
        "false",
        "ok",
        "okay",
        "ок",
        "noerror",
        "noerrors",
        "errorsnone",
        "нет",
        "нетошибок",
        "ошибокнет",
        "безошибок",
        "ошибок0",
        "error0",
        "200ok",
        "200",
        "норма",
    ];
    let text = text.trim();
    NONE.contains(&normal(text).as_str()) || says_done(text)
}

/// Whether a sentence says that what was asked for does not exist.
pub(crate) fn says_not_found(message: &str) -> bool {
    let message = message.to_lowercase();
    let words = [
        "not found",
        "notfound",
        "not_found",
        "не найден",
        "does not exist",
        "doesn't exist",
        "не существует",
        "no such",
        "отсутствует",
        "не зарегистрирован",
        "not registered",
        "не обнаружен",
        "нет данных",
        "нет такого",
        "not exist",
        "no data",
        "no records",
        "unknown phone",
        "unknown account",
        "неизвестный телефон",
    ];
    words.iter().any(|word| message.contains(word))
}

/// Whether a refusal may be the answer to a repeat of our own request, which was applied: "already exists", "duplicate", "timeout".
/// Example: a gateway sends a create twice and passes on the second answer, «Счёт с таким телефоном уже есть».
pub(crate) fn says_it_may_be_done(text: &str) -> bool {
    const HINTS: [&str; 20] = [
        "already",
        "duplicate",
        "duplication",
        "conflict",
        "unique",
        "timeout",
        "timed out",
        "time out",
        "time-out",
        "deadlock",
        "in progress",
        "уже ",
        "дубл",
        "дубликат",
        "повторн",
        "уникальн",
        "тайм-аут",
        "таймаут",
        "время ожидания",
        "истекло время",
    ];
    let text = text.to_lowercase();
    let exists = [("exist", ["not ", "n't ", "no "]), ("существует", ["не ", "нет ", "ни "])];
    let stands = |(word, denials): (&str, [&str; 3])| {
        text.match_indices(word).any(|(at, _)| !denials.iter().any(|denial| text[..at].ends_with(denial)))
    };
    HINTS.iter().any(|hint| text.contains(hint)) || exists.into_iter().any(stands)
}

/// Whether words say that the session or the token has ended, or that nobody is signed in. Examples: "Token expired", «Сессия
/// истекла», "Unauthorized". Words of missing rights are no such words: «Нет прав», "Not authorized for this restaurant".
pub(crate) fn says_session_ended(text: &str) -> bool {
    const WHAT: [&str; 4] = ["token", "session", "токен", "сесси"];
    const HOW: [&str; 8] = ["expired", "revoked", "истёк", "истек", "просроч", "недействит", "отозван", "устарел"];
    const NOBODY: [&str; 10] = [
        "unauthorized",
        "unauthorised",
        "unauthenticated",
        "not authenticated",
        "login required",
        "authentication required",
        "не авторизован",
        "требуется авторизация",
        "необходима авторизация",
        "необходимо авторизоваться",
    ];
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    (says(&WHAT) && says(&HOW)) || says(&NOBODY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_session_is_told_from_other_words_of_tokens() {
        for (text, ends) in [
            ("Token expired", true),
            ("The access token has been revoked", true),
            ("Сессия истекла, войдите снова", true),
            ("Токен недействителен", true),
            ("Unauthorized", true),
            ("Пользователь не авторизован", true),
            ("Unexpected token } in JSON at position 7", false),
            ("Срок действия бонусов истёк", false),
            ("Нет прав", false),
            ("Not authorized for this restaurant", false),
            ("", false),
        ] {
            assert_eq!(says_session_ended(text), ends, "{text}");
        }
    }

    #[test]
    fn a_work_that_is_named_is_not_a_work_that_is_done() {
        for text in ["Бонусы начислены", "Счёт создан", "Выполнено", "Успешно", "Операция проведена", "Account created"]
        {
            assert!(says_done(text), "{text}");
        }
        for text in [
            "Начисление бонусов",
            "Идёт обновление базы",
            "Создание счёта отложено",
            "Выполняется",
            "Проведение операции",
        ] {
            assert!(!says_done(text), "{text}");
        }
    }

    #[test]
    fn where_an_error_would_stand_its_absence_is_told_in_many_ways() {
        for text in ["OK", "0", "No error", "NO_ERROR", "Нет ошибок", "Ошибок нет.", "без ошибок", "Success"]
        {
            assert!(says_no_error(text), "{text}");
        }
        for text in ["Ошибка", "Нет такого счёта", "1", "Not OK", "timeout"] {
            assert!(!says_no_error(text), "{text}");
        }
    }
}
