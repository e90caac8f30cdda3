//! A journal that is put back from outside, and the witness that tells.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, Mutex},
};

use futures_executor::block_on;
use rusqlite::Connection;
use uuid::Uuid;

use super::troubles::{fill, fill_from, options, place};
use crate::{
    Journal, JournalError, Precondition, State,
    journal::{
        SqliteJournal,
        conformance::sample::*,
        sqlite::{Deed, NewLife},
        witness::{Cause, RollBack, RollBackCause, Testimony, Witness},
    },
};

/// A witness in memory. It may be told to fail.
#[derive(Debug, Default)]
struct Memory {
    proposed: Mutex<Option<Testimony>>,
    said: Mutex<Option<Testimony>>,
    full: Mutex<bool>,
}

impl Witness for Memory {
    fn read(&self) -> io::Result<Option<Testimony>> {
        Ok(*self.said.lock().unwrap())
    }

    fn propose(&self, testimony: &Testimony) -> io::Result<()> {
        if *self.full.lock().unwrap() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        *self.proposed.lock().unwrap() = Some(*testimony);
        Ok(())
    }

    fn accept(&self) -> io::Result<()> {
        *self.said.lock().unwrap() = *self.proposed.lock().unwrap();
        Ok(())
    }
}

fn new_life(number: u128, deed: Option<Deed>) -> NewLife {
    NewLife { id: Uuid::from_u128(number), at: at(0), deed }
}

/// Opens the journal, and holds it against its witness.
fn open(path: &Path, witness: &Arc<Memory>, life: u128) -> (SqliteJournal, Option<RollBack>) {
    let journal = SqliteJournal::open(options(path)).unwrap();
    let told = block_on(journal.attest(Arc::clone(witness) as _, new_life(life, None))).unwrap();
    (journal, told)
}

fn causes(journal: &SqliteJournal) -> Vec<Cause> {
    block_on(journal.lives()).unwrap().into_iter().map(|life| life.cause).collect()
}

#[test]
fn a_journal_put_back_is_noticed_and_what_waits_is_doubted() {
    let (folder, path) = place();
    let (copy, witness) = (folder.path().join("copy"), Arc::new(Memory::default()));
    let (journal, told) = open(&path, &witness, 1);
    assert_eq!(told, None);
    fill(&journal, 2);
    block_on(prepare(&journal, 3, refill("7", rubles(1)))).unwrap();
    block_on(prepare(&journal, 4, refill("8", rubles(1)))).unwrap();
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(go_on(&journal, 3, [sending(1), confirmed(None)])).unwrap();
    fill_from(&journal, 5, 9);
    drop(journal);
    fs::copy(&copy, &path).unwrap();

    let (journal, told) = open(&path, &witness, 2);
    assert_eq!(told, Some(RollBack { forgotten: 5, doubted: 2, cause: RollBackCause::OlderCopy }));
    for number in [3, 4] {
        let doubted = block_on(journal.get(id(number))).unwrap().unwrap();
        assert_eq!((doubted.state, doubted.attempts), (State::Unknown, 0), "{number}: no attempt is invented");
        let why = doubted.failure.and_then(|failure| failure.precondition);
        assert_eq!(why, Some(Precondition::JournalReplaced), "{number}");
    }
    assert_eq!(block_on(journal.roll_back()).unwrap(), told, "it is told until somebody has seen it");
    assert_eq!(causes(&journal), [Cause::First, Cause::RolledBack]);
    assert!(block_on(journal.check()).unwrap().is_well());
    block_on(journal.acknowledge_roll_back()).unwrap();
    drop(journal);

    let (journal, told) = open(&path, &witness, 3);
    assert_eq!((told, block_on(journal.roll_back()).unwrap()), (None, None), "it is noticed once");
    // The copy is put back once more: it is of the life before.
    drop(journal);
    fs::copy(&copy, &path).unwrap();
    assert!(open(&path, &witness, 4).1.is_some());
}

