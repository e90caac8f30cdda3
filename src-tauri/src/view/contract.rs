//! The contract of a server, for the page: differences from the table, lines that an administrator overruled, and proposals that
//! wait to be accepted.

use jiff::Timestamp;
use probonus::{
    Method,
    binding::{
        Binding, Document, IN_KEYCHAIN, Line, LineChange, PhoneFormat, Problem, SecretConstant, Source, answer_key,
        is_secret_name,
    },
    client::DiscoveredFormats,
    contract,
};
use serde::Serialize;
use specta::Type;

use super::{
    guest::full_name,
    quiet::{shown_change, shown_document, shown_problem},
};
use crate::shape::{Origin, OriginKind, OverruledLine, shown_message};

/// The contract of the server, method by method.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractReport {
    /// The server's description; `null`: none, the table is used.
    pub document: Option<Document>,
    /// Where and when the description was found; `null`: nowhere.
    pub origin: Option<OriginView>,
    /// The title of the only description that the server publishes, if it is another service's: it is not used.
    pub other_service: Option<String>,
    /// Whether the server refused to show a description (401, 403): it may want a key for it.
    pub description_refused: bool,
    /// When the description was last read.
    #[specta(type = Option<String>)]
    pub checked_at: Option<Timestamp>,
    /// Whether lines can be overruled: not in training.
    pub editable: bool,
    /// Lines that belong to no single method: authorisation, phone format, clock.
    pub common: Vec<LineView>,
    /// The methods, in the order of the table.
    pub methods: Vec<MethodReport>,
    /// The proposal that waits to be accepted. Nothing is sent meanwhile.
    pub pending: Option<ProposalView>,
    /// Changes that were made without asking, and that the user has not seen yet.
    pub news: Vec<LineChange>,
    /// The keys that the server wants besides the token.
    pub secrets: Vec<SecretConstantView>,
}

/// Where a description was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct OriginView {
    /// How.
    pub kind: OriginKind,
    /// The address, or the name of the file.
    pub from: String,
    /// When.
    #[specta(type = String)]
    pub at: Timestamp,
}

/// The contract of one method.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodReport {
    /// Which.
    pub method: Method,
    /// HTTP verb.
    pub verb: String,
    /// Path on the server.
    pub path: String,
    /// Whether it can be used.
    pub support: MethodSupport,
    /// Its lines. If the server differs from the table, `value` and `table` differ.
    pub lines: Vec<LineView>,
    /// Why it can't be used.
    pub blockers: Vec<Problem>,
    /// What is uncertain.
    pub doubts: Vec<Problem>,
    /// The document that describes it, if the server has several documents.
    pub document: Option<String>,
}

/// One line of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineView {
    /// The method; `null` for a line of the whole server.
    pub method: Option<Method>,
    /// The key of the line: `verb`, `path`, `field.sum`…
    pub key: String,
    /// Its value; empty: it is not sent, or not known in advance.
    pub value: String,
    /// Its value in the table.
    pub table: String,
    /// Its value without the administrator's change.
    pub server: String,
    /// Where the value comes from.
    pub source: Source,
    /// The administrator who overruled it.
    pub by: Option<String>,
    /// When it was overruled.
    #[specta(type = Option<String>)]
    pub at: Option<Timestamp>,
    /// Whether the method is impossible without it.
    pub must: bool,
    /// Whether it is a constant whose value is, or would be, a secret. Such a value is entered separately and kept in the keychain.
    pub secret: bool,
}

/// A key that the server wants besides the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretConstantView {
    /// Its place and name in the request.
    pub constant: SecretConstant,
    /// Whether its value is known: it was entered in this run or read from the keychain.
    pub at_hand: bool,
    /// The number of methods that send it.
    pub methods: u32,
}

/// Whether a method can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MethodSupport {
    /// As the table has it.
    AsTable,
    /// It differs from the table in a way that the program supports.
    Adapted,
    /// It can't be used.
    Unsupported,
}

/// A contract that could replace the present one.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProposalView {
    /// Its id.
    pub id: String,
    /// Where it is from.
    pub origin: OriginView,
    /// The description that it was learnt from.
    pub document: Option<Document>,
    /// The server that it was exported from, if that is another one.
    pub other_server: Option<String>,
    /// The lines that would change.
    pub changes: Vec<LineChange>,
    /// Methods that would become impossible, or possible.
    pub verdicts: Vec<Impossible>,
    /// Overruled lines that do not fit it and would be lost.
    pub lost: Vec<LostLine>,
    /// Whether it changes writes or money.
    pub touches_writes: bool,
}

