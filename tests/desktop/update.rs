//! An update in the real window, from a server of its own: told in words, never over an operation, and installed.

use std::{io::Cursor, sync::Arc};

use axum::{Router, routing::get};
use ct_codecs::{Base64, Encoder as _};
use house_tests::desktop::{Result, Window, play, until};
use minisign::KeyPair;
use office::State;
use probonus_sandbox::{Fault, Method, Rule, When};
use serde_json::json;

use crate::{
    ANNA,
    outside::{area::Area, tick, to_the_choices},
    trouble::send_a_refill,
};

/// The program of tomorrow: what the plugin takes for one on Linux.
fn program_of_tomorrow() -> Vec<u8> {
    [b"\x7fELF".as_slice(), &[7; 4096]].concat()
}

/// A server that has a newer version; answers its address and its public key.
async fn updates(file: Vec<u8>) -> Result<(String, String)> {
    let pair = KeyPair::generate_unencrypted_keypair()?;
    let comment = "timestamp:1\tfile:office\tversion:999.1.0";
    let signature = minisign::sign(None, &pair.sk, Cursor::new(&file), Some(comment), None)?;
    let signature = Base64::encode_to_string(signature.to_string())?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let here = json!({ "url": format!("{url}/file"), "signature": signature, "size": file.len() });
    let manifest = json!({
        "version": "999.1.0", "pub_date": "2026-12-01T00:00:00Z", "notes": "- English.",
        "notes_ru": "### Новое\n- Импорт чеков из таблицы.\n- <b>Не разметка</b>.",
        "platforms": { "linux-x86_64": here, "linux-aarch64": here },
    });
    let (manifest, file) = (manifest.to_string(), Arc::new(file));
    let router = Router::new()
        .route("/latest.json", get(move || async move { manifest }))
        .route("/file", get(move || async move { file.to_vec() }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((url, Base64::encode_to_string(pair.pk.to_box()?.to_string())?))
}

async fn to_the_updates(window: &Window) -> Result {
    window.go("Настройки").await?;
    window.go("Помощь").await?;
    window.see("Установлена версия").await
}

/// A refill that goes out of the queue, and whose answer takes so long.
async fn send_slowly(window: &Window, server: &house_tests::desktop::Server, ms: u64) -> Result {
    window.go("Журнал").await?;
    window.press("Приостановить отправку").await?;
    window.see("Отправка приостановлена").await?;
    send_a_refill(window, ANNA, "15").await?;
    window.see("Ещё не отправлено").await?;
    let slow = Fault::Stall { ms, applied: true };
    server.strike(&Rule { methods: vec![Method::Refill], when: When::Always, times: Some(1), fault: slow }).await?;
    window.press("Возобновить").await?;
    window.see_no("Отправка приостановлена").await
}

#[tokio::test]
async fn an_update_is_told_in_words_waits_for_the_operation_and_takes_the_place_of_the_program() -> Result {
    let tomorrow = program_of_tomorrow();
    let (url, key) = updates(tomorrow.clone()).await?;
    let played = play("update", async |scene| {
        let replaced = scene.desk.office().join("office.AppImage");
        std::fs::write(&replaced, "the program of today")?;
        scene.desk.tell("PROBONUS_UPDATE_URL", &format!("{url}/latest.json"));
        scene.desk.tell("PROBONUS_UPDATE_PUBKEY", &key);
        scene.desk.tell("PROBONUS_UPDATE_FILE", &replaced.to_string_lossy());

        // The start has looked by itself.
        let area = Area::on(&scene.desk).await?;
        let window = scene.connected().await?;
        window.resize(1366, 728).await?;
        window.see("Есть новая версия 999.1.0").await?;
        window.shot("banner").await?;
        to_the_choices(&window).await?;
        tick(&window, "Значок в области уведомлений").await?;
        area.says("ProBonus Office").await?;
        window.go("Гость").await?;
        send_slowly(&window, &scene.server, 20_000).await?;
        to_the_updates(&window).await?;
        window.press("Проверить сейчас").await?;
        window.see("Новая версия 999.1.0 от 01.12.2026").await?;
        window.see("Импорт чеков из таблицы.").await?;
        window.see("<b>Не разметка</b>.").await?;
        window.press("Установить и перезапустить").await?;
        window.see("Сейчас отправляется операция").await?;
        window.shot("refused").await?;
        assert_eq!(std::fs::read(&replaced)?, b"the program of today");

        window.see_no("В очереди: ").await?;
        window.press("Установить и перезапустить").await?;
        until("the file is replaced", async || Ok((std::fs::read(&replaced)? == tomorrow).then_some(()))).await?;
        until("the program starts anew", async || Ok((scene.desk.logged("the program starts")? == 2).then_some(())))
            .await?;
        area.says("ProBonus Office").await?;
        // It is out of the hands of the driver now, and ends with the window that it came from.
        drop(window);
        let window = scene.start().await?;
        window.go("Журнал").await?;
        window.see("15,00 ₽").await?;
        Ok(window)
    })
    .await?;
    let [once] = played.books.journal.as_slice() else { panic!("{:?}", played.books.journal) };
    assert_eq!((once.state, once.attempts), (State::Confirmed, 1), "the update broke nothing off");
    Ok(())
}

#[tokio::test]
async fn a_build_without_a_key_says_how_it_is_updated() -> Result {
    play("no-updates", async |scene| {
        let window = scene.connected().await?;
        to_the_updates(&window).await?;
        window.see("Эта сборка сама не обновляется").await?;
        assert!(!window.has("button", "Проверить сейчас").await?);
        window.shot("not-built-in").await?;
        Ok(window)
    })
    .await?;
    Ok(())
}
