//! The program's window: created hidden, kept on the present screens.

use tauri::{
    AppHandle, Manager as _, PhysicalPosition, PhysicalSize, Theme, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, window::Color,
};

use crate::app::machine::folders::Folders;

/// The window's label, as the capability names it.
pub const LABEL: &str = "main";

/// The window's class on Windows. The installer finds the window by it and asks it to close.
const CLASS: &str = "ProBonusOffice";

const SIZE: (f64, f64) = (1280.0, 800.0);
/// The smallest size. It fits a 1366×768 screen at a scale of 200 %.
const LEAST_SIZE: (f64, f64) = (640.0, 360.0);

/// Makes the window, hidden.
///
/// # Errors
/// The system's words.
pub fn make(handle: &AppHandle, folders: &Folders, data_folder_is_ours: bool) -> tauri::Result<()> {
    let (width, height) = first_size(handle);
    let mut builder = WebviewWindowBuilder::new(handle, LABEL, WebviewUrl::default())
        .title("ProBonus Office")
        .inner_size(width, height)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        .center()
        .visible(false)
        // The web view must not remember the names of guests.
        .general_autofill_enabled(false)
        .window_classname(CLASS)
        .on_navigation(is_own_page);
    if data_folder_is_ours {
        builder = builder.data_directory(folders.root().join("webview"));
    }
    let window = builder.build()?;
    let dark = matches!(window.theme(), Ok(Theme::Dark));
    let background = if dark { Color(0x16, 0x18, 0x1c, 0xff) } else { Color(0xf6, 0xf7, 0xf9, 0xff) };
    window.set_background_color(Some(background))?;
    if let Err(error) = keep_on_screen(&window) {
        tracing::warn!(%error, "the screens could not be asked for");
    }
    come_back_by_itself(&window);
    Ok(())
}

/// Whether the window may show an address. Only its own page and `about:blank` are allowed, so no link or script can lead elsewhere.
fn is_own_page(address: &Url) -> bool {
    let own = match address.scheme() {
        "tauri" => address.host_str() == Some("localhost"),
        // On Windows the page has an `http` address.
        "http" | "https" => cfg!(windows) && address.host_str() == Some("tauri.localhost"),
        "about" => address.as_str() == "about:blank",
        _ => false,
    };
    if !own {
        tracing::warn!(scheme = address.scheme(), "the page was led elsewhere; it stays");
    }
    own
}

/// On Linux, loads the page again when the web view's process dies, at most `MOST` times. Typed text is kept in drafts.
#[cfg(target_os = "linux")]
fn come_back_by_itself(window: &WebviewWindow) {
    use std::sync::atomic::{AtomicU32, Ordering};

    use webkit2gtk::WebViewExt as _;

    /// The most reloads in the life of the window.
    const MOST: u32 = 10;
    let asked = window.with_webview(|webview| {
        let times = AtomicU32::new(0);
        webview.inner().connect_web_process_terminated(move |view, reason| {
            tracing::error!(?reason, "the web view's process ended");
            if times.fetch_add(1, Ordering::Relaxed) < MOST {
                view.reload();
            }
        });
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the web view's process is not watched");
    }
}

#[cfg(not(target_os = "linux"))]
const fn come_back_by_itself(_: &WebviewWindow) {}

/// Shows the window, if it is not shown yet. `is_quiet`: minimised.
pub fn show_main(handle: &AppHandle, is_quiet: bool) {
    if let Some(window) = handle.get_webview_window(LABEL) {
        show(&window, is_quiet);
    }
}

/// Brings the window to the front.
pub fn raise(handle: &AppHandle) {
    let Some(window) = handle.get_webview_window(LABEL) else { return };
    let raised = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be raised");
    }
}

fn show(window: &WebviewWindow, is_quiet: bool) {
    if window.is_visible().unwrap_or(false) {
        return;
    }
    let shown = if is_quiet {
        window.minimize().and_then(|()| window.show())
    } else {
        window.show().and_then(|()| window.set_focus())
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window could not be shown");
    }
}

/// The size at the first start: the designed one, or less if the screen is smaller.
fn first_size(handle: &AppHandle) -> (f64, f64) {
    let Ok(Some(screen)) = handle.primary_monitor() else { return SIZE };
    let room = screen.work_area().size.to_logical::<f64>(screen.scale_factor());
    (SIZE.0.min(room.width).max(LEAST_SIZE.0), SIZE.1.min(room.height).max(LEAST_SIZE.1))
}

