//! Answers that carry nothing: "done" without a word of what was done, and nothing where a record is expected.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::time::Instant;

use super::random::Random;

/// Bodies of a 200 that name nothing of the operation.
const BODIES: [&str; 7] =
    ["null", "{}", "[]", "{\"status\":\"ok\"}", "{\"success\":true}", "{\"result\":0,\"data\":null}", "true"];
/// What a gateway, or a server without its session or database, says in place of a record.
const NOTHING: [(u16, &str); 8] = [
    (200, "{}"),
    (200, "[]"),
    (200, "null"),
    (200, "{\"status\":\"ok\"}"),
    (404, "{\"message\":\"Сессия не найдена\"}"),
    (404, "{\"message\":\"Таблица accounts не найдена\"}"),
    (404, "default backend - 404"),
    (200, "{\"data\":null}"),
];

/// The answer to a write: 200 with one of [`BODIES`].
pub fn done(random: &Random) -> Response<Bytes> {
    let body = *random.pick(&BODIES);
    answer(200, body)
}

/// The reads of a server that says nothing at times.
#[derive(Debug)]
pub struct Emptied {
    /// In every second spell of so long; the first one is sound.
    spell: Duration,
    /// The only read that is so; `None`: all of them.
    only: Option<&'static str>,
    says: (u16, &'static str),
    began: Instant,
}

impl Emptied {
    /// Draws one.
    pub fn draw(random: &Random) -> Self {
        let spell = Duration::from_secs(*random.pick(&[20, 120, 600, 3_600]));
        let only =
            *random.pick(&[None, None, Some("find_by_phone"), Some("transactions"), Some("get_balance_extended")]);
        Self { spell, only, says: *random.pick(&NOTHING), began: Instant::now() }
    }

    /// The answer to a read that says nothing; `None`: the server answers.
    pub fn answer(&self, request: &Request<Bytes>) -> Option<Response<Bytes>> {
        let name = request.uri().path().rsplit('/').next().unwrap_or_default();
        let is_meant = matches!(name, "transactions" | "find_by_phone" | "get_balance_extended" | "get_by_id")
            && self.only.is_none_or(|only| only == name);
        let spells = self.began.elapsed().as_secs() / self.spell.as_secs();
        (is_meant && spells % 2 == 1).then(|| answer(self.says.0, self.says.1))
    }
}

fn answer(code: u16, body: &'static str) -> Response<Bytes> {
    let mut answer = super::answers::json(body.as_bytes());
    *answer.status_mut() = StatusCode::from_u16(code).unwrap_or(StatusCode::NOT_FOUND);
    answer
}
