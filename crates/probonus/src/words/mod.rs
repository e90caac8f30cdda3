//! The values of the protocol. Each is checked once, when it is made, and trusted afterwards.

mod check_guid;
mod clean;
mod ids;
mod kopecks;
mod phone;
mod time;
#[cfg(feature = "specta")]
mod typescript;

pub use check_guid::{CheckGuid, CheckGuidError};
pub use clean::is_invisible;
pub use ids::{AccountId, GroupId, ReceiptId, RestCode, RestCodeError, StationCode, StationCodeError};
pub use kopecks::{Kopecks, KopecksError};
pub use phone::{Phone, PhoneError};
pub use time::{Period, PeriodError, ServerTime};
