//! The terms of an account (level, type of bonuses, their life) by keys alone, and what the card tells of waiting accruals.

use house_tests::desktop::{MainJob, Result, Window, play, play_waiting};
use office::{Kind, State};
use thirtyfour::Key;

use crate::ANNA;

/// A demo guest who has just registered.
const BRONZE: &str = "8 (916) 123-45-67";
/// The office's usual screen.
const SIZE: (u32, u32) = (1366, 728);

/// From the search to the new level by keys alone, and back to the journal, which tells it by its name.
#[tokio::test]
async fn level_type_and_life_of_bonuses_are_changed_by_keys_alone() -> Result {
    let played = play("terms", async |scene| {
        let window = scene.connected().await?;
        window.resize(SIZE.0, SIZE.1).await?;
        // Somebody with another level was seen before: a server publishes no list of its levels.
        for (phone, name) in [(BRONZE, "Петров"), (ANNA, "Кузнецова")] {
            window.keys(Key::F2).await?;
            window.keys(phone).await?;
            window.keys(Key::Enter).await?;
            window.see(name).await?;
            window.see("История").await?;
        }

        window.tab_to("button", "Уровень и срок бонусов").await?;
        window.keys(Key::Enter).await?;
        window.focused("Уровень").await?;
        window.shot("form").await?;
        // A letter chooses from a closed list.
        window.keys("Б").await?;
        window.see("Счёт перейдёт с уровня «Золотой (3)» на «Бронзовый (1)»").await?;
        window.keys(Key::Tab).await?;
        window.focused("Тип бонусов").await?;
        window.keys(Key::Tab).await?;
        window.focused("Срок жизни бонусов").await?;
        window.control('a').await?;
        window.keys("45").await?;
        window.see("Что изменится").await?;
        window.see("Новые бонусы будут сгорать через 45 дней").await?;
        window.shot("typed").await?;
        window.keys(Key::Enter).await?;
        window.see("Проверьте перед отправкой").await?;
        window.see("Изменение уровня и срока бонусов").await?;
        window.shot("check").await?;
        // Esc leaves, and what was typed is still there.
        window.keys(Key::Escape).await?;
        window.see_no("Проверьте перед отправкой").await?;
        assert_eq!(window.value("Срок жизни бонусов").await?, "45");
        window.keys(Key::Enter).await?;
        window.see("Проверьте перед отправкой").await?;
        window.keys(Key::Enter).await?;
        window.see("Уровень и срок бонусов изменены").await?;
        window.shot("done").await?;
        window.keys(Key::F7).await?;
        window.see("Изменение анкеты").await?;
        window.open("Кузнецова").await?;
        window.see("Что происходило").await?;
        window.see("Золотой (3) → Бронзовый (1)").await?;
        window.shot("journal").await?;
        Ok(window)
    })
    .await?;
    let [edit] = played.books.journal.as_slice() else { panic!("{:?}", played.books.journal) };
    assert_eq!((edit.payload.kind(), edit.state), (Kind::EditGuest, State::Confirmed));
    Ok(())
}

/// A purchase whose accrual counts on a later day: the card tells how much and when, apart from the balance. Light and dark.
#[tokio::test]
async fn a_card_tells_what_waits_to_be_accrued() -> Result {
    play_waiting("panel", 3, "waiting", async |scene| {
        let window = scene.connected().await?;
        window.resize(SIZE.0, SIZE.1).await?;
        window.find_guest(ANNA).await?;
        window.see("История").await?;
        MainJob::default().register(&window).await?;
        look(&window, "light").await?;
        scene.close(window).await?;

        let window = scene.start_dark().await?;
        window.resize(SIZE.0, SIZE.1).await?;
        look(&window, "dark").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

/// Pictures of the card with an accrual that waits and of the form of the account's terms; on both all can be read.
async fn look(window: &Window, colours: &str) -> Result {
    window.find_guest(ANNA).await?;
    window.see("История").await?;
    window.see("Ожидает начисления").await?;
    window.see("72,50 ₽ с ").await?;
    window.shot(&format!("card-{colours}")).await?;
    window.press("Уровень и срок бонусов").await?;
    window.fill("Срок жизни бонусов", "45").await?;
    window.see("Новые бонусы будут сгорать через 45 дней").await?;
    window.shot(&format!("form-{colours}")).await?;
    assert!(window.cut().await?.is_empty(), "{:?}", window.cut().await?);
    window.press("Вернуть как было").await
}
