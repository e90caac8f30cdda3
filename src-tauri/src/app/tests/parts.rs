//! A server whose detailed balance has parts and no total (the total is in the guest's record). The test follows one guest from
//! the first refill on.

use std::time::Duration;

use probonus_sandbox::{Dialect, core::model::Deferral, faults::Fault, protocol::Method as Call};

use super::*;
use crate::view::{BalanceView, GuestCard, StoryView};

const PHONE: &str = "+7 912 345-67-89";

async fn card(app: &App) -> GuestCard {
    let guest = find(app, PHONE).await;
    app.guest_card(PHONE, &guest.account).await.unwrap()
}

fn balance(card: &GuestCard) -> &BalanceView {
    card.balance.as_ref().unwrap_or_else(|| panic!("no balance: {:?}", card.balance_error))
}

/// The story of an operation after its balance was read again.
async fn verified(app: &App, id: &str) -> StoryView {
    let mut news = app.news();
    loop {
        let story = app.operation_story(id).await.unwrap();
        if story.operation.state == State::Confirmed && story.operation.balance_after.is_some() {
            return story;
        }
        // The story may lack the last event; then it is read again.
        let _ = tokio::time::timeout(Duration::from_secs(1), news.recv()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_of_parts_without_a_total_lets_everything_go_on() {
    let auth = probonus_sandbox::Auth { token: Some(TOKEN.to_owned()), ..Default::default() };
    let deferral = Some(Deferral { days: 3, is_shown: true });
    let sandbox = Sandbox::seeded(Options { auth, deferral, ..Options::default() });
    let dialect = Dialect::by_name("parts-without-total").unwrap();
    let running = sandbox.serve_in((Ipv4Addr::LOCALHOST, 0).into(), &dialect).await.unwrap();
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.search_ended().await;
    let before = card(&app).await;
    let account = before.guest.account.clone();
    let at_first = balance(&before).balance.unwrap();
    let refill = |sum: &str| {
        json!({
            "kind": "refill", "phone": PHONE, "account": account, "sum": sum, "reason": "Подарок", "note": ""
        })
    };

    // The balance verifies the first refill, and the next one is sent.
    for (sum, expected) in [("10", 10_00), ("11,50", 21_50)] {
        let sent = submit(&app, refill(sum)).await.unwrap();
        assert_eq!(sent.state, State::Confirmed, "{sum}");
        let story = verified(&app, &sent.id).await;
        assert_eq!(story.operation.balance_after.unwrap().get() - at_first.get(), expected, "{sum}");
    }
    assert!(app.status().await.queue.unwrap().canary.is_none(), "the unit is proven");

    // The answer is lost after the server applied the refill. The entry with our marker proves it.
    sandbox.faults().next(Call::Refill, Fault::Reset { applied: true });
    let lost = submit(&app, refill("12")).await.unwrap();
    let story = verified(&app, &lost.id).await;
    let events = serde_json::to_string(&story.events).unwrap();
    assert!(events.contains("\"unknown\"") && events.contains("\"reconciled\""), "{events}");

    // A purchase whose accrual waits for its day, and its return.
    let purchase = submit(
        &app,
        json!({
            "kind": "register_check", "phone": PHONE, "account": account, "restCode": "101", "station": "999",
            "outsideNumber": "Д-7001", "purchasedAt": "", "moneySpent": "1 000", "discount": "", "bonusSpent": "5",
            "bonusAccrued": "50", "contents": ""
        }),
    );
    let purchase = purchase.await.unwrap();
    assert_eq!(purchase.state, State::Confirmed);
    verified(&app, &purchase.id).await;
    let waiting = card(&app).await;
    assert!(balance(&waiting).waiting.iter().any(|part| part.sum.get() == 50_00), "{:?}", waiting.balance);
    let back = submit(&app, json!({ "kind": "return_check", "purchase": purchase.id })).await.unwrap();
    assert_eq!(back.state, State::Confirmed);
    verified(&app, &back.id).await;

    // Burning parts come from the detailed balance, the total from the record. Nothing is left unverified, nothing is halted.
    let after = card(&app).await;
    assert_eq!(balance(&after).balance.unwrap().get() - at_first.get(), 33_50);
    assert!(!balance(&after).burning.is_empty(), "the burning is read from the parts");
    let queue = app.status().await.queue.unwrap();
    assert!(queue.halt.is_none() && (queue.prepared, queue.unknown) == (0, 0), "{queue:?}");
    sandbox.check().unwrap();
    app.stop().await;
    running.stop().await;
}

/// If even the record has no balance, the first refill is refused before anything is sent. Operations that need no balance are
/// sent.
#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_tells_the_balance_it_is_said_before_anything_is_sent() {
    let (sandbox, _) = server().await;
    let mut dialect = Dialect::by_name("parts-without-total").unwrap();
    for method in [Call::FindByPhone, Call::Balance] {
        dialect.hidden.entry(method).or_default().extend(["balance".to_owned(), "parts".to_owned()]);
    }
    let running = sandbox.serve_in((Ipv4Addr::LOCALHOST, 0).into(), &dialect).await.unwrap();
    let machine = Machine::new(keychains::in_memory());
    let app = machine.start().await;
    app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    app.search_ended().await;
    let guest = find(&app, PHONE).await;
    let refused = submit(
        &app,
        json!({
            "kind": "refill", "phone": PHONE, "account": guest.account, "sum": "10", "reason": "Подарок", "note": ""
        }),
    );
    assert_eq!(refused.await.unwrap_err().code, ErrorCode::BalanceNotReported);
    assert_eq!(sandbox.ledger().requests().count(), 0, "nothing was sent");
    let before = serde_json::to_value(&guest.profile).unwrap();
    let mut edited = before.clone();
    edited["email"] = "anna@example.ru".into();
    let edit = json!({
        "kind": "edit_guest", "phone": PHONE, "account": guest.account, "before": before, "after": edited
    });
    assert_eq!(submit(&app, edit).await.unwrap().state, State::Confirmed, "an edit needs no balance");
    app.stop().await;
    running.stop().await;
}
