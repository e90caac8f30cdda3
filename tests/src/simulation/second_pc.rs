//! The second PC of an office: its operator enters the same paper receipts, in a journal of its own.
//!
//! It has its own network to the same server, and never crashes.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use office::{Draft, Office, OperationId, OutsideCheck};
use probonus::Loyalty;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    operators::{Colleague, World},
    random::Random,
};

/// The second PC, at work.
pub struct SecondPc {
    /// What its operator works with.
    pub world: Arc<World>,
    office: Office,
    random: Random,
    work: JoinHandle<()>,
}

impl Drop for SecondPc {
    fn drop(&mut self) {
        self.work.abort();
    }
}

impl SecondPc {
    /// Starts its work in the background.
    pub fn start(world: World, office: Office, random: Random) -> Self {
        let work = tokio::spawn({
            let office = office.clone();
            async move { office.run().await }
        });
        Self { world: Arc::new(world), office, random, work }
    }

    /// Enters a receipt. A crash of the first PC does not interrupt it.
    async fn enter(&self, ours: OperationId, draft: &Draft) {
        let id = OperationId(Uuid::from_u128(!ours.0.as_u128()));
        let draft = if self.random.happens(250) { self.for_another_guest(draft) } else { draft.clone() };
        let (world, office) = (Arc::clone(&self.world), self.office.clone());
        let entered = tokio::spawn(async move { world.enter(&office, id, draft).await });
        let _ = entered.await;
    }

    /// The same receipt on the card of another guest.
    fn for_another_guest(&self, draft: &Draft) -> Draft {
        let (Draft::RegisterCheck(check), Some((_, guests))) = (draft, self.world.guests.split_last()) else {
            return draft.clone();
        };
        let guest = self.random.pick(guests);
        let (phone, account) = (guest.phone.clone(), guest.account.clone());
        Draft::RegisterCheck(Box::new(OutsideCheck { phone, account, ..(**check).clone() }))
    }

    /// Opens the card of each guest.
    pub async fn open_cards(&self, client: &dyn Loyalty) -> Result<(), String> {
        self.world.open_cards(&self.office, client).await
    }

    /// Settles what is open, as the operator of the first PC does.
    pub async fn settle_open_operations(&self) -> Result<(), String> {
        self.world.settle_open_operations(&self.office).await
    }
}

impl Colleague for SecondPc {
    fn beside<'a>(&'a self, ours: LocalBoxFuture<'a, ()>, id: OperationId, draft: &'a Draft) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            match self.random.below(4) {
                0 => {
                    self.enter(id, draft).await;
                    ours.await;
                }
                1 => {
                    futures::future::join(ours, self.enter(id, draft)).await;
                }
                2 => {
                    ours.await;
                    self.enter(id, draft).await;
                }
                _ => ours.await,
            }
        })
    }
}
