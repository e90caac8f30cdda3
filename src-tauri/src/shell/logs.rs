//! The log: one file a day, kept for two weeks. At every level it is masked: no secrets, no personal data.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::{
    EnvFilter, Registry,
    fmt::{self, MakeWriter},
    layer::{Layer as _, SubscriberExt as _},
    reload,
    util::SubscriberInitExt,
};

use crate::{app::machine::log_level::LogLevel, mask::Masked};

/// The environment variable with the usual level of the log, in the syntax of `tracing`'s `EnvFilter`. The default is `info`.
pub(crate) const LEVEL: &str = "PROBONUS_OFFICE_LOG";

/// The levels of the detailed log: more of our own crates. More of the libraries would not help.
const DETAILED: &str =
    "info,probonus_office=debug,office=debug,probonus=debug,probonus_contract=debug,probonus_swagger=debug";

/// The number of days that logs are kept.
const KEPT: usize = 14;

/// The level of the program's log. It can be changed at any time.
pub(crate) struct Level(reload::Handle<EnvFilter, Registry>);

impl LogLevel for Level {
    fn set(&self, detailed: bool) {
        // It fails only if the log is gone, and then the failure can't be logged.
        let _ = self.0.reload(if detailed { EnvFilter::new(DETAILED) } else { usual() });
    }
}

fn usual() -> EnvFilter {
    EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| EnvFilter::new("info"))
}

/// Begins to log into `folder`. If the folder can't be written, the program runs without a log: `None`.
pub(crate) fn begin(folder: &Path) -> Option<Level> {
    // If this fails, the appender below reports it.
    let _ = std::fs::create_dir_all(folder);
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("office")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .ok()?;
    let (subscriber, level) = masked(file);
    // Only a test sets a second subscriber; the first stays.
    let _ = subscriber.try_init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the program starts");
    Some(level)
}

/// A subscriber that writes masked lines to `writer`, and the handle of its level.
fn masked<W>(writer: W) -> (impl SubscriberInitExt + tracing::Subscriber, Level)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (filter, handle) = reload::Layer::new(usual());
    let lines = fmt::layer().with_ansi(false).with_writer(Masked(writer));
    (tracing_subscriber::registry().with(lines.with_filter(filter)), Level(handle))
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;
    use crate::mask;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(detailed: Option<bool>) -> String {
        let written = Written::default();
        let make = written.clone();
        let (subscriber, level) = masked(move || make.clone());
        mask::hide(&"t0ken-of-the-log-test".into());
        tracing::subscriber::with_default(subscriber, || {
            if let Some(detailed) = detailed {
                level.set(detailed);
            }
            let words = "guest +79123456789 by t0ken-of-the-log-test, vera@example.ru";
            tracing::error!("{words} at error");
            tracing::warn!("{words} at warn");
            tracing::info!(surname = "Иванова", "{words} at info");
            tracing::debug!(url = "http://olga:pw@proxy.office:3128", "{words} at debug");
            tracing::trace!("{words} at trace");
            tracing::debug!(target: "hyper", "of others");
        });
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_level_is_changed_at_once_and_the_mask_holds_at_every_level() {
        let of = |text: &str| {
            ["error", "warn", "info", "debug", "trace"].map(|level| text.contains(&format!(" at {level}")))
        };
        assert_eq!(of(&logged(None)), [true, true, true, false, false]);
        assert_eq!(of(&logged(Some(false))), [true, true, true, false, false]);
        let detailed = logged(Some(true));
        assert_eq!(of(&detailed), [true, true, true, true, false]);
        assert!(!detailed.contains("of others"));
        for hidden in ["9123456789", "t0ken", "vera@", "olga", "Иванова"] {
            assert!(!detailed.contains(hidden), "{hidden}: {detailed}");
        }
        assert_eq!(detailed.matches("…6789").count(), 4);
    }
}
