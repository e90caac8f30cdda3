//! What became of it: evidence of all five kinds, with and without marks.

use std::time::Duration;

use office::{Draft, Evidence, Refusal, State};
use probonus::{GroupId, Method, Profile, TransactionKind};

use crate::{
    desk::{Desk, account, ann, because, minutes, op, outside_check, pass, purchase, refill},
    fake_server::{Fault, Guest, kop, phone, unreadable},
};

fn new_guest() -> Draft {
    let mut profile = Profile::default();
    profile.name.name = Some("Пётр".to_owned());
    profile.name.surname = Some("Орлов".to_owned());
    Draft::CreateGuest { group: GroupId::new("3"), phone: phone(70), profile }
}

async fn edit(desk: &Desk) -> Draft {
    let before = desk.server.world().guests["1"].profile.clone();
    let after = Profile { email: Some("anna@example.ru".to_owned()), ..before.clone() };
    Draft::EditGuest { phone: phone(1), account: account(1), before, after }
}

/// Each kind, with its answer or its request lost, ends where the server's ledger says.
#[tokio::test(start_paused = true)]
async fn every_kind_ends_where_the_ledger_says() {
    for (fault, end) in [(Fault::AnswerLost, State::Confirmed), (Fault::RequestLost, State::NotApplied)] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.submit(op(50), purchase(5, "R-1", 300, 0)).await.expect("bought");
        desk.submit(op(51), Draft::ReturnCheck { purchase: op(50) }).await.expect("returned: such entries are seen");
        desk.submit(op(52), purchase(6, "R-2", 300, 0)).await.expect("bought");
        desk.run();
        let drafts = [
            new_guest(),
            edit(&desk).await,
            refill(2, 5_000),
            purchase(3, "A-1", 100, 50),
            Draft::ReturnCheck { purchase: op(52) },
        ];
        for (number, draft) in drafts.into_iter().enumerate() {
            let id = op(60 + u32::try_from(number).expect("few"));
            desk.server.script([fault]);
            let kind = draft.kind();
            assert_eq!(desk.submit(id, draft).await.expect("written down").state, State::Unknown, "{kind:?}");
            pass(minutes(5)).await;
            assert_eq!(desk.state(id).await, end, "{kind:?} after {fault:?}");
        }
        let purchase = desk.operation(op(52)).await;
        assert_eq!(purchase.returned_by.is_some(), end == State::Confirmed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_arrival_within_the_settling_time_is_found() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::Late(Duration::from_secs(50)), op(1), refill(1, 5_000)).await;
    pass(minutes(5)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000);
}

#[tokio::test(start_paused = true)]
async fn a_later_arrival_is_found_by_the_probe_before_a_resend() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::Late(minutes(30)), op(1), refill(1, 5_000)).await;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    pass(minutes(30)).await;
    let done = desk.office.resend(op(1), "Анна").await.expect("looked first");
    assert_eq!(done.state, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000, "not sent twice");
}

