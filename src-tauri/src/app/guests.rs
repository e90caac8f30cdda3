//! Guests and receipts. Reads only, which may be repeated.

use office::{Filter, PageRequest, journal::Journal as _};
use probonus::{
    Account, AccountId, Level, Loyalty as _, Phone, ReceiptId, Span,
    binding::{Binding, Source},
};

use crate::{
    app::{
        App,
        contract::LiveContract,
        history::{PAGE, hold_against_journal, order::newest_first},
        machine::host::Machine,
        terms::{level_name, offered},
        work::opened::Work,
    },
    error::{AppError, ErrorCode},
    form::Fields,
    shape::shown,
    view::{
        BalanceView, CouponView, GroupView, GuestCard, GuestFound, GuestMade, GuestView, OperationView, ReceiptView,
        TransactionView, phone_text, zone,
    },
};

/// Guests that one phone may show.
const MOST_GUESTS: usize = 20;
/// Characters of a raw record that cross to the page.
const MOST_RAW: usize = 200_000;
/// Operations of the journal on a card.
const OPERATIONS_ON_CARD: u32 = 20;

impl App {
    /// The guests with a phone, in any spelling.
    ///
    /// # Errors
    /// `invalid_input` for what is no phone, and those of the server; `unreadable` if it finds nobody, not even a guest that it found
    /// before, or gives one account for different phones.
    pub async fn find_guest(&self, query: &str) -> Result<GuestFound, AppError> {
        self.not_in_safe_mode()?;
        let phone = phone("query", query)?;
        let work = self.work().await?;
        let accounts = work.office.find_by_phone(&phone).await?;
        if accounts.is_empty() {
            let is_understood = self.phones_are_understood(&work).await;
            let made = work.office.created_with(&phone).await?.map(|made| GuestMade {
                operation: made.id.to_string(),
                at: made.created_at,
                operator: made.operator,
            });
            if is_understood && made.is_none() {
                work.office.believe_absence(&phone).await?;
            }
            let found_before = made.is_none() && work.office.was_found_before(&phone).await?;
            let certain = is_understood && !found_before;
            let (phone, phone_text) = (phone.as_e164().to_owned(), phone_text(&phone));
            return Ok(GuestFound::NotFound { phone, phone_text, certain, found_before, made });
        }
        if note_found(&work, self.found_by_phone(&work)).await {
            self.tell_session().await;
        }
        for account in accounts.iter().take(MOST_GUESTS) {
            work.office.hear_of(account);
            work.known_codes.note(account);
        }
        let guests = accounts.iter().take(MOST_GUESTS).map(|account| guest(account, &phone).in_list()).collect();
        Ok(GuestFound::Found { guests })
    }

    /// Whether the server's format of phones is known: from its description, an administrator, a probe, or a guest that was
    /// found by phone.
    pub(super) async fn phones_are_understood(&self, work: &Work) -> bool {
        let is_known = |contract: &LiveContract| contract.binding().phone.source != Source::Table;
        if work.training.is_some() || self.of_contract(is_known).unwrap_or(false) {
            return true;
        }
        let noted = work.journal.note(FOUND_BY_PHONE).await.ok().flatten();
        noted.is_some() && noted == self.found_by_phone(work)
    }

    /// What is noted when a guest is found by phone: the server, and the format that was understood. Example:
    /// `http://server Seven`. Another format has proven nothing yet.
    fn found_by_phone(&self, work: &Work) -> Option<String> {
        let format = self.of_contract(|contract| contract.binding().phone.value)?;
        Some(format!("{} {format:?}", work.server.as_deref()?))
    }

    /// Everything on a guest's card. The balance or the history may fail alone. If the history shows one of our operations
    /// twice, the queue is halted.
    ///
    /// # Errors
    /// `account_not_found`, and those of the server.
    pub async fn guest_card(&self, phone_typed: &str, account: &str) -> Result<GuestCard, AppError> {
        self.not_in_safe_mode()?;
        let phone = phone("phone", phone_typed)?;
        let id = AccountId::new(account);
        let count = self.settings().rows_in_history;
        let work = self.work().await?;
        let filter = Filter { account: Some(id.clone()), ..Filter::default() };
        let page = PageRequest { after: None, size: OPERATIONS_ON_CARD };
        let (accounts, balance, transactions, operations) = tokio::join!(
            work.office.find_by_phone(&phone),
            work.link.balance(&id),
            work.link.history(&id, Span::Last(count)),
            work.office.list(&filter, page),
        );
        let account = the_account(accounts?, &id)?;
        work.office.hear_of(&account);
        work.known_codes.note(&account);
        let (balance, balance_error) = split(balance);
        let (transactions, transactions_error) = split(transactions);
        if let Some(history) = &transactions {
            hold_against_journal(&work, &id, history).await;
        }
        let mut last = newest_first(transactions.map_or_else(Vec::new, |history| history.transactions), &zone());
        last.truncate(PAGE);
        let mut guest = guest(&account, &phone);
        let by_code = account.profile.discount_level.clone().map(|code| Level { code: Some(code), ..Level::default() });
        guest.level = guest.level.or(by_code);
        if let Some(level) = guest.level.as_mut().filter(|level| level.name.is_empty()) {
            level.name = level_name(&account, &self.binding_of(&work), &work.known_codes, &self.settings());
        }
        Ok(GuestCard {
            guest,
            terms: offered(&account, &self.binding_of(&work), &work.known_codes, &self.settings()),
            balance: balance.as_ref().map(|detail| BalanceView::of(detail, &account)),
            balance_error,
            last_transactions: last.iter().map(TransactionView::from).collect(),
            transactions_error,
            operations: operations?
                .rows
                .iter()
                .filter(|operation| work.office.is_of_this_server(operation))
                .map(OperationView::from)
                .collect(),
        })
    }

