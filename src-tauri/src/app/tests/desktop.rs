//! The desktop around the window, with doubles in place of the system.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use probonus_sandbox::{Fault, Method};
use tokio::sync::watch;

use super::*;
use crate::{
    app::{
        desktop::{
            follow::Following,
            ports::{Autostart, DesktopPorts, Notification, Notifier, OfficeWindow, Tray, TrayFace},
        },
        settings::Settings,
    },
    shape::Language,
    view::{AutostartState, DesktopChoice, DesktopQuestion, QueueView},
};

/// The system's entry of the sign-in, which anybody can change.
#[derive(Clone)]
struct Entry(Arc<Mutex<Result<bool, String>>>);

impl Entry {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Ok(false))))
    }

    fn becomes(&self, state: Result<bool, &str>) {
        *self.0.lock().unwrap() = state.map_err(str::to_owned);
    }
}

impl Autostart for Entry {
    fn state(&self) -> Result<AutostartState, String> {
        self.0.lock().unwrap().clone().map(|on| if on { AutostartState::On } else { AutostartState::Off })
    }

    fn set(&self, on: bool) -> Result<(), String> {
        let mut state = self.0.lock().unwrap();
        if let Err(words) = &*state {
            return Err(words.clone());
        }
        *state = Ok(on);
        Ok(())
    }
}

/// The notification area of a desktop that has one, or not.
#[derive(Clone)]
struct Area(Arc<AreaState>);

struct AreaState {
    is_there: AtomicBool,
    refuses: AtomicBool,
    face: watch::Sender<Option<TrayFace>>,
}

impl Area {
    fn new(is_there: bool) -> Self {
        let (is_there, refuses) = (AtomicBool::new(is_there), AtomicBool::new(false));
        Self(Arc::new(AreaState { is_there, refuses, face: watch::Sender::new(None) }))
    }

    fn is_there(&self, is_there: bool) {
        self.0.is_there.store(is_there, Ordering::SeqCst);
    }

    /// Waits until the icon says this.
    async fn says(&self, title: &str) -> TrayFace {
        let mut face = self.0.face.subscribe();
        let found = face.wait_for(|face| face.as_ref().is_some_and(|face| face.title == title)).await.unwrap();
        found.clone().unwrap()
    }
}

#[async_trait]
impl Tray for Area {
    async fn is_possible(&self) -> bool {
        self.0.is_there.load(Ordering::SeqCst)
    }

    async fn is_shown(&self) -> bool {
        self.0.face.borrow().is_some() && self.is_possible().await
    }

    async fn show(&self, face: &TrayFace) -> Result<(), String> {
        if self.0.refuses.load(Ordering::SeqCst) {
            return Err("the bus is gone".to_owned());
        }
        self.0.face.send_replace(Some(face.clone()));
        Ok(())
    }

    async fn remove(&self) {
        self.0.face.send_replace(None);
    }
}

/// The notifications that were shown, or a system that shows none.
#[derive(Clone)]
struct Notices(Arc<NoticesState>);

struct NoticesState {
    is_possible: AtomicBool,
    shown: watch::Sender<Vec<String>>,
}

impl Notices {
    fn new() -> Self {
        Self(Arc::new(NoticesState { is_possible: AtomicBool::new(true), shown: watch::Sender::new(Vec::new()) }))
    }

    /// Waits until so many were shown.
    async fn shown(&self, count: usize) -> Vec<String> {
        self.0.shown.subscribe().wait_for(|shown| shown.len() >= count).await.unwrap().clone()
    }
}

#[async_trait]
impl Notifier for Notices {
    async fn is_possible(&self) -> bool {
        self.0.is_possible.load(Ordering::SeqCst)
    }

    async fn set(&self, _: bool) -> Result<(), String> {
        if self.is_possible().await { Ok(()) } else { Err("the registry is locked".to_owned()) }
    }

    async fn notify(&self, notification: &Notification) -> Result<(), String> {
        assert_eq!(notification.title, "ProBonus Office");
        self.0.shown.send_modify(|shown| shown.push(notification.text.replace('\u{202f}', " ")));
        Ok(())
    }
}

/// What was done to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Did {
    Hide,
    Raise,
    End,
}

#[derive(Clone, Default)]
struct Window {
    did: Arc<Mutex<Vec<Did>>>,
    is_in_front: Arc<AtomicBool>,
}

impl Window {
    fn did(&self) -> Vec<Did> {
        self.did.lock().unwrap().clone()
    }