/// The record carries no marker, so a person decides. Sent again, it would be refused, and that would hide that it was done.
#[tokio::test(start_paused = true)]
async fn a_new_guest_and_an_edit_that_came_late_are_not_sent_again() {
    for number in 1..=2 {
        let desk = Desk::at_work().await;
        let draft = if number == 1 { new_guest() } else { edit(&desk).await };
        desk.submit_into(Fault::Late(minutes(5)), op(number), draft).await;
        pass(minutes(4)).await;
        assert_eq!(desk.state(op(number)).await, State::NotApplied);
        pass(minutes(2)).await;
        for _ in 0..2 {
            let again = desk.office.resend_because(op(number), "Анна", "её нет").await;
            assert!(matches!(again, Err(Refusal::MayBeApplied { op: it }) if it == op(number)), "{again:?}");
            assert_eq!(desk.state(op(number)).await, State::NotApplied);
            assert!(desk.operation(op(number)).await.allowed().decide_applied);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_arrival_hours_later_is_found_by_itself_even_after_a_restart() {
    let mut desk = Desk::at_work().await;
    desk.submit_into(Fault::Late(minutes(200)), op(1), refill(1, 5_000)).await;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    desk.restart().await;
    desk.run();
    pass(minutes(700)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
    assert_eq!(desk.server.balance_of("1"), 105_000);
}

/// A clock that jumps days ahead makes what was given up a moment ago seem long past.
#[tokio::test(start_paused = true)]
async fn a_clock_that_jumped_days_ahead_does_not_end_the_search() {
    let mut desk = Desk::at_work().await;
    desk.submit_into(Fault::Late(minutes(200)), op(1), refill(1, 5_000)).await;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    desk.host.jump(51 * 3600);
    desk.restart().await;
    desk.run();
    pass(minutes(700)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

/// On a server that shows comments, a refill without one was made by somebody else, however well it fits.
#[tokio::test(start_paused = true)]
async fn where_comments_are_shown_a_twin_without_one_is_for_the_operator() {
    let mut desk = Desk::new().await;
    desk.run();
    desk.server.elsewhere_saying("1", TransactionKind::Refill, 700, "касса");
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.elsewhere("1", TransactionKind::Refill, 5_000);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown, "the program does not guess");
}

/// Without markers, an entry of the right sum may be another program's: a person says whose it is.
#[tokio::test(start_paused = true)]
async fn without_markers_an_entry_is_for_the_operator_and_a_still_balance_proves_absence() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.acquaint().await;
    desk.run();
    desk.server.elsewhere("1", TransactionKind::Refill, 4_999);
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(candidates(&desk, op(1)).await, 1);

    desk.submit_into(Fault::RequestLost, op(2), refill(2, 5_000)).await;
    pass(minutes(5)).await;
    assert_eq!(desk.state(op(2)).await, State::NotApplied, "no new entry, and the balance did not move");
}

/// Some servers show the GUID of a purchase in its receipt only. A receipt that names another account answers another question.
#[tokio::test(start_paused = true)]
async fn a_receipt_proves_a_purchase_unless_it_names_another_account() {
    for (named, state) in [(None, State::Confirmed), (Some(1), State::Confirmed), (Some(2), State::Unknown)] {
        let mut desk = Desk::new().await;
        desk.server.world().shows_markers = false;
        desk.server.world().receipts.are_shown = true;
        desk.server.world().receipts.name = named.map(account);
        desk.acquaint().await;
        desk.run();
        desk.submit_into(Fault::AnswerLost, op(1), purchase(1, "A-1", 4_500, 0)).await;
        pass(minutes(5)).await;
        assert_eq!(desk.state(op(1)).await, state, "{named:?}");
    }
}

/// How many entries the server shows that may be an operation's.
async fn candidates(desk: &Desk, id: office::OperationId) -> usize {
    let probed = desk.office.reconcile(id).await.expect("asked");
    let Evidence::Ambiguous { candidates } = probed.evidence else { panic!("{:?}", probed.evidence) };
    candidates.len()
}

/// The server showed comments, and stops: an update of it, or another role of the account. What it showed once says nothing of
/// an entry that it shows now.
#[tokio::test(start_paused = true)]
async fn an_entry_without_a_comment_is_no_absence_where_comments_were_shown_before() {
    let desk = Desk::at_work().await;
    desk.server.world().shows_markers = false;
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 9_500)).await;
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(candidates(&desk, op(1)).await, 1);
    assert_eq!(desk.server.balance_of("1"), 109_500);
}

/// An entry of another kind moved the balance by just the sum: it may be ours, listed oddly.
#[tokio::test(start_paused = true)]
async fn a_balance_that_moved_by_the_sum_is_never_called_absence() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.elsewhere("1", TransactionKind::Welcome, 5_000);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
}

/// Where markers are shown, an entry with a comment of its own is another's: the balance that it moved is explained.
#[tokio::test(start_paused = true)]
async fn an_entry_with_a_comment_of_its_own_is_anothers_where_markers_are_shown() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.elsewhere_saying("1", TransactionKind::Refill, 5_000, "касса");
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

#[tokio::test(start_paused = true)]
async fn without_markers_two_entries_that_fit_are_for_the_operator() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.acquaint().await;
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    desk.server.elsewhere("1", TransactionKind::Refill, 5_000);
    let probed = desk.office.reconcile(op(1)).await.expect("asked");
    let Evidence::Ambiguous { candidates } = probed.evidence else { panic!("{:?}", probed.evidence) };
    assert_eq!(candidates.len(), 2);
    desk.run();
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown, "the program does not guess");
    assert!(desk.tale(op(1)).await.len() < 6, "and does not say the same thing for ever");
}

