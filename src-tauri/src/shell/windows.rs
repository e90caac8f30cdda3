//! Windows only: lets the installer see that the program runs and ask it to end, and tells the user if the web view is missing.

use rfd::{MessageButtons, MessageDialog, MessageDialogResult, MessageLevel};
use windows_sys::{
    Win32::{
        Foundation::{CloseHandle, HANDLE, WAIT_OBJECT_0},
        System::Threading::{CreateEventW, CreateMutexW, INFINITE, WaitForSingleObject},
    },
    core::{PCWSTR, w},
};

/// The exit code if the system has no web view.
pub const NO_WEB_VIEW: u8 = 4;

/// The name of the mutex that the installer and the uninstaller look for: `MUTEX` in `xtask/src/dist/installer/office.nsi`.
const MUTEX: PCWSTR = w!("Local\\ru.probonus.office.running");

/// The name of the event by which the installer and the uninstaller ask the program to end: `END` in the same file. With the icon in
/// the notification area the cross, and so `WM_CLOSE`, only hides the window.
const END: PCWSTR = w!("Local\\ru.probonus.office.end");

/// Microsoft's download page of the web view.
const WEB_VIEW_PAGE: &str = "https://developer.microsoft.com/microsoft-edge/webview2/consumer/";

/// A named mutex that exists while the program of this user runs. Nobody waits for it; the installer only checks that it exists.
pub(crate) struct Running(HANDLE);

impl Running {
    /// Creates the mutex, or opens the one that another running program has created.
    #[expect(unsafe_code, reason = "the standard library has no named mutex")]
    pub fn say() -> Self {
        // SAFETY: no security attributes are passed, and the name is a constant that ends with a zero.
        Self(unsafe { CreateMutexW(std::ptr::null(), 0, MUTEX) })
    }
}

impl Drop for Running {
    #[expect(unsafe_code, reason = "the handle is ours to close")]
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: the handle came from `CreateMutexW`, is not null, and is closed once.
            unsafe { CloseHandle(self.0) };
        }
    }
}

/// Calls `end` when the installer asks the program to end. Each request ends one program: the event resets itself.
#[expect(unsafe_code, reason = "the standard library has no named event")]
pub fn end_when_asked(end: impl FnOnce() + Send + 'static) {
    // SAFETY: no security attributes are passed, and the name is a constant that ends with a zero.
    let event = unsafe { CreateEventW(std::ptr::null(), 0, 0, END) };
    if event.is_null() {
        tracing::warn!("the installer can't ask the program to end");
        return;
    }
    // The handle is open until the process ends. A pointer can't cross to the thread, so its number does.
    let event = event as usize;
    let waiting = std::thread::Builder::new().name("end-when-asked".to_owned()).spawn(move || {
        // SAFETY: the handle came from `CreateEventW`, is not null, and is never closed.
        if unsafe { WaitForSingleObject(event as HANDLE, INFINITE) } == WAIT_OBJECT_0 {
            tracing::info!("the installer asks the program to end");
            end();
        }
    });
    if let Err(error) = waiting {
        tracing::warn!(%error, "the installer can't ask the program to end");
    }
}

/// Whether the system has a web view. If not, tells the user what to do, and opens the download page if they agree.
#[must_use]
pub fn has_web_view() -> bool {
    if tauri::webview_version().is_ok() {
        return true;
    }
    let text = format!(
        "Для работы программы нужен компонент Windows «Microsoft Edge WebView2», а на этом компьютере его нет.\n\n\
         Установите его со страницы Microsoft (бесплатно, права администратора не нужны) и откройте программу снова. \
         Если интернет закрыт, передайте этот адрес системному администратору:\n{WEB_VIEW_PAGE}\n\n\
         Журнал операций и настройки в порядке.\n\n\
         The program needs Microsoft Edge WebView2, a part of Windows that this computer lacks. Please install it from the \
         page above and start the program again.\n\n\
         Открыть эту страницу? Open the page?"
    );
    let dialog = MessageDialog::new().set_title("ProBonus Office").set_description(text);
    let answer = dialog.set_level(MessageLevel::Error).set_buttons(MessageButtons::YesNo).show();
    if answer == MessageDialogResult::Yes {
        // If no browser opens, the user has still seen the address.
        let _ = tauri_plugin_opener::open_url(WEB_VIEW_PAGE, None::<&str>);
    }
    false
}