#[test]
fn a_cancelled_operation_that_waits_again_is_doubted() {
    let (folder, path) = place();
    let (copy, witness) = (folder.path().join("copy"), Arc::new(Memory::default()));
    let (journal, _) = open(&path, &witness, 1);
    block_on(prepare(&journal, 1, refill("7", rubles(1)))).unwrap();
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(go_on(&journal, 1, [cancelled()])).unwrap();
    drop(journal);
    fs::copy(&copy, &path).unwrap();
    let told = RollBack { forgotten: 0, doubted: 1, cause: RollBackCause::OlderCopy };
    assert_eq!(open(&path, &witness, 2).1, Some(told));
}

/// The folder from just before an operation was written down is put back: the operation must not vanish without a word.
#[test]
fn an_operation_that_only_waited_is_missed() {
    let (folder, path) = place();
    let (copy, witness) = (folder.path().join("copy"), Arc::new(Memory::default()));
    let (journal, _) = open(&path, &witness, 1);
    fill(&journal, 2);
    block_on(journal.backup_to(copy.clone())).unwrap();
    block_on(prepare(&journal, 3, refill("7", rubles(1)))).unwrap();
    drop(journal);
    fs::copy(&copy, &path).unwrap();
    let told = RollBack { forgotten: 1, doubted: 0, cause: RollBackCause::OlderCopy };
    assert_eq!(open(&path, &witness, 2).1, Some(told));
}

/// Another user's program, with a witness of its own, worked with the same file: it is newer than this witness knows.
#[test]
fn a_journal_that_another_program_used_is_told_from_an_older_copy() {
    let (_folder, path) = place();
    let (ours, theirs) = (Arc::new(Memory::default()), Arc::new(Memory::default()));
    let (journal, _) = open(&path, &ours, 1);
    fill(&journal, 2);
    drop(journal);
    let (journal, told) = open(&path, &theirs, 2);
    assert_eq!(told, Some(RollBack { forgotten: 0, doubted: 0, cause: RollBackCause::NoWitness }));
    fill_from(&journal, 3, 4);
    drop(journal);
    let told = RollBack { forgotten: 0, doubted: 0, cause: RollBackCause::OtherProgram };
    assert_eq!(open(&path, &ours, 3).1, Some(told));
}

/// Nothing was sent or given up since the copy: it may be the present journal as well.
#[test]
fn a_journal_goes_on_however_it_was_closed() {
    let (_folder, path) = place();
    let witness = Arc::new(Memory::default());
    for life in 1..5 {
        let (journal, told) = open(&path, &witness, life);
        assert_eq!(told, None);
        let (first, last) = (life as u64 * 10, life as u64 * 10 + 3);
        fill_from(&journal, first, last);
        assert_eq!(causes(&journal), [Cause::First]);
    }
    // The program ended between the commit and the witness: the journal is ahead.
    let said = *witness.said.lock().unwrap();
    *witness.said.lock().unwrap() = said.map(|said| Testimony { generation: said.generation - 1, ..said });
    assert_eq!(open(&path, &witness, 9).1, None);
}

/// A profile is restored on another computer without the witness's folder: the copy may be old.
#[test]
fn a_journal_whose_witness_is_missing_is_doubted() {
    let (_folder, path) = place();
    let (journal, told) = open(&path, &Arc::new(Memory::default()), 1);
    assert_eq!(told, None);
    block_on(prepare(&journal, 3, refill("7", rubles(1)))).unwrap();
    drop(journal);
    let witness = Arc::new(Memory::default());
    let (journal, told) = open(&path, &witness, 2);
    assert_eq!(told, Some(RollBack { forgotten: 0, doubted: 1, cause: RollBackCause::NoWitness }));
    assert_eq!(block_on(journal.roll_back()).unwrap(), told);
    assert_eq!(causes(&journal), [Cause::First, Cause::Unwitnessed]);
    assert_eq!(block_on(journal.get(id(3))).unwrap().unwrap().state, State::Unknown);
    assert_eq!(
        *witness.said.lock().unwrap(),
        Some(Testimony { life: Uuid::from_u128(2), generation: 0, operations: 1 })
    );
}

