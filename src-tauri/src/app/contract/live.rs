//! The contract of the live server in this run, with the proposals that wait for an answer.

use office::Host as _;
use probonus::{
    Method,
    binding::{Binding, IN_KEYCHAIN, OverruleError, SecretConstant},
    client::Client,
    codec::SecretConstants,
};
use secrecy::SecretString;

use super::{
    difference::Difference,
    kept::{Found, Kept},
};
use crate::{
    app::machine::host::Machine,
    shape::{Origin, OriginKind, OverruledLine},
    view::{ProposalView, shown_change, shown_document},
};

/// The contract of the live server in this run.
#[derive(Clone, Debug)]
pub(crate) struct LiveContract {
    pub kept: Kept,
    /// The proposal that was searched by hand.
    pub offered: Option<Found>,
    /// The title of the only description that the server publishes, if it is another service's: it is not used.
    pub other_service: Option<String>,
    /// Whether the server refused to show a description (401, 403) when it was last searched.
    pub description_refused: bool,
    /// The values of its secret constants that are known in this run.
    pub secrets: SecretConstants,
}

impl LiveContract {
    /// A contract as it is stored, without keys.
    pub fn of(kept: Kept) -> Self {
        Self {
            kept,
            offered: None,
            other_service: None,
            description_refused: false,
            secrets: SecretConstants::default(),
        }
    }

    pub fn binding(&self) -> Binding {
        self.with_keys(self.kept.effective().0)
    }

    /// The binding, with each method blocked whose key is missing.
    pub fn with_keys(&self, mut binding: Binding) -> Binding {
        binding.block_without(|secret| self.secrets.contains(secret));
        binding
    }

    /// A client with this contract's binding and secret constants.
    pub fn speak(&self, client: &Client) -> Client {
        client.with_binding(self.binding()).with_secrets(self.secrets.clone())
    }

    /// Sends a key with `only` one method, or with [every one that has its place](Binding::senders_of). If the token has that place,
    /// the token goes elsewhere.
    ///
    /// # Errors
    /// Why no key may stand there; the contract is then changed in part, and is to be dropped.
    pub fn send_key(
        &mut self,
        key: &SecretConstant,
        value: SecretString,
        only: Option<Method>,
        by: &str,
    ) -> Result<(), OverruleError> {
        let (binding, now) = (self.kept.effective().0, Machine.now());
        for method in only.map_or_else(|| binding.senders_of(key), |method| vec![method]) {
            self.kept.overrule(Some(method), &key.line(), Some(IN_KEYCHAIN), by, now)?;
        }
        for (line, text) in binding.tokens_beside(key) {
            self.kept.overrule(None, line, Some(&text), by, now)?;
        }
        self.secrets.insert(key.clone(), value);
        Ok(())
    }

    /// The overruled lines by which the keys at hand are sent, and the token beside them.
    pub fn lines_of_keys(&self) -> Vec<OverruledLine> {
        let of_key = |line: &&OverruledLine| match line.method {
            Some(_) => line.value == IN_KEYCHAIN && self.secrets.names().any(|key| key.line() == line.key),
            None => !self.secrets.is_empty() && matches!(line.key.as_str(), "token" | "session"),
        };
        self.kept.overruled.iter().filter(of_key).cloned().collect()
    }

    /// The proposal with this id.
    pub fn waiting(&self, id: &str) -> Option<&Found> {
        self.offered.iter().chain(self.kept.pending.as_deref()).find(|found| found.id == id)
    }

    pub fn proposal(&self, found: &Found) -> ProposalView {
        let (older, (newer, lost)) = (self.binding(), self.kept.with(found).effective());
        let newer = self.with_keys(newer);
        let difference = Difference::between(&older, &newer);
        ProposalView {
            id: found.id.clone(),
            origin: (&found.origin).into(),
            document: newer.document.as_ref().map(shown_document),
            other_server: found.server.clone().filter(|server| *server != self.kept.server),
            touches_writes: difference.touches_writes_or_money(),
            changes: difference.changes.iter().map(shown_change).collect(),
            verdicts: difference.verdicts.into_iter().map(Into::into).collect(),
            lost: lost.iter().map(Into::into).collect(),
        }
    }

