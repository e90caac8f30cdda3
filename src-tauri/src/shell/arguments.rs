//! The arguments of the program.

/// Starts in the training mode, whatever was chosen before.
const TRAINING: &str = "--training";

/// What is printed for `--help`.
pub const HELP: &str = "\
ProBonus Office: бонусы гостей из офиса ресторана

  probonus-office              открыть окно
  probonus-office --training   открыть окно в учебном режиме
  probonus-office --version    версия программы
  probonus-office --help       эта справка

Папка данных: переменная PROBONUS_OFFICE_HOME. Подробность журнала работы: PROBONUS_OFFICE_LOG.";

/// What the program is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The window.
    Window {
        /// In training.
        training: bool,
    },
    /// The version, without a window.
    Version,
    /// The help, without a window.
    Help,
}

impl Wish {
    /// Reads the arguments. Unknown ones are skipped: desktops add arguments of their own.
    pub fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut training = false;
        for argument in arguments {
            match argument.as_str() {
                "--version" | "-V" => return Self::Version,
                "--help" | "-h" => return Self::Help,
                TRAINING => training = true,
                _ => {}
            }
        }
        Self::Window { training }
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
        assert_eq!(read(&["--training"]), Wish::Window { training: true });
        assert_eq!(read(&["-psn_0_1"]), Wish::Window { training: false });
    }
}
