//! What servers say in words, as far as it must be understood: that a thing was done, that it was not, that there is none.

/// Words that begin so say that it was done…
const DONE: [&str; 24] = [
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
    "успе",
    "выполн",
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

/// …but for sentences with one of these: «Гость уже зарегистрирован», «Счёт не создан».
const DENIED: [&str; 28] = [
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
];

/// Words that deny only when they stand alone: «нет» in «нетто» says nothing.
const WHOLE: [&str; 4] = ["not", "no", "не", "нет"];

fn some_word(text: &str, test: impl Fn(&str) -> bool) -> bool {
    let text = text.to_lowercase().replace('ё', "е");
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| !word.is_empty() && test(word))
}

/// Whether a sentence says no.
pub(super) fn denies(text: &str) -> bool {
    some_word(text, |word| DENIED.iter().any(|no| if WHOLE.contains(no) { word == *no } else { word.starts_with(no) }))
}

/// Whether a sentence says that the thing was done.
pub(super) fn says_done(text: &str) -> bool {
    !denies(text) && some_word(text, |word| DONE.iter().any(|yes| word.starts_with(yes)))
}

/// Whether a sentence says that what was asked for is not there.
pub(super) fn says_not_found(message: &str) -> bool {
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
    ];
    words.iter().any(|word| message.contains(word))
}
