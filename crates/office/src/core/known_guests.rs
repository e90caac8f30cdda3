//! Guests as the server told of them last. An operation that is prepared while the server is silent carries the name, so that the
//! journal and the confirmation show whom it is about. A control search asks for one of the phones.

use probonus::{Account, AccountId, Phone};

use crate::model::profile;

/// Guests that are remembered. The one that was heard of longest ago is forgotten first.
const MOST: usize = 200;

/// A guest as the server told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownGuest {
    pub name: String,
    pub group: Option<String>,
    pub phone: Option<Phone>,
}

/// The guests of this run.
#[derive(Debug, Default)]
pub struct KnownGuests(Vec<(AccountId, KnownGuest)>);

impl KnownGuests {
    /// Remembers a guest. A record without a name is ignored.
    pub fn hear(&mut self, account: &Account) {
        let name = profile::full_name(&account.profile);
        if name.is_empty() {
            return;
        }
        let group = account.group.as_ref().and_then(|group| group.name.clone());
        self.0.retain(|(id, _)| *id != account.id);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push((account.id.clone(), KnownGuest { name, group, phone: account.phone.clone() }));
    }

    /// The phones by which guests were found, the newest first.
    pub fn phones(&self) -> Vec<Phone> {
        self.0.iter().rev().filter_map(|(_, guest)| guest.phone.clone()).collect()
    }

    /// The guest of an account, if one was heard of.
    pub fn of(&self, account: &AccountId) -> Option<KnownGuest> {
        self.0.iter().find(|(id, _)| id == account).map(|(_, guest)| guest.clone())
    }
}
