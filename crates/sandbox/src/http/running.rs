//! A server that listens.

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::wire::{Connection, ResettableListener};
use crate::{dialect::Dialect, sandbox::Sandbox};

/// How long a stop waits for answers under way.
const PATIENCE: Duration = Duration::from_secs(2);

/// A server that listens, until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Sandbox {
    /// Listens in the table's dialect; port 0 finds a free one.
    ///
    /// # Errors
    /// The address can't be listened on.
    pub async fn serve(&self, addr: SocketAddr) -> io::Result<Running> {
        self.serve_in(addr, &Dialect::table()).await
    }

    /// Listens in a dialect.
    ///
    /// # Errors
    /// The address can't be listened on.
    pub async fn serve_in(&self, addr: SocketAddr, dialect: &Dialect) -> io::Result<Running> {
        Running::listen(addr, self.router_in(dialect)).await
    }
}

impl Running {
    /// Serves a sandbox's router so that a fault can reset its connections.
    ///
    /// # Errors
    /// The address can't be listened on.
    pub async fn listen(addr: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<Connection>();
        let serving = axum::serve(ResettableListener(listener), service).with_graceful_shutdown(async move {
            // Stopped, or the handle was dropped.
            let _ = stopped.await;
        });
        let task = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the server ended");
            }
        });
        Ok(Self { addr, stop: Some(stop), task })
    }

    /// The address on which it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its address as a base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops listening and waits for answers under way, two seconds at most.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if tokio::time::timeout(PATIENCE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}
