//! The document of settings on disk: its versions, and the migration of an older one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use probonus::binding::Choice;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{DesktopSettings, Limits, ProxySettings, Restaurant, Settings, UpdateSettings, VERSION};
use crate::{
    error::{AppError, ErrorCode},
    shape::{AuthKind, Language, Mode},
};

/// A place for the document. On the desktop it is the settings store; in tests, memory.
pub(crate) trait Place: Send + Sync {
    /// The document as it is; `None` if there is none yet.
    fn read(&self) -> Option<Value>;

    /// Writes the document.
    ///
    /// # Errors
    /// The system's words.
    fn write(&self, document: Value) -> Result<(), String>;
}

/// What is kept between runs. No secret is ever in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Stored {
    version: u32,
    /// The mode to start in; `None` before the wizard.
    pub mode: Option<Mode>,
    language: Language,
    operator: String,
    /// The server of the live mode.
    pub connection: Option<Connection>,
    /// The proxy.
    pub proxy: ProxySettings,
    live: OfMode,
    training: OfMode,
    /// Texts typed into the forms of the connection and not submitted, by their keys.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub drafts: BTreeMap<String, String>,
    /// Fingerprints of the authorities that a person here trusted; `None`: written by a version that did not record them. A
    /// certificate file that is not listed was put into the folder by hand.
    pub trusted: Option<BTreeSet<String>>,
    /// SHA-256 of each server's contract file as this program last wrote it, by the server's address; `None`: written by a
    /// version that did not record it. A file with another hash was put there by hand.
    pub contracts: Option<BTreeMap<String, String>>,
    /// Until when the log is written in detail; `None`: it is written as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detailed_until: Option<Timestamp>,
    /// Modes whose journal was opened on this machine. If such a journal is missing, the operator is asked for it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub journals: BTreeSet<Mode>,
    /// Updates of the program.
    pub updates: UpdateSettings,
    /// The desktop around the window.
    pub desktop: DesktopSettings,
}

/// The server of the live mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connection {
    /// Address.
    pub url: String,
    /// The kind of sign-in.
    pub auth: AuthKind,
    /// The login, for [`AuthKind::Login`].
    #[serde(default)]
    pub login: Option<String>,
    /// Whether the keychain has the secret.
    #[serde(default)]
    pub in_keychain: bool,
    /// Whether a sign-in has ever succeeded. An address that was only prepared is offered by the wizard.
    #[serde(default)]
    pub known: bool,
}

/// The settings that belong to a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OfMode {
    restaurants: Vec<Restaurant>,
    levels: Vec<Choice>,
    bonus_types: Vec<Choice>,
    station: String,
    default_group: Option<String>,
    accrual_percent: String,
    refill_reasons: Vec<String>,
    limits: Limits,
    rows_in_history: u32,
}

impl Default for Stored {
    fn default() -> Self {
        Self {
            version: VERSION,
            mode: None,
            language: Language::default(),
            operator: String::new(),
            connection: None,
            proxy: ProxySettings::default(),
            live: OfMode::default(),
            training: OfMode::default(),
            drafts: BTreeMap::new(),
            trusted: None,
            contracts: None,
            detailed_until: None,
            journals: BTreeSet::new(),
            updates: UpdateSettings::default(),
            desktop: DesktopSettings::default(),
        }
    }
}

impl Default for OfMode {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for OfMode {
    fn from(settings: &Settings) -> Self {
        Self {
            restaurants: settings.restaurants.clone(),
            levels: settings.levels.clone(),
            bonus_types: settings.bonus_types.clone(),
            station: settings.station.clone(),
            default_group: settings.default_group.clone(),
            accrual_percent: settings.accrual_percent.clone(),
            refill_reasons: settings.refill_reasons.clone(),
            limits: settings.limits,
            rows_in_history: settings.rows_in_history,
        }
    }
}

impl Stored {
    /// Whether a server is connected.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.known)
    }

