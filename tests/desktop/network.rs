//! The way to the server: a proxy that wants a password, set up where the first connection fails.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use house_tests::desktop::{Result, TOKEN, play};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::ANNA;

/// The password, and `olga:` with it as the proxy is told: neither may be found anywhere.
const PASSWORD: &str = "pr0xy-5c1f-pa55word";
const TOLD: &str = "b2xnYTpwcjB4eS01YzFmLXBhNTV3b3Jk";

/// A proxy for plain requests; answers its address, and counts what it passed on.
async fn proxy() -> Result<(String, Arc<AtomicUsize>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let passed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&passed);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(pass_on(stream, Arc::clone(&count)));
        }
    });
    Ok((address, passed))
}

async fn pass_on(mut stream: TcpStream, passed: Arc<AtomicUsize>) -> Result {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head)?;
    if !head.contains(TOLD) {
        let refusal = "HTTP/1.1 407 X\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return Ok(stream.write_all(refusal.as_bytes()).await?);
    }
    let target = head.split(' ').nth(1).unwrap_or_default().trim_start_matches("http://");
    let mut server = TcpStream::connect(target.split('/').next().unwrap_or_default()).await?;
    passed.fetch_add(1, Ordering::SeqCst);
    server.write_all(head.as_bytes()).await?;
    copy_bidirectional(&mut stream, &mut server).await?;
    Ok(())
}

#[tokio::test]
async fn a_proxy_with_a_password_is_set_up_where_the_first_connection_fails_and_kept() -> Result {
    let (address, passed) = proxy().await?;
    let played = play("proxy", async |scene| {
        let window = scene.start().await?;
        window.press("Подключить ProBonus").await?;
        window.fill("Адрес сервера", scene.server.url()).await?;
        window.fill("Токен для API", TOKEN).await?;
        window.press("Подробнее: прокси и сертификат").await?;
        window.choose("Указать").await?;
        window.fill("Адрес прокси", &address).await?;
        window.press("Подключить").await?;
        window.see("Прокси требует имя и пароль").await?;
        window.shot("wants-a-password").await?;
        assert_eq!(passed.load(Ordering::SeqCst), 0, "nothing went around it");

        window.fill("Имя на прокси", "olga").await?;
        window.fill("Пароль на прокси", PASSWORD).await?;
        window.press("Подключить").await?;
        window.press("Позже").await?;
        window.see("Найдите гостя по телефону").await?;
        assert!(passed.load(Ordering::SeqCst) > 0);

        window.press("Настройки").await?;
        window.go("Сеть").await?;
        window.see("Пароль сохранён").await?;
        window.shot("settings").await?;
        let held = window.held().await?;
        assert!(!held.contains(PASSWORD) && !held.contains(TOLD), "the page holds the password of the proxy");
        window.quit().await?;

        // Started again: through the proxy, with the password from the keychain.
        let before = passed.load(Ordering::SeqCst);
        let window = scene.start().await?;
        window.see("Найдите гостя по телефону").await?;
        window.press("Гость").await?;
        window.fill("Поиск гостя по телефону", ANNA).await?;
        window.press("Найти").await?;
        window.see("Кузнецова").await?;
        window.shot("again").await?;
        assert!(passed.load(Ordering::SeqCst) > before);
        Ok(window)
    })
    .await?;
    for secret in [PASSWORD, TOLD] {
        assert_eq!(played.desk.files_with(secret)?, Vec::<std::path::PathBuf>::new(), "written to a file");
    }
    Ok(())
}
