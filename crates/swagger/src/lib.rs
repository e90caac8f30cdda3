//! A binding learnt from the Swagger document that a ProBonus server publishes.
//!
//! Swagger 2.0 and OpenAPI 3.0 and 3.1 are walked tolerantly as plain JSON values: real documents break their own
//! specification in ways that a typed model refuses whole, and one broken schema must not hide the other methods.
//! Every walk is bounded in depth and in number, so that neither a ring of references nor a huge document does harm.
//!
//! The way of a document: `text` reads JSON or YAML, `document` merges its schemas, `operation` lists what it can be asked,
//! `likeness` tells how much an operation looks like a capability, `pick` chooses one, `fill` gives each field its place,
//! `answers` reads what comes back, `security` how the token travels, and `union` does that for several documents at once.

mod answers;
mod beyond;
mod choices;
pub mod discovery;
mod document;
mod error;
mod fill;
mod filling;
mod heuristics;
mod hints;
mod leaf;
mod leftovers;
mod likeness;
mod media;
mod operation;
mod paths;
mod phone;
mod pick;
mod security;
mod text;
mod union;
mod units;

pub use document::fingerprint;
pub use error::LearnError;
use heuristics::Heuristic;
use probonus_contract::{
    Method,
    binding::{AnswerField, Binding, Format, MoneyUnit, PhoneFormat, Problem, Report, Source, Sourced},
    contract::{Field, normal, spelt},
};
pub use union::Published;

/// What was learnt.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The binding.
    pub binding: Binding,
    /// How it differs from the table, and what it can't do.
    pub report: Report,
}

/// Learns from a document: Swagger 2.0, OpenAPI 3.0 or 3.1, in JSON or YAML.
///
/// # Errors
/// [`LearnError`] if it is no such document, or of some other service.
pub fn learn(bytes: &[u8]) -> Result<Learned, LearnError> {
    learn_under(bytes, "")
}

/// As [`learn`], for a server whose address has a path of its own, as behind a reverse proxy: what the document says of that
/// path is not said twice.
///
/// # Errors
/// As [`learn`].
pub fn learn_under(bytes: &[u8], base_path: &str) -> Result<Learned, LearnError> {
    learn_all(&[Published { address: "", bytes }], base_path)
}

/// As [`learn_under`], for a server that spreads its methods over several documents: one for each area, or for each version.
///
/// Of two versions of a method, that of the document counts which tells more; a call that two documents tell differently is
/// not bound. A document of another service beside them is passed over.
///
/// # Errors
/// As [`learn`], if any of them is no such document, or none is of ours; [`LearnError::TooLarge`] if they are so together.
pub fn learn_all(published: &[Published<'_>], base_path: &str) -> Result<Learned, LearnError> {
    let mut docs = union::Docs::read(published, base_path)?;
    let mut binding = Binding::default();
    learn_methods(&mut binding, &docs);
    if Heuristic::RublesElsewhere.holds() && tells_rubles(&binding) {
        docs.tell_of_rubles();
        learn_methods(&mut binding, &docs);
    }
    if binding.methods.values().all(|method| method.blockers.contains(&Problem::NoMethod)) {
        return Err(LearnError::OtherService(docs.title()));
    }
    settle_phone(&mut binding);
    name_the_id(&mut binding);
    docs.settle_schemes(&mut binding);
    binding.document = Some(docs.described());
    let report = binding.report();
    Ok(Learned { binding, report })
}

fn learn_methods(binding: &mut Binding, docs: &union::Docs) {
    let operations = docs.operations();
    for method in Method::ALL {
        binding.methods.insert(method, pick::method(&operations, method));
    }
}

/// Whether some sum is told in rubles. Of outside receipts the vendor's page says kopecks: they stand apart.
fn tells_rubles(binding: &Binding) -> bool {
    let rubles = |format: &Format| *format == Format::Money(MoneyUnit::Rubles);
    let apart = |method: Method| matches!(method, Method::RegisterCheck | Method::ReturnCheck);
    binding.methods.iter().filter(|(method, _)| !apart(**method)).any(|(_, bound)| {
        let of_all = bound.answer.money.as_ref().is_some_and(|money| money.value == MoneyUnit::Rubles);
        let mut formats = bound.fields.values().flatten().map(|slot| &slot.format);
        let mut answered = bound.answer.fields.values().map(|field| &field.format);
        of_all || formats.any(rubles) || answered.any(rubles)
    })
}

/// What a document says of a phone once, counts for every method that says nothing of its own. Example: `+7XXXXXXXXXX` stands
/// at the body of a new guest, and nothing at the search. Two methods that say different things settle nothing.
fn settle_phone(binding: &mut Binding) {
    let mut said: Vec<PhoneFormat> = Vec::new();
    let slots = binding.methods.values().filter_map(|bound| bound.fields.get(&Field::Phone)).flatten();
    let answers = binding.methods.values().filter_map(|bound| bound.answer.fields.get(&Field::Phone));
    for format in slots.map(|slot| &slot.format).chain(answers.map(|answer| &answer.format)) {
        if let Format::Phone(format) = format
            && !said.contains(format)
        {
            said.push(*format);
        }
    }
    if let &[only] = said.as_slice()
        && Heuristic::PhoneElsewhere.holds()
    {
        binding.phone = Sourced::new(only, Source::Swagger);
    }
}

/// Where methods ask for an account by a name that may mean much else (`clientId`), a guest's record is read for that very
/// name: the `id` beside it may be of something else.
fn name_the_id(binding: &mut Binding) {
    let asked = binding.methods.values().filter_map(|bound| bound.fields.get(&Field::Account)).flatten();
    let mut names: Vec<&str> = asked.map(|slot| slot.name.rsplit('/').next().unwrap_or_default()).collect();
    names.retain(|name| matches!(Field::Account.match_of(&spelt(name)), Some((1, _))) && normal(name) != "id");
    names.sort_by_key(|name| normal(name));
    names.dedup_by_key(|name| normal(name));
    let &[name] = names.as_slice() else { return };
    if !Heuristic::IdByItsName.holds() {
        return;
    }
    let name = name.to_owned();
    if let Some(find) = binding.methods.get_mut(&Method::FindByPhone) {
        let field = AnswerField { name, format: Format::Plain, source: Source::Swagger };
        find.answer.fields.entry(Field::Account).or_insert(field);
    }
}
