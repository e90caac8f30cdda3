//! The detailed log: it begins at once, survives a restart, and ends after a day by itself.

use tokio::sync::mpsc;

use super::*;
use crate::app::machine::log_level::LogLevel;

struct Level(mpsc::UnboundedSender<bool>);

impl LogLevel for Level {
    fn set(&self, detailed: bool) {
        self.0.send(detailed).unwrap();
    }
}

/// Starts a program whose log reports each level that it is set to.
async fn start(machine: &Machine) -> (App, mpsc::UnboundedReceiver<bool>) {
    let (told, level) = mpsc::unbounded_channel();
    let place = Box::new(Shared(Arc::clone(&machine.settings)));
    let app = App::new(Folders::at(machine.home.path()), place, machine.keychain.clone());
    app.follow_log_level(Box::new(Level(told)));
    app.start(Opening::AsLeft).await;
    (app, level)
}

#[tokio::test(start_paused = true)]
async fn the_detail_begins_at_once_and_ends_by_itself_after_a_day() {
    let machine = Machine::new(keychains::missing());
    let (app, mut level) = start(&machine).await;
    assert_eq!(level.recv().await, Some(false));
    let begun = tokio::time::Instant::now();
    assert!(app.set_log_detail(true).await.unwrap().detailed_until.is_some());
    assert_eq!(level.recv().await, Some(true));
    assert_eq!(level.recv().await, Some(false), "it is over by itself");
    let minutes = begun.elapsed().as_secs().div_ceil(60);
    assert!((24 * 60 - 1..=24 * 60).contains(&minutes), "{minutes}");
    assert_eq!(app.log().detailed_until, None);
}

#[tokio::test(start_paused = true)]
async fn the_detail_that_was_ended_by_hand_is_not_ended_twice() {
    let machine = Machine::new(keychains::missing());
    let (app, mut level) = start(&machine).await;
    app.set_log_detail(true).await.unwrap();
    app.set_log_detail(false).await.unwrap();
    app.set_log_detail(true).await.unwrap();
    for expected in [false, true, false, true, false] {
        assert_eq!(level.recv().await, Some(expected));
    }
    tokio::time::sleep(std::time::Duration::from_secs(100 * 3600)).await;
    assert!(level.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn the_detail_survives_a_restart_and_not_its_day() {
    let machine = Machine::new(keychains::missing());
    let (app, _level) = start(&machine).await;
    app.set_log_detail(true).await.unwrap();
    let (app, mut level) = start(&machine).await;
    assert_eq!(level.recv().await, Some(true));
    app.change_document(|stored| stored.detailed_until = Some("2026-01-01T00:00:00Z".parse().unwrap())).unwrap();
    let (app, mut level) = start(&machine).await;
    assert_eq!((level.recv().await, level.recv().await), (Some(true), Some(false)));
    assert_eq!(app.log().detailed_until, None);
}
