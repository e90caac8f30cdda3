//! Words of servers that must be understood: applied, not applied, not found.

use crate::{Method, contract::normal};

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

/// Whether a word under the key of a date says that there is no end.
pub(super) fn says_never(text: &str) -> bool {
    const NEVER: [&str; 14] = [
        "never",
        "neverexpires",
        "neverburns",
        "unlimited",
        "endless",
        "forever",
        "permanent",
        "infinity",
        "никогда",
        "бессрочно",
        "бессрочный",
        "несгорает",
        "несгораетникогда",
        "безсрока",
    ];
    NEVER.contains(&normal(text).as_str())
}

/// Whether a sentence says that something was taken in, and goes on: «Запрос в обработке», "Your request is being processed". «Не
/// принято» says no.
pub(super) fn says_it_goes_on(text: &str) -> bool {
    const STEMS: &str =
        "обработ обрабат очеред ожида принят выполняется process queue pending accept scheduled progress wait";
    let says_no = some_word(text, |word| WHOLE.contains(&word));
    !says_no && some_word(text, |word| listed(STEMS, |stem| word.starts_with(stem)))
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

/// Words that say that something does not exist.
const NOT_FOUND: [&str; 26] = [
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
    "нет такой",
    "нет записей",
    "отсутствуют",
    "данных нет",
    "записей нет",
    // Django: "No Account matches the given query."
    "matches the given query",
];

/// Whether a sentence says that something does not exist, whatever it is.
#[cfg(feature = "http")]
pub(crate) fn says_not_found(message: &str) -> bool {
    let message = message.to_lowercase();
    NOT_FOUND.iter().any(|word| message.contains(word))
}

/// What a read asks for.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Guest,
    Receipt,
    /// The rows of a list.
    Rows,
}

impl Wanted {
    pub(super) const fn of(method: Method) -> Self {
        match method {
            Method::FindByPhone => Self::Guest,
            Method::Receipt => Self::Receipt,
            _ => Self::Rows,
        }
    }

    /// Stems of the words for what is asked for.
    const fn stems(self) -> &'static str {
        match self {
            Self::Guest => {
                "гост клиент счет карт телефон абонент держател владел участник покупател посетител анкет \
                 guest client customer account card phone holder member patron visitor"
            }
            Self::Receipt => {
                "чек квитанц заказ покупк транзакц документ receipt check cheque bill order purchase transaction document"
            }
            Self::Rows => "операци транзакц движен истори transaction operation movement history",
        }
    }
}

/// Stems of words for what is neither a guest nor a receipt. If one of these is missing, the lookup was not done.
const ELSE: &str = "сесси сеанс токен доступ логин парол авториз аутент метод объект таблиц ключ защит лиценз сервер сервис \
     служб соединен подключ связ файл каталог модул компонент библиотек класс свойств реквизит колонк столбец столбц процедур \
     функци переменн параметр аргумент индекс хост страниц адрес ресурс маршрут драйвер конфигурац настройк сертификат \
     подпис верси запрос ответ ресторан касс станци групп шаблон организац устройств процесс счетчик \
     session token right permission login password auth method object table licen server service database connect file \
     director folder module component librar assembl class field propert column procedure function variable parameter \
     argument index host network page address resource route endpoint driver config version restaurant station group \
     template organi compan tenant merchant terminal device process query request handler controller";

/// The same, where only the whole word counts.
const ELSE_WHOLE: &str = "база базы базе базу базой баз бд сеть сети роль роли право права прав правам поле поля тип типа \
     узел путь диск 1с 1c hasp db base sql odbc dsn ole dns role roles key keys type path url uri disk";

/// Places where a thing was looked for. They name nothing that is missing.
const PLACES: [&str; 19] = [
    "в базе данных",
    "в базе",
    "в бд",
    "в системе",
    "в программе",
    "в списке",
    "в справочнике",
    "в сети",
    "в ресторане",
    "на сервере",
    "по вашему запросу",
    "по данному запросу",
    "по запросу",
    "in the database",
    "in database",
    "in the system",
    "on the server",
    "for this request",
    "the given query",
];

/// Words that name nothing: «Запись с таким номером не найдена», "Record with this id was not found".
const BARE: &str = "запись записи записей элемент элементы данные данных информация номер номером номеру номера ид \
     идентификатор идентификатором код кодом таким такой такого такая указанным указанный указанному заданным этим этому \
     с по для о об а ы ничего ошибка не нет \
     record records element elements item items entry entries data found error the a an was were with by for this id number";

fn listed(words: &str, test: impl Fn(&str) -> bool) -> bool {
    words.split_whitespace().any(test)
}

/// How a sentence says that what was asked for does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// It names what was asked for: «Счёт не найден».
    Named,
    /// It names nothing: «Не найдено».
    Bare,
}

