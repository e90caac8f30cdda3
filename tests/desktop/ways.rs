//! Servers that describe themselves otherwise than the program wants: the wizard alone leads to work with each.

use house_tests::desktop::{ForeignServer, Keyring, Result, TOKEN, Window, play, play_with};
use thirtyfour::Key;

use crate::ANNA;

/// A phone that nobody has.
const NOBODY: &str = "+7 999 000-00-00";

async fn connect(window: &Window, url: &str) -> Result {
    window.press("Подключить ProBonus").await?;
    window.fill("Адрес сервера", url).await?;
    window.fill("Токен для API", TOKEN).await?;
    window.press("Подключить").await
}

#[tokio::test]
async fn a_server_that_lacks_a_method_is_connected_and_says_what_that_takes_away() -> Result {
    play_with(Keyring::Unlocked, "without-groups", "way-lacking", async |scene| {
        let window = scene.start().await?;
        connect(&window, scene.server.url()).await?;
        window.see("Что поддерживает ваш сервер").await?;
        window.see("Группы. Нового гостя не завести").await?;
        window.press("Подробно: как программа говорит с сервером").await?;
        window.see("Сервер этого не умеет").await?;
        window.shot("missing").await?;
        window.press("Взять другое описание").await?;
        window.press("Без описания").await?;
        window.see("Станет доступно: Группы").await?;
        window.shot("another").await?;
        window.press("Оставить как есть").await?;
        window.press("Дальше").await?;
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn another_service_is_called_so_and_the_address_is_mended() -> Result {
    let other = ForeignServer::start("storefront").await?;
    play("way-other", async |scene| {
        let window = scene.start_dark().await?;
        connect(&window, other.url()).await?;
        window.see("По этому адресу другая служба").await?;
        window.see("Без описания, стандартно").await?;
        window.shot("other").await?;
        // Without a description it is no ProBonus either, and the address can still be mended.
        window.choose("Без описания, стандартно").await?;
        window.press("Подключить").await?;
        window.see_no("По этому адресу другая служба").await?;
        window.see("Этот ProBonus так не умеет").await?;
        window.fill("Адрес сервера", scene.server.url()).await?;
        window.choose("Найти на сервере").await?;
        window.press("Подключить").await?;
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn methods_that_are_shown_only_to_who_is_signed_in_are_read_after_signing_in() -> Result {
    play_with(Keyring::Unlocked, "described-to-signed-in", "way-signed-in", async |scene| {
        let window = scene.start().await?;
        window.press("Подключить ProBonus").await?;
        window.fill("Адрес сервера", scene.server.url()).await?;
        window.choose("По логину и паролю").await?;
        window.fill("Логин", "office").await?;
        window.fill("Пароль", "office").await?;
        window.press("Подключить").await?;
        // Nothing is missing and nothing unknown: the next thing asked is who works here.
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        window.go("Настройки").await?;
        window.go("Совместимость").await?;
        window.see("Найдено на сервере по обычному адресу").await?;
        window.see_no("недоступно").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

/// By keys up to the phone of a known guest, in dark colours: no description, and phones as 8XXXXXXXXXX.
#[tokio::test]
async fn a_server_without_a_description_is_asked_for_a_known_guest() -> Result {
    play_with(Keyring::Unlocked, "undescribed-eight", "way-eight", async |scene| {
        let window = scene.start_dark().await?;
        window.press("Подключить ProBonus").await?;
        window.focused("Адрес сервера").await?;
        window.keys(scene.server.url()).await?;
        // The two ways of signing in are one stop.
        window.keys(Key::Tab + Key::Tab).await?;
        window.focused("Токен для API").await?;
        window.keys(TOKEN).await?;
        window.keys(Key::Enter).await?;
        window.see("Описания у сервера не нашли").await?;
        window.shot("undescribed").await?;
        window.keys(Key::Enter).await?;

        window.focused("Телефон известного гостя").await?;
        window.keys(NOBODY).await?;
        window.keys(Key::Enter).await?;
        window.see("Никого не нашли").await?;
        window.shot("nobody").await?;
        window.fill("Телефон известного гостя", ANNA).await?;
        window.keys(Key::Enter).await?;
        window.see("Кузнецова").await?;
        window.see("8XXXXXXXXXX").await?;
        window.shot("found").await?;
        window.keys(Key::Enter).await?;
        window.see("Кто и где работает").await?;
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        window.find_guest(NOBODY).await?;
        window.press("Создать гостя").await?;
        window.see("Номер свободен").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn without_the_check_nobody_is_absent_and_no_number_is_free() -> Result {
    play_with(Keyring::Unlocked, "undescribed-eight", "way-skipped", async |scene| {
        let window = scene.start().await?;
        connect(&window, scene.server.url()).await?;
        window.press("Дальше").await?;
        window.see("Как здесь пишут телефоны").await?;
        window.shot("phones").await?;
        window.press("Пропустить").await?;
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("не найден").await?;
        window.see("возможно, он пишет номера иначе").await?;
        window.shot("unproven").await?;
        window.keys(Key::F8).await?;
        window.fill("Телефон", NOBODY).await?;
        window.keys(Key::Tab).await?;
        window.see("Свободен ли номер, неизвестно").await?;
        window.press("Проверить на известном госте").await?;
        window.fill("Телефон известного гостя", ANNA).await?;
        window.keys(Key::Enter).await?;
        window.see("8XXXXXXXXXX").await?;
        window.press("Дальше").await?;
        window.see("Номер свободен").await?;
        window.shot("free").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

/// What was learnt of a server is lost with its file. By keys alone: it is said, nothing is sent, and the server is learnt again.
#[tokio::test]
async fn what_was_learnt_and_is_lost_is_asked_for_again() -> Result {
    play_with(Keyring::Unlocked, "undescribed-eight", "way-lost", async |scene| {
        let window = scene.start().await?;
        connect(&window, scene.server.url()).await?;
        window.press("Дальше").await?;
        window.fill("Телефон известного гостя", ANNA).await?;
        window.keys(Key::Enter).await?;
        window.see("8XXXXXXXXXX").await?;
        window.press("Дальше").await?;
        window.press("Позже").await?;
        window.find_guest(ANNA).await?;
        window.see("Кузнецова").await?;
        window.quit().await?;
        forget_contracts(&scene.desk.office())?;

        let window = scene.start().await?;
        window.resize(1366, 728).await?;
        window.see("Файл с настройкой сервера изменён или удалён на этом компьютере").await?;
        window.find_guest(NOBODY).await?;
        window.see("возможно, он пишет номера иначе").await?;
        window.tab_to("button", "Посмотреть и решить").await?;
        window.keys(Key::Enter).await?;
        window.see("Выберите настройку сервера заново").await?;
        window.shot("lost").await?;
        window.tab_to("button", "Без описания").await?;
        window.keys(Key::Enter).await?;
        window.tab_to("button", "Принять").await?;
        window.shot("offered").await?;
        window.keys(Key::Enter).await?;
        window.see_no("Файл с настройкой сервера изменён или удалён").await?;
        window.shot("accepted").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

/// Removes the files with what was learnt of servers.
fn forget_contracts(office: &std::path::Path) -> Result {
    let mut removed = 0;
    for entry in std::fs::read_dir(office.join("live"))? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("binding-")) {
            std::fs::remove_file(path)?;
            removed += 1;
        }
    }
    assert_eq!(removed, 1, "one server was learnt");
    Ok(())
}
