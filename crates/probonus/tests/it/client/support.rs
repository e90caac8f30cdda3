//! A server that does exactly what a test tells it, down to the byte; and clients of it.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use probonus::{
    AccountId, Auth, Client, ClientBuilder, Kopecks, Refill,
    client::{Limits, Proxy},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Writes these bytes and closes.
    Bytes(Vec<u8>),
    /// Writes these bytes, then one more byte each millisecond, for ever.
    Drip(Vec<u8>),
    /// Writes these bytes, then the same chunk as fast as it is taken, for ever.
    Flood(Vec<u8>, Vec<u8>),
    /// Writes these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Keeps the connection and says nothing.
    Silence,
}

/// A whole answer with a status line, a content type and a body.
pub fn answer(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// A whole answer in JSON.
pub fn json(status: u16, body: &str) -> Reply {
    answer(status, "application/json", body)
}

/// An answer without a body, with these headers.
pub fn head(status: u16, headers: &str) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 {status} X\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n").into_bytes())
}

/// The groups as a good server lists them.
pub const GROUPS: &str = r#"[{"id":3,"name":"Самостоятельно зарегистрировавшиеся","haveTemplate":true}]"#;

/// A server in this process; ends when dropped.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers the n-th request (from 0) as `script` says.
    pub async fn start(script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> Self {
        Self::over(script, |stream| async move { Some(stream) }).await
    }

    /// Answers every request alike.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone()).await
    }

    /// As [`Server::start`], with something between TCP and HTTP.
    pub async fn over<S, F>(
        script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static,
        wrap: impl Fn(TcpStream) -> F + Send + Sync + 'static,
    ) -> Self
    where
        S: AsyncReadExt + AsyncWriteExt + Unpin + Send + 'static,
        F: Future<Output = Option<S>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (script, seen, count) = (Arc::new(script), requests.clone(), Arc::new(AtomicUsize::new(0)));
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (script, seen, count) = (script.clone(), seen.clone(), count.clone());
                let linger = stream.set_zero_linger();
                let wrapped = wrap(stream);
                connections.spawn(async move {
                    linger.unwrap();
                    let Some(mut stream) = wrapped.await else { return };
                    let Some(request) = read_request(&mut stream).await else { return };
                    let reply = script(count.fetch_add(1, Ordering::SeqCst), &request);
                    seen.lock().unwrap().push(request);
                    play(&mut stream, reply).await;
                });
            }
        });
        Self { address, requests, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whole requests seen so far: head and body.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
    }
}

/// The connection is set to reset when it is dropped, so a polite end waits until the other side has read it all.
async fn play(stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin), reply: Reply) {
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
            let _ = stream.read(&mut [0; 1]).await;
        }
        Reply::Drip(bytes) => {
            let mut more = stream.write_all(&bytes).await;
            while more.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
                more = stream.write_all(b" ").await;
            }
        }
        Reply::Flood(bytes, chunk) => {
            let mut more = stream.write_all(&bytes).await;
            while more.is_ok() {
                more = stream.write_all(&chunk).await;
            }
        }
        Reply::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
        }
        Reply::Silence => std::future::pending().await,
    }
}

/// A client with a permanent token, that goes straight to the server and is patient for a test's time.
pub fn builder(url: &str) -> ClientBuilder {
    Client::builder(url).auth(Auth::Token("s3cr3t-t0ken".into())).proxy(Proxy::Direct).limits(Limits {
        connect: Duration::from_secs(5),
        request: Duration::from_secs(20),
        answer: 64 * 1024,
    })
}

pub fn client(server: &Server) -> Client {
    builder(&server.url()).build().unwrap()
}

/// A write.
pub fn refill() -> Refill {
    Refill {
        account: AccountId::new("15"),
        sum: Kopecks::new(10_000).unwrap(),
        comment: "за отзыв #0191f0a2".to_owned(),
    }
}
