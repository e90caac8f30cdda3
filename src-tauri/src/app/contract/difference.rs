//! The changes that another contract would bring, and whether they touch writes or money.

use probonus::{
    Method,
    binding::{Binding, LineChange, Problem},
    contract::{Field, Unit},
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

    /// Whether a person must accept the change before it is used. A change of how a method is called always needs it: a read that
    /// was moved to another path could write.
    ///
    /// | line | must be accepted |
    /// |---|---|
    /// | verb, path, field, constant, body of any method | yes |
    /// | any line of a write; any line that is not of one method | yes |
    /// | a sum or its unit in an answer | yes |
    /// | another field of an answer: a surname, a date | no |
    #[must_use]
    pub fn must_be_accepted(&self) -> bool {
        self.touches_writes_or_money() || self.changes.iter().any(|change| !change.key.starts_with("answer."))
    }

    /// Whether it changes a write, the unit or the name of a sum, or something that all methods share.
    #[must_use]
    pub fn touches_writes_or_money(&self) -> bool {
        self.verdicts.iter().any(|(method, _)| method.is_write())
            || self.changes.iter().any(|change| match change.method {
                None => true,
                Some(method) => method.is_write() || is_of_money(&change.key),
            })
    }
}

/// Whether a line of an answer is about a sum.
fn is_of_money(key: &str) -> bool {
    key == "answer.money"
        || key.strip_prefix("answer.").is_some_and(|name| {
            let field = serde_json::from_value::<Field>(name.into());
            field.is_ok_and(|field| field.unit() == Unit::Money)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_method_is_called_never_changes_without_being_accepted() {
        let asks = |method, key: &str, value: &str| {
            let older = Binding::default();
            let mut newer = older.clone();
            newer.overrule(Some(method), key, value).unwrap();
            Difference::between(&older, &newer).must_be_accepted()
        };
        for method in Method::ALL.into_iter().filter(|method| !method.is_write()) {
            assert!(asks(method, "path", "/elsewhere"), "{method:?}");
            assert!(asks(method, "verb", "PUT"), "{method:?}");
        }
        assert!(asks(Method::FindByPhone, "field.phone", ""));
        assert!(asks(Method::FindByPhone, "constant.query.mode", "all"));
        assert!(!asks(Method::FindByPhone, "answer.surname", "lastName"));
    }

    fn touched(method: Option<Method>, key: &str, value: &str) -> bool {
        let older = Binding::default();
        let mut newer = older.clone();
        newer.overrule(method, key, value).unwrap();
        let difference = Difference::between(&older, &newer);
        assert!(!difference.is_empty());
        difference.touches_writes_or_money()
    }

    #[test]
    fn writes_money_and_what_is_common_are_told_from_plain_reading() {
        assert!(touched(Some(Method::Refill), "path", "/refill"));
        assert!(touched(Some(Method::Update), "field.email", ""));
        assert!(touched(Some(Method::BalanceExtended), "answer.money", "rubles"));
        assert!(touched(Some(Method::FindByPhone), "answer.balance", "points rubles"));
        assert!(touched(None, "phone", "+7XXXXXXXXXX"));
        assert!(!touched(Some(Method::Groups), "verb", "GET"));
        assert!(!touched(Some(Method::FindByPhone), "answer.surname", "lastName"));
        assert!(!touched(Some(Method::Receipt), "path", "/receipt"));
        // A required field without a place makes the write impossible.
        assert!(touched(Some(Method::ReturnCheck), "field.checkGuid", ""));
    }
}
