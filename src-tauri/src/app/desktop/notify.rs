//! Tells the user what became of operations of unknown outcome, while nobody looks at the window.

use office::{Event, Evidence, State};

use super::outcomes::{Outcome, Settled, Unsettled, notification};
use super::words::words;
use crate::{
    app::App,
    form::{OperationFilter, parse_id},
    shape::Mode,
    view::OperationView,
};

/// How many operations of unknown outcome are read when a journal is opened.
const READ_AT_ONCE: u32 = 200;

impl App {
    /// What a change of an operation has to tell, if it is to be told.
    pub(super) async fn to_tell(&self, unsettled: &mut Unsettled, operation: &OperationView) -> Option<Settled> {
        let outcome = match unsettled.settle(operation) {
            Some(outcome) => outcome,
            None if operation.state == State::Unknown && self.is_ambiguous(&operation.id).await => {
                unsettled.waits_for_decision(&operation.id).then_some(Outcome::Decision)?
            }
            None => return None,
        };
        self.tells_outcomes().then(|| Settled::new(operation, outcome))
    }

    /// Reads which outcomes are unknown, if there are more than are known.
    pub(super) async fn read_unsettled(&self, unsettled: &mut Unsettled, count: u32) {
        if count as usize <= unsettled.len() {
            return;
        }
        let filter = OperationFilter { states: vec![State::Unknown], ..OperationFilter::default() };
        match self.operations(filter, None, READ_AT_ONCE).await {
            Ok(page) => unsettled.learn(page.rows.into_iter().map(|operation| operation.id)),
            Err(error) => tracing::debug!(%error, "the operations of unknown outcome could not be read"),
        }
    }

    /// Notifies of these, unless somebody looks at the window by now.
    pub(super) async fn tell(&self, settled: &[Settled]) {
        let Some(desktop) = self.0.desktop.get().filter(|_| self.tells_outcomes()) else { return };
        let language = self.document().get().settings(Mode::Live).language;
        if let Err(words) = desktop.notifier.notify(&notification(words(language), settled)).await {
            tracing::warn!(words, "a notification was not shown");
        }
    }

    /// Whether the user wants to be told, and does not look at the window.
    fn tells_outcomes(&self) -> bool {
        let is_wanted = self.document().get().desktop.notify;
        is_wanted && self.0.desktop.get().is_some_and(|desktop| !desktop.window.is_in_front())
    }

    /// Whether the last that was seen of an operation fits more than one outcome.
    async fn is_ambiguous(&self, id: &str) -> bool {
        let (Ok(id), Ok(work)) = (parse_id(id), self.work().await) else { return false };
        let last = work.office.story(id).await.ok().and_then(|mut story| story.events.pop());
        last.is_some_and(|record| matches!(record.event, Event::Probed { evidence: Evidence::Ambiguous { .. } }))
    }
}
