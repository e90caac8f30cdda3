//! A server behind a gateway that wants a key of its own in every request, besides the user's sign-in.

use house_tests::desktop::{Keyring, Result, play_with};
use office::State;
use probonus_sandbox::dialect::ServerKey;
use thirtyfour::Key;

use crate::{ANNA, trouble::send_a_refill};

/// By keys alone up to the search, in dark colours: nothing declares the key, and login and description are refused without it.
#[tokio::test]
async fn a_key_that_the_login_needs_is_entered_in_the_wizard_and_sent_with_a_refill() -> Result {
    let played = play_with(Keyring::Unlocked, "table-keyed", "keyed", async |scene| {
        let window = scene.start_dark().await?;
        window.resize(1366, 728).await?;
        window.tab_to("button", "Подключить ProBonus").await?;
        window.keys(Key::Enter).await?;
        window.focused("Адрес сервера").await?;
        window.keys(scene.server.url()).await?;
        window.keys(Key::Tab + Key::Right).await?;
        window.keys(Key::Tab).await?;
        window.focused("Логин").await?;
        window.keys("office").await?;
        window.keys(Key::Tab).await?;
        window.keys("office").await?;
        window.keys(Key::Enter).await?;
        window.see("Логин или пароль не подошли").await?;
        window.see("Возможно, он требует ещё один ключ").await?;
        window.shot("refused").await?;

        window.tab_to("button", "Сервер требует ещё один ключ?").await?;
        window.keys(Key::Enter).await?;
        window.keys(Key::Tab).await?;
        window.focused("Имя заголовка").await?;
        window.keys("Cookie").await?;
        window.keys(Key::Tab).await?;
        window.focused("Ключ").await?;
        window.keys(ServerKey::VALUE).await?;
        window.keys(Key::Enter).await?;
        window.see("его занимает сама программа").await?;
        window.focused("Имя заголовка").await?;
        window.shot("by-hand").await?;
        window.control('a').await?;
        window.keys(ServerKey::HEADER).await?;
        window.keys(Key::Enter).await?;
        window.see("Кто и где работает").await?;
        window.tab_to("button", "Позже").await?;
        window.keys(Key::Enter).await?;

        send_a_refill(&window, ANNA, "120").await?;
        window.see("Начислено 120,00 ₽").await?;
        window.keys(Key::F9).await?;
        window.go("Совместимость").await?;
        window.see("Найдено на сервере по обычному адресу").await?;
        window.shot("connected").await?;
        Ok(window)
    })
    .await?;
    assert_eq!(played.books.journal[0].state, State::Confirmed);
    assert!(played.desk.files_with(ServerKey::VALUE)?.is_empty(), "the key is in the keychain and in no file");
    Ok(())
}
