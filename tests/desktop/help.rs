//! Help over the telephone: what the program gathers for those who help.

use house_tests::desktop::{Result, TOKEN, play};

use crate::{ANNA, trouble::send_a_refill};

#[tokio::test]
async fn the_files_for_support_are_seen_before_they_are_saved_and_name_nobody() -> Result {
    play("support", async |scene| {
        let window = scene.connected().await?;
        send_a_refill(&window, ANNA, "12,34").await?;
        window.see("Начислено 12,34 ₽").await?;
        window.go("Настройки").await?;
        window.go("Помощь").await?;
        window.resize(1366, 728).await?;
        window.press("Собрать файлы").await?;
        window.see("Так эти файлы и сохранятся").await?;
        window.go("program.json").await?;
        window.see("\"webView\": \"WebKit").await?;
        window.shot("support").await?;
        window.go("queue.json").await?;
        window.see("\"kind\": \"refill\"").await?;
        let told = window.text().await?;
        for hidden in ["Кузнецова", "Анна", "12,34", "1234,", TOKEN, "345-67-89", "9123456789"] {
            assert!(!told.contains(hidden), "{hidden}: {told}");
        }
        window.press("Отмена").await?;
        window.see_no("Так эти файлы и сохранятся").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn the_safe_mode_shows_the_journal_sends_nothing_and_has_a_way_out() -> Result {
    play("safe-mode", async |scene| {
        let window = scene.connected().await?;
        send_a_refill(&window, ANNA, "12,34").await?;
        window.see("Начислено 12,34 ₽").await?;
        scene.close(window).await?;

        let window = scene.start_safe().await?;
        window.resize(1366, 728).await?;
        window.see("Безопасный режим").await?;
        window.see("12,34 ₽").await?;
        window.shot("journal").await?;
        window.find_guest(ANNA).await?;
        window.see("В безопасном режиме этого нельзя").await?;
        window.shot("refused").await?;
        window.press("Выйти из безопасного режима").await?;
        window.see_no("Безопасный режим").await?;
        window.find_guest(ANNA).await?;
        window.see("Анкета").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn after_a_crash_the_next_start_says_what_happened_and_offers_the_files() -> Result {
    play("crash", async |scene| {
        let crashes = scene.desk.office().join("crashes");
        std::fs::create_dir_all(&crashes)?;
        std::fs::write(crashes.join("crash-20261128T101500.000001Z.new.txt"), "message: a defect")?;
        let window = scene.connected().await?;
        window.resize(1366, 728).await?;
        window.see("в программе произошла внутренняя ошибка").await?;
        window.see("Операции не потеряны, незавершённых нет").await?;
        window.shot("told").await?;
        window.press("Файлы для поддержки").await?;
        window.press("Собрать файлы").await?;
        window.see("crashes/crash-20261128T101500.000001Z.new.txt").await?;
        window.press("Отмена").await?;
        window.press("Понятно").await?;
        window.see_no("внутренняя ошибка").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn the_program_says_what_it_is_and_logs_in_detail_at_once() -> Result {
    play("about", async |scene| {
        let window = scene.connected().await?;
        window.resize(1366, 728).await?;
        window.go("Настройки").await?;
        window.go("Помощь").await?;
        window.see("О программе").await?;
        window.see("WebKit").await?;
        window.press("Скопировать").await?;
        window.see("Скопировано").await?;
        window.shot("help").await?;
        window.select("Журнал работы программы", "Подробный").await?;
        window.see("потом сам станет обычным").await?;
        window.find_guest(ANNA).await?;
        window.see("Анкета").await?;
        scene.desk.written("DEBUG probonus::client::wire").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}
