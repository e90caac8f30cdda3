//! The pause and the distance between requests to a server that limits their number (status 429).
//!
//! Without them every rejected request uses up the quota of the next one, and some servers begin their ban anew at each request. An
//! operation that needs five reads would never get through all five.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as Turns, Notify},
    time::Instant,
};

/// The shortest distance, and the first one if the server names none. A little more than a second: limiters count whole seconds.
const FIRST: Duration = Duration::from_millis(1_100);
/// The longest distance.
const LONGEST: Duration = Duration::from_secs(15);
/// The longest pause in which a request waits. If more is left of it, the request fails at once: a person may wait for it. It is
/// also the distance after a longer pause, until the first answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest pause that is kept. A longer one may be a mistake (a date by a wrong clock), and one request in ten minutes does no
/// harm. Most bans last no longer: fail2ban's is of ten minutes.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// How long the distance is kept after the pause of the last 429.
const KEPT_FOR: Duration = Duration::from_mins(2);
/// After so many answers without a 429 a distance that met one is tried again, by half.
const CALM: u32 = 6;

/// What a request is: the server may limit writes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Load {
    Read,
    Write,
}

#[derive(Clone, Copy, Debug)]
struct Kept {
    every: Duration,
    /// The distance does not become shorter than this for now, because a shorter one met a 429.
    least: Duration,
    /// The distance before a write: the longest that was kept. A write that meets a 429 has an unknown outcome, a read is asked again.
    before_write: Duration,
    /// Answers without a 429 since `least` was set.
    calm: u32,
    /// No request starts before: the pause that the server asks for.
    closed_until: Instant,
    /// The same for writes alone: the server has limited a write, and may answer reads.
    writes_closed_until: Instant,
    /// When the last request started.
    last: Instant,
    /// When the distance last became longer or shorter.
    since: Instant,
}

impl Kept {
    fn closed_until(&self, load: Load) -> Instant {
        match load {
            Load::Read => self.closed_until,
            Load::Write => self.closed_until.max(self.writes_closed_until),
        }
    }

    fn every(&self, load: Load) -> Duration {
        match load {
            Load::Read => self.every,
            Load::Write => self.every.max(self.before_write),
        }
    }
}

/// The pause before the next request, and the distance between the starts of two. There are none until a server answers 429.
#[derive(Debug, Default)]
pub(super) struct Distance {
    kept: Mutex<Option<Kept>>,
    /// Held by the request whose turn is next: first come, first served.
    turns: Turns<()>,
    changed: Notify,
}

