//! What people type when they are in a hurry, and what they are told.

use house_tests::desktop::{Desk, MainJob, Options, Result, Window, play, shots};
use thirtyfour::Key;

use crate::ANNA;

#[tokio::test]
async fn a_phone_is_taken_as_it_was_pasted_or_its_mistake_is_named() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots("phones")).await?;
    for bad in ["", "12", "абв", "<script>alert(1)</script>"] {
        window.find_guest(bad).await?;
        window.see_any(&["Заполните это поле", "Введено", "В номере только цифры", "Такого не бывает"]).await?;
    }
    for good in ["8 (912) 345-67-89", "+7\u{a0}912\u{a0}345\u{2011}67\u{2011}89", "9123456789", "тел. 7912-345-67-89"]
    {
        window.find_guest("8 905 000-00-00").await?;
        window.see("Создать гостя").await?;
        window.find_guest(good).await?;
        window.see("Кузнецова").await?;
    }
    window.find_guest("+375 29 123-45-67").await?;
    window.see("Лукашик").await?;
    window.shot("foreign").await?;
    window.quit().await
}

#[tokio::test]
async fn a_sum_that_cannot_be_is_refused_at_its_field_and_stays_typed() -> Result {
    let played = play("sums", async |scene| {
        let window = scene.connected().await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        window.press("Начислить").await?;
        for (typed, told) in [
            ("", "Заполните это поле"),
            ("0", "больше нуля"),
            ("-5", "нуля"),
            ("1,234", "двух цифр после запятой"),
            ("сто", "Введите число"),
            ("NaN", "Введите число"),
            ("10000000,01", "Больше разрешённого"),
        ] {
            window.paste("Сумма бонусов", typed).await?;
            window.press("Проверить").await?;
            window.see(told).await?;
            let kept = window.value("Сумма бонусов").await?.replace(' ', "");
            let plain = |text: &str| text.replace(",00", "");
            assert_eq!(plain(&kept), typed, "what was typed is still there");
        }
        window.shot("refused").await?;
        Ok(window)
    })
    .await?;
    assert!(played.books.journal.is_empty(), "nothing was even written down");
    Ok(())
}

#[tokio::test]
async fn letters_of_every_kind_come_through_unharmed() -> Result {
    let note = "«Ёж» & \"кавычки\" <b>не жирно</b> שלום 👨‍👩‍👧 100%";
    let played = play("letters", async |scene| {
        let window = scene.connected().await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        window.press("Начислить").await?;
        window.fill("Сумма бонусов", "1").await?;
        window.paste("Примечание", note).await?;
        window.press("Проверить").await?;
        window.see("Проверьте перед отправкой").await?;
        window.see("<b>не жирно</b>").await?;
        window.press("Подтвердить").await?;
        window.see("Начислено 1,00 ₽").await?;
        window.shot("letters").await?;
        Ok(window)
    })
    .await?;
    let sent = played.books.ledger.requests().filter_map(|applied| applied.text.clone()).collect::<Vec<_>>();
    assert!(sent.iter().any(|text| text.contains(note)), "{sent:?}");
    Ok(())
}

#[tokio::test]
async fn ten_thousand_letters_are_refused_at_their_field() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots("long")).await?;
    window.find_guest(ANNA).await?;
    window.see("Кузнецова").await?;
    window.press("Начислить").await?;
    window.fill("Сумма бонусов", "1").await?;
    window.paste("Примечание", &"я".repeat(10_000)).await?;
    window.press("Проверить").await?;
    window.see("Слишком длинно").await?;
    assert_eq!(window.value("Примечание").await?.chars().count(), 10_000, "and nothing of it is lost");
    window.quit().await
}

#[tokio::test]
async fn a_birthday_that_never_was_or_is_to_come_is_refused() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots("birthday")).await?;
    window.find_guest("8 905 000-00-01").await?;
    window.press("Создать гостя").await?;
    window.see("Номер свободен").await?;
    window.fill("Имя", "Пётр").await?;
    for (typed, told) in [
        ("29.02.2023", "Такого не бывает"),
        ("01.01.2099", "ещё не наступила"),
        ("31.13.1990", "Такого не бывает"),
        ("вчера", "ДД.ММ.ГГГГ"),
    ] {
        window.fill("День рождения", typed).await?;
        window.press("Проверить").await?;
        window.see(told).await?;
    }
    // A leap year's day is a birthday like any other.
    window.fill("День рождения", "29.02.2000").await?;
    window.press("Проверить").await?;
    window.see("Проверьте перед отправкой").await?;
    window.quit().await
}

#[tokio::test]
async fn a_known_phone_offers_the_card() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots("known-phone")).await?;
    window.go("Новый гость").await?;
    window.fill("Телефон", ANNA).await?;
    window.keys(Key::Tab).await?;
    window.see("Этот телефон уже у гостя: Кузнецова").await?;
    window.shot("known").await?;
    window.press("Открыть карточку").await?;
    window.see("Анкета").await?;
    window.quit().await
}

#[tokio::test]
async fn a_number_is_entered_once_and_returned_once() -> Result {
    let played = play("once", async |scene| {
        let window = scene.connected().await?;
        let job = MainJob::default();
        job.create_guest(&window).await?;
        job.refill(&window).await?;
        job.register(&window).await?;

        // The same number in the same restaurant again.
        window.press("Внешний чек").await?;
        window.fill("Код ресторана", "201").await?;
        window.fill("Номер внешнего чека", job.number).await?;
        window.fill("Оплачено деньгами", "10").await?;
        window.press("Проверить").await?;
        // The field says it as soon as the number is typed; the refusal says it with other words.
        window.see_any(&["Уже проведён:", "Чек с этим номером уже проведён"]).await?;
        window.shot("taken").await?;

        // More bonuses than there are.
        window.fill("Номер внешнего чека", "Д-2002").await?;
        window.fill("Оплачено бонусами", "9 999").await?;
        window.press("Проверить").await?;
        window.see_any(&["Больше, чем есть на счёте", "На счёте не хватает бонусов"]).await?;
        window.shot("above-balance").await?;

        job.give_back(&window).await?;
        window.go("Возврат").await?;
        window.press("Ещё возврат").await?;
        window.fill("Номер чека, GUID, телефон или дата", "нет-такого").await?;
        window.press("Найти").await?;
        window.see("В журнале нет такого чека").await?;
        window.fill("Номер чека, GUID, телефон или дата", job.number).await?;
        window.press("Найти").await?;
        window.see("Уже возвращён").await?;
        let again = window.has("button", &format!("Вернуть чек {}", job.number)).await?;
        assert!(!again, "it can't be returned again");
        Ok(window)
    })
    .await?;
    assert_eq!(played.books.journal.len(), 4);
    Ok(())
}
