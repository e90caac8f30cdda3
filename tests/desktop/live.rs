//! The main job against a server outside, with a permanent token; and where that token is not.

use house_tests::desktop::{MainJob, Result, TOKEN, play};
use office::{Kind, State};

#[tokio::test]
async fn the_main_job_leaves_journal_and_ledger_agreed_and_the_token_nowhere() -> Result {
    let played = play("live", async |scene| {
        let job = MainJob::default();
        let window = scene.connected().await?;
        job.all(&window).await?;
        assert!(!window.held().await?.contains(TOKEN), "the page holds the token");
        scene.close(window).await?;

        // Started again: still signed in, with the token from the keychain.
        let window = scene.start().await?;
        window.find_guest(job.guest.phone).await?;
        window.see("vera@example.ru").await?;
        window.see("500,00 ₽").await?;
        window.shot("still-signed-in").await?;
        assert!(!window.held().await?.contains(TOKEN), "the page holds the token after a start");
        Ok(window)
    })
    .await?;

    let confirmed = played.books.journal.iter().filter(|one| one.state == State::Confirmed);
    let done: Vec<Kind> = confirmed.map(|one| one.payload.kind()).collect();
    for kind in Kind::ALL {
        assert_eq!(done.iter().filter(|one| **one == kind).count(), 1, "{kind:?} in {done:?}");
    }
    assert_eq!(played.desk.files_with(TOKEN)?, Vec::<std::path::PathBuf>::new(), "the token was written to a file");
    assert!(played.desk.keychain_knows("ru.probonus.office").await?, "the keychain has an entry of the program");
    Ok(())
}