#[tokio::test(start_paused = true)]
async fn an_entry_proves_one_operation_only() {
    for shows_markers in [true, false] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.server.world().shows_markers = shows_markers;
        desk.run();
        desk.submit(op(1), refill(1, 5_000)).await.expect("done");
        desk.server.script([Fault::RequestLost]);
        desk.office.submit(op(2), refill(1, 5_000), because("и второй")).await.expect("unknown");
        pass(minutes(10)).await;
        assert_ne!(desk.state(op(2)).await, State::Confirmed, "the first one's entry is not its proof");
        assert_eq!(desk.server.applied(Method::Refill), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_cannot_be_asked_leaves_it_unknown() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.world().reads_fail = true;
    pass(minutes(120)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    desk.server.world().reads_fail = false;
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

#[tokio::test(start_paused = true)]
async fn a_guest_whom_someone_else_created_is_for_the_operator() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), new_guest()).await;
    {
        let mut world = desk.server.world();
        let mut other = world.guests["1"].clone();
        other.phone = phone(70);
        world.guests.insert("other".to_owned(), other);
    }
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_between_two_absences_is_not_asked_without_end() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    pass(Duration::from_secs(70)).await;
    desk.server.world().down = true;
    // Without pauses between the looks, virtual time would stand still here for ever.
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    desk.server.world().down = false;
    pass(minutes(15)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

/// The entries of a purchase carry its GUID, as those of its return do.
#[tokio::test(start_paused = true)]
async fn the_entries_of_a_purchase_do_not_prove_its_return() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), purchase(1, "A-1", 300, 0)).await.expect("bought");
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("waits");
    desk.server.world().entries_fail = Some(unreadable());
    desk.server.script([Fault::RequestLost]);
    desk.office.resume("Анна").await.expect("resumed");
    desk.run();
    pass(Duration::from_secs(20)).await;
    assert_eq!(desk.state(op(2)).await, State::Unknown);
    desk.server.world().entries_fail = None;
    pass(minutes(60)).await;
    assert_ne!(desk.state(op(2)).await, State::Confirmed);
    assert_eq!(desk.operation(op(1)).await.returned_by, None);
}

/// A note may quote the short id of another operation: the entry is not that one's.
#[tokio::test(start_paused = true)]
async fn a_short_id_that_a_note_quotes_proves_nothing() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_ids = false;
    desk.acquaint().await;
    desk.run();
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    pass(minutes(5)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    let note = format!("вместо {}", op(1).short());
    let again = Draft::Refill { phone: phone(1), account: account(1), sum: kop(5_000), note };
    desk.office.submit(op(2), again, because("в ProBonus её нет")).await.expect("sent");
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(2)).await, State::Confirmed);
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

/// Where entries carry no marks, the balance says that a resend did not arrive either: what others did between the two
/// attempts is no riddle.
#[tokio::test(start_paused = true)]
async fn what_others_did_before_a_resend_leaves_no_outcome_unknown() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.submit(op(9), refill(9, 77)).await.expect("the server is trusted from here on");
    desk.run();
    desk.server.script([Fault::RequestLost, Fault::RequestLost]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("unknown");
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    desk.server.elsewhere("1", TransactionKind::Payment, -30_000);
    assert_eq!(desk.office.resend(op(1), "Анна").await.expect("sent again").state, State::Unknown);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

/// The entries read before are so many, and entries beyond them may be of the same second: they are not new.
#[tokio::test(start_paused = true)]
async fn the_entries_of_a_busy_second_are_not_taken_for_new() {
    for between in [20, 40] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.submit(op(3), purchase(3, "Z-1", 300, 0)).await.expect("bought");
        desk.submit(op(4), Draft::ReturnCheck { purchase: op(3) }).await.expect("returned: such entries are seen");
        desk.submit(op(1), purchase(1, "A-1", 300, 0)).await.expect("bought");
        for sum in 1..=between {
            desk.server.elsewhere("1", TransactionKind::Accrual, sum);
        }
        desk.office.pause("Анна").await.expect("paused");
        desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("waits");
        desk.server.script([Fault::RequestLost]);
        desk.office.resume("Анна").await.expect("resumed");
        desk.run();
        pass(minutes(60)).await;
        assert_eq!(desk.state(op(2)).await, State::NotApplied, "{between} entries in between");
    }
}