/// Whether a sentence says that what was asked for does not exist.
///
/// | sentence | means |
/// |---|---|
/// | «Счёт не найден», "account_not_found" | there is none: it names what was asked for |
/// | «Не найдено», «Нет данных», "Record not found" | there is none: it names nothing else |
/// | «Гость не найден в базе данных» | there is none: the base is only where it was looked for |
/// | «Сессия не найдена», «Таблица accounts не найдена» | no answer: something else is missing |
/// | «Не найден сотрудник» | no answer: the word is not known |
///
/// A wrong "there is none" makes a second account with welcome bonuses. So a sentence in doubt is no answer.
pub(super) fn absence(wanted: Wanted, message: &str) -> Option<Absence> {
    let mut text = plain(message);
    if !NOT_FOUND.iter().any(|phrase| text.contains(phrase)) {
        return None;
    }
    for place in PLACES {
        text = text.replace(place, " ");
    }
    if names_else(&text) {
        return None;
    }
    if some_word(&text, |word| listed(wanted.stems(), |stem| word.starts_with(stem))) {
        return Some(Absence::Named);
    }
    for phrase in NOT_FOUND {
        text = text.replace(phrase, " ");
    }
    names_nothing(&text).then_some(Absence::Bare)
}

/// Whether all words of a text name nothing: «Ошибка», "Error 404".
pub(super) fn names_nothing(text: &str) -> bool {
    let is_bare = |word: &str| listed(BARE, |bare| word == bare) || word.bytes().all(|b| b.is_ascii_digit());
    !some_word(&plain(text), |word| !is_bare(word))
}

/// Whether a text names what is neither a guest nor a receipt: a session, a table, a connection.
pub(super) fn names_else(text: &str) -> bool {
    some_word(&plain(text), |word| {
        listed(ELSE, |stem| word.starts_with(stem)) || listed(ELSE_WHOLE, |whole| word == whole)
    })
}

/// Whether a search says that it was done and found nothing: «Найдено: 0», "0 records", «Поиск завершён».
pub(super) fn says_empty(text: &str) -> bool {
    let begins = |stems: &str| some_word(&plain(text), |word| listed(stems, |stem| word.starts_with(stem)));
    let counts_none = begins("найдено записей found records rows") && some_word(text, |word| word == "0");
    !names_else(text) && !denies(text) && (counts_none || begins("пуст empty заверш finish complet"))
}

/// A text for comparison: in lower case, «ё» as «е», one space between words, `_` as a space.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('ё', "е").replace('_', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    const WHAT: [&str; 5] = ["token", "session", "токен", "сесси", "сеанс"];
    const HOW: [&str; 11] = [
        "expired",
        "revoked",
        "not found",
        "истёк",
        "истек",
        "просроч",
        "недействит",
        "отозван",
        "устарел",
        "не найден",
        "заверш",
    ];
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
            ("Сессия не найдена", true),
            ("Session not found", true),
            ("Сеанс завершен. Авторизуйтесь повторно", true),
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
    fn absence_is_said_of_what_was_asked_for() {
        for text in [
            "Гость не найден",
            "Гость с таким номером не найден",
            "Счёт с телефоном +7 (913) 123-45-67 не найден",
            "No Account matches the given query.",
            "Номер телефона не зарегистрирован",
            "Нет такого гостя",
            "Клиент не найден в базе данных",
            "Пользователь с таким телефоном не найден",
            "Не найдено",
            "Ничего не найдено",
            "По вашему запросу ничего не найдено",
            "Нет данных",
            "Данные отсутствуют",
            "Элемент не существует",
            "Record not found",
            "No data found",
            "NOT_FOUND",
            "accountNotFound",
            "Unknown phone",
            "404 Not Found",
        ] {
            assert!(absence(Wanted::Guest, text).is_some(), "{text}");
        }
        for text in [
            "Сессия не найдена",
            "Не найден ключ защиты HASP",
            "Метод объекта не обнаружен (НайтиПоТелефону)",
            "Таблица accounts не найдена",
            "Лицензия не найдена",
            "Не найдено соединение с 1С",
            "Не существует подключения к базе",
            "File not found: database.fdb",
            "Объект не найден (Справочник.Гости.НайтиПоКоду)",
            "Поле объекта не обнаружено (Телефон)",
            "Отсутствует параметр phone",
            "Телефон отсутствует в запросе",
            "Пользователь не найден",
            "Сервер базы данных не найден",
            "Не найден ресторан с кодом 1",
            "Нет данных для подключения",
            "ORA-01403: no data found",
            "SessionNotFound",
            "Account service not found",
            "No Restaurant matches the given query.",
            "No LoyaltySession matches the given query.",
            "404 page not found",
            "Нет доступа",
            "Нет связи с базой данных",
            "Чек не найден",
        ] {
            assert!(absence(Wanted::Guest, text).is_none(), "{text}");
        }
        for (text, is_absent) in [
            ("Чек 17 не найден", true),
            ("Receipt not found", true),
            ("Нет данных", true),
            ("Сессия не найдена", false),
            ("Счёт не найден", false),
        ] {
            assert_eq!(absence(Wanted::Receipt, text).is_some(), is_absent, "{text}");
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
