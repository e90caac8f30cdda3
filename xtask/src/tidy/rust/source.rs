//! The declarations and the paths of one source file, without its tests.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Token, tokens};

/// A name that a `use` brings in, and its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name in this file; `*` for all names.
    pub name: String,
    pub path: Vec<String>,
    /// It has a visibility of its own: others may import it from here.
    pub is_exported: bool,
    pub line: usize,
}

/// A function and its length in lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub length: usize,
}

/// What a file says, outside `#[cfg(test)]`.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Modules that it declares in files of their own.
    pub children: BTreeSet<String>,
    /// Those of them that exist in tests only.
    pub test_children: BTreeSet<String>,
    /// Names of items that are declared here.
    pub items: BTreeSet<String>,
    pub imports: Vec<Import>,
    /// Paths in the code, e.g. `crate::money::effect`, by their first line.
    pub paths: BTreeMap<Vec<String>, usize>,
    /// Words of the code outside `use`.
    pub words: BTreeSet<String>,
    pub functions: Vec<Function>,
    /// Public types by name, with their line.
    pub public_types: BTreeMap<String, usize>,
}

impl Source {
    pub fn read(text: &str) -> Self {
        let tokens = tokens(text);
        let mut source = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            at = source.step(&tokens, at);
        }
        source
    }

    /// Reads what begins at a token, and returns where the next begins.
    fn step(&mut self, tokens: &[Token], at: usize) -> usize {
        let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text.as_str());
        match word(0) {
            "#" => self.attribute(tokens, at),
            "use" => self.import(tokens, at),
            "mod" if word(2) == ";" => {
                self.children.insert(word(1).to_owned());
                at + 3
            }
            "struct" | "enum" | "trait" | "type" | "union" | "const" | "static" | "fn" | "macro_rules" => {
                self.declaration(tokens, at);
                at + 1
            }
            _ if tokens[at].is_word() => self.path(tokens, at),
            _ => at + 1,
        }
    }

    /// Skips an attribute, and with `#[cfg(test)]` the item behind it.
    fn attribute(&mut self, tokens: &[Token], at: usize) -> usize {
        let open = if tokens.get(at + 1).is_some_and(|token| token.is("!")) { at + 2 } else { at + 1 };
        if !tokens.get(open).is_some_and(|token| token.is("[")) {
            return at + 1;
        }
        let end = closing(tokens, open);
        let inside = &tokens[open..end];
        let has = |word: &str| inside.iter().any(|token| token.is(word));
        if open == at + 2 || !has("cfg") || !has("test") || has("not") {
            return end;
        }
        let mut next = end;
        while tokens.get(next).is_some_and(|token| token.is("#")) {
            next = closing(tokens, next + 1);
        }
        let item = &tokens[next..];
        let is_file =
            item.iter().take_while(|token| !token.is("{") && !token.is(";")).position(|token| token.is("mod"));
        if let Some(name) = is_file.and_then(|module| item.get(module + 1)) {
            self.test_children.insert(name.text.clone());
        }
        let end = item.iter().position(|token| token.is("{") || token.is(";")).map_or(tokens.len(), |end| next + end);
        if tokens.get(end).is_some_and(|token| token.is("{")) { closing(tokens, end) } else { end + 1 }
    }

    fn import(&mut self, tokens: &[Token], at: usize) -> usize {
        let end = (at..tokens.len()).find(|&end| tokens[end].is(";")).unwrap_or(tokens.len());
        let is_exported = at > 0 && (tokens[at - 1].is("pub") || tokens[at - 1].is(")"));
        let mut cursor = at + 1;
        self.tree(&tokens[..end], &mut cursor, &[], is_exported);
        end + 1
    }

    /// One branch of a `use` tree, e.g. `a::{b, c as d}`.
    fn tree(&mut self, tokens: &[Token], at: &mut usize, above: &[String], is_exported: bool) {
        let mut path = above.to_vec();
        let line = tokens.get(*at).map_or(0, |token| token.line);
        while let Some(token) = tokens.get(*at) {
            *at += 1;
            match token.text.as_str() {
                "::" => {}
                "{" => {
                    while tokens.get(*at).is_some_and(|token| !token.is("}")) {
                        self.tree(tokens, at, &path, is_exported);
                        if tokens.get(*at).is_some_and(|token| token.is(",")) {
                            *at += 1;
                        }
                    }
                    *at += 1;
                    return;
                }
                "as" => {
                    let name = tokens.get(*at).map_or_else(String::new, |token| token.text.clone());
                    *at += 1;
                    self.imports.push(Import { name, path, is_exported, line });
                    return;
                }
                "," | "}" => {
                    *at -= 1;
                    break;
                }
                word => path.push(word.to_owned()),
            }
        }
        if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
            path.pop();
        }
        if let Some(name) = path.last().cloned() {
            self.imports.push(Import { name, path, is_exported, line });
        }
    }

    fn declaration(&mut self, tokens: &[Token], at: usize) {
        let is_macro = tokens[at].is("macro_rules");
        let Some(name) = tokens.get(at + if is_macro { 2 } else { 1 }).filter(|name| name.is_word()) else { return };
        // `const fn`, `impl Trait for fn(…)`: the next word declares it.
        if matches!(name.text.as_str(), "fn" | "unsafe" | "async" | "mut" | "_") {
            return;
        }
        self.items.insert(name.text.clone());
        let before = |offset: usize| at.checked_sub(offset).map_or("", |at| tokens[at].text.as_str());
        if matches!(tokens[at].text.as_str(), "struct" | "enum" | "trait" | "type" | "union") && before(1) == "pub" {
            self.public_types.insert(name.text.clone(), tokens[at].line);
        }
        if tokens[at].is("fn")
            && let Some(body) = body(tokens, at)
        {
            let (line, end) = (tokens[at].line, closing(tokens, body) - 1);
            let length = tokens.get(end).map_or(0, |token| token.line + 1 - line);
            self.functions.push(Function { name: name.text.clone(), line, length });
        }
    }

    /// Notes a word, or the whole path that it begins.
    fn path(&mut self, tokens: &[Token], at: usize) -> usize {
        let mut path = vec![tokens[at].text.clone()];
        let mut end = at + 1;
        let follows = |end: usize| {
            tokens.get(end).is_some_and(|sign| sign.is("::")) && tokens.get(end + 1).is_some_and(Token::is_word)
        };
        while follows(end) {
            path.push(tokens[end + 1].text.clone());
            end += 2;
        }
        let is_continued = at > 0 && tokens[at - 1].is("::");
        self.words.insert(path[0].clone());
        if path.len() > 1 && !is_continued {
            self.paths.entry(path).or_insert(tokens[at].line);
        }
        end
    }
}

