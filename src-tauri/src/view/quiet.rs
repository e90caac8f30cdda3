//! What is not sent to the page as it came: fields that say nothing, and texts of the server in types of lower rooms.

use office::{Failure, MatchedEntry};
use probonus::{
    Unread,
    binding::{Document, LineChange, Problem},
};

use crate::shape::{shown_message, shown_name};

/// The most names among which a problem can't choose.
const MAX_CANDIDATES: usize = 50;

/// A part that can't be read, with its text as it is shown.
pub(super) fn shown_unread(unread: &Unread) -> Unread {
    Unread { part: unread.part, said: shown_message(&unread.said) }
}

/// A failure, with the words of the server as they are shown.
pub(super) fn shown_failure(failure: &Failure) -> Failure {
    Failure {
        server_message: failure.server_message.as_deref().map(shown_message),
        detail: failure.detail.as_deref().map(shown_message),
        ..failure.clone()
    }
}

/// An entry of the server, with its summary as it is shown. Its proof stays: the operator's choice names the entry by it.
pub(super) fn shown_entry(entry: &MatchedEntry) -> MatchedEntry {
    MatchedEntry { summary: shown_message(&entry.summary), ..entry.clone() }
}

/// What a description says of itself, as it is shown.
pub(crate) fn shown_document(document: &Document) -> Document {
    Document {
        title: shown_name(&document.title),
        version: shown_name(&document.version),
        dialect: shown_name(&document.dialect),
        fingerprint: document.fingerprint.clone(),
    }
}

/// A changed line of a contract, as it is shown. Its key stays: the page finds the line by it.
pub(crate) fn shown_change(change: &LineChange) -> LineChange {
    let text = |text: &Option<String>| text.as_deref().map(shown_message);
    LineChange { before: text(&change.before), after: text(&change.after), ..change.clone() }
}

