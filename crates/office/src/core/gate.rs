//! The gate that every write goes through, and what is known of the server.
//!
//! | what stops sending | set by | survives a restart |
//! |---|---|---|
//! | pause | the operator | yes |
//! | halt | a balance mismatch, or an operation that was applied more than once | yes |
//! | canary refill: other refills wait | the first refill to a server | yes |
//! | hold | whoever opened the office, while the contract is not accepted | no: it is set anew at each start |
//!
//! What survives is kept in the journal's notes.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    journal::port::Journal,
    model::{capability::Capability, journal_error::JournalError, operation::OperationId, queue::Halt},
};

const PAUSED: &str = "queue.paused";
const HALTED: &str = "queue.halted";

/// How sure it is that a server counts money in the unit that we send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitConfidence {
    /// No refill has proven it, and none is out as the canary: the next one becomes it.
    #[default]
    Unproven,
    /// The canary refill is out, or its balance is not verified yet. No other refill may go.
    // The journal's note has said `trial` since its first version.
    #[serde(rename = "trial")]
    Canary(OperationId),
    /// A refill changed the balance by exactly its sum.
    Proven,
}

/// Whether the times of this server's entries are local times of the office's zone, as the operation's own entry showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct LocalTime {
    /// The office's zone then. With another zone nothing is known.
    zone: String,
    agrees: bool,
}

#[derive(Clone, Debug, Default)]
struct GateState {
    paused: bool,
    held: bool,
    /// Each halt that nobody has looked at yet, the oldest first; at most one for an operation.
    halts: Vec<Halt>,
    unit_confidence: UnitConfidence,
    observed: BTreeSet<Capability>,
    local_time: Option<LocalTime>,
}

/// The note of halts. Older journals kept a single one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Halts {
    Many(Vec<Halt>),
    One(Box<Halt>),
}

impl Halts {
    fn into_list(self) -> Vec<Halt> {
        match self {
            Self::Many(halts) => halts,
            Self::One(halt) => vec![*halt],
        }
    }
}

/// The gate that every write goes through.
pub struct Gate {
    state: Mutex<GateState>,
    confidence_key: String,
    capabilities_key: String,
    local_time_key: String,
    /// Locked by a refill while the server's unit is not proven, so that only one canary is sent.
    pub canary: tokio::sync::Mutex<()>,
    /// Locked while the note of halts is written, so that a halt that comes while another is lifted is not lost.
    noting: tokio::sync::Mutex<()>,
}

impl Gate {
    pub async fn open(journal: &dyn Journal, server: &str) -> Result<Self, JournalError> {
        let (confidence_key, capabilities_key) = (format!("server.trust {server}"), format!("server.sights {server}"));
        let local_time_key = format!("server.local_time {server}");
        let state = GateState {
            paused: journal.note(PAUSED).await?.is_some(),
            held: false,
            halts: read::<Halts>(journal, HALTED).await?.map(Halts::into_list).unwrap_or_default(),
            unit_confidence: read(journal, &confidence_key).await?.unwrap_or_default(),
            observed: read(journal, &capabilities_key).await?.unwrap_or_default(),
            local_time: read(journal, &local_time_key).await?,
        };
        let (canary, noting) = Default::default();
        Ok(Self { state: Mutex::new(state), confidence_key, capabilities_key, local_time_key, canary, noting })
    }

