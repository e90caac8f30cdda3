//! The life of an installation, played under Wine: installed, started without a web view, upgraded over the journal of a
//! former version while it runs, not downgraded, removed. Each step looks at what is there afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    installer, place,
    place::{LOADER, PROGRAM, VERSION},
    sign::Signer,
    wine::Machine,
};
use crate::run;

/// A version before every one of ours.
const FORMER: &str = "0.0.1";

const IDENTIFIER: &str = "ru.probonus.office";
const UNINSTALL_KEY: &str = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\ru.probonus.office";
/// As the installer and the program name them.
const MUTEX: &str = "Local\\ru.probonus.office.running";
const CLASS: &str = "ProBonusOffice";
const END: &str = "Local\\ru.probonus.office.end";
const RUN_KEY: &str = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run";
const TITLE: &str = "ProBonus Office";

/// What the installer and the program end with.
const STILL_RUNNING: i32 = 3;
const NEWER_INSTALLED: i32 = 4;
const NO_WEB_VIEW: i32 = 4;
/// What the stand-in of the running program ends with once it was asked to close.
const CLOSED_WHEN_ASKED: i32 = 7;

/// Numbers of buttons; the first one is OK, and Next in the installer.
const OK: &str = "1";
const YES: &str = "6";
const NO: &str = "7";

const INSTALLED: &[&str] =
    &["LICENSE-APACHE.txt", "LICENSE-MIT.txt", "THIRD-PARTY.txt", LOADER, PROGRAM, "uninstall.exe"];

/// A release that was release.
pub struct Release {
    /// The folder with the files that are installed, signed.
    pub files: PathBuf,
    pub installer: PathBuf,
    pub signer: Signer,
}

/// Where things are, and the installers of two versions.
struct Scene<'a> {
    machine: &'a Machine,
    former: PathBuf,
    present: &'a Path,
    program_folder: PathBuf,
    data: PathBuf,
    menu: PathBuf,
    desktop: PathBuf,
}

/// What must hold, and the step that shows it.
type Step<'a> = (&'static str, fn(&Scene<'a>) -> Result<()>);

/// Plays all steps; the first thing that is not as it should be is an error.
pub fn run<'a>(machine: &'a Machine, release: &'a Release) -> Result<()> {
    let home = machine.home()?;
    let former = place::work("former")?.join("former-setup.exe");
    installer::make(FORMER, &release.files, &former, &release.signer)?;
    let shortcut = format!("{TITLE}.lnk");
    let scene = Scene {
        machine,
        former,
        present: &release.installer,
        program_folder: home.join("AppData/Local/Programs").join(TITLE),
        data: home.join("AppData/Local").join(IDENTIFIER),
        menu: home.join("AppData/Roaming/Microsoft/Windows/Start Menu/Programs").join(&shortcut),
        desktop: home.join("Desktop").join(&shortcut),
    };
    let steps: [Step<'a>; 10] = [
        ("installed without a word, for one user", Scene::installs),
        ("without a web view the program says what to do", Scene::starts_without_web_view),
        ("a program that does not end is not replaced", Scene::waits_in_vain),
        ("a program that is finishing is waited for, then replaced; the data stay", Scene::upgrades),
        ("a program whose cross only hides it is ended too", Scene::upgrades_from_the_tray),
        ("an older version is refused", Scene::refuses_downgrade),
        ("the updater's flags start the program again, with its arguments", Scene::starts_again),
        ("by hand: the web view is offered; without a network the installer says where it is", Scene::offers_web_view),
        ("removed; journal, settings and foreign files stay", Scene::uninstalls),
        ("removed with the settings, by hand; the journal stays", Scene::deletes_settings),
    ];
    for (what, step) in steps {
        step(&scene).with_context(|| format!("not so: {what}"))?;
        println!("  ok  {what}");
    }
    Ok(())
}

