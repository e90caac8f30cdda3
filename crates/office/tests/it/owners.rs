//! Whose account it is when the turn of an operation comes: a server whose data were put back gives the number to another guest.

use office::{Draft, Precondition, Refusal, State};
use probonus::{Delivery, Error, ErrorKind, GroupId, Profile};

use crate::{
    desk::{Desk, because, minutes, op, pass, purchase, refill},
    fake_server::{Guest, phone},
};

fn somebody_else() -> Guest {
    let mut other = Guest::numbered(50);
    other.profile.name.surname = Some("Ким".to_owned());
    other.profile.name.name = Some("Олег".to_owned());
    other
}

/// An office in which an operation waits while the queue is paused.
async fn waiting(draft: Draft) -> Desk {
    let desk = Desk::at_work().await;
    if let Draft::ReturnCheck { purchase: bought } = &draft {
        desk.submit(*bought, purchase(1, "A-1", 100, 0)).await.expect("bought");
    }
    desk.office.pause("Анна").await.expect("paused");
    assert_eq!(desk.submit(op(1), draft).await.expect("waits").state, State::Prepared);
    desk
}

/// Lets the queue go, and tells how the operation stands and how many writes left.
async fn after_its_turn(desk: &Desk) -> (State, Option<Precondition>, usize) {
    let before = desk.server.world().attempts.len();
    desk.office.resume("Анна").await.expect("resumed");
    pass(minutes(10)).await;
    let stands = desk.operation(op(1)).await;
    let why = stands.failure.and_then(|failure| failure.precondition);
    (stands.state, why, desk.server.world().attempts.len() - before)
}

const WAITS: (State, Option<Precondition>, usize) = (State::Prepared, Some(Precondition::AccountNotFound), 0);

fn drafts() -> [Draft; 3] {
    [refill(1, 5_000), purchase(1, "A-2", 100, 200), Draft::ReturnCheck { purchase: op(2) }]
}

/// The number belongs to a new guest by now, or the numbers were swapped, or the phone is another guest's.
#[tokio::test(start_paused = true)]
async fn money_that_waited_goes_to_nobody_else() {
    let becomes: [fn(&mut std::collections::BTreeMap<String, Guest>); 3] = [
        |guests| drop(guests.insert("1".to_owned(), somebody_else())),
        |guests| {
            let (one, two) = (guests["1"].clone(), guests["2"].clone());
            guests.insert("1".to_owned(), two);
            guests.insert("2".to_owned(), one);
        },
        |guests| {
            guests.insert("1".to_owned(), somebody_else());
            guests.get_mut("2").expect("known").phone = phone(1);
        },
    ];
    for draft in drafts() {
        for (case, change) in becomes.into_iter().enumerate() {
            let desk = waiting(draft.clone()).await;
            change(&mut desk.server.world().guests);
            assert_eq!(after_its_turn(&desk).await, WAITS, "case {case}: {draft:?}");
            assert_eq!(desk.operation(op(1)).await.due_at, None, "a person decides");
            let asked = desk.office.resend(op(1), "Анна").await.expect("tried again");
            assert_eq!(asked.state, State::Prepared, "case {case}: {draft:?}");
        }
    }
}

/// The operation keeps waiting, so it goes when the right data are back.
#[tokio::test(start_paused = true)]
async fn what_waits_for_its_guest_goes_by_hand_when_the_guest_is_back() {
    let desk = waiting(refill(1, 5_000)).await;
    let own = desk.server.world().guests.insert("1".to_owned(), somebody_else()).expect("known");
    assert_eq!(after_its_turn(&desk).await, WAITS);
    desk.server.world().guests.insert("1".to_owned(), own);
    assert_eq!(desk.office.resend(op(1), "Анна").await.expect("sent").state, State::Confirmed);
}

/// It was sent once, and got lost. It stays not applied, so a late arrival of it would still be noticed.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_again_to_somebody_else() {
    for draft in [refill(1, 5_000), purchase(1, "A-2", 100, 200)] {
        let desk = Desk::at_work().await;
        desk.lose(op(1), draft.clone()).await;
        desk.server.world().guests.insert("1".to_owned(), somebody_else());
        let attempts = desk.server.world().attempts.len();
        let again = desk.office.resend_because(op(1), "Анна", "база восстановлена").await;
        assert!(matches!(again, Err(Refusal::AccountNotFound)), "{draft:?}: {again:?}");
        assert_eq!((desk.state(op(1)).await, desk.server.world().attempts.len()), (State::NotApplied, attempts));
    }
}