    fn does(&self, what: Did) {
        self.did.lock().unwrap().push(what);
    }

    fn is_looked_at(&self, is_looked_at: bool) {
        self.is_in_front.store(is_looked_at, Ordering::SeqCst);
    }
}

impl OfficeWindow for Window {
    fn is_hidden(&self) -> bool {
        self.did().last() == Some(&Did::Hide)
    }

    fn is_in_front(&self) -> bool {
        self.is_in_front.load(Ordering::SeqCst)
    }

    fn hide(&self) {
        self.does(Did::Hide);
    }

    fn raise(&self) {
        self.does(Did::Raise);
    }

    fn end(&self) {
        self.does(Did::End);
    }
}

/// From now on refills are applied, their answers are lost, and no list of entries shows what became of them.
fn lose_the_answers(sandbox: &Sandbox) {
    let mut is_lost = false;
    sandbox.faults().ask(move |call| match call.method {
        Method::Refill => {
            is_lost = true;
            Some(Fault::Status { code: 502, applied: true })
        }
        Method::Transactions if is_lost => Some(Fault::Status { code: 503, applied: false }),
        _ => None,
    });
}

fn refill(account: &str, sum: &str) -> Value {
    let phone = "+79120006689";
    json!({ "kind": "refill", "phone": phone, "account": account, "sum": sum, "reason": "Подарок", "note": "" })
}

/// A program on a desktop of doubles.
struct OnDesktop {
    machine: Machine,
    app: App,
    entry: Entry,
    area: Area,
    notices: Notices,
    window: Window,
}

impl OnDesktop {
    async fn with(area: Area) -> Self {
        Self::on(Machine::new(keychains::missing()), area).await
    }

