//! The first start.

use house_tests::desktop::{Desk, Options, Result, TOKEN, Window, play, shots};

#[tokio::test]
async fn the_first_start_asks_what_to_work_with() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options::default(), &shots("wizard")).await?;
    window.see("Добро пожаловать").await?;
    window.see("Попробовать на учебном сервере").await?;
    window.shot("wizard").await?;

    window.press("Подключить ProBonus").await?;
    window.press("Подключить").await?;
    window.see("Заполните это поле").await?;
    window.shot("empty").await?;

    window.press("Назад").await?;
    window.see("Добро пожаловать").await?;
    window.quit().await
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_token_are_told_apart_and_nothing_typed_is_lost() -> Result {
    play("wizard-errors", async |scene| {
        let window = scene.start().await?;
        window.press("Подключить ProBonus").await?;

        window.fill("Адрес сервера", "не адрес").await?;
        window.fill("Токен для API", TOKEN).await?;
        window.press("Подключить").await?;
        window.see("Введите адрес вида").await?;

        // Port 9 of this machine: nobody listens there.
        window.fill("Адрес сервера", "http://127.0.0.1:9").await?;
        window.press("Подключить").await?;
        window.see("Сервер не принимает соединение").await?;
        window.see("Соединение с сервером").await?;
        window.shot("no-server").await?;
        assert_eq!(window.value("Токен для API").await?, TOKEN, "what was typed is still there");

        window.fill("Адрес сервера", scene.server.url()).await?;
        window.fill("Токен для API", "wrong-token").await?;
        window.press("Подключить").await?;
        window.see("Токен не подошёл").await?;
        window.shot("wrong-token").await?;

        window.fill("Токен для API", TOKEN).await?;
        window.press("Подключить").await?;
        window.see("Кто и где работает").await?;
        window.fill("Ваше имя", "Ольга").await?;
        window.shot("who").await?;
        window.press("Готово").await?;
        window.see("Найдите гостя по телефону").await?;
        window.see("Соединение не защищено").await?;
        window.shot("connected").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}