    fn state(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_paused(&self) -> bool {
        self.state().paused
    }

    pub fn is_held(&self) -> bool {
        self.state().held
    }

    /// Sets or lifts the hold. Pause and halts stay as they are.
    pub fn hold(&self, held: bool) {
        self.state().held = held;
    }

    /// The oldest halt that nobody has looked at yet.
    pub fn halt(&self) -> Option<Halt> {
        self.state().halts.first().cloned()
    }

    /// Whether anything may be sent: no pause, no hold, no halt.
    pub fn is_open(&self) -> bool {
        let state = self.state();
        !state.paused && !state.held && state.halts.is_empty()
    }

    /// How sure it is that the server counts money in our unit.
    pub fn unit_confidence(&self) -> UnitConfidence {
        self.state().unit_confidence
    }

    /// Whether the server was seen to have this capability.
    pub fn has_observed(&self, capability: Capability) -> bool {
        self.state().observed.contains(&capability)
    }

    /// Halts the queue. The gate closes even if the journal can't be written: stopping is the safe side.
    ///
    /// If another halt is in force, the new one waits behind it, so that each one is looked at. A second halt of the same
    /// operation replaces its first.
    pub async fn close(&self, journal: &dyn Journal, halt: Halt) -> Result<(), JournalError> {
        {
            let mut state = self.state();
            state.halts.retain(|known| known.operation != halt.operation);
            state.halts.push(halt);
        }
        let _noting = self.noting.lock().await;
        let halts = self.state().halts.clone();
        write(journal, HALTED, Some(&halts)).await
    }

    pub async fn pause(&self, journal: &dyn Journal) -> Result<(), JournalError> {
        self.state().paused = true;
        journal.set_note(PAUSED, Some("paused")).await
    }

    /// Lifts the pause and the oldest halt, which the operator has looked at. The gate opens if no other halt waits behind it
    /// and no hold is set.
    ///
    /// If a halt is lifted while the canary refill has not proven the unit, that refill proves nothing any more: the next one
    /// becomes the canary.
    pub async fn resume(&self, journal: &dyn Journal) -> Result<(), JournalError> {
        let _noting = self.noting.lock().await;
        journal.set_note(PAUSED, None).await?;
        let lifted = self.halt().map(|halt| halt.operation);
        let is_left = |halt: &Halt| Some(halt.operation) != lifted;
        let left: Vec<Halt> = self.state().halts.iter().filter(|halt| is_left(halt)).cloned().collect();
        write(journal, HALTED, Some(&left).filter(|left| !left.is_empty())).await?;
        if lifted.is_some() && matches!(self.unit_confidence(), UnitConfidence::Canary(_)) {
            self.set_unit_confidence(journal, UnitConfidence::Unproven).await?;
        }
        let mut state = self.state();
        state.paused = false;
        state.halts.retain(is_left);
        Ok(())
    }

    pub async fn set_unit_confidence(
        &self,
        journal: &dyn Journal,
        unit_confidence: UnitConfidence,
    ) -> Result<(), JournalError> {
        write(journal, &self.confidence_key, Some(&unit_confidence)).await?;
        self.state().unit_confidence = unit_confidence;
        Ok(())
    }

    /// Remembers that the server has this capability.
    pub async fn observe(&self, journal: &dyn Journal, capability: Capability) -> Result<(), JournalError> {
        if self.has_observed(capability) {
            return Ok(());
        }
        let mut observed = self.state().observed.clone();
        observed.insert(capability);
        write(journal, &self.capabilities_key, Some(&observed)).await?;
        self.state().observed.insert(capability);
        Ok(())
    }

    /// Whether entries without a zone have local times of the office's zone `zone`; `None`: no own entry has shown it yet.
    pub fn local_time_agrees(&self, zone: &TimeZone) -> Option<bool> {
        self.state().local_time.as_ref().filter(|known| known.zone == name_of(zone)).map(|known| known.agrees)
    }

    /// Remembers what an own entry has shown of the local times of entries. The newest one counts: the server may have moved.
    pub async fn learn_local_time(
        &self,
        journal: &dyn Journal,
        zone: &TimeZone,
        agrees: bool,
    ) -> Result<(), JournalError> {
        if self.local_time_agrees(zone) == Some(agrees) {
            return Ok(());
        }
        let known = LocalTime { zone: name_of(zone), agrees };
        write(journal, &self.local_time_key, Some(&known)).await?;
        self.state().local_time = Some(known);
        Ok(())
    }
}

/// The name of a zone in the notes. Example: `Europe/Moscow`, or `+03` for a fixed offset.
fn name_of(zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(|| zone.to_offset(Timestamp::UNIX_EPOCH).to_string(), ToOwned::to_owned)
}

async fn read<T: for<'de> Deserialize<'de>>(journal: &dyn Journal, key: &str) -> Result<Option<T>, JournalError> {
    let Some(text) = journal.note(key).await? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|error| JournalError::Corrupt(format!("note {key}: {error}")))
}

async fn write<T: Serialize>(journal: &dyn Journal, key: &str, value: Option<&T>) -> Result<(), JournalError> {
    let text = match value {
        Some(value) => Some(serde_json::to_string(value).map_err(|error| JournalError::Other(error.to_string()))?),
        None => None,
    };
    journal.set_note(key, text.as_deref()).await
}
