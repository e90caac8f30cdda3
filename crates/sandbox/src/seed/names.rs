//! Russian names: the endings agree with the sex.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::core::model::Sex;

/// A name, its masculine patronymic and its feminine one.
const MEN: [(&str, &str, &str); 28] = [
    ("Александр", "Александрович", "Александровна"),
    ("Алексей", "Алексеевич", "Алексеевна"),
    ("Анатолий", "Анатольевич", "Анатольевна"),
    ("Андрей", "Андреевич", "Андреевна"),
    ("Антон", "Антонович", "Антоновна"),
    ("Артём", "Артёмович", "Артёмовна"),
    ("Борис", "Борисович", "Борисовна"),
    ("Валерий", "Валерьевич", "Валерьевна"),
    ("Виктор", "Викторович", "Викторовна"),
    ("Владимир", "Владимирович", "Владимировна"),
    ("Геннадий", "Геннадьевич", "Геннадьевна"),
    ("Григорий", "Григорьевич", "Григорьевна"),
    ("Дмитрий", "Дмитриевич", "Дмитриевна"),
    ("Евгений", "Евгеньевич", "Евгеньевна"),
    ("Иван", "Иванович", "Ивановна"),
    ("Игорь", "Игоревич", "Игоревна"),
    ("Илья", "Ильич", "Ильинична"),
    ("Кирилл", "Кириллович", "Кирилловна"),
    ("Константин", "Константинович", "Константиновна"),
    ("Максим", "Максимович", "Максимовна"),
    ("Михаил", "Михайлович", "Михайловна"),
    ("Никита", "Никитич", "Никитична"),
    ("Николай", "Николаевич", "Николаевна"),
    ("Олег", "Олегович", "Олеговна"),
    ("Павел", "Павлович", "Павловна"),
    ("Роман", "Романович", "Романовна"),
    ("Сергей", "Сергеевич", "Сергеевна"),
    ("Юрий", "Юрьевич", "Юрьевна"),
];

const WOMEN: [&str; 26] = [
    "Александра",
    "Алина",
    "Алла",
    "Анастасия",
    "Анна",
    "Валентина",
    "Вера",
    "Галина",
    "Дарья",
    "Екатерина",
    "Елена",
    "Зинаида",
    "Инна",
    "Ирина",
    "Ксения",
    "Любовь",
    "Людмила",
    "Мария",
    "Марина",
    "Наталья",
    "Нина",
    "Ольга",
    "Полина",
    "Светлана",
    "Татьяна",
    "Юлия",
];

/// Surnames of men. The feminine form follows from the ending.
const SURNAMES: [&str; 48] = [
    "Абрамов",
    "Антонов",
    "Баранов",
    "Белов",
    "Беляев",
    "Бондаренко",
    "Васильев",
    "Виноградов",
    "Волков",
    "Воробьёв",
    "Гончаренко",
    "Григорьев",
    "Гусев",
    "Дроздовский",
    "Егоров",
    "Жуков",
    "Зайцев",
    "Зелинский",
    "Иванов",
    "Калинин",
    "Киселёв",
    "Козлов",
    "Комаров",
    "Королёв",
    "Кравчук",
    "Крылов",
    "Кузьмин",
    "Лебедев",
    "Макаров",
    "Медведев",
    "Мельник",
    "Морозов",
    "Никитин",
    "Новиков",
    "Орлов",
    "Павлов",
    "Петров",
    "Поляков",
    "Романов",
    "Сидоров",
    "Соколов",
    "Соловьёв",
    "Степанов",
    "Титов",
    "Троицкий",
    "Фёдоров",
    "Чайковский",
    "Черных",
];

/// A person.
pub struct Person {
    pub sex: Sex,
    pub surname: String,
    pub name: String,
    pub patronymic: String,
}

/// A random item.
pub fn pick<'a, T>(rng: &mut ChaCha8Rng, items: &'a [T]) -> &'a T {
    &items[rng.random_range(0..items.len())]
}

/// A person.
pub fn person(rng: &mut ChaCha8Rng) -> Person {
    let surname = *pick(rng, &SURNAMES);
    let (_, his, her) = pick(rng, &MEN);
    if rng.random_ratio(11, 20) {
        let name = *pick(rng, &WOMEN);
        Person { sex: Sex::Female, surname: of_a_woman(surname), name: name.into(), patronymic: (*her).into() }
    } else {
        let (name, _, _) = pick(rng, &MEN);
        Person { sex: Sex::Male, surname: surname.into(), name: (*name).into(), patronymic: (*his).into() }
    }
}

/// The surname of a woman: `Белов` → `Белова`, `Троицкий` → `Троицкая`; `Бондаренко`, `Кравчук`, `Черных` stay.
pub fn of_a_woman(surname: &str) -> String {
    if let Some(stem) = surname.strip_suffix("ий") {
        format!("{stem}ая")
    } else if ["ов", "ев", "ёв", "ин"].iter().any(|ending| surname.ends_with(ending)) {
        format!("{surname}а")
    } else {
        surname.to_owned()
    }
}

/// A name in Latin letters, for an e-mail address.
pub fn latin(text: &str) -> String {
    const LETTERS: [&str; 32] = [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h",
        "c", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya",
    ];
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'а'..='я' => LETTERS.get(c as usize - 'а' as usize).copied(),
            'ё' => Some("e"),
            '-' => Some("-"),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_agree_with_the_sex() {
        let women = ["Белов", "Троицкий", "Калинин", "Бондаренко", "Черных", "Мельник"].map(of_a_woman);
        assert_eq!(women, ["Белова", "Троицкая", "Калинина", "Бондаренко", "Черных", "Мельник"]);
        assert_eq!(latin("Щёлкова-Юрьева"), "schelkova-yureva");
    }
}