    /// The settings of a mode.
    #[must_use]
    pub fn settings(&self, mode: Mode) -> Settings {
        let of_mode = match mode {
            Mode::Live => &self.live,
            Mode::Training => &self.training,
        };
        let of_mode = of_mode.clone();
        Settings {
            version: VERSION,
            language: self.language,
            operator: self.operator.clone(),
            restaurants: of_mode.restaurants,
            levels: of_mode.levels,
            bonus_types: of_mode.bonus_types,
            station: of_mode.station,
            default_group: of_mode.default_group,
            accrual_percent: of_mode.accrual_percent,
            refill_reasons: of_mode.refill_reasons,
            limits: of_mode.limits,
            rows_in_history: of_mode.rows_in_history,
        }
    }

    /// Takes the settings of a mode over. Language and operator are shared by the modes.
    pub fn set_settings(&mut self, mode: Mode, settings: &Settings) {
        self.language = settings.language;
        self.operator = settings.operator.clone();
        match mode {
            Mode::Live => self.live = settings.into(),
            Mode::Training => self.training = settings.into(),
        }
    }
}

/// The document, and whether it may be written.
#[derive(Debug)]
pub(crate) struct Document {
    stored: Stored,
    /// A newer program wrote it: it is read as far as possible, and never overwritten.
    newer: bool,
}

impl Document {
    /// Reads the document. One that can't be read at all counts as none, and is logged.
    #[must_use]
    pub fn read(place: &dyn Place) -> Self {
        let Some(value) = place.read() else {
            return Self { stored: Stored::default(), newer: false };
        };
        let newer = version_of(&value) > u64::from(VERSION);
        if newer {
            tracing::warn!("the settings were written by a newer program; they are not changed");
        }
        let value = if newer { value } else { migrate(value) };
        Self { stored: lenient(value), newer }
    }

    /// What is stored.
    #[must_use]
    pub fn get(&self) -> &Stored {
        &self.stored
    }

    /// Changes what is stored, on disk first.
    ///
    /// # Errors
    /// `settings_newer` or `settings_not_saved`; nothing is changed then.
    pub fn change(&mut self, place: &dyn Place, change: impl FnOnce(&mut Stored)) -> Result<(), AppError> {
        if self.newer {
            return Err(AppError::new(ErrorCode::SettingsNewer, "the settings were written by a newer program"));
        }
        let mut next = self.stored.clone();
        change(&mut next);
        if next == self.stored {
            return Ok(());
        }
        let failed = |words: String| {
            AppError::new(ErrorCode::SettingsNotSaved, words.clone()).with(|d| d.technical = Some(words))
        };
        let value = serde_json::to_value(&next).map_err(|error| failed(error.to_string()))?;
        place.write(value).map_err(failed)?;
        self.stored = next;
        Ok(())
    }
}

fn version_of(value: &Value) -> u64 {
    value.get("version").and_then(Value::as_u64).unwrap_or(0)
}

/// Steps from version N to N + 1, in order.
const MIGRATIONS: [fn(&mut Map<String, Value>); VERSION as usize] = [number_the_document];

/// Migrates a document without a version. An administrator who prepares machines writes such a flat list, in which `server` is the
/// address to offer.
fn number_the_document(document: &mut Map<String, Value>) {
    if let Some(Value::String(url)) = document.remove("server") {
        document.entry("connection").or_insert_with(|| json!({ "url": url, "auth": "token" }));
    }
    if let Some(restaurants) = document.remove("restaurants") {
        document.entry("live").or_insert_with(|| json!({ "restaurants": restaurants }));
    }
}

fn migrate(value: Value) -> Value {
    let from = version_of(&value);
    let Value::Object(mut document) = value else {
        return value;
    };
    for step in MIGRATIONS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        step(&mut document);
    }
    document.insert("version".to_owned(), VERSION.into());
    Value::Object(document)
}

