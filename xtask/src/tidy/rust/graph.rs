//! Which file of a crate uses which. A use leads to the file that declares the item, however many re-exports lie between;
//! a declaration of a module and a re-export alone are no use.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;
use crate::house::{File, House};

/// A module's path from the root of its crate.
type Module = Vec<String>;

/// How many re-exports a name may pass.
const HOPS: usize = 8;

/// The files of one crate: a library, a program or an integration test.
pub struct Crate {
    /// Each module's file and what it says.
    modules: BTreeMap<Module, (String, Source)>,
}

/// That a file uses another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    pub from: String,
    pub to: String,
    /// Where in `from`.
    pub line: usize,
    /// By which path.
    pub by: String,
}

/// Every crate of the house, by its root file.
pub fn crates(house: &House) -> Vec<Crate> {
    let rust: Vec<&File> = house.files.iter().filter(|file| file.path.ends_with(".rs")).collect();
    let is_root = |path: &str| path.ends_with("/lib.rs") || path.ends_with("/main.rs") || path.contains("/src/bin/");
    let roots = rust.iter().filter(|file| is_root(&file.path));
    roots.map(|root| Crate::read(root, &rust)).collect()
}

impl Crate {
    /// Follows the declarations of modules from the root.
    fn read(root: &File, files: &[&File]) -> Self {
        let folder = root.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut modules = BTreeMap::new();
        let mut open = vec![(Module::new(), folder, root)];
        while let Some((module, folder, file)) = open.pop() {
            let source = Source::read(&file.text);
            for child in source.children.difference(&source.test_children) {
                let below = format!("{folder}/{child}");
                let paths = [format!("{below}.rs"), format!("{below}/mod.rs")];
                if let Some(file) = files.iter().find(|file| paths.contains(&file.path)) {
                    let module = module.iter().chain([child]).cloned().collect();
                    open.push((module, below, file));
                }
            }
            modules.insert(module, (file.path.clone(), source));
        }
        Self { modules }
    }

    /// Files with what they say.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Source)> {
        self.modules.values().map(|(path, source)| (path.as_str(), source))
    }

    /// Every use between two files, once.
    pub fn uses(&self) -> Vec<Use> {
        let mut uses = BTreeMap::new();
        for (module, (from, source)) in &self.modules {
            let mut note = |path: &[String], line: usize| {
                let Some(to) = self.declares(module, path).filter(|to| to != from) else { return };
                let found = Use { from: from.clone(), to: to.clone(), line, by: path.join("::") };
                uses.entry((from.clone(), to)).or_insert(found);
            };
            for import in &source.imports {
                // A re-export is a use only if the file needs the name itself.
                if !import.is_exported || source.words.contains(&import.name) {
                    note(&import.path, import.line);
                }
            }
            for (path, line) in &source.paths {
                note(path, *line);
            }
        }
        uses.into_values().collect()
    }

    /// The file that declares what a path in a module leads to; `None` if it leads out of the crate.
    fn declares(&self, module: &Module, path: &[String]) -> Option<String> {
        self.resolve(module, path, HOPS)
    }

    fn resolve(&self, module: &Module, path: &[String], hops: usize) -> Option<String> {
        let (mut at, rest) = self.start(module, path, hops)?;
        let mut rest = rest.as_slice();
        while let Some((first, others)) = rest.split_first() {
            let child: Module = at.iter().chain([first]).cloned().collect();
            if !self.modules.contains_key(&child) {
                break;
            }
            (at, rest) = (child, others);
        }
        let (file, source) = self.modules.get(&at)?;
        let Some(name) = rest.first().filter(|name| *name != "*") else {
            // A module as such is no use of its file: what is used of it, is.
            return (rest.is_empty() && source.items.is_empty() || !rest.is_empty()).then(|| file.clone());
        };
        if source.items.contains(name) || hops == 0 {
            return Some(file.clone());
        }
        let named = source.imports.iter().find(|import| import.name == *name && import.path != [name.clone()]);
        if let Some(import) = named {
            let whole: Vec<String> = import.path.iter().chain(&rest[1..]).cloned().collect();
            return self.resolve(&at, &whole, hops - 1);
        }
        let globs = source.imports.iter().filter(|import| import.name == "*" && import.is_exported);
        for glob in globs {
            let whole: Vec<String> = glob.path[..glob.path.len() - 1].iter().chain(rest).cloned().collect();
            if let Some(found) = self.resolve(&at, &whole, hops - 1).filter(|found| found != file) {
                return Some(found);
            }
        }
        Some(file.clone())
    }

    /// The module at which a path begins, and the rest of the path.
    fn start(&self, module: &Module, path: &[String], hops: usize) -> Option<(Module, Vec<String>)> {
        let first = path.first()?;
        let rest = path[1..].to_vec();
        match first.as_str() {
            "crate" => Some((Module::new(), rest)),
            "self" => Some((module.clone(), rest)),
            "super" => {
                let mut above = module.clone();
                let ups = path.iter().take_while(|part| *part == "super").count();
                for _ in 0..ups {
                    above.pop();
                }
                Some((above, path[ups..].to_vec()))
            }
            name => {
                let child: Module = module.iter().chain([first]).cloned().collect();
                if self.modules.contains_key(&child) {
                    return Some((child, rest));
                }
                // A module that was imported by its name.
                let (_, source) = self.modules.get(module)?;
                let import = source.imports.iter().find(|import| import.name == name && hops > 0)?;
                let is_module = matches!(import.path[0].as_str(), "crate" | "self" | "super");
                if !is_module || path.len() < 2 {
                    return None;
                }
                let (at, below) = self.start(module, &import.path, hops - 1)?;
                let target: Module = at.into_iter().chain(below).collect();
                self.modules.contains_key(&target).then_some((target, rest))
            }
        }
    }
}

