//! Every screen, light and dark, under axe-core.

use house_tests::desktop::{Desk, Options, Result, Window, shots};
use thirtyfour::Key;

use crate::ANNA;

#[tokio::test]
async fn every_screen_is_accessible_in_light_colours() -> Result {
    check_every_screen(false).await
}

#[tokio::test]
async fn every_screen_is_accessible_in_dark_colours() -> Result {
    check_every_screen(true).await
}

async fn check_every_screen(dark: bool) -> Result {
    let desk = Desk::new().await?;
    let folder = shots(if dark { "dark" } else { "light" });
    let window = Window::start(&desk, Options { dark, ..Options::default() }, &folder).await?;
    let mut audit = Audit { window: &window, violations: Vec::new() };
    window.see("Добро пожаловать").await?;
    assert_eq!(window.is_dark().await?, dark, "the page follows the system's colours");
    audit.first_screens().await?;
    audit.guest_screens().await?;
    audit.money_screens().await?;
    audit.journal_and_settings().await?;
    let violations = audit.violations;
    window.quit().await?;
    assert!(violations.is_empty(), "{}", violations.join("\n"));
    Ok(())
}

/// Walks through the screens and keeps what axe-core finds on each.
struct Audit<'a> {
    window: &'a Window,
    violations: Vec<String>,
}

impl Audit<'_> {
    /// Takes a picture of the screen that is open, and checks it.
    async fn check(&mut self, screen: &str) -> Result {
        self.window.shot(screen).await?;
        for violation in self.window.accessibility().await? {
            let places = violation.nodes.join("\n    ");
            self.violations.push(format!("{screen}: {} ({})\n    {places}", violation.id, violation.help));
        }
        Ok(())
    }

    /// From the wizard to the search for a guest.
    async fn first_screens(&mut self) -> Result {
        let window = self.window;
        self.check("wizard").await?;
        window.press("Подключить ProBonus").await?;
        window.press("Подключить").await?;
        window.see("Заполните это поле").await?;
        self.check("connect").await?;
        window.press("Назад").await?;
        window.press("Попробовать на учебном сервере").await?;
        window.see("Найдите гостя по телефону").await?;
        self.check("start").await
    }

    /// A phone without a guest, a new guest, a guest's card and its form. Ends with Anna's form.
    async fn guest_screens(&mut self) -> Result {
        let window = self.window;
        window.fill("Поиск гостя по телефону", "8 905 000-00-00").await?;
        window.keys(Key::Enter).await?;
        window.see("Создать гостя").await?;
        self.check("not-found").await?;
        window.press("Создать гостя").await?;
        window.see("Номер свободен").await?;
        self.check("new-guest").await?;
        window.fill("Поиск гостя по телефону", ANNA).await?;
        window.keys(Key::Enter).await?;
        window.see("Кузнецова").await?;
        window.see("История").await?;
        self.check("guest").await?;
        window.press("Изменить анкету").await?;
        window.see("Что изменится").await?;
        self.check("edit").await
    }

    /// A refill from its form to its result, and the forms of an outside receipt and of a return.
    async fn money_screens(&mut self) -> Result {
        let window = self.window;
        window.go("Начисление").await?;
        window.fill("Сумма бонусов", "0").await?;
        window.press("Проверить").await?;
        window.see("больше нуля").await?;
        self.check("refill-with-a-mistake").await?;
        window.fill("Сумма бонусов", "10").await?;
        window.select("Причина", "Компенсация").await?;
        window.press("Проверить").await?;
        window.see("Проверьте перед отправкой").await?;
        self.check("refill-check").await?;
        window.press("Подтвердить").await?;
        window.see("Начислено 10,00 ₽").await?;
        self.check("refill-done").await?;
        window.go("Внешний чек").await?;
        window.see("Номер внешнего чека").await?;
        self.check("outside-receipt").await?;
        window.go("Возврат").await?;
        window.see("Найдите чек").await?;
        self.check("return").await
    }

    /// The journal with the refill of [`Self::money_screens`], and each tab of the settings.
    async fn journal_and_settings(&mut self) -> Result {
        let window = self.window;
        window.go("Журнал").await?;
        window.see("10,00 ₽").await?;
        self.check("journal").await?;
        window.open("Кузнецова").await?;
        window.see("Что происходило").await?;
        self.check("operation").await?;
        window.press("Закрыть").await?;
        window.go("Настройки").await?;
        for tab in ["Сервер", "Работа", "Совместимость", "Программа", "Помощь"]
        {
            window.go(tab).await?;
            self.check(&format!("settings-{tab}")).await?;
        }
        window.press("Клавиши").await?;
        window.see("Поиск гостя").await?;
        self.check("keys").await
    }
}
