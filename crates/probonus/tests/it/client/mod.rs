//! The client against servers, proxies and wires that misbehave in every way we know.

mod delivery;
mod limits;
mod network;
mod redirects;
mod session;
mod support;
mod text;
mod tls;
