//! A program that dies: its work is polled so many times, and then dropped where it stands.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

/// Runs `windows` with `background` beside it until the windows are done, or `fuse` polls have been made: then both are
/// dropped at whatever await they stand, and `None` is the answer.
pub async fn run<T>(
    mut fuse: u64,
    windows: impl Future<Output = T>,
    background: impl Future<Output = ()>,
) -> Option<T> {
    let (mut windows, mut background) = (pin!(windows), pin!(background));
    poll_fn(|context| {
        if fuse == 0 {
            return Poll::Ready(None);
        }
        fuse -= 1;
        // The background never ends by itself.
        let _ = background.as_mut().poll(context);
        windows.as_mut().poll(context).map(Some)
    })
    .await
}
