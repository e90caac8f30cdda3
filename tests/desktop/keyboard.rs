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
