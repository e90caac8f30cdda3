//! The program of its own: what it can't do, it says in one sentence, before it begins.

use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_probonus-sandbox")).args(args).output().unwrap()
}

#[test]
fn what_can_not_be_begun_is_said_in_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let torn = folder.path().join("torn.json");
    std::fs::write(&torn, "{").unwrap();
    let nowhere = folder.path().join("none").join("state.json");
    let [torn, nowhere] = [&torn, &nowhere].map(|path| path.to_str().unwrap());
    for (args, told) in [
        (["--port", "0", "--dialect", "klingon"].as_slice(), "no dialect is called klingon; there are table, "),
        (&["--port", "0", "--foreign", "klingon"], "no service is called klingon; there are payments, promotions, "),
        (&["--port", &port], "can't listen on 127.0.0.1:"),
        (&["--port", "0", "--state", torn], "torn.json: "),
        (&["--port", "0", "--state", nowhere], "can't keep the state in "),
    ] {
        let output = run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{args:?}");
        assert!(said.starts_with("probonus-sandbox: ") && said.contains(told), "{args:?}: {said}");
        assert!(said.lines().count() == 1 && !said.contains('{'), "a sentence, not the insides of an error: {said}");
    }
}