/// A server that gives a purchase its own date places its entry among old ones, where it does not look new.
#[tokio::test(start_paused = true)]
async fn a_purchase_of_days_ago_is_not_lost_among_the_entries_of_its_day() {
    for (fault, end) in [(Fault::AnswerLost, State::Unknown), (Fault::RequestLost, State::NotApplied)] {
        let mut desk = Desk::new().await;
        desk.server.world().hides_guids = true;
        desk.acquaint().await;
        desk.server.world().dates_back = true;
        desk.run();
        for sum in 1..=60 {
            desk.server.elsewhere("1", TransactionKind::Accrual, sum);
        }
        let mut check = outside_check(1, "A-1", 300, 0);
        check.purchased_at = Some(desk.server.local_time() - jiff::Span::new().days(5));
        desk.submit_into(fault, op(1), Draft::RegisterCheck(Box::new(check))).await;
        pass(minutes(60)).await;
        assert_eq!(desk.state(op(1)).await, end, "{fault:?}");
        if end == State::Unknown {
            let probed = desk.office.reconcile(op(1)).await.expect("asked");
            assert!(matches!(probed.evidence, Evidence::Ambiguous { candidates } if candidates.len() == 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_absence_that_decides_nothing_is_written_down_once() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.acquaint().await;
    desk.run();
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.world().guests.get_mut("1").expect("known").balance += 1;
    pass(minutes(60 * 24)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
    assert_eq!(desk.tale(op(1)).await, ["prepared", "sending", "unknown", "looked"]);
}

#[tokio::test(start_paused = true)]
async fn a_record_without_names_is_nobody_in_particular() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), new_guest()).await;
    {
        let mut world = desk.server.world();
        let other = Guest { phone: phone(70), profile: Profile::default(), ..world.guests["1"].clone() };
        world.guests.insert("other".to_owned(), other);
    }
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
}

/// The same account number is another guest on another server.
#[tokio::test(start_paused = true)]
async fn an_operation_of_another_server_is_neither_sent_nor_probed() {
    let mut desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    pass(minutes(5)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
    desk.office.pause("Анна").await.expect("paused");
    desk.submit(op(2), refill(2, 700)).await.expect("it waits");
    desk.move_to("https://other.example").await;
    desk.run();
    let marker = op(1).short();
    desk.server.elsewhere_saying("1", TransactionKind::Refill, 5_000, &marker);
    pass(minutes(60 * 50)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied, "what a foreign server shows proves nothing");
    let resent = desk.office.resend(op(1), "Анна").await;
    assert!(matches!(resent, Err(Refusal::OtherServer { server }) if server == "https://bonus.example"));
    let waiting = desk.office.resend(op(2), "Анна").await;
    assert!(matches!(waiting, Err(Refusal::OtherServer { .. })), "{waiting:?}");
    let asked = desk.office.reconcile(op(1)).await;
    assert!(matches!(asked, Err(Refusal::OtherServer { .. })));
    assert_eq!(desk.server.applied(Method::Refill), 1, "the one that acquainted us");
}

/// What waits and what is unknown, both of one server, while another one is connected: the office itself leaves them alone.
#[tokio::test(start_paused = true)]
async fn what_was_made_for_one_server_waits_for_it() {
    let mut desk = Desk::at_work().await;
    desk.stop();
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    desk.server.script([Fault::NotSent]);
    assert_eq!(desk.submit(op(2), refill(2, 700)).await.expect("it waits").state, State::Prepared);
    desk.move_to("https://other.example").await;
    let writes = desk.server.world().attempts.len();
    desk.run();
    pass(minutes(600)).await;
    assert_eq!((desk.state(op(1)).await, desk.state(op(2)).await), (State::Unknown, State::Prepared));
    assert_eq!(desk.server.world().attempts.len(), writes);
    desk.move_to("https://bonus.example").await;
    desk.run();
    pass(minutes(20)).await;
    assert_eq!((desk.state(op(1)).await, desk.state(op(2)).await), (State::Confirmed, State::Confirmed));
}

/// A server that lists fewer entries than it was asked for, and does not say so, shows no absence once its list is full of
/// newer ones.
#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_reach_back_shows_no_absence() {
    for (newer, end) in [(3, State::NotApplied), (12, State::Unknown)] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.server.world().lists_at_most = 10;
        for sum in 1..=15 {
            desk.server.elsewhere("1", TransactionKind::Accrual, sum);
        }
        desk.run();
        desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
        for sum in 1..=newer {
            desk.server.elsewhere("1", TransactionKind::Accrual, 100 + sum);
        }
        pass(minutes(60)).await;
        assert_eq!(desk.state(op(1)).await, end, "{newer} newer entries");
    }
}

/// A purchase has one return. The entry of it does not tell which of two attempts made it: the one that it confirms is enough.
#[tokio::test(start_paused = true)]
async fn of_two_returns_of_one_purchase_the_late_entry_confirms_one() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(3), purchase(3, "Z-1", 300, 0)).await.expect("bought");
    desk.submit(op(4), Draft::ReturnCheck { purchase: op(3) }).await.expect("returned: such entries are seen");
    desk.submit(op(1), purchase(1, "A-1", 300, 0)).await.expect("bought");
    desk.run();
    desk.server.script([Fault::Late(minutes(200)), Fault::RequestLost]);
    for id in [op(10), op(11)] {
        desk.submit(id, Draft::ReturnCheck { purchase: op(1) }).await.expect("unknown");
        pass(minutes(10)).await;
        assert_eq!(desk.state(id).await, State::NotApplied);
    }
    pass(minutes(60 * 40)).await;
    let mut states = [desk.state(op(10)).await, desk.state(op(11)).await];
    states.sort_by_key(|state| *state == State::NotApplied);
    assert_eq!(states, [State::Confirmed, State::NotApplied]);
    for id in [op(10), op(11)] {
        assert!(desk.tale(id).await.len() <= 8, "{:?}", desk.tale(id).await);
    }
}

