//! The arguments of the program.

use std::path::PathBuf;

use crate::{
    app::machine::autostart::entry::{AT_SIGN_IN, HOME},
    shape::Opening,
};

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
  probonus-office --at-sign-in окно не поднимать: так её открывает система при входе
  probonus-office --home=ПАПКА папка данных, вместо переменной PROBONUS_OFFICE_HOME
  probonus-office --version    версия программы
  probonus-office --help       эта справка

Папка данных: переменная PROBONUS_OFFICE_HOME. Подробность журнала работы: PROBONUS_OFFICE_LOG.";

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The window.
    Window(WindowWish),
    /// The version, without a window.
    Version,
    /// The help, without a window.
    Help,
}

/// How the window is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WindowWish {
    /// In which mode.
    pub opening: Opening,
    /// The system opens it at the sign-in, nobody asked for it.
    pub at_sign_in: bool,
    /// The data folder, if the arguments name one.
    pub home: Option<PathBuf>,
}

impl Wish {
    /// Reads the arguments. Unknown ones are skipped: desktops add arguments of their own.
    pub fn read(arguments: impl Iterator<Item = String>) -> Self {
        let mut window = WindowWish::default();
        for argument in arguments {
            match argument.as_str() {
                "--version" | "-V" => return Self::Version,
                "--help" | "-h" => return Self::Help,
                SAFE_MODE => window.opening = Opening::Safe,
                // The safe mode wins: it allows no network, not even that of the training server.
                TRAINING if window.opening == Opening::AsLeft => window.opening = Opening::Training,
                AT_SIGN_IN => window.at_sign_in = true,
                other => {
                    let home = other.strip_prefix(HOME).filter(|home| !home.is_empty());
                    window.home = home.map(PathBuf::from).or(window.home);
                }
            }
        }
        Self::Window(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(opening: Opening) -> Wish {
        Wish::Window(WindowWish { opening, ..WindowWish::default() })
    }

    fn read(arguments: &[&str]) -> Wish {
        Wish::read(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn version_and_help_need_no_window() {
        assert_eq!(read(&["--version"]), Wish::Version);
        assert_eq!(read(&["--training", "-h"]), Wish::Help);
        assert_eq!(read(&["--training"]), window(Opening::Training));
        assert_eq!(read(&["-psn_0_1"]), window(Opening::AsLeft));
    }

    #[test]
    fn a_start_at_the_sign_in_names_its_data_folder() {
        let Wish::Window(window) = read(&["--at-sign-in", "--home=/srv/касса 2", "--home="]) else { panic!() };
        assert_eq!((window.at_sign_in, window.home), (true, Some("/srv/касса 2".into())));
        assert_eq!(window.opening, Opening::AsLeft);
        for argument in [AT_SIGN_IN, HOME] {
            assert!(HELP.contains(argument), "{argument}");
        }
    }

    #[test]
    fn the_safe_mode_wins_and_the_help_names_it() {
        for arguments in [["--safe-mode", "--training"], ["--training", "--safe-mode"]] {
            assert_eq!(read(&arguments), window(Opening::Safe));
        }
        assert!(HELP.contains(SAFE_MODE));
    }
}
