//! The tests of the rooms that have no window, run as Windows programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{cross, place, place::LOADER, wine::Machine};
use crate::{run, test::Count};

/// Packages whose tests are run, by folder.
const PACKAGES: &[&str] =
    &["crates/contract", "crates/swagger", "crates/probonus", "crates/office", "crates/sandbox", "src-tauri"];

/// The rooms that write files; their tests are run a second time in a folder that is hard to name.
const WRITING: &[&str] = &["crates/office", "src-tauri"];

/// Cyrillic letters, spaces, and so long that what a test makes inside has more than 260 characters. The folder itself must
/// have fewer: Windows tells no longer one to a program that asks for the place of temporary files.
const HARD_FOLDER: &str = "Касса ресторана «Берёза» на Ленинградском проспекте\\Документы бухгалтерии за две тысячи двадцать шестой год\\\
                           Журнал операций с бонусами гостей и его копии\\Проверка длинных имён папок, номер первый из тех имён, что гораздо длиннее обычных имён";

/// Wine asks for the revocation list of a certificate before it asks whether the authority is trusted. An authority of the tests has no
/// such list, so Wine says "revocation can't be checked" (0x800B010E) in place of "not trusted" (0x800B0109).
const REVOCATION_FIRST: &str = "Wine asks for a revocation list before it asks for trust";

/// Tests that Wine can't run: the program, the test, the reason. On a real Windows they run, in the hosted workflow.
const NOT_UNDER_WINE: [(&str, &str, &str); 5] = [
    (
        "crates/probonus: it",
        "client::tls::a_certificate_of_the_offices_own_authority_is_good_once_it_is_named",
        REVOCATION_FIRST,
    ),
    (
        "crates/probonus: it",
        "client::files::an_authority_of_the_office_vouches_for_the_server_of_files_too",
        REVOCATION_FIRST,
    ),
    ("crates/probonus: it", "client::proxy::the_systems_proxy_is_honoured", REVOCATION_FIRST),
    (
        "src-tauri: probonus_office",
        "app::tests::network::an_authority_of_the_office_is_trusted_once_it_is_added_and_no_longer_when_it_is_removed",
        REVOCATION_FIRST,
    ),
    (
        "src-tauri: probonus_office",
        "app::tests::update::an_update_takes_the_programs_own_way_through_the_proxy_and_by_its_authority",
        REVOCATION_FIRST,
    ),
];

/// A test program, and the folder of its package.
struct TestProgram {
    name: String,
    path: PathBuf,
    folder: String,
}

/// Builds the tests, runs them, and fails if one does or if there were none. With `only`, those of these packages.
pub fn run(machine: &Machine, only: &[String]) -> Result<()> {
    let programs = build(&chosen(only)?)?;
    let built = cross::built("debug");
    let deps = built.join("deps");
    // Tests start programs of their own packages, which lie one folder higher.
    machine.complete(&deps)?;
    machine.complete(&built)?;
    place::copy(&built.join(LOADER), &deps.join(LOADER))?;

    let mut failed = Vec::new();
    let mut all = Count::NONE;
    let mut play = |program: &TestProgram, place: &str| -> Result<()> {
        let count = play(machine, program)?;
        println!("{:>6} passed {:>4} failed  {} ({place})", count.passed, count.failed, program.name);
        all += count;
        if count.failed > 0 || count == Count::NONE {
            failed.push(format!("{} ({place})", program.name));
        }
        Ok(())
    };
    for program in &programs {
        play(program, "usual folder")?;
    }
    temporary_files_in(machine, HARD_FOLDER)?;
    for program in programs.iter().filter(|program| WRITING.contains(&program.folder.as_str())) {
        play(program, "long Cyrillic folder")?;
    }
    println!("{} tests passed as Windows programs, {} failed", all.passed, all.failed);
    if failed.is_empty() { Ok(()) } else { bail!("failed under Wine: {}", failed.join(", ")) }
}

/// The packages whose folders are named; all of them if none is.
fn chosen(only: &[String]) -> Result<Vec<&'static str>> {
    if let Some(unknown) = only.iter().find(|folder| !PACKAGES.contains(&folder.as_str())) {
        bail!("{unknown} is none of {}", PACKAGES.join(", "));
    }
    let is_chosen = |folder: &str| only.is_empty() || only.iter().any(|named| named == folder);
    Ok(PACKAGES.iter().copied().filter(|folder| is_chosen(folder)).collect())
}

/// Builds the test programs of these packages.
fn build(packages: &[&str]) -> Result<Vec<TestProgram>> {
    cross::prepare()?;
    let mut cargo = cross::cargo("test");
    cargo.args(["--no-run", "--message-format=json-render-diagnostics", "--lib", "--tests"]);
    for folder in packages {
        cargo.args(["--package", &name_of(folder)?]);
    }
    println!("$ {}", run::show(&cargo));
    let messages = run::read(&mut cargo)?;
    let root = run::root();
    let programs = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let programs: Vec<TestProgram> = programs.filter_map(|message| test_program(&message, &root)).collect();
    for folder in packages {
        if !programs.iter().any(|program| program.folder == *folder) {
            bail!("{folder} has no test program");
        }
    }
    Ok(programs)
}

