//! What the program does outside its window: the start with the system.

use std::path::{Path, PathBuf};

use house_tests::desktop::{Desk, Options, Result, Window, shots, until};
use thirtyfour::Key;

async fn to_the_choices(window: &Window) -> Result {
    window.keys(Key::F9).await?;
    window.go("Программа").await?;
    window.see("Запуск и уведомления").await
}

/// Ticks a box, or takes the tick away, by keys alone.
async fn tick(window: &Window, label: &str) -> Result {
    window.tab_to("choice", label).await?;
    window.keys(" ").await
}

/// The entries of the sign-in.
fn entries(desk: &Desk) -> Result<Vec<PathBuf>> {
    let folder = desk.of_user("config").join("autostart");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

async fn one_entry(desk: &Desk) -> Result<PathBuf> {
    until("there is an entry of the sign-in", async || Ok(entries(desk)?.pop())).await
}

fn exec(entry: &Path) -> Result<String> {
    let text = std::fs::read_to_string(entry)?;
    Ok(text.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap_or_default().to_owned())
}

#[tokio::test]
async fn the_start_with_the_system_is_an_entry_of_the_user_and_its_state_is_the_systems() -> Result {
    let (desk, shots) = (Desk::new().await?, shots("autostart"));
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots).await?;
    window.resize(1366, 728).await?;
    to_the_choices(&window).await?;
    assert_eq!(entries(&desk)?, Vec::<PathBuf>::new());
    tick(&window, "Открывать при входе в систему").await?;
    let entry = one_entry(&desk).await?;
    let line = exec(&entry)?;
    assert!(line.contains("probonus-office\" \"--at-sign-in\""), "{line}");
    assert!(line.contains(&format!("\"--home={}\"", desk.office().display())), "the data folder is a test's: {line}");
    window.shot("on").await?;

    // Somebody else takes the entry away; the page shows what is so when it is looked at again.
    std::fs::remove_file(&entry)?;
    window.go("Журнал").await?;
    to_the_choices(&window).await?;
    tick(&window, "Открывать при входе в систему").await?;
    one_entry(&desk).await?;
    tick(&window, "Открывать при входе в систему").await?;
    until("the entry is gone", async || Ok(entries(&desk)?.is_empty().then_some(()))).await?;
    window.quit().await
}
