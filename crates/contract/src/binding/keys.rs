//! Keys that a server wants besides the user's own sign-in: of the application, of the gateway, of a partner.

use std::collections::BTreeSet;

use super::{
    model::{Binding, Constant, MethodBinding, Scheme, SecretConstant, Source},
    place::Place,
    problem::Problem,
    safety::{danger_of, is_free_header, is_secret_name},
    words,
};
use crate::{contract::normal, method::Method};

impl Binding {
    /// The keys that the server's document asks for and that no line sends yet.
    ///
    /// | declared as | example | asked for if |
    /// |---|---|---|
    /// | a required value of a request | `Application-Id` in a header, `/apiKey` in a body | it is named like a key |
    /// | a security scheme beside the user's own | `security: [{bearer: [], app: []}]` | always |
    #[must_use]
    pub fn declared_keys(&self) -> BTreeSet<SecretConstant> {
        let of_method = |bound: &MethodBinding| {
            let demanded = bound.blockers.iter().filter_map(demand).filter(is_named_like_key);
            let beside = bound.doubts.iter().filter_map(demand);
            let beside = beside.filter(|key| key.place == Place::Header || is_named_like_key(key));
            let keys = demanded.chain(beside).filter(|key| !self.is_sent_as_token(key) && may_be_sent(key));
            keys.collect::<Vec<_>>()
        };
        self.methods.values().flat_map(of_method).collect()
    }

    /// The methods that send a key. A key of a body goes where the document asks for it, and else, as any other, to every method
    /// that has such a place.
    #[must_use]
    pub fn senders_of(&self, key: &SecretConstant) -> Vec<Method> {
        let has_place = |bound: &MethodBinding| key.place != Place::Body || bound.verb.value.wants_body();
        let all = self.methods.iter().filter(|(_, bound)| has_place(bound));
        let asks = |bound: &MethodBinding| {
            key.place == Place::Body && bound.blockers.iter().filter_map(demand).any(|one| one == *key)
        };
        let asking: Vec<Method> = all.clone().filter(|(_, bound)| asks(bound)).map(|(method, _)| *method).collect();
        if asking.is_empty() { all.map(|(method, _)| *method).collect() } else { asking }
    }

    /// The lines to overrule so that the token and a key don't go to one place. Example: of `bearer` and `X-Api-Key` the document
    /// seems to want the token in `X-Api-Key`; as that is the key's place, the token goes where a session's token goes.
    #[must_use]
    pub fn tokens_beside(&self, key: &SecretConstant) -> Vec<(&'static str, String)> {
        let table = Self::default();
        let free = |scheme: &Scheme| !is_place_of(scheme, key);
        let mut lines = Vec::new();
        if !free(&self.token.value) {
            let session = Some(&self.session.value).filter(|scheme| free(scheme));
            lines.push(("token", words::scheme(session.unwrap_or(&table.token.value))));
        }
        if !free(&self.session.value) {
            lines.push(("session", words::scheme(&table.session.value)));
        }
        lines
    }

    fn is_sent_as_token(&self, key: &SecretConstant) -> bool {
        // A scheme beside the user's own may have been taken for the token's. Then only a sign-in shows which is which.
        is_place_of(&self.session.value, key)
    }
}

fn demand(problem: &Problem) -> Option<SecretConstant> {
    match problem {
        Problem::UnknownDemand { place, name } => Some(SecretConstant { place: *place, name: name.clone() }),
        _ => None,
    }
}

fn is_place_of(scheme: &Scheme, key: &SecretConstant) -> bool {
    match scheme {
        Scheme::Header { name, .. } => key.place == Place::Header && name.eq_ignore_ascii_case(&key.name),
        Scheme::Query { name } => key.place == Place::Query && *name == key.name,
    }
}