/// The name of the package in a folder, e.g. `probonus-contract` in `crates/contract`. Cargo takes the last word of a path for the
/// name, so a path alone finds no such package.
fn name_of(folder: &str) -> Result<String> {
    let path = run::root().join(folder).join("Cargo.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} is not there", path.display()))?;
    let name =
        text.parse::<toml::Table>()?.get("package").and_then(|package| Some(package.get("name")?.as_str()?.to_owned()));
    name.with_context(|| format!("{} names no package", path.display()))
}

/// The test program that a message of cargo tells of.
fn test_program(message: &Value, root: &Path) -> Option<TestProgram> {
    if message["profile"]["test"] != true {
        return None;
    }
    let path = PathBuf::from(message["executable"].as_str()?);
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?.strip_prefix(root).ok()?;
    let folder = folder.to_string_lossy().into_owned();
    let name = format!("{folder}: {}", message["target"]["name"].as_str()?);
    Some(TestProgram { name, path, folder })
}

/// Runs a test program in the folder of its package, as `cargo test` does, without what Wine can't run. What it prints lies in the
/// artifacts, and is shown if a test fails.
fn play(machine: &Machine, program: &TestProgram) -> Result<Count> {
    let mut command = machine.program(&program.path);
    let left_out: Vec<_> = NOT_UNDER_WINE.iter().filter(|(of, ..)| *of == program.name).collect();
    for (_, test, why) in &left_out {
        println!("       left out: {test} ({why})");
        command.args(["--skip", test]);
    }
    command.current_dir(run::root().join(&program.folder)).stdin(Stdio::null());
    let output = command.output().with_context(|| format!("can't start {}", program.path.display()))?;
    let words = String::from_utf8_lossy(&output.stdout);
    let artifacts = run::artifacts("windows");
    fs::create_dir_all(&artifacts)?;
    let log = program.name.replace(['/', ':', ' '], "-");
    fs::write(artifacts.join(format!("{log}.log")), [&*output.stdout, &*output.stderr].concat())?;
    let mut count = words.lines().map(Count::of).fold(Count::NONE, |mut sum, count| {
        sum += count;
        sum
    });
    if filtered_out(&words) != left_out.len() {
        bail!("{} has not the tests that Wine can't run, each once: {words}", program.name);
    }
    if !output.status.success() {
        println!("{words}\n{}", String::from_utf8_lossy(&output.stderr));
        // A program that broke off before its last line.
        count.failed = count.failed.max(1);
    }
    Ok(count)
}

/// How many tests a program has left out, as its last line says: `0 measured; 3 filtered out;`.
fn filtered_out(words: &str) -> usize {
    let told = words.lines().filter(|line| line.starts_with("test result:")).flat_map(|line| line.split("; "));
    told.filter_map(|part| part.strip_suffix(" filtered out")?.parse::<usize>().ok()).sum()
}

/// From now on, programs make their temporary files in this folder of drive C.
fn temporary_files_in(machine: &Machine, folder: &str) -> Result<()> {
    let place = folder.split('\\').fold(machine.drive(), |place, name| place.join(name));
    fs::create_dir_all(&place)?;
    for name in ["TEMP", "TMP"] {
        let mut add = machine.system("reg");
        add.args(["add", "HKCU\\Environment", "/f", "/v", name, "/d"]).arg(format!("C:\\{folder}"));
        machine.run(&mut add)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_name_every_package_is_chosen_and_an_unknown_name_is_refused() {
        assert_eq!(chosen(&[]).unwrap(), PACKAGES);
        assert_eq!(chosen(&["crates/office".to_owned()]).unwrap(), ["crates/office"]);
        assert!(chosen(&["office".to_owned()]).unwrap_err().to_string().contains("src-tauri"));
    }

    #[test]
    fn a_package_is_asked_for_by_its_own_name_whatever_its_folder_is_called() {
        assert_eq!(name_of("crates/contract").unwrap(), "probonus-contract");
        for folder in PACKAGES {
            name_of(folder).unwrap();
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let words = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 1s\n";
        assert_eq!((filtered_out(words), filtered_out("test result: FAILED")), (3, 0));
        for (program, ..) in NOT_UNDER_WINE {
            assert!(PACKAGES.iter().any(|folder| program.starts_with(&format!("{folder}: "))), "{program}");
        }
    }

    #[test]
    fn files_in_the_hard_folder_have_more_than_260_characters_and_it_has_fewer() {
        let folder = format!("C:\\{HARD_FOLDER}").chars().count();
        assert!((230..248).contains(&folder), "{folder}");
        assert!(format!("C:\\{HARD_FOLDER}\\.tmpAbCdEf\\journal.db").chars().count() > 260);
    }
}
