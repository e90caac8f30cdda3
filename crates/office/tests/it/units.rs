//! A server that counts in another unit than before.

use office::{HaltCause, State};

use crate::{
    desk::{Desk, minutes, op, pass, purchase, refill},
    fake_server::kop,
};

/// The guest has no entry of this program, so an entry of another one is asked for: once an hour, and one that was made before.
#[tokio::test(start_paused = true)]
async fn another_unit_is_met_before_money_goes_to_a_guest_without_entries() {
    let mut desk = Desk::new().await;
    desk.submit(op(1), refill(1, 5_000)).await.expect("sent");
    pass(minutes(70)).await;
    desk.submit(op(2), refill(2, 5_000)).await.expect("sent");
    let counts_in_rubles = |desk: &Desk| {
        let mut world = desk.server.world();
        for guest in world.guests.values_mut() {
            guest.balance /= 100;
            for entry in &mut guest.entries {
                entry.sum = kop(entry.sum.get() / 100);
            }
        }
        world.scale = (100, 1);
    };
    counts_in_rubles(&desk);
    pass(minutes(70)).await;
    let sent = desk.server.world().applied.len();
    desk.submit(op(3), refill(3, 700)).await.expect("written down");
    let halt = desk.office.queue().await.expect("readable").halted.expect("halted");
    assert_eq!((halt.operation, halt.cause), (op(2), HaltCause::FactorHundred));
    assert_eq!((desk.state(op(3)).await, desk.server.world().applied.len()), (State::Prepared, sent));
    desk.stop();
}

/// At noon the server is replaced by one that counts in rubles: what it shows is a hundredth, and what it is sent a hundredfold.
#[tokio::test(start_paused = true)]
async fn a_server_that_counts_in_another_unit_from_noon_on_is_sent_nothing_more() {
    for draft in [refill(1, 5_000), purchase(1, "A-1", 3_000, 1_000)] {
        let desk = Desk::at_work().await;
        desk.submit(op(1), draft).await.expect("sent");
        let sent = desk.server.world().applied.len();
        {
            let mut world = desk.server.world();
            let guest = world.guests.get_mut("1").expect("known");
            guest.balance /= 100;
            for entry in &mut guest.entries {
                entry.sum = kop(entry.sum.get() / 100);
            }
            world.scale = (100, 1);
        }
        desk.submit(op(2), refill(1, 700)).await.expect("written down");
        let queue = desk.office.queue().await.expect("readable");
        let halt = queue.halted.expect("halted");
        assert_eq!((halt.operation, halt.cause), (op(1), HaltCause::FactorHundred));
        assert_eq!(halt.sent.get(), halt.changed.get() * 100);
        assert_eq!((desk.state(op(2)).await, desk.server.world().applied.len()), (State::Prepared, sent));
        assert_eq!(desk.state(op(1)).await, State::Confirmed, "it was applied, and once");
    }
}
