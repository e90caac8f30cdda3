//! The arguments of the program.

use crate::shape::Opening;

/// Starts in the training mode, whatever the mode of the last run was.
const TRAINING: &str = "--training";

/// Starts without a network.
const SAFE_MODE: &str = "--safe-mode";

/// What is printed for `--help`.
pub const HELP: &str = "\
ProBonus Office: бонусы гостей из офиса ресторана

  probonus-office              открыть окно
  probonus-office --training   открыть окно в учебном режиме
  probonus-office --safe-mode  безопасный режим: без сети, ничего не отправляется, журнал можно читать
  probonus-office --version    версия программы
  probonus-office --help       эта справка

Папка данных: переменная PROBONUS_OFFICE_HOME. Подробность журнала работы: PROBONUS_OFFICE_LOG.";

/// What the arguments ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The window.
    Window(Opening),
    /// The version, without a window.
    Version,
    /// The help, without a window.
    Help,
}

impl Wish {
    /// Reads the arguments. Unknown ones are skipped: desktops add arguments of their own.
    pub fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut opening = Opening::AsLeft;
        for argument in arguments {
            match argument.as_str() {
                "--version" | "-V" => return Self::Version,
                "--help" | "-h" => return Self::Help,
                SAFE_MODE => opening = Opening::Safe,
                // The safe mode wins: it allows no network, not even that of the training server.
                TRAINING if opening == Opening::AsLeft => opening = Opening::Training,
                _ => {}
            }
        }
        Self::Window(opening)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Wish {
        Wish::read(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn version_and_help_need_no_window() {
        assert_eq!(read(&["--version"]), Wish::Version);
        assert_eq!(read(&["--training", "-h"]), Wish::Help);
        assert_eq!(read(&["--training"]), Wish::Window(Opening::Training));
        assert_eq!(read(&["-psn_0_1"]), Wish::Window(Opening::AsLeft));
    }

    #[test]
    fn the_safe_mode_wins_and_the_help_names_it() {
        for arguments in [["--safe-mode", "--training"], ["--training", "--safe-mode"]] {
            assert_eq!(read(&arguments), Wish::Window(Opening::Safe));
        }
        assert!(HELP.contains(SAFE_MODE));
    }
}
