//! The laws of the house, checked. Each law is a function from what it looks at to what it found; beside each stands a
//! test with a bad example, so that a law that catches nothing is found out.

mod breach;
mod dependencies;
mod docs;
mod functions;
mod glossary;
mod layers;
mod members;
mod page;
mod rust;
mod security;
mod sources;
mod supply;
mod version;
mod workflows;

use anyhow::{Result, bail};

use self::breach::Breach;
use crate::{house::House, run};

/// A law's name and the function that finds its breaches in the files.
type Law = (&'static str, fn(&House) -> Vec<Breach>);

const LAWS: &[Law] = &[
    ("every member of the workspace says what it is for", members::purposes),
    ("every member obeys the workspace's lints and carries its licence", members::manners),
    ("the bans are in force, with reasons", members::bans),
    ("only the shell depends on Tauri", dependencies::only_the_shell_knows_tauri),
    ("the sandbox and the client share nothing", dependencies::sandbox_stands_alone),
    ("nothing imports a floor above its own", layers::nothing_imports_upward),
    ("no files use each other in a circle", layers::no_circles),
    ("only ui/src/lib/backend knows the program's commands", page::one_door_to_the_backend),
    ("no text in components", page::no_text_in_components),
    ("the page loads nothing from a network", page::nothing_from_a_network),
    ("no floats in the protocol and the office", sources::no_floats),
    ("no file outgrows a reader", sources::short_files),
    ("no function outgrows a screen", functions::short_functions),
    ("nothing is left for later", sources::nothing_left_for_later),
    ("no test is skipped", sources::no_test_is_skipped),
    ("no doc test, which no step would run", sources::no_doc_tests),
    ("no path of somebody's machine", sources::no_machine_paths),
    ("the window's policy is strict", security::strict_policy),
    ("capabilities name what they allow", security::named_capabilities),
    ("the version stands in one place", version::in_one_place),
    ("the hosted workflows are sound", workflows::sound),
    ("links in the docs lead somewhere", docs::links_resolve),
    ("the code map leads to every room", docs::code_map_is_true),
    ("the glossary's words are the code's words", docs::glossary_is_true),
    ("every public type is named by a word of the glossary", glossary::types_are_in_the_glossary),
    ("every entry of the glossary is used", glossary::entries_are_used),
    ("words that the glossary avoids name nothing in the code", docs::avoided_words),
];

/// Checks every law; all breaches are shown before it fails.
pub fn run() -> Result<()> {
    let house = House::read(&run::root())?;
    let mut breaches = 0;
    let mut tell = |name: &str, found: Vec<Breach>| {
        println!("{} {name}", if found.is_empty() { "ok    " } else { "BROKEN" });
        for breach in &found {
            println!("         {breach}");
        }
        breaches += found.len();
    };
    for (name, law) in LAWS {
        tell(name, law(&house));
    }
    tell("the office's own tree has no HTTP and no Tauri", dependencies::office_knows_no_http()?);
    tell(
        "tests and programs share one build of every dependency",
        dependencies::tests_and_programs_share_their_build()?,
    );
    for (name, found) in supply::laws(&house)? {
        tell(name, found);
    }
    if breaches > 0 {
        bail!("{breaches} breaches of the laws of the house");
    }
    Ok(())
}
