//! The worker: the process that is killed. It is the real client, engine and journal without a window. It reports on its
//! output what it began and what the engine accepted, so that the campaign knows what must not be lost.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use office::{
    Approval, Event, Evidence, Host as _, Journal, Office, Operation, OperationId, Policy, State,
    journal::{
        SqliteJournal,
        sqlite::{NewLife, Options},
    },
};
use probonus::{Client, Loyalty, client::Auth};
use tokio::time::Instant;

use super::{
    Dice, Machine, PausePoint,
    copies::{CopiedJournal, WitnessFile},
    drafts::{Guest, Operators},
    output::say,
    pause_point::Pausing,
};
use crate::simulation::Defect;

/// The worker's API token.
pub(super) const TOKEN: &str = "campaign";
/// Operators that work concurrently.
const OPERATORS: u32 = 4;
/// Operations of each operator in one run, if it is not killed before.
const EACH: u32 = 4;
/// Time between two checks whether everything is settled.
const POLL_EVERY: Duration = Duration::from_millis(100);
/// Evidence that does not change for this time is left to the operator. It covers several probes.
const UNCHANGED_FOR: Duration = Duration::from_secs(5);

/// The arguments of one run.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The journal's file.
    #[arg(long)]
    journal: PathBuf,
    /// The server's address.
    #[arg(long)]
    url: String,
    /// The campaign's seed.
    #[arg(long)]
    seed: u64,
    /// The number of this run in the campaign.
    #[arg(long = "run")]
    number: u32,
    /// The guests, each `phone:account`.
    #[arg(long = "guest")]
    guests: Vec<String>,
    /// Where to stop for ever.
    #[arg(long)]
    pause_at: Option<PausePoint>,
    /// At which write to stop; 1 is the first.
    #[arg(long, default_value_t = 1)]
    nth: u32,
    /// Where the journal's file is copied to whenever an operation was prepared; without it, it is not copied.
    #[arg(long)]
    copies: Option<PathBuf>,
    /// Submit nothing: settle what is open, and end.
    #[arg(long)]
    recover: bool,
    /// A defect, by its name.
    #[arg(long)]
    defect: Option<String>,
}

/// Works until the process is killed. In a recovery it ends when everything is settled.
///
/// # Errors
/// The journal can't be opened, or the server can't be reached at the start of an ordinary run.
pub async fn work(run: Run) -> Result<()> {
    let dice = |purpose: u64| Dice::new(run.seed, (u64::from(run.number) << 8) | purpose);
    let journal = Arc::new(SqliteJournal::open(Options::new(&run.journal))?);
    let client = Client::builder(&*run.url)
        .auth(Auth::Token(TOKEN.into()))
        .request_limit(Duration::from_secs(3))
        .build()
        .context("a client")?;
    let line = Arc::new(Pausing::new(Arc::new(client), run.pause_at, run.nth));
    // A recovery has its run's number, and must not draw the ids that the killed process drew.
    let host = Arc::new(Machine(dice(if run.recover { 3 } else { 1 })));
    let defect = run.defect.as_deref().map(named_defect).transpose()?;
    let witness = Arc::new(WitnessFile(run.journal.with_extension("witness")));
    let new_life = NewLife { id: host.new_uuid(), at: host.now(), deed: None };
    if journal.attest(witness, new_life).await?.is_some() {
        say("noticed");
    }
    let written: Arc<dyn Journal> = match run.copies {
        Some(copies) => Arc::new(CopiedJournal::new(journal.clone(), run.journal, copies)),
        None => journal.clone(),
    };
    let (client, kept) = Defect::ports(defect, line.clone(), written);
    let office = Office::open(kept, client, host.clone(), Defect::policy(defect, policy())).await?;
    let background = tokio::spawn({
        let office = office.clone();
        async move { office.run().await }
    });
    say("ready");
    if run.recover {
        until_all_is_known(&office, &journal).await?;
        background.abort();
        return Ok(());
    }
    let guests = run.guests.iter().map(|text| text.parse()).collect::<Result<Vec<Guest>, String>>();
    let guests = guests.map_err(anyhow::Error::msg)?;
    let group = line.groups().await?.into_iter().find(|group| group.have_template).context("a group")?.id;
    let mut working = tokio::task::JoinSet::new();
    for operator in 0..OPERATORS {
        let operators = Operators {
            dice: dice(2 + u64::from(operator)),
            guests: guests.clone(),
            run: run.number,
            group: group.clone(),
        };
        let (office, journal, line, host) = (office.clone(), journal.clone(), line.clone(), host.clone());
        working.spawn(async move {
            for number in 0..EACH {
                let number = operator * EACH + number;
                let Some(draft) = operators.next_draft(number, &journal, &*line, host.now()).await else { continue };
                submit(&office, OperationId(operators.dice.uuid()), draft).await;
            }
        });
    }
    while working.join_next().await.is_some() {}
    say("idle");
    std::future::pending().await
}

