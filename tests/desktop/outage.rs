//! The server goes away and comes back.

use house_tests::desktop::{Result, play};
use office::State;

use crate::ANNA;

#[tokio::test]
async fn what_was_confirmed_while_the_server_was_down_goes_by_itself_when_it_is_back() -> Result {
    let played = play("outage", async |scene| {
        let window = scene.connected().await?;
        window.find_guest(ANNA).await?;
        window.see("Анкета").await?;
        window.press("Начислить").await?;
        window.fill("Сумма бонусов", "61,20").await?;
        window.select("Причина", "Компенсация").await?;

        scene.server.go_down().await?;
        window.press("Проверить").await?;
        window.see("Операция подождёт в очереди и уйдёт сама").await?;
        window.press("Подтвердить").await?;
        window.see("Ещё не отправлено").await?;
        window.see("В очереди: 1").await?;
        window.shot("waiting").await?;

        // Nobody touches the window from here on.
        scene.server.come_back().await?;
        window.see("Начислено 61,20 ₽").await?;
        window.see_no("В очереди: ").await?;
        window.shot("gone").await?;
        Ok(window)
    })
    .await?;
    let [once] = played.books.journal.as_slice() else { panic!("{:?}", played.books.journal) };
    assert_eq!(once.state, State::Confirmed);
    Ok(())
}
