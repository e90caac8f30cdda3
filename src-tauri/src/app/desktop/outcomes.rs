//! Operations of unknown outcome, and what becomes of them.

use std::collections::HashMap;

use office::{Kind, State};
use probonus::Kopecks;

use super::{
    ports::Notification,
    words::{Words, filled},
};
use crate::view::OperationView;

/// What became known of an operation of unknown outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was applied.
    Confirmed,
    /// It was not.
    NotApplied,
    /// The server refused it.
    Rejected,
    /// The server's entries fit more than one outcome: the operator decides.
    Decision,
}

/// An operation whose outcome became known, without its guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    pub kind: Kind,
    pub sum: Option<Kopecks>,
    pub outcome: Outcome,
}

impl Settled {
    /// An operation with this outcome.
    pub fn new(operation: &OperationView, outcome: Outcome) -> Self {
        Self { kind: operation.kind, sum: operation.sum, outcome }
    }
}

/// The operations whose outcome is unknown in this run.
#[derive(Debug, Default)]
pub(crate) struct Unsettled {
    /// By id; whether it was told that the operator must decide.
    known: HashMap<String, bool>,
}

impl Unsettled {
    /// How many are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Another journal is open.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// The outcome of these is unknown, among others.
    pub fn learn(&mut self, ids: impl Iterator<Item = String>) {
        for id in ids {
            self.known.entry(id).or_default();
        }
    }

    /// What a change of an operation settles. Only an operation whose outcome was unknown: the others are told on the screen.
    pub fn settle(&mut self, operation: &OperationView) -> Option<Outcome> {
        if operation.state == State::Unknown {
            self.learn(std::iter::once(operation.id.clone()));
            return None;
        }
        self.known.remove(&operation.id)?;
        match operation.state {
            State::Confirmed => Some(Outcome::Confirmed),
            State::NotApplied => Some(Outcome::NotApplied),
            State::Rejected => Some(Outcome::Rejected),
            State::Prepared | State::Sending | State::Unknown | State::Cancelled => None,
        }
    }

    /// The operator must decide about this one. Answers whether that is new.
    pub fn waits_for_decision(&mut self, id: &str) -> bool {
        self.known.get_mut(id).is_some_and(|told| !std::mem::replace(told, true))
    }
}

/// What is said of these operations, in one notification.
///
/// | settled | to decide | |
/// |---|---|---|
/// | one | | `Начисление 500,00 ₽: операция прошла` |
/// | three | | `Выяснился исход операций: 3` |
/// | three | one | the same, and `Внешний чек 90,00 ₽: исход неизвестен, нужно ваше решение` |
#[must_use]
pub fn notification(words: &Words, settled: &[Settled]) -> Notification {
    let (to_decide, known): (Vec<&Settled>, Vec<_>) = settled.iter().partition(|one| one.outcome == Outcome::Decision);
    let lines = [line(words, &known, &words.outcome.several), line(words, &to_decide, &words.outcome.waiting)];
    let text: Vec<String> = lines.into_iter().flatten().collect();
    Notification { title: words.tray.title.clone(), text: text.join("\n"), open: words.tray.open.clone() }
}

/// One operation by its kind and sum, several by their number.
fn line(words: &Words, settled: &[&Settled], several: &str) -> Option<String> {
    match settled {
        [] => None,
        [one] => Some(sentence(words, one)),
        many => Some(filled(several, &[("count", &many.len().to_string())])),
    }
}

