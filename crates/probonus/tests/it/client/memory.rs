//! Memory is bounded: measured by what is allocated on the test's own thread, on which all of it happens.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use futures::StreamExt as _;
use probonus::{
    ErrorKind, Loyalty,
    client::{BodyStream, Limits, Transport, TransportError},
};

use super::support::builder;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, with a count for each thread.
struct Counting;

fn count(change: isize) {
    // A thread that is ending has no count any more.
    let _ = NOW.try_with(|now| {
        now.set(now.get() + change);
        PEAK.try_with(|peak| peak.set(peak.get().max(now.get())))
    });
}

#[expect(unsafe_code, reason = "passes everything on to the system's allocator")]
// SAFETY: each call goes to `System` as it came; the counts allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller's own promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: the caller's own promise.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes held at most while something is done, beyond what was held before it.
async fn peak_of(what: impl Future<Output = ()>) -> isize {
    let before = NOW.get();
    PEAK.set(before);
    what.await;
    PEAK.get() - before
}

const CHUNK: usize = 64 * 1024;
const LIMIT: u64 = 1024 * 1024;

/// Answers with chunks for as long as they are taken.
struct Endless {
    encoding: &'static str,
    chunk: Vec<u8>,
}

#[async_trait]
impl Transport for Endless {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<BodyStream>, TransportError> {
        let chunk = self.chunk.clone();
        let body = futures::stream::repeat_with(move || Ok(Bytes::from(chunk.clone()))).boxed();
        let answer = http::Response::builder().header("content-type", "application/json");
        Ok(answer.header("content-encoding", self.encoding).body(body).unwrap())
    }
}

/// Whole members of gzip, each of a mebibyte of spaces: unpacked, a chunk is a thousand times as large.
fn bomb() -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut packer, &vec![b' '; 1024 * 1024]).unwrap();
    packer.finish().unwrap().repeat(32)
}

#[tokio::test]
async fn an_endless_answer_holds_no_more_than_the_limit_allows() {
    for (encoding, chunk, kind) in
        [("identity", vec![b' '; CHUNK], ErrorKind::AnswerTooLarge), ("gzip", bomb(), ErrorKind::PackedTooLarge)]
    {
        let limits = Limits { answer: LIMIT, ..Limits::default() };
        let client = builder("http://bonus.example").limits(limits).transport(Arc::new(Endless { encoding, chunk }));
        let client = client.build().unwrap();
        let peak = peak_of(async { assert_eq!(client.groups().await.unwrap_err().kind(), kind) }).await;
        // The buffer doubles as it grows, and the old one is copied from; a few chunks are on their way.
        let most = 3 * LIMIT.cast_signed() as isize + 4 * CHUNK.cast_signed();
        assert!((CHUNK.cast_signed()..most).contains(&peak), "{encoding}: {peak} bytes, {most} allowed");
    }
}