/// Circles among the files: sets of files each of which leads, by way of others, back to itself.
pub fn circles(uses: &[Use]) -> Vec<BTreeSet<String>> {
    let mut reach: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in uses {
        reach.entry(&one.from).or_default().insert(&one.to);
    }
    let from = |start: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(file) = open.pop() {
            for &next in reach.get(file).into_iter().flatten() {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen.into_iter().map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let reached: BTreeMap<&str, BTreeSet<String>> = reach.keys().map(|&file| (file, from(file))).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (&file, there) in reached.iter().filter(|(file, there)| there.contains(**file)) {
        let back = |other: &String| reached.get(other.as_str()).is_some_and(|back| back.contains(file));
        let circle: BTreeSet<String> = there.iter().filter(|other| back(other)).cloned().collect();
        if !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(files: &[(&str, &str)]) -> Vec<String> {
        let file = |&(path, text): &(&str, &str)| File { path: format!("a/src/{path}"), text: text.to_owned() };
        let house = House { files: files.iter().map(file).collect() };
        let crates = crates(&house);
        let uses = crates[0].uses();
        uses.iter().map(|one| format!("{}>{}", &one.from[6..], &one.to[6..])).collect()
    }

    #[test]
    fn an_import_leads_to_the_file_that_declares_the_item() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use b::B;"),
            ("a.rs", "use crate::B; struct A(B);"),
            ("b/mod.rs", "mod c; pub use c::B;"),
            ("b/c.rs", "pub struct B;"),
        ];
        assert_eq!(uses(&files), ["a.rs>b/c.rs"]);
    }

    #[test]
    fn a_parent_that_uses_what_it_re_exports_uses_its_child() {
        let files = [("lib.rs", "mod c; pub use c::B; fn f(_: B) {}"), ("c.rs", "pub struct B;")];
        assert_eq!(uses(&files), ["lib.rs>c.rs"]);
    }

    #[test]
    fn a_child_that_needs_its_caller_makes_a_circle() {
        let files = [
            ("lib.rs", "mod c; struct Private; fn f() { c::g() }"),
            ("c.rs", "use super::Private; pub fn g() -> Private { Private }"),
        ];
        assert_eq!(uses(&files), ["c.rs>lib.rs", "lib.rs>c.rs"]);
    }

    #[test]
    fn a_path_in_the_code_and_a_module_by_its_name_are_uses() {
        let files = [
            ("lib.rs", "mod a; mod b; mod d;"),
            ("a.rs", "use crate::b; fn f() { b::g(); crate::d::h() }"),
            ("b.rs", "pub fn g() {}"),
            ("d.rs", "pub fn h() {}"),
        ];
        assert_eq!(uses(&files), ["a.rs>b.rs", "a.rs>d.rs"]);
    }

    #[test]
    fn a_glob_re_export_is_followed() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::X;"),
            ("b/mod.rs", "mod c; pub use c::*;"),
            ("b/c.rs", "pub struct X;"),
        ];
        assert_eq!(uses(&files), ["a.rs>b/c.rs"]);
    }

    #[test]
    fn circles_of_any_length_are_found_once() {
        let one = |from: &str, to: &str| Use { from: from.into(), to: to.into(), line: 1, by: String::new() };
        let found =
            circles(&[one("a", "b"), one("b", "c"), one("c", "a"), one("c", "d"), one("e", "f"), one("f", "e")]);
        let sizes: Vec<usize> = found.iter().map(BTreeSet::len).collect();
        assert_eq!(sizes, [3, 2]);
    }
}
