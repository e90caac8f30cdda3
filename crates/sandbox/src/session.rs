//! Sessions: access tokens that expire, refresh tokens that work once.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// All sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sessions {
    seed: u64,
    issued: u64,
    /// Access tokens, and the end of their validity.
    access: BTreeMap<String, Timestamp>,
    /// Refresh tokens that have not been used.
    refresh: Vec<String>,
}

/// A session's tokens.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Sessions {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, issued: 0, access: BTreeMap::new(), refresh: Vec::new() }
    }

    /// Opens a session.
    pub(crate) fn open(&mut self, now: Timestamp, life: Duration) -> Tokens {
        let life = SignedDuration::try_from(life).unwrap_or(SignedDuration::from_hours(1));
        let tokens = Tokens { access: self.token("at"), refresh: self.token("rt") };
        self.access.retain(|_, until| *until > now);
        self.access.insert(tokens.access.clone(), now.saturating_add(life).unwrap_or(now));
        self.refresh.push(tokens.refresh.clone());
        tokens
    }

    /// Opens a session for a refresh token, which then becomes invalid. `None` if the token is invalid or unknown.
    pub(crate) fn renew(&mut self, refresh: &str, now: Timestamp, life: Duration) -> Option<Tokens> {
        let place = self.refresh.iter().position(|known| known == refresh)?;
        self.refresh.remove(place);
        Some(self.open(now, life))
    }

    /// Whether an access token is valid at `now`.
    pub(crate) fn admits(&self, access: &str, now: Timestamp) -> bool {
        self.access.get(access).is_some_and(|until| now < *until)
    }

    pub(crate) fn end_all(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    fn token(&mut self, prefix: &str) -> String {
        self.issued += 1;
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(self.issued);
        format!("{prefix}-{:016x}{:016x}", rng.next_u64(), rng.next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_works_once_and_an_access_token_for_its_life() {
        let life = Duration::from_secs(60);
        let now = Timestamp::UNIX_EPOCH;
        let later = now + SignedDuration::from_secs(60);
        let mut sessions = Sessions::new(7);
        let first = sessions.open(now, life);
        assert!(sessions.admits(&first.access, now));
        assert!(!sessions.admits(&first.access, later));
        let second = sessions.renew(&first.refresh, later, life).unwrap();
        assert!(sessions.admits(&second.access, later));
        assert!(sessions.renew(&first.refresh, later, life).is_none());
    }
}
