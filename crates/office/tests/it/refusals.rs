//! Each refusal: nothing is sent, and what is wrong is said.

use office::{Draft, Field, FieldProblemKind, Notice, Precondition, Refusal, State};
use probonus::{GroupId, Method, Phone, Profile, RestCode, StationCode, TransactionKind, contract::ProfileField};

use crate::{
    desk::{Desk, account, ann, because, minutes, op, outside_check, pass, purchase, refill},
    fake_server::{Fault, kop, phone},
};

fn problems(refusal: Refusal) -> Vec<(Field, FieldProblemKind)> {
    match refusal {
        Refusal::Invalid(problems) => problems.into_iter().map(|p| (p.field, p.problem)).collect(),
        other => panic!("expected field problems, got {other:?}"),
    }
}

fn new_guest(phone: Phone, change: impl FnOnce(&mut Profile)) -> Draft {
    let mut profile = Profile::default();
    profile.name.name = Some("Пётр".to_owned());
    change(&mut profile);
    Draft::CreateGuest { group: GroupId::new("3"), phone, profile }
}

#[tokio::test(start_paused = true)]
async fn sums_that_cannot_be_right_are_reported_at_their_field() {
    let desk = Desk::new().await;
    let limit = kop(1_000_000_000);
    for (sum, problem) in [
        (0, FieldProblemKind::NotPositive),
        (-1, FieldProblemKind::NotPositive),
        (1_000_000_001, FieldProblemKind::OverLimit { limit }),
    ] {
        let refused = desk.submit(op(1), refill(1, sum)).await.expect_err("refused");
        assert_eq!(problems(refused), [(Field::Sum, problem)]);
    }
    let mut check = outside_check(1, " ", -1, 0);
    check.discount = kop(1_000_000_001);
    let refused = desk.preview(check).await.expect_err("refused");
    assert_eq!(
        problems(refused),
        [
            (Field::OutsideNumber, FieldProblemKind::Required),
            (Field::Discount, FieldProblemKind::OverLimit { limit }),
            (Field::BonusAccrued, FieldProblemKind::Negative),
        ]
    );
    let mut nothing = outside_check(1, "A", 0, 0);
    nothing.money_spent = kop(0);
    assert_eq!(
        problems(desk.preview(nothing).await.expect_err("refused")),
        [(Field::MoneySpent, FieldProblemKind::NothingInIt)]
    );
    assert!(desk.server.world().attempts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_checked_field_by_field() {
    let desk = Desk::new().await;
    let day = |text: &str| Some(text.parse().expect("a day"));
    let cases: [(&str, Draft, Field, FieldProblemKind); 6] = [
        (
            "born tomorrow",
            new_guest(phone(60), |p| p.birthday = day("2026-03-03")),
            Field::OfProfile(ProfileField::Birthday),
            FieldProblemKind::InFuture,
        ),
        (
            "older than anyone",
            new_guest(phone(60), |p| p.birthday = day("1906-03-01")),
            Field::OfProfile(ProfileField::Birthday),
            FieldProblemKind::TooLongAgo { earliest: "1906-03-02".parse().expect("a day") },
        ),
        (
            "no address",
            new_guest(phone(60), |p| p.email = Some("пётр собака".to_owned())),
            Field::OfProfile(ProfileField::Email),
            FieldProblemKind::NotAnEmail,
        ),
        (
            "ten thousand letters",
            new_guest(phone(60), |p| p.name.surname = Some("Я".repeat(10_000))),
            Field::OfProfile(ProfileField::Surname),
            FieldProblemKind::TooLong { max: 100 },
        ),
        (
            "two lines",
            new_guest(phone(60), |p| p.name.patronymic = Some("a\u{7}b".to_owned())),
            Field::OfProfile(ProfileField::Patronymic),
            FieldProblemKind::ControlCharacters,
        ),
        (
            "nobody",
            new_guest(phone(60), |p| p.name.name = Some("  ".to_owned())),
            Field::OfProfile(ProfileField::Name),
            FieldProblemKind::Required,
        ),
    ];
    for (why, draft, field, problem) in cases {
        let refused = desk.office.preview(&draft).await.expect_err(why);
        assert_eq!(problems(refused), [(field, problem)], "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn strange_text_is_data() {
    let desk = Desk::new().await;
    let strange = "«Ёлка» <b>O'Neil</b> \"; DROP TABLE 😀 \u{202e}שלום";
    let draft = new_guest(phone(61), |p| p.name.surname = Some(strange.to_owned()));
    let done = desk.submit(op(1), draft).await.expect("accepted");
    assert_eq!(done.state, State::Confirmed);
    let id = done.subject.account.expect("told");
    assert_eq!(desk.server.world().guests[id.as_str()].profile.name.surname.as_deref(), Some(strange));
    let mut long = outside_check(1, strange, 1, 0);
    long.contents = "Пицца 🍕\n".repeat(1_000);
    assert_eq!(
        desk.submit(op(2), Draft::RegisterCheck(Box::new(long))).await.expect("accepted").state,
        State::Confirmed
    );
}

#[tokio::test(start_paused = true)]
async fn a_known_phone_offers_its_card() {
    let desk = Desk::new().await;
    let refused = desk.submit(op(1), new_guest(phone(4), |_| {})).await.expect_err("known");
    assert!(matches!(refused, Refusal::PhoneKnown { account: known } if known == account(4)));
}

#[tokio::test(start_paused = true)]
async fn a_group_without_a_template_takes_nobody() {
    let desk = Desk::new().await;
    let Draft::CreateGuest { phone, profile, .. } = new_guest(phone(60), |_| {}) else { unreachable!("it is one") };
    let draft = Draft::CreateGuest { group: GroupId::new("1"), phone, profile };
    assert!(matches!(desk.submit(op(1), draft.clone()).await, Err(Refusal::GroupHasNoTemplate)));
    desk.server.world().groups[1].have_template = false;
    assert!(matches!(desk.submit(op(1), draft).await, Err(Refusal::NoTemplateGroup)));
}

#[tokio::test(start_paused = true)]
async fn more_bonuses_than_there_are_cannot_be_spent() {
    let desk = Desk::new().await;
    let refused = desk.submit(op(1), purchase(1, "A-1", 0, 100_001)).await.expect_err("too low");
    assert!(matches!(refused, Refusal::BalanceTooLow { balance } if balance == kop(100_000)));
    assert!(desk.journal_is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn an_outside_number_is_active_once_whatever_the_reason() {
    let desk = Desk::new().await;
    desk.submit(op(1), purchase(1, "A-1", 100, 0)).await.expect("the first");
    let again = desk.office.submit(op(2), purchase(2, "A-1", 200, 0), because("очень надо")).await;
    assert!(matches!(again, Err(Refusal::OutsideNumberTaken { op: first }) if first == op(1)));
    desk.submit(op(3), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    let freed = desk.office.submit(op(4), purchase(2, "A-1", 200, 0), because("перебит")).await.expect("free again");
    assert_eq!(freed.state, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_guid_is_used_once_for_ever() {
    let desk = Desk::new().await;
    let mut first = outside_check(1, "A-1", 100, 0);
    first.check_guid = Some(probonus::CheckGuid::from_uuid(op(77).0));
    let mut second = outside_check(2, "A-2", 100, 0);
    second.check_guid = first.check_guid;
    desk.submit(op(1), Draft::RegisterCheck(Box::new(first))).await.expect("the first");
    desk.submit(op(2), Draft::ReturnCheck { purchase: op(1) }).await.expect("returned");
    let again = desk.submit(op(3), Draft::RegisterCheck(Box::new(second))).await;
    assert!(matches!(again, Err(Refusal::GuidTaken { op: first }) if first == op(1)));
}

#[tokio::test(start_paused = true)]
async fn the_same_sum_within_a_day_needs_a_reason() {
    let desk = Desk::new().await;
    desk.submit(op(1), refill(1, 5_000)).await.expect("the first");
    let Err(Refusal::PossibleDuplicate { suspected }) = desk.submit(op(2), refill(1, 5_000)).await else {
        panic!("a likeness must stop it");
    };
    assert_eq!(suspected.iter().map(|one| one.operation).collect::<Vec<_>>(), [Some(op(1))], "shown once, not twice");
    let done = desk.office.submit(op(2), refill(1, 5_000), because("второй ребёнок")).await.expect("with a reason");
    assert_eq!((done.state, done.reason.as_str()), (State::Confirmed, "второй ребёнок"));
    desk.submit(op(3), refill(2, 5_000)).await.expect("another guest is no likeness");
    desk.submit(op(4), refill(1, 5_001)).await.expect("another sum is no likeness");
}

#[tokio::test(start_paused = true)]
async fn a_likeness_in_the_server_s_own_history_is_shown_too() {
    let desk = Desk::new().await;
    desk.server.elsewhere("1", TransactionKind::Refill, 5_000);
    let preview = desk.office.preview(&refill(1, 5_000)).await.expect("shown");
    assert_eq!(preview.duplicates.len(), 1);
    assert_eq!(preview.duplicates[0].operation, None);
    assert_eq!(preview.balance.expected, Some(kop(110_000)));
    assert!(preview.notices.contains(&Notice::FirstRefill));
    assert!(matches!(desk.submit(op(1), refill(1, 5_000)).await, Err(Refusal::PossibleDuplicate { .. })));
}

#[tokio::test(start_paused = true)]
async fn only_an_active_purchase_is_returned_and_once() {
    let desk = Desk::new().await;
    let back = |purchase| Draft::ReturnCheck { purchase };
    assert!(matches!(desk.submit(op(2), back(op(1))).await, Err(Refusal::PurchaseNotFound)));
    desk.submit(op(3), refill(1, 100)).await.expect("a refill");
    assert!(matches!(desk.submit(op(2), back(op(3))).await, Err(Refusal::PurchaseNotFound)));
    desk.server.script([Fault::Refused]);
    desk.submit(op(4), purchase(1, "A-1", 100, 0)).await.expect("written down");
    let rejected = desk.submit(op(2), back(op(4))).await;
    assert!(matches!(rejected, Err(Refusal::PurchaseNotActive { state: State::Rejected })));
    desk.office.submit(op(5), purchase(1, "A-2", 100, 0), because("исправлено")).await.expect("bought");
    desk.submit(op(6), back(op(5))).await.expect("returned");
    assert!(matches!(desk.submit(op(7), back(op(5))).await, Err(Refusal::AlreadyReturned { by }) if by == op(6)));
}

/// Another office returned it: the server's history shows that, and undoing it twice takes twice.
#[tokio::test(start_paused = true)]
async fn a_return_that_the_history_shows_needs_a_reason() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), purchase(1, "A-1", 300, 0)).await.expect("bought");
    let elsewhere = Desk::new().await;
    let theirs = office::Office::open(
        std::sync::Arc::clone(&elsewhere.journal) as _,
        std::sync::Arc::new(desk.server.clone()),
        std::sync::Arc::clone(&elsewhere.host) as _,
        elsewhere.policy(),
    );
    let foreign = Draft::ReturnForeign {
        phone: phone(1),
        account: account(1),
        check_guid: desk.operation(op(1)).await.payload.check_guid().expect("a purchase has one"),
        rest_code: probonus::RestCode::new("77").expect("a code"),
        outside_number: "A-1".to_owned(),
        station: probonus::StationCode::OUTSIDE,
    };
    let theirs = theirs.await.expect("opens");
    assert_eq!(theirs.submit(op(7), foreign, ann()).await.expect("returned").state, State::Confirmed);

    let ours = Draft::ReturnCheck { purchase: op(1) };
    assert_eq!(desk.office.preview(&ours).await.expect("shown").duplicates.len(), 1);
    let refused = desk.submit(op(2), ours.clone()).await;
    assert!(matches!(refused, Err(Refusal::PossibleDuplicate { .. })), "{refused:?}");
    assert_eq!(desk.server.applied(probonus::Method::ReturnCheck), 1);
    let insisted = desk.office.submit(op(2), ours, because("проверено по чеку")).await.expect("with a reason");
    assert_eq!(insisted.state, State::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_purchase_is_returned_by_its_guid() {
    let desk = Desk::new().await;
    let foreign = Draft::ReturnForeign {
        phone: phone(1),
        account: account(1),
        check_guid: probonus::CheckGuid::from_uuid(op(500).0),
        rest_code: RestCode::new("77").expect("a code"),
        outside_number: "Б-9".to_owned(),
        station: StationCode::OUTSIDE,
    };
    let preview = desk.office.preview(&foreign).await.expect("possible");
    assert!(preview.notices.contains(&Notice::ForeignPurchase));
    assert_eq!(preview.balance.expected, None);
    assert_eq!(desk.submit(op(1), foreign).await.expect("sent").state, State::Confirmed);
    assert!(desk.office.queue().await.expect("readable").halted.is_none(), "what is not expected can't surprise");
}

#[tokio::test(start_paused = true)]
async fn what_the_server_cannot_do_is_not_tried() {
    let desk = Desk::new().await;
    desk.server.world().unsupported.push(Method::Refill);
    let refused = desk.submit(op(1), refill(1, 5_000)).await;
    assert!(matches!(refused, Err(Refusal::Unsupported { method: Method::Refill, .. })));
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_there_is_said_so() {
    let desk = Desk::new().await;
    let draft = Draft::Refill { phone: phone(1), account: account(2), sum: kop(1), note: String::new() };
    assert!(matches!(desk.submit(op(1), draft).await, Err(Refusal::AccountNotFound)));
}

/// An account that the server marks as deleted takes nothing; one that is blocked takes no money.
#[tokio::test(start_paused = true)]
async fn nothing_is_sent_to_an_account_that_is_deleted_or_blocked() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    let sent = desk.server.world().attempts.len();
    desk.server.world().guests.get_mut("1").expect("known").deleted = true;
    desk.server.world().guests.get_mut("2").expect("known").blocked = true;
    let edit = |guest: u32| {
        let before = desk.server.world().guests[&guest.to_string()].profile.clone();
        let after = Profile { email: Some("a@b.ru".to_owned()), ..before.clone() };
        Draft::EditGuest { phone: phone(guest), account: account(guest), before, after }
    };
    for (id, draft) in
        [refill(1, 5_000), purchase(1, "А-1", 100, 0), edit(1), refill(2, 5_000), purchase(2, "А-2", 100, 0)]
            .into_iter()
            .enumerate()
    {
        let id = op(u32::try_from(id).expect("few") + 50);
        assert!(matches!(desk.office.preview(&draft).await, Err(Refusal::AccountClosed)), "{draft:?}");
        assert!(matches!(desk.submit(id, draft).await, Err(Refusal::AccountClosed)), "{id}");
    }
    assert_eq!(desk.server.world().attempts.len(), sent);
    assert_eq!(desk.submit(op(60), edit(2)).await.expect("accepted").state, State::Confirmed);
}

/// It was written down while the account was open.
#[tokio::test(start_paused = true)]
async fn money_that_waited_is_not_sent_to_an_account_that_was_closed_meanwhile() {
    for (deleted, blocked) in [(true, false), (false, true)] {
        for draft in [refill(1, 5_000), purchase(1, "А-1", 100, 200)] {
            let mut desk = Desk::new().await;
            desk.acquaint().await;
            desk.server.script([Fault::NotSent]);
            assert_eq!(desk.submit(op(1), draft).await.expect("waits").state, State::Prepared);
            {
                let mut world = desk.server.world();
                let guest = world.guests.get_mut("1").expect("known");
                (guest.deleted, guest.blocked) = (deleted, blocked);
            }
            desk.run();
            pass(minutes(10)).await;
            let stopped = desk.operation(op(1)).await;
            assert_eq!(stopped.state, State::Rejected);
            assert_eq!(stopped.failure.and_then(|failure| failure.precondition), Some(Precondition::AccountClosed));
            assert_eq!(desk.server.balance_of("1"), 100_000);
        }
    }
}

/// The phone of a guest who was deleted is nobody's, and the deleted guest is not the new one, whatever the name.
#[tokio::test(start_paused = true)]
async fn a_new_guest_may_have_the_phone_of_a_deleted_account() {
    let desk = Desk::at_work().await;
    let again = |number: u32| {
        let mut world = desk.server.world();
        let guest = world.guests.get_mut(&number.to_string()).expect("known");
        guest.deleted = true;
        Draft::CreateGuest { group: GroupId::new("3"), phone: phone(number), profile: guest.profile.clone() }
    };
    assert_eq!(desk.submit(op(1), again(1)).await.expect("created").state, State::Confirmed);
    let lost = again(2);
    desk.submit_into(Fault::RequestLost, op(2), lost).await;
    pass(minutes(10)).await;
    assert_eq!(desk.state(op(2)).await, State::NotApplied);
}

#[tokio::test(start_paused = true)]
async fn nothing_goes_to_an_account_while_an_outcome_of_it_is_unknown() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.server.script([Fault::RequestLost]);
    desk.submit(op(1), refill(1, 5_000)).await.expect("written down");
    let next = desk.submit(op(2), refill(1, 700)).await;
    assert!(matches!(next, Err(Refusal::UnknownPending { op: first }) if first == op(1)));
    desk.submit(op(3), refill(2, 700)).await.expect("other accounts are free");
}

impl Desk {
    async fn preview(&self, check: office::OutsideCheck) -> Result<office::Preview, Refusal> {
        self.office.preview(&Draft::RegisterCheck(Box::new(check))).await
    }

    pub async fn journal_is_empty(&self) -> bool {
        let page = office::PageRequest { after: None, size: 1 };
        self.office.list(&office::Filter::default(), page).await.expect("readable").rows.is_empty()
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_is_the_same_in_every_spelling() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), purchase(1, "Заказ A-1", 100, 0)).await.expect("the first");
    for (number, spelling) in
        ["№ заказ a-1", "заказ\u{200b} A-1", " ЗАКАЗA-1", "Заказ\u{a0}Ａ-1"].into_iter().enumerate()
    {
        let again = desk.submit(op(10 + u32::try_from(number).expect("small")), purchase(2, spelling, 200, 0)).await;
        assert!(
            matches!(again, Err(Refusal::OutsideNumberTaken { op: taken }) if taken == op(1)),
            "{spelling:?}: {again:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_typed_with_the_other_keyboard_asks_for_a_reason() {
    let desk = Desk::new().await;
    desk.acquaint().await;
    desk.submit(op(1), purchase(1, "АВ-1", 100, 0)).await.expect("in Cyrillic");
    let latin = desk.submit(op(2), purchase(2, "AB-1", 200, 0)).await;
    let Err(Refusal::PossibleDuplicate { suspected }) = latin else { panic!("{latin:?}") };
    assert_eq!(suspected.iter().map(|one| one.operation).collect::<Vec<_>>(), [Some(op(1))]);
    let meant = desk.office.submit(op(2), purchase(2, "AB-1", 200, 0), because("другая программа")).await;
    assert_eq!(meant.expect("meant").state, State::Confirmed);
}
