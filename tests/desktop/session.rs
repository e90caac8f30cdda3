//! The server stops knowing us in the middle of the work; the program is started a second time.

use house_tests::desktop::{Keyring, PLAIN, Result, TOKEN, play, play_with};
use probonus_sandbox::{Fault, Rule, When};

use crate::ANNA;

#[tokio::test]
async fn a_refused_token_asks_to_sign_in_and_keeps_the_form() -> Result {
    play("signed-out", async |scene| {
        let window = scene.connected().await?;
        window.find_guest(ANNA).await?;
        window.see("Анкета").await?;
        window.press("Начислить").await?;
        window.fill("Сумма бонусов", "33,30").await?;
        window.fill("Примечание", "Не пропадёт").await?;

        let refused = Rule { methods: Vec::new(), when: When::Always, times: None, fault: Fault::Unauthorized };
        scene.server.strike(&refused).await?;
        window.press("Проверить").await?;
        window.see("Нужно войти заново").await?;
        window.shot("signed-out").await?;
        scene.server.heal().await?;

        window.press("Войти заново").await?;
        window.fill("Токен для API", TOKEN).await?;
        window.shot("signing-in").await?;
        window.press("Войти").await?;
        window.see_no("Токен для API").await?;
        assert_eq!(window.value("Сумма бонусов").await?, "33,30");
        assert_eq!(window.value("Примечание").await?, "Не пропадёт");
        window.press("Проверить").await?;
        window.see("Проверьте перед отправкой").await?;
        window.press("Подтвердить").await?;
        window.see("Начислено 33,30 ₽").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_second_start_raises_the_window_that_is_there() -> Result {
    play("second-start", async |scene| {
        let window = scene.connected().await?;
        window.find_guest(ANNA).await?;
        window.see("Анкета").await?;
        assert!(scene.desk.start_again().await?.success(), "the second one steps back, and says that all is well");
        // The first one goes on where it was, with the journal in its hands.
        window.press("Начислить").await?;
        window.fill("Сумма бонусов", "2").await?;
        window.select("Причина", "Компенсация").await?;
        window.press("Проверить").await?;
        window.press("Подтвердить").await?;
        window.see("Начислено 2,00 ₽").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn a_journal_in_other_hands_is_named_and_taken_up_when_it_is_free() -> Result {
    play("journal-held", async |scene| {
        let window = scene.connected().await?;
        scene.close(window).await?;
        let holder = scene.desk.hold_the_journal()?;
        let window = scene.start().await?;
        window.see("Журнал занят другой программой").await?;
        window.shot("held").await?;
        drop(holder);
        window.press("Повторить").await?;
        window.see("Найдите гостя по телефону").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

/// As in a session over SSH, or a bare window manager: nothing can say which other windows of the program there are.
#[tokio::test]
async fn without_a_session_bus_the_program_works_and_a_second_window_leaves_the_journal_alone() -> Result {
    let played = play_with(Keyring::NoBus, PLAIN, "no-session-bus", async |scene| {
        let window = scene.start().await?;
        window.press("Подключить ProBonus").await?;
        window.fill("Адрес сервера", scene.server.url()).await?;
        window.fill("Токен для API", TOKEN).await?;
        window.press("Подключить").await?;
        window.see("В системе нет хранилища паролей").await?;
        window.choose("Хранить вход только до закрытия программы").await?;
        window.press("Подключить").await?;
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;

        let second = scene.start().await?;
        second.see("Журнал занят другой программой").await?;
        second.shot("second").await?;
        second.quit().await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        Ok(window)
    })
    .await?;
    assert!(played.desk.files_with("panic: ").is_ok_and(|files| files.is_empty()), "words, not a panic");
    Ok(())
}
