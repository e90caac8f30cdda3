//! The lowest room: types that errors, forms and views all speak of. It imports nothing of the program.

mod connection;
mod duplicate;
mod halt;
mod mode;
mod origin;
mod profile;

pub use connection::{AuthKind, KeychainProblem, ProxyKind, Step};
pub use duplicate::SuspectedDuplicateView;
pub use halt::HaltView;
pub use mode::{Language, Mode};
pub use origin::{Mark, Origin, OriginKind};
pub use profile::{ProfileFieldView, ProfileView, Typed, profile_fields};
