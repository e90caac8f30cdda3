//! The process that is killed: the program without its window. It tells on its output what it has begun and what it
//! was told, so that whoever kills it knows what must not be lost.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use office::{
    Authority, Event, Evidence, Host as _, Journal, Office, Operation, OperationId, Policy, State,
    journal::{SqliteJournal, sqlite::Options},
};
use probonus::{Client, Loyalty, client::Auth};
use tokio::time::Instant;

use super::{
    Brink, Dice, Machine,
    brink::Line,
    drafts::{Guest, Operators},
    output::say,
};
use crate::simulation::Defect;

/// What the server knows the worker by.
pub(super) const TOKEN: &str = "campaign";
/// Operators that work side by side.
const OPERATORS: u32 = 4;
/// Things that each of them does in a life, unless they are killed before.
const EACH: u32 = 4;
/// Between two looks at whether everything has come to its end.
const PAUSE: Duration = Duration::from_millis(100);
/// How long the same evidence must stand before it is the operator's part: several looks.
const STANDS: Duration = Duration::from_secs(5);

/// One life of the worker, as its command line says.
#[derive(Debug, clap::Args)]
pub struct Life {
    /// The journal.
    #[arg(long)]
    journal: PathBuf,
    /// The server.
    #[arg(long)]
    url: String,
    /// What decides what is typed.
    #[arg(long)]
    seed: u64,
    /// Which life of the campaign it is.
    #[arg(long)]
    life: u32,
    /// The guests, each `phone:account`.
    #[arg(long = "guest")]
    guests: Vec<String>,
    /// Where to stand still.
    #[arg(long)]
    brink: Option<Brink>,
    /// At which of its writes.
    #[arg(long, default_value_t = 1)]
    nth: u32,
    /// Type nothing: let everything come to its end, and end.
    #[arg(long)]
    calm: bool,
    /// A defect, by its name.
    #[arg(long)]
    defect: Option<String>,
}

/// Works until it is killed; in a calm life, until nothing is left to do.
///
/// # Errors
/// A journal that can't be opened, a server that can't be reached at the start of a life that is not calm.
pub async fn work(life: Life) -> Result<()> {
    let dice = |purpose: u64| Dice::new(life.seed, (u64::from(life.life) << 8) | purpose);
    let journal = Arc::new(SqliteJournal::open(Options::new(&life.journal))?);
    let client = Client::builder(&*life.url)
        .auth(Auth::Token(TOKEN.into()))
        .request_limit(Duration::from_secs(3))
        .build()
        .context("a client")?;
    let line = Arc::new(Line::new(Arc::new(client), life.brink, life.nth));
    let host = Arc::new(Machine(dice(1)));
    let defect = life.defect.as_deref().map(named_defect).transpose()?;
    let client = Defect::client(defect, line.clone());
    let kept = Defect::journal(defect, journal.clone(), &client);
    let office = Office::open(kept, client, host.clone(), Defect::policy(defect, policy())).await?;
    let background = tokio::spawn({
        let office = office.clone();
        async move { office.run().await }
    });
    say("ready");
    if life.calm {
        until_all_is_told(&office, &journal).await?;
        background.abort();
        return Ok(());
    }
    let guests = life.guests.iter().map(|text| text.parse()).collect::<Result<Vec<Guest>, String>>();
    let guests = guests.map_err(anyhow::Error::msg)?;
    let group = line.groups().await?.into_iter().find(|group| group.have_template).context("a group")?.id;
    let mut working = tokio::task::JoinSet::new();
    for operator in 0..OPERATORS {
        let operators = Operators {
            dice: dice(2 + u64::from(operator)),
            guests: guests.clone(),
            life: life.life,
            group: group.clone(),
        };
        let (office, journal, line, host) = (office.clone(), journal.clone(), line.clone(), host.clone());
        working.spawn(async move {
            for number in 0..EACH {
                let number = operator * EACH + number;
                let Some(draft) = operators.whim(number, &journal, &*line, host.now()).await else { continue };
                submit(&office, OperationId(operators.dice.uuid()), draft).await;
            }
        });
    }
    while working.join_next().await.is_some() {}
    say("idle");
    std::future::pending().await
}

async fn submit(office: &Office, id: OperationId, draft: office::Draft) {
    let authority =
        Authority { operator: "Ольга".to_owned(), reason_for_duplicate: Some("так и надо".to_owned()) };
    say(&format!("begun {id}"));
    match office.submit(id, draft, authority).await {
        Ok(operation) => say(&format!("told {id} {:?}", operation.state)),
        Err(refusal) => say(&format!("refused {id} {refusal}")),
    }
}

/// Waits until every operation has come to its end, or can go on only by an operator's word.
async fn until_all_is_told(office: &Office, journal: &SqliteJournal) -> Result<()> {
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
        // What could not be told of a moment may be told of the next.
        if undecided.len() == open.len() && undecided.values().all(|(_, since)| since.elapsed() >= STANDS) {
            for (id, (evidence, _)) in undecided {
                say(&format!("waiting {id} {evidence:?}"));
            }
            say("settled");
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What the server showed when it was asked last, if that decides nothing.
async fn undecided_by(journal: &SqliteJournal, operation: &Operation) -> Result<Option<Evidence>> {
    if operation.state != State::Unknown {
        return Ok(None);
    }
    let story = journal.story(operation.id).await?;
    let said = story.into_iter().rev().find_map(|record| match record.event {
        Event::Probed { evidence } => Some(evidence),
        _ => None,
    });
    Ok(said.filter(|said| matches!(said, Evidence::Ambiguous { .. } | Evidence::Absent { conclusive: false })))
}

/// The rules of every office, with times that fit a campaign: nothing is held on its way as long as `settle`.
fn policy() -> Policy {
    let mut policy = Policy::default();
    "campaign".clone_into(&mut policy.server);
    policy.retry_first = Duration::from_millis(50);
    policy.retry_cap = Duration::from_millis(500);
    policy.retry_budget = 10_000;
    policy.burst = 50;
    policy.refill_every = Duration::from_millis(5);
    policy.settle = Duration::from_secs(2);
    policy.look_first = Duration::from_millis(200);
    policy.look_cap = Duration::from_secs(1);
    policy.watch_pause = Duration::from_millis(100);
    policy
}

/// The defect of this name.
///
/// # Errors
/// If there is none.
pub(super) fn named_defect(name: &str) -> Result<Defect> {
    Defect::named(name).with_context(|| format!("no defect is called {name}"))
}
