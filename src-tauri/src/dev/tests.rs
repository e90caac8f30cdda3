//! The host over real HTTP.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{DevHost, Options};

const PAGE: &str = "http://127.0.0.1:1420";

struct Answer {
    status: u16,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

struct Caller {
    address: String,
    key: String,
}

impl Caller {
    async fn post(&self, command: &str, arguments: &Value, headers: &str) -> Answer {
        let body = arguments.to_string();
        let head = format!(
            "POST /command/{command} HTTP/1.1\r\nHost: host\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{headers}\r\n",
            body.len()
        );
        let mut stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Answer { status: head.split(' ').nth(1).unwrap().parse().unwrap(), body: body.to_owned() }
    }

    async fn call(&self, command: &str, arguments: Value) -> Answer {
        let headers = format!("x-office-dev-key: {}\r\nOrigin: {PAGE}\r\n", self.key);
        self.post(command, &arguments, &headers).await
    }

    /// Reads events until one has this name. Returns its payload.
    async fn event(&self, name: &str) -> Value {
        let mut stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let request = format!("GET /events HTTP/1.1\r\nHost: host\r\nx-office-dev-key: {}\r\n\r\n", self.key);
        stream.write_all(request.as_bytes()).await.unwrap();
        let (mut text, mut part) = (String::new(), [0; 4096]);
        loop {
            let count = stream.read(&mut part).await.unwrap();
            assert_ne!(count, 0, "the events ended: {text}");
            text.push_str(&String::from_utf8_lossy(&part[..count]));
            let found =
                text.split_once(&format!("event: {name}\ndata: ")).and_then(|(_, rest)| rest.split_once("\n\n"));
            if let Some((payload, _)) = found {
                return serde_json::from_str(payload).unwrap();
            }
        }
    }
}

/// Starts a host. It stops when the returned sender is dropped.
async fn start() -> (Caller, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<std::io::Result<()>>) {
    let host = DevHost::start(Options { port: 0, page: PAGE.to_owned(), wizard: false }).await.unwrap();
    let caller = Caller { address: host.url.replace("http://", ""), key: host.key.clone() };
    let (end, ended) = tokio::sync::oneshot::channel();
    let serving = tokio::spawn(host.serve(async {
        let _ = ended.await;
    }));
    (caller, end, serving)
}

#[tokio::test(flavor = "multi_thread")]
async fn host_answers_the_commands_of_the_window_and_refuses_other_pages() {
    let (caller, end, serving) = start().await;

    let status = caller.call("app_status", json!({})).await;
    assert_eq!((status.status, &status.json()["mode"]), (200, &json!("training")), "{}", status.body);

    let refused = caller.call(
        "connect",
        json!({ "form": {
        "url": "", "auth": { "kind": "token", "token": "x" }, "remember": "memory" } }),
    );
    let refused = refused.await;
    assert_eq!((refused.status, &refused.json()["details"]["fields"][0]["field"]), (422, &json!("url")));

    assert_eq!(caller.call("no_such_command", json!({})).await.status, 400);
    assert_eq!(caller.call("guest_card", json!({ "phone": 1 })).await.status, 400);

    let event = caller.event("session-changed");
    let (payload, _) = tokio::join!(event, async {
        // The events' connection is made first.
        for _ in 0..50 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let settings = caller.call("settings", json!({})).await.json();
            caller.call("save_settings", json!({ "settings": settings })).await;
        }
    });
    assert_eq!(payload["status"]["mode"], "training");

    let key = format!("x-office-dev-key: {}\r\n", caller.key);
    for headers in [
        String::new(),
        "x-office-dev-key: guessed\r\n".to_owned(),
        format!("{key}Origin: https://evil.example\r\n"),
        format!("{key}Sec-Fetch-Site: cross-site\r\n"),
    ] {
        assert_eq!(caller.post("app_status", &json!({}), &headers).await.status, 403, "{headers}");
    }
    drop(end);
    serving.await.unwrap().unwrap();
}
