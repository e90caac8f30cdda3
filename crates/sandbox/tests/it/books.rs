//! Whatever happens in whatever order, the books balance.

use jiff::SignedDuration;
use probonus_sandbox::{
    HandClock, Options, Sandbox,
    core::{
        checks::OutsideCheck,
        guests::AccountChange,
        model::{Deferral, Profile},
        returns::ReturnFilter,
    },
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::monday;

#[derive(Clone, Debug)]
enum Step {
    Insert { phone: u8 },
    Refill { whose: u8, sum: i64 },
    Register { whose: u8, guid: u8, spent: i64, accrued: i64, paid: i64 },
    Return { guid: u8 },
    ReturnPart { whose: u8, accrued: i64, spent: i64 },
    Update { whose: u8, level: i64, life: Option<i32> },
    Withdraw { whose: u8, sum: i64 },
    Defer { days: Option<i32>, is_shown: bool },
    AddPhone { whose: u8, phone: u8 },
    Block { whose: u8, blocked: bool },
    Wait { hours: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        any::<u8>().prop_map(|phone| Step::Insert { phone }),
        (any::<u8>(), -10..2_000_000_i64).prop_map(|(whose, sum)| Step::Refill { whose, sum }),
        (any::<u8>(), 0..6_u8, -1..50_000_i64, 0..50_000_i64, 0..9_000_000_i64)
            .prop_map(|(whose, guid, spent, accrued, paid)| Step::Register { whose, guid, spent, accrued, paid }),
        (0..6_u8).prop_map(|guid| Step::Return { guid }),
        (any::<u8>(), -1..20_000_i64, 0..20_000_i64).prop_map(|(whose, accrued, spent)| Step::ReturnPart {
            whose,
            accrued,
            spent
        }),
        (any::<u8>(), 0..6_i64, proptest::option::of(0..200_i32)).prop_map(|(whose, level, life)| Step::Update {
            whose,
            level,
            life
        }),
        (any::<u8>(), -10..2_000_000_i64).prop_map(|(whose, sum)| Step::Withdraw { whose, sum }),
        (proptest::option::of(1..40_i32), any::<bool>()).prop_map(|(days, is_shown)| Step::Defer { days, is_shown }),
        (any::<u8>(), any::<u8>()).prop_map(|(whose, phone)| Step::AddPhone { whose, phone }),
        (any::<u8>(), any::<bool>()).prop_map(|(whose, blocked)| Step::Block { whose, blocked }),
        (-48..24 * 60_i64).prop_map(|hours| Step::Wait { hours }),
    ]
}

fn take(sandbox: &Sandbox, clock: &HandClock, step: &Step) {
    let whose = |core: &probonus_sandbox::core::Core, n: u8| {
        let ids: Vec<i64> = core.accounts().map(|account| account.id).collect();
        ids[usize::from(n) % ids.len()]
    };
    let guid = |n: u8| Uuid::from_u128(u128::from(n) + 1);
    sandbox.with_core(|core| match *step {
        Step::Insert { phone } => {
            let _ = core.insert_by_template(3, &format!("7900000{:04}", phone % 16), Profile::default());
        }
        Step::Refill { whose: n, sum } => {
            let _ = core.refill(whose(core, n), sum, None);
        }
        Step::Register { whose: n, guid: g, spent, accrued, paid } => {
            let _ = core.register_check(OutsideCheck {
                rest_code: "101".to_owned(),
                guid: guid(g),
                account: whose(core, n),
                station: 999,
                number: "1".to_owned(),
                bonus_spent: spent,
                discount: 0,
                bonus_accrued: accrued,
                money_spent: paid,
                data: String::new(),
                purchased_at: None,
            });
        }
        Step::Return { guid: g } => {
            let _ = core.return_check(guid(g), &ReturnFilter::default());
        }
        Step::ReturnPart { whose: n, accrued, spent } => {
            let receipt = core.active_outside(whose(core, n)).next().map(|receipt| receipt.id);
            if let Some(id) = receipt {
                let _ = core.return_part(id, accrued, spent);
            }
        }
        Step::Update { whose: n, level, life } => {
            let id = whose(core, n);
            let as_it_is = AccountChange::none(core.account(id).unwrap());
            let _ = core.update(id, AccountChange { level, bonus_life_days: life, ..as_it_is });
        }
        Step::Withdraw { whose: n, sum } => {
            let _ = core.withdraw(whose(core, n), sum, None);
        }
        Step::Defer { days, is_shown } => core.defer_accruals(days.map(|days| Deferral { days, is_shown })),
        Step::AddPhone { whose: n, phone } => {
            let _ = core.add_phone(whose(core, n), &format!("7900000{:04}", phone % 16));
        }
        Step::Block { whose: n, blocked } => core.set_blocked(whose(core, n), blocked),
        Step::Wait { hours } => clock.advance(SignedDuration::from_hours(hours)),
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_books_balance_after_every_step(steps in proptest::collection::vec(step(), 1..60)) {
        let clock = HandClock::at(monday());
        let sandbox = Sandbox::seeded(Options { guests: 9, clock: clock.clone(), ..Options::default() });
        for step in &steps {
            take(&sandbox, &clock, step);
            prop_assert_eq!(sandbox.check(), Ok(()), "after {:?}", step);
        }
    }

    /// Spent, accrued and counted come back to what they were, whatever the purchase was.
    #[test]
    fn a_return_undoes_a_purchase(spent in 0..30_000_i64, accrued in 0..90_000_i64, paid in 0..9_000_000_i64) {
        let clock = HandClock::at(monday());
        let sandbox = Sandbox::seeded(Options { guests: 9, clock: clock.clone(), ..Options::default() });
        let before = sandbox.ledger();
        let register = Step::Register { whose: 1, guid: 1, spent, accrued, paid };
        take(&sandbox, &clock, &register);
        prop_assert_eq!(sandbox.ledger().requests().count(), 1);
        take(&sandbox, &clock, &Step::Return { guid: 1 });
        let after = sandbox.ledger();
        prop_assert_eq!(before.balances, after.balances);
        prop_assert_eq!(before.turnovers, after.turnovers);
    }
}