/// A guest with a new phone is served as soon as a person has looked.
#[tokio::test(start_paused = true)]
async fn a_guest_with_a_new_phone_is_served_by_a_form_submitted_anew() {
    let desk = waiting(refill(1, 5_000)).await;
    desk.server.world().guests.get_mut("1").expect("known").phone = phone(60);
    assert_eq!(after_its_turn(&desk).await, WAITS);
    desk.office.cancel(op(1), "Анна").await.expect("cancelled");
    let Draft::Refill { account, sum, note, .. } = refill(1, 5_000) else { unreachable!("a refill") };
    let anew = Draft::Refill { phone: phone(60), account, sum, note };
    assert_eq!(desk.office.submit(op(3), anew, because("новый телефон")).await.expect("sent").state, State::Confirmed);
}

/// A second phone of the guest finds the account, whose record shows the first one: that is the guest. Somebody else has neither the
/// phone nor the name.
#[tokio::test(start_paused = true)]
async fn an_account_with_another_phone_and_another_name_is_not_the_guest() {
    for (other, expected) in [(Guest::numbered(50), State::Confirmed), (somebody_else(), State::Prepared)] {
        let desk = waiting(refill(1, 5_000)).await;
        {
            let mut world = desk.server.world();
            world.guests.insert("1".to_owned(), other);
            world.finds_also = Some((phone(1), "1".to_owned()));
        }
        assert_eq!(after_its_turn(&desk).await.0, expected);
    }
}

/// While the search finds nobody at all, nobody knows whose account it is.
#[tokio::test(start_paused = true)]
async fn money_waits_while_the_search_finds_nobody_at_all() {
    for draft in drafts() {
        let desk = waiting(draft.clone()).await;
        desk.server.world().finds_nobody = true;
        let (state, _, attempts) = after_its_turn(&desk).await;
        assert_eq!((state, attempts), (State::Prepared, 0), "{draft:?}");
        desk.server.world().finds_nobody = false;
        pass(minutes(30)).await;
        assert_eq!(desk.state(op(1)).await, State::Confirmed, "{draft:?}");
    }
}

/// The server gives the same guest for every phone since an upgrade.
#[tokio::test(start_paused = true)]
async fn money_waits_while_the_search_gives_one_guest_for_every_phone() {
    let desk = waiting(refill(1, 5_000)).await;
    {
        let mut world = desk.server.world();
        (world.finds_always, world.hides_phones) = (Some("2".to_owned()), true);
    }
    let (state, _, attempts) = after_its_turn(&desk).await;
    assert_eq!((state, attempts), (State::Prepared, 0));
    desk.server.world().finds_always = None;
    pass(minutes(30)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

/// A server without a search: what this run heard of the account is all that there is.
#[tokio::test(start_paused = true)]
async fn without_a_search_money_goes_unless_the_account_is_known_as_anothers() {
    for (is_known, expected) in [(false, State::Confirmed), (true, State::Prepared)] {
        let desk = waiting(refill(1, 5_000)).await;
        if is_known {
            desk.server.world().guests.insert("1".to_owned(), somebody_else());
            let found = desk.office.find_by_phone(&phone(50)).await.expect("found");
            desk.office.hear_of(&found[0]);
        }
        desk.server.world().records_fail = Some(Error::new(ErrorKind::Unsupported, Delivery::NotSent));
        assert_eq!(after_its_turn(&desk).await.0, expected, "{is_known}");
    }
}

/// A search that can't be read is tried again before the money goes without it.
#[tokio::test(start_paused = true)]
async fn a_search_that_can_not_be_read_is_waited_for() {
    let desk = waiting(refill(1, 5_000)).await;
    desk.server.world().records_fail = Some(Error::new(ErrorKind::Unreadable, Delivery::Unknown));
    desk.office.resume("Анна").await.expect("resumed");
    pass(minutes(1) / 60).await;
    assert_eq!(desk.state(op(1)).await, State::Prepared);
    desk.server.world().records_fail = None;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(1)).await, State::Confirmed);
}

/// The groups were numbered anew while the new guest waited.
#[tokio::test(start_paused = true)]
async fn a_new_guest_is_not_put_in_another_group_than_was_shown() {
    let mut profile = Profile::default();
    profile.name.surname = Some("Орлов".to_owned());
    let draft = Draft::CreateGuest { group: GroupId::new("3"), phone: phone(70), profile };
    let desk = waiting(draft).await;
    let name = std::mem::replace(&mut desk.server.world().groups[1].name, "Сотрудники".to_owned());
    assert_eq!(after_its_turn(&desk).await, (State::Prepared, Some(Precondition::GroupChanged), 0));
    desk.server.world().groups[1].name = name;
    assert_eq!(desk.office.resend(op(1), "Анна").await.expect("sent").state, State::Confirmed);
    assert_eq!(desk.server.world().guests.len(), 10);
}
