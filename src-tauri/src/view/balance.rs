//! The balance of a guest, for the page.

use jiff::civil::Date;
use probonus::{Account, BalanceDetail, Kopecks};
use serde::Serialize;
use specta::Type;

use super::quiet::{is_not_so, is_zero};

/// The balance in detail: total, parts that burn, the part that never burns, accruals that wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalanceView {
    /// The whole balance, kopecks; `null`: neither the detailed answer nor the guest's record tells it.
    pub balance: Option<Kopecks>,
    /// The parts that will burn, nearest first, at most [`BalanceView::MAX_BURNING`].
    pub burning: Vec<BurningView>,
    /// The parts that burn later than those of `burning`; absent: there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub burning_left_out: Option<LeftOut>,
    /// The part that never burns, kopecks; `null`: the server does not give it.
    pub never_burns: Option<Kopecks>,
    /// What burns on a day that the server does not tell, kopecks; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub undated: Option<Kopecks>,
    /// Whether the server tells nothing of burning, so that it is not known whether anything burns.
    #[serde(skip_serializing_if = "is_not_so")]
    #[specta(optional)]
    pub burning_untold: bool,
    /// Accruals that wait for their day and are not part of the balance yet, nearest first, at most
    /// [`BalanceView::MAX_BURNING`].
    pub waiting: Vec<WaitingView>,
    /// The accruals that wait longer than those of `waiting`; absent: there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub waiting_left_out: Option<LeftOut>,
    /// How many parts have a sum that could not be read; absent: none.
    #[serde(skip_serializing_if = "is_zero")]
    #[specta(optional)]
    pub unread_parts: u32,
    /// The two balances, where the server's answers disagree.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[specta(optional)]
    pub differs: Option<BalancesDiffer>,
}

/// Parts of a list that are not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct LeftOut {
    /// How many.
    pub parts: u32,
    /// Their sum, kopecks; `null`: it is too large.
    pub sum: Option<Kopecks>,
}

/// Two balances of one account that the server tells at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BalancesDiffer {
    /// The balance in the guest's record, kopecks.
    pub in_record: Kopecks,
    /// The one of the detailed answer, kopecks.
    pub in_detail: Kopecks,
    /// Whether `in_detail` is only the sum of the parts: the detailed answer tells no total.
    pub of_parts: bool,
}

/// A part that will burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct BurningView {
    /// The day.
    #[specta(type = String)]
    pub date: Date,
    /// Kopecks.
    pub sum: Kopecks,
}

/// An accrual that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct WaitingView {
    /// The day from which it counts; `null`: the server does not say.
    #[specta(type = Option<String>)]
    pub from: Option<Date>,
    /// Kopecks.
    pub sum: Kopecks,
}

impl BalanceView {
    /// The most rows of each list that are sent to the page.
    pub const MAX_BURNING: usize = 366;

    /// The detailed balance. If the server gives only parts, the total comes from the guest's record.
    #[must_use]
    pub fn of(detail: &BalanceDetail, account: &Account) -> Self {
        let mut burning: Vec<_> =
            detail.burning.iter().map(|part| BurningView { date: part.date, sum: part.sum }).collect();
        burning.sort_by_key(|part| part.date);
        let burning_left_out = left_out(&mut burning, |part| part.sum);
        let mut waiting: Vec<_> =
            detail.waiting.iter().map(|part| WaitingView { from: part.from, sum: part.sum }).collect();
        // Those without a day come last.
        waiting.sort_by_key(|part| (part.from.is_none(), part.from));
        let waiting_left_out = left_out(&mut waiting, |part| part.sum);
        Self {
            balance: detail.balance.or(account.balance),
            burning,
            burning_left_out,
            never_burns: detail.never_burns,
            undated: detail.undated,
            burning_untold: !detail.tells_burning,
            waiting,
            waiting_left_out,
            unread_parts: detail.unread_parts,
            differs: BalancesDiffer::of(detail, account),
        }
    }
}

