//! The pause between requests to a server that limits their number (status 429).
//!
//! Without it every rejected request uses up the quota of the next one. An operation that needs five reads would never get
//! through all five.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The shortest distance, and the first one if the server names none. A little more than a second: limiters count whole seconds.
const FIRST: Duration = Duration::from_millis(1_100);
/// The longest distance. If the server wants more, the call fails with its 429, and the caller may try again later.
const LONGEST: Duration = Duration::from_secs(15);
/// How long the distance is kept after the last 429.
const KEPT_FOR: Duration = Duration::from_mins(5);

#[derive(Clone, Copy, Debug)]
struct Kept {
    every: Duration,
    until: Instant,
    /// When the next request may start.
    next: Instant,
    /// When the distance last became longer or shorter.
    since: Instant,
}

/// The distance between the starts of two requests. There is none until a server answers 429.
#[derive(Debug, Default)]
pub(super) struct Distance(Mutex<Option<Kept>>);

impl Distance {
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn of one request. First come, first served.
    pub(super) async fn wait(&self) {
        let turn = self.turn(Instant::now());
        if let Some(turn) = turn {
            tokio::time::sleep_until(turn).await;
        }
    }

    /// When the next request may start; `None`: now.
    fn turn(&self, now: Instant) -> Option<Instant> {
        let mut kept = self.kept();
        let known = kept.as_mut()?;
        if now >= known.until {
            *kept = None;
            return None;
        }
        let turn = known.next.max(now);
        known.next = turn + known.every;
        Some(turn)
    }

    /// Sets the distance after a 429. `asked` is the pause that the server asks for.
    ///
    /// Without it the distance is [`FIRST`] and doubles with every further 429, up to [`LONGEST`]. A 429 that comes sooner than
    /// one distance after the last change does not double it: its request may have started before that change.
    pub(super) fn keep(&self, asked: Option<Duration>, now: Instant) {
        let mut kept = self.kept();
        let doubled = match *kept {
            Some(known) if now < known.since + known.every => known.every,
            Some(known) => known.every * 2,
            None => FIRST,
        };
        let every = asked.unwrap_or(doubled).clamp(FIRST, LONGEST);
        let next = kept.map_or(now + every, |known| known.next.max(now + every));
        let since = kept.filter(|known| known.every == every).map_or(now, |known| known.since);
        *kept = Some(Kept { every, until: now + KEPT_FOR, next, since });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_keep_the_distance_that_a_server_asks_for() {
        let distance = Distance::default();
        let began = Instant::now();
        distance.wait().await;
        assert_eq!(began.elapsed(), Duration::ZERO, "nobody asked for a distance");
        distance.keep(Some(Duration::from_secs(3)), Instant::now());
        for expected in [3, 6, 9] {
            distance.wait().await;
            assert_eq!(began.elapsed(), Duration::from_secs(expected));
        }
        tokio::time::advance(KEPT_FOR).await;
        assert_eq!(distance.turn(Instant::now()), None, "it is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn a_distance_that_is_too_short_grows_up_to_a_bound() {
        let distance = Distance::default();
        let every = |distance: &Distance| distance.kept().map(|kept| kept.every);
        for _ in 0..3 {
            distance.keep(None, Instant::now());
        }
        assert_eq!(every(&distance), Some(FIRST), "three that were out together count as one");
        for _ in 0..9 {
            tokio::time::advance(LONGEST).await;
            distance.keep(None, Instant::now());
        }
        assert_eq!(every(&distance), Some(LONGEST));
    }
}
