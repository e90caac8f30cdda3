//! An idle program: memory, processor time, wake-ups; against a blank window, and against Chromium with the same page.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::process::Command;

use super::plan::Plan;
use super::processes::{memory, used};
use super::program::{Program, What};
use super::row::{Row, median};
use crate::desktop::{Process, Result};

/// A program that has just shown its window still works; afterwards it is idle.
pub const SETTLED: Duration = Duration::from_secs(10);

/// The figures of the idle program.
pub async fn idle(plan: &Plan, program: &Program) -> Result<Vec<Row>> {
    let figures = |_| [const { Vec::new() }; 3];
    let [mut ours, mut blank]: [[Vec<f64>; 3]; 2] = [0, 1].map(figures);
    let mut chromium = Vec::new();
    for _ in 0..plan.rounds {
        for (what, figures) in [(What::Ours, &mut ours), (What::Blank, &mut blank)] {
            let shown = program.start(what).await?;
            let id = shown.process.id()?;
            tokio::time::sleep(SETTLED).await;
            figures[0].push(memory(id));
            let before = used(id);
            tokio::time::sleep(Duration::from_secs(plan.idle)).await;
            let after = used(id);
            let seconds = seconds(plan.idle);
            figures[1].push((after.seconds - before.seconds) / seconds * 100.0);
            figures[2].push(after.wakes_since(&before) / seconds);
            shown.process.end().await?;
        }
        chromium.extend(in_chromium(&plan.root.join("ui/dist")).await?);
    }
    let [memory, share, wakes] = ours.map(median);
    let [blank_memory, blank_share, blank_wakes] = blank.map(median);
    let mut rows = vec![Row::ratio("memory, idle (PSS)", (memory, blank_memory), "MB", "a blank window").goal(1.05)];
    if !chromium.is_empty() {
        let page = "Chromium without a window, the same page without its data";
        rows.push(Row::ratio("memory, idle, against Chromium", (memory, median(chromium)), "MB", page).goal(0.6));
    }
    let blank = |figure: f64, unit: &str| format!("a blank window: {figure:.2} {unit}");
    rows.push(Row::told("idle, share of a core", share, "%").goal(0.05).against(blank(blank_share, "%")));
    rows.push(Row::told("idle, wake-ups", wakes, "a second").goal(1.0).against(blank(blank_wakes, "a second")));
    Ok(rows)
}

/// A count of seconds as a float.
fn seconds(count: u64) -> f64 {
    Duration::from_secs(count).as_secs_f64()
}

/// The memory of Chromium that shows the program's page; none where there is no Chromium.
async fn in_chromium(page: &Path) -> Result<Option<f64>> {
    let folder = tempfile::tempdir()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let app = Router::new()
        .route("/", get(|State(root): State<std::path::PathBuf>| async move { file(&root, "index.html").await }))
        .route(
            "/{*path}",
            get(|State(root): State<std::path::PathBuf>, UrlPath(path): UrlPath<String>| async move {
                file(&root, &path).await
            }),
        )
        .with_state(page.to_owned());
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut command = Command::new("chromium");
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--window-size=1280,800", "--remote-debugging-port=0"])
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(process) = Process::start(&mut command) else { return Ok(None) };
    let id = process.id()?;
    tokio::time::sleep(SETTLED).await;
    let figure = memory(id);
    process.end().await?;
    serving.abort();
    Ok((figure > 0.0).then_some(figure))
}

async fn file(root: &Path, name: &str) -> impl IntoResponse + use<> {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    match tokio::fs::read(root.join(name)).await {
        Ok(bytes) => Ok(([(header::CONTENT_TYPE, kind)], bytes)),
        Err(_) => Err(StatusCode::NOT_FOUND),
    }
}
