//! The training mode: a ProBonus server inside the program, with guests, a journal and settings of its own.

use std::{net::Ipv4Addr, path::Path, sync::Arc};

use office::{Host as _, journal::witness::Cause};
use probonus::client::{Auth, Client, Proxy};
use probonus_sandbox::{Options, Sandbox};
use secrecy::SecretString;

use super::{keeper::Keeper, opened::Training};
use crate::{
    app::{App, connection::link::Link, machine::host::Machine, settings::Restaurant},
    error::{AppError, ErrorCode},
    shape::Mode,
    view::{AppStatus, SessionState},
};

/// The name of the training server in the training journal.
const TRAINING_SERVER: &str = "training";

impl App {
    /// Opens the training mode, with the state that it was left in.
    ///
    /// # Errors
    /// `training_failed`, and those of the journal and the settings.
    pub async fn start_training(&self) -> Result<AppStatus, AppError> {
        self.not_in_safe_mode()?;
        let _one_at_a_time = self.0.changing.lock().await;
        self.open_training().await?;
        self.change_document(|stored| stored.mode = Some(Mode::Training))?;
        self.tell_session().await;
        Ok(self.status().await)
    }

    /// Leaves the training mode for the real server, or for the wizard.
    ///
    /// # Errors
    /// Those of the journal and the settings.
    pub async fn leave_training(&self) -> Result<AppStatus, AppError> {
        self.not_in_safe_mode()?;
        let _one_at_a_time = self.0.changing.lock().await;
        if self.mode() != Mode::Training {
            return Err(AppError::new(ErrorCode::WrongMode, "not in training"));
        }
        let connected = self.document().get().connected();
        self.close().await?;
        self.change_document(|stored| stored.mode = connected.then_some(Mode::Live))?;
        if connected {
            self.open_live().await?;
        }
        self.tell_session().await;
        Ok(self.status().await)
    }

    /// Resets the training: its guests and its journal are as on the first day.
    ///
    /// # Errors
    /// `wrong_mode` outside the training mode, `file_not_written`, and those of the journal.
    pub async fn reset_training(&self) -> Result<AppStatus, AppError> {
        self.not_in_safe_mode()?;
        let _one_at_a_time = self.0.changing.lock().await;
        if self.mode() != Mode::Training {
            return Err(AppError::new(ErrorCode::WrongMode, "not in training"));
        }
        self.close().await?;
        let folder = self.0.folders.of(Mode::Training);
        let removed = tokio::fs::remove_dir_all(&folder).await;
        self.note_deed(Cause::Anew);
        self.open_training().await?;
        if let Err(error) = removed
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(AppError::new(ErrorCode::FileNotWritten, error.to_string()));
        }
        self.tell_session().await;
        Ok(self.status().await)
    }

    pub(in crate::app) async fn open_training(&self) -> Result<(), AppError> {
        let failed = |error: std::io::Error| AppError::new(ErrorCode::TrainingFailed, error.to_string());
        if self.is_safe() {
            return self.open(Mode::Training, TRAINING_SERVER, Arc::new(Link::sealed()), None).await;
        }
        self.close().await?;
        let path = self.0.folders.training_server();
        tokio::fs::create_dir_all(self.0.folders.of(Mode::Training)).await.map_err(failed)?;
        let sandbox = tokio::task::spawn_blocking(move || restored_or_seeded(&path))
            .await
            .map_err(|error| failed(std::io::Error::other(error)))?;
        self.prepare_training(&sandbox)?;
        let running = sandbox.serve((Ipv4Addr::LOCALHOST, 0).into()).await.map_err(failed)?;
        let token = Options::default().auth.token.unwrap_or_default();
        let client = training_client(&running.url(), SecretString::from(token))?;
        let link = Arc::new(Link::default());
        link.attach(Arc::new(client.clone()), SessionState::SignedIn);
        let keeper = Keeper::new(sandbox, self.0.folders.training_server());
        self.open(Mode::Training, TRAINING_SERVER, link, Some(Training { keeper, client, running })).await
    }

    /// Puts the training server's restaurants into the training settings.
    fn prepare_training(&self, sandbox: &Sandbox) -> Result<(), AppError> {
        let mut settings = self.document().get().settings(Mode::Training);
        if !settings.restaurants.is_empty() {
            return Ok(());
        }
        settings.restaurants = sandbox.with_core(|core| {
            let name = |place: &probonus_sandbox::core::model::Restaurant| Restaurant {
                code: place.code.clone(),
                name: place.name.clone(),
            };
            core.restaurants().iter().map(name).collect()
        });
        self.change_document(|stored| stored.set_settings(Mode::Training, &settings))
    }
}

fn restored_or_seeded(path: &Path) -> Sandbox {
    Sandbox::restored_or_seeded(path, Options::default()).unwrap_or_else(|error| {
        tracing::warn!(%error, "the training server's state can't be read; it begins anew");
        Sandbox::seeded(Options::default())
    })
}

/// The client of the training server.
fn training_client(url: &str, token: SecretString) -> Result<Client, AppError> {
    let client = Client::builder(url).auth(Auth::Token(token)).proxy(Proxy::Direct);
    Ok(client.clock(Arc::new(|| Machine.now())).build()?)
}
