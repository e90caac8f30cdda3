//! A server that showed the comments of entries once, with the markers of refills in them, and then cuts or hides them.

use office::{Event, Evidence, State};

use crate::{
    desk::{Desk, minutes, op, pass, refill},
    fake_server::Fault,
};

/// A few characters, one that ends inside the short id, none.
const LEFT: [usize; 4] = [1, 4, 8, 0];

#[tokio::test(start_paused = true)]
async fn an_entry_whose_comment_is_cut_is_not_another_s() {
    for left in LEFT {
        let desk = Desk::at_work().await;
        desk.server.world().comment_chars = left;
        desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
        pass(minutes(60)).await;
        assert_eq!(desk.state(op(1)).await, State::Unknown, "{left} characters");
        let asked = desk.office.reconcile(op(1)).await.expect("asked").evidence;
        assert!(matches!(&asked, Evidence::Ambiguous { candidates } if candidates.len() == 1), "{left}: {asked:?}");

        desk.server.world().comment_chars = usize::MAX;
        pass(minutes(20)).await;
        assert_eq!(desk.state(op(1)).await, State::Confirmed, "{left} characters");
        assert_eq!(desk.server.balance_of("1"), 105_000);
    }
}

/// A comment that is no beginning of ours is another's, cut or not.
#[tokio::test(start_paused = true)]
async fn an_entry_with_another_comment_is_another_s() {
    let desk = Desk::at_work().await;
    desk.submit_into(Fault::RequestLost, op(1), refill(1, 5_000)).await;
    desk.server.elsewhere_saying("1", probonus::TransactionKind::Refill, 5_000, "касса");
    desk.server.world().comment_chars = 3;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::NotApplied);
}

/// The server shows a comment some minutes after its entry. Until then the entry is nobody's.
#[tokio::test(start_paused = true)]
async fn an_entry_whose_comment_comes_later_is_waited_for() {
    let desk = Desk::at_work().await;
    desk.server.world().comment_chars = 0;
    desk.submit_into(Fault::AnswerLost, op(1), refill(1, 5_000)).await;
    pass(minutes(8)).await;
    desk.server.world().comment_chars = usize::MAX;
    pass(minutes(20)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

/// A proxy says that a refill was done, which never arrived; at that moment others add the same sum and something else.
#[tokio::test(start_paused = true)]
async fn an_entry_without_a_marker_is_not_taken_as_proof_where_markers_were_shown() {
    let desk = Desk::at_work().await;
    desk.server.world().beside = vec![("1", 5_000), ("1", 300)];
    desk.server.script([Fault::AnsweredFor("1")]);
    let confirmed = desk.submit(op(1), refill(1, 5_000)).await.expect("answered");
    assert_eq!(confirmed.state, State::Confirmed);
    assert_eq!((confirmed.proof.as_deref(), confirmed.trace_seen), (None, false), "{confirmed:?}");
    let events = desk.events(op(1)).await;
    assert!(!events.iter().any(|event| matches!(event, Event::Probed { evidence: Evidence::Found(_) })), "{events:?}");
}
