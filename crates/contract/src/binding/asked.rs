//! The unit of sums where the document does not tell it: it is asked, never guessed.

use super::{
    formats::Format,
    model::{AnswerField, Binding, MethodBinding, Slot, Source, Sourced},
    problem::Problem,
};
use crate::{
    contract::{self, Field, MoneyUnit, Need, Unit},
    method::Method,
};

/// Why the unit of a method is asked that the document describes under no name of ours.
const FOUND_BY_HAND: &str = "the address was typed by hand, and the description of this method is not known";

impl Binding {
    /// An administrator answers once for the whole server: this is the unit of every sum of which the document says nothing. A line of
    /// one field or of one answer counts before it.
    pub(super) fn tell_unit(&mut self, unit: MoneyUnit) {
        self.money = Some(Sourced::new(unit, Source::Override));
        for (&method, bound) in &mut self.methods {
            bound.unit_of_server_is(method, unit);
        }
    }
}

impl MethodBinding {
    /// Gives the sums of which nothing is said this unit: those that are asked, and whole numbers that were taken for kopecks.
    pub(super) fn unit_of_server_is(&mut self, method: Method, unit: MoneyUnit) {
        let of_table = self.fields.iter().filter(|(field, slots)| {
            field.unit() == Unit::Money && slots.iter().all(|slot| slot.source == Source::Table)
        });
        let of_table: Vec<_> = of_table.map(|(field, slots)| (*field, slots.clone())).collect();
        for (field, slots) in of_table.into_iter().chain(self.untold.clone()) {
            let own = self.fields.get(&field);
            let is_own = own.is_some_and(|own| own.iter().all(|slot| slot.source == Source::Override));
            let told = |slot: Slot| Slot { format: Format::Money(unit), source: Source::Override, ..slot };
            let slots: Vec<Slot> = slots.into_iter().map(told).collect();
            // A constant of an administrator at the place contradicts it: the question stays.
            if is_own || self.make_room(&slots).is_err() {
                continue;
            }
            self.fields.insert(field, slots);
            self.settle(|problem| matches!(problem, Problem::UnitUnclear { field: of, .. } if *of == field));
        }
        let reads_sums = contract::row(method).answer.iter().any(|row| row.field.unit() == Unit::Money);
        if self.answer.money.is_none() && reads_sums {
            self.answer.money = Some(Sourced::new(unit, Source::Override));
            self.unit_is_known(method);
        }
    }

    /// The unit of all sums of the answer is said: a sum that was not read because nobody knew its unit, is read by it. The sums of
    /// the request are still asked, one by one.
    pub(super) fn unit_is_known(&mut self, method: Method) {
        self.answer.fields.retain(|field, answer| {
            let unread = field.unit() == Unit::Money && answer.name.is_empty();
            !unread || answer.source == Source::Override
        });
        let is_sent = |field: Field| contract::row(method).asks(field).is_some();
        self.settle(|problem| matches!(problem, Problem::UnitUnclear { field, .. } if !is_sent(*field)));
    }

