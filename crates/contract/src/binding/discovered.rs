//! Formats that were found out by reading: how a server wants its phones, and where in its answers the records stand.

use super::{
    formats::{Format, PhoneFormat},
    model::{Binding, Source, Sourced},
};
use crate::{contract::Field, method::Method};

impl Binding {
    /// Notes the phone format with which format discovery found a guest. An administrator's word stays.
    pub fn discovered_phone(&mut self, format: PhoneFormat) {
        if self.phone.source != Source::Override {
            self.phone = Sourced::new(format, Source::Discovered);
        }
    }

    /// Notes where format discovery met the record inside an answer; the JSON pointer to it.
    /// An administrator's word stays.
    pub fn discovered_envelope(&mut self, method: Method, at: String) {
        let Some(bound) = self.methods.get_mut(&method) else { return };
        if bound.answer.at.as_ref().is_none_or(|known| known.source != Source::Override) {
            bound.answer.at = Some(Sourced::new(at, Source::Discovered));
        }
    }

    /// How `accounts/find_by_phone` writes a phone now, and then every other way; only the way of an administrator, if one
    /// said it.
    #[must_use]
    pub fn phone_formats_to_try(&self) -> Vec<PhoneFormat> {
        let slots = self.method(Method::FindByPhone).and_then(|method| method.fields.get(&Field::Phone));
        let own = slots.into_iter().flatten().find_map(|slot| match slot.format {
            Format::Phone(format) => Some((format, slot.source)),
            _ => None,
        });
        let (now, source) = own.unwrap_or((self.phone.value, self.phone.source));
        if source == Source::Override {
            return vec![now];
        }
        std::iter::once(now).chain(PhoneFormat::ALL.into_iter().filter(|format| *format != now)).collect()
    }

    /// The same, with the formats that were discovered and that `other` holds.
    #[must_use]
    pub fn with_discoveries_of(&self, other: &Self) -> Self {
        let mut binding = self.clone();
        if other.phone.source == Source::Discovered {
            binding.discovered_phone(other.phone.value);
        }
        for (method, bound) in &mut binding.methods {
            let Some(found) = other.method(*method) else { continue };
            if let Some(at) = found.answer.at.clone().filter(|at| at.source == Source::Discovered) {
                bound.answer.at = Some(at);
            }
            for (field, slots) in &found.fields {
                if slots.iter().any(|slot| slot.source == Source::Discovered) {
                    bound.fields.insert(*field, slots.clone());
                }
            }
        }
        binding
    }

    /// The same, with phones written so: where nothing else is said of them, and where guests are looked for by one.
    #[must_use]
    pub fn with_phone(&self, format: PhoneFormat) -> Self {
        let mut binding = self.clone();
        let slots = binding.methods.get_mut(&Method::FindByPhone).and_then(|m| m.fields.get_mut(&Field::Phone));
        let mut plain = false;
        for slot in slots.into_iter().flatten() {
            match &mut slot.format {
                Format::Phone(own) if *own != format => {
                    *own = format;
                    slot.source = Source::Discovered;
                }
                Format::Phone(_) => {}
                _ => plain = true,
            }
        }
        if plain {
            binding.discovered_phone(format);
        }
        binding
    }
}
