//! How the program starts and ends.

use std::{
    error::Error,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;

use super::{
    arguments::{HELP, WindowWish, Wish},
    context,
    desktop::Desktop,
    ending,
    entrance::Entrance,
    logs,
    main_window::MainWindow,
    notifier, panics,
    store::SettingsFile,
    tray, update, window,
};
use crate::{
    app::{
        App,
        desktop::ports::DesktopPorts,
        machine::{
            autostart::{self, entry::AutostartEntry},
            folders::{self, Folders},
            keychain::Keychain,
        },
    },
    commands::{self, desk::Desk},
    events,
};

/// Exit code if there is no screen to open a window on.
const NO_SCREEN: u8 = 3;

/// Does what the arguments ask for: prints the version or the help, or runs the program until its window is closed.
#[must_use]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "somebody asked in a terminal")]
pub fn run() -> ExitCode {
    prefer_shared_memory_rendering();
    let wish = match Wish::read(std::env::args().skip(1)) {
        Wish::Version => {
            println!("probonus-office {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Wish::Help => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Wish::Window(wish) => wish,
    };
    if let Some(home) = &wish.home {
        name_data_folder(home);
    }
    if !has_screen() {
        eprintln!(
            "probonus-office: нет экрана, на котором можно открыть окно. There is no screen to open a window on."
        );
        return ExitCode::from(NO_SCREEN);
    }
    #[cfg(windows)]
    let _running = super::windows::Running::say();
    #[cfg(windows)]
    if !super::windows::has_web_view() {
        return ExitCode::from(super::windows::NO_WEB_VIEW);
    }
    match open(&wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "there can be no window");
            eprintln!("probonus-office: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether a window can be opened. Without this check the window toolkit would panic.
#[cfg(target_os = "linux")]
fn has_screen() -> bool {
    gtk::init().is_ok()
}

#[cfg(not(target_os = "linux"))]
const fn has_screen() -> bool {
    true
}

/// Names the data folder in the environment, where the program looks for it, and a program that it starts anew too.
#[expect(
    unsafe_code,
    reason = "one of the first things in the process: no other thread can be reading the environment"
)]
fn name_data_folder(home: &Path) {
    // SAFETY: called before any thread was started.
    unsafe { std::env::set_var(folders::HOME, home) };
}

/// Runs the program until its window is closed.
fn open(wish: &WindowWish) -> tauri::Result<()> {
    let mut context = context();
    let home = std::env::var_os(folders::HOME).filter(|home| !home.is_empty()).map(PathBuf::from);
    if let Some(home) = &home {
        // Programs with different data folders are independent. A second start brings forward only the window of the same folder.
        let mut hasher = DefaultHasher::new();
        home.hash(&mut hasher);
        context.config_mut().identifier = format!("ru.probonus.office.home{:x}", hasher.finish());
    }
    let types = commands::builder();
    let restored = StateFlags::all() & !StateFlags::VISIBLE & !StateFlags::DECORATIONS;
    let mut window_state = tauri_plugin_window_state::Builder::new().with_state_flags(restored);
    if let Some(home) = &home {
        let folder = std::path::absolute(home).unwrap_or_else(|_| home.clone());
        window_state = window_state.with_filename(folder.join("window.json").to_string_lossy());
    }
    let wish = wish.clone();
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|handle, arguments, _| second_start(handle, arguments)))
        .plugin(tauri_plugin_store::Builder::default().build())
        .plugin(window_state.build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_updater::Builder::new().build())
        .invoke_handler(types.invoke_handler())
        .setup(move |tauri_app| {
            types.mount_events(tauri_app);
            let handle = tauri_app.handle();
            let folders = Folders::new(handle.path().app_local_data_dir()?, witness_folder(handle)?);
            if let Err(error) = begin(handle, &folders, home.as_deref(), &wish) {
                give_up(handle, &folders, &*error);
            }
            Ok(())
        })
        .build(context)?
        .run(|handle, event| {
            if let RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } = event {
                api.prevent_close();
                ending::close(handle);
            }
        });
    Ok(())
}

/// The program is started while it runs. A person wants to see the window; the system at the sign-in does not.
fn second_start(handle: &AppHandle, arguments: Vec<String>) {
    let is_for_nobody = matches!(Wish::read(arguments.into_iter().skip(1)), Wish::Window(wish) if wish.at_sign_in);
    if !is_for_nobody {
        window::raise(handle);
    }
}

