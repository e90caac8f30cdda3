//! Files for support. They are gathered and masked together, shown to the user, and saved exactly as shown.

mod facts;
mod files;
mod logs;

use std::{fs, path::PathBuf};

use office::{
    Filter, Host as _, Operation, PageRequest, State,
    journal::{
        Journal as _,
        sqlite::{self, Options},
        witness::Witness as _,
    },
};
use serde_json::{Value, json};

use self::files::Hidden;
pub(super) use self::files::SupportFiles;
use super::{
    App,
    machine::{crash, folders::Folders, host::Machine, system},
    work::opened::Work,
};
use crate::{
    error::{AppError, ErrorCode},
    mask::People,
    shape::Mode,
    view::SupportFilesView,
};

/// The names of guests of the last days are masked: of as many days as logs are kept, and one more.
const DAYS_OF_LOGS: i64 = 15;

/// The most operations whose guests' names are collected.
const MOST_NAMED: usize = 20_000;

/// The most operations that are listed: the unfinished ones and the newest.
const MOST_LISTED: u32 = 200;

/// A description of the archive for its reader.
const READ_ME: &str = "\
Файлы для поддержки ProBonus Office.

Имена, телефоны, карты, почта, логины, пароли и токены скрыты: «•••», от номера остаются четыре последние цифры.
Сумм операций здесь нет. Отправляйте этот архив только тем, кто вам помогает.

program.json      версии программы и системы
settings.json     настройки, без имён и входа
binding.json      как программа говорит с сервером
queue.json        очередь: номера операций, состояния, время
journal.json      исправен ли журнал
last-errors.txt   последние ошибки
crashes           отчёты о внутренних ошибках
logs              журнал работы программы

Support files of ProBonus Office. Names, phones, cards, e-mails, logins, passwords and tokens are hidden; there are no sums of operations.
";

impl App {
    /// Gathers the files, to be shown and then saved. Files that were gathered before are dropped.
    ///
    /// # Errors
    /// `internal`. A part that can't be read is left out, because the rest is needed most when something is broken.
    pub async fn gather_support(&self, web_view: &str) -> Result<SupportFilesView, AppError> {
        let facts = self.support_facts(web_view).await;
        let hidden = self.hidden_from_support().await;
        let folders = self.0.folders.clone();
        let gathered = tokio::task::spawn_blocking(move || put_together(&facts, &folders, &hidden)).await;
        let files = gathered.map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        let view = files.view();
        *self.support() = Some(files);
        Ok(view)
    }

    /// A part of the text of a file that was gathered.
    ///
    /// # Errors
    /// `support_files_gone`.
    pub fn support_text(&self, name: &str, part: u32) -> Result<String, AppError> {
        let files = self.support();
        files.as_ref().and_then(|files| files.part(name, part)).map(str::to_owned).ok_or_else(gone)
    }

    /// The suggested name for the archive.
    #[must_use]
    pub fn support_name(&self) -> String {
        format!("probonus-support-{}.zip", Machine.today())
    }

    /// Saves the gathered files as one archive. Returns its path.
    ///
    /// # Errors
    /// `support_files_gone`, `file_not_written`.
    pub async fn save_support(&self, path: PathBuf) -> Result<String, AppError> {
        let files = self.support().clone().ok_or_else(gone)?;
        let into = path.clone();
        let saved = tokio::task::spawn_blocking(move || fs::write(into, files.archive()?)).await;
        let failed = |words: String| {
            AppError::new(ErrorCode::FileNotWritten, words.clone()).with(|details| details.technical = Some(words))
        };
        saved.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        tracing::info!("the files for support were saved");
        Ok(path.to_string_lossy().into_owned())
    }

    /// The facts, each with the name of its file.
    async fn support_facts(&self, web_view: &str) -> Vec<(&'static str, Value)> {
        let mut facts = vec![
            ("program.json", self.program_facts(web_view)),
            ("settings.json", facts::settings(self.document().get())),
        ];
        if let Ok((_, text)) = self.contract_file().await {
            facts.push(("binding.json", facts::binding(&text)));
        }
        if let Ok(work) = self.work().await
            && let Ok(queue) = work.office.queue().await
        {
            facts.push(("queue.json", facts::queue(&queue, &listed(&work).await)));
        }
        facts.push(("journal.json", self.journal_facts().await));
        facts
    }

