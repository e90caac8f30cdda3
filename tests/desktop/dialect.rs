//! A server that names things in its own way, and says so in its description.

use house_tests::desktop::{Keyring, MainJob, Result, play_with};
use office::{Kind, State};

#[tokio::test]
async fn a_server_that_names_things_otherwise_is_spoken_to_in_its_own_words() -> Result {
    let played = play_with(Keyring::Unlocked, "pascal-result", "dialect", async |scene| {
        let window = scene.connected().await?;
        MainJob::default().all(&window).await?;

        window.go("Настройки").await?;
        window.go("Совместимость").await?;
        window.see("Найдено на сервере по обычному адресу").await?;
        window.see("подстроено").await?;
        window.see_no("недоступно").await?;
        window.shot("adapted").await?;
        Ok(window)
    })
    .await?;
    for kind in Kind::ALL {
        let done =
            played.books.journal.iter().filter(|one| one.state == State::Confirmed && one.payload.kind() == kind);
        assert_eq!(done.count(), 1, "{kind:?}");
    }
    Ok(())
}
