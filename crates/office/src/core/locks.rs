//! Locks by name: work on one account, or on one operation, is done by one task at a time, in the order of asking.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, Notify, OwnedMutexGuard};

/// Locks by name. A lock no one holds or waits for takes no memory.
pub(crate) struct Locks<K: Ord + Clone> {
    map: Mutex<BTreeMap<K, Arc<AsyncMutex<()>>>>,
    released: Arc<Notify>,
}

impl<K: Ord + Clone> Locks<K> {
    /// No locks; `released` is told of each release.
    pub fn new(released: Arc<Notify>) -> Self {
        Self { map: Mutex::new(BTreeMap::new()), released }
    }

    /// Waits for the lock named `key`; first come, first served.
    pub async fn lock(&self, key: K) -> LockGuard<'_, K> {
        let lock = Arc::clone(self.map().entry(key.clone()).or_default());
        // The guard exists before the wait, so that a waiter that is dropped removes its entry as well.
        let mut waiter = LockGuard { locks: self, key, guard: None };
        waiter.guard = Some(lock.lock_owned().await);
        waiter
    }

    /// Takes the lock named `key`, if nobody holds or waits for it.
    pub fn try_lock(&self, key: K) -> Option<LockGuard<'_, K>> {
        let mut map = self.map();
        if map.contains_key(&key) {
            return None;
        }
        let lock = Arc::<AsyncMutex<()>>::default();
        let guard = Arc::clone(&lock).try_lock_owned().ok()?;
        map.insert(key.clone(), lock);
        Some(LockGuard { locks: self, key, guard: Some(guard) })
    }

    /// Whether someone holds or waits for the lock.
    pub fn is_busy(&self, key: &K) -> bool {
        self.map().contains_key(key)
    }

    fn map(&self) -> std::sync::MutexGuard<'_, BTreeMap<K, Arc<AsyncMutex<()>>>> {
        // A panic while the map was held leaves the map valid: every use is a single call.
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A held lock; released by dropping it.
pub(crate) struct LockGuard<'a, K: Ord + Clone> {
    locks: &'a Locks<K>,
    key: K,
    guard: Option<OwnedMutexGuard<()>>,
}

impl<K: Ord + Clone> Drop for LockGuard<'_, K> {
    fn drop(&mut self) {
        self.guard = None;
        let mut map = self.locks.map();
        // One reference is the map's own; others are holders and waiters.
        if map.get(&self.key).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            map.remove(&self.key);
        }
        drop(map);
        self.locks.released.notify_one();
    }
}
