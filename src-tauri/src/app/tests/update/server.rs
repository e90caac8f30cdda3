//! A server of updates that does what a test tells it, down to a connection that breaks, and an installer that remembers.

use std::{
    collections::HashMap,
    io::Cursor,
    sync::{Arc, Mutex},
};

use ct_codecs::{Base64, Encoder as _};
use minisign::KeyPair;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::app::update::{
    Release, UpdateInstaller,
    source::{UpdateSource, Updater},
};

/// What is answered to one path.
#[derive(Clone)]
pub enum Told {
    File(Vec<u8>),
    /// Half of the file, and then the connection is gone.
    Half(Vec<u8>),
    /// Bytes without an end.
    Endless,
    Redirect(String),
}

/// The newest version of the program that a test means: far newer than the one that runs.
pub const NEWER: &str = "999.1.0";

/// A server of updates with a key of its own.
pub struct UpdateServer {
    pub url: String,
    pub pair: KeyPair,
    answers: Arc<Mutex<HashMap<String, Told>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl UpdateServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let (answers, asked) = (Arc::<Mutex<HashMap<String, Told>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (told, seen) = (Arc::clone(&answers), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&told), Arc::clone(&seen)));
            }
        });
        Self { url, pair: KeyPair::generate_unencrypted_keypair().unwrap(), answers, asked }
    }

    pub fn tell(&self, path: &str, told: Told) {
        self.answers.lock().unwrap().insert(path.to_owned(), told);
    }

    /// Paths that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Publishes a file as this version, signed for `signed`.
    pub fn publish(&self, version: &str, signed: &str, file: &[u8]) {
        let document = self.manifest(version, &sign(&self.pair, file, signed), file.len());
        self.tell("/latest.json", Told::File(document.to_string().into_bytes()));
        self.tell("/file", Told::File(file.to_vec()));
    }

    pub fn manifest(&self, version: &str, signature: &str, size: usize) -> Value {
        let file = json!({ "url": format!("{}/file", self.url), "signature": signature, "size": size });
        json!({
            "version": version, "notes": "- English.", "notes_ru": "### Новое\n- Что изменилось.",
            "pub_date": "2026-12-01T00:00:00Z",
            "platforms": { "linux-x86_64": file, "windows-x86_64": file, "darwin-aarch64": file, "linux-aarch64": file },
        })
    }

    /// A copy of the program that is updated from here.
    pub fn updater(&self, installer: &Arc<Recorder>) -> Updater {
        self.updater_at(&self.url, installer)
    }

    pub fn updater_at(&self, url: &str, installer: &Arc<Recorder>) -> Updater {
        let key = Base64::encode_to_string(self.pair.pk.to_box().unwrap().to_string()).unwrap();
        Updater {
            source: Some(UpdateSource { url: format!("{url}/latest.json"), key, allows_plain_loopback: true }),
            place: crate::view::UpdateWay::InstallsItself,
            installer: Arc::clone(installer) as Arc<dyn UpdateInstaller>,
        }
    }
}

/// The signature of a file for a version, as a manifest carries it.
pub fn sign(pair: &KeyPair, file: &[u8], version: &str) -> String {
    let comment = format!("timestamp:1\tfile:setup.exe\tversion:{version}");
    let signature = minisign::sign(None, &pair.sk, Cursor::new(file), Some(&comment), None).unwrap();
    Base64::encode_to_string(signature.to_string()).unwrap()
}

async fn serve(
    mut stream: TcpStream,
    answers: Arc<Mutex<HashMap<String, Told>>>,
    asked: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    // Through a proxy the whole address is named.
    let target = head.split(' ').nth(1)?.to_owned();
    let path = target.split_once("://").map_or(target.as_str(), |(_, rest)| &rest[rest.find('/').unwrap_or(0)..]);
    asked.lock().unwrap().push(path.to_owned());
    let told = answers.lock().unwrap().get(path).cloned();
    let head = |status: &str, more: &str| format!("HTTP/1.1 {status}\r\n{more}connection: close\r\n\r\n").into_bytes();
    let whole = |file: &[u8]| head("200 OK", &format!("content-length: {}\r\n", file.len()));
    let answer = match told {
        None => head("404 Not Found", "content-length: 0\r\n"),
        Some(Told::Redirect(to)) => head("302 Found", &format!("location: {to}\r\ncontent-length: 0\r\n")),
        Some(Told::File(file)) => [whole(&file), file].concat(),
        Some(Told::Half(file)) => [whole(&file), file[..file.len() / 2].to_vec()].concat(),
        Some(Told::Endless) => {
            stream.write_all(&head("200 OK", "")).await.ok()?;
            while stream.write_all(&[b' '; 8192]).await.is_ok() {}
            return None;
        }
    };
    stream.write_all(&answer).await.ok()?;
    stream.shutdown().await.ok()
}

/// What was installed, version by version.
#[derive(Default)]
pub struct Recorder {
    pub installed: Mutex<Vec<(String, Vec<u8>)>>,
    /// Why nothing can be installed.
    pub refuses: Mutex<Option<String>>,
}

impl Recorder {
    pub fn versions(&self) -> Vec<String> {
        self.installed.lock().unwrap().iter().map(|(version, _)| version.clone()).collect()
    }
}

impl UpdateInstaller for Recorder {
    fn install(&self, release: &Release, file: &[u8]) -> Result<(), String> {
        if let Some(words) = self.refuses.lock().unwrap().clone() {
            return Err(words);
        }
        self.installed.lock().unwrap().push((release.version.to_string(), file.to_vec()));
        Ok(())
    }
}
