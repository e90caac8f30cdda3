//! The places of a request, and what stands in each: a field or a constant, never both.

use super::{
    model::{BodyKind, Constant, MethodBinding, Slot, Source},
    place::Place,
    problem::Problem,
    safety, words,
};

/// Whether two names are one place of a request, or one is inside the other: `/guest` and `/guest/phone`.
fn is_same_place(place: Place, name: &str, other_place: Place, other: &str) -> bool {
    let is_inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    place == other_place
        && match place {
            Place::Header => name.eq_ignore_ascii_case(other),
            Place::Query | Place::Path => name == other,
            Place::Body => {
                let [one, other] = [name, other].map(|name| name.trim_start_matches('/'));
                one == other || is_inside(one, other) || is_inside(other, one)
            }
        }
}

/// Whether a problem is one of this place: the server demands a value there, or a constant may not be sent there.
pub(super) fn is_at(problem: &Problem, place: Place, name: &str) -> bool {
    let is_same = |known: Place, other: &str| match place {
        Place::Header => known == place && other.eq_ignore_ascii_case(name),
        _ => (known, other) == (place, name),
    };
    match problem {
        Problem::UnknownDemand { place, name } | Problem::Dangerous { place, name, .. } => is_same(*place, name),
        _ => false,
    }
}

impl MethodBinding {
    /// Whether a field of the contract has its place there.
    pub(super) fn has_field_at(&self, place: Place, name: &str) -> bool {
        self.fields.values().flatten().any(|slot| is_same_place(slot.place, &slot.name, place, name))
    }

    /// Makes room for a field at these places, and settles what the server demands there. A constant of the document gives way; one
    /// of an administrator does not, as their two lines contradict each other.
    ///
    /// # Errors
    /// The place of that constant; nothing is changed.
    pub(super) fn make_room(&mut self, slots: &[Slot]) -> Result<(), (Place, String)> {
        let stands_there = |constant: &Constant| {
            slots.iter().any(|slot| is_same_place(slot.place, &slot.name, constant.place, &constant.name))
        };
        let by_admin = self.constants.iter().find(|one| one.source == Source::Override && stands_there(one));
        if let Some(Constant { place, name, .. }) = by_admin {
            return Err((*place, name.clone()));
        }
        self.constants.retain(|constant| !stands_there(constant));
        self.settle(|problem| slots.iter().any(|slot| is_at(problem, slot.place, &slot.name)));
        Ok(())
    }

    /// Whether a value can stand there: a parameter of the path must be in it, a header must be one that is ours to set.
    pub(super) fn has_room(&self, slot: &Slot) -> bool {
        match slot.place {
            Place::Path => self.path.value.contains(&format!("{{{}}}", slot.name)),
            Place::Header => safety::is_free_header(&slot.name),
            Place::Query => !slot.name.is_empty(),
            Place::Body if self.body == BodyKind::Json => words::is_pointer(&slot.name) && slot.name.len() > 1,
            Place::Body => !slot.name.is_empty(),
        }
    }