/// The folder of the journals' witnesses. It is apart from the data folder, so that restoring a copy of that folder does not restore
/// them too. On Windows it is not in the roaming profile, which would copy them to machines without the journal.
fn witness_folder(handle: &AppHandle) -> tauri::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        return Ok(handle.path().app_config_dir()?.join("witness"));
    }
    Ok(handle.path().local_data_dir()?.join(format!("{}.witness", handle.config().identifier)))
}

/// Opens the data folder, the log, the settings and the window.
fn begin(handle: &AppHandle, folders: &Folders, home: Option<&Path>, wish: &WindowWish) -> Result<(), Box<dyn Error>> {
    folders.make()?;
    let level = logs::begin(&folders.logs());
    panics::watch(handle.clone(), folders.crashes());
    let settings = SettingsFile::open(handle, folders.settings())?;
    let app = App::new(folders.clone(), Box::new(settings), Keychain::of_this_machine());
    if let Some(level) = level {
        app.follow_log_level(Box::new(level));
    }
    app.update_by(update::updater(handle));
    app.live_on(desktop_ports(handle, &app, folders, home)?);
    let entrance = Entrance::new(handle.clone(), app.clone(), app.starts_quietly(wish.at_sign_in));
    handle.manage(app.clone());
    handle.manage::<Box<dyn Desk>>(Box::new(Desktop { handle: handle.clone(), entrance: entrance.clone() }));
    tauri::async_runtime::spawn(events::emit_news(handle.clone(), app.clone()));
    tauri::async_runtime::spawn({
        let (app, opening) = (app.clone(), wish.opening);
        async move { app.start(opening).await }
    });
    window::make(handle, folders, home.is_some())?;
    // The icon shows the window, so it comes after it.
    tauri::async_runtime::spawn(app.follow_for_desktop());
    #[cfg(windows)]
    super::windows::end_when_asked({
        let handle = handle.clone();
        move || ending::end(&handle)
    });
    tauri::async_runtime::spawn(entrance.at_the_latest());
    Ok(())
}

/// The system around the window.
fn desktop_ports(handle: &AppHandle, app: &App, folders: &Folders, home: Option<&Path>) -> tauri::Result<DesktopPorts> {
    let entry = AutostartEntry {
        name: handle.config().identifier.clone(),
        // Not Tauri's: on Windows it is a verbatim path, which neither the shell nor the uninstaller would know.
        program: std::env::current_exe()?,
        home: home.map(|home| std::path::absolute(home).unwrap_or_else(|_| home.to_owned())),
    };
    Ok(DesktopPorts {
        autostart: autostart::of_system(entry, &handle.path().config_dir()?),
        tray: tray::of_system(handle, app),
        notifier: notifier::of_system(app, folders),
        window: Box::new(MainWindow(handle.clone())),
    })
}

/// Shows in the terminal and in a system window why the program can't start, and ends.
#[expect(clippy::print_stderr, reason = "there may be no log to write to, and somebody may be looking at the terminal")]
fn give_up(handle: &AppHandle, folders: &Folders, error: &dyn Error) {
    let folder = folders.root().display();
    eprintln!("probonus-office: can't begin with the data folder {folder}: {error}");
    tracing::error!(%error, "the program can't begin");
    let text = format!(
        "Программа не может начать работу с папкой данных:\n{folder}\n\n{error}\n\nПроверьте, что это папка и что в неё можно \
         писать.\n\nThe program can't begin with its data folder. Check that it is a folder, and that it can be written."
    );
    let handle = handle.clone();
    let dialog = handle.dialog().message(text).title("ProBonus Office").kind(MessageDialogKind::Error);
    dialog.show(move |_| handle.exit(1));
}

/// Turns off `WebKitGTK`'s DMA-BUF renderer: with some drivers it draws nothing, or slowly. If the user has set the variable, it
/// stays.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the first thing in the process: no other thread can be reading the environment")]
fn prefer_shared_memory_rendering() {
    const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    if std::env::var_os(RENDERER).is_none() {
        // SAFETY: called before any thread was started.
        unsafe { std::env::set_var(RENDERER, "1") };
    }
}

#[cfg(not(target_os = "linux"))]
const fn prefer_shared_memory_rendering() {}
