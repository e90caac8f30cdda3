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
    assert_eq!(versions.seen.name.surname.as_deref(), Some("Иванова"));
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
async fn an_edit_that_changes_nothing_is_not_sent() {
    let desk = Desk::new().await;
    let draft = edit(&desk, |profile| profile.name.surname = Some(" Иванова ".to_owned()));
    assert!(matches!(desk.submit(op(1), draft).await, Err(Refusal::Invalid(_))));
}
