//! What may stop all sending: a pause, a halt of the balance watch, and the first refill a server ever gets from here.
//! All three are kept in the journal's notes and survive a restart. A hold does not: whoever opened the office knows why
//! it holds, and says so anew.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::{
    journal::port::Journal,
    model::{journal_error::JournalError, operation::OperationId, payload::Kind, queue::Halt},
};

const PAUSED: &str = "queue.paused";
const HALTED: &str = "queue.halted";

/// What is known of how a server counts money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitConfidence {
    /// No refill was ever sent to it.
    #[default]
    Unproven,
    /// The first one is out, or its balance was not read yet: no other may go.
    #[serde(rename = "trial")]
    Canary(OperationId),
    /// A refill changed the balance by exactly its sum.
    Proven,
}

/// What is known of which rows a server shows, and of the marks in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// A refill's row, with the short id in its comment.
    Refill,
    /// A purchase's row, with its GUID or outside number.
    Purchase,
    /// A return's row, with the purchase's GUID or outside number.
    Return,
    /// A guest, found by the phone as we write it.
    Phone,
}

impl Capability {
    /// The capability that an operation of a kind leaves.
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Refill => Some(Self::Refill),
            Kind::RegisterCheck => Some(Self::Purchase),
            Kind::ReturnCheck => Some(Self::Return),
            Kind::CreateGuest => Some(Self::Phone),
            Kind::EditGuest => None,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct GateState {
    paused: bool,
    held: bool,
    /// Each until someone has looked at it, the oldest first.
    halts: Vec<Halt>,
    unit_confidence: UnitConfidence,
    observed: BTreeSet<Capability>,
}

/// The note of halts. Journals of before kept one.
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

/// The gate every write goes through.
pub struct Gate {
    state: Mutex<GateState>,
    confidence_key: String,
    capabilities_key: String,
    /// Held by a refill for as long as it is not known how the server counts money.
    pub canary: tokio::sync::Mutex<()>,
    /// Held while the note of halts is written: it must not lose one that comes while another is lifted.
    noting: tokio::sync::Mutex<()>,
}

impl Gate {
    pub async fn open(journal: &dyn Journal, server: &str) -> Result<Self, JournalError> {
        let (confidence_key, capabilities_key) = (format!("server.trust {server}"), format!("server.sights {server}"));
        let state = GateState {
            paused: journal.note(PAUSED).await?.is_some(),
            held: false,
            halts: read::<Halts>(journal, HALTED).await?.map(Halts::into_list).unwrap_or_default(),
            unit_confidence: read(journal, &confidence_key).await?.unwrap_or_default(),
            observed: read(journal, &capabilities_key).await?.unwrap_or_default(),
        };
        let (canary, noting) = Default::default();
        Ok(Self { state: Mutex::new(state), confidence_key, capabilities_key, canary, noting })
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

    /// Stops the outbox, or lets it go on. Neither a pause nor a halt is touched.
    pub fn hold(&self, held: bool) {
        self.state().held = held;
    }

    /// The oldest surprise that nobody has looked at yet.
    pub fn halt(&self) -> Option<Halt> {
        self.state().halts.first().cloned()
    }

    /// Whether the outbox may send.
    pub fn is_open(&self) -> bool {
        let state = self.state();
        !state.paused && !state.held && state.halts.is_empty()
    }

    pub fn unit_confidence(&self) -> UnitConfidence {
        self.state().unit_confidence
    }

    pub fn has_observed(&self, capability: Capability) -> bool {
        self.state().observed.contains(&capability)
    }

    /// Closes the gate. It closes even if the journal can't be written: stopping is the safe side. A surprise that comes
    /// while it is closed waits behind the first: each is looked at.
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

    /// Lifts the pause and the halt that was looked at, the oldest; the gate opens if no other waits behind it. A first
    /// refill that the operator has now looked at proves nothing: the next is the first again.
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

    /// Remembers that the server shows such rows.
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