    /// Parameters of the path that nothing stands for.
    pub(super) fn unfilled_parameters(&self) -> impl Iterator<Item = &str> {
        let filled = |name: &str| {
            let by_field = self.fields.values().flatten().any(|slot| slot.place == Place::Path && slot.name == name);
            by_field || self.constants.iter().any(|one| one.place == Place::Path && one.name == name)
        };
        let names = self.path.value.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        names.filter(move |name| !filled(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        binding::{Binding, SecretConstant},
        contract::Field,
        method::Method,
    };

    /// A required value under a name that the program does not know, in each part of a request.
    fn demanding(place: Place, name: &str) -> Binding {
        let mut binding = Binding::default();
        let bound = binding.methods.get_mut(&Method::Refill).unwrap();
        bound.fields.remove(&Field::Account);
        bound.blockers.push(Problem::UnknownDemand { place, name: name.into() });
        if place == Place::Path {
            bound.path.value = format!("/accounts({{{name}}})/refill");
        }
        binding
    }

    const DEMANDS: [(Place, &str, &str); 5] = [
        (Place::Body, "/data/owner", "body /data/owner string required"),
        (Place::Body, "/Владелец", "body /Владелец string required"),
        (Place::Path, "key", "path key string required"),
        (Place::Query, "owner", "query owner string required"),
        (Place::Header, "X-Owner", "header x-owner string required"),
    ];

    #[test]
    fn a_field_that_is_put_at_a_place_is_what_the_server_demands_there() {
        for (place, name, slot) in DEMANDS {
            let mut binding = demanding(place, name);
            assert!(binding.unsupported(Method::Refill).is_some(), "{name}");
            binding.overrule(Some(Method::Refill), "field.account", slot).unwrap();
            assert_eq!(binding.unsupported(Method::Refill), None, "{name}");
            // A demand elsewhere stays one.
            let mut other = demanding(place, name);
            other.overrule(Some(Method::Refill), "field.account", "query somewhere string").unwrap();
            assert!(other.unsupported(Method::Refill).is_some(), "{name}");
        }
    }

    #[test]
    fn a_constant_and_a_field_never_stand_at_one_place() {
        for (place, name, slot) in DEMANDS {
            let constant = SecretConstant { place, name: name.into() }.line();
            let lines = [("field.account", slot), (constant.as_str(), "001002")];
            for lines in [lines, [lines[1], lines[0]]] {
                let mut binding = demanding(place, name);
                binding.overrule(Some(Method::Refill), lines[0].0, lines[0].1).unwrap();
                let before = binding.clone();
                let error = binding.overrule(Some(Method::Refill), lines[1].0, lines[1].1).unwrap_err();
                assert!(error.to_string().contains("can't both stand"), "{name}: {error}");
                assert_eq!(binding, before);
                // Lines that are stored already.
                binding.overrule_as_stored(Some(Method::Refill), lines[1].0, lines[1].1).unwrap_err();
                assert!(binding.unsupported(Method::Refill).is_some_and(|why| why.contains("a field stands there")));
            }
            // A whole binding that is stored with both.
            let mut binding = demanding(place, name);
            binding.overrule(Some(Method::Refill), "field.account", slot).unwrap();
            let bound = binding.methods.get_mut(&Method::Refill).unwrap();
            let source = Source::Override;
            bound.constants.push(Constant { place, name: name.into(), value: 7.into(), source, in_keychain: false });
            let stored = Binding::import(&binding.export()).unwrap();
            assert!(
                stored.unsupported(Method::Refill).is_some_and(|why| why.contains("a field stands there")),
                "{name}"
            );
        }
        // A record around the place, and a part of it.
        let mut binding = Binding::default();
        binding.overrule(Some(Method::Refill), "field.comment", "body /data/text string").unwrap();
        for name in ["/data", "/data/text/ru"] {
            assert!(binding.overrule(Some(Method::Refill), &format!("constant.body.{name}"), "{}").is_err(), "{name}");
        }
        binding.overrule(Some(Method::Refill), "constant.body./data/source", "office").unwrap();
    }

    /// A value that the document gives makes room for a field that an administrator puts there.
    #[test]
    fn a_constant_of_the_document_makes_room_for_a_field() {
        let mut binding = Binding::default();
        let bound = binding.methods.get_mut(&Method::Refill).unwrap();
        let (place, name, source) = (Place::Body, "/note".to_owned(), Source::Swagger);
        bound.constants.push(Constant { place, name, value: "x".into(), source, in_keychain: false });
        binding.overrule(Some(Method::Refill), "field.comment", "body /note string").unwrap();
        assert!(binding.method(Method::Refill).unwrap().constants.is_empty());
        assert_eq!(binding.unsupported(Method::Refill), None);
    }
}