    /// The binding of the open server.
    pub(super) fn binding_of(&self, work: &Work) -> Binding {
        let training = work.training.as_ref().map(|training| training.client.binding().clone());
        training.or_else(|| self.of_contract(LiveContract::binding)).unwrap_or_default()
    }

    /// A receipt with its dishes; `None` if the server has none with this id.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn receipt(&self, id: &str) -> Result<Option<ReceiptView>, AppError> {
        self.not_in_safe_mode()?;
        let receipt = self.work().await?.link.receipt(&ReceiptId::new(id)).await?;
        Ok(receipt.as_ref().map(ReceiptView::from))
    }

    /// The account groups.
    ///
    /// # Errors
    /// Those of the server.
    pub async fn groups(&self) -> Result<Vec<GroupView>, AppError> {
        self.not_in_safe_mode()?;
        let groups = self.work().await?.link.groups().await?;
        Ok(groups.iter().take(1000).map(GroupView::from).collect())
    }

    /// The guest's record as the server sent it, indented.
    ///
    /// # Errors
    /// `account_not_found`, and those of the server.
    pub async fn guest_raw(&self, phone_typed: &str, account: &str) -> Result<String, AppError> {
        self.not_in_safe_mode()?;
        let phone = phone("phone", phone_typed)?;
        let accounts = self.work().await?.office.find_by_phone(&phone).await?;
        let account = the_account(accounts, &AccountId::new(account))?;
        let text = serde_json::to_string_pretty(&account.raw)
            .map_err(|error| AppError::new(ErrorCode::Internal, error.to_string()))?;
        Ok(shown(&text, MOST_RAW))
    }
}

/// The note in the journal that names the server on which a guest was found by phone, and in which format.
const FOUND_BY_PHONE: &str = "server.found_by_phone";

/// Records that a guest was found by phone: `found` names server and format. Returns whether that is new.
async fn note_found(work: &Work, found: Option<String>) -> bool {
    let Some(found) = found else { return false };
    if work.journal.note(FOUND_BY_PHONE).await.is_ok_and(|noted| noted.as_ref() == Some(&found)) {
        return false;
    }
    let noted = work.journal.set_note(FOUND_BY_PHONE, Some(&found)).await;
    if let Err(error) = &noted {
        tracing::warn!(%error, "it could not be noted that phones are understood");
    }
    noted.is_ok()
}

fn phone(field: &str, typed: &str) -> Result<Phone, AppError> {
    let mut fields = Fields::default();
    let phone = fields.phone(field, typed);
    fields.done(phone)
}

fn the_account(accounts: Vec<Account>, id: &AccountId) -> Result<Account, AppError> {
    accounts
        .into_iter()
        .find(|account| account.id == *id)
        .ok_or_else(|| AppError::new(ErrorCode::AccountNotFound, "no such account by that phone"))
}

/// The guest, as found by `phone`. If the record does not show that phone, it is told as the searched one, never as the guest's own.
fn guest(account: &Account, phone: &Phone) -> GuestView {
    let mut view = GuestView::from(account);
    view.coupons = CouponView::of_all(&account.coupons, Some(Machine.today()));
    view.found_by = (account.phone.as_ref() != Some(phone)).then(|| phone_text(phone));
    view.phone.get_or_insert_with(|| phone.as_e164().to_owned());
    view
}

fn split<T>(answer: Result<T, probonus::Error>) -> (Option<T>, Option<AppError>) {
    match answer {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error.into())),
    }
}

#[cfg(test)]
mod tests {
    use probonus::Profile;
    use serde_json::json;

    use super::*;

    /// The record shows no phone, or one that can't be read because it is masked: the searched phone need not be the guest's.
    #[test]
    fn a_phone_that_the_record_does_not_show_is_not_shown_as_the_guests() {
        let searched: Phone = "+79123456789".parse().unwrap();
        let record = json!({
            "id": "1002", "phone": null, "profile": Profile::default(), "shownTerms": [], "group": null, "level": null,
            "balance": null, "turnover": null, "coupons": [], "blocked": null, "raw": { "phone": "+7 9** ***-**-02" }
        });
        let hidden: Account = serde_json::from_value(record).unwrap();
        let view = guest(&hidden, &searched);
        assert_eq!((view.phone.as_deref(), view.phone_text), (Some("+79123456789"), None), "it finds the guest");
        assert_eq!(view.found_by, Some(phone_text(&searched)));
        let shown = Account { phone: Some(searched.clone()), ..hidden };
        let view = guest(&shown, &searched);
        assert_eq!((view.phone_text, view.found_by), (Some(phone_text(&searched)), None));
    }
}
