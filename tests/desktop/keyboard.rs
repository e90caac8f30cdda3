//! No mouse: from the search to the new balance by keys alone.

use house_tests::desktop::{Desk, Options, Result, Window, shots};
use thirtyfour::Key;

use crate::ANNA;

#[tokio::test]
async fn a_refill_needs_no_mouse() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots("keyboard")).await?;
    window.see("Учебный режим").await?;

    window.keys(Key::F2).await?;
    window.keys(ANNA).await?;
    window.keys(Key::Enter).await?;
    window.see("Кузнецова").await?;

    window.keys(Key::F3).await?;
    window.focused("Сумма бонусов").await?;
    window.keys("150,5").await?;
    window.keys(Key::Tab).await?;
    window.focused("Причина").await?;
    window.keys(Key::Tab).await?;
    window.keys("звонок").await?;
    window.keys(Key::Enter).await?;
    window.see("Проверьте перед отправкой").await?;
    // Esc leaves, and what was typed is still there.
    window.keys(Key::Escape).await?;
    window.see_no("Проверьте перед отправкой").await?;
    assert_eq!(window.value("Сумма бонусов").await?, "150,50");
    window.focused("Примечание").await?;
    window.keys(Key::Enter).await?;
    window.see("Проверьте перед отправкой").await?;
    window.keys(Key::Enter).await?;
    window.see("Начислено 150,50 ₽").await?;
    window.shot("done").await?;

    window.keys(Key::F7).await?;
    window.see("150,50 ₽").await?;
    window.control('k').await?;
    window.focused("Поиск гостя по телефону").await?;
    window.quit().await
}

/// The receipt that a delivery service registered is returned by its GUID. The guest's entries show it, so the new balance is known
/// beforehand. A GUID that they don't show is said so.
#[tokio::test]
async fn another_programs_receipt_is_returned_without_a_mouse() -> Result {
    const OF_DELIVERY: &str = "0b5e55ed-0000-4000-8000-000000001042";
    const OF_NOBODY: &str = "0b5e55ed-0000-4000-8000-00000000ffff";
    let desk = Desk::new().await?;
    let window =
        Window::start(&desk, Options { training: true, ..Options::default() }, &shots("keyboard-foreign")).await?;
    window.see("Учебный режим").await?;
    window.keys(Key::F2).await?;
    window.keys(ANNA).await?;
    window.keys(Key::Enter).await?;
    window.see("Кузнецова").await?;

    for guid in [OF_NOBODY, OF_DELIVERY] {
        window.keys(Key::F6).await?;
        window.focused("Номер чека, GUID, телефон или дата").await?;
        window.control('a').await?;
        window.keys(guid).await?;
        window.keys(Key::Enter).await?;
        window.tab_to("button", "Вернуть чек другой программы").await?;
        window.keys(Key::Enter).await?;
        window.tab_to("field", "Ресторан").await?;
        window.keys("201").await?;
        window.tab_to("field", "Номер внешнего чека").await?;
        window.keys("Д-1042").await?;
        window.shot("form").await?;
        window.keys(Key::Enter).await?;
        window.see("Проверьте перед отправкой").await?;
        if guid == OF_DELIVERY {
            window.shot("shown").await?;
            window.see("4 720,00").await?;
        } else {
            window.shot("not-shown").await?;
            window.see("В последних движениях гостя этого чека нет").await?;
            window.keys(Key::Escape).await?;
            window.see_no("Проверьте перед отправкой").await?;
        }
    }
    window.keys(Key::Enter).await?;
    window.see("возвращён").await?;
    window.shot("done").await?;
    window.quit().await
}
