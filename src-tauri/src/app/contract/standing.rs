//! The contract of the live server in this run, and what waits for an answer.

use office::Host as _;
use probonus::binding::Binding;

use super::{
    difference::Difference,
    kept::{Found, Kept},
};
use crate::{
    app::machine::host::Machine,
    shape::{Origin, OriginKind},
    view::ProposalView,
};

/// The contract of the live server, as it stands in this run.
#[derive(Clone, Debug)]
pub struct Standing {
    pub kept: Kept,
    /// What was found by hand, and waits for an answer.
    pub offered: Option<Found>,
}

impl Standing {
    pub fn binding(&self) -> Binding {
        self.kept.effective().0
    }

    /// What waits under this id.
    pub fn waiting(&self, id: &str) -> Option<&Found> {
        self.offered.iter().chain(self.kept.pending.as_deref()).find(|found| found.id == id)
    }

    pub fn proposal(&self, found: &Found) -> ProposalView {
        let (older, (newer, lost)) = (self.binding(), self.kept.with(found).effective());
        let difference = Difference::between(&older, &newer);
        ProposalView {
            id: found.id.clone(),
            origin: (&found.origin).into(),
            document: newer.document.clone(),
            other_server: found.server.clone().filter(|server| *server != self.kept.server),
            touches_writes: difference.touches_writes_or_money(),
            changes: difference.changes,
            verdicts: difference.verdicts.into_iter().map(Into::into).collect(),
            lost: lost.iter().map(Into::into).collect(),
        }
    }

    /// Notes what the server says of itself now. What touches writes or money waits for an answer, unless nobody has worked
    /// with this server yet.
    pub fn meet(&mut self, base: Binding, kind: OriginKind, from: String, worked: bool) {
        let now = Machine.now();
        self.kept.checked_at = Some(now);
        let told = base.document.as_ref().map(|document| document.fingerprint.clone());
        if told == self.kept.base.document.as_ref().map(|document| document.fingerprint.clone()) {
            // It is as it was, again if it was otherwise meanwhile.
            self.kept.pending = None;
            return;
        }
        let waiting = self.kept.pending.as_ref().and_then(|found| found.base.document.as_ref());
        if told == self.kept.declined || told == waiting.map(|document| document.fingerprint.clone()) {
            return;
        }
        let origin = Origin { kind, again: Some(from.clone()), from, at: now };
        let found = Found { id: Machine.new_uuid().to_string(), base, origin, marks: None, server: None };
        let next = self.kept.with(&found);
        let difference = Difference::between(&self.binding(), &next.effective().0);
        let first = self.kept.origin.is_none() && self.kept.marks.is_empty() && !worked;
        if difference.touches_writes_or_money() && !first {
            tracing::warn!(
                changes = difference.changes.len(),
                "the server's contract changed; nothing is sent until it is accepted"
            );
            self.kept.pending = Some(Box::new(found));
            return;
        }
        self.kept = next;
        if !first {
            self.kept.news = difference.changes;
        }
    }
}
