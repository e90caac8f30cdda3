//! The changes that another contract would bring, and whether they touch writes or money.

use probonus::{
    Method,
    binding::{Binding, LineChange, Problem, answer_key},
    contract::Field,
};

/// The differences between two bindings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Difference {
    /// Line by line.
    pub changes: Vec<LineChange>,
    /// Methods that became impossible, with the reasons, and methods that became possible, with none.
    pub verdicts: Vec<(Method, Vec<Problem>)>,
}

impl Difference {
    /// The differences from `older` to `newer`.
    #[must_use]
    pub fn between(older: &Binding, newer: &Binding) -> Self {
        let verdicts = Method::ALL.iter().filter_map(|&method| {
            let (before, after) = (older.blockers(method), newer.blockers(method));
            (before.is_empty() != after.is_empty()).then_some((method, after))
        });
        Self { changes: older.diff(newer), verdicts: verdicts.collect() }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.verdicts.is_empty()
    }

    /// Whether it changes how something is called, or where an answer says whose account it is, whether money went and how much. A
    /// person must accept it before it is used.
    ///
    /// | line | touches | why |
    /// |---|---|---|
    /// | any line of a write; any line that is not of one method | yes | |
    /// | verb, path, field, constant, body of a read | yes | a read that was moved to another path could write |
    /// | of an answer: an account, a phone, a sum, a comment, a moment | yes | a refill could go to another guest, or be sent twice |
    /// | of an answer: where the record is, its unit | yes | |
    /// | of an answer: what is [only shown](Field::is_only_shown) | no | a surname |
    #[must_use]
    pub fn touches_writes_or_money(&self) -> bool {
        self.verdicts.iter().any(|(method, _)| method.is_write())
            || self.changes.iter().any(|change| {
                let of_read = change.method.is_some_and(|method| !method.is_write());
                !(of_read && is_of_what_is_only_shown(&change.key))
            })
    }
}

/// Whether a line says where an answer has a value that is only shown.
fn is_of_what_is_only_shown(key: &str) -> bool {
    Field::ALL.iter().any(|field| field.is_only_shown() && answer_key(*field) == key)
}

#[cfg(test)]
mod tests {
    use probonus::contract::{Unit, row};

    use super::*;

    fn touched(method: Option<Method>, key: &str, value: &str) -> bool {
        let older = Binding::default();
        let mut newer = older.clone();
        newer.overrule(method, key, value).unwrap();
        let difference = Difference::between(&older, &newer);
        assert!(!difference.is_empty());
        difference.touches_writes_or_money()
    }

    #[test]
    fn how_a_method_is_called_never_changes_without_being_accepted() {
        for method in Method::ALL {
            assert!(touched(Some(method), "path", "/elsewhere"), "{method:?}");
            assert!(touched(Some(method), "verb", "PUT"), "{method:?}");
            assert!(touched(Some(method), "body", "form"), "{method:?}");
            for row in row(method).request {
                let field = serde_json::to_value(row.field).unwrap();
                let key = format!("field.{}", field.as_str().unwrap());
                assert!(touched(Some(method), &key, ""), "{method:?} {key}");
            }
        }
        assert!(touched(Some(Method::FindByPhone), "constant.query.mode", "all"));
        assert!(touched(Some(Method::Groups), "verb", "GET"));
        assert!(touched(Some(Method::Receipt), "path", "/receipt"));
    }

    #[test]
    fn writes_money_and_what_is_common_are_told_from_plain_reading() {
        assert!(touched(Some(Method::Refill), "path", "/refill"));
        assert!(touched(Some(Method::Update), "field.email", ""));
        assert!(touched(Some(Method::Update), "answer.surname", "lastName"));
        assert!(touched(Some(Method::BalanceExtended), "answer.money", "rubles"));
        assert!(touched(Some(Method::FindByPhone), "answer.balance", "points rubles"));
        assert!(touched(Some(Method::FindByPhone), "answer.at", "/other"));
        assert!(touched(Some(Method::FindByPhone), "answer.zeros", "omitted"));
        assert!(touched(None, "phone", "+7XXXXXXXXXX"));
        assert!(!touched(Some(Method::FindByPhone), "answer.surname", "lastName"));
        // A required field without a place makes the write impossible.
        assert!(touched(Some(Method::ReturnCheck), "field.checkGuid", ""));
    }

    /// A refill went to the guest of another field of the answer.
    #[test]
    fn of_an_answer_only_what_is_shown_changes_without_being_accepted() {
        use Field::{
            Birthday, CouponCode, CouponName, Coupons, DishName, Email, FullName, GroupName, Identifiers, Level, Lines,
            Name, Patronymic, Percent, Quantity, Restaurant, Sex, Surname, ValidUntil, Waiter,
        };
        const SHOWN: [Field; 20] = [
            Surname,
            Name,
            Patronymic,
            FullName,
            Birthday,
            Sex,
            Email,
            Identifiers,
            GroupName,
            Level,
            Percent,
            Coupons,
            CouponName,
            CouponCode,
            ValidUntil,
            Restaurant,
            Waiter,
            Lines,
            DishName,
            Quantity,
        ];
        for &field in Field::ALL {
            let of_kind = matches!(
                field.unit(),
                Unit::Money | Unit::Id | Unit::Phone | Unit::Guid | Unit::Time | Unit::Flag | Unit::Secret
            );
            assert!(!(of_kind && field.is_only_shown()), "{field:?}");
            for method in [Method::FindByPhone, Method::LastTransactions, Method::BalanceExtended, Method::Receipt] {
                let touches = touched(Some(method), &answer_key(field), "elsewhere");
                assert_eq!(touches, !SHOWN.contains(&field), "{method:?} {field:?}");
            }
            assert!(touched(Some(Method::Refill), &answer_key(field), "elsewhere"), "{field:?}");
        }
    }
}
