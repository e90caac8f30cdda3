//! What a program for Windows must carry to be handed out, looked at in its bytes.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::place::{LOADER, VERSION};
use crate::run;

/// Fails if the program lacks its version, company, description or manifest, or needs a library that no Windows has.
pub fn check(program: &Path) -> Result<()> {
    let bytes = std::fs::read(program).with_context(|| format!("{} is not there", program.display()))?;
    for (key, value) in [
        ("ProductVersion", VERSION),
        ("FileVersion", VERSION),
        ("CompanyName", "ProBonus Office contributors"),
        ("FileDescription", "ProBonus Office"),
        ("LegalCopyright", "© ProBonus Office contributors"),
    ] {
        if !says(&bytes, key, value) {
            bail!("{} does not say {value} as its {key}", program.display());
        }
    }
    for word in ["PerMonitorV2", "asInvoker", "longPathAware", "Microsoft.Windows.Common-Controls"] {
        if !holds(&bytes, word.as_bytes()) {
            bail!("the manifest of {} does not say {word}", program.display());
        }
    }
    let table = run::read(run::command("x86_64-w64-mingw32-objdump").arg("-p").arg(program))?;
    let foreign: Vec<&str> = libraries(&table).filter(|name| *name != LOADER && name.starts_with("lib")).collect();
    if !foreign.is_empty() {
        bail!("{} needs the compiler's own libraries, which no Windows has: {}", program.display(), foreign.join(", "));
    }
    Ok(())
}

/// Names of the libraries in what objdump prints of a program.
fn libraries(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter_map(|line| line.trim().strip_prefix("DLL Name: "))
}

/// Whether a resource of this key begins with this value. Resources are UTF-16; zeros pad the value to four bytes.
fn says(bytes: &[u8], key: &str, value: &str) -> bool {
    let (key, value) = (wide(&format!("{key}\0")), wide(value));
    let mut places = bytes.windows(key.len()).enumerate().filter(|(_, window)| *window == key);
    places.any(|(at, _)| {
        let rest = bytes.get(at + key.len()..).unwrap_or_default();
        let padding = rest.iter().take_while(|byte| **byte == 0).count();
        rest.get(padding..).is_some_and(|rest| rest.starts_with(&value))
    })
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_read_past_its_padding() {
        let bytes =
            [wide("x"), wide("CompanyName\0"), vec![0, 0], wide("Office\0"), wide("CompanyNames\0Other\0")].concat();
        assert!(says(&bytes, "CompanyName", "Office"));
        assert!(!says(&bytes, "CompanyName", "Other"));
        assert!(!says(&bytes, "FileVersion", "Office"));
    }

    #[test]
    fn libraries_are_those_that_objdump_names() {
        let table = " Time/Date stamp\n\tDLL Name: KERNEL32.dll\n\tvma: Hint\n\tDLL Name: libgcc_s_seh-1.dll\n";
        assert_eq!(libraries(table).collect::<Vec<_>>(), ["KERNEL32.dll", "libgcc_s_seh-1.dll"]);
    }
}
