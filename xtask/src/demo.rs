//! The program against its own training server: in front of a person, or walking through the main job by itself.

use anyhow::Result;

use crate::{display, run, setup, test};

/// Opens the program; without a display, or when asked, has it driven through the main job.
pub fn run(headless: bool) -> Result<()> {
    let alone = headless || !display::present();
    setup::run(if alone { setup::For::Desktop } else { setup::For::Build })?;
    build()?;
    if alone {
        println!("No display here: the program goes through the main job by itself.");
        return tour("demo", &run::artifacts("demo"));
    }
    let home = run::target().join("demo");
    println!("The program opens against its training server; its data is in {}", home.display());
    run::run(run::command(run::built("probonus-office")).arg("--training").env("PROBONUS_OFFICE_HOME", home))
}

/// Builds the page, and then every program of the workspace with the page inside.
pub fn build() -> Result<()> {
    run::run(run::npm().args(["run", "--silent", "build"]))?;
    run::run(test::workspace("build").arg("--bins"))
}

/// Has the real window driven through a walk, and its screenshots left in a folder. Other pictures stay there: those of the installer
/// in the guide are taken under Wine.
pub fn tour(walk: &str, folder: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut tour = run::command(run::built("tour"));
    run::run(tour.arg(walk).arg(folder))?;
    println!("Screenshots: {}", folder.display());
    Ok(())
}
