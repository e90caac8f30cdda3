//! A network and a server that misbehave: three endings, never two; nothing twice; nothing lost.

use house_tests::desktop::{Desk, Result, Server, Window};
use office::State;
use probonus_sandbox::faults::Garbage;
use probonus_sandbox::{Fault, Method, Rule, When};
use thirtyfour::Key;

use crate::{ANNA, TOKEN, close_the_books, connected};

fn refill(fault: Fault) -> Rule {
    Rule { methods: vec![Method::Refill], when: When::Always, times: Some(1), fault }
}

async fn send_a_refill(window: &Window, phone: &str, sum: &str) -> Result {
    window.fill("Поиск гостя по телефону", phone).await?;
    window.keys(Key::Enter).await?;
    window.see("Анкета").await?;
    window.press("Начислить").await?;
    window.fill("Сумма бонусов", sum).await?;
    window.press("Проверить").await?;
    window.see("Проверьте перед отправкой").await?;
    window.press("Подтвердить").await
}

#[tokio::test]
async fn an_answer_lost_after_the_deed_is_found_on_the_server() -> Result {
    let (desk, server) = (Desk::new().await?, Server::start(51, TOKEN).await?);
    let window = connected(&desk, &server, "lost-answer").await?;
    server.strike(&refill(Fault::Status { code: 502, applied: true })).await?;
    send_a_refill(&window, ANNA, "77,70").await?;
    // It may have been found before we look.
    if window.see_any(&["Исход неизвестен", "Начислено 77,70 ₽"]).await? == "Исход неизвестен"
    {
        window.shot("unknown").await?;
    }
    window.see("Начислено 77,70 ₽").await?;
    window.shot("found").await?;
    let books = close_the_books(&desk, &server, window).await?;
    assert_eq!(books.journal.len(), 1);
    assert_eq!(books.journal[0].state, State::Confirmed);
    assert_eq!(books.journal[0].attempts, 1, "it was never sent again");
    Ok(())
}

#[tokio::test]
async fn half_an_answer_and_a_page_of_a_proxy_are_not_taken_for_a_no() -> Result {
    let (desk, server) = (Desk::new().await?, Server::start(52, TOKEN).await?);
    let window = connected(&desk, &server, "half-answer").await?;
    for (fault, sum, told) in [
        (Fault::HalfAnswer, "10,01", "Начислено 10,01 ₽"),
        (Fault::Garbage { body: Garbage::Html, applied: true }, "10,02", "Начислено 10,02 ₽"),
    ] {
        server.strike(&refill(fault)).await?;
        send_a_refill(&window, ANNA, sum).await?;
        window.see(told).await?;
        window.press("Новая операция").await?;
    }
    let books = close_the_books(&desk, &server, window).await?;
    assert!(books.journal.iter().all(|one| one.state == State::Confirmed && one.attempts == 1));
    Ok(())
}

#[tokio::test]
async fn a_plain_no_is_shown_with_its_reason() -> Result {
    let (desk, server) = (Desk::new().await?, Server::start(53, TOKEN).await?);
    let window = connected(&desk, &server, "refused").await?;
    // An account that the server has blocked.
    send_a_refill(&window, "8 926 000-00-13", "5").await?;
    window.see("Сервер отказал — ничего не изменилось").await?;
    window.shot("refused").await?;
    let books = close_the_books(&desk, &server, window).await?;
    assert_eq!(books.journal[0].state, State::Rejected);
    Ok(())
}

#[tokio::test]
async fn a_draft_survives_a_restart() -> Result {
    let (desk, server) = (Desk::new().await?, Server::start(54, TOKEN).await?);
    let window = connected(&desk, &server, "draft").await?;
    window.go("Новый гость").await?;
    window.fill("Фамилия", "Недописанная").await?;
    window.keys(Key::Tab).await?;
    desk.written("Недописанная").await?;
    window.quit().await?;

    let window = Window::start(&desk, Default::default(), &crate::shots("draft-again")).await?;
    window.go("Новый гость").await?;
    window.see("Восстановлен черновик").await?;
    assert_eq!(window.value("Фамилия").await?, "Недописанная");
    close_the_books(&desk, &server, window).await?;
    Ok(())
}
