//! The program's lives: it opens, works in the background, dies at any await, and opens again on the same journal.

use std::{rc::Rc, sync::Arc};

use office::{Host, Journal, Office, Policy};
use probonus::Client;
use tokio::task::JoinHandle;

use super::{host::SimHost, storm::LATEST_MS};

/// One life of the program.
pub struct Life {
    /// The office of this life.
    pub office: Office,
    background: JoinHandle<()>,
    foreground: Vec<JoinHandle<()>>,
}

/// What every life is made from.
pub struct Ground {
    /// The journal on the disk.
    pub journal: Arc<dyn Journal>,
    /// The machine.
    pub host: Arc<SimHost>,
    /// The rules.
    pub policy: Policy,
    /// Makes a client: its session dies with the program.
    pub client: Rc<dyn Fn() -> Client>,
}

impl Life {
    /// The program starts.
    pub async fn begin(ground: &Ground) -> Result<Self, office::JournalError> {
        assert!(
            ground.policy.settle.as_millis() > u128::from(LATEST_MS),
            "a request that arrives after the settling time can't be told from one that never does"
        );
        let host: Arc<dyn Host> = ground.host.clone();
        let client = Arc::new((ground.client)());
        let office = Office::open(ground.journal.clone(), client, host, ground.policy.clone()).await?;
        let background = tokio::task::spawn_local({
            let office = office.clone();
            async move { office.run().await }
        });
        Ok(Self { office, background, foreground: Vec::new() })
    }

    /// Work that an operator started and that dies with the program.
    pub fn work(&mut self, work: impl Future<Output = ()> + 'static) {
        self.foreground.retain(|task| !task.is_finished());
        self.foreground.push(tokio::task::spawn_local(work));
    }

    /// The program dies, wherever each of its futures stands.
    pub async fn end(self) {
        for task in self.foreground.into_iter().chain([self.background]) {
            task.abort();
            let _ = task.await;
        }
    }
}