    async fn on(machine: Machine, area: Area) -> Self {
        let app = machine.start().await;
        let (entry, notices, window) = (Entry::new(), Notices::new(), Window::default());
        app.live_on(DesktopPorts {
            autostart: Box::new(entry.clone()),
            tray: Box::new(area.clone()),
            notifier: Box::new(notices.clone()),
            window: Box::new(window.clone()),
        });
        Self { machine, app, entry, area, notices, window }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_of_the_sign_in_is_what_the_system_says() {
    let app = Machine::new(keychains::missing()).start().await;
    assert_eq!(app.desktop().await.autostart, AutostartState::Impossible, "there is no desktop");
    assert_eq!(app.open_at_sign_in(true).await.unwrap_err().code, ErrorCode::AutostartNotSet);

    let OnDesktop { app, entry, .. } = OnDesktop::with(Area::new(true)).await;
    assert_eq!(app.open_at_sign_in(true).await.unwrap().autostart, AutostartState::On);
    entry.becomes(Ok(false));
    assert_eq!(app.desktop().await.autostart, AutostartState::Off, "somebody else switched it off");
    entry.becomes(Err("access denied"));
    assert_eq!(app.desktop().await.autostart, AutostartState::Unreadable { technical: "access denied".into() });
    let refused = app.open_at_sign_in(true).await.unwrap_err();
    let expected = (ErrorCode::AutostartNotSet, Some("access denied"));
    assert_eq!((refused.code, refused.details.technical.as_deref()), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_at_the_sign_in_is_quiet_unless_a_person_waits_for_it_after_an_update() {
    let machine = Machine::new(keychains::missing());
    let app = machine.start().await;
    assert!(app.starts_quietly(true) && !app.starts_quietly(false));
    app.open_window_next();
    let again = machine.start().await;
    assert!(!again.starts_quietly(true), "the update was begun by a person");
    assert!(machine.start().await.starts_quietly(true), "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cross_hides_the_window_only_while_the_icon_is_seen_and_says_so_before() {
    let OnDesktop { machine, app, area, window, .. } = OnDesktop::with(Area::new(true)).await;
    app.close_window().await;
    assert_eq!(window.did(), [Did::End], "nobody wants an icon");

    let shown = app.show_tray(true).await.unwrap().tray;
    assert_eq!(shown, DesktopChoice { is_wanted: true, is_possible: true });
    let mut news = app.news();
    app.close_window().await;
    let News::DesktopAsks(question) = news.recv().await.unwrap() else { panic!("nothing is asked") };
    assert_eq!((question, window.did().len()), (DesktopQuestion::MayHide, 1));
    app.close_window().await;
    assert_eq!(window.did()[1..], [Did::Hide], "whatever became of the words");
    app.raise_window();

    area.is_there(false);
    app.close_window().await;
    assert_eq!(window.did().last(), Some(&Did::End), "nothing would bring the window back");
    area.is_there(true);
    app.show_tray(false).await.unwrap();
    app.close_window().await;
    assert_eq!(window.did()[3..], [Did::End, Did::End]);

    // It is explained once for all runs.
    let again = OnDesktop::on(machine, Area::new(true)).await;
    again.app.show_tray(true).await.unwrap();
    again.app.close_window().await;
    assert_eq!(again.window.did(), [Did::Hide]);
    again.app.end_program();
    assert_eq!(again.window.did(), [Did::Hide, Did::End]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_icon_that_can_not_be_shown_is_not_chosen() {
    let OnDesktop { app, area, .. } = OnDesktop::with(Area::new(false)).await;
    assert_eq!(app.show_tray(true).await.unwrap_err().code, ErrorCode::TrayImpossible);
    area.is_there(true);
    area.0.refuses.store(true, Ordering::SeqCst);
    let refused = app.show_tray(true).await.unwrap_err();
    assert_eq!(refused.details.technical.as_deref(), Some("the bus is gone"));
    assert_eq!(app.desktop().await.tray, DesktopChoice { is_wanted: false, is_possible: true });
    assert!(!app.lives_in_tray().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_icon_tells_the_unknown_outcomes_in_the_users_language_and_leads_to_the_journal() {
    let (sandbox, running) = server().await;
    let OnDesktop { app, area, window, .. } = OnDesktop::with(Area::new(true)).await;
    tokio::spawn(app.clone().follow_for_desktop());
    app.show_tray(true).await.unwrap();
    assert_eq!(area.says("ProBonus Office").await.unknown, None);
    app.connect(token(&running.url(), TOKEN, "memory")).await.unwrap();
    let guest = create(&app, "+79120006689").await;
    lose_the_answers(&sandbox);
    submit(&app, refill(&guest.account, "5")).await.unwrap();
    let face = area.says("ProBonus Office — исход неизвестен: 1").await;
    assert_eq!(face.unknown.as_deref(), Some("Исход неизвестен: 1"));
    app.save_settings(Settings { language: Language::En, ..app.settings() }).await.unwrap();
    assert_eq!(area.says("ProBonus Office: outcome unknown: 1").await.quit, "Quit");

    let mut news = app.news();
    app.show_unknown();
    assert_eq!(window.did(), [Did::Raise]);
    while !matches!(news.recv().await.unwrap(), News::DesktopAsks(DesktopQuestion::Journal)) {}
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_was_read_before_the_queue_changed_takes_nothing_back() {
    let OnDesktop { app, .. } = OnDesktop::with(Area::new(true)).await;
    app.start_training().await.unwrap();
    let mut following = Following::default();
    let older = app.status().await;
    let queue = QueueView { number: app.next_number(), unknown: 1, ..older.queue.clone().unwrap() };
    app.follow_one(&mut following, News::Queue(queue)).await;
    app.follow_one(&mut following, News::Session(Box::new(older))).await;
    assert_eq!(app.0.desktop_state.unknown(), 1);
    app.follow_one(&mut following, News::Session(Box::new(app.status().await))).await;
    assert_eq!(app.0.desktop_state.unknown(), 0, "the newest status counts");
    app.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_window_whose_icon_went_away_for_good_comes_back() {
    let OnDesktop { app, area, window, .. } = OnDesktop::with(Area::new(true)).await;
    app.show_tray(true).await.unwrap();
    app.close_window().await;
    app.close_window().await;
    assert_eq!(window.did(), [Did::Hide]);
    app.tray_changed().await;
    assert_eq!(window.did(), [Did::Hide], "the icon is seen");

    // A panel that is started anew.
    area.is_there(false);
    let (changed, panel) = (app.clone(), area.clone());
    let waiting = tokio::spawn(async move { changed.tray_changed().await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    panel.is_there(true);
    waiting.await.unwrap();
    assert_eq!(window.did(), [Did::Hide]);

    area.is_there(false);
    app.tray_changed().await;
    assert_eq!(window.did(), [Did::Hide, Did::Raise]);
}

/// A refill whose answer was lost.
async fn lose(app: &App, account: &str, sum: &str) -> OperationView {
    let operation = submit(app, refill(account, sum)).await.unwrap();
    assert_eq!(operation.state, State::Unknown);
    operation
}

/// Asks the server what became of it, unless the outbox was faster.
async fn settle(app: &App, id: &str) {
    let state = match app.reconcile(id).await {
        Ok(reconciled) => Some(reconciled.operation.state),
        Err(error) => error.details.state,
    };
    assert_eq!(state, Some(State::Confirmed));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_becomes_known_is_told_without_a_name_while_nobody_looks() {
    let (sandbox, running) = server().await;
    let OnDesktop { app, area, notices, window, .. } = OnDesktop::with(Area::new(true)).await;
    tokio::spawn(app.clone().follow_for_desktop());
    app.connect(token(&running.url(), TOKEN, "memory")).await.unwrap();
    let guest = create(&app, "+79120006689").await;
    app.show_tray(true).await.unwrap();
    assert!(app.notify_of_outcomes(true).await.unwrap().notifications.is_wanted);

    window.is_looked_at(true);
    lose_the_answers(&sandbox);
    let seen = lose(&app, &guest.account, "3").await;
    area.says("ProBonus Office — исход неизвестен: 1").await;
    sandbox.faults().clear();
    settle(&app, &seen.id).await;
    area.says("ProBonus Office").await;

    window.is_looked_at(false);
    lose_the_answers(&sandbox);
    let alone = lose(&app, &guest.account, "1 500,50").await;
    sandbox.faults().clear();
    settle(&app, &alone.id).await;
    let shown = notices.shown(1).await;
    assert_eq!(shown, ["Начисление 1 500,50 ₽: операция прошла"], "what was seen on the screen is not told");
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outcomes_that_become_known_together_are_told_together() {
    let (sandbox, running) = server().await;
    let OnDesktop { app, notices, .. } = OnDesktop::with(Area::new(true)).await;
    tokio::spawn(app.clone().follow_for_desktop());
    app.connect(token(&running.url(), TOKEN, "memory")).await.unwrap();
    let guest = create(&app, "+79120006689").await;
    app.notify_of_outcomes(true).await.unwrap();
    lose_the_answers(&sandbox);
    let lost = lose(&app, &guest.account, "3").await;
    for state in [State::Unknown, State::Confirmed] {
        for id in ["a", "b", "c"] {
            let changed = OperationView { id: id.to_owned(), state, ..lost.clone() };
            app.0.news.send(News::Operation(Box::new(changed))).unwrap();
        }
    }
    assert_eq!(notices.shown(1).await, ["Выяснился исход операций: 3"]);
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_was_unknown_at_the_start_is_told_too() {
    let (sandbox, running) = server().await;
    let machine = Machine::new(keychains::in_memory());
    let first = OnDesktop::on(machine, Area::new(true)).await;
    first.app.connect(token(&running.url(), TOKEN, "keychain")).await.unwrap();
    first.app.notify_of_outcomes(true).await.unwrap();
    first.app.show_tray(true).await.unwrap();
    let guest = create(&first.app, "+79120006689").await;
    lose_the_answers(&sandbox);
    let id = lose(&first.app, &guest.account, "5").await.id;
    first.app.stop().await;

    let place = Box::new(Shared(Arc::clone(&first.machine.settings)));
    let app = App::new(Folders::at(first.machine.home.path()), place, first.machine.keychain.clone());
    let (area, notices) = (Area::new(true), Notices::new());
    app.live_on(DesktopPorts {
        autostart: Box::new(Entry::new()),
        tray: Box::new(area.clone()),
        notifier: Box::new(notices.clone()),
        window: Box::new(Window::default()),
    });
    tokio::spawn(app.clone().follow_for_desktop());
    app.start(Opening::AsLeft).await;
    area.says("ProBonus Office — исход неизвестен: 1").await;
    sandbox.faults().clear();
    settle(&app, &id).await;
    assert_eq!(notices.shown(1).await, ["Начисление 5,00 ₽: операция прошла"]);
    app.stop().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_that_the_system_refuses_are_not_chosen() {
    let OnDesktop { app, notices, .. } = OnDesktop::with(Area::new(true)).await;
    notices.0.is_possible.store(false, Ordering::SeqCst);
    assert_eq!(app.notify_of_outcomes(true).await.unwrap_err().code, ErrorCode::NotificationsImpossible);
    let view = app.desktop().await.notifications;
    assert_eq!(view, DesktopChoice { is_wanted: false, is_possible: false });
    assert!(!app.notify_of_outcomes(false).await.unwrap().notifications.is_wanted, "they can be given up");
}