/// A purchase that arrives a second time makes entries that carry the marks of its return.
#[tokio::test(start_paused = true)]
async fn a_purchase_that_arrives_again_does_not_prove_its_return() {
    let mut desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), purchase(1, "A-1", 300, 0)).await.expect("bought");
    desk.run();
    desk.submit_into(Fault::RequestLost, op(2), Draft::ReturnCheck { purchase: op(1) }).await;
    let again = desk.server.world().guests["1"].entries.last().expect("its entry").clone();
    desk.server.again("1", again);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(2)).await, State::Unknown, "the program does not guess");
    assert_eq!(desk.operation(op(1)).await.returned_by, None);
}

/// Where entries carry no marks, a POS that accrued as much for another purchase is no proof of ours.
#[tokio::test(start_paused = true)]
async fn an_accrual_of_the_same_sum_does_not_prove_a_purchase() {
    let mut desk = Desk::new().await;
    desk.server.world().shows_markers = false;
    desk.acquaint().await;
    desk.run();
    desk.submit_into(Fault::RequestLost, op(1), purchase(1, "A-1", 300, 0)).await;
    desk.server.elsewhere("1", TransactionKind::Accrual, 300);
    pass(minutes(60)).await;
    assert_eq!(desk.state(op(1)).await, State::Unknown);
}

