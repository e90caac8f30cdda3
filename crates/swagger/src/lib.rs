//! A binding learnt from the Swagger document that a ProBonus server publishes.
//!
//! Swagger 2.0 and OpenAPI 3.0 and 3.1 are read tolerantly as plain JSON values. Real documents break their own specification, and a
//! typed model would refuse them as a whole: one broken schema must not hide the other methods. Depth and number of every walk are
//! limited, and so is the work of a document as a whole (`effort`): neither a ring of references nor a huge document does harm.
//!
//! The way of a document: `text` reads JSON or YAML, `document` merges its schemas, `walk` takes them apart, `operation` lists its operations, `likeness` tells
//! how much an operation looks like a method of the contract, `pick` chooses one, `fill` gives each field its place, `answers` reads
//! the schema of the answer, `security` tells how the token is sent, and `union` does that for several documents at once.

mod answers;
mod beyond;
mod choices;
pub mod discovery;
mod document;
mod effort;
mod error;
mod fill;
mod filling;
mod heuristics;
mod hints;
mod leaf;
mod leftovers;
mod likeness;
mod media;
mod money;
mod names;
mod operation;
mod paths;
mod phone;
mod pick;
mod russian;
mod saying;
mod security;
mod sign_in;
mod text;
mod union;
mod units;
mod walk;

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
/// [`LearnError`] if it is no such document, belongs to another service, or is too wide to be read.
pub fn learn(bytes: &[u8]) -> Result<Learned, LearnError> {
    learn_under(bytes, "")
}

/// As [`learn`], for a server whose address has a path, as behind a reverse proxy. That path is removed from the paths of the
/// document, so that it is not sent twice.
///
/// # Errors
/// As [`learn`].
pub fn learn_under(bytes: &[u8], base_path: &str) -> Result<Learned, LearnError> {
    learn_all(&[Published { address: "", bytes }], base_path)
}

/// As [`learn_under`], for a server that spreads its methods over several documents: one for each area, or for each version.
///
/// | case | result |
/// |---|---|
/// | two versions of a method, each in a document of its own | the one of the document with more of our methods |
/// | two documents describe one call differently | the method is blocked |
/// | a document of another service is beside ours | it is ignored |
///
/// # Errors
/// As [`learn`], if any of them is no such document, or none has our methods; [`LearnError::TooLarge`] if they are too large
/// together.
pub fn learn_all(published: &[Published<'_>], base_path: &str) -> Result<Learned, LearnError> {
    let mut docs = union::Docs::read(published, base_path)?;
    let mut binding = Binding::default();
    learn_methods(&mut binding, &docs);
    if Heuristic::RublesElsewhere.holds() && tells_rubles(&binding) {
        docs.tell_of_rubles();
        learn_methods(&mut binding, &docs);
    }
    if binding.methods.values().all(|method| method.blockers.contains(&Problem::NoMethod)) {
        return Err(if docs.were_cut() { LearnError::TooWide } else { LearnError::OtherService(docs.title()) });
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

/// Whether some sum is in rubles. Outside receipts don't count: the vendor's page says that their sums are in kopecks.
fn tells_rubles(binding: &Binding) -> bool {
    let rubles = |format: &Format| matches!(format, Format::Money(MoneyUnit::Rubles) | Format::Part(_));
    let apart = |method: Method| matches!(method, Method::RegisterCheck | Method::ReturnCheck);
    binding.methods.iter().filter(|(method, _)| !apart(**method)).any(|(_, bound)| {
        let of_all = bound.answer.money.as_ref().is_some_and(|money| money.value == MoneyUnit::Rubles);
        let mut formats = bound.fields.values().flatten().map(|slot| &slot.format);
        let mut answered = bound.answer.fields.values().map(|field| &field.format);
        of_all || formats.any(rubles) || answered.any(rubles)
    })
}

/// A format of a phone that one method gives counts for every method that gives none. Example: the body of a new guest has
/// `+7XXXXXXXXXX`, the search has nothing. If two methods differ, nothing is settled.
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

/// If methods ask for an account by a vague name (`clientId`), the account's id is read from that very key of a guest's record. The
/// `id` beside it may be the id of something else.
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
