//! The coupons of a guest, for the page.

use jiff::civil::Date;
use probonus::{Coupon, CouponState};
use serde::Serialize;
use specta::Type;

use crate::shape::shown_name;

/// Coupons that a card shows. More than a guest has; a limit, because a server may list anything.
const MAX_COUPONS: usize = 500;

/// A coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CouponView {
    /// Name.
    pub name: String,
    /// Code or number.
    pub code: Option<String>,
    /// First day, ISO; absent: the server tells none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub valid_from: Option<String>,
    /// Last day, ISO; `null`: the server tells none that can be read.
    pub valid_until: Option<String>,
    /// The end as the server wrote it, where it is no day that can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub valid_until_text: Option<String>,
    /// Whether it can be used; absent: it can.
    #[serde(skip_serializing_if = "is_usable")]
    #[specta(optional)]
    pub state: CouponState,
    /// The state in the server's words, where they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub state_text: Option<String>,
    /// How often it may still be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub uses_left: Option<u32>,
    /// How often it may be used in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub uses: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_usable(state: &CouponState) -> bool {
    *state == CouponState::Usable
}

impl CouponView {
    /// The coupons on a day of the server, those that can be used first. `today: None`: the days of their validity do not count.
    #[must_use]
    pub fn of_all(coupons: &[Coupon], today: Option<Date>) -> Vec<Self> {
        let mut views: Vec<_> = coupons.iter().map(|coupon| Self::of(coupon, today)).collect();
        views.sort_by_key(|coupon| coupon.state);
        views.truncate(MAX_COUPONS);
        views
    }

    fn of(coupon: &Coupon, today: Option<Date>) -> Self {
        Self {
            name: shown_name(&coupon.name),
            code: coupon.code.as_deref().map(shown_name),
            valid_from: coupon.valid_from.map(|day| day.to_string()),
            valid_until: coupon.valid_until.map(|day| day.to_string()),
            valid_until_text: coupon.valid_until_text.as_deref().map(shown_name),
            state: today.map_or(coupon.state, |today| coupon.state_on(today)),
            state_text: coupon.state_text.as_deref().map(shown_name),
            uses_left: coupon.uses_left,
            uses: coupon.uses,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coupons_that_can_be_used_come_first() {
        let coupon = |name: &str, state, until: &str| Coupon {
            name: name.to_owned(),
            state,
            valid_until: Some(until.parse().unwrap()),
            ..Coupon::default()
        };
        let coupons = [
            coupon("использован", CouponState::Used, "2027-01-30"),
            coupon("прошёл", CouponState::Usable, "2026-11-30"),
            coupon("годен", CouponState::Usable, "2026-12-01"),
        ];
        let views = CouponView::of_all(&coupons, Some("2026-12-01".parse().unwrap()));
        let told: Vec<_> = views.iter().map(|view| (view.name.as_str(), view.state)).collect();
        let expected =
            [("годен", CouponState::Usable), ("использован", CouponState::Used), ("прошёл", CouponState::Expired)];
        assert_eq!(told, expected);
    }
}
