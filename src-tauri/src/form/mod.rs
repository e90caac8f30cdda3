//! Forms as they were typed. Only here are they parsed into types of the domain.

mod connect;
mod day;
mod fields;
mod network;
mod operation;
mod search;
mod secret_constant;
mod typed;

pub(crate) use connect::{AuthForm, ConnectForm, DescriptionForm, Remember, SecretConstantEntry};
pub(crate) use network::ProxyForm;
pub(crate) use operation::{DecisionForm, OperationForm, parse_id};
pub(crate) use search::{OperationFilter, TransactionQuery};
pub(crate) use secret_constant::SecretConstantForm;

pub(crate) use typed::{TypedText, Understood, understand};

pub(crate) use day::{DayOf, read as read_day};
pub(crate) use fields::{Fields, percent};
