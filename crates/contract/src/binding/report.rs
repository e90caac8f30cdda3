//! What a binding can do, and what it can't.

use serde::{Deserialize, Serialize};

use super::{
    lines::LineChange,
    model::{Binding, Document, Source},
    place::Place,
    problem::Problem,
};
use crate::{
    contract::{self, Need},
    method::Method,
};

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
    pub document: Option<Document>,
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
    /// Which line; see [`Line::key`](super::Line::key).
    pub key: String,
    /// As the table has it; empty if it has none.
    pub table: String,
    /// As this server wants it; empty if it doesn't.
    pub server: String,
    /// Who said so.
    pub source: Source,
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
        let dangers = self.dangers(method).into_iter().filter(|danger| !bound.blockers.contains(danger));
        blockers.extend(dangers);
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
        let line = |change: &LineChange| ReportLine {
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
