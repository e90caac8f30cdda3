//! An event of the program.

/// An event on its way to the page.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub name: &'static str,
    pub payload: String,
}