    /// Asks for the unit of each sum of a method that the document does not have by name, and that an administrator found in it: its
    /// words about that method were not read. Kopecks are the table's assumption, and the words may be «в рублях».
    pub(super) fn ask_units(&mut self, method: Method) {
        let row = contract::row(method);
        let unclear = |field: Field| Problem::UnitUnclear { field, said: FOUND_BY_HAND.to_owned() };
        for row in row.request.iter().filter(|row| row.field.unit() == Unit::Money) {
            let slots = self.fields.get(&row.field).map(Vec::as_slice).unwrap_or_default();
            if slots.iter().any(|slot| slot.source != Source::Override) {
                self.blockers.push(unclear(row.field));
            }
        }
        if self.answer.money.is_some() {
            return;
        }
        for row in row.answer.iter().filter(|row| row.field.unit() == Unit::Money) {
            if self.answer.fields.contains_key(&row.field) {
                continue;
            }
            if row.need == Need::Must {
                self.blockers.push(unclear(row.field));
                continue;
            }
            let unread = AnswerField { name: String::new(), format: Format::Plain, source: Source::Swagger };
            self.answer.fields.insert(row.field, unread);
            self.doubts.push(unclear(row.field));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        binding::{Binding, Document, Problem},
        contract::Field,
        method::Method,
    };

    /// A binding of a document that has no method of this name.
    fn without(method: Method, described: bool) -> Binding {
        let word = || "t".to_owned();
        let document = Document { title: word(), version: word(), dialect: word(), fingerprint: word() };
        let mut binding = Binding { document: described.then_some(document), ..Binding::default() };
        binding.methods.get_mut(&method).unwrap().blockers.push(Problem::NoMethod);
        binding
    }

    fn found_by_hand(method: Method, described: bool) -> Binding {
        let mut binding = without(method, described);
        binding.overrule(Some(method), "path", "/v1/here").unwrap();
        binding
    }

    #[test]
    fn the_unit_of_a_method_that_is_found_by_hand_is_asked() {
        let asks = |binding: &Binding, method| {
            binding.unsupported(method).is_some_and(|why| why.contains("kopecks or rubles"))
        };
        let (refill, balance) = (Method::Refill, Method::BalanceExtended);
        let mut binding = found_by_hand(refill, true);
        assert!(asks(&binding, refill));
        // The unit of the answer is not that of the request.
        binding.overrule(Some(refill), "answer.money", "rubles").unwrap();
        assert!(asks(&binding, refill));
        binding.overrule(Some(refill), "field.sum", "body /sum integer kopecks required").unwrap();
        assert_eq!(binding.unsupported(refill), None);

        for line in ["path", "verb", "answer.at"] {
            let mut binding = without(balance, true);
            let value = if line == "verb" { "GET" } else { "/v1/here" };
            binding.overrule(Some(balance), line, value).unwrap();
            assert!(asks(&binding, balance), "{line}");
            binding.overrule(Some(balance), "answer.money", "kopecks").unwrap();
            assert_eq!(binding.unsupported(balance), None, "{line}");
        }
        // The unit may be told before.
        let mut binding = without(balance, true);
        binding.overrule(Some(balance), "answer.money", "rubles").unwrap();
        binding.overrule(Some(balance), "path", "/v1/here").unwrap();
        assert_eq!(binding.unsupported(balance), None);
        let bound = binding.method(balance).unwrap();
        assert!(bound.answer.fields.is_empty() && bound.doubts.is_empty());

        // A receipt is shown without its sums until their unit is told.
        let binding = found_by_hand(Method::Receipt, true);
        assert_eq!(binding.unsupported(Method::Receipt), None);
        let bound = binding.method(Method::Receipt).unwrap();
        assert!(bound.answer.fields[&Field::Total].name.is_empty() && !bound.doubts.is_empty());
        // Without a document there is only the table.
        for method in [refill, balance] {
            assert_eq!(found_by_hand(method, false).unsupported(method), None);
        }
    }

    #[test]
    fn one_line_tells_the_unit_of_every_sum_of_which_nothing_is_said() {
        let line = |binding: &Binding, method, key: &str| {
            let lines = binding.lines();
            lines.into_iter().find(|line| line.method == method && line.key == key).map(|line| line.value)
        };
        let refill = Some(Method::Refill);
        for told_first in [true, false] {
            let mut binding = without(Method::Refill, true);
            let mut lines = [(None, "money", "rubles"), (refill, "path", "/v1/here")];
            if !told_first {
                lines.reverse();
            }
            for (method, key, value) in lines {
                binding.overrule(method, key, value).unwrap();
            }
            assert_eq!(binding.unsupported(Method::Refill), None);
            let sum = line(&binding, refill, "field.sum");
            assert_eq!(sum.as_deref(), Some("body /sum integer rubles required"));
            for method in [Method::Refill, Method::BalanceExtended, Method::RegisterCheck] {
                assert_eq!(line(&binding, Some(method), "answer.money").as_deref(), Some("rubles"), "{method:?}");
            }
            assert_eq!(line(&binding, None, "money").as_deref(), Some("rubles"));
            assert_eq!(Binding::import(&binding.export()).unwrap(), binding);
        }
        // What is said of one sum, or of one answer, counts before it.
        let mut binding = Binding::default();
        binding.overrule(refill, "field.sum", "body /sum integer kopecks required").unwrap();
        binding.overrule(refill, "answer.money", "kopecks").unwrap();
        binding.overrule(None, "money", "rubles").unwrap();
        assert!(line(&binding, refill, "field.sum").is_some_and(|sum| sum.contains("kopecks")));
        assert_eq!(line(&binding, refill, "answer.money").as_deref(), Some("kopecks"));
        assert!(Binding::default().overrule(None, "money", "dollars").is_err());
    }

    #[test]
    fn a_sum_that_may_have_a_fraction_is_typed_with_its_unit() {
        let typed = |slot: &str| Binding::default().overrule(Some(Method::Refill), "field.sum", slot).is_ok();
        for slot in ["body /a number", "body /a string required", "query a number required"] {
            assert!(!typed(slot), "{slot}");
        }
        for slot in
            ["body /a number rubles", "body /a string kopecks required", "body /a integer", "body /a integer required"]
        {
            assert!(typed(slot), "{slot}");
        }
    }
}