/// Reads the fields that can be read: a broken field must not lose the others.
fn lenient(value: Value) -> Stored {
    let Value::Object(document) = value else {
        tracing::warn!("the settings are not an object; the defaults are used");
        return Stored::default();
    };
    let good = sift(document, &|good| serde_json::from_value::<Stored>(Value::Object(good.clone())).is_ok());
    serde_json::from_value(Value::Object(good)).unwrap_or_default()
}

/// The fields of a record that `fits` accepts; of a nested record, its accepted parts.
fn sift(record: Map<String, Value>, fits: &dyn Fn(&Map<String, Value>) -> bool) -> Map<String, Value> {
    let mut good = Map::new();
    for (key, value) in record {
        let with = |value: Value| {
            let mut record = good.clone();
            record.insert(key.clone(), value);
            record
        };
        let whole = with(value.clone());
        if fits(&whole) {
            good = whole;
            continue;
        }
        tracing::warn!(key, "a setting can't be read, or a part of it; its default is used");
        if let Value::Object(inner) = value {
            let parts = with(Value::Object(sift(inner, &|inner| fits(&with(Value::Object(inner.clone()))))));
            if fits(&parts) {
                good = parts;
            }
        }
    }
    good
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::app::settings::memory::Memory;

    fn place(document: Value) -> Memory {
        Memory(Mutex::new(Some(document)))
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let place = Memory::default();
        let mut document = Document::read(&place);
        let settings = Settings { operator: "Анна".into(), station: "888".into(), ..Settings::default() };
        document.change(&place, |stored| stored.set_settings(Mode::Training, &settings)).unwrap();
        let again = Document::read(&place);
        assert_eq!(again.get().settings(Mode::Training), settings);
        let live = again.get().settings(Mode::Live);
        assert_eq!(
            (live.operator.as_str(), live.station.as_str()),
            ("Анна", "999"),
            "the operator is shared, the station is not"
        );
    }

    #[test]
    fn an_unnumbered_document_is_brought_up_to_date() {
        let place =
            place(json!({ "server": "http://10.0.0.5:6897", "restaurants": [{ "code": "1", "name": "Центр" }] }));
        let document = Document::read(&place);
        assert_eq!(document.get().connection.as_ref().unwrap().url, "http://10.0.0.5:6897");
        assert_eq!(document.get().settings(Mode::Live).restaurants[0].name, "Центр");
    }

    #[test]
    fn a_newer_document_is_read_and_left_as_it_is() {
        let newer = json!({ "version": 99, "operator": "Олег", "hologram": true });
        let place = place(newer.clone());
        let mut document = Document::read(&place);
        assert_eq!(document.get().settings(Mode::Live).operator, "Олег");
        let refused = document.change(&place, |stored| stored.mode = Some(Mode::Live)).unwrap_err();
        assert_eq!(refused.code, ErrorCode::SettingsNewer);
        assert_eq!(place.read(), Some(newer));
    }

    #[test]
    fn one_broken_setting_does_not_cost_the_others() {
        let place = place(json!({ "version": 1, "language": "klingon", "operator": "Ира", "live": 5 }));
        assert_eq!(Document::read(&place).get().settings(Mode::Live).operator, "Ира");
        let typed_by_hand = json!({ "version": 1, "live": {
            "station": 888, "restaurants": [{ "code": "7", "name": "Порт" }], "limits": { "refill": "много", "check": 5 },
        }});
        let live = Document::read(&super::tests::place(typed_by_hand)).get().settings(Mode::Live);
        assert_eq!((live.station.as_str(), live.restaurants[0].code.as_str()), ("999", "7"));
        assert_eq!((live.limits.refill, live.limits.check.get()), (Limits::default().refill, 5));
        for garbage in [json!(null), json!([1]), json!("x")] {
            assert_eq!(*Document::read(&super::tests::place(garbage)).get(), Stored::default());
        }
    }
}