/// The opening brace of a function's body; `None` if it has none.
fn body(tokens: &[Token], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "(" | "[" => at = closing(tokens, at),
            "{" => return Some(at),
            ";" => return None,
            _ => at += 1,
        }
    }
    None
}

/// Where the next token after the bracket's partner is.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(text: &str) -> Vec<(String, String)> {
        Source::read(text).imports.into_iter().map(|import| (import.name, import.path.join("::"))).collect()
    }

    #[test]
    fn a_tree_of_imports_is_read() {
        let found = imports("use crate::{a::B, c::{self, D as E}, f::*};\npub use g::H;");
        let found: Vec<_> = found.iter().map(|(name, path)| format!("{name}={path}")).collect();
        assert_eq!(found, ["B=crate::a::B", "c=crate::c", "E=crate::c::D", "*=crate::f::*", "H=g::H"]);
    }

    #[test]
    fn tests_are_left_out() {
        let source = Source::read(
            "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inside { use crate::b::B; fn f() { crate::c::d() } }\nuse crate::a::A;\n#[cfg(not(test))]\nuse crate::e::E;",
        );
        let names: Vec<_> = source.imports.iter().map(|import| import.name.as_str()).collect();
        assert_eq!(names, ["A", "E"]);
        assert!(source.paths.is_empty() && source.test_children.contains("tests") && source.children.is_empty());
    }

    #[test]
    fn a_function_is_measured_from_its_name_to_its_brace() {
        let source = Source::read(
            "struct A;\nimpl A {\n    pub const fn f(\n        x: [u8; 3],\n    ) -> u8 {\n        0\n    }\n    fn g(&self);\n}\n",
        );
        assert_eq!(source.functions, [Function { name: "f".into(), line: 3, length: 5 }]);
    }

    #[test]
    fn public_types_are_told_from_others() {
        let source = Source::read("pub struct A;\npub(crate) enum B {}\nenum C {}\npub trait D {}\n");
        assert_eq!(source.public_types.keys().collect::<Vec<_>>(), ["A", "D"]);
    }
}
