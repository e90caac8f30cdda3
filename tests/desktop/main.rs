//! The real window, with a real keychain, against a real server. Run by `cargo xtask test --only desktop`.

mod accessible;
mod bad_input;
mod dialect;
mod keyboard;
mod keychain;
mod live;
mod network;
mod training;
mod trouble;
mod wizard;

use std::path::PathBuf;

use house_tests::desktop::{Books, Desk, Options, Result, Server, Window};

/// A token that nothing else would contain by chance.
const TOKEN: &str = "desk-7f3a9c51e0b24d68-token";

/// The golden demo guest: receipts of months, burning bonuses, coupons.
const ANNA: &str = "8 (912) 345-67-89";

/// Where a test's screenshots and the program's log go.
fn shots(test: &str) -> PathBuf {
    let root =
        std::env::var_os("DESKTOP_ARTIFACTS").map_or_else(|| std::env::temp_dir().join("desktop"), PathBuf::from);
    root.join(test)
}

/// The program on this desk, connected to this server by its token, as a person does it in the wizard.
async fn connected(desk: &Desk, server: &Server, test: &str) -> Result<Window> {
    let window = Window::start(desk, Options::default(), &shots(test)).await?;
    window.press("Подключить ProBonus").await?;
    window.fill("Адрес сервера", server.url()).await?;
    window.fill("Токен для API", server.token()).await?;
    window.press("Подключить").await?;
    window.see("Найдите гостя по телефону").await?;
    Ok(window)
}

/// Ends the program and compares its journal with what the server did.
async fn close_the_books(desk: &Desk, server: &Server, window: Window) -> Result<Books> {
    window.quit().await?;
    let books = Books::read(desk, server).await?;
    books.agree()?;
    Ok(books)
}