/// An overruled line that does not fit another contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct LostLine {
    /// The method.
    pub method: Option<Method>,
    /// Which line.
    pub key: String,
    /// Its text.
    pub value: String,
}

/// A method that can't be used.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
pub(crate) struct Impossible {
    /// Which.
    pub method: Method,
    /// Why it can't be used. In a proposal, empty: it could be used again.
    pub problems: Vec<Problem>,
}

/// The contract's part of the status.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractStatus {
    /// Methods that can't be used on this server.
    pub impossible: Vec<Impossible>,
    /// Why the contract holds the queue; `null`: it does not.
    pub hold: Option<QueueHold>,
    /// Whether the contract was changed without asking, and the user has not seen it yet.
    pub has_news: bool,
    /// Whether the server's phone format is known. Until then a guest who is not found may exist, so no guest is created.
    pub phones_known: bool,
    /// Why the page offers to read the description again; `null`: it does not.
    pub rights_doubt: Option<RightsDoubt>,
}

/// Why the server's description may have other methods now, so that the page offers to read it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum RightsDoubt {
    /// The server forbade a method that its description has.
    Forbidden {
        /// The method.
        method: Method,
    },
    /// Another user has signed in, and the description was not read again: it was given by hand, or could not be read.
    OtherUser,
}

/// Why the contract holds the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueHold {
    /// The server's description is still being searched after a start.
    SearchingContract,
    /// The description changed in writes or money, and nobody has accepted it yet.
    ContractChanged,
    /// The contract file was changed or deleted on this computer, and nobody has accepted its replacement.
    ContractFileChanged,
}

/// The result of format discovery.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProbeView {
    /// The number of groups that were read.
    pub groups: u32,
    /// The phone formats that were tried.
    pub tried: Vec<PhoneFormat>,
    /// The format by which the guest was found; `null`: none.
    pub format: Option<PhoneFormat>,
    /// The names of the guests that were found. A server that parses the phone in another way may have found another guest.
    pub found: Vec<String>,
    /// The lines that changed.
    pub changes: Vec<LineChange>,
}

/// The most guests whose names are listed.
const MOST_FOUND: usize = 20;

