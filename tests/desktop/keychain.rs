//! A desktop on which nobody keeps secrets.

use house_tests::desktop::{Desk, Keyring, Options, Result, Server, Window};

use crate::{ANNA, TOKEN, shots};

#[tokio::test]
async fn without_a_keychain_the_token_lives_until_the_window_closes() -> Result {
    let (desk, server) = (Desk::with(Keyring::Absent).await?, Server::start(31, TOKEN).await?);
    let window = Window::start(&desk, Options::default(), &shots("no-keychain")).await?;
    window.press("Подключить ProBonus").await?;
    window.fill("Адрес сервера", server.url()).await?;
    window.fill("Токен для API", TOKEN).await?;
    window.press("Подключить").await?;
    window.see("В системе нет хранилища паролей").await?;
    window.shot("explained").await?;

    window.choose("Хранить вход только до закрытия программы").await?;
    window.press("Подключить").await?;
    window.see("Найдите гостя по телефону").await?;
    window.go("Настройки").await?;
    window.see("Только в памяти, до закрытия программы").await?;
    window.fill("Поиск гостя по телефону", ANNA).await?;
    window.keys(thirtyfour::Key::Enter).await?;
    window.see("Кузнецова").await?;
    window.quit().await?;
    assert!(desk.files_with(TOKEN)?.is_empty(), "no plain text instead of the keychain");

    let window = Window::start(&desk, Options::default(), &shots("no-keychain-again")).await?;
    window.see("Войти заново").await?;
    window.quit().await
}
