//! A refill: bonuses added by hand. Its marker is the short id, `#1a2b3c4d`, first in the comment.

use async_trait::async_trait;
use probonus::{Error, Kopecks, Loyalty, Method, Refill, Transaction, TransactionKind, WriteAnswer};

use crate::model::{
    capability::Capability,
    kinds::{
        Kind, Marker, OperationRules, Parts, Target,
        short_id::{first_short_id, may_be_cut},
    },
    operation_id::OperationId,
    sums::is_hundredfold,
};

#[async_trait]
impl OperationRules for Refill {
    fn kind(&self) -> Kind {
        Kind::Refill
    }

    fn method(&self) -> Method {
        Method::Refill
    }

    async fn send(&self, loyalty: &dyn Loyalty) -> Result<WriteAnswer, Error> {
        loyalty.refill(self).await
    }

    fn target(&self) -> Target<'_> {
        Target::Balance(&self.account)
    }

    fn headline_sum(&self) -> Option<Kopecks> {
        Some(self.sum)
    }

    /// Example: a refill of 100.00 changes the balance by +100.00.
    fn parts(&self, _purchase: Option<Parts>) -> Option<Parts> {
        Some(Parts { adds: self.sum, takes: Kopecks::ZERO })
    }

    fn proves_unit(&self) -> bool {
        true
    }

    fn capability(&self) -> Option<Capability> {
        Some(Capability::Refill)
    }

    /// The first short id of a comment is the refill's own. A later one comes from the operator's note.
    fn marker(&self, id: OperationId, entry: &Transaction, _is_new: bool) -> Marker {
        match entry.comment.as_deref().and_then(first_short_id) {
            Some(hex) if id.short()[1..].eq_ignore_ascii_case(hex) => Marker::Ours,
            Some(_) => Marker::Theirs,
            None => Marker::None,
        }
    }

    fn has_marker_place(&self, entry: &Transaction) -> bool {
        entry.comment.as_deref().is_some_and(|text| !text.trim().is_empty())
    }

    /// Example: of `#1a2b3c4d birthday` a server may show `#1a2b…`. It may also be of another refill that begins so; a person knows.
    fn is_marked_otherwise(&self, entry: &Transaction) -> bool {
        self.has_marker_place(entry) && entry.comment.as_deref().is_some_and(|shown| !may_be_cut(&self.comment, shown))
    }

    /// Any entry of the sum, or of a hundred times more or less, except a return, a burning, a welcome bonus or an accrual that
    /// waits. A server that mixes up rubles and kopecks has still applied the refill.
    fn fits(&self, _effect: Option<Kopecks>, entry: &Transaction) -> bool {
        (entry.sum == self.sum || is_hundredfold(self.sum, entry.sum))
            && !matches!(
                entry.kind,
                TransactionKind::Return
                    | TransactionKind::Burning
                    | TransactionKind::Welcome
                    | TransactionKind::Waiting
            )
    }

    /// A recent refill of the same sum, or a recent entry of an unknown kind and the same sum.
    fn is_suspected_duplicate(&self, entry: &Transaction, is_recent: bool) -> bool {
        matches!(entry.kind, TransactionKind::Refill | TransactionKind::Other) && entry.sum == self.sum && is_recent
    }
}
