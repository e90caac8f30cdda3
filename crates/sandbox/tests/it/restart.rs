//! Training survives a restart.

use probonus_sandbox::{HandClock, Options, Sandbox};
use serde_json::json;

use crate::support::{ANNA, Desk, monday};

#[tokio::test]
async fn a_saved_server_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("учебный сервер.json");
    let desk = Desk::open();
    let id = desk.guest(ANNA.phone).await["id"].clone();
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 777, "comment": "перед перезапуском" })).await;
    desk.sandbox.save(&path).unwrap();

    let options = || Options { clock: HandClock::at(monday()), ..Options::default() };
    let back = Sandbox::restored_or_seeded(&path, options()).unwrap();
    back.check().unwrap();
    let [before, after] = [&desk.sandbox, &back].map(|sandbox| serde_json::to_value(sandbox.ledger()).unwrap());
    assert_eq!(before, after);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the file");

    std::fs::write(&path, "{").unwrap();
    assert!(Sandbox::restore(&path, options()).is_err());
}

#[tokio::test]
async fn a_restarted_server_continues_from_the_same_state_and_goes_its_own_way() {
    let desk = Desk::open();
    let id = desk.guest(ANNA.phone).await["id"].clone();
    let again = desk.sandbox.restarted(HandClock::at(monday()));
    desk.ok("accounts/refill", json!({ "accountId": id, "sum": 777 })).await;
    assert_eq!(again.ledger().requests().count(), 0);
    assert_eq!(desk.sandbox.ledger().requests().count(), 1);
    again.check().unwrap();
}
