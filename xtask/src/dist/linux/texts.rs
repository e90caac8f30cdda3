//! Texts of the package that carry the version or its day.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;

use super::super::place::VERSION;
use crate::release::changelog;
use crate::run;

/// Whose package it is. The project has no mailbox; the name under `.invalid` says so, and no mail can go astray.
pub const MAINTAINER: &str = "ProBonus Office contributors <contributors@probonus-office.invalid>";

/// The day of this version, and whether it is released.
pub struct Day {
    pub time: Timestamp,
    pub is_released: bool,
}

impl Day {
    /// The day that the changelog tells; before a release, that of the last commit.
    pub fn of_version() -> Result<Self> {
        let text = fs::read_to_string(run::root().join("CHANGELOG.md"))?;
        let section = changelog::sections(&text)?.into_iter().find(|section| section.version.to_string() == VERSION);
        if let Some(section) = section {
            let time = section.date.to_zoned_datetime(jiff::tz::TimeZone::UTC)?.timestamp();
            return Ok(Self { time, is_released: true });
        }
        // In a container the work tree may belong to somebody else.
        let last = ["-c", "safe.directory=*", "log", "-1", "--format=%ct"];
        let seconds = run::read(run::command("git").args(last))?;
        Ok(Self { time: Timestamp::from_second(seconds.trim().parse()?)?, is_released: false })
    }

    fn date(&self) -> String {
        self.time.strftime("%Y-%m-%d").to_string()
    }
}

/// AppStream data with this version as their release.
pub fn metainfo(day: &Day) -> Result<String> {
    let kind = if day.is_released { "stable" } else { "development" };
    let releases = format!(
        "<releases>\n    <release version=\"{VERSION}\" date=\"{}\" type=\"{kind}\"/>\n  </releases>",
        day.date()
    );
    fill(include_str!("files/ru.probonus.office.metainfo.xml"), &[("<releases/>", &releases)])
}

/// The page of the manual.
pub fn manual(day: &Day) -> Result<String> {
    fill(include_str!("files/probonus-office.1"), &[("@VERSION@", VERSION), ("@DATE@", &day.date())])
}

/// Debian's changelog: one entry, for what is new is told in the program's own changelog.
pub fn changelog(day: &Day) -> String {
    let time = day.time.strftime("%a, %d %b %Y %H:%M:%S +0000");
    format!(
        "probonus-office ({VERSION}) unstable; urgency=medium\n\n  * Version {VERSION}. CHANGELOG.md of the program tells what is \
         new.\n\n -- {MAINTAINER}  {time}\n"
    )
}

/// Debian's copyright file. An empty line of a licence is a point there.
pub fn copyright() -> Result<String> {
    let licence = fs::read_to_string(run::root().join("LICENSE-MIT")).context("LICENSE-MIT")?.replace("\r\n", "\n");
    let (_, body) = licence.split_once("contributors\n").context("LICENSE-MIT names no holder")?;
    let line = |line: &str| if line.is_empty() { " .".to_owned() } else { format!(" {line}") };
    let body: Vec<String> = body.trim().lines().map(line).collect();
    fill(include_str!("files/copyright"), &[("@MIT@", &body.join("\n"))])
}

fn fill(text: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut text = text.to_owned();
    for (name, value) in values {
        ensure!(text.contains(name), "a text of the package has no {name}");
        text = text.replace(name, value);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(is_released: bool) -> Day {
        Day { time: "2026-12-01T00:00:00Z".parse().unwrap(), is_released }
    }

    #[test]
    fn texts_carry_version_and_day() {
        let release = format!("<release version=\"{VERSION}\" date=\"2026-12-01\" type=\"stable\"/>");
        assert!(metainfo(&day(true)).unwrap().contains(&release));
        assert!(metainfo(&day(false)).unwrap().contains("type=\"development\""));
        assert!(manual(&day(true)).unwrap().starts_with(".TH PROBONUS-OFFICE 1 \"2026-12-01\""));
        assert!(changelog(&day(true)).ends_with(">  Tue, 01 Dec 2026 00:00:00 +0000\n"));
    }

    #[test]
    fn the_licence_stands_in_the_copyright_as_debian_wants_it() {
        let text = copyright().unwrap();
        assert!(text.contains("\n Permission is hereby granted"), "{text}");
        assert!(text.lines().all(|line| line != " "), "an empty line is a point");
        assert!(!text.contains('@'));
    }
}