    fn program_facts(&self, web_view: &str) -> Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "build": system::BUILD,
            "system": system::name(),
            "webView": web_view,
            "dataFolder": self.0.folders.root(),
            "now": Machine.now(),
            "zone": jiff::tz::TimeZone::system().iana_name(),
        })
    }

    /// The files, witnesses and backups of both journals, and the state of the open one.
    async fn journal_facts(&self) -> Value {
        let status = self.status().await;
        let stopped = match self.work().await {
            Ok(work) => work.journal.stopped().borrow().as_ref().map(|stopped| format!("{stopped:?}")),
            Err(_) => None,
        };
        let of = |mode: Mode| {
            let options = Options::new(self.0.folders.journal(mode));
            let witness = self.0.folders.witness(mode).read();
            json!({
                "path": options.path,
                "kilobytes": fs::metadata(&options.path).ok().map(|file| file.len() / 1024),
                "operations": sqlite::contents(&options.path).ok().map(|contents| contents.operations),
                "witness": witness.as_ref().ok().map(|said| json!(said)),
                "witnessProblem": witness.as_ref().err().map(ToString::to_string),
                "copies": copies(&options),
            })
        };
        json!({
            "mode": status.mode,
            "health": status.journal.health,
            "rolledBack": status.journal.rolled_back,
            "stopped": stopped,
            "live": of(Mode::Live),
            "training": of(Mode::Training),
        })
    }

    /// The names to mask, and the user's home folder.
    async fn hidden_from_support(&self) -> Hidden {
        let (mut names, logins) = {
            let document = self.document();
            let stored = document.get();
            let login = stored.connection.as_ref().and_then(|connection| connection.login.clone());
            let logins: Vec<String> = login.into_iter().chain([stored.proxy.login.clone()]).collect();
            (vec![stored.settings(Mode::Live).operator], logins)
        };
        if let Ok(work) = self.work().await {
            names.extend(names_of(&work).await);
        }
        let home = std::env::home_dir().map(|home| home.to_string_lossy().into_owned());
        Hidden { people: People::of(names.iter().map(String::as_str)).with_logins(logins), home }
    }
}

fn gone() -> AppError {
    AppError::new(ErrorCode::SupportFilesGone, "the files for support were not gathered in this run")
}

fn put_together(facts: &[(&'static str, Value)], folders: &Folders, hidden: &Hidden) -> SupportFiles {
    let mut files = SupportFiles::made_at(Machine.now());
    files.add("read-me.txt", READ_ME, hidden);
    for (name, value) in facts {
        files.add(name, &serde_json::to_string_pretty(value).unwrap_or_default(), hidden);
    }
    let logs = logs::read(&folders.logs());
    files.add("last-errors.txt", &logs::errors(&logs), hidden);
    for path in crash::reports(&folders.crashes()) {
        files.add(&format!("crashes/{}", logs::name(&path)), &fs::read_to_string(&path).unwrap_or_default(), hidden);
    }
    for (name, text) in &logs {
        files.add(&format!("logs/{name}"), text, hidden);
    }
    files
}

/// The unfinished operations and the newest ones.
async fn listed(work: &Work) -> Vec<Operation> {
    let under_way = [State::Prepared, State::Sending, State::Unknown];
    let mut listed = work.journal.in_states(&under_way, MOST_LISTED).await.unwrap_or_default();
    let newest = work.office.list(&Filter::default(), PageRequest { after: None, size: MOST_LISTED }).await;
    let newest = newest.map(|page| page.rows).unwrap_or_default();
    listed.extend(newest.into_iter().filter(|one| !under_way.contains(&one.state)));
    listed
}

/// The names of the guests and operators whose operations the logs may mention.
async fn names_of(work: &Work) -> Vec<String> {
    let from = Machine.today().checked_sub(jiff::Span::new().days(DAYS_OF_LOGS)).ok();
    let filter = Filter { from, ..Filter::default() };
    let (mut names, mut after) = (Vec::new(), None);
    while names.len() < 2 * MOST_NAMED {
        let Ok(page) = work.office.list(&filter, PageRequest { after, size: MOST_LISTED }).await else { break };
        for operation in page.rows {
            names.extend([operation.subject.name, operation.operator]);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    names.sort();
    names.dedup();
    names
}

/// The backups of a journal.
fn copies(options: &Options) -> Vec<Value> {
    let copies = sqlite::backups(&options.path, &options.backups).unwrap_or_default();
    let told = copies.iter().map(|copy| {
        let contents = sqlite::contents(&copy.path);
        json!({
            "name": logs::name(&copy.path),
            "kilobytes": fs::metadata(&copy.path).ok().map(|file| file.len() / 1024),
            "operations": contents.as_ref().ok().map(|contents| contents.operations),
            "problem": contents.err().map(|error| error.to_string()),
        })
    });
    told.collect()
}
