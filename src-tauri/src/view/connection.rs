//! How the connection was checked, and how this server's contract differs from the table.

use probonus::{
    Method,
    binding::{Report, ReportLine, Verdict},
};
use serde::Serialize;
use specta::Type;

use crate::error::AppError;

/// The steps of "check the connection", in order; a failed step ends it.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ConnectionReport {
    /// What was tried.
    pub steps: Vec<ConnectionStep>,
    /// Whether all of it worked.
    pub ok: bool,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub struct ConnectionStep {
    /// Which.
    pub step: Step,
    /// Why it failed; `null`: it worked.
    pub error: Option<AppError>,
    /// A number that goes with it: groups seen, methods understood.
    pub count: Option<u32>,
}

/// Which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The server's name is found.
    Resolve,
    /// It, or the proxy on the way, takes our connection.
    Connect,
    /// Its certificate is good.
    Tls,
    /// What answers is ProBonus.
    Answer,
    /// It knows us.
    Authorise,
    /// It lets us read the groups.
    Groups,
    /// A group takes new accounts; `count`: such groups.
    TemplateGroup,
    /// `count`: methods of the contract that this server can do.
    Contract,
}

/// How this server wants each method.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ContractReport {
    /// Where the server's description was found; `null`: none, the table is used as it is.
    pub document: Option<String>,
    /// What is not of one method: authorisation, phone format, clock; technical, in English.
    pub common: Vec<String>,
    /// The methods, in the order of the table.
    pub methods: Vec<MethodReport>,
}

/// How this server wants a method.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MethodReport {
    /// Which.
    pub method: Method,
    /// HTTP verb.
    pub verb: String,
    /// Path on the server.
    pub path: String,
    /// Whether it can be used.
    pub support: MethodSupport,
    /// What differs from the table, or why it can't be used; technical, in English.
    pub notes: Vec<String>,
}

/// Whether a method can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum MethodSupport {
    /// As the table has it.
    AsTable,
    /// Otherwise than the table, and understood.
    Adapted,
    /// It can't be used.
    Unsupported,
}

impl From<&Report> for ContractReport {
    fn from(report: &Report) -> Self {
        Self {
            document: report.document.as_ref().map(|d| format!("{} {} ({})", d.title, d.version, d.dialect)),
            common: report.common.iter().map(line).collect(),
            methods: report.methods.iter().map(MethodReport::from).collect(),
        }
    }
}

impl From<&probonus::binding::MethodReport> for MethodReport {
    fn from(report: &probonus::binding::MethodReport) -> Self {
        let (verb, path) = report.call.split_once(' ').unwrap_or(("", &report.call));
        let problems = report.blockers.iter().chain(&report.doubts).map(ToString::to_string);
        Self {
            method: report.method,
            verb: verb.to_owned(),
            path: path.to_owned(),
            support: match report.verdict {
                Verdict::AsTable => MethodSupport::AsTable,
                Verdict::Adapted => MethodSupport::Adapted,
                Verdict::Cannot => MethodSupport::Unsupported,
            },
            notes: problems.chain(report.adapted.iter().map(line)).collect(),
        }
    }
}

/// `refill.sum: /sum → /amount (swagger)`
fn line(line: &ReportLine) -> String {
    let or_none = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let source = format!("{:?}", line.source).to_lowercase();
    format!("{}: {} → {} ({source})", line.key, or_none(&line.table), or_none(&line.server))
}
