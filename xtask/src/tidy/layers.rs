//! Who imports whom inside a crate: never upward, and never in a circle.

use std::collections::BTreeSet;

use super::{
    breach::Breach,
    rust::graph::{Use, circles, crates},
};
use crate::house::House;

/// The floors of a room, the lowest first. Those of one line may import each other.
struct Floors {
    /// The folder whose files and folders they are.
    folder: &'static str,
    floors: &'static [&'static [&'static str]],
}

const FLOORS: &[Floors] = &[
    Floors {
        folder: "crates/office/src/",
        floors: &[
            &["model"],
            &["journal"],
            &["core"],
            &["ledger"],
            &["verify"],
            &["prepare"],
            &["reconcile"],
            &["send"],
            &["office"],
        ],
    },
    Floors {
        folder: "src-tauri/src/",
        floors: &[&["shape"], &["error"], &["form", "view"], &["app"], &["commands", "events"], &["shell", "dev"]],
    },
];

/// Imports from a lower floor of a higher one.
pub fn nothing_imports_upward(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for one in all_uses(house) {
        let is_upward = FLOORS.iter().any(|floors| match (floor(floors, &one.from), floor(floors, &one.to)) {
            (Some(from), Some(to)) => from < to,
            _ => false,
        });
        if is_upward {
            breaches.push(format!("{}:{}: `{}` is on a floor above ({})", one.from, one.line, one.by, one.to));
        }
    }
    breaches
}

/// Circles of files.
pub fn no_circles(house: &House) -> Vec<Breach> {
    let uses = all_uses(house);
    let tell = |circle: &BTreeSet<String>| {
        let within = uses.iter().filter(|one| circle.contains(&one.from) && circle.contains(&one.to));
        let within = within.map(|one| format!("\n             {}:{}: {}", one.from, one.line, one.by));
        format!("{} files use each other:{}", circle.len(), within.collect::<String>())
    };
    circles(&uses).iter().map(tell).collect()
}

fn all_uses(house: &House) -> Vec<Use> {
    crates(house).iter().flat_map(super::rust::graph::Crate::uses).collect()
}

/// The number of a file's floor, from the lowest.
fn floor(floors: &Floors, path: &str) -> Option<usize> {
    let below = path.strip_prefix(floors.folder)?;
    let name = below.split('/').next()?.trim_end_matches(".rs");
    floors.floors.iter().position(|floor| floor.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::File;

    fn house(files: &[(&str, &str)]) -> House {
        let file = |&(path, text): &(&str, &str)| File { path: path.to_owned(), text: text.to_owned() };
        House { files: files.iter().map(file).collect() }
    }

    #[test]
    fn an_upward_import_is_caught_and_a_downward_one_is_not() {
        let root = ("crates/office/src/lib.rs", "mod model; mod send; mod ledger;");
        let model = |text| ("crates/office/src/model/mod.rs", text);
        let send = |text| ("crates/office/src/send/mod.rs", text);
        let down = [root, model("pub struct Operation;"), send("use crate::model::Operation; pub fn send() {}")];
        assert!(nothing_imports_upward(&house(&down)).is_empty());
        let up = [root, model("pub fn f() { crate::send::send() }"), send("pub fn send() {}")];
        assert_eq!(nothing_imports_upward(&house(&up)).len(), 1);
    }

    #[test]
    fn the_shell_has_floors_too() {
        let files = [
            ("src-tauri/src/lib.rs", "mod error; mod view;"),
            ("src-tauri/src/error/mod.rs", "use crate::view::Halt;"),
            ("src-tauri/src/view/mod.rs", "pub struct Halt;"),
        ];
        assert_eq!(nothing_imports_upward(&house(&files)).len(), 1);
    }

    #[test]
    fn a_circle_is_caught_in_any_crate() {
        let files = [
            ("crates/probonus/src/lib.rs", "mod codec;"),
            ("crates/probonus/src/codec/mod.rs", "mod encode; mod place;"),
            ("crates/probonus/src/codec/encode.rs", "use super::place::Place; pub struct Encode;"),
            ("crates/probonus/src/codec/place.rs", "pub struct Place(super::encode::Encode);"),
        ];
        let found = no_circles(&house(&files));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("codec/encode.rs:1"), "{found:?}");
    }

    #[test]
    fn a_circle_behind_re_exports_is_caught_and_none_is_invented() {
        let root = ("a/src/lib.rs", "mod x; mod y;");
        let hidden = [
            root,
            ("a/src/x/mod.rs", "mod inner; pub use inner::X;"),
            ("a/src/x/inner.rs", "use crate::y::Y; pub struct X(Y);"),
            ("a/src/y/mod.rs", "mod inner; pub use inner::Y;"),
            ("a/src/y/inner.rs", "use crate::x::X; pub struct Y(X);"),
        ];
        assert_eq!(no_circles(&house(&hidden)).len(), 1);
        let invented = [
            root,
            ("a/src/x/mod.rs", "mod one; mod two; pub use one::One; pub use two::Two;"),
            ("a/src/x/one.rs", "pub struct One;"),
            ("a/src/x/two.rs", "use super::One; pub struct Two(One);"),
            ("a/src/y.rs", "use crate::x::{One, Two};"),
        ];
        assert!(no_circles(&house(&invented)).is_empty());
    }
}
