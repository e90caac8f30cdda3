//! The contract of a server, for the page: what differs from the table, what an administrator overruled, and what waits to
//! be accepted.

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

use super::guest::full_name;
use crate::shape::{Origin, OriginKind, OverruledLine};

/// How this server wants each method.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractReport {
    /// The server's description; `null`: none, the table is used.
    pub document: Option<Document>,
    /// Where it was found, and when; `null`: nowhere.
    pub origin: Option<OriginView>,
    /// The title of the only description that the server publishes, if it is another service's: it is not used.
    pub other_service: Option<String>,
    /// When it was last looked at.
    #[specta(type = Option<String>)]
    pub checked_at: Option<Timestamp>,
    /// Whether lines can be overruled: not in training.
    pub editable: bool,
    /// Lines that are not of one method: authorisation, phone format, clock.
    pub common: Vec<LineView>,
    /// The methods, in the order of the table.
    pub methods: Vec<MethodReport>,
    /// The proposal that waits to be accepted; nothing is sent meanwhile.
    pub pending: Option<ProposalView>,
    /// What was changed by itself since someone last looked.
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

/// How this server wants a method.
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
    /// Its lines. Where the server differs from the table, `value` and `table` differ.
    pub lines: Vec<LineView>,
    /// Why it can't be used.
    pub blockers: Vec<Problem>,
    /// What is unsure.
    pub doubts: Vec<Problem>,
    /// The document that describes it, if the server spreads its methods over several.
    pub document: Option<String>,
}

/// One line of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineView {
    /// The method; `null` for a line of the whole server.
    pub method: Option<Method>,
    /// What it says: `verb`, `path`, `field.sum`…
    pub key: String,
    /// Its text; empty: it is not sent, or not known beforehand.
    pub value: String,
    /// The table's text.
    pub table: String,
    /// The text without the administrator's line.
    pub server: String,
    /// Who said it.
    pub source: Source,
    /// The administrator who said it.
    pub by: Option<String>,
    /// When they did.
    #[specta(type = Option<String>)]
    pub at: Option<Timestamp>,
    /// Whether the method is impossible without it.
    pub must: bool,
    /// A constant whose value is, or would be, a key: it is entered apart, and kept in the keychain.
    pub secret: bool,
}

/// A key that the server wants besides the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SecretConstantView {
    /// Where it stands.
    pub constant: SecretConstant,
    /// Whether it is at hand: entered in this run, or given by the keychain.
    pub at_hand: bool,
    /// How many methods send it.
    pub methods: u32,
}

/// Whether a method can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MethodSupport {
    /// As the table has it.
    AsTable,
    /// In another way than the table, which is supported.
    Adapted,
    /// It can't be used.
    Unsupported,
}

/// A contract that could take the place of the present one.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProposalView {
    /// Names it.
    pub id: String,
    /// Where it is from.
    pub origin: OriginView,
    /// The description it was learnt from.
    pub document: Option<Document>,
    /// The server it was exported from, if that is another one.
    pub other_server: Option<String>,
    /// What would change.
    pub changes: Vec<LineChange>,
    /// Methods that would become impossible, or possible.
    pub verdicts: Vec<Impossible>,
    /// Overruled lines that would not fit.
    pub lost: Vec<LostLine>,
    /// Whether it touches writes or money.
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
    /// Why; in a proposal, empty: it could be used again.
    pub problems: Vec<Problem>,
}

/// What the frame of the page shows of the contract.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContractStatus {
    /// What can't be done on this server.
    pub impossible: Vec<Impossible>,
    /// Why nothing is sent; `null`: it is.
    pub hold: Option<QueueHold>,
    /// Whether the contract changed by itself, and nobody has looked yet.
    pub has_news: bool,
    /// Whether the server's format of phones is known. Until then a guest who is not found may exist, and no guest is
    /// created.
    pub phones_known: bool,
    /// Why it is offered to read the description anew; `null`: it is not.
    pub rights_doubt: Option<RightsDoubt>,
}

/// Why the server's description may show other methods by now: it is offered to read it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum RightsDoubt {
    /// The server forbade a method that its description has.
    Forbidden {
        /// Which.
        method: Method,
    },
    /// Somebody else has signed in, and the description was not read anew: it was given by hand, or could not be read.
    OtherUser,
}

/// Why the contract holds the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueHold {
    /// The server's description is searched at a start.
    SearchingContract,
    /// It changed in what is sent or in money, and nobody has accepted it yet.
    ContractChanged,
    /// The file with the contract was changed or deleted on this computer, and nobody has accepted what takes its place.
    ContractFileChanged,
}

/// What a reading probe found.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProbeView {
    /// How many groups were read.
    pub groups: u32,
    /// The formats of a phone that were tried.
    pub tried: Vec<PhoneFormat>,
    /// The one by which the guest was found; `null`: none.
    pub format: Option<PhoneFormat>,
    /// Names of the guests that were found. A server that reads the phone in another way may have found another guest.
    pub found: Vec<String>,
    /// Lines that changed.
    pub changes: Vec<LineChange>,
}

/// Guests of a probe that are named.
const MOST_FOUND: usize = 20;

impl ContractReport {
    /// The report of a binding, and of what it would be without an administrator.
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
                path: path.to_owned(),
                support: match one.verdict {
                    probonus::binding::Verdict::AsTable => MethodSupport::AsTable,
                    probonus::binding::Verdict::Adapted => MethodSupport::Adapted,
                    probonus::binding::Verdict::Cannot => MethodSupport::Unsupported,
                },
                lines: all(Some(one.method)),
                blockers: one.blockers,
                doubts: one.doubts,
                document: one.document,
            }
        });
        Self {
            document: report.document,
            origin: None,
            other_service: None,
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

/// Lines of the answer that can be overruled although nothing is known of them.
fn answer_keys(method: Method) -> impl Iterator<Item = String> {
    let fields = contract::row(method).answer.iter().map(|row| answer_key(row.field));
    ["answer.at".to_owned(), "answer.money".to_owned()].into_iter().chain(fields)
}

/// Lines of the constants that the server demands, or may demand, and that nobody has told the value of.
fn demanded_keys(binding: &Binding, method: Method) -> Vec<String> {
    let doubts = binding.method(method).map(|bound| bound.doubts.clone()).unwrap_or_default();
    let problems = binding.blockers(method).into_iter().chain(doubts);
    let demanded = problems.filter_map(|problem| match problem {
        Problem::UnknownDemand { place, name } => Some(SecretConstant { place, name }.line()),
        _ => None,
    });
    demanded.collect()
}

/// The secret constants of a binding, and whether they are at hand: what is not, blocks its methods.
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

/// Whether a line is of a constant that is a secret, or named like one: `constant.header.X-Api-Key`.
fn is_of_secret(key: &str, value: &str) -> bool {
    let name = key.strip_prefix("constant.").and_then(|rest| rest.split_once('.')).map(|(_, name)| name);
    name.is_some_and(|name| value == IN_KEYCHAIN || is_secret_name(name))
}

/// The call first, then what is sent, then the answer.
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
        Self { method, problems }
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
            changes,
        }
    }
}
