//! Where a redirect of a read may lead.
//!
//! A redirect is followed with the token, and servers do by GET what they are told: `find_by_phone` that is redirected to
//! `/api/v0/accounts/refill?accountId=101&sum=100` would refill.

use http::Uri;
use percent_encoding::percent_decode_str;

use crate::{
    Method,
    binding::{Binding, MethodBinding},
    contract::{self, normal},
};

/// What a request is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A call of a method.
    Call,
    /// A document of the server.
    Document,
}

/// Whether a redirect of a read leads to the same call at another spelling of its address.
///
/// - The path is the same, apart from case, from slashes that are doubled or at the end, and from segments at its beginning that
///   name a version: `api`, and `v` with digits and points. `base`, the path under which the server lives, counts as the beginning.
/// - The query has the same pairs, in any order.
///
/// | from | to | followed |
/// |---|---|---|
/// | `/api/v0/accounts/find_by_phone?phone=7916…` | `/API/v1.1/accounts/find_by_phone/?phone=7916…` | yes |
/// | the same | `/api/v0/accounts/find_by_phone`, `/api/v0/accounts/refill?…`, `/portal/accounts/find_by_phone?…` | no |
pub(super) fn is_same_call(base: &str, from: &Uri, to: &Uri) -> bool {
    own_path(base, from) == own_path(base, to) && pairs(from) == pairs(to)
}

/// The segments of a path behind the base path and the segments that name a version.
fn own_path(base: &str, uri: &Uri) -> Vec<String> {
    let path = uri.path().strip_prefix(base).unwrap_or(uri.path());
    segments(path).into_iter().skip_while(|segment| segment == "api" || is_version(segment)).collect()
}

/// The segments of a path that are not empty, in lower case.
fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|segment| !segment.is_empty()).map(str::to_lowercase).collect()
}

/// `v0`, `v1.1`
fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix('v').unwrap_or_default();
    digits.starts_with(|first: char| first.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

fn pairs(uri: &Uri) -> Vec<(String, String)> {
    let parsed = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let mut pairs: Vec<_> = parsed.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    pairs.sort();
    pairs
}

/// The write of the contract's table or of the binding that an address may call; `None`: it calls none. The verb does not count: some
/// servers take a write by GET.
pub(super) fn write_at(binding: &Binding, uri: &Uri) -> Option<Method> {
    // As the server reads it: `/re%66ill` is `/refill`.
    let path = percent_decode_str(uri.path()).decode_utf8_lossy();
    let plain = normal(&path);
    let own = segments(&path);
    let is_called = |write: &&Method| {
        let bound = binding.methods.get(write);
        plain.contains(&normal(contract::row(**write).path)) || bound.is_some_and(|bound| ends_with(&own, bound))
    };
    Method::ALL.iter().filter(|method| method.is_write()).find(is_called).copied()
}

/// Whether a path ends with a method's: `/gate/accounts/101/refill` with `/accounts/{id}/refill`.
fn ends_with(path: &[String], bound: &MethodBinding) -> bool {
    let wanted = segments(&bound.path.value);
    let names_something = wanted.iter().any(|segment| !segment.contains('{'));
    let tail = path.len().checked_sub(wanted.len()).map(|start| &path[start..]);
    let is_same = |(one, wanted): (&String, &String)| one == wanted || wanted.contains('{');
    names_something && tail.is_some_and(|tail| tail.iter().zip(&wanted).all(is_same))
}

/// The path of an address for the log. The query is left out, and so are segments that may be a phone or the number of a card.
pub(super) fn path_for_log(uri: &Uri) -> String {
    let is_number = |segment: &str| segment.bytes().filter(u8::is_ascii_digit).count() > 4;
    let parts: Vec<_> = uri.path().split('/').map(|part| if is_number(part) { "…" } else { part }).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(path: &str) -> Uri {
        format!("https://bonus.example{path}").parse().unwrap()
    }

    #[test]
    fn a_call_is_the_same_but_for_slashes_case_and_version() {
        let from = uri("/gate/api/v0/accounts/find_by_phone?phone=79161234567&kind=full");
        for (to, is_same) in [
            ("/gate/api/v0/accounts/find_by_phone/?phone=79161234567&kind=full", true),
            ("/gate/API/v1.1//Accounts/Find_By_Phone?kind=full&phone=7%39161234567", true),
            ("/gate/accounts/find_by_phone?phone=79161234567&kind=full", true),
            ("/api/v2/accounts/find_by_phone?phone=79161234567&kind=full", true),
            ("/gate/api/v0/accounts/find_by_phone", false),
            ("/gate/api/v0/accounts/find_by_phone?phone=79160000001&kind=full", false),
            ("/gate/api/v0/accounts/find_by_phone?phone=79161234567&kind=full&kind=none", false),
            ("/gate/api/v0/accounts/refill?phone=79161234567&kind=full", false),
            ("/gate/api/v0/accounts?phone=79161234567&kind=full", false),
            ("/portal/accounts/find_by_phone?phone=79161234567&kind=full", false),
            ("/gate/api/vip/accounts/find_by_phone?phone=79161234567&kind=full", false),
        ] {
            assert_eq!(is_same_call("/gate", &from, &uri(to)), is_same, "{to}");
        }
    }

    #[test]
    fn a_write_is_known_by_its_name_in_the_table_and_by_its_path_in_the_binding() {
        let mut binding = Binding::default();
        binding.overrule(Some(Method::ReturnCheck), "path", "/purchases/{guid}/undo").unwrap();
        binding.overrule(Some(Method::ReturnCheck), "field.checkGuid", "path guid string required").unwrap();
        for (path, write) in [
            ("/api/v0/accounts/refill?accountId=101&sum=100", Some(Method::Refill)),
            ("/gate//Accounts/Refill/", Some(Method::Refill)),
            ("/api/v0/accounts/%72efill", Some(Method::Refill)),
            ("/api/v0/external/register_check;x=1", Some(Method::RegisterCheck)),
            ("/gate/purchases/7f3c9a52/undo", Some(Method::ReturnCheck)),
            ("/swagger/v1/swagger.json", None),
            ("/undo", None),
        ] {
            assert_eq!(write_at(&binding, &uri(path)), write, "{path}");
        }
    }

    #[test]
    fn no_phone_and_no_query_is_told() {
        assert_eq!(path_for_log(&uri("/guests/79161234567/find?token=1")), "/guests/…/find");
    }
}
