//! A cache of the operations that were written last. Nearly every append continues one of them, and need not read its story
//! again. Only the writing connection uses it, and only what was committed stays in it.

use std::collections::VecDeque;

use crate::model::operation::{Operation, OperationId};

/// Operations in the cache: more than are sent or settled at the same time.
const KEPT: usize = 64;

/// Operations with their rows, the newest in front.
#[derive(Debug, Default)]
pub(super) struct Recent(VecDeque<(i64, Operation)>);

impl Recent {
    /// The operation with its row, if it is one of them.
    pub(super) fn get(&self, id: OperationId) -> Option<(i64, Operation)> {
        self.0.iter().find(|(_, operation)| operation.id == id).cloned()
    }

    /// Keeps the present state of the row `seq`.
    pub(super) fn keep(&mut self, seq: i64, operation: Operation) {
        match self.0.iter_mut().find(|(kept, _)| *kept == seq) {
            Some((_, before)) => *before = operation,
            None => {
                self.0.push_front((seq, operation));
                self.0.truncate(KEPT);
            }
        }
    }
}
