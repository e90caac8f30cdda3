//! The terms of an account, from the card to the training server and back.

use super::{App, Machine, create, find, keychains, submit};
use office::State;
use probonus::contract::ProfileField;
use serde_json::json;

async fn level_of(app: &App, phone: &str, account: &str) -> (String, String) {
    let card = app.guest_card(phone, account).await.unwrap();
    (card.guest.level.unwrap().name, card.guest.profile.bonus_lifetime)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_and_a_life_of_bonuses_are_offered_changed_and_read_again() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    app.start_training().await.unwrap();
    let phone = "8 (912) 000-11-22";
    let guest = create(&app, phone).await;
    // A guest with another level was read before, so that level can be chosen by its name.
    find(&app, "+7 912 345-67-89").await;
    let card = app.guest_card(phone, &guest.account).await.unwrap();
    let offered: Vec<_> = card.terms.iter().map(|term| (term.field, term.shown)).collect();
    let all = [ProfileField::DiscountLevel, ProfileField::BonusType, ProfileField::BonusLifetime];
    assert_eq!(offered, all.map(|field| (field, true)));
    let levels: Vec<_> = card.terms[0].choices.iter().map(|one| (one.code.as_str(), one.name.as_str())).collect();
    assert_eq!(levels, [("1", "Бронзовый"), ("3", "Золотой")]);

    let before = serde_json::to_value(&card.guest.profile).unwrap();
    let mut after = before.clone();
    (after["discountLevel"], after["bonusLifetime"]) = ("3".into(), "45".into());
    let edit =
        json!({ "kind": "edit_guest", "phone": phone, "account": guest.account, "before": before, "after": after });
    let edited = submit(&app, edit).await.unwrap();
    assert_eq!(edited.state, State::Confirmed);
    assert_eq!(level_of(&app, phone, &guest.account).await, ("Золотой".to_owned(), "45".to_owned()));
    // The journal has codes; the story gives their names.
    let story = app.operation_story(&edited.id).await.unwrap();
    let names: Vec<_> = story.codes[0].choices.iter().map(|one| (one.code.as_str(), one.name.as_str())).collect();
    assert_eq!(
        (story.codes[0].field, names),
        (ProfileField::DiscountLevel, vec![("1", "Бронзовый"), ("3", "Золотой")])
    );

    let card = app.guest_card(phone, &guest.account).await.unwrap();
    let before = serde_json::to_value(&card.guest.profile).unwrap();
    let mut after = before.clone();
    after["bonusLifetime"] = "сорок".into();
    let edit =
        json!({ "kind": "edit_guest", "phone": phone, "account": guest.account, "before": before, "after": after });
    let refused = submit(&app, edit).await.unwrap_err();
    assert_eq!(refused.details.fields[0].field, "bonusLifetime");
}
