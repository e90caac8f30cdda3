//! The main job in steps, by the words on the screens. Tests, demo and guide share it.

use super::{Result, Window};

/// A guest to be created.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// As an operator would paste it.
    pub phone: &'static str,
    /// Фамилия.
    pub surname: &'static str,
    /// Имя.
    pub name: &'static str,
    /// Отчество.
    pub patronymic: &'static str,
    /// `ДД.ММ.ГГГГ`.
    pub birthday: &'static str,
}

/// The data of the main job. Its steps may be called in any sensible order.
#[derive(Clone, Copy, Debug)]
pub struct MainJob {
    /// The new guest.
    pub guest: Guest,
    /// The refill, as typed and as shown.
    pub refill: (&'static str, &'static str),
    /// Number of the outside receipt.
    pub number: &'static str,
}

impl Default for MainJob {
    fn default() -> Self {
        Self {
            guest: Guest {
                phone: "8 (905) 123-45-67",
                surname: "Орлова",
                name: "Вера",
                patronymic: "Павловна",
                birthday: "14.03.1991",
            },
            refill: ("500", "500,00 ₽"),
            number: "Д-2001",
        }
    }
}

impl MainJob {
    /// Searches the new guest's phone, finds nobody, and creates the guest from there.
    pub async fn create_guest(&self, window: &Window) -> Result {
        window.find_guest(self.guest.phone).await?;
        window.press("Создать гостя").await?;
        window.see("Номер свободен").await?;
        if window.value("Группа").await?.is_empty() {
            window.select("Группа", "Самостоятельно").await?;
        }
        window.fill("Фамилия", self.guest.surname).await?;
        window.fill("Имя", self.guest.name).await?;
        window.fill("Отчество", self.guest.patronymic).await?;
        window.fill("День рождения", self.guest.birthday).await?;
        window.shot("01-new-guest").await?;
        self.confirm(window, "02-new-guest-check").await?;
        window.see("Гость создан").await?;
        window.shot("03-new-guest-done").await?;
        window.press("К карточке гостя").await?;
        window.see("Анкета").await
    }

    /// Adds bonuses by hand, from the guest's card.
    pub async fn refill(&self, window: &Window) -> Result {
        window.press("Начислить").await?;
        window.fill("Сумма бонусов", self.refill.0).await?;
        window.select("Причина", "Компенсация").await?;
        window.fill("Примечание", "За ожидание доставки").await?;
        self.confirm(window, "04-refill-check").await?;
        window.see(&format!("Начислено {}", self.refill.1)).await?;
        window.see("Баланс на сервере").await?;
        window.shot("05-refill-done").await?;
        window.press("К карточке гостя").await?;
        window.see("Анкета").await
    }

    /// Enters a purchase made elsewhere, from the guest's card.
    pub async fn register(&self, window: &Window) -> Result {
        window.press("Внешний чек").await?;
        choose_restaurant(window, "201").await?;
        window.fill("Номер внешнего чека", self.number).await?;
        window.fill("Оплачено деньгами", "1 450,50").await?;
        window.fill("Скидка", "50").await?;
        window.fill("Оплачено бонусами", "100").await?;
        window.fill("Начислить бонусов", "72,50").await?;
        window.press("Станция 999 и содержимое чека").await?;
        window.fill("Содержимое чека", "Борщ, 2 порции; морс клюквенный").await?;
        window.shot("06-outside-receipt").await?;
        self.confirm(window, "07-outside-receipt-check").await?;
        window.see(&format!("Чек {} проведён", self.number)).await?;
        window.see("Баланс на сервере").await?;
        window.shot("08-outside-receipt-done").await?;
        window.press("К карточке гостя").await?;
        window.see("Анкета").await
    }

    /// Undoes that purchase.
    pub async fn give_back(&self, window: &Window) -> Result {
        window.go("Возврат").await?;
        window.fill("Номер чека, GUID, телефон или дата", self.number).await?;
        window.press("Найти").await?;
        window.shot("09-return-found").await?;
        window.press(&format!("Вернуть чек {}", self.number)).await?;
        window.see("Проверьте перед отправкой").await?;
        window.shot("10-return-check").await?;
        window.press("Подтвердить").await?;
        window.see(&format!("Чек {} возвращён", self.number)).await?;
        window.shot("11-return-done").await
    }

    /// Looks at the history of a guest who has one, and opens a receipt down to its dishes.
    pub async fn history_and_receipt(&self, window: &Window) -> Result {
        window.find_guest("79123456789").await?;
        window.see("Кузнецова").await?;
        window.see("История").await?;
        window.shot("12-card-and-history").await?;
        window.press("Открыть чек").await?;
        window.see("Блюдо").await?;
        window.shot("13-receipt").await?;
        window.press("Закрыть").await?;
        window.see_no("Блюдо").await
    }

    /// Corrects the new guest's profile.
    pub async fn edit(&self, window: &Window) -> Result {
        window.find_guest(self.guest.phone).await?;
        window.press("Изменить анкету").await?;
        window.fill("Эл. почта", "vera@example.ru").await?;
        window.see("Что изменится").await?;
        window.shot("14-edit").await?;
        self.confirm(window, "15-edit-check").await?;
        window.see("Анкета изменена").await?;
        window.shot("16-edit-done").await
    }

    /// Opens the journal and the story of one operation.
    pub async fn journal(&self, window: &Window) -> Result {
        window.go("Журнал").await?;
        window.see("Изменение анкеты").await?;
        window.shot("17-journal").await?;
        window.open(self.guest.surname).await?;
        window.see("Что происходило").await?;
        window.shot("18-operation").await?;
        window.press("Закрыть").await
    }

    /// All steps, in an operator's order.
    pub async fn all(&self, window: &Window) -> Result {
        self.create_guest(window).await?;
        self.refill(window).await?;
        self.register(window).await?;
        self.give_back(window).await?;
        self.history_and_receipt(window).await?;
        self.edit(window).await?;
        self.journal(window).await
    }

    /// From a form through the check to the sending, by the buttons.
    async fn confirm(&self, window: &Window, shot: &str) -> Result {
        window.press("Проверить").await?;
        window.see("Проверьте перед отправкой").await?;
        window.shot(shot).await?;
        window.press("Подтвердить").await
    }
}

/// A restaurant by its code, in the form of an outside receipt: typed where none are listed, else chosen.
pub(super) async fn choose_restaurant(window: &Window, code: &str) -> Result {
    // Which of the two it is shows when the form is open.
    window.see("Номер внешнего чека").await?;
    if window.has("field", "Код ресторана").await? {
        window.fill("Код ресторана", code).await
    } else {
        window.select("Ресторан", code).await
    }
}
