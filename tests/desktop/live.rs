//! The main job against a server outside, with a permanent token; and where that token is not.

use house_tests::desktop::{Desk, MainJob, Options, Result, Server, Window};
use office::{Kind, State};

use crate::{TOKEN, close_the_books, connected, shots};

#[tokio::test]
async fn the_main_job_leaves_journal_and_ledger_agreed_and_the_token_nowhere() -> Result {
    let (desk, server) = (Desk::new().await?, Server::start(21, TOKEN).await?);
    let job = MainJob::default();
    let window = connected(&desk, &server, "live").await?;
    job.all(&window).await?;
    assert!(!window.held().await?.contains(TOKEN), "the page holds the token");

    let books = close_the_books(&desk, &server, window).await?;
    let done: Vec<Kind> =
        books.journal.iter().filter(|one| one.state == State::Confirmed).map(|one| one.payload.kind()).collect();
    for kind in Kind::ALL {
        assert_eq!(done.iter().filter(|one| **one == kind).count(), 1, "{kind:?} in {done:?}");
    }

    // Started again: still signed in, with the token from the keychain.
    let window = Window::start(&desk, Options::default(), &shots("live-again")).await?;
    job.search(&window, job.guest.phone).await?;
    window.see("vera@example.ru").await?;
    window.see("500,00 ₽").await?;
    window.shot("still-signed-in").await?;
    assert!(!window.held().await?.contains(TOKEN), "the page holds the token after a start");
    close_the_books(&desk, &server, window).await?;

    assert_eq!(desk.files_with(TOKEN)?, Vec::<std::path::PathBuf>::new(), "the token was written to a file");
    assert!(desk.keychain_knows("ru.probonus.office").await?, "the keychain has an entry of the program");
    Ok(())
}
