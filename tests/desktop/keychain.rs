//! A desktop on which nobody keeps secrets.

use house_tests::desktop::{Keyring, PLAIN, Result, TOKEN, play_with};

use crate::ANNA;

#[tokio::test]
async fn without_a_keychain_the_token_lives_until_the_window_closes() -> Result {
    let played = play_with(Keyring::Absent, PLAIN, "no-keychain", async |scene| {
        let window = scene.start().await?;
        window.press("Подключить ProBonus").await?;
        window.fill("Адрес сервера", scene.server.url()).await?;
        window.fill("Токен для API", TOKEN).await?;
        window.press("Подключить").await?;
        window.see("В системе нет хранилища паролей").await?;
        window.shot("explained").await?;

        window.choose("Хранить вход только до закрытия программы").await?;
        window.press("Подключить").await?;
        window.press("Позже").await?;
        window.see("Вход действует до закрытия программы").await?;
        window.shot("told").await?;
        window.press("Понятно").await?;
        window.see_no("Вход действует до закрытия программы").await?;
        window.go("Настройки").await?;
        window.see("Только в памяти, до закрытия программы").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        scene.close(window).await?;

        let window = scene.start().await?;
        window.see("На этом компьютере нет сохранённого входа").await?;
        Ok(window)
    })
    .await?;
    assert!(played.desk.files_with(TOKEN)?.is_empty(), "no plain text instead of the keychain");
    Ok(())
}