impl BalancesDiffer {
    /// The two balances; `None`: they agree, or only one is told. Parts without a total contradict the record if their sum is above it,
    /// or if the part that never burns is among them, since then nothing is left out.
    fn of(detail: &BalanceDetail, account: &Account) -> Option<Self> {
        let in_record = account.balance?;
        let in_detail = detail.balance.or_else(|| detail.sum_of_parts())?;
        let of_parts = detail.balance.is_none();
        let may_lack_parts = of_parts && detail.never_burns.is_none() && in_detail <= in_record;
        (in_record != in_detail && !may_lack_parts).then_some(Self { in_record, in_detail, of_parts })
    }
}

/// Cuts a list to [`BalanceView::MAX_BURNING`] rows, and sums up what is cut off.
fn left_out<T>(rows: &mut Vec<T>, sum: impl Fn(&T) -> Kopecks) -> Option<LeftOut> {
    let rest = rows.split_off(rows.len().min(BalanceView::MAX_BURNING));
    let parts = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    (parts > 0).then(|| LeftOut { parts, sum: Kopecks::checked_sum(rest.iter().map(sum)) })
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use probonus::{binding::Binding, codec};
    use serde_json::{Value, json};

    use super::*;

    fn view(detail: &Value, record: &Value) -> BalanceView {
        let answer = |body: &Value| codec::WireAnswer {
            status: 200,
            content_type: Some("application/json".into()),
            pages: Vec::new(),
            body: body.to_string().into(),
        };
        let now = "2026-11-29T12:00:00Z".parse().unwrap();
        let detail = codec::decode_balance(&Binding::default(), now, &answer(detail)).unwrap();
        let accounts = codec::decode_accounts(&Binding::default(), probonus::Method::FindByPhone, &answer(record));
        BalanceView::of(&detail, &accounts.unwrap()[0])
    }

    /// The guest's record and the detailed balance are two answers, and one may be wrong.
    #[test]
    fn two_balances_that_disagree_are_told() {
        let differs = |detail: Value, record: Value| {
            let view = view(&detail, &record);
            (view.balance.map(Kopecks::get), view.differs.map(|two| (two.in_record.get(), two.in_detail.get())))
        };
        let burns = |sum: i64| json!([{"date": "2026-12-31", "sum": sum}]);
        let record = |balance: i64| json!({"id": 7, "balance": balance});
        let parts = |never: Option<i64>| json!({"balance": null, "neverBurns": never, "burning": burns(1)});
        assert_eq!(differs(parts(Some(2345)), record(99_999)), (Some(99_999), Some((99_999, 2346))));
        assert_eq!(differs(parts(Some(2345)), record(2346)), (Some(2346), None));
        // The part that never burns may be left out, but parts can't be more than the whole.
        assert_eq!(differs(parts(None), record(99_999)), (Some(99_999), None));
        assert_eq!(differs(parts(None), record(0)), (Some(0), Some((0, 1))));
        assert_eq!(differs(json!({"balance": 500}), record(700)), (Some(500), Some((700, 500))));
        assert_eq!(differs(json!({"balance": 500}), record(500)), (Some(500), None));
        assert_eq!(differs(json!({"balance": 500}), json!({"id": 7})), (Some(500), None));
        // Without any total the parts are still shown.
        assert_eq!(view(&parts(Some(2345)), &json!({"id": 7})).burning.len(), 1);
    }

    #[test]
    fn what_is_cut_off_a_long_list_is_summed_up() {
        let first: Date = "2026-12-01".parse().unwrap();
        let day = |nth: i64| first.checked_add(nth.days()).unwrap().to_string();
        let parts: Vec<Value> = (0..500).map(|nth| json!({"date": day(nth), "sum": 100})).collect();
        let view = view(&json!({"balance": 50_000, "burning": parts}), &json!({"id": 7}));
        assert_eq!(view.burning.len(), BalanceView::MAX_BURNING);
        let left_out = view.burning_left_out.map(|left| (left.parts, left.sum.map(Kopecks::get)));
        assert_eq!(left_out, Some((134, Some(13_400))));
        assert_eq!(view.waiting_left_out, None);
    }
}