impl Scene<'_> {
    fn installs(&self) -> Result<()> {
        self.setup(&self.former, &["/S", "/DESKTOP"], 0)?;
        self.is_installed(FORMER)?;
        ensure!(self.desktop.is_file(), "no icon on the desktop");
        self.machine.complete(&self.program_folder)?;
        self.put_data()
    }

    /// A journal that a program of schema 3 left, and what else lies beside it.
    fn put_data(&self) -> Result<()> {
        for folder in ["live/backups", "logs"] {
            fs::create_dir_all(self.data.join(folder))?;
        }
        let kept = run::root().join("crates/office/tests/data/journal-v3.sqlite");
        for name in ["live/journal.db", "live/backups/journal-2026-11-27.db"] {
            place::copy(&kept, &self.data.join(name))?;
        }
        fs::write(self.data.join("settings.json"), "{\"office\": {}}")?;
        fs::write(self.program_folder.join("заметки.txt"), "моё")?;
        Ok(())
    }

    fn starts_without_web_view(&self) -> Result<()> {
        let program = self.start(&[])?;
        let words = self.read_box()?;
        for expected in ["WebView2", "Журнал операций и настройки в порядке", "developer.microsoft.com"]
        {
            ensure!(words.contains(expected), "the box does not say {expected}: {words}");
        }
        self.press_no()?;
        ends_with(program, NO_WEB_VIEW)
    }

    fn waits_in_vain(&self) -> Result<()> {
        let program = self.start(&[])?;
        self.read_box()?;
        self.setup(self.present, &["/S", "/WAIT=2"], STILL_RUNNING)?;
        self.is_installed(FORMER)?;
        self.press_no()?;
        ends_with(program, NO_WEB_VIEW)
    }

    fn upgrades(&self) -> Result<()> {
        let before = self.data_files()?;
        fs::remove_file(&self.desktop)?;
        self.replaces_a_running(&[MUTEX, CLASS, "3"])?;
        ensure!(!self.desktop.exists(), "an icon that the user deleted came back");
        ensure!(self.data_files()? == before, "the data are not what they were");
        Ok(())
    }

    fn upgrades_from_the_tray(&self) -> Result<()> {
        self.replaces_a_running(&[MUTEX, CLASS, "1", END])
    }

    /// Lets the stand-in run in the program's place, and installs over it.
    fn replaces_a_running(&self, stand_in: &[&str]) -> Result<()> {
        let aside = self.program_folder.join("aside.exe");
        let program = self.program_folder.join(PROGRAM);
        fs::rename(&program, &aside)?;
        place::copy(&self.machine.tool("stand_in.exe"), &program)?;
        let running = self.start(stand_in)?;
        self.setup(self.present, &["/S", "/UPDATE"], 0)?;
        ends_with(running, CLOSED_WHEN_ASKED)?;
        ensure!(fs::read(&program)? == fs::read(&aside)?, "the program was not replaced");
        fs::remove_file(aside)?;
        self.is_installed(VERSION)
    }

    fn refuses_downgrade(&self) -> Result<()> {
        self.setup(&self.former, &["/S"], NEWER_INSTALLED)?;
        self.is_installed(VERSION)
    }

    fn starts_again(&self) -> Result<()> {
        self.setup(self.present, &["/P", "/UPDATE", "/R", "/ARGS", "--training", "/DESKTOP"], 0)?;
        self.read_box()?;
        let started = processes()?.into_iter().find(|words| words.first().is_some_and(|word| word.ends_with(PROGRAM)));
        let words = started.context("the program was not started")?;
        ensure!(words.get(1..) == Some(&["--training".to_owned(), "/DESKTOP".to_owned()]), "started as {words:?}");
        ensure!(!self.desktop.exists(), "a flag of the program was taken for one of the installer");
        self.press_no()?;
        self.machine.settle()
    }

    fn offers_web_view(&self) -> Result<()> {
        const SETUP: &str = "ProBonus Office Setup";
        self.no_network()?;
        let installer = self.machine.program(self.present).spawn().context("can't start the installer")?;
        self.read(SETUP, "administrator rights")?;
        self.press(SETUP, "administrator rights", OK)?;
        self.read(SETUP, "Download it from Microsoft")?;
        self.press(SETUP, "Download it from Microsoft", YES)?;
        let words = self.read(SETUP, "could not be installed")?;
        ensure!(words.contains("https://developer.microsoft.com"), "it does not say where: {words}");
        self.press(SETUP, "could not be installed", OK)?;
        self.read(SETUP, "Open ProBonus Office")?;
        self.press(SETUP, "Open ProBonus Office", OK)?;
        self.read_box().context("the last page does not start the program")?;
        self.press_no()?;
        ensure!(self.desktop.is_file(), "the last page makes no icon");
        ends_with(installer, 0)?;
        self.machine.settle()
    }

    /// Sends everything to a proxy that is not there.
    fn no_network(&self) -> Result<()> {
        let key = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings";
        for (name, kind, value) in [("ProxyEnable", "REG_DWORD", "1"), ("ProxyServer", "REG_SZ", "127.0.0.1:9")] {
            let mut add = self.machine.system("reg");
            self.machine.run(add.args(["add", key, "/f", "/v", name, "/t", kind, "/d", value]))?;
        }
        Ok(())
    }

    fn uninstalls(&self) -> Result<()> {
        let before = self.data_files()?;
        fs::remove_file(self.program_folder.join("bcryptprimitives.dll"))?;
        let installed = self.machine.windows_path(&self.program_folder.join(PROGRAM))?;
        self.opens_at_sign_in(&installed)?;
        self.machine.run(self.machine.program(&self.program_folder.join("uninstall.exe")).arg("/S"))?;
        self.machine.settle()?;
        ensure!(
            names(&self.program_folder)? == BTreeSet::from(["заметки.txt".to_owned()]),
            "not all and only ours was removed"
        );
        ensure!(!self.menu.exists(), "the entry of the start menu is still there");
        let mut query = self.machine.system("reg");
        ensure!(!query.args(["query", UNINSTALL_KEY]).output()?.status.success(), "the entry in Apps is still there");
        ensure!(!self.has_sign_in()?, "the system still opens what is gone");
        ensure!(self.data_files()? == before, "the data are not what they were");
        Ok(())
    }

    /// Writes an entry of the sign-in, as the program does.
    fn opens_at_sign_in(&self, program: &str) -> Result<()> {
        let command = format!("\"{program}\" --at-sign-in");
        let mut add = self.machine.system("reg");
        self.machine.run(add.args(["add", RUN_KEY, "/f", "/v", IDENTIFIER, "/t", "REG_SZ", "/d", &command]))
    }

    fn has_sign_in(&self) -> Result<bool> {
        Ok(self.machine.system("reg").args(["query", RUN_KEY, "/v", IDENTIFIER]).output()?.status.success())
    }

    fn deletes_settings(&self) -> Result<()> {
        const UNINSTALL: &str = "ProBonus Office Uninstall";
        self.setup(self.present, &["/S"], 0)?;
        self.opens_at_sign_in(r"C:\portable\probonus-office.exe")?;
        // It goes on as a copy of itself in another place, so its end tells nothing.
        let mut uninstaller = self.machine.program(&self.program_folder.join("uninstall.exe"));
        uninstaller.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        self.read(UNINSTALL, "Delete settings")?;
        self.machine.run(self.look().args(["tick", UNINSTALL, "Delete settings", "Delete settings"]))?;
        self.press(UNINSTALL, "Delete settings", OK)?;
        self.read(UNINSTALL, "has been uninstalled")?;
        self.press(UNINSTALL, "has been uninstalled", OK)?;
        self.machine.settle()?;
        ensure!(names(&self.data)? == BTreeSet::from(["live".to_owned()]), "{:?} is left", names(&self.data)?);
        ensure!(self.has_sign_in()?, "the entry of a portable copy is gone");
        let kept = run::root().join("crates/office/tests/data/journal-v3.sqlite");
        for name in ["live/journal.db", "live/backups/journal-2026-11-27.db"] {
            ensure!(fs::read(self.data.join(name))? == fs::read(&kept)?, "{name} is not what it was");
        }
        Ok(())
    }

    /// Files, entry in the start menu and entry in "Apps" of a version.
    fn is_installed(&self, version: &str) -> Result<()> {
        let there = names(&self.program_folder)?;
        for name in INSTALLED {
            ensure!(there.contains(*name), "{name} is not there, but {there:?}");
        }
        ensure!(self.menu.is_file(), "no entry in the start menu");
        for (value, expected) in [
            ("DisplayVersion", version),
            ("DisplayName", TITLE),
            ("Publisher", "ProBonus Office contributors"),
            ("QuietUninstallString", "uninstall.exe\" /S"),
        ] {
            let mut query = self.machine.system("reg");
            let told = run::read(query.args(["query", UNINSTALL_KEY, "/v", value]))?;
            ensure!(told.trim_end().ends_with(expected), "{value} is {}", told.trim());
        }
        Ok(())
    }

    /// Runs an installer to its end.
    fn setup(&self, installer: &Path, flags: &[&str], code: i32) -> Result<()> {
        let status =
            self.machine.program(installer).args(flags).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        ensure!(
            status.code() == Some(code),
            "{} {} ended with {status}, not {code}",
            installer.display(),
            flags.join(" ")
        );
        Ok(())
    }

    /// Starts the installed program.
    fn start(&self, arguments: &[&str]) -> Result<Child> {
        let mut program = self.machine.program(&self.program_folder.join(PROGRAM));
        program.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        program.spawn().context("can't start the program")
    }

    /// Waits for the box of a program without a web view, and reads it.
    fn read_box(&self) -> Result<String> {
        self.read(TITLE, "WebView2")
    }

    fn press_no(&self) -> Result<()> {
        self.press(TITLE, "WebView2", NO)
    }

    /// Waits for the window of this title that shows the word, and reads it.
    fn read(&self, title: &str, word: &str) -> Result<String> {
        run::read(self.look().args(["read", title, word, "60"])).with_context(|| format!("no window says {word}"))
    }

    fn press(&self, title: &str, word: &str, button: &str) -> Result<()> {
        self.machine.run(self.look().args(["press", title, word, button]))
    }

    fn look(&self) -> Command {
        self.machine.program(&self.machine.tool("box.exe"))
    }

    /// Every file of the data folder with its bytes.
    fn data_files(&self) -> Result<BTreeSet<(PathBuf, Vec<u8>)>> {
        let mut files = BTreeSet::new();
        let mut folders = vec![self.data.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).with_context(|| format!("{} is gone", folder.display()))? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path)?;
                    files.insert((path, bytes));
                }
            }
        }
        ensure!(files.len() >= 3, "the data folder lost files");
        Ok(files)
    }
}

fn ends_with(mut program: Child, code: i32) -> Result<()> {
    let status = program.wait()?;
    if status.code() == Some(code) { Ok(()) } else { bail!("the program ended with {status}, not {code}") }
}

fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} is not there", folder.display()))?;
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// The words of every process of this machine.
fn processes() -> Result<Vec<Vec<String>>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        // A process may have ended meanwhile.
        let Ok(line) = fs::read_to_string(entry?.path().join("cmdline")) else { continue };
        found.push(line.split('\0').filter(|word| !word.is_empty()).map(str::to_owned).collect());
    }
    Ok(found)
}
