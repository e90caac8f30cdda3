//! A refill from the click to its confirmation, a command through the IPC, and memory after a long session.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use probonus::client::Auth;
use probonus::{AccountId, Client, Kopecks, Loyalty as _, Phone, Refill};
use probonus_sandbox::seed::demo::ANNA;
use serde_json::{Value, json};

use super::memory::SETTLED;
use super::plan::Plan;
use super::processes::memory;
use super::program::{Program, What};
use super::row::{Row, median};
use crate::desktop::{Result, TOKEN, Window};

/// What the program may take beside the call and the fsync, in milliseconds.
const GOAL: f64 = 5.0;
/// Operations that one script makes; a script that runs for a minute is ended.
const AT_ONCE: u32 = 50;

/// The figures of the working program. All is done by one run of it, under a driver.
pub async fn rows(plan: &Plan, program: &Program) -> Result<Vec<Row>> {
    let window = program.scene.start().await?;
    window.find_guest(&format!("+{}", ANNA.phone)).await?;
    window.see("Анкета").await?;
    let clicks = clicks(plan, &window).await?;
    let bare = bare(plan, program).await?;
    let ipc = ipc(&window).await?;
    let before = memory(window.group()?);
    operate(plan, &window, program).await?;
    tokio::time::sleep(SETTLED).await;
    let after = memory(window.group()?);
    window.quit().await?;
    let blank = program.start(What::Blank).await?;
    tokio::time::sleep(SETTLED).await;
    let blank_memory = memory(blank.process.id()?);
    blank.process.end().await?;
    let name = format!("memory after {} operations (PSS)", plan.operations);
    let yardstick = format!("a blank window; {before:.0} MB before them");
    Ok(vec![
        Row::told("refill, from the click to \"confirmed\", beside the bare call", clicks - bare, "ms")
            .goal(GOAL)
            .against(format!("{clicks:.1} ms against {bare:.1} ms for one call and one fsync")),
        Row::told("a command through the IPC and back", ipc, "ms"),
        Row::ratio(name, (after, blank_memory), "MB", &yardstick).goal(1.05),
    ])
}

/// Milliseconds from the click on "confirm" until the page says that it is done.
async fn clicks(plan: &Plan, window: &Window) -> Result<f64> {
    let mut times = Vec::new();
    for round in 0..plan.rounds {
        let sum = format!("{},0{}", 10 + round, round % 10);
        window.press("Начислить").await?;
        window.fill("Сумма бонусов", &sum).await?;
        window.select("Причина", "Компенсация").await?;
        window.press("Проверить").await?;
        window.see("Проверьте перед отправкой").await?;
        let done = json!(format!("Начислено {sum}"));
        let time = window.ask_later(include_str!("click.js"), vec![json!("Подтвердить"), done]).await?;
        times.push(time.as_f64().context("the page told no time")?);
        window.press("К карточке гостя").await?;
        window.see("Анкета").await?;
    }
    Ok(median(times))
}

/// Milliseconds of the same refill as a bare call, with one line that is brought to the disk before it.
async fn bare(plan: &Plan, program: &Program) -> Result<f64> {
    let client = Client::builder(program.scene.server.url()).auth(Auth::Token(TOKEN.into())).build()?;
    let phone: Phone = format!("+{}", ANNA.phone).parse()?;
    let account: AccountId = client.find_by_phone(&phone).await?.first().context("the guest is not there")?.id.clone();
    let mut file = tempfile::tempfile_in(program.scene.desk.office())?;
    let mut times = Vec::new();
    for _ in 0..plan.rounds {
        let refill = Refill { account: account.clone(), sum: Kopecks::new(1_00)?, comment: "bench".to_owned() };
        let begin = Instant::now();
        file.write_all(&[b'.'; 512])?;
        file.sync_data()?;
        client.refill(&refill).await?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}

/// Milliseconds of one command that does nearly nothing: a sum is read.
async fn ipc(window: &Window) -> Result<f64> {
    let time = window.ask_later(include_str!("ipc.js"), vec![json!(200)]).await?;
    time.as_f64().context("the page told no time")
}

/// Makes many refills by the page's own commands, and waits until the server has them.
async fn operate(plan: &Plan, window: &Window, program: &Program) -> Result {
    let refills = async || {
        let books = program.scene.server.books().await?;
        Ok::<_, anyhow::Error>(books.applied.len())
    };
    let before = refills().await?;
    let mut made = 0;
    while made < plan.operations {
        let count = AT_ONCE.min(plan.operations - made);
        let phone = json!(format!("+{}", ANNA.phone));
        let told: Value = window.ask_later(include_str!("operate.js"), vec![phone, json!(made), json!(count)]).await?;
        anyhow::ensure!(told == json!("done"), "the page says: {told}");
        made += count;
    }
    let wanted = before + usize::try_from(plan.operations)?;
    let deadline = Instant::now() + Duration::from_secs(600);
    while refills().await? < wanted {
        anyhow::ensure!(Instant::now() < deadline, "the operations did not arrive in ten minutes");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