async fn submit(office: &Office, id: OperationId, draft: office::Draft) {
    let approval =
        Approval { operator: "Ольга".to_owned(), reason_for_duplicate: Some("так и надо".to_owned()) };
    say(&format!("begun {id}"));
    match office.submit(id, draft, approval).await {
        Ok(operation) => say(&format!("reported {id} {:?}", operation.state)),
        Err(refusal) => say(&format!("refused {id} {refusal}")),
    }
}

/// Waits until every operation is final, or only an operator can decide it.
async fn until_all_is_known(office: &Office, journal: &SqliteJournal) -> Result<()> {
    let mut undecided: BTreeMap<OperationId, (Evidence, Instant)> = BTreeMap::new();
    loop {
        if office.queue().await?.halted.is_some() {
            say("halted");
            office.resume("Ольга").await?;
        }
        let open = journal.in_states(&[State::Prepared, State::Sending, State::Unknown], 10_000).await?;
        undecided.retain(|id, _| open.iter().any(|operation| operation.id == *id));
        for operation in &open {
            match undecided_by(journal, operation).await? {
                Some(evidence) if undecided.get(&operation.id).is_some_and(|(known, _)| *known == evidence) => {}
                Some(evidence) => drop(undecided.insert(operation.id, (evidence, Instant::now()))),
                None => drop(undecided.remove(&operation.id)),
            }
        }
        // Evidence may change with the next probe, so it counts only after it was the same for a while.
        if undecided.len() == open.len() && undecided.values().all(|(_, since)| since.elapsed() >= UNCHANGED_FOR) {
            for (id, (evidence, _)) in undecided {
                say(&format!("waiting {id} {evidence:?}"));
            }
            say("settled");
            return Ok(());
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}

/// The newest evidence of an unknown outcome, if it decides nothing.
async fn undecided_by(journal: &SqliteJournal, operation: &Operation) -> Result<Option<Evidence>> {
    if operation.state != State::Unknown {
        return Ok(None);
    }
    let story = journal.story(operation.id).await?;
    let said = story.into_iter().rev().find_map(|record| match record.event {
        Event::Probed { evidence } => Some(evidence),
        _ => None,
    });
    Ok(said.filter(|said| {
        matches!(said, Evidence::Ambiguous { .. } | Evidence::Absent { conclusive: false, .. } | Evidence::Stale { .. })
    }))
}

/// The default policy with short times. `settle` is longer than any delay of the server.
fn policy() -> Policy {
    let mut policy = Policy::default();
    "campaign".clone_into(&mut policy.server);
    policy.retry_first = Duration::from_millis(50);
    policy.retry_cap = Duration::from_millis(500);
    policy.retry_budget = 10_000;
    policy.burst = 50;
    policy.refill_every = Duration::from_millis(5);
    policy.settle = Duration::from_secs(2);
    policy.probe_first = Duration::from_millis(200);
    policy.probe_cap = Duration::from_secs(1);
    policy.verify_pause = Duration::from_millis(100);
    policy
}

/// The defect of this name.
///
/// # Errors
/// There is no such defect.
pub(super) fn named_defect(name: &str) -> Result<Defect> {
    Defect::named(name).with_context(|| format!("no defect is called {name}"))
}
