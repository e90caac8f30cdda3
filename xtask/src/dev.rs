//! The page in an ordinary browser against the real program without its window, reloaded as its files change.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{run, setup};

/// Where the page's development server answers; `ui/vite.config.ts` has the same port.
const PAGE: &str = "http://127.0.0.1:1420";

/// Builds the development host, starts it, and runs the page's development server until it is ended.
pub fn run(wizard: bool) -> Result<()> {
    setup::run(setup::For::Build)?;
    let mut build = run::cargo();
    build.args(["build", "--package", "probonus-office", "--features", "dev-host", "--bin", "dev-host"]);
    run::run(&mut build)?;
    let host = Host::start(wizard)?;
    println!("The page: {PAGE}. The program answers at {}, in a folder that is removed at the end.", host.url);
    let mut page = run::npm();
    page.args(["run", "--silent", "dev"]).env("OFFICE", &host.url).env("OFFICE_KEY", &host.key);
    run::run(&mut page)
}

/// A running development host. It ends when this is dropped: its standard input ends then.
struct Host {
    child: Child,
    url: String,
    key: String,
}

impl Host {
    fn start(wizard: bool) -> Result<Self> {
        let mut host = run::command(run::built("dev-host"));
        host.args(["--page", PAGE]);
        if wizard {
            host.arg("--wizard");
        }
        println!("$ {}", run::show(&host));
        let mut child = host.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("can't start the host")?;
        let mut line = String::new();
        let output = child.stdout.take().context("the host has no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let Some((url, key)) = read(&line) else { bail!("the host did not start; it said {line:?}") };
        Ok(Self { child, url, key })
    }
}

/// Reads the line that says where the host is: `{"url":"http://127.0.0.1:50123","key":"…"}`.
fn read(line: &str) -> Option<(String, String)> {
    let line: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| line.get(name)?.as_str().map(str::to_owned);
    Some((text("url")?, text("key")?))
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It removes its folder before it ends.
        let _ = self.child.wait();
    }
}