    /// Compares the server's present description with the stored contract. A change that must be accepted becomes a
    /// proposal, unless nobody has worked with this server yet.
    pub fn meet(&mut self, base: Binding, kind: OriginKind, from: String, worked: bool) {
        let now = Machine.now();
        self.kept.checked_at = Some(now);
        let told = base.document.as_ref().map(|document| document.fingerprint.clone());
        if told == self.kept.base.document.as_ref().map(|document| document.fingerprint.clone()) {
            // The description is the stored one again.
            self.kept.pending = None;
            self.kept.file_changed = false;
            return;
        }
        let waiting = self.kept.pending.as_ref().and_then(|found| found.base.document.as_ref());
        if told == self.kept.declined || told == waiting.map(|document| document.fingerprint.clone()) {
            return;
        }
        let origin = Origin { kind, again: Some(from.clone()), from, at: now };
        let found = Found { id: Machine.new_uuid().to_string(), base, origin, overruled: None, server: None };
        let next = self.kept.with(&found);
        let difference = Difference::between(&self.binding(), &self.with_keys(next.effective().0));
        let only_keys = self.kept.overruled.len() == self.lines_of_keys().len();
        let first = self.kept.origin.is_none() && only_keys && !worked;
        if difference.touches_writes_or_money() && !first {
            tracing::warn!(
                changes = difference.changes.len(),
                "the server's contract changed; nothing is sent until it is accepted"
            );
            self.kept.pending = Some(Box::new(found));
            return;
        }
        self.kept = next;
        if !first {
            self.kept.news = difference.changes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A description whose search answers with a surname of this name.
    fn described(surname: &str) -> Binding {
        let document = format!(
            r#"{{"openapi": "3.0.1", "info": {{"title": "Bonus"}}, "paths": {{
                "/api/v0/accounts/refill": {{"post": {{}}}},
                "/api/v0/accounts/find_by_phone": {{"post": {{"responses": {{"200": {{"content": {{"application/json": {{"schema": {{
                    "properties": {{"accountId": {{"type": "integer"}}, "{surname}": {{"type": "string"}}}}}}}}}}}}}}}}}}}}}}"#
        );
        probonus_swagger::learn(document.as_bytes()).unwrap().binding
    }

    #[test]
    fn a_change_of_an_answer_that_is_no_money_is_taken_over_and_reported() {
        let origin = Origin { kind: OriginKind::Usual, from: String::new(), at: Machine.now(), again: None };
        let mut kept = Kept::table("https://bonus.example");
        (kept.base, kept.origin) = (described("surname"), Some(origin));
        let mut live = LiveContract::of(kept);
        let next = described("lastName");
        let difference = Difference::between(&live.binding(), &next);
        assert!(!difference.touches_writes_or_money(), "{difference:?}");
        live.meet(next.clone(), OriginKind::Usual, "/openapi.json".to_owned(), true);
        assert!(live.kept.pending.is_none());
        assert_eq!((live.kept.base, live.kept.news), (next, difference.changes));
    }

    /// One search sent a guest's phone as the sum of a refill.
    #[test]
    fn a_file_that_reads_where_a_refill_is_called_is_told_as_such() {
        let mut base = Binding::default();
        base.overrule(Some(Method::Refill), "path", "/api/v1/accounts/{account}/refill").unwrap();
        base.overrule(Some(Method::Refill), "field.account", "path account any required").unwrap();
        let mut kept = Kept::table("https://bonus.example");
        kept.base = base.clone();
        let live = LiveContract::of(kept);
        let origin = Origin { kind: OriginKind::Import, from: String::new(), at: Machine.now(), again: None };
        for (path, verb) in [
            ("/api/v1/accounts/1002/refill", "POST"),
            ("/api/v1/accounts/1001/%72efill", "POST"),
            ("/api/v1/accounts/1001/refill/", "POST"),
            ("/api/v1//accounts/1001//refill", "POST"),
            ("/api/v1/accounts/1001", "DELETE"),
        ] {
            let mut read = base.clone();
            for (key, value) in [("verb", verb), ("path", path), ("field.phone", "body /amount integer required")] {
                read.overrule(Some(Method::FindByPhone), key, value).unwrap();
            }
            let id = Machine.new_uuid().to_string();
            let found = Found { id, base: read, origin: origin.clone(), overruled: None, server: None };
            let proposal = live.proposal(&found);
            assert!(proposal.touches_writes, "{path}");
            let blocked = proposal.verdicts.iter().find(|one| one.method == Method::FindByPhone);
            assert!(blocked.is_some_and(|one| !one.problems.is_empty()), "{path}");
        }
    }
}
