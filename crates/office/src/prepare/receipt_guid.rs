//! The GUID of an outside receipt that comes without one. Two PCs that enter the same paper receipt make the same GUID.

use std::collections::BTreeSet;

use probonus::{CheckGuid, Transaction, TransactionKind};
use uuid::{Builder, Uuid};

use crate::{
    journal::port::Journal,
    ledger::listing::Listing,
    model::{comparable::number_key, draft::OutsideCheck, journal_error::JournalError},
};

/// The namespace of these GUIDs, a random number. It never changes: servers and journals keep GUIDs that were made with it.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f2b_8c1e_9d47_4e0a_b6a3_71c5_0e94_d2f8);
/// How many GUIDs of one number are searched for on the server. Hardly any number is used more than twice.
const SEARCHED: u32 = 16;

/// Server, restaurant and outside number, from which GUIDs are made. Each time the number is used again after a return, it has
/// another GUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptName(String);

impl ReceiptName {
    /// The name of a purchase; `None`: it has a GUID of its own, or a number that can't be compared.
    pub fn of(server: &str, purchase: &OutsideCheck) -> Option<Self> {
        if purchase.check_guid.is_some() {
            return None;
        }
        let number = number_key(&purchase.outside_number)?;
        Some(Self(format!("{}\n{}\n{number}", server_identity(server), purchase.rest_code.as_str())))
    }

    /// The GUID for this use of the number, from 0: a UUID of version 5 (RFC 9562) over server, restaurant, number and ordinal.
    pub fn guid(&self, ordinal: u32) -> CheckGuid {
        let mut hash = sha1_smol::Sha1::new();
        hash.update(NAMESPACE.as_bytes());
        hash.update(format!("{}\n{ordinal}", self.0).as_bytes());
        let digest = hash.digest().bytes();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        CheckGuid::from_uuid(Builder::from_sha1_bytes(first).into_uuid())
    }

    /// The first GUID of this number that is free: the journal has no purchase with it, and `history` no return with it.
    ///
    /// Example: A-1 was registered and returned, on any PC: the second GUID is free. A-1 was registered on another PC and not
    /// returned: the first one is, and [`Self::registered`] finds the entry that must stop it.
    pub async fn free_guid(&self, journal: &dyn Journal, history: Option<&Listing>) -> Result<CheckGuid, JournalError> {
        let returned = history.map(returned).unwrap_or_default();
        let mut ordinal = 0;
        loop {
            let guid = self.guid(ordinal);
            if !returned.contains(&guid) && journal.by_guid(guid).await?.is_none() {
                return Ok(guid);
            }
            ordinal += 1;
        }
    }

    /// The entry of a purchase with one of this number's GUIDs that is not returned.
    pub fn registered<'h>(&self, history: &'h Listing) -> Option<&'h Transaction> {
        let guids: BTreeSet<CheckGuid> = (0..SEARCHED).map(|ordinal| self.guid(ordinal)).collect();
        let returned = returned(history);
        history.entries.iter().map(|entry| &entry.transaction).find(|entry| {
            !matches!(entry.kind, TransactionKind::Return | TransactionKind::Burning)
                && entry.external.check_guid.is_some_and(|guid| guids.contains(&guid) && !returned.contains(&guid))
        })
    }
}

/// The GUIDs of the returns that a history shows.
fn returned(history: &Listing) -> BTreeSet<CheckGuid> {
    let returns =
        history.entries.iter().map(|entry| &entry.transaction).filter(|entry| entry.kind == TransactionKind::Return);
    returns.filter_map(|entry| entry.external.check_guid).collect()
}

/// A server's address in the one spelling that all PCs of an office share: host, port and path.
///
/// The scheme, its usual port, the case of the host, a dot after it and a slash at the end don't count. Example:
/// `HTTPS://Bonus.example.:443/api/` is `bonus.example/api`. A name and its IP address differ: the network is not asked.
fn server_identity(server: &str) -> String {
    let (scheme, rest) = server.trim().split_once("://").unwrap_or(("", server.trim()));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_lowercase();
    let usual = match scheme.to_lowercase().as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let host = if usual.is_empty() { &host } else { host.strip_suffix(usual).unwrap_or(&host) };
    format!("{}/{path}", host.trim_end_matches('.')).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_has_one_identity_however_it_is_typed() {
        for same in [
            "https://bonus.example/api",
            "https://bonus.example/api/",
            "HTTPS://Bonus.Example:443/api",
            "https://bonus.example./api",
            "http://bonus.example:80/api",
        ] {
            assert_eq!(server_identity(same), "bonus.example/api", "{same}");
        }
        for other in ["https://bonus.example:8443/api", "https://bonus.example/API", "https://bonus2.example/api"] {
            assert_ne!(server_identity(other), "bonus.example/api", "{other}");
        }
    }

    /// Servers keep these GUIDs for years, so another program must make the same.
    #[test]
    fn a_guid_never_changes() {
        let name = ReceiptName("bonus.example\n77\na-1".to_owned());
        let expected = "1c6a698d-7754-580c-b233-301f4f88cec7";
        assert_eq!(name.guid(0).to_string().to_lowercase(), expected);
        assert_eq!(name.guid(0).as_uuid().get_version_num(), 5);
        assert_ne!(name.guid(0), name.guid(1));
    }
}
