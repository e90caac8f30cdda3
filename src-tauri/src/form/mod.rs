//! Forms as they were typed. They are parsed here, and only here, into the words of the domain.

mod connect;
mod fields;
mod network;
mod operation;
mod search;

pub use connect::{AuthForm, ConnectForm, Remember};
pub use network::ProxyForm;
pub use operation::{DecisionForm, OperationForm, parse_id};
pub use search::{Asked, OperationFilter, TransactionQuery};

pub(crate) use fields::{Fields, day};
