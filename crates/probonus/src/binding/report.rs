//! What a binding can do, and what it can't.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Binding, Place};
use crate::{
    Method,
    contract::{self, Field, Need},
};

/// Something in a server's document that we can't follow, or not surely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "problem")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub enum Problem {
    /// The document has no such method.
    NoMethod,
    /// Several methods of the document could be this one.
    SeveralMethods {
        /// Their verbs and paths.
        candidates: Vec<String>,
    },
    /// The server takes no field for something that can't be done without.
    NoPlace {
        /// What.
        field: Field,
    },
    /// Several fields of the server could be this one.
    SeveralPlaces {
        /// What.
        field: Field,
        /// Their names.
        candidates: Vec<String>,
    },
    /// The server demands a field that we have nothing for.
    UnknownDemand {
        /// Where.
        place: Place,
        /// Its name.
        name: String,
    },
    /// Whether a sum is in kopecks or in rubles can't be told.
    UnitUnclear {
        /// Which sum.
        field: Field,
        /// What the document says of it.
        said: String,
    },
    /// A value can't be written as the document wants it.
    Unwritable {
        /// What.
        field: Field,
        /// What the document says of it.
        said: String,
    },
    /// The body is of a kind that we can't write.
    BodyKind {
        /// The content type.
        content_type: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMethod => f.write_str("the server's document has no such method"),
            Self::SeveralMethods { candidates } => write!(f, "could be any of {}", candidates.join(", ")),
            Self::NoPlace { field } => write!(f, "the server takes no field for {field:?}"),
            Self::SeveralPlaces { field, candidates } => {
                write!(f, "{field:?} could be any of {}", candidates.join(", "))
            }
            Self::UnknownDemand { place, name } => {
                write!(f, "the server demands {name} ({place:?}), and there is nothing to fill it with")
            }
            Self::UnitUnclear { field, said } => write!(f, "{field:?}: kopecks or rubles? The document says: {said}"),
            Self::Unwritable { field, said } => write!(f, "{field:?} can't be written as the document wants: {said}"),
            Self::BodyKind { content_type } => write!(f, "a body of {content_type} can't be written"),
        }
    }
}

/// How a server's method agrees with the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub enum Verdict {
    /// Exactly as the table has it.
    AsTable,
    /// Otherwise, and we follow.
    Adapted,
    /// Not possible.
    Cannot,
}

/// The conformance report, for the settings and for print.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Report {
    /// The document the binding was learnt from; `None` for the bare table.
    pub document: Option<super::Document>,
    /// Lines that are not of one method: authorisation, phone format, clock.
    pub common: Vec<ReportLine>,
    /// The methods, in the order of the table.
    pub methods: Vec<MethodReport>,
}

/// One method of the report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MethodReport {
    /// Which.
    pub method: Method,
    /// Verb and path.
    pub call: String,
    /// Whether it can be called.
    pub verdict: Verdict,
    /// The lines that differ from the table.
    pub adapted: Vec<ReportLine>,
    /// Why it can't be called.
    pub blockers: Vec<Problem>,
    /// What is unsure.
    pub doubts: Vec<Problem>,
    /// Where the document stands that tells it, if the server spreads its methods over several: of every line that the server's
    /// description said, it is the source.
    pub document: Option<String>,
}

/// One line that differs from the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReportLine {
    /// Which line; see [`super::Line::key`].
    pub key: String,
    /// As the table has it; empty if it has none.
    pub table: String,
    /// As this server wants it; empty if it doesn't.
    pub server: String,
    /// Who said so.
    pub source: super::Source,
}

impl Binding {
    /// Why `method` can't be called; empty if it can. Computed from the binding alone: what blocks it, and what it has
    /// no place for.
    #[must_use]
    pub fn blockers(&self, method: Method) -> Vec<Problem> {
        let Some(bound) = self.methods.get(&method) else { return vec![Problem::NoMethod] };
        let mut blockers = bound.blockers.clone();
        if blockers.contains(&Problem::NoMethod) {
            return blockers;
        }
        for name in bound.unfilled_parameters() {
            let problem = Problem::UnknownDemand { place: Place::Path, name: name.to_owned() };
            if !blockers.contains(&problem) {
                blockers.push(problem);
            }
        }
        for row in contract::row(method).request.iter().filter(|row| row.need == Need::Must) {
            let placed =
                bound.fields.get(&row.field).is_some_and(|slots| slots.iter().any(|slot| bound.has_room(slot)));
            let explained = blockers.iter().any(|problem| problem.field() == Some(row.field));
            if !placed && !explained {
                blockers.push(Problem::NoPlace { field: row.field });
            }
        }
        blockers
    }

    /// Why `method` can't be called on this server, in English; `None` if it can.
    #[must_use]
    pub fn unsupported(&self, method: Method) -> Option<String> {
        let blockers = self.blockers(method);
        if blockers.is_empty() {
            return None;
        }
        Some(blockers.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    /// The conformance report.
    #[must_use]
    pub fn report(&self) -> Report {
        let table = Self::default();
        let changes = table.diff(self);
        let line = |change: &super::Change| ReportLine {
            key: change.key.clone(),
            table: change.before.clone().unwrap_or_default(),
            server: change.after.clone().unwrap_or_default(),
            source: change.source,
        };
        let methods = Method::ALL.iter().map(|&method| {
            let adapted: Vec<_> = changes.iter().filter(|c| c.method == Some(method)).map(line).collect();
            let blockers = self.blockers(method);
            let verdict = match (blockers.is_empty(), adapted.is_empty()) {
                (false, _) => Verdict::Cannot,
                (true, true) => Verdict::AsTable,
                (true, false) => Verdict::Adapted,
            };
            let bound = self.methods.get(&method);
            MethodReport {
                method,
                call: bound.map(|b| format!("{} {}", b.verb.value.as_str(), b.path.value)).unwrap_or_default(),
                verdict,
                adapted,
                blockers,
                doubts: bound.map(|b| b.doubts.clone()).unwrap_or_default(),
                document: bound.and_then(|b| b.document.clone()),
            }
        });
        Report {
            document: self.document.clone(),
            common: changes.iter().filter(|c| c.method.is_none()).map(line).collect(),
            methods: methods.collect(),
        }
    }
}

impl Problem {
    /// The logical field it is about.
    #[must_use]
    pub fn field(&self) -> Option<Field> {
        match self {
            Self::NoPlace { field }
            | Self::SeveralPlaces { field, .. }
            | Self::UnitUnclear { field, .. }
            | Self::Unwritable { field, .. } => Some(*field),
            Self::NoMethod | Self::SeveralMethods { .. } | Self::UnknownDemand { .. } | Self::BodyKind { .. } => None,
        }
    }
}
