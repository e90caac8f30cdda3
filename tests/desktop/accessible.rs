//! Every screen, light and dark, under axe-core.

use house_tests::desktop::{Desk, Options, Result, Window, shots};
use thirtyfour::Key;

use crate::ANNA;

#[tokio::test]
async fn every_screen_is_accessible_in_light_colours() -> Result {
    look_at_every_screen(false).await
}

#[tokio::test]
async fn every_screen_is_accessible_in_dark_colours() -> Result {
    look_at_every_screen(true).await
}

async fn look_at_every_screen(dark: bool) -> Result {
    let desk = Desk::new().await?;
    let folder = shots(if dark { "dark" } else { "light" });
    let window = Window::start(&desk, Options { dark, ..Options::default() }, &folder).await?;
    let mut found = Vec::new();
    let mut look = async |window: &Window, name: &str| -> Result {
        window.shot(name).await?;
        for violation in window.accessibility().await? {
            found.push(format!(
                "{name}: {} ({})\n    {}",
                violation.id,
                violation.help,
                violation.nodes.join("\n    ")
            ));
        }
        Ok(())
    };
    window.see("Добро пожаловать").await?;
    assert_eq!(window.is_dark().await?, dark, "the page follows the system's colours");
    look(&window, "wizard").await?;
    window.press("Подключить ProBonus").await?;
    window.press("Подключить").await?;
    window.see("Заполните это поле").await?;
    look(&window, "connect").await?;
    window.press("Назад").await?;
    window.press("Попробовать на учебном сервере").await?;
    window.see("Найдите гостя по телефону").await?;
    look(&window, "start").await?;

    window.fill("Поиск гостя по телефону", "8 905 000-00-00").await?;
    window.keys(Key::Enter).await?;
    window.see("Создать гостя").await?;
    look(&window, "not-found").await?;
    window.press("Создать гостя").await?;
    window.see("Номер свободен").await?;
    look(&window, "new-guest").await?;

    window.fill("Поиск гостя по телефону", ANNA).await?;
    window.keys(Key::Enter).await?;
    window.see("Кузнецова").await?;
    window.see("История").await?;
    look(&window, "guest").await?;
    window.press("Изменить анкету").await?;
    window.see("Что изменится").await?;
    look(&window, "edit").await?;
    window.go("Начисление").await?;
    window.fill("Сумма бонусов", "0").await?;
    window.press("Проверить").await?;
    window.see("больше нуля").await?;
    look(&window, "refill-with-a-mistake").await?;
    window.fill("Сумма бонусов", "10").await?;
    window.select("Причина", "Компенсация").await?;
    window.press("Проверить").await?;
    window.see("Проверьте перед отправкой").await?;
    look(&window, "refill-check").await?;
    window.press("Подтвердить").await?;
    window.see("Начислено 10,00 ₽").await?;
    look(&window, "refill-done").await?;
    window.go("Внешний чек").await?;
    window.see("Номер внешнего чека").await?;
    look(&window, "outside-receipt").await?;
    window.go("Возврат").await?;
    window.see("Найдите чек").await?;
    look(&window, "return").await?;
    window.go("Журнал").await?;
    window.see("10,00 ₽").await?;
    look(&window, "journal").await?;
    window.open("Кузнецова").await?;
    window.see("Что происходило").await?;
    look(&window, "operation").await?;
    window.press("Закрыть").await?;
    window.go("Настройки").await?;
    for tab in ["Сервер", "Работа", "Совместимость", "Программа"] {
        window.go(tab).await?;
        look(&window, &format!("settings-{tab}")).await?;
    }
    window.press("Клавиши").await?;
    window.see("Поиск гостя").await?;
    look(&window, "keys").await?;
    window.quit().await?;
    assert!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}
