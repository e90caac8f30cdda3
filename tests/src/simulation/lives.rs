//! A program that dies: its work is polled so many times, and then dropped where it stands.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Runs `life` to its end; or until it has been polled `polls` times, or `died` comes: then it is dropped at whatever
/// await it stands, and `None` is the answer.
pub async fn run<T>(mut polls: u64, life: impl Future<Output = T>, died: impl Future<Output = ()>) -> Option<T> {
    let (mut life, mut died) = (pin!(life), pin!(died));
    poll_fn(|context| {
        if polls == 0 || died.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        polls -= 1;
        let done = life.as_mut().poll(context).map(Some);
        if done.is_pending() && died.as_mut().poll(context).is_ready() { Poll::Ready(None) } else { done }
    })
    .await
}

/// Runs `work` to its end, and `background`, which has none, beside it.
pub async fn beside<T>(work: impl Future<Output = T>, background: impl Future<Output = ()>) -> T {
    let (mut work, mut background) = (pin!(work), pin!(background));
    poll_fn(|context| {
        let _ = background.as_mut().poll(context);
        work.as_mut().poll(context)
    })
    .await
}