impl ContractReport {
    /// The report of a binding. `base` is the binding without overruled lines.
    #[must_use]
    pub fn of(binding: &Binding, base: &Binding) -> Self {
        let report = binding.report();
        let table = Binding::default();
        let (table, base, lines) = (table.lines(), base.lines(), binding.lines());
        let all = |method: Option<Method>| -> Vec<LineView> {
            let mut keys: Vec<String> = Vec::new();
            let known = table.iter().chain(&lines).chain(&base).filter(|line| line.method == method);
            let demanded = method.into_iter().flat_map(|method| demanded_keys(binding, method));
            let spoken_of =
                known.map(|line| line.key.clone()).chain(demanded).chain(method.into_iter().flat_map(answer_keys));
            // The line for the whole server exists although nobody has answered it yet.
            let spoken_of = spoken_of.chain(method.is_none().then(|| "money".to_owned()));
            for key in spoken_of {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            keys.sort_by_key(|key| rank(key));
            keys.into_iter().map(|key| line_view(method, key, [&table, &base, &lines])).collect()
        };
        let methods = report.methods.into_iter().map(|one| {
            let (verb, path) = one.call.split_once(' ').unwrap_or(("", &one.call));
            MethodReport {
                method: one.method,
                verb: verb.to_owned(),
                path: shown_message(path),
                support: match one.verdict {
                    probonus::binding::Verdict::AsTable => MethodSupport::AsTable,
                    probonus::binding::Verdict::Adapted => MethodSupport::Adapted,
                    probonus::binding::Verdict::Cannot => MethodSupport::Unsupported,
                },
                lines: all(Some(one.method)),
                blockers: one.blockers.iter().map(shown_problem).collect(),
                doubts: one.doubts.iter().map(shown_problem).collect(),
                document: one.document,
            }
        });
        Self {
            document: report.document.as_ref().map(shown_document),
            origin: None,
            other_service: None,
            description_refused: false,
            checked_at: None,
            editable: false,
            methods: methods.collect(),
            common: all(None),
            pending: None,
            news: Vec::new(),
            secrets: secrets(binding),
        }
    }

    /// Adds to each overruled line who overruled it, and when.
    pub fn show_overruled(&mut self, overruled: &[OverruledLine]) {
        let lines = self.common.iter_mut().chain(self.methods.iter_mut().flat_map(|one| &mut one.lines));
        for line in lines {
            if let Some(own) = overruled.iter().find(|own| own.method == line.method && own.key == line.key) {
                line.source = Source::Override;
                line.by = Some(own.by.clone());
                line.at = Some(own.at);
            }
        }
    }
}

/// Lines of the answer that can be overruled although the binding has no value for them.
fn answer_keys(method: Method) -> impl Iterator<Item = String> {
    let fields = contract::row(method).answer.iter().map(|row| answer_key(row.field));
    ["answer.at".to_owned(), "answer.money".to_owned()].into_iter().chain(fields)
}

/// Lines of constants that the server requires, or may require, and whose value is unknown.
fn demanded_keys(binding: &Binding, method: Method) -> Vec<String> {
    let doubts = binding.method(method).map(|bound| bound.doubts.clone()).unwrap_or_default();
    let problems = binding.blockers(method).into_iter().chain(doubts);
    let demanded = problems.filter_map(|problem| match problem {
        Problem::UnknownDemand { place, name } => Some(SecretConstant { place, name }.line()),
        _ => None,
    });
    demanded.collect()
}

/// The secret constants of a binding, and whether their values are known. A constant without a value blocks its methods.
fn secrets(binding: &Binding) -> Vec<SecretConstantView> {
    let view = |constant: SecretConstant| {
        let senders = binding
            .methods
            .values()
            .filter(|bound| bound.constants.iter().any(|one| one.in_keychain && one.as_secret() == constant));
        let is_missing = |problem: &Problem| matches!(problem, Problem::NoSecret { place, name } if (*place, name) == (constant.place, &constant.name));
        let at_hand = !senders.clone().any(|bound| bound.blockers.iter().any(is_missing));
        let methods = u32::try_from(senders.count()).unwrap_or(u32::MAX);
        SecretConstantView { constant, at_hand, methods }
    };
    binding.secrets().into_iter().map(view).collect()
}

/// Whether a line belongs to a constant that is a secret or is named like one: `constant.header.X-Api-Key`.
fn is_of_secret(key: &str, value: &str) -> bool {
    let name = key.strip_prefix("constant.").and_then(|rest| rest.split_once('.')).map(|(_, name)| name);
    name.is_some_and(|name| value == IN_KEYCHAIN || is_secret_name(name))
}

/// The order of a line: first the verb and the path, then the request, then the answer.
fn rank(key: &str) -> u8 {
    match key.split('.').next().unwrap_or_default() {
        "verb" => 0,
        "path" => 1,
        "body" => 2,
        "field" => 3,
        "constant" | "pages" => 4,
        "record" => 5,
        "answer" if key == "answer.at" || key == "answer.money" => 6,
        _ => 7,
    }
}

fn line_view(method: Option<Method>, key: String, [table, base, lines]: [&Vec<Line>; 3]) -> LineView {
    let of = |lines: &[Line]| lines.iter().find(|line| line.method == method && line.key == key).cloned();
    let text = |line: Option<Line>| line.map(|line| line.value).unwrap_or_default();
    let now = of(lines);
    let must = method.is_some_and(|method| {
        contract::row(method).request.iter().any(|row| {
            row.need == contract::Need::Must
                && serde_json::to_value(row.field)
                    .is_ok_and(|name| name.as_str().is_some_and(|name| key.strip_prefix("field.") == Some(name)))
        })
    });
    LineView {
        table: text(of(table)),
        server: text(of(base)),
        source: now.as_ref().map(|line| line.source).unwrap_or_default(),
        secret: is_of_secret(&key, now.as_ref().map_or("", |line| &line.value)),
        value: text(now),
        method,
        key,
        by: None,
        at: None,
        must,
    }
}

impl From<&Origin> for OriginView {
    fn from(origin: &Origin) -> Self {
        Self { kind: origin.kind, from: origin.from.clone(), at: origin.at }
    }
}

impl From<&OverruledLine> for LostLine {
    fn from(line: &OverruledLine) -> Self {
        Self { method: line.method, key: line.key.clone(), value: line.value.clone() }
    }
}

impl From<(Method, Vec<Problem>)> for Impossible {
    fn from((method, problems): (Method, Vec<Problem>)) -> Self {
        Self { method, problems: problems.iter().map(shown_problem).collect() }
    }
}

impl ProbeView {
    /// The discovered formats, and the lines that changed.
    #[must_use]
    pub fn of(discovered: &DiscoveredFormats, changes: Vec<LineChange>) -> Self {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            groups: count(discovered.groups.len()),
            tried: discovered.tried.clone(),
            format: discovered.format(),
            found: discovered.accounts.iter().take(MOST_FOUND).map(|account| full_name(&account.profile)).collect(),
            changes: changes.iter().map(shown_change).collect(),
        }
    }
}
