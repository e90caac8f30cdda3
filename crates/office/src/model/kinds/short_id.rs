//! The short id in an entry's text: the correlation marker of refills.

use crate::model::operation_id::OperationId;

/// The eight hex digits of the first short id in a comment, without `#`, whichever operation's. Example: `1a2b3c4d` of
/// `#1a2b3c4d birthday`.
pub fn first_short_id(comment: &str) -> Option<&str> {
    short_ids(comment).next()
}

/// All short ids in a comment, without `#`.
fn short_ids(comment: &str) -> impl Iterator<Item = &str> {
    comment.split('#').skip(1).filter_map(|rest| rest.get(..8)).filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a shown text may be what a server left of `whole`: its beginning, with or without dots after it, in whatever case.
pub fn may_be_cut(whole: &str, shown: &str) -> bool {
    let left = shown.trim().trim_end_matches(['.', '…']).trim_end().to_lowercase();
    whole.to_lowercase().starts_with(&left)
}

/// Whether a comment of an entry carries short ids of other operations, of whatever kind, and not the operation's own.
///
/// Example: the entry of a refill says `#1a2b3c4d`. For a purchase it is another's, although purchases have another marker. The
/// contents of a purchase end with its own short id, after whatever a person typed.
pub fn names_another(id: OperationId, comment: Option<&str>) -> bool {
    let own = id.short();
    let is_own = |short: &str| own.strip_prefix('#').is_some_and(|own| own.eq_ignore_ascii_case(short));
    let mut shown = comment.into_iter().flat_map(short_ids).peekable();
    shown.peek().is_some() && !shown.any(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_with_its_own_short_id_is_not_anothers_whatever_else_it_says() {
        let id = OperationId("1a2b3c4d-0000-4000-8000-000000000000".parse().unwrap());
        for (comment, expected) in [
            ("Пицца #1a2b3c4d", false),
            ("#deadbeef из старого заказа #1A2B3C4D", false),
            ("#deadbeef", true),
            ("Пицца № 12", false),
            ("#1a2b", false),
        ] {
            assert_eq!(names_another(id, Some(comment)), expected, "{comment}");
        }
        assert!(!names_another(id, None));
    }

    #[test]
    fn the_beginning_of_a_text_may_be_what_a_server_left_of_it() {
        let whole = "#1a2b3c4d день рождения";
        for (shown, expected) in [
            ("#1a2b", true),
            ("#1A2B…", true),
            ("#1a2b3c...", true),
            ("#", true),
            ("…", true),
            ("#1a2c", false),
            ("касса", false),
            ("a2b", false),
            ("#1a2b3c4d день рождения, ещё", false),
        ] {
            assert_eq!(may_be_cut(whole, shown), expected, "{shown}");
        }
    }
}
