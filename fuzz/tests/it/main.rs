//! The inputs that were kept, played again: seeds, and everything that once broke a target.
#![allow(clippy::unwrap_used, reason = "a test that can't read its inputs fails")]

use std::{fs, path::Path};

use probonus_fuzz::{TARGETS, Target, run};
use probonus_sandbox::Dialect;

fn target(name: &str) -> Target {
    TARGETS.iter().find(|(known, _)| *known == name).unwrap().1
}

/// Plays every file of `seeds/<name>` and `kept/<name>`.
fn play(name: &str) {
    let mut count = 0;
    for folder in ["seeds", "kept"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
        let Ok(files) = fs::read_dir(folder) else { continue };
        for file in files {
            let path = file.unwrap().path();
            let data = fs::read(&path).unwrap();
            let played = std::panic::catch_unwind(|| run(target(name), &data));
            assert!(played.is_ok(), "broken by {}", path.display());
            count += 1;
        }
    }
    assert!(count >= 5, "{name} has {count} inputs");
}

#[test]
fn kept_documents() {
    play("swagger");
}

#[test]
fn kept_answers() {
    play("answer");
}

#[test]
fn kept_sums() {
    play("kopecks");
}

#[test]
fn kept_phones() {
    play("phone");
}

/// Whole documents are too large to mutate well, and stand here: each dialect's, and cut off at many places.
#[test]
fn documents_of_the_dialects_whole_and_cut_off() {
    for dialect in Dialect::named().into_iter().chain((0..4).map(Dialect::random)) {
        let Some(document) = dialect.document() else { continue };
        let text = document.to_string();
        run(target("swagger"), text.as_bytes());
        for part in 1..4 {
            let cut = text.len() * part / 4;
            run(target("swagger"), &text.as_bytes()[..cut]);
        }
    }
}
