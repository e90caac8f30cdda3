//! Training: the whole main job without any server but the built-in one.

use house_tests::desktop::{Desk, MainJob, Options, Result, Window, shots};

#[tokio::test]
async fn the_main_job_can_be_learnt_without_a_server() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options::default(), &shots("training")).await?;
    window.press("Попробовать на учебном сервере").await?;
    window.see("Учебный режим").await?;
    MainJob::default().all(&window).await?;
    window.see("Учебный режим").await?;
    window.quit().await?;

    assert!(desk.office().join("training/journal.db").is_file(), "training has a journal of its own");
    assert!(!desk.office().join("live/journal.db").exists(), "and the real one was not touched");

    // The training server remembers the guest after a restart.
    let window = Window::start(&desk, Options::default(), &shots("training-again")).await?;
    window.see("Учебный режим").await?;
    window.find_guest(MainJob::default().guest.phone).await?;
    window.see("Орлова").await?;
    window.quit().await
}
