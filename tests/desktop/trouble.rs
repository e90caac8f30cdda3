//! A network and a server that misbehave: three endings, never two; nothing twice; nothing lost.

use house_tests::desktop::{Result, Window, play, play_apart};
use jiff::SignedDuration;
use office::State;
use probonus_sandbox::faults::Garbage;
use probonus_sandbox::{Fault, Method, Rule, Says, When};
use thirtyfour::Key;

use crate::ANNA;

/// What befalls the next refill.
fn refill(fault: Fault) -> Rule {
    Rule { methods: vec![Method::Refill], when: When::Always, times: Some(1), fault }
}

/// Done, and the answer lost on its way.
const LOST: Fault = Fault::Status { code: 502, applied: true };

/// From the search to the confirmation, without waiting for the end.
pub async fn send_a_refill(window: &Window, phone: &str, sum: &str) -> Result {
    window.find_guest(phone).await?;
    window.see("Анкета").await?;
    window.press("Начислить").await?;
    window.fill("Сумма бонусов", sum).await?;
    window.select("Причина", "Компенсация").await?;
    window.press("Проверить").await?;
    window.see("Проверьте перед отправкой").await?;
    window.press("Подтвердить").await
}

#[tokio::test]
async fn an_answer_lost_after_the_deed_is_found_on_the_server() -> Result {
    let played = play("lost-answer", async |scene| {
        let window = scene.connected().await?;
        scene.server.strike(&refill(LOST)).await?;
        send_a_refill(&window, ANNA, "77,70").await?;
        // It may have been found before we look.
        if window.see_any(&["Исход неизвестен", "Начислено 77,70 ₽"]).await? == "Исход неизвестен"
        {
            window.shot("unknown").await?;
        }
        window.see("Начислено 77,70 ₽").await?;
        window.shot("found").await?;
        Ok(window)
    })
    .await?;
    let [once] = played.books.journal.as_slice() else { panic!("{:?}", played.books.journal) };
    assert_eq!((once.state, once.attempts), (State::Confirmed, 1), "it was never sent again");
    Ok(())
}

#[tokio::test]
async fn half_an_answer_and_a_page_of_a_proxy_are_not_taken_for_a_no() -> Result {
    let played = play("half-answer", async |scene| {
        let window = scene.connected().await?;
        for (fault, sum, told) in [
            (Fault::HalfAnswer, "10,01", "Начислено 10,01 ₽"),
            (Fault::Garbage { body: Garbage::Html, applied: true }, "10,02", "Начислено 10,02 ₽"),
        ] {
            scene.server.strike(&refill(fault)).await?;
            send_a_refill(&window, ANNA, sum).await?;
            window.see(told).await?;
            window.press("Ещё начисление").await?;
        }
        Ok(window)
    })
    .await?;
    assert!(played.books.journal.iter().all(|one| one.state == State::Confirmed && one.attempts == 1));
    Ok(())
}

#[tokio::test]
async fn a_plain_no_is_shown_with_its_reason() -> Result {
    let played = play("refused", async |scene| {
        let window = scene.connected().await?;
        scene.server.strike(&refill(Fault::Answer { code: 422, says: Says::Error, applied: false })).await?;
        send_a_refill(&window, ANNA, "5").await?;
        window.see("Отказ: баланс и история прежние").await?;
        window.shot("refused").await?;
        Ok(window)
    })
    .await?;
    assert_eq!(played.books.journal[0].state, State::Rejected);
    Ok(())
}

#[tokio::test]
async fn clocks_a_day_apart_are_named_and_hide_nothing() -> Result {
    let played = play("clocks", async |scene| {
        // The server lives in tomorrow: what it does now, it dates by its own clock.
        scene.server.move_clock(SignedDuration::from_hours(24)).await?;
        let window = scene.connected().await?;
        window.see("Часы этого компьютера отстают от часов сервера").await?;
        window.shot("ahead").await?;
        scene.server.strike(&refill(LOST)).await?;
        send_a_refill(&window, ANNA, "24,24").await?;
        window.see("Начислено 24,24 ₽").await?;
        window.shot("found").await?;
        Ok(window)
    })
    .await?;
    assert_eq!((played.books.journal[0].state, played.books.journal[0].attempts), (State::Confirmed, 1));
    Ok(())
}

#[tokio::test]
async fn a_draft_survives_a_restart() -> Result {
    play("draft", async |scene| {
        let window = scene.connected().await?;
        window.go("Новый гость").await?;
        window.fill("Фамилия", "Недописанная").await?;
        window.keys(Key::Tab).await?;
        scene.desk.written("Недописанная").await?;
        scene.close(window).await?;

        let window = scene.start().await?;
        window.go("Новый гость").await?;
        window.see("Восстановлен черновик").await?;
        assert_eq!(window.value("Фамилия").await?, "Недописанная");
        Ok(window)
    })
    .await?;
    Ok(())
}

/// The balance says what the answer did not: everything stops, also over a restart, until someone has looked.
#[tokio::test]
async fn a_refill_that_the_network_doubles_halts_the_queue_until_the_operator_resumes_it() -> Result {
    let apart = play_apart("doubled", async |scene| {
        let window = scene.connected().await?;
        // The first refill to a server is watched before any other goes.
        send_a_refill(&window, ANNA, "10").await?;
        window.see("Начислено 10,00 ₽").await?;
        window.press("Ещё начисление").await?;

        scene.server.strike(&refill(Fault::Duplicate { ms: 0 })).await?;
        send_a_refill(&window, ANNA, "20,50").await?;
        window.see("Сервер провёл одну операцию дважды: вместо +20,50 ₽ вышло +41,00 ₽").await?;
        window.see("Сверьте операцию с ProBonus, прежде чем продолжать").await?;
        window.shot("halted").await?;
        window.quit().await?;

        let window = scene.start().await?;
        window.see("Отправка остановлена").await?;
        window.find_guest(ANNA).await?;
        window.see("Анкета").await?;
        window.keys(Key::F3 + "").await?;
        window.see("Сумма бонусов").await?;
        window.select("Причина", "Компенсация").await?;
        window.fill("Сумма бонусов", "30").await?;
        window.keys(Key::Enter + "").await?;
        window.see("Сверьте операцию и возобновите отправку").await?;
        window.shot("refused").await?;

        window.press("Возобновить отправку").await?;
        window.press("Сверено, возобновить").await?;
        window.see_no("Отправка остановлена").await?;
        assert_eq!(window.value("Сумма бонусов").await?, "30,00", "nothing typed was lost");
        window.press("Проверить").await?;
        window.see("Проверьте перед отправкой").await?;
        window.keys(Key::Enter + "").await?;
        window.see("Начислено 30,00 ₽").await?;
        Ok(window)
    })
    .await?;
    let [doubled] = apart.as_slice() else { panic!("{apart:?}") };
    assert!(doubled.ends_with("the server did it 2 times"), "{doubled}");
    Ok(())
}