fn may_be_sent(key: &SecretConstant) -> bool {
    let SecretConstant { place, name } = key.clone();
    let constant =
        Constant { place, name, value: serde_json::Value::Null, source: Source::Override, in_keychain: true };
    (place != Place::Header || is_free_header(&constant.name)) && danger_of(&constant).is_none()
}

/// Whether a required value is a key of the whole server by its name. A password is a guest's own, an `Idempotency-Key` differs from
/// request to request, and a `clientId` outside of a header is a guest.
fn is_named_like_key(key: &SecretConstant) -> bool {
    const WORDS: [&str; 6] = ["appkey", "applicationkey", "clientkey", "partnerkey", "appid", "applicationid"];
    let name = normal(key.name.rsplit('/').next().unwrap_or_default());
    let is_password = ["password", "passwd", "pwd"].iter().any(|word| name.contains(word));
    let is_client = key.place == Place::Header && name.contains("clientid");
    !is_password && (is_secret_name(&key.name) || is_client || WORDS.iter().any(|word| name.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::Sourced;

    fn key(place: Place, name: &str) -> SecretConstant {
        SecretConstant { place, name: name.into() }
    }

    fn demanding(method: Method, place: Place, name: &str) -> Binding {
        let mut binding = Binding::default();
        let blockers = &mut binding.methods.get_mut(&method).unwrap().blockers;
        blockers.push(Problem::UnknownDemand { place, name: name.into() });
        binding
    }

    #[test]
    fn a_required_value_is_a_key_by_its_name() {
        for (place, name) in [
            (Place::Header, "X-Api-Key"),
            (Place::Header, "Application-Id"),
            (Place::Header, "X-Client-Id"),
            (Place::Header, "ocp-apim-subscription-key"),
            (Place::Query, "api_key"),
            (Place::Body, "/auth/apiKey"),
        ] {
            let keys = demanding(Method::Refill, place, name).declared_keys();
            assert_eq!(keys.into_iter().collect::<Vec<_>>(), [key(place, name)], "{name}");
        }
        for (place, name) in [
            (Place::Header, "Idempotency-Key"),
            (Place::Header, "X-Request-Id"),
            (Place::Header, "Authorization: basic"),
            (Place::Header, "Cookie"),
            (Place::Body, "/password"),
            (Place::Body, "/clientId"),
            (Place::Body, "/limit"),
        ] {
            assert!(demanding(Method::Refill, place, name).declared_keys().is_empty(), "{name}");
        }
    }

    #[test]
    fn a_key_goes_to_every_method_and_one_of_a_body_to_those_that_ask_for_it() {
        let binding = demanding(Method::Refill, Place::Body, "/apiKey");
        assert_eq!(binding.senders_of(&key(Place::Body, "/apiKey")), [Method::Refill]);
        let all = binding.methods.len();
        assert_eq!(binding.senders_of(&key(Place::Header, "X-Api-Key")).len(), all);
        assert_eq!(binding.senders_of(&key(Place::Body, "/other")).len(), all, "all of the table have a body");
    }

    #[test]
    fn the_token_makes_room_for_a_key_of_the_same_header() {
        let header = |name: &str| Scheme::Header { name: name.into(), prefix: String::new() };
        let mut binding = Binding::default();
        let (of_table, session) = (binding.token.clone(), words::scheme(&binding.session.value));
        let own = key(Place::Header, "x-api-key");
        assert!(binding.tokens_beside(&own).is_empty());
        binding.token = Sourced::new(header("X-Api-Key"), Source::Swagger);
        assert_eq!(binding.tokens_beside(&own), [("token", session.clone())]);
        binding.session = Sourced::new(header("X-API-KEY"), Source::Swagger);
        assert_eq!(binding.tokens_beside(&own), [("token", words::scheme(&of_table.value)), ("session", session)]);
        for (line, value) in binding.tokens_beside(&own) {
            binding.overrule(None, line, &value).unwrap();
        }
        assert!(binding.tokens_beside(&own).is_empty());
    }
}
