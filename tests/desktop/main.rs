//! The real window, with a real keychain, against a real server. Run by `cargo xtask test --only desktop`.
fn main() {}
