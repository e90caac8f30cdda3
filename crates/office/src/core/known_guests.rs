//! Guests as the server told of them last. An operation that is prepared while the server is silent carries the name, so that the
//! journal and the confirmation show whom it is about. A control search asks for one of the phones. What the search by phone gave in
//! this run is kept too, to notice one that gives the same guest for every phone.

use probonus::{Account, AccountId, Phone};

use crate::model::profile;

/// Guests, and searches, that are remembered. The one that was heard of longest ago is forgotten first.
const MOST: usize = 200;

/// A guest as the server told of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownGuest {
    pub name: String,
    pub group: Option<String>,
    pub phone: Option<Phone>,
}

/// The guests of this run, and the searches that found somebody.
#[derive(Debug, Default)]
pub struct KnownGuests {
    guests: Vec<(AccountId, KnownGuest)>,
    searches: Vec<(Phone, Vec<AccountId>)>,
}

impl KnownGuests {
    /// Remembers a guest. A record without a name is ignored.
    pub fn hear(&mut self, account: &Account) {
        let name = profile::full_name(&account.profile);
        if name.is_empty() {
            return;
        }
        let group = account.group.as_ref().and_then(|group| group.name.clone());
        self.guests.retain(|(id, _)| *id != account.id);
        if self.guests.len() >= MOST {
            self.guests.remove(0);
        }
        self.guests.push((account.id.clone(), KnownGuest { name, group, phone: account.phone.clone() }));
    }

    /// Remembers whom a search found, if anybody.
    pub fn note_search(&mut self, phone: &Phone, found: &[Account]) {
        if found.is_empty() {
            return;
        }
        self.searches.retain(|(searched, _)| searched != phone);
        if self.searches.len() >= MOST {
            self.searches.remove(0);
        }
        self.searches.push((phone.clone(), found.iter().map(|account| account.id.clone()).collect()));
    }

    /// The phones by which guests were found, the newest first.
    pub fn phones(&self) -> Vec<Phone> {
        self.guests.iter().rev().filter_map(|(_, guest)| guest.phone.clone()).collect()
    }

    /// The guest of an account, if one was heard of.
    pub fn of(&self, account: &AccountId) -> Option<KnownGuest> {
        self.guests.iter().find(|(id, _)| id == account).map(|(_, guest)| guest.clone())
    }

    /// The phones by which an account was found in this run, or that its record shows.
    pub fn phones_of(&self, account: &AccountId) -> Vec<Phone> {
        let searched =
            self.searches.iter().filter(|(_, found)| found.contains(account)).map(|(phone, _)| phone.clone());
        searched.chain(self.of(account).and_then(|guest| guest.phone)).collect()
    }

    /// The accounts that have a phone, as far as this run knows: it found them, and their records show it or none, or they show it.
    ///
    /// A guest whose record shows another phone by now does not have it any more.
    pub fn accounts_of(&self, phone: &Phone) -> Vec<AccountId> {
        let searched = self.searches.iter().filter(|(searched, _)| searched == phone).flat_map(|(_, found)| found);
        let has_it = |id: &&AccountId| self.of(id).and_then(|guest| guest.phone).is_none_or(|shown| shown == *phone);
        let shown = self.guests.iter().filter(|(_, guest)| guest.phone.as_ref() == Some(phone)).map(|(id, _)| id);
        searched.filter(has_it).chain(shown).cloned().collect()
    }
}