/// What a POS took from the account, or accrued, is no return of ours, however well the sum fits.
#[tokio::test(start_paused = true)]
async fn a_payment_of_the_same_sum_does_not_prove_a_return() {
    for (accrued, spent, kind, sum) in [
        (600, 0, TransactionKind::Payment, -600),
        (0, 100, TransactionKind::Accrual, 100),
        (0, 100, TransactionKind::Refill, 100),
    ] {
        let mut desk = Desk::new().await;
        desk.server.world().shows_markers = false;
        desk.acquaint().await;
        desk.submit(op(1), purchase(1, "A-1", accrued, spent)).await.expect("bought");
        desk.run();
        desk.submit_into(Fault::RequestLost, op(2), Draft::ReturnCheck { purchase: op(1) }).await;
        desk.server.elsewhere("1", kind, sum);
        pass(minutes(60)).await;
        assert_eq!(desk.state(op(2)).await, State::Unknown, "{kind:?}");
        assert_eq!(desk.operation(op(1)).await.returned_by, None);
    }
}

/// Where entries carry no markers, an entry of the right sum may be another program's, or what came late of a twin of that day.
#[tokio::test(start_paused = true)]
async fn without_markers_the_refill_of_another_program_is_not_taken_for_ours() {
    for twin in [None, Some(5_000), Some(4_000)] {
        let mut desk = Desk::new().await;
        desk.server.world().shows_markers = false;
        desk.acquaint().await;
        if let Some(sum) = twin {
            desk.submit(op(2), refill(1, sum)).await.expect("done");
        }
        desk.run();
        desk.server.script([Fault::RequestLost]);
        let sent = desk.office.submit(op(1), refill(1, 5_000), because("второй подарок")).await.expect("written down");
        assert_eq!(sent.state, State::Unknown);
        desk.server.elsewhere("1", TransactionKind::Refill, 5_000);
        pass(minutes(60)).await;
        assert_eq!(desk.state(op(1)).await, State::Unknown, "twin of {twin:?}");
    }
}

/// A return that was given up is not proven by what the next return of the same purchase does, or did.
#[tokio::test(start_paused = true)]
async fn a_return_that_was_given_up_is_not_proven_by_the_next_one() {
    for fault in [Fault::Slow(minutes(90)), Fault::None, Fault::AnswerLost] {
        let mut desk = Desk::new().await;
        desk.acquaint().await;
        desk.submit(op(1), purchase(1, "A-1", 300, 0)).await.expect("bought");
        desk.run();
        desk.lose(op(10), Draft::ReturnCheck { purchase: op(1) }).await;
        desk.server.script([fault]);
        let office = desk.office.clone();
        let next =
            tokio::spawn(async move { office.submit(op(11), Draft::ReturnCheck { purchase: op(1) }, ann()).await });
        pass(minutes(60)).await;
        let bought = desk.server.world().guests["1"].entries.first().expect("the purchase's").clone();
        desk.server.again("1", probonus::Transaction { kind: TransactionKind::Return, sum: kop(-300), ..bought });
        pass(minutes(60 * 30)).await;
        next.await.expect("ended").expect("submitted");
        assert_eq!(
            (desk.state(op(10)).await, desk.state(op(11)).await),
            (State::NotApplied, State::Confirmed),
            "{fault:?}"
        );
        assert_eq!(desk.operation(op(1)).await.returned_by, Some(op(11)), "{fault:?}");
    }
}

/// The balance moves without an entry, so only the markers tell. The refill of another PC carries one, in its comment.
#[tokio::test(start_paused = true)]
async fn the_marked_refill_of_another_pc_does_not_hide_that_a_purchase_is_absent() {
    let desk = Desk::at_work().await;
    desk.server.script([Fault::RequestLost]);
    let lost = desk.submit(op(1), purchase(1, "A-1", 500, 0)).await.expect("written down");
    assert_eq!(lost.state, State::Unknown);
    desk.server.elsewhere_saying("1", TransactionKind::Refill, 7_000, "#deadbeef День рождения");
    desk.server.world().guests.get_mut("1").expect("known").balance -= 300;
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}
