//! A change of a guest's record. It leaves no entry, so the record itself is its evidence.

use async_trait::async_trait;
use probonus::{Account, AccountUpdate, Error, Loyalty, Method, WriteAnswer};

use crate::model::kinds::{Kind, OperationRules, Target};

#[async_trait]
impl OperationRules for AccountUpdate {
    fn kind(&self) -> Kind {
        Kind::EditGuest
    }

    fn method(&self) -> Method {
        Method::Update
    }

    async fn send(&self, loyalty: &dyn Loyalty) -> Result<WriteAnswer, Error> {
        loyalty.update(self).await
    }

    fn target(&self) -> Target<'_> {
        Target::Record(self)
    }

    fn refresh(&mut self, now: &Account) {
        self.record = now.raw.clone();
        // Fields that the operator did not edit stay as the server has them: the ladder may have changed the level meanwhile.
        self.after = now.profile.with_change(&self.before, &self.after);
        self.before = now.profile.clone();
    }
}
