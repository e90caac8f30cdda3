//! The server goes away and comes back.

use house_tests::desktop::{Result, play};
use office::State;
use probonus_sandbox::{Fault, Method, Rule, When};
use thirtyfour::Key;

use crate::{ANNA, trouble::send_a_refill};

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

/// After a write that the server did not carry out what waits rests; whoever sees that the server works again ends the rest.
#[tokio::test]
async fn what_waits_rests_after_a_write_that_failed_and_goes_on_once_the_connection_is_checked() -> Result {
    let played = play("rest", async |scene| {
        let window = scene.connected().await?;
        window.go("Журнал").await?;
        window.press("Приостановить отправку").await?;
        window.see("Отправка приостановлена").await?;
        send_a_refill(&window, ANNA, "61,20").await?;
        window.see("Ещё не отправлено").await?;
        window.press("Ещё начисление").await?;
        send_a_refill(&window, ANNA, "12").await?;
        window.see("Ещё не отправлено").await?;

        let lost = Fault::Status { code: 503, applied: true };
        scene
            .server
            .strike(&Rule { methods: vec![Method::Refill], when: When::Always, times: Some(1), fault: lost })
            .await?;
        window.press("Возобновить").await?;
        window.see_no("Отправка приостановлена").await?;
        // By the keyboard: a notice that comes or goes moves the menu.
        window.keys(Key::F7).await?;
        // The first is found on the server; the second waits.
        window.see("В очереди 1 операция. Следующая попытка").await?;
        window.shot("rests").await?;

        window.keys(Key::F9).await?;
        window.see("В очереди: 1").await?;
        window.press("Проверить подключение").await?;
        window.see_no("В очереди: ").await?;
        window.keys(Key::F7).await?;
        window.see("Журнал").await?;
        window.see_no("Следующая попытка").await?;
        window.shot("went").await?;
        Ok(window)
    })
    .await?;
    assert!(played.books.journal.iter().all(|one| one.state == State::Confirmed && one.attempts == 1));
    assert_eq!(played.books.journal.len(), 2);
    Ok(())
}
