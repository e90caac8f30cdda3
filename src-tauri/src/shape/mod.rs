//! The lowest room: types that errors, forms and views share. It imports nothing of the program.

mod connection;
mod duplicate;
mod halt;
mod mode;
mod opening;
mod origin;
mod profile;
mod shown;

pub(crate) use connection::{AuthKind, KeychainProblem, ProxyKind, Step};
pub(crate) use duplicate::SuspectedDuplicateView;
pub(crate) use halt::HaltView;
pub(crate) use mode::{Language, Mode};
pub(crate) use opening::Opening;
pub(crate) use origin::{Origin, OriginKind, OverruledLine};
pub(crate) use profile::{ProfileFieldView, ProfileView, Typed, profile_fields};
pub(crate) use shown::{shown, shown_message, shown_name};
