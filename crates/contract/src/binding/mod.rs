//! The binding: how one server wants each capability of the contract.
//!
//! The default binding is the contract table itself. A server's Swagger document makes a better one (the crate
//! `probonus-swagger`), an administrator may overrule any [`Line`] of it, and each line remembers its [`Source`].
//! A binding is data: it is kept, exported and imported as JSON, and compared line by line.

mod asked;
mod calls;
mod discovered;
mod formats;
mod from_table;
mod keys;
mod lines;
mod model;
mod pages;
mod place;
mod problem;
mod report;
mod room;
mod safety;
mod words;

pub use formats::{Choice, DateFormat, Format, PartFormat, PhoneFormat, SexCodes};
pub use lines::{IN_KEYCHAIN, Line, LineChange, OverruleError, answer_key};
pub use model::{
    AnswerBinding, AnswerField, Binding, BodyKind, Constant, Counts, Document, ImportError, Json, MethodBinding, Pages,
    Scheme, SecretConstant, Slot, Source, Sourced, VERSION, Verb,
};
pub use place::Place;
pub use problem::{Danger, Problem};
pub use report::{MethodReport, Report, ReportLine, Verdict};
pub use safety::{is_free_header, is_secret_name, may_carry_the_secret, names_a_field_in_russian};
pub use words::{is_content_type, is_token as is_header_name};

pub use crate::contract::MoneyUnit;
