//! Types that every command uses: its answer, and the state that Tauri passes to it.

use super::desk::Desk;
use crate::{app::App, error::AppError};

/// The answer of every command.
pub(super) type Answer<T> = Result<T, AppError>;

/// The program, as Tauri passes it to a command.
pub(super) type TheApp<'a> = tauri::State<'a, App>;

/// The desktop, as Tauri passes it to a command.
pub(super) type TheDesk<'a> = tauri::State<'a, Box<dyn Desk>>;
