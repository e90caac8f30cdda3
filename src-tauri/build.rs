//! Declares the program's own commands to Tauri's access list, and stands in for an interface that isn't built yet.

use std::path::Path;

/// Every command of the program. A command that is not here can't be called; `tests` in `bindings` compare the lists.
const COMMANDS: &str = include_str!("src/commands/list.txt");

/// What Windows is told of the program before it starts: no administrator rights, sharp on every screen, long paths.
const MANIFEST: &str = include_str!("windows/program.manifest");

fn main() {
    println!("cargo:rerun-if-changed=src/commands/list.txt");
    println!("cargo:rerun-if-changed=../ui/dist");
    let commands: Vec<&'static str> = COMMANDS.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if !Path::new("../ui/dist/index.html").exists() {
        // The crate must build before `npm run build` was ever run: the window then says what to do.
        println!("cargo:rustc-env=TAURI_CONFIG={{\"build\":{{\"frontendDist\":\"no-ui\"}}}}");
        println!("cargo:warning=ui/dist is absent: run `npm ci && npm run build` in ui/ to have the interface");
    }
    println!("cargo:rerun-if-changed=windows/program.manifest");
    let attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new().commands(Vec::leak(commands)))
        .windows_attributes(tauri_build::WindowsAttributes::new().app_manifest(MANIFEST));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
