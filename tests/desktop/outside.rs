//! What the program does outside its window: the start with the system, the icon in the notification area, notifications.

pub mod area;
mod cross;
mod notices;

use std::path::{Path, PathBuf};

use house_tests::desktop::{Desk, Options, Result, Scene, Window, play, shots, until};
use office::State;
use probonus_sandbox::{Fault, Method, Rule, When};
use thirtyfour::Key;

use self::{area::Area, notices::Notices};
use crate::{ANNA, trouble::send_a_refill};

pub async fn to_the_choices(window: &Window) -> Result {
    window.keys(Key::F9).await?;
    window.go("Программа").await?;
    window.see("Запуск и уведомления").await
}

/// Ticks a box, or takes the tick away, by keys alone.
pub async fn tick(window: &Window, label: &str) -> Result {
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

/// Waits until the program has ended so many times.
async fn ended(desk: &Desk, times: usize) -> Result {
    until("the program ends", async || Ok((desk.logged("the program ends")? == times).then_some(()))).await
}

#[tokio::test]
async fn the_cross_hides_the_window_behind_its_icon_and_the_icon_brings_it_back_or_ends_the_program() -> Result {
    let (desk, shots) = (Desk::new().await?, shots("tray"));
    let area = Area::on(&desk).await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots).await?;
    window.resize(1366, 728).await?;
    to_the_choices(&window).await?;
    tick(&window, "Значок в области уведомлений").await?;
    area.says("ProBonus Office").await?;
    window.see("программа будет значком").await?;
    window.shot("on").await?;

    cross::press(&desk)?;
    window.see("Окно спрячется, а программа останется").await?;
    window.shot("explained").await?;
    window.keys(Key::Enter).await?;
    cross::shown(&desk, false, "by the explanation").await?;
    assert!(desk.start_again().await?.success(), "the second one steps back");
    cross::shown(&desk, true, "by a second start").await?;
    window.see_no("Окно спрячется").await?;
    cross::press(&desk)?;
    cross::shown(&desk, false, "by the cross").await?;
    area.click().await?;
    cross::shown(&desk, true, "by a click").await?;
    cross::press(&desk)?;
    cross::shown(&desk, false, "by the cross again").await?;
    assert_eq!(desk.logged("the program ends")?, 0);
    area.choose("Выйти").await?;
    ended(&desk, 1).await?;
    area.is_empty().await?;
    window.has_ended()?;

    // The system opens the program at the sign-in: nothing but its icon is there.
    let quiet = desk.open(&["--at-sign-in"])?;
    area.says("ProBonus Office").await?;
    cross::shown(&desk, false, "after a quiet start").await?;
    area.choose("Открыть").await?;
    cross::shown(&desk, true, "by the menu").await?;
    area.choose("Выйти").await?;
    ended(&desk, 2).await?;
    assert!(quiet.ended().await?.success());
    Ok(())
}

#[tokio::test]
async fn without_a_notification_area_the_cross_ends_the_program_and_the_settings_say_why() -> Result {
    let (desk, shots) = (Desk::new().await?, shots("no-tray"));
    let window = Window::start(&desk, Options { training: true, dark: true, ..Options::default() }, &shots).await?;
    window.resize(1366, 728).await?;
    to_the_choices(&window).await?;
    window.see("У этого рабочего стола нет области уведомлений").await?;
    window.shot("none").await?;
    // A panel comes, the icon is chosen, the panel goes for good.
    let area = Area::on(&desk).await?;
    window.go("Журнал").await?;
    to_the_choices(&window).await?;
    window.see("Крестик тогда не закрывает программу").await?;
    tick(&window, "Значок в области уведомлений").await?;
    area.says("ProBonus Office").await?;
    drop(area);
    window.see("У этого рабочего стола нет области уведомлений").await?;
    cross::press(&desk)?;
    ended(&desk, 1).await?;
    window.has_ended()
}

/// The answer of a refill is on its way when the server goes down: the outcome is unknown until the server is back.
async fn send_and_lose(scene: &Scene, window: &Window) -> Result {
    let slow = Fault::Stall { ms: 60_000, applied: true };
    let rule = Rule { methods: vec![Method::Refill], when: When::Always, times: Some(1), fault: slow };
    scene.server.strike(&rule).await?;
    // By its sum: the server burns bonuses of its own accord too.
    let refills = async || {
        let books = scene.server.books().await?;
        Ok::<_, anyhow::Error>(books.applied.iter().filter(|one| one.sum == 50_000).count())
    };
    let before = refills().await?;
    send_a_refill(window, ANNA, "500").await?;
    until("the server has done it", async || Ok((refills().await? > before).then_some(()))).await?;
    scene.server.go_down().await
}

#[tokio::test]
async fn an_outcome_that_becomes_known_while_the_window_is_hidden_is_told_by_a_notification() -> Result {
    let played = play("notification", async |scene| {
        let (area, notices) = (Area::on(&scene.desk).await?, Notices::on(&scene.desk).await?);
        let window = scene.connected().await?;
        window.resize(1366, 728).await?;
        to_the_choices(&window).await?;
        tick(&window, "Значок в области уведомлений").await?;
        area.says("ProBonus Office").await?;
        tick(&window, "Уведомлять, когда выяснится исход операции").await?;
        window.shot("on").await?;

        send_and_lose(scene, &window).await?;
        area.says("ProBonus Office — исход неизвестен: 1").await?;
        cross::press(&scene.desk)?;
        window.see("Окно спрячется").await?;
        window.keys(Key::Enter).await?;
        cross::shown(&scene.desk, false, "by the explanation").await?;
        scene.server.come_back().await?;
        notices.told("Начисление 500,00 ₽: операция прошла").await?;
        area.says("ProBonus Office").await?;

        notices.click().await?;
        cross::shown(&scene.desk, true, "by a click on the notification").await?;
        window.see("Начислено 500,00 ₽").await?;
        Ok(window)
    })
    .await?;
    assert_eq!(played.books.journal[0].state, State::Confirmed);
    Ok(())
}
