//! Editing without blanking.

use office::{Draft, Event, Precondition, Refusal, State};
use probonus::Profile;

use crate::{
    desk::{Desk, account, minutes, op, pass},
    fake_server::{Fault, phone},
};

fn edit(desk: &Desk, change: impl FnOnce(&mut Profile)) -> Draft {
    let before = desk.server.world().guests["1"].profile.clone();
    let mut after = before.clone();
    change(&mut after);
    Draft::EditGuest { phone: phone(1), account: account(1), before, after }
}

#[tokio::test(start_paused = true)]
async fn an_edit_is_shown_field_by_field_and_read_again() {
    let desk = Desk::new().await;
    let draft = edit(&desk, |profile| profile.email = Some("anna@example.ru".to_owned()));
    let preview = desk.office.preview(&draft).await.expect("possible");
    assert_eq!(preview.changes.len(), 1);
    assert_eq!(
        (preview.changes[0].field.as_str(), preview.changes[0].after.as_deref()),
        ("email", Some("anna@example.ru"))
    );
    let done = desk.submit(op(1), draft).await.expect("sent");
    assert_eq!(done.state, State::Confirmed);
    assert_eq!(desk.events(op(1)).await.last(), Some(&Event::RecordRead { unasked: Vec::new() }));
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_what_changed_meanwhile_shows_three_versions() {
    let desk = Desk::new().await;
    let draft = edit(&desk, |profile| profile.email = Some("anna@example.ru".to_owned()));
    desk.server.world().guests.get_mut("1").expect("there").profile.name.surname = Some("Петрова".to_owned());
    let Err(Refusal::AccountChanged(versions)) = desk.submit(op(1), draft).await else { panic!("must stop") };
    assert_eq!(versions.read.name.surname.as_deref(), Some("Иванова"));
    assert_eq!(versions.now.name.surname.as_deref(), Some("Петрова"));
    assert_eq!(versions.wanted.email.as_deref(), Some("anna@example.ru"));
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_waited_does_not_overwrite_what_changed_meanwhile() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::NotSent]);
    let draft = edit(&desk, |profile| profile.email = Some("anna@example.ru".to_owned()));
    assert_eq!(desk.submit(op(1), draft).await.expect("waits").state, State::Prepared);
    desk.server.world().guests.get_mut("1").expect("there").profile.name.surname = Some("Петрова".to_owned());
    desk.run();
    pass(minutes(1)).await;
    let stopped = desk.operation(op(1)).await;
    assert_eq!(stopped.state, State::Rejected);
    assert_eq!(stopped.failure.and_then(|failure| failure.precondition), Some(Precondition::AccountChanged));
    assert_eq!(desk.server.world().guests["1"].profile.email, None);
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_waited_is_not_sent_to_an_account_that_was_deleted_meanwhile() {
    let mut desk = Desk::new().await;
    desk.server.script([Fault::NotSent]);
    let draft = edit(&desk, |profile| profile.email = Some("anna@example.ru".to_owned()));
    assert_eq!(desk.submit(op(1), draft).await.expect("waits").state, State::Prepared);
    desk.server.world().guests.get_mut("1").expect("there").deleted = true;
    desk.run();
    pass(minutes(1)).await;
    let stopped = desk.operation(op(1)).await;
    assert_eq!(stopped.failure.and_then(|failure| failure.precondition), Some(Precondition::AccountClosed));
    assert_eq!(desk.server.world().guests["1"].profile.email, None);
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_changes_nothing_is_not_sent() {
    let desk = Desk::new().await;
    let draft = edit(&desk, |profile| profile.name.surname = Some(" Иванова ".to_owned()));
    assert!(matches!(desk.submit(op(1), draft).await, Err(Refusal::Invalid(_))));
}

/// An edit of the terms that the account has now.
fn terms(desk: &Desk, change: impl FnOnce(&mut Profile)) -> Draft {
    desk.server.world().guests.get_mut("1").expect("there").profile.discount_level = Some("1".to_owned());
    desk.server.world().guests.get_mut("1").expect("there").profile.bonus_lifetime = Some(180);
    edit(desk, change)
}

fn unasked_of(events: &[Event]) -> Vec<String> {
    match events.last() {
        Some(Event::RecordRead { unasked }) => unasked.iter().map(|change| change.field.clone()).collect(),
        other => panic!("the record was not read again: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_level_and_a_life_of_bonuses_are_changed_like_a_profile() {
    let desk = Desk::new().await;
    let draft = terms(&desk, |profile| {
        profile.discount_level = Some("3".to_owned());
        profile.bonus_lifetime = Some(90);
    });
    let preview = desk.office.preview(&draft).await.expect("possible");
    let changes: Vec<_> = preview.changes.iter().map(|one| (one.field.as_str(), one.after.as_deref())).collect();
    assert_eq!(changes, [("discountLevel", Some("3")), ("bonusLifetime", Some("90"))]);
    let done = desk.submit(op(1), draft).await.expect("sent");
    assert_eq!(done.state, State::Confirmed);
    // The name of the level follows its code: nobody else changed it.
    assert_eq!(unasked_of(&desk.events(op(1)).await), [] as [&str; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_profile_edit_leaves_a_level_that_the_ladder_has_raised_meanwhile() {
    let desk = Desk::new().await;
    let draft = terms(&desk, |profile| profile.email = Some("anna@example.ru".to_owned()));
    desk.server.world().guests.get_mut("1").expect("there").profile.discount_level = Some("2".to_owned());
    assert_eq!(desk.submit(op(1), draft).await.expect("sent").state, State::Confirmed);
    let profile = desk.server.world().guests["1"].profile.clone();
    assert_eq!((profile.discount_level.as_deref(), profile.email.as_deref()), (Some("2"), Some("anna@example.ru")));
    assert_eq!(unasked_of(&desk.events(op(1)).await), [] as [&str; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_level_that_somebody_else_has_changed_stops_a_change_of_the_level() {
    let desk = Desk::new().await;
    let draft = terms(&desk, |profile| profile.discount_level = Some("3".to_owned()));
    desk.server.world().guests.get_mut("1").expect("there").profile.discount_level = Some("2".to_owned());
    assert!(matches!(desk.submit(op(1), draft).await, Err(Refusal::AccountChanged(_))));
}

#[tokio::test(start_paused = true)]
async fn terms_can_be_changed_and_not_blanked() {
    let desk = Desk::new().await;
    for change in [
        (|profile: &mut Profile| profile.discount_level = None) as fn(&mut Profile),
        |profile| profile.bonus_lifetime = None,
        |profile| profile.bonus_lifetime = Some(0),
        |profile| profile.bonus_lifetime = Some(40_000),
    ] {
        let draft = terms(&desk, change);
        assert!(matches!(desk.submit(op(1), draft).await, Err(Refusal::Invalid(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_terms_that_the_record_does_not_show_is_not_proven_by_it() {
    let desk = Desk::new().await;
    desk.server.world().hides_terms = true;
    let mut draft = terms(&desk, |profile| profile.bonus_lifetime = Some(90));
    let Draft::EditGuest { before, after, .. } = &mut draft else { panic!("an edit") };
    (before.discount_level, before.bonus_lifetime, after.discount_level) = (None, None, None);
    desk.server.script([Fault::AnswerLost]);
    assert_eq!(desk.submit(op(1), draft).await.expect("sent").state, State::Unknown);
    let probed = desk.office.reconcile(op(1)).await.expect("asked");
    assert_eq!(probed.operation.state, State::Unknown);
}
