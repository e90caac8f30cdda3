//! A process that crashes: its future is polled a number of times and then dropped at the await where it stands.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Runs `process_run` to its end. After `polls` polls, or when `died` is ready, it is dropped where it stands, and the result
/// is `None`.
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

/// Runs `work` to its end, and the endless `background` beside it.
pub async fn beside<T>(work: impl Future<Output = T>, background: impl Future<Output = ()>) -> T {
    let (mut work, mut background) = (pin!(work), pin!(background));
    poll_fn(|context| {
        let _ = background.as_mut().poll(context);
        work.as_mut().poll(context)
    })
    .await
}