/// An empty journal has nothing that could be sent twice.
#[test]
fn an_empty_journal_without_a_witness_is_not_doubted() {
    let (_folder, path) = place();
    assert_eq!(open(&path, &Arc::new(Memory::default()), 1).1, None);
    let (journal, told) = open(&path, &Arc::new(Memory::default()), 2);
    assert_eq!((told, causes(&journal)), (None, vec![Cause::First, Cause::Unwitnessed]));
}

#[test]
fn what_a_person_did_to_the_file_is_no_roll_back_and_is_recorded() {
    let (folder, path) = place();
    let (copy, witness) = (folder.path().join("copy"), Arc::new(Memory::default()));
    let (journal, _) = open(&path, &witness, 1);
    fill(&journal, 1);
    block_on(journal.backup_to(copy.clone())).unwrap();
    fill_from(&journal, 2, 5);
    drop(journal);
    let newer = fs::read(&path).unwrap();
    fs::copy(&copy, &path).unwrap();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    let deed = Deed { cause: Cause::Restored, operator: "Анна".into() };
    let told = block_on(journal.attest(Arc::clone(&witness) as _, new_life(2, Some(deed)))).unwrap();
    assert_eq!(told, None);
    let lives = block_on(journal.lives()).unwrap();
    assert_eq!((lives[1].cause, lives[1].operator.as_str()), (Cause::Restored, "Анна"));
    drop(journal);
    // The file of before comes back from outside, further on than this one ever was: it knows nothing of this life.
    fs::write(&path, newer).unwrap();
    assert!(open(&path, &witness, 3).1.is_some());
}

#[test]
fn nothing_is_committed_that_the_witness_could_not_record() {
    let (_folder, path) = place();
    let witness = Arc::new(Memory::default());
    let (journal, _) = open(&path, &witness, 1);
    block_on(prepare(&journal, 1, refill("7", rubles(1)))).unwrap();
    *witness.full.lock().unwrap() = true;
    let refused = block_on(go_on(&journal, 1, [sending(1)]));
    assert!(matches!(refused, Err(JournalError::DiskFull)), "{refused:?}");
    assert_eq!(block_on(journal.get(id(1))).unwrap().unwrap().state, State::Prepared);
    let refused = block_on(prepare(&journal, 2, refill("8", rubles(1))));
    assert!(matches!(refused, Err(JournalError::DiskFull)), "{refused:?}");
    *witness.full.lock().unwrap() = false;
    block_on(go_on(&journal, 1, [sending(1)])).unwrap();
    assert_eq!(witness.said.lock().unwrap().unwrap().generation, 1);
}

/// Later events deleted by hand, the row made to fit: the operation would be paid again.
#[test]
fn events_that_were_deleted_by_hand_are_missed() {
    let (_folder, path) = place();
    let (journal, _) = open(&path, &Arc::new(Memory::default()), 1);
    fill(&journal, 3);
    drop(journal);
    let by_hand = "DROP TRIGGER events_no_delete;
         DELETE FROM events WHERE operation = 2 AND number > 1;
         UPDATE operations SET state = 'prepared', version = 1, proof = NULL WHERE seq = 2";
    Connection::open(&path).unwrap().execute_batch(by_hand).unwrap();
    let journal = SqliteJournal::open(options(&path)).unwrap();
    assert_eq!(
        block_on(journal.get(id(2))).unwrap().unwrap().state,
        State::Prepared,
        "it reads as if nothing had happened"
    );
    let health = block_on(journal.check()).unwrap();
    assert_eq!(health.problems.len(), 1, "{health:?}");
    assert!(block_on(go_on(&journal, 2, [sending(1)])).is_err(), "and it is not sent");
}
