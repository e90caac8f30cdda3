//! The documents of one server together: its methods may be spread over several.

use crate::{
    document::{Doc, MOST_BYTES, fingerprint},
    error::LearnError,
    likeness::likeness,
    operation::{self, Operation},
    security::{self, Schemes},
};
use probonus_contract::{
    Method,
    binding::{Binding, Document, Place, Problem, Scheme, Source, Sourced},
    contract,
};

/// The most documents that are read together.
const MOST_DOCUMENTS: usize = 16;

/// A document as a server publishes it.
#[derive(Clone, Copy, Debug)]
pub struct Published<'a> {
    /// Its address, by which a report names it. It may be empty for the only document.
    pub address: &'a str,
    /// JSON or YAML.
    pub bytes: &'a [u8],
}

/// The documents of one server, the one with the most of our methods first.
pub(crate) struct Docs {
    docs: Vec<Told>,
    base_path: String,
}

struct Told {
    doc: Doc,
    schemes: Schemes,
    fingerprint: String,
}

impl Docs {
    pub(crate) fn read(published: &[Published<'_>], base_path: &str) -> Result<Self, LearnError> {
        let published = &published[..published.len().min(MOST_DOCUMENTS)];
        if published.iter().map(|one| one.bytes.len()).sum::<usize>() > MOST_BYTES {
            return Err(LearnError::TooLarge);
        }
        let mut docs = Vec::new();
        for one in published {
            let mut doc = Doc::parse(one.bytes)?;
            if published.len() > 1 {
                doc.address = one.address.to_owned();
            }
            let operations = operation::all(&doc, base_path);
            let part = Part::of(&operations);
            let schemes = security::schemes(&doc, &operations);
            docs.push((part, Told { schemes, fingerprint: fingerprint(one.bytes), doc }));
        }
        // A document belongs to another service if it has none of our names, and its paths begin differently than those of documents
        // that do. No method is guessed in it.
        let ours = docs.iter().filter(|(part, _)| part.sure > 0).flat_map(|(part, _)| part.roots.clone());
        let ours: Vec<String> = ours.collect();
        let is_ours = |part: &Part| part.sure > 0 || part.roots.iter().any(|root| ours.contains(root));
        if !ours.is_empty() {
            docs.retain(|(part, _)| is_ours(part));
        }
        docs.sort_by_key(|(part, _)| std::cmp::Reverse(part.any));
        let mut docs =
            Self { docs: docs.into_iter().map(|(.., told)| told).collect(), base_path: base_path.to_owned() };
        let tokens: Vec<String> = docs.docs.iter().flat_map(|told| told.schemes.names()).collect();
        for told in &mut docs.docs {
            told.doc.tokens.clone_from(&tokens);
        }
        Ok(docs)
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        self.docs.iter().for_each(|told| told.doc.effort.renew());
        self.docs.iter().flat_map(|told| operation::all(&told.doc, &self.base_path)).collect()
    }

    /// Whether some document cost more work than is allowed.
    pub(crate) fn were_cut(&self) -> bool {
        self.docs.iter().any(|told| told.doc.effort.was_cut())
    }

    /// The work that all of them have cost.
    #[cfg(test)]
    pub(crate) fn effort(&self) -> u64 {
        self.docs.iter().map(|told| told.doc.effort.spent()).sum()
    }

    /// Notes in all of them that some sum is in rubles: a sum without a named unit is then not taken for kopecks.
    pub(crate) fn tell_of_rubles(&mut self) {
        for told in &mut self.docs {
            told.doc.rubles = true;
        }
    }

    /// Sets how the tokens are sent, by the first document that says so. If the document of a method wants both tokens differently,
    /// the method is blocked; if only one of them, it is a doubt.
    pub(crate) fn settle_schemes(&self, binding: &mut Binding) {
        let Some(Told { schemes, .. }) = self.docs.iter().find(|told| told.schemes.token.is_some()) else { return };
        let [token, session] = [&schemes.token, &schemes.session].map(Option::clone);
        for told in &self.docs {
            let Some(wanted) = &told.schemes.token else { continue };
            let others = [differ(&told.schemes.token, &token), differ(&told.schemes.session, &session)];
            let (place, name) = match wanted {
                Scheme::Header { name, prefix } => (Place::Header, format!("{name}: {prefix}").trim_end().to_owned()),
                Scheme::Query { name } => (Place::Query, name.clone()),
            };
            let problem = Problem::UnknownDemand { place, name };
            let of_it = binding.methods.iter_mut().filter(|(method, bound)| {
                let needs = !matches!(method, Method::Login | Method::RefreshToken);
                needs && bound.document.as_deref() == Some(told.doc.address.as_str())
            });
            for (_, bound) in of_it {
                match others {
                    [true, true] => bound.blockers.push(problem.clone()),
                    [false, false] => {}
                    _ => bound.doubts.push(problem.clone()),
                }
            }
        }
        if let Some(token) = token {
            binding.token = Sourced::new(token, Source::Swagger);
        }
        if let Some(session) = session {
            binding.session = Sourced::new(session, Source::Swagger);
        }
    }

    pub(crate) fn title(&self) -> String {
        self.side_by_side(|told| told.doc.text("/info/title"))
    }

    /// Title, version, dialect and fingerprint of all of them. The fingerprint does not depend on their order.
    pub(crate) fn described(&self) -> Document {
        let mut prints: Vec<&str> = self.docs.iter().map(|told| told.fingerprint.as_str()).collect();
        prints.sort_unstable();
        Document {
            title: self.title(),
            version: self.side_by_side(|told| told.doc.text("/info/version")),
            dialect: self.side_by_side(|told| told.doc.dialect.clone()),
            fingerprint: match prints.as_slice() {
                &[only] => only.to_owned(),
                several => fingerprint(several.join(" ").as_bytes()),
            },
        }
    }

    fn side_by_side(&self, text: impl Fn(&Told) -> String) -> String {
        let mut all: Vec<String> = Vec::new();
        for told in self.docs.iter().map(text).filter(|told| !told.is_empty()) {
            if !all.contains(&told) {
                all.push(told);
            }
        }
        all.join(", ")
    }
}

/// How much of the contract a document has.
struct Part {
    /// How many methods it has by name, and how many with guesses.
    sure: usize,
    any: usize,
    /// The beginnings of their paths; see [`root`].
    roots: Vec<String>,
}

impl Part {
    fn of(operations: &[Operation<'_>]) -> Self {
        let mut part = Self { sure: 0, any: 0, roots: Vec::new() };
        for method in Method::ALL {
            let alike = operations
                .iter()
                .filter_map(|operation| Some((likeness(operation, contract::row(method))?, root(&operation.path))));
            if let Some((like, root)) = alike.min() {
                part.any += 1;
                part.sure += usize::from(!like.guessed);
                part.roots.push(root);
            }
        }
        part
    }
}

/// The first two segments of a path: `/api/v0` of `/api/v0/accounts/refill`.
fn root(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').collect();
    if segments.len() > 3 { segments[..3].join("/") } else { String::new() }
}

/// Whether two documents want a secret in different ways. Capital and small letters of a header's name and prefix don't count.
fn differ(one: &Option<Scheme>, other: &Option<Scheme>) -> bool {
    let plain = |scheme: &Option<Scheme>| match scheme {
        Some(Scheme::Header { name, prefix }) => format!("{name}: {prefix}").to_ascii_lowercase(),
        Some(Scheme::Query { name }) => format!("?{name}"),
        None => String::new(),
    };
    plain(one) != plain(other)
}
