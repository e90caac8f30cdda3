//! Walks through the program that leave screenshots: the demo's and the user guide's.

use std::path::Path;

use super::job::choose_restaurant;
use super::{Desk, MainJob, Options, Result, Window};

/// The whole main job on the training server.
pub async fn demo(folder: &Path) -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, folder).await?;
    window.see("Учебный режим").await?;
    window.shot("00-start").await?;
    MainJob::default().all(&window).await?;
    window.quit().await
}

/// The pictures of the user guide, by the names it calls them.
pub async fn guide(folder: &Path) -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options::default(), folder).await?;
    window.see("Добро пожаловать").await?;
    window.shot("wizard").await?;
    window.press("Попробовать на учебном сервере").await?;
    window.see("Учебный режим").await?;
    let job = MainJob::default();
    show_guests(&window, &job).await?;
    show_refill(&window).await?;
    show_outside_receipt(&window, &job).await?;
    show_return(&window, &job).await?;
    show_overviews(&window).await?;
    window.quit().await
}

/// A known guest, one of their receipts, and the form of a new guest.
async fn show_guests(window: &Window, job: &MainJob) -> Result {
    window.find_guest("79123456789").await?;
    window.see("История").await?;
    window.shot("guest").await?;
    window.press("Открыть чек").await?;
    window.see("Блюдо").await?;
    window.shot("receipt").await?;
    window.press("Закрыть").await?;

    window.find_guest(job.guest.phone).await?;
    window.press("Создать гостя").await?;
    window.see("Номер свободен").await?;
    window.fill("Фамилия", job.guest.surname).await?;
    window.fill("Имя", job.guest.name).await?;
    window.shot("new-guest").await
}

/// Ends on the guest's card.
async fn show_refill(window: &Window) -> Result {
    window.find_guest("79123456789").await?;
    window.press("Начислить").await?;
    window.fill("Сумма бонусов", "500").await?;
    window.select("Причина", "Компенсация").await?;
    window.press("Проверить").await?;
    window.see("Проверьте перед отправкой").await?;
    window.shot("refill-preview").await?;
    window.press("Подтвердить").await?;
    window.see("Начислено").await?;
    window.press("К карточке гостя").await?;
    window.see("История").await
}

/// Starts on a guest's card.
async fn show_outside_receipt(window: &Window, job: &MainJob) -> Result {
    window.press("Внешний чек").await?;
    choose_restaurant(window, "201").await?;
    window.fill("Номер внешнего чека", job.number).await?;
    window.fill("Оплачено деньгами", "1 450,50").await?;
    window.fill("Начислить бонусов", "72,50").await?;
    window.press("Станция 999 и содержимое чека").await?;
    window.fill("Содержимое чека", "Борщ, 2 порции; морс клюквенный").await?;
    window.shot("external-check").await?;
    window.press("Проверить").await?;
    window.press("Подтвердить").await?;
    window.see("проведён").await
}

/// Returns the outside receipt.
async fn show_return(window: &Window, job: &MainJob) -> Result {
    window.go("Возврат").await?;
    window.fill("Номер чека, GUID, телефон или дата", job.number).await?;
    window.press("Найти").await?;
    window.press(&format!("Вернуть чек {}", job.number)).await?;
    window.see("Проверьте перед отправкой").await?;
    window.shot("return").await?;
    window.press("Подтвердить").await?;
    window.see("возвращён").await
}

/// The journal and the settings.
async fn show_overviews(window: &Window) -> Result {
    window.go("Журнал").await?;
    window.see("Возврат чека").await?;
    window.shot("journal").await?;
    window.go("Настройки").await?;
    window.see("Совместимость").await?;
    window.shot("settings").await
}