/// Moves the window back, and makes it smaller, if it is on a screen that is gone or does not fit its screen.
fn keep_on_screen(window: &WebviewWindow) -> tauri::Result<()> {
    let (at, inner, outer) = (window.outer_position()?, window.inner_size()?, window.outer_size()?);
    if inner.width < 100 || inner.height < 100 {
        // The window is not laid out yet, and has the size of its creation.
        return Ok(());
    }
    let screens: Vec<Area> = window.available_monitors()?.iter().map(|screen| Area::of(screen.work_area())).collect();
    if let Some(better) = clamped(Area { x: at.x, y: at.y, width: outer.width, height: outer.height }, &screens) {
        window.set_size(inside(better, inner, outer))?;
        window.set_position(PhysicalPosition::new(better.x, better.y))?;
    }
    Ok(())
}

/// The size of the page in a window of this area: the area without title and borders, which are the difference of `outer` and
/// `inner`.
fn inside(window: Area, inner: PhysicalSize<u32>, outer: PhysicalSize<u32>) -> PhysicalSize<u32> {
    let (borders, title) = (outer.width.saturating_sub(inner.width), outer.height.saturating_sub(inner.height));
    PhysicalSize::new(window.width.saturating_sub(borders), window.height.saturating_sub(title))
}

/// A rectangle of the desktop, physical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
}

impl Area {
    fn of(rect: &tauri::PhysicalRect<i32, u32>) -> Self {
        Self { x: rect.position.x, y: rect.position.y, width: rect.size.width, height: rect.size.height }
    }

    fn right(self) -> i64 {
        i64::from(self.x) + i64::from(self.width)
    }

    fn bottom(self) -> i64 {
        i64::from(self.y) + i64::from(self.height)
    }

    /// The number of pixels in both areas.
    fn common(self, other: Self) -> i64 {
        let width = self.right().min(other.right()) - i64::from(self.x.max(other.x));
        let height = self.bottom().min(other.bottom()) - i64::from(self.y.max(other.y));
        width.max(0) * height.max(0)
    }
}

/// The nearest area for the window that is wholly on one screen: the screen that shows most of it. `None` if it is there already.
fn clamped(window: Area, screens: &[Area]) -> Option<Area> {
    let screen = *screens.iter().max_by_key(|screen| screen.common(window))?;
    let (width, height) = (window.width.min(screen.width), window.height.min(screen.height));
    let into = |at: i32, from: i32, room: u32| {
        let last = i64::from(from) + i64::from(room);
        i32::try_from(i64::from(at).clamp(i64::from(from), last)).unwrap_or(from)
    };
    let x = into(window.x, screen.x, screen.width - width);
    let y = into(window.y, screen.y, screen.height - height);
    let better = Area { x, y, width, height };
    (better != window).then_some(better)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area { x: 0, y: 0, width: 1366, height: 728 };
    const RIGHT: Area = Area { x: 1366, y: 0, width: 1920, height: 1080 };

    #[test]
    fn the_window_shows_its_own_page_and_no_other() {
        assert!(is_own_page(&"tauri://localhost/index.html".parse().unwrap()));
        for elsewhere in
            ["https://example.org/", "file:///etc/passwd", "data:text/html,x", "tauri://elsewhere/", "javascript:1"]
        {
            assert!(!is_own_page(&elsewhere.parse().unwrap()), "{elsewhere}");
        }
        assert_eq!(is_own_page(&"http://tauri.localhost/".parse().unwrap()), cfg!(windows));
    }

    #[test]
    fn a_window_that_is_well_is_left_alone() {
        assert_eq!(clamped(Area { x: 10, y: 10, width: 1280, height: 700 }, &[SCREEN]), None);
        assert_eq!(clamped(Area { x: 1500, y: 100, width: 1280, height: 800 }, &[SCREEN, RIGHT]), None);
        assert_eq!(clamped(Area { x: 0, y: 0, width: 1280, height: 800 }, &[]), None, "no screen is known");
    }

    #[test]
    fn a_window_of_a_screen_that_is_gone_comes_back() {
        let window = Area { x: 1500, y: 100, width: 1280, height: 700 };
        assert_eq!(clamped(window, &[SCREEN]), Some(Area { x: 86, y: 28, ..window }));
        let minimised = Area { x: -32000, y: -32000, width: 1280, height: 700 };
        assert_eq!(clamped(minimised, &[SCREEN]), Some(Area { x: 0, y: 0, ..minimised }));
    }

    #[test]
    fn a_window_larger_than_its_screen_shrinks() {
        let window = Area { x: 0, y: 0, width: 2000, height: 800 };
        assert_eq!(clamped(window, &[SCREEN]), Some(SCREEN));
    }

    #[test]
    fn a_first_window_that_fills_the_screen_shrinks_by_its_title_and_borders() {
        let (inner, outer) = (PhysicalSize::new(1280, 728), PhysicalSize::new(1296, 767));
        let better = clamped(Area { x: 43, y: 0, width: outer.width, height: outer.height }, &[SCREEN]).unwrap();
        assert_eq!(better, Area { x: 43, y: 0, width: 1296, height: 728 });
        assert_eq!(inside(better, inner, outer), PhysicalSize::new(1280, 689));
    }
}
