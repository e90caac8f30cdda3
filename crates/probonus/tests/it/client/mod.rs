//! The client against servers, proxies and wires that misbehave in every way we know.

mod about;
mod authority;
mod cache;
mod delivery;
mod echo;
mod files;
mod history;
mod limits;
mod memory;
mod network;
mod nodes;
mod pace;
mod proxy;
mod redirects;
mod session;
mod support;
mod text;
mod tls;
