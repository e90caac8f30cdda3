//! How much memory a run holds at most: an allocator that counts, per thread.
#![allow(unsafe_code, reason = "the trait of allocators is unsafe; this one passes every call on as it came")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

#[global_allocator]
static METER: Meter = Meter;

struct Meter;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

/// The most bytes that `work` held at once, over what was held before. What other threads do is not counted.
pub(crate) fn most_held_by(work: impl FnOnce()) -> usize {
    let before = HELD.get();
    MOST.set(before);
    work();
    usize::try_from(MOST.get() - before).unwrap_or_default()
}

fn count(change: isize) {
    // A thread that ends still frees.
    let held = HELD.try_with(|held| {
        held.set(held.get() + change);
        held.get()
    });
    if let Ok(held) = held {
        let _ = MOST.try_with(|most| most.set(most.get().max(held)));
    }
}

fn signed(size: usize) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}

// SAFETY: each call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Meter {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(signed(layout.size()));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-signed(layout.size()));
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_at_once_is_counted() {
        let small = most_held_by(|| (0..100).for_each(|_| drop(vec![0_u8; 1000])));
        let large = most_held_by(|| drop((0..100).map(|_| vec![0_u8; 1000]).collect::<Vec<_>>()));
        assert!((1000..20_000).contains(&small), "{small}");
        assert!((100_000..200_000).contains(&large), "{large}");
    }
}
