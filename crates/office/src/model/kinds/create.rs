//! A new guest.

use async_trait::async_trait;
use probonus::{Error, Loyalty, Method, NewAccount, WriteAnswer};

use crate::model::{
    capability::Capability,
    kinds::{Kind, OperationRules, Target},
};

#[async_trait]
impl OperationRules for NewAccount {
    fn kind(&self) -> Kind {
        Kind::CreateGuest
    }

    fn method(&self) -> Method {
        Method::InsertByTemplate
    }

    async fn send(&self, loyalty: &dyn Loyalty) -> Result<WriteAnswer, Error> {
        loyalty.insert_by_template(self).await
    }

    fn target(&self) -> Target<'_> {
        Target::NewGuest(self)
    }

    fn capability(&self) -> Option<Capability> {
        Some(Capability::Phone)
    }
}
