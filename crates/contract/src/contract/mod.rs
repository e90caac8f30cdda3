//! The contract: everything that is known of the protocol, in one table.
//!
//! Each capability has its path, verb and logical fields; each field its unit, its known spellings, whether the work
//! can be done without it, and where we know it from. The default [`Binding`](crate::binding::Binding), the matching
//! of a server's Swagger, the decoding of answers and `docs/api-contract.md` are all computed from it.

mod field;
mod markdown;
mod profile;
mod rows;
mod table;
mod unit;

pub use field::{Field, FieldSet, Spelt, normal, spelt};
pub use markdown::markdown;
pub use profile::{ProfileField, ProfileGroup, ProfileKind};
pub use rows::{FieldRow, MethodRow, Need, Origin};
pub use table::{TABLE, row};
pub use unit::{MoneyUnit, Unit};
