//! What only Windows needs before there is a window: the installer sees that the program runs, and a missing web view is
//! said in plain words.

use rfd::{MessageButtons, MessageDialog, MessageDialogResult, MessageLevel};
use windows_sys::{
    Win32::{
        Foundation::{CloseHandle, HANDLE},
        System::Threading::CreateMutexW,
    },
    core::{PCWSTR, w},
};

/// What the process ends with where the web view of the system is missing.
pub const NO_WEB_VIEW: u8 = 4;

/// The installer and the uninstaller look for a mutex of this name: `MUTEX` in `xtask/src/dist/installer/office.nsi`.
const MUTEX: PCWSTR = w!("Local\\ru.probonus.office.running");

/// Where Microsoft offers the web view.
const WEB_VIEW_PAGE: &str = "https://developer.microsoft.com/microsoft-edge/webview2/consumer/";

/// A named mutex that exists as long as a program of this user runs. Nobody waits for it: that it exists is the message.
pub(crate) struct Running(HANDLE);

impl Running {
    /// Makes the mutex, or opens the one that another program of ours made.
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

/// Whether there is a web view to show the page in. If not, says what to do, and opens the page that offers it if wished.
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
        // Without a browser there is nothing more to do; the address was on the screen.
        let _ = tauri_plugin_opener::open_url(WEB_VIEW_PAGE, None::<&str>);
    }
    false
}
