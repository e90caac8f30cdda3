//! What every command is written in: its answer, and the state that Tauri hands it.

use super::desk::Desk;
use crate::{app::App, error::AppError};

/// What every command answers.
pub(super) type Answer<T> = Result<T, AppError>;

/// What every command works on.
pub(super) type TheApp<'a> = tauri::State<'a, App>;

/// What commands ask of the desktop.
pub(super) type TheDesk<'a> = tauri::State<'a, Box<dyn Desk>>;
