//! What the cross does, and what the icon says.

use super::{
    ports::TrayFace,
    words::{Words, filled},
};

/// What the cross of the window does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// It ends the program.
    End,
    /// It hides the window, and the icon stays.
    Hide,
    /// The page says first that the window will be hidden. The next cross hides it, whatever became of those words.
    Explain,
}

/// What the cross does. The window is hidden only if a person can see the icon: otherwise nothing would bring it back.
///
/// | icon wanted | icon seen | explained | |
/// |---|---|---|---|
/// | no | | | end |
/// | yes | no | | end |
/// | yes | yes | no | explain |
/// | yes | yes | yes | hide |
#[must_use]
pub const fn closing(is_wanted: bool, is_shown: bool, is_explained: bool) -> Closing {
    match (is_wanted && is_shown, is_explained) {
        (false, _) => Closing::End,
        (true, false) => Closing::Explain,
        (true, true) => Closing::Hide,
    }
}

/// What the icon says, with so many operations of unknown outcome.
#[must_use]
pub fn face(words: &Words, unknown: u32) -> TrayFace {
    let (tray, count) = (&words.tray, unknown.to_string());
    let with_count = |text: &str| filled(text, &[("count", &count)]);
    TrayFace {
        title: if unknown == 0 { tray.title.clone() } else { with_count(&tray.unknown_title) },
        open: tray.open.clone(),
        unknown: (unknown > 0).then(|| with_count(&tray.unknown)),
        quit: tray.quit.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::desktop::words::words, shape::Language};

    #[test]
    fn the_window_is_hidden_only_if_its_icon_is_seen() {
        for is_explained in [false, true] {
            assert_eq!(closing(false, true, is_explained), Closing::End);
            assert_eq!(closing(true, false, is_explained), Closing::End);
        }
        assert_eq!(closing(true, true, false), Closing::Explain);
        assert_eq!(closing(true, true, true), Closing::Hide);
    }

    #[test]
    fn the_icon_tells_how_many_outcomes_are_unknown_in_the_users_language() {
        let quiet = face(words(Language::Ru), 0);
        assert_eq!((quiet.title.as_str(), quiet.unknown), ("ProBonus Office", None));
        let two = face(words(Language::Ru), 2);
        assert_eq!(two.title, "ProBonus Office — исход неизвестен: 2");
        assert_eq!(two.unknown.as_deref(), Some("Исход неизвестен: 2"));
        assert_eq!(face(words(Language::En), 1).title, "ProBonus Office: outcome unknown: 1");
    }
}
