//! A binding learnt from the Swagger document that a server publishes.
//!
//! Swagger 2.0 and OpenAPI 3.0 and 3.1 are walked tolerantly as plain JSON values: real documents break their own
//! specification in ways that a typed model refuses whole, and one broken schema must not hide the other methods.
//! Every walk is bounded in depth and in number, so that neither a ring of references nor a huge document does harm.

mod answers;
mod beyond;
mod document;
mod fill;
mod hints;
mod leaf;
mod likeness;
mod operation;
mod pick;
mod security;
mod text;
mod union;
mod units;

pub use union::Published;

use super::{AnswerField, Binding, Format, MoneyUnit, Problem, Report, Source};
use crate::{
    Method,
    contract::{Field, normal, spelt},
};

/// What was learnt.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The binding.
    pub binding: Binding,
    /// How it differs from the table, and what it can't do.
    pub report: Report,
}

/// Why nothing was learnt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// Not a Swagger or OpenAPI document; the text says why.
    #[error("not a Swagger document: {0}")]
    Malformed(String),
    /// More than 16 MiB.
    #[error("the document is larger than 16 MiB")]
    TooLarge,
    /// A document of some other service: it has none of the contract's methods.
    #[error("the document «{0}» has no method of ProBonus")]
    OtherService(String),
}

impl Binding {
    /// Learns from a document: Swagger 2.0, OpenAPI 3.0 or 3.1, in JSON or YAML.
    ///
    /// # Errors
    /// [`LearnError`] if it is no such document, or of some other service.
    pub fn from_swagger(bytes: &[u8]) -> Result<Learned, LearnError> {
        Self::from_swagger_under(bytes, "")
    }

    /// As [`Binding::from_swagger`], for a server whose address has a path of its own, as behind a reverse proxy: what the
    /// document says of that path is not said twice.
    ///
    /// # Errors
    /// As [`Binding::from_swagger`].
    pub fn from_swagger_under(bytes: &[u8], base_path: &str) -> Result<Learned, LearnError> {
        Self::from_documents(&[Published { address: "", bytes }], base_path)
    }

    /// As [`Binding::from_swagger_under`], for a server that spreads its methods over several documents: one for each area, or for
    /// each version. Of two versions of a method, that of the document counts which tells more; a call that two documents tell
    /// differently is not bound. A document of another service beside them is passed over.
    ///
    /// # Errors
    /// As [`Binding::from_swagger`], if any of them is no such document, or none is of ours; [`LearnError::TooLarge`] if they are so
    /// together.
    pub fn from_documents(published: &[Published<'_>], base_path: &str) -> Result<Learned, LearnError> {
        let mut docs = union::Docs::read(published, base_path)?;
        let mut binding = Self::default();
        binding.learn_methods(&docs);
        if binding.tells_rubles() {
            docs.tell_of_rubles();
            binding.learn_methods(&docs);
        }
        if binding.methods.values().all(|method| method.blockers.contains(&Problem::NoMethod)) {
            return Err(LearnError::OtherService(docs.title()));
        }
        binding.name_the_id();
        docs.settle_schemes(&mut binding);
        binding.document = Some(docs.described());
        let report = binding.report();
        Ok(Learned { binding, report })
    }
}

impl Binding {
    fn learn_methods(&mut self, docs: &union::Docs) {
        let operations = docs.operations();
        for method in Method::ALL {
            self.methods.insert(method, pick::method(&operations, method));
        }
    }

    /// Whether some sum is told in rubles. Of outside receipts the vendor's page says kopecks: they stand apart.
    fn tells_rubles(&self) -> bool {
        let rubles = |format: &Format| *format == Format::Money(MoneyUnit::Rubles);
        let apart = |method: Method| matches!(method, Method::RegisterCheck | Method::ReturnCheck);
        self.methods.iter().filter(|(method, _)| !apart(**method)).any(|(_, bound)| {
            let of_all = bound.answer.money.as_ref().is_some_and(|money| money.value == MoneyUnit::Rubles);
            of_all
                || bound.fields.values().flatten().any(|slot| rubles(&slot.format))
                || bound.answer.fields.values().any(|field| rubles(&field.format))
        })
    }

    /// Where methods ask for an account by a name that may mean much else (`clientId`), a guest's record is read for that very
    /// name: the `id` beside it may be of something else.
    fn name_the_id(&mut self) {
        let asked = self.methods.values().filter_map(|bound| bound.fields.get(&Field::Account)).flatten();
        let mut names: Vec<&str> = asked.map(|slot| slot.name.rsplit('/').next().unwrap_or_default()).collect();
        names.retain(|name| matches!(Field::Account.match_of(&spelt(name)), Some((1, _))) && normal(name) != "id");
        names.sort_by_key(|name| normal(name));
        names.dedup_by_key(|name| normal(name));
        let &[name] = names.as_slice() else { return };
        let name = name.to_owned();
        if let Some(find) = self.methods.get_mut(&Method::FindByPhone) {
            let field = AnswerField { name, format: Format::Plain, source: Source::Swagger };
            find.answer.fields.entry(Field::Account).or_insert(field);
        }
    }
}

/// A fingerprint of a document: FNV-1a over its bytes, and their number. It tells a change, and guards against nothing.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}-{}", bytes.len())
}
