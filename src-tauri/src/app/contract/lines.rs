//! Errors of lines that can't be overruled, for the page.

use probonus::binding::OverruleError;

use crate::error::{AppError, FieldCode, FieldError};

/// The error of a line that can't be overruled, at the field where it was typed.
pub(super) fn bad_line(field: &str, error: &OverruleError) -> AppError {
    let code = problem_of(error);
    AppError::invalid(vec![FieldError::new(field, code)]).with(|details| details.technical = Some(error.to_string()))
}

/// What is wrong with a line that can't be overruled.
pub(super) const fn problem_of(error: &OverruleError) -> FieldCode {
    match error {
        OverruleError::NoRoom(_) | OverruleError::Taken { .. } => FieldCode::NoRoom,
        OverruleError::Secret(_) => FieldCode::SecretInClear,
        _ => FieldCode::NotUnderstood,
    }
}
