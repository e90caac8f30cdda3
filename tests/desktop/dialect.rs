//! A server that names things in its own way, and says so in its description.

use house_tests::desktop::{Desk, MainJob, Result, Server};
use office::{Kind, State};

use crate::{TOKEN, close_the_books, connected};

#[tokio::test]
async fn a_server_that_names_things_otherwise_is_spoken_to_in_its_own_words() -> Result {
    let (desk, server) = (Desk::new().await?, Server::speaking("pascal-result", 22, TOKEN).await?);
    let window = connected(&desk, &server, "dialect").await?;
    MainJob::default().all(&window).await?;

    window.go("Настройки").await?;
    window.go("Совместимость").await?;
    window.see("Найдено на сервере по обычному адресу").await?;
    window.see("приспособлено").await?;
    window.see_no("недоступно").await?;
    window.shot("adapted").await?;

    let books = close_the_books(&desk, &server, window).await?;
    for kind in Kind::ALL {
        let done = books.journal.iter().filter(|one| one.state == State::Confirmed && one.payload.kind() == kind);
        assert_eq!(done.count(), 1, "{kind:?}");
    }
    Ok(())
}