fn sentence(words: &Words, one: &Settled) -> String {
    let sentence = match one.outcome {
        Outcome::Confirmed => &words.outcome.confirmed,
        Outcome::NotApplied => &words.outcome.not_applied,
        Outcome::Rejected => &words.outcome.rejected,
        Outcome::Decision => &words.outcome.decision,
    };
    let kind = words.kind.get(&one.kind).map_or("", String::as_str);
    let what = one.sum.map_or_else(|| kind.to_owned(), |sum| format!("{kind} {sum}"));
    filled(sentence, &[("what", &what)])
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use office::{Event, EventRecord, Operation, OperationId, Payload, Subject};
    use probonus::{AccountId, Refill};

    use super::*;
    use crate::{app::desktop::words::words, shape::Language};

    fn settled(kind: Kind, kopecks: Option<i64>, outcome: Outcome) -> Settled {
        Settled { kind, sum: kopecks.map(|kopecks| Kopecks::new(kopecks).unwrap()), outcome }
    }

    fn said(language: Language, settled: &[Settled]) -> String {
        notification(words(language), settled).text.replace('\u{202f}', " ")
    }

    fn operation(id: u128, state: State) -> OperationView {
        let refill = Refill { account: AccountId::new("7"), sum: Kopecks::ZERO, comment: String::new() };
        let prepared = Event::Prepared {
            payload: Box::new(Payload::Refill(refill)),
            subject: Subject::default(),
            operator: String::new(),
            reason: String::new(),
            server: None,
            undoes: None,
            shown: Vec::new(),
        };
        let events = [EventRecord { number: 1, at: Timestamp::UNIX_EPOCH, event: prepared }];
        let folded = Operation::fold(OperationId(uuid::Uuid::from_u128(id)), &events).unwrap().unwrap();
        OperationView { state, ..OperationView::from(&folded) }
    }

    #[test]
    fn only_what_was_unknown_is_told_and_each_thing_once() {
        let mut unsettled = Unsettled::default();
        for state in [State::Prepared, State::Sending, State::Confirmed] {
            assert_eq!(unsettled.settle(&operation(1, state)), None, "it never was unknown");
        }
        for (id, state, told) in [
            (2, State::Confirmed, Some(Outcome::Confirmed)),
            (3, State::NotApplied, Some(Outcome::NotApplied)),
            (4, State::Rejected, Some(Outcome::Rejected)),
            (5, State::Prepared, None),
        ] {
            assert_eq!(unsettled.settle(&operation(id, State::Unknown)), None);
            assert_eq!(unsettled.settle(&operation(id, state)), told);
            assert_eq!(unsettled.settle(&operation(id, state)), None, "{state:?} is told once");
        }

        let waits = operation(6, State::Unknown);
        assert!(!unsettled.waits_for_decision(&waits.id), "it is not known yet");
        unsettled.learn([waits.id.clone()].into_iter());
        assert!(unsettled.waits_for_decision(&waits.id));
        unsettled.settle(&waits);
        assert!(!unsettled.waits_for_decision(&waits.id), "a second probe tells nothing new");
        assert_eq!(unsettled.len(), 1);
        unsettled.forget();
        assert_eq!(unsettled.settle(&operation(6, State::Confirmed)), None, "another journal is open");
    }

    #[test]
    fn one_outcome_is_told_by_kind_and_sum_and_several_by_their_number() {
        let refill = settled(Kind::Refill, Some(50_000), Outcome::Confirmed);
        let receipt = settled(Kind::RegisterCheck, Some(145_050), Outcome::Decision);
        let edit = settled(Kind::EditGuest, None, Outcome::NotApplied);
        assert_eq!(said(Language::Ru, &[refill]), "Начисление 500,00 ₽: операция прошла");
        assert_eq!(said(Language::Ru, &[edit]), "Изменение анкеты: операция не прошла");
        assert_eq!(
            said(Language::Ru, &[refill, edit, refill, receipt]),
            "Выяснился исход операций: 3\nВнешний чек 1 450,50 ₽: исход неизвестен, нужно ваше решение"
        );
        assert_eq!(said(Language::Ru, &[receipt, receipt]), "Ждут вашего решения: 2");
        assert_eq!(said(Language::En, &[refill]), "Bonuses added 500,00 ₽: done");
        assert_eq!(notification(words(Language::Ru), &[refill]).title, "ProBonus Office");
    }
}
