//! The development host: the real program and its real commands without a window, over HTTP on loopback.
//!
//! `cargo xtask dev` starts it, and a development server of the page beside it. It keeps its files in a folder of its
//! own, which it removes at the end, and its settings and secrets in memory. It never opens the office's own folder.
//!
//! The commands are those of the window: Tauri's own dispatcher, on Tauri's own runtime for tests, with the program's
//! access list. So there is no list of routes that can differ from what the window may call.

mod event;
mod http;
#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use office::Host as _;
use tauri::{
    Listener as _, Manager as _, WebviewWindow,
    test::{MockRuntime, mock_builder},
};
use tokio::{net::TcpListener, sync::broadcast};

use event::Event;

use crate::{
    app::{
        App,
        machine::{folders::Folders, host::Machine, keychain::Keychain},
        settings::memory::Memory,
    },
    commands::{
        self,
        desk::{Desk, Suggestion},
    },
    events,
    shape::Opening,
    shell::{self, window},
};

/// How the host is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The address of the page that may call, as a browser sends it: `http://127.0.0.1:1420`.
    pub page: String,
    /// Whether the program starts in its wizard, not in training.
    pub wizard: bool,
}

/// A host that is ready to answer.
pub struct DevHost {
    /// Where it answers: `http://127.0.0.1:50123`.
    pub url: String,
    /// The key that each request must have in the header [`http::KEY`]. Each start makes a new one.
    pub key: String,
    listener: TcpListener,
    program: Program,
    page: String,
}

/// The program, ready to be called.
struct Program {
    /// The window on which Tauri dispatches commands. It is never drawn.
    window: WebviewWindow<MockRuntime>,
    app: App,
    /// The events for the page. A slow reader is disconnected, and must connect again.
    events: broadcast::Sender<Event>,
    folder: PathBuf,
    /// Tauri's app. It must live as long as the window.
    _tauri: tauri::App<MockRuntime>,
}

impl DevHost {
    /// Starts the program in a folder of its own.
    ///
    /// # Errors
    /// The system's, in words.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let key = Machine.new_uuid().to_string();
        let program = Program::start(options.wizard).await?;
        Ok(Self { url, key, listener, program, page: options.page })
    }

    /// Answers until `end` is ready; then closes the program and removes its folder.
    ///
    /// # Errors
    /// The system's, in words.
    pub async fn serve(self, end: impl Future<Output = ()> + Send) -> io::Result<()> {
        let gate = http::Gate { key: self.key, page: self.page };
        let router = http::router(gate, self.program.window.clone(), self.program.events.clone());
        let served = tokio::select! {
            served = axum::serve(self.listener, router) => served,
            () = end => Ok(()),
        };
        self.program.app.stop().await;
        let removed = std::fs::remove_dir_all(&self.program.folder);
        served.and(removed)
    }
}

impl Program {
    async fn start(wizard: bool) -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("probonus-office-dev-{}", Machine.new_uuid()));
        std::fs::create_dir_all(&folder)?;
        let app = App::new(Folders::at(&folder), Box::<Memory>::default(), Keychain::in_memory());
        let tauri = tauri_app(&app, &folder).map_err(io::Error::other)?;
        let window = tauri::WebviewWindowBuilder::new(&tauri, window::LABEL, tauri::WebviewUrl::default());
        let window = window.build().map_err(io::Error::other)?;
        let (events, _) = broadcast::channel(1024);
        for name in events::NAMES {
            let events = events.clone();
            tauri.listen_any(*name, move |event| {
                // Without a page there is nobody to tell.
                let _ = events.send(Event { name, payload: event.payload().to_owned() });
            });
        }
        tauri::async_runtime::spawn(events::emit_news(tauri.handle().clone(), app.clone()));
        app.start(if wizard { Opening::AsLeft } else { Opening::Training }).await;
        Ok(Self { window, app, events, folder, _tauri: tauri })
    }
}

/// Tauri with the program's commands and access list, on a runtime that draws nothing.
fn tauri_app(app: &App, folder: &Path) -> tauri::Result<tauri::App<MockRuntime>> {
    let types = commands::builder();
    let tauri = mock_builder().invoke_handler(types.invoke_handler()).build(shell::context())?;
    types.mount_events(&tauri);
    tauri.manage(app.clone());
    tauri.manage::<Box<dyn Desk>>(Box::new(NoDesk { folder: folder.to_owned() }));
    Ok(tauri)
}

/// There is no desktop. A file is written to the host's own folder under the suggested name.
struct NoDesk {
    folder: PathBuf,
}

#[async_trait]
impl Desk for NoDesk {
    fn show_window(&self) {}

    async fn choose_file(&self, suggestion: &Suggestion) -> Option<PathBuf> {
        Some(self.folder.join(&suggestion.name))
    }

    async fn choose_existing(&self, _: &'static str) -> Option<PathBuf> {
        None
    }

    fn open(&self, path: &Path) -> Result<(), String> {
        tracing::info!(path = %path.display(), "there is no desktop to show it on");
        Ok(())
    }

    fn web_view(&self) -> String {
        "a browser".to_owned()
    }
}
