//! The short id in an entry's text: the correlation marker of refills.

use probonus::Transaction;

use crate::model::operation_id::OperationId;

/// The eight hex digits of the first short id in a comment, without `#`, whichever operation's. Example: `1a2b3c4d` of
/// `#1a2b3c4d birthday`.
pub fn first_short_id(comment: &str) -> Option<&str> {
    comment.split('#').skip(1).filter_map(|rest| rest.get(..8)).find(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a shown text may be what a server left of `whole`: its beginning, with or without dots after it, in whatever case.
pub fn may_be_cut(whole: &str, shown: &str) -> bool {
    let left = shown.trim().trim_end_matches(['.', '…']).trim_end().to_lowercase();
    whole.to_lowercase().starts_with(&left)
}

/// Whether the comment of an entry carries the short id of another operation, of whatever kind.
///
/// Example: the entry of a refill says `#1a2b3c4d`. For a purchase it is another's, although purchases have another marker.
pub fn names_another(id: OperationId, entry: &Transaction) -> bool {
    entry.comment.as_deref().and_then(first_short_id).is_some_and(|short| !short.eq_ignore_ascii_case(&id.short()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
