//! What a document of `tests/data/swagger` says must be learnt from it: in `x-expect` lines of the binding, in `x-blocked`
//! methods that are impossible and in `x-doubts` those that are doubted, each with a word of the reason.

use probonus_contract::{Method, binding::Binding};
use serde_json::{Value, json};

/// The document as a value, a key that is told twice taken once.
pub fn document(bytes: &[u8]) -> Value {
    // YAML takes JSON too, and a comma too much in it.
    let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins };
    serde_saphyr::from_str_with_options(std::str::from_utf8(bytes).unwrap(), options).unwrap()
}

/// What of the document's expectations the binding does not meet.
pub fn unmet(binding: &Binding, document: &Value) -> Vec<String> {
    let mut unmet = Vec::new();
    let each = |key: &str| document[key].as_object().into_iter().flatten();
    let lines = binding.lines();
    for (method, wanted) in each("x-expect") {
        let of = (method != "server").then(|| named(method));
        for (key, value) in wanted.as_object().unwrap() {
            let line = lines.iter().find(|line| line.method == of && line.key == *key);
            let told = line.map(|line| line.value.as_str());
            if told != value.as_str() {
                unmet
                    .push(format!("{method} {key}: {told:?} and not {value}; {:?}", of.map(|of| binding.blockers(of))));
            }
        }
        let why = of.and_then(|of| binding.unsupported(of)).filter(|_| document["x-blocked"].get(method).is_none());
        unmet.extend(why.map(|why| format!("{method}: {why}")));
    }
    for (method, word) in each("x-blocked") {
        let reason = binding.unsupported(named(method)).unwrap_or_else(|| "it is thought possible".to_owned());
        if !reason.contains(word.as_str().unwrap()) {
            unmet.push(format!("{method} is not blocked by {word}: {reason}"));
        }
    }
    for (method, word) in each("x-doubts") {
        let doubts = &binding.method(named(method)).unwrap().doubts;
        if !doubts.iter().any(|doubt| doubt.to_string().contains(word.as_str().unwrap())) {
            unmet.push(format!("{method} is not doubted by {word}: {doubts:?}"));
        }
    }
    unmet
}

fn named(method: &str) -> Method {
    serde_json::from_value(json!(method)).unwrap()
}