/// A problem of a contract, with the words of the description as they are shown. The name of a value that the server demands stays:
/// the page finds its line by it.
pub(super) fn shown_problem(problem: &Problem) -> Problem {
    let names = |names: &[String]| names.iter().take(MAX_CANDIDATES).map(|name| shown_name(name)).collect();
    match problem.clone() {
        Problem::SeveralMethods { candidates } => Problem::SeveralMethods { candidates: names(&candidates) },
        Problem::SeveralPlaces { field, candidates } => {
            Problem::SeveralPlaces { field, candidates: names(&candidates) }
        }
        Problem::UnitUnclear { field, said } => Problem::UnitUnclear { field, said: shown_message(&said) },
        Problem::Unwritable { field, said } => Problem::Unwritable { field, said: shown_message(&said) },
        Problem::Dangerous { place, name, danger } => Problem::Dangerous { place, name: shown_name(&name), danger },
        Problem::ReadIsWrite { call, write } => Problem::ReadIsWrite { call: shown_name(&call), write },
        Problem::BodyKind { content_type } => Problem::BodyKind { content_type: shown_name(&content_type) },
        other => other,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_not_so(flag: &bool) -> bool {
    !*flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use office::{
        BalanceVerification, Event, EventRecord, Evidence, Halt, HaltCause, Notice, Operation, OperationId, Payload,
        Story, Subject, SuspectedDuplicate,
    };
    use probonus::{
        AccountId, Delivery, Error, ErrorKind, Kopecks, Method, ReceiptId, Refill,
        binding::{Binding, Danger, Place, Sourced},
        codec,
        contract::Field,
    };
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        error::AppError,
        shape::{HaltView, SuspectedDuplicateView},
        view::{ContractReport, GroupView, GuestView, ReceiptView, StoryView, TransactionView, UnreadView},
    };

    /// Turns, hides, stacks and has no end.
    fn hostile() -> String {
        let marks = "\u{301}".repeat(40);
        format!("А{marks}\u{202e}\u{2028}\u{200b}\u{3164}\u{e0041}\u{7}{}", "я".repeat(30_000))
    }

    /// Asserts that no text of a view is hostile. `whole`: keys of what is sent back to the server, and stays as it came.
    fn assert_harmless(view: &impl Serialize, whole: &[&str]) {
        let view = serde_json::to_value(view).unwrap();
        let mut texts = Vec::new();
        gather("", &view, whole, &mut texts);
        assert!(texts.iter().any(|(_, text)| text.contains('я')), "no text of the server is in it: {view}");
        for (key, text) in texts {
            assert!(!text.contains(['\u{202e}', '\u{2028}', '\u{200b}', '\u{3164}', '\u{e0041}', '\u{7}']), "{key}");
            assert!(!text.contains(&"\u{301}".repeat(9)), "{key}");
            assert!(text.chars().count() <= 20_000, "{key}");
        }
    }

    fn gather(key: &str, value: &Value, whole: &[&str], texts: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => texts.push((key.to_owned(), text.clone())),
            Value::Array(list) => list.iter().for_each(|one| gather(key, one, whole, texts)),
            Value::Object(map) => {
                let shown = map.iter().filter(|(key, _)| !whole.contains(&key.as_str()));
                shown.for_each(|(key, one)| gather(key, one, whole, texts));
            }
            _ => {}
        }
    }

    fn answer(body: &Value) -> codec::WireAnswer {
        codec::WireAnswer {
            status: 200,
            content_type: Some("application/json".into()),
            pages: Vec::new(),
            body: body.to_string().into(),
        }
    }

    #[test]
    fn guests_and_groups_are_harmless_and_a_profile_that_is_edited_stays_whole() {
        let bad = hostile();
        let record = json!({
            "id": "7", "surname": bad, "name": bad, "patronymic": bad, "email": bad, "identifiers": [bad],
            "accountGroupId": 1, "accountGroupName": bad, "level": {"name": bad, "percent": bad}, "balance": bad,
            "blocked": true, "blockReason": bad, "birthday": bad,
            "coupons": [{"name": bad, "code": bad, "validUntil": bad, "status": bad}],
        });
        let accounts = codec::decode_accounts(&Binding::default(), Method::FindByPhone, &answer(&record)).unwrap();
        let view = GuestView::from(&accounts[0]);
        assert_harmless(&view, &["profile"]);
        assert_eq!(view.profile.surname, accounts[0].profile.name.surname.clone().unwrap());
        assert!(view.full_name.chars().count() <= 200);
        assert_harmless(&view.in_list(), &[]);
        let groups = json!([{"id": 1, "name": bad}]);
        let groups = codec::decode_groups(&Binding::default(), Method::Groups, &answer(&groups)).unwrap();
        assert_harmless(&groups.iter().map(GroupView::from).collect::<Vec<_>>(), &[]);
    }

    #[test]
    fn rows_and_receipts_are_harmless() {
        let bad = hostile();
        let rows = json!([{
            "id": 1, "date": "2026-11-29T12:00:00", "type": bad, "typeName": bad, "sum": 100, "comment": bad,
            "externalCheck": bad, "restCode": bad,
        }]);
        let rows = codec::decode_transactions(&Binding::default(), Method::LastTransactions, &answer(&rows)).unwrap();
        assert_harmless(&rows.iter().map(TransactionView::from).collect::<Vec<_>>(), &[]);
        let unread = probonus::UnreadRow { field: Some(bad.clone()), why: bad.clone(), raw: json!({"sum": bad}) };
        assert_harmless(&UnreadView::from(&unread), &[]);
        let receipt = json!({
            "id": 7, "number": bad, "restaurant": bad, "waiter": bad, "rkUnit": bad, "checkData": bad, "externalCheck": bad,
            "sum": bad, "lines": [{"name": bad, "quantity": bad, "sum": bad, "unit": bad}],
            "payments": [{"name": bad, "sum": 100}],
        });
        let receipt = codec::decode_receipt(&Binding::default(), &ReceiptId::new("7"), &answer(&receipt)).unwrap();
        assert_harmless(&ReceiptView::from(&receipt.unwrap()), &[]);
    }

    fn failure() -> Failure {
        let error = Error::new(ErrorKind::Refused, Delivery::Refused).with_server_message(hostile());
        Failure { detail: Some(hostile()), ..Failure::from(&error) }
    }

    fn entry() -> MatchedEntry {
        MatchedEntry { proof: hostile(), exact: false, summary: hostile(), sum: None, account: None, receipt: None }
    }

    #[test]
    fn stories_halts_and_errors_are_harmless_and_proofs_stay() {
        let refill = Refill { account: AccountId::new("7"), sum: Kopecks::ZERO, comment: String::new() };
        let subject = Subject { name: hostile(), group: Some(hostile()), ..Subject::default() };
        let events = [
            Event::Prepared {
                payload: Box::new(Payload::Refill(refill)),
                subject,
                operator: "Анна".into(),
                reason: String::new(),
                server: None,
                undoes: None,
                shown: Vec::new(),
            },
            Event::Sending {
                attempt: 1,
                balance_before: None,
                turnover_before: None,
                clock_offset: None,
                snapshot: None,
            },
            Event::Unknown { failure: Some(failure()) },
            Event::Probed { evidence: Evidence::Ambiguous { candidates: vec![entry()] } },
        ];
        let at = jiff::Timestamp::UNIX_EPOCH;
        let events = (1..).zip(events).map(|(number, event)| EventRecord { number, at, event }).collect::<Vec<_>>();
        let operation = Operation::fold(OperationId(uuid::Uuid::nil()), &events).unwrap().unwrap();
        assert_harmless(&StoryView::from(&Story { operation, events }), &["proof"]);
        assert_eq!(shown_entry(&entry()).proof, hostile());

        let halt = Halt {
            operation: OperationId(uuid::Uuid::nil()),
            at,
            cause: HaltCause::Doubled,
            sent: Kopecks::ZERO,
            changed: Kopecks::ZERO,
            balance: BalanceVerification::default(),
            entries: vec![entry()],
            sent_at: Vec::new(),
        };
        assert_harmless(&HaltView::from(&halt), &[]);
        let duplicate = SuspectedDuplicate {
            operation: None,
            at: None,
            server_time: None,
            sum: None,
            outside_number: Some(hostile()),
            comment: Some(hostile()),
            refused: false,
        };
        assert_harmless(&SuspectedDuplicateView::from(&duplicate), &[]);
        let error = Error::new(ErrorKind::Refused, Delivery::Refused).with_server_message(hostile());
        assert_harmless(&AppError::from(error), &[]);
        assert_harmless(&super::super::preview::shown_notice(&Notice::ServerSilent { failure: failure() }), &[]);
    }

    #[test]
    fn what_a_description_says_is_harmless() {
        let document =
            Document { title: hostile(), version: hostile(), dialect: hostile(), fingerprint: "f".to_owned() };
        let mut binding = Binding { document: Some(document), ..Binding::default() };
        let bound = binding.methods.get_mut(&Method::Refill).unwrap();
        bound.path = Sourced::new(format!("/{}", hostile()), probonus::binding::Source::Swagger);
        bound.blockers = vec![
            Problem::SeveralMethods { candidates: vec![hostile(); 500] },
            Problem::UnitUnclear { field: Field::Sum, said: hostile() },
            Problem::Dangerous { place: Place::Path, name: hostile(), danger: Danger::Path },
        ];
        let report = ContractReport::of(&binding, &Binding::default());
        assert_harmless(&report, &["lines"]);
        assert_eq!(report.methods.iter().map(|one| one.blockers.len()).max(), Some(4));
        let change = LineChange {
            method: None,
            key: "path".to_owned(),
            before: Some(hostile()),
            after: Some(hostile()),
            source: probonus::binding::Source::Swagger,
        };
        assert_harmless(&shown_change(&change), &[]);
    }
}
