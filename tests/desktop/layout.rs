//! The longest names and sums on a small office screen, and twice the text on it.

use house_tests::desktop::{Desk, Guest, MainJob, Options, Result, Window, shots};

use crate::ANNA;

/// As long as names are in real life.
const LONG: Guest = Guest {
    phone: "8 (905) 123-45-68",
    surname: "Константинопольская-Ивановская",
    name: "Александра",
    patronymic: "Вячеславовна",
    birthday: "14.03.1991",
};

#[tokio::test]
async fn nothing_is_cut_on_a_small_office_screen() -> Result {
    let desk = Desk::new().await?;
    let window = Window::start(&desk, Options { training: true, ..Options::default() }, &shots("layout")).await?;
    window.resize(1280, 720).await?;
    let job = MainJob { guest: LONG, refill: ("10 000 000", "10 000 000,00 ₽"), ..MainJob::default() };
    job.create_guest(&window).await?;
    job.refill(&window).await?;
    for (width, height) in [(1280, 720), (1366, 728)] {
        window.resize(width, height).await?;
        for phone in [ANNA, LONG.phone] {
            window.find_guest(phone).await?;
            window.see("История").await?;
            window.see("Остаток").await?;
            window.shot(&format!("guest-{width}-{}", &phone[phone.len() - 2..])).await?;
            readable(&window, width).await?;
            assert!(window.covered().await?.is_empty(), "{width}, {phone}: {:?}", window.covered().await?);
        }
        window.go("Журнал").await?;
        window.see("10 000 000,00 ₽").await?;
        window.shot(&format!("journal-{width}")).await?;
        readable(&window, width).await?;
    }
    window.quit().await
}

/// All words can be read to their end but those of a comment: it may be longer than any cell, and its row opens it.
async fn readable(window: &Window, width: u32) -> Result {
    let cut: Vec<_> = window.cut().await?.into_iter().filter(|words| !words.contains("За ожидание")).collect();
    assert!(cut.is_empty(), "{width}: {cut:?}");
    Ok(())
}

#[tokio::test]
async fn twice_the_text_leaves_every_control_within_reach() -> Result {
    let desk = Desk::new().await?;
    let window =
        Window::start(&desk, Options { training: true, ..Options::default() }, &shots("twice-the-text")).await?;
    window.find_guest(ANNA).await?;
    window.see("История").await?;
    // Half of 1366 by 768: what a system that shows text twice as large leaves of it.
    window.resize(683, 384).await?;
    let reach = async |screen: &str| -> Result {
        window.shot(screen).await?;
        assert!(window.covered().await?.is_empty(), "{screen}: {:?}", window.covered().await?);
        window.see("Учебный режим").await
    };
    reach("guest").await?;
    for (screen, action) in [("Новый гость", "Проверить"), ("Начисление", "Проверить"), ("Внешний чек", "Проверить")]
    {
        window.go(screen).await?;
        assert!(window.is_wholly_visible(action).await?, "{screen}: its action stands in the window from the start");
        reach(screen).await?;
    }
    for screen in ["Возврат", "Журнал", "Настройки"] {
        window.go(screen).await?;
        reach(screen).await?;
    }
    window.go("Работа").await?;
    assert!(window.is_wholly_visible("Сохранить").await?);
    reach("work").await?;
    window.quit().await
}