impl Distance {
    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn of one request.
    ///
    /// # Errors
    /// What is left of the server's pause, if that is more than [`PATIENCE`]: the request must not start.
    pub(super) async fn wait(&self, load: Load) -> Result<(), Duration> {
        if self.kept().is_none() {
            return Ok(());
        }
        let _turn = self.turns.lock().await;
        loop {
            let changed = self.changed.notified();
            let Some(due) = self.due(load, Instant::now())? else { return Ok(()) };
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(due) => {}
                () = changed => {}
            }
        }
    }

    /// When the next request may start; `None`: it starts now.
    fn due(&self, load: Load, now: Instant) -> Result<Option<Instant>, Duration> {
        let mut kept = self.kept();
        let Some(known) = kept.as_mut() else { return Ok(None) };
        if now >= known.closed_until(Load::Write) + KEPT_FOR {
            *kept = None;
            return Ok(None);
        }
        let closed_for = known.closed_until(load).saturating_duration_since(now);
        if closed_for > PATIENCE {
            return Err(closed_for);
        }
        let due = known.closed_until(load).max(known.last + known.every(load));
        if due > now {
            return Ok(Some(due));
        }
        known.last = now;
        Ok(None)
    }

    /// What is left of the server's pause, if a request would not wait for its end.
    pub(super) fn closed_for(&self, load: Load) -> Option<Duration> {
        let left = (*self.kept())?.closed_until(load).saturating_duration_since(Instant::now());
        Some(left).filter(|left| *left > PATIENCE)
    }

    /// Sets pause and distance after a 429. `asked` is the pause that the server asks for.
    ///
    /// | `asked` | pause | distance afterwards |
    /// |---|---|---|
    /// | none | the distance | [`FIRST`]; each further 429 doubles it, up to [`LONGEST`] |
    /// | 3 s | 3 s | 3 s |
    /// | 60 s | 60 s | [`PATIENCE`] |
    /// | an hour | [`LONGEST_PAUSE`] | [`PATIENCE`] |
    ///
    /// After a 429 to a write the pause holds for writes; reads keep the distance only, until one of them meets a 429 too. Example: a
    /// server answers 429 with two hours to a refill; guests are found all the same.
    ///
    /// A 429 that comes sooner than one distance after the last change does not double it: its request may have started before that
    /// change.
    pub(super) fn keep(&self, load: Load, asked: Option<Duration>, now: Instant) {
        let mut kept = self.kept();
        let is_news = kept.is_none_or(|known| now >= known.since + known.every);
        let doubled = kept.map(|known| if is_news { known.every * 2 } else { known.every });
        let every = asked.map_or(doubled.unwrap_or(FIRST), |asked| asked.min(PATIENCE)).clamp(FIRST, LONGEST);
        let pause = asked.unwrap_or(every).clamp(FIRST, LONGEST_PAUSE);
        // The first 429 says nothing of a distance: there was none.
        let met = doubled.filter(|_| is_news).unwrap_or(FIRST).min(PATIENCE);
        let least = kept.map_or(FIRST, |known| known.least.max(met));
        let every = every.max(least);
        let for_reads = if load == Load::Read { pause } else { every.min(pause) };
        let later =
            |known: fn(&Kept) -> Instant, until: Instant| kept.as_ref().map_or(until, |kept| known(kept).max(until));
        *kept = Some(Kept {
            every,
            least,
            before_write: kept.map_or(every, |known| known.before_write.max(every)),
            calm: 0,
            closed_until: later(|kept| kept.closed_until, now + for_reads),
            writes_closed_until: later(|kept| kept.writes_closed_until, now + pause),
            last: now,
            since: kept.filter(|known| known.every == every).map_or(now, |known| known.since),
        });
        drop(kept);
        self.changed.notify_waiters();
    }

    /// Halves the distance after an answer that is no 429, down to the least that met none. After [`CALM`] such answers that least is
    /// halved too, down to [`FIRST`]: the server may have been busy for a minute only.
    pub(super) fn shrink(&self, now: Instant) {
        let mut kept = self.kept();
        let Some(known) = kept.as_mut().filter(|known| now >= known.closed_until) else { return };
        known.calm += 1;
        if known.calm >= CALM {
            (known.least, known.calm) = ((known.least / 2).max(FIRST), 0);
        }
        if known.every <= known.least {
            return;
        }
        (known.every, known.since) = ((known.every / 2).max(known.least), now);
        drop(kept);
        self.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn every(distance: &Distance) -> Option<Duration> {
        distance.kept().map(|kept| kept.every)
    }

    #[tokio::test(start_paused = true)]
    async fn requests_keep_the_distance_that_a_server_asks_for() {
        let distance = Distance::default();
        let began = Instant::now();
        distance.wait(Load::Read).await.unwrap();
        assert_eq!(began.elapsed(), Duration::ZERO, "nobody asked for a distance");
        distance.keep(Load::Read, Some(seconds(3)), Instant::now());
        for expected in [3, 6, 9] {
            distance.wait(Load::Read).await.unwrap();
            assert_eq!(began.elapsed().as_secs(), expected);
        }
        tokio::time::advance(KEPT_FOR).await;
        assert_eq!(distance.due(Load::Read, Instant::now()), Ok(None));
        assert_eq!(every(&distance), None, "it is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn a_distance_that_is_too_short_grows_up_to_a_bound() {
        let distance = Distance::default();
        for _ in 0..3 {
            distance.keep(Load::Read, None, Instant::now());
        }
        assert_eq!(every(&distance), Some(FIRST), "three that were out together count as one");
        for _ in 0..9 {
            tokio::time::advance(LONGEST).await;
            distance.keep(Load::Read, None, Instant::now());
        }
        assert_eq!(every(&distance), Some(LONGEST));
    }

    /// A server that begins its ban anew at each request would ban the program for ever.
    #[tokio::test(start_paused = true)]
    async fn no_request_starts_before_the_time_that_a_server_names() {
        for (asked, pause) in [(60, 60), (600, 600), (86_400, 600)] {
            let distance = Distance::default();
            distance.keep(Load::Read, Some(seconds(asked)), Instant::now());
            assert_eq!(distance.wait(Load::Read).await, Err(seconds(pause)), "a person may wait for it");
            tokio::time::advance(seconds(pause - 10)).await;
            assert_eq!(distance.wait(Load::Read).await, Err(seconds(10)));
            tokio::time::advance(seconds(6)).await;
            let began = Instant::now();
            distance.wait(Load::Read).await.unwrap();
            assert_eq!(began.elapsed().as_secs(), 4, "the rest of it is waited for");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_wait_when_the_time_is_named_do_not_start_either() {
        let distance = std::sync::Arc::new(Distance::default());
        distance.keep(Load::Read, None, Instant::now());
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let distance = std::sync::Arc::clone(&distance);
                tokio::spawn(async move { distance.wait(Load::Read).await })
            })
            .collect();
        tokio::task::yield_now().await;
        distance.keep(Load::Read, Some(seconds(60)), Instant::now());
        for request in waiting {
            assert_eq!(request.await.unwrap(), Err(seconds(60)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_time_the_distance_shrinks_with_each_answer() {
        let distance = Distance::default();
        distance.keep(Load::Read, Some(seconds(60)), Instant::now());
        tokio::time::advance(seconds(60)).await;
        let began = Instant::now();
        for _ in 0..5 {
            distance.wait(Load::Read).await.unwrap();
            distance.shrink(Instant::now());
        }
        assert!(began.elapsed() < seconds(7), "{:?}", began.elapsed());
        assert_eq!(every(&distance), Some(FIRST));
    }

    /// A limiter of one request in three seconds is asked too soon once, not again and again.
    #[tokio::test(start_paused = true)]
    async fn a_distance_that_met_a_429_is_not_tried_again() {
        let distance = Distance::default();
        distance.keep(Load::Read, Some(seconds(3)), Instant::now());
        for _ in 0..2 {
            distance.wait(Load::Read).await.unwrap();
            distance.shrink(Instant::now());
        }
        distance.wait(Load::Read).await.unwrap();
        distance.keep(Load::Read, Some(seconds(3)), Instant::now());
        for _ in 0..5 {
            distance.wait(Load::Read).await.unwrap();
            distance.shrink(Instant::now());
        }
        assert!(every(&distance) >= Some(seconds(2)), "{:?}", every(&distance));
    }

    /// Example: four refills were answered 429 within twenty seconds; the server is well afterwards.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_well_again_is_soon_asked_at_the_first_distance() {
        let distance = Distance::default();
        for _ in 0..4 {
            tokio::time::advance(seconds(6)).await;
            distance.keep(Load::Write, Some(seconds(3)), Instant::now());
        }
        assert_eq!(every(&distance), Some(PATIENCE));
        let began = Instant::now();
        while every(&distance) != Some(FIRST) {
            distance.wait(Load::Read).await.unwrap();
            distance.shrink(Instant::now());
        }
        assert!(began.elapsed() < seconds(60), "{:?}", began.elapsed());
        let began = Instant::now();
        distance.wait(Load::Write).await.unwrap();
        assert!(began.elapsed() >= seconds(4), "a write keeps the distance that met none");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_that_a_write_met_is_for_writes() {
        let distance = Distance::default();
        distance.keep(Load::Write, Some(seconds(7_200)), Instant::now());
        distance.wait(Load::Read).await.unwrap();
        assert!(distance.closed_for(Load::Read).is_none());
        assert!(distance.wait(Load::Write).await.unwrap_err() > seconds(500));
        distance.keep(Load::Read, Some(seconds(60)), Instant::now());
        assert_eq!(distance.wait(Load::Read).await, Err(seconds(60)), "reads are limited as well");
    }
}
