//! A window with one line of text: only Tauri and the web view. `cargo xtask bench` compares the program with it, because no Tauri
//! program can cost less.
//!
//! It is shown when its page is loaded, like the program's window.
#![expect(clippy::print_stderr, reason = "a yardstick has no log")]

use std::process::ExitCode;

use tauri::webview::PageLoadEvent;
use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> ExitCode {
    let made = tauri::Builder::default().setup(|app| {
        WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
            .title("Blank window")
            .inner_size(1280.0, 800.0)
            .visible(false)
            .on_page_load(|window, load| {
                if load.event() == PageLoadEvent::Finished
                    && let Err(error) = window.show()
                {
                    eprintln!("the window could not be shown: {error}");
                }
            })
            .build()?;
        Ok(())
    });
    match made.run(tauri::generate_context!("blank/tauri.conf.json")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
