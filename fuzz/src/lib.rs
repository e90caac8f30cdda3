//! What reads foreign bytes, asked with every kind of bytes: coverage-guided by libFuzzer (`cargo xtask fuzz`), and again in
//! every test run with the inputs that were kept.
//!
//! A target does more than not to panic. Each asks what must hold of every answer that it got: a sum that was read is in
//! the bytes, a binding that was learnt survives its file, a request can be sent. And each run has a limit of memory.

#![allow(clippy::expect_used, reason = "a target that is wrong stops the run: that is its work")]

mod answer;
mod calls;
mod kopecks;
mod memory;
mod phone;
mod swagger;

pub use answer::answer;
pub use kopecks::kopecks;
pub use phone::phone;
pub use swagger::swagger;

/// What is asked of some bytes: panics if something does not hold.
pub type Target = fn(&[u8]);

/// Every target, and the name of its folder of inputs.
pub const TARGETS: [(&str, Target); 4] =
    [("swagger", swagger), ("answer", answer), ("kopecks", kopecks), ("phone", phone)];

/// The bytes that one run may hold at once. The largest input of a campaign is far below a megabyte.
pub const MOST_MEMORY: usize = 64 << 20;

/// Runs a target within its limit of memory.
///
/// # Panics
/// If the target does, or if it held more than [`MOST_MEMORY`] at once.
pub fn run(target: Target, data: &[u8]) {
    let held = memory::most_held_by(|| target(data));
    assert!(held <= MOST_MEMORY, "{held} bytes were held at once for an input of {}", data.len());
}
