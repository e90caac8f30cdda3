//! The search by phone: what it does not find, and whom it gives for every phone.

use office::{Draft, Refusal, State};
use probonus::{ErrorKind, GroupId, Profile};

use crate::{
    desk::{Desk, account, because, op, refill},
    fake_server::{kop, phone},
};

fn new_guest(tail: u32) -> Draft {
    let mut profile = Profile::default();
    profile.name.surname = Some("Орлов".to_owned());
    Draft::CreateGuest { group: GroupId::new("3"), phone: phone(tail), profile }
}

/// The office knows one guest. Since an upgrade the server writes phones in another way, and finds nobody.
#[tokio::test(start_paused = true)]
async fn the_only_known_guest_is_not_called_absent() {
    for is_in_journal in [false, true] {
        let mut desk = Desk::new().await;
        desk.office.find_by_phone(&phone(1)).await.expect("found");
        if is_in_journal {
            desk.submit(op(1), refill(1, 100)).await.expect("sent");
            desk.restart().await;
        }
        desk.office.believe_absence(&phone(70)).await.expect("others are found");
        desk.server.world().finds_nobody = true;
        assert!(desk.office.was_found_before(&phone(1)).await.expect("readable"));
        let doubted = desk.office.believe_absence(&phone(1)).await.expect_err("he was found before");
        assert_eq!(doubted.kind(), ErrorKind::Unreadable);
        let refused = desk.office.submit(op(2), new_guest(1), because("другой человек")).await;
        assert!(
            matches!(&refused, Err(Refusal::Server(error)) if error.kind() == ErrorKind::Unreadable),
            "{refused:?}"
        );
    }
}

/// Other guests are found, so this one may have another phone by now. A person must say so.
#[tokio::test(start_paused = true)]
async fn a_new_guest_with_the_phone_of_a_known_one_needs_a_reason() {
    for is_in_journal in [false, true] {
        let desk = Desk::at_work().await;
        if is_in_journal {
            desk.submit(op(1), refill(1, 100)).await.expect("sent");
        } else {
            let found = desk.office.find_by_phone(&phone(1)).await.expect("found");
            desk.office.hear_of(&found[0]);
        }
        desk.server.world().guests.get_mut("1").expect("known").phone = phone(60);
        let refused = desk.submit(op(2), new_guest(1)).await;
        let Err(Refusal::PossibleDuplicate { suspected }) = refused else { panic!("{refused:?}") };
        assert_eq!(suspected.iter().map(|one| one.operation).collect::<Vec<_>>(), [is_in_journal.then(|| op(1))]);
        let meant = desk.office.submit(op(2), new_guest(1), because("у неё новый телефон")).await;
        assert_eq!(meant.expect("meant").state, State::Confirmed);
    }
}

/// The card shows the guest's new phone, so the old one is free.
#[tokio::test(start_paused = true)]
async fn the_old_phone_of_a_guest_with_a_new_one_is_free() {
    let desk = Desk::at_work().await;
    desk.office.find_by_phone(&phone(1)).await.expect("found");
    desk.server.world().guests.get_mut("1").expect("known").phone = phone(60);
    let found = desk.office.find_by_phone(&phone(60)).await.expect("found");
    desk.office.hear_of(&found[0]);
    assert!(!desk.office.was_found_before(&phone(1)).await.expect("readable"));
    assert_eq!(desk.submit(op(2), new_guest(1)).await.expect("sent").state, State::Confirmed);
}

/// The server ignores how the phone is asked for since an upgrade, and gives the same guest for every phone.
#[tokio::test(start_paused = true)]
async fn a_guest_who_is_given_for_every_phone_is_not_believed() {
    for hides_phones in [true, false] {
        let desk = Desk::at_work().await;
        desk.submit(op(1), refill(1, 100)).await.expect("sent");
        {
            let mut world = desk.server.world();
            (world.finds_always, world.hides_phones) = (Some("2".to_owned()), hides_phones);
        }
        let doubted = desk.office.find_by_phone(&phone(1)).await.expect_err("the phone is the first guest's");
        assert_eq!(doubted.kind(), ErrorKind::Unreadable, "{hides_phones}");
        let misled = Draft::Refill { phone: phone(1), account: account(2), sum: kop(500), note: String::new() };
        let refused = desk.submit(op(2), misled).await;
        assert!(
            matches!(&refused, Err(Refusal::Server(error)) if error.kind() == ErrorKind::Unreadable),
            "{refused:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_phones_that_give_one_account_which_shows_neither_are_doubted() {
    for hides_phones in [true, false] {
        let desk = Desk::new().await;
        {
            let mut world = desk.server.world();
            (world.finds_always, world.hides_phones) = (Some("2".to_owned()), hides_phones);
        }
        desk.office.find_by_phone(&phone(71)).await.expect("nothing is known yet");
        let doubted = desk.office.find_by_phone(&phone(72)).await.expect_err("the same for another phone");
        assert_eq!(doubted.kind(), ErrorKind::Unreadable, "{hides_phones}");
    }
}

/// Records show no phones, and the guest has a new one: the search tells guests apart all the same.
#[tokio::test(start_paused = true)]
async fn a_guest_with_a_new_phone_is_believed_where_records_show_none() {
    let desk = Desk::at_work().await;
    desk.submit(op(1), refill(1, 100)).await.expect("sent");
    {
        let mut world = desk.server.world();
        world.hides_phones = true;
        world.guests.get_mut("1").expect("known").phone = phone(60);
    }
    let found = desk.office.find_by_phone(&phone(60)).await.expect("believed");
    assert_eq!(found.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), [account(1)]);
}
