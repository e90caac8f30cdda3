//! The table itself.

use super::{
    field::Field::{self, *},
    profile,
    rows::{
        FieldRow, MethodRow,
        Need::{self, *},
        Origin::{self, *},
    },
};
use crate::method::Method;

const fn f(field: Field, name: &'static str, need: Need, origin: Origin, note: &'static str) -> FieldRow {
    FieldRow { field, name, need, origin, note }
}

/// The fields of a guest between other rows: those of the profile proper, or all of them.
const fn with_profile<const N: usize>(before: &[FieldRow], after: &[FieldRow]) -> [FieldRow; N] {
    let of_profile = N - before.len() - after.len();
    assert!(of_profile == profile::PERSONAL || of_profile == profile::ROWS.len(), "a row too many or too few");
    let mut rows = [profile::ROWS[0]; N];
    let mut at = 0;
    while at < N {
        rows[at] = if at < before.len() {
            before[at]
        } else if at < before.len() + of_profile {
            profile::ROWS[at - before.len()]
        } else {
            after[at - before.len() - of_profile]
        };
        at += 1;
    }
    rows
}

const NEW_GUEST: &[FieldRow] = &with_profile::<{ 2 + profile::PERSONAL }>(
    &[
        f(Group, "accountGroupId", Must, Seed, "a group with `haveTemplate=true`"),
        f(Phone, "phone", Must, Seed, "identifier of a guest across systems; the spelling is an assumption"),
    ],
    &[],
);

const ACCOUNT: &[FieldRow] = &with_profile::<{ 11 + profile::ROWS.len() }>(
    &[f(Account, "id", Must, Assumption, ""), f(Phone, "phone", May, Assumption, "")],
    &[
        f(Group, "accountGroupId", May, Assumption, ""),
        f(GroupName, "accountGroupName", May, Assumption, ""),
        f(Level, "level", May, Assumption, "a name, or a record with name and percent"),
        f(Percent, "levelPercent", May, Assumption, "shown, never computed with"),
        f(Balance, "balance", May, Assumption, ""),
        f(Turnover, "turnover", May, Assumption, ""),
        f(Coupons, "coupons", May, Assumption, ""),
        f(Blocked, "blocked", May, Assumption, "or a word of its `status`"),
        f(Deleted, "deleted", May, Assumption, "or since when, or a word of its `status`"),
    ],
);

const EDIT: &[FieldRow] = &with_profile::<{ 2 + profile::ROWS.len() }>(
    &[
        f(Account, "id", Must, Assumption, "in the JSON type of the record as read"),
        f(Phone, "phone", May, Assumption, "as read"),
    ],
    &[],
);

const TOKENS: &[FieldRow] = &[
    f(AccessToken, "accessToken", Must, Evidence, ""),
    f(RefreshToken, "refreshToken", May, Assumption, ""),
    f(ExpiresIn, "expiresIn", May, Assumption, "seconds"),
    f(ExpiresAt, "expiresAt", May, Assumption, ""),
];

const WRITTEN: &[FieldRow] = &[
    f(Account, "accountId", May, Assumption, ""),
    f(Balance, "balance", May, Assumption, ""),
    f(Transaction, "transactionId", May, Assumption, ""),
    f(Receipt, "checkId", May, Assumption, ""),
];

const TRANSACTION: &[FieldRow] = &[
    f(Transaction, "id", May, Assumption, ""),
    f(At, "date", Must, Assumption, "server time unless it carries a zone"),
    f(Kind, "type", May, Assumption, ""),
    f(KindName, "typeName", May, Assumption, ""),
    f(Sum, "sum", Must, Assumption, "signed; where a server writes it unsigned, the sign is restored from the kind"),
    f(BalanceAfter, "balanceAfter", May, Assumption, ""),
    f(MoneySpent, "moneySpentSum", May, Assumption, ""),
    f(Comment, "comment", May, Assumption, ""),
    f(Receipt, "checkId", May, Assumption, ""),
    f(CheckGuid, "checkGuid", May, Assumption, ""),
    f(ExternalCheck, "externalCheck", May, Assumption, ""),
    f(RestCode, "restCode", May, Assumption, ""),
];

/// Every capability, in the order of the vendor's page: thirteen over twelve paths.
pub const TABLE: [MethodRow; 13] = [
    MethodRow {
        method: Method::Login,
        path: "auth/login",
        aliases: &["sign_in", "signin", "token", "get_token", "authenticate"],
        purpose: "Opens a session and gives a bearer token.",
        origin: Seed,
        request: &[f(Login, "login", Must, Evidence, ""), f(Password, "password", Must, Evidence, "")],
        answer: TOKENS,
    },
    MethodRow {
        method: Method::RefreshToken,
        path: "auth/refresh_token",
        aliases: &["refresh", "renew_token", "token_refresh"],
        purpose: "Renews a session.",
        origin: Seed,
        request: &[f(RefreshToken, "refreshToken", Must, Assumption, "")],
        answer: TOKENS,
    },
    MethodRow {
        method: Method::InsertByTemplate,
        path: "accounts/insert_by_template",
        aliases: &["create_by_template", "add_by_template"],
        purpose: "Creates a guest in a group whose template sets level, welcome bonuses and expiry. Not repeatable.",
        origin: Seed,
        request: NEW_GUEST,
        answer: WRITTEN,
    },
    MethodRow {
        method: Method::Groups,
        path: "account_groups/list",
        aliases: &["account_groups", "groups_list", "all", "get_all", "get_list"],
        purpose: "Groups of accounts; only one with «Шаблон для API» takes new accounts by template.",
        origin: Seed,
        request: &[],
        answer: &[
            f(ListedGroup, "id", Must, Seed, ""),
            f(GroupName, "name", May, Assumption, ""),
            f(HaveTemplate, "haveTemplate", May, Seed, "absent means no"),
        ],
    },
    MethodRow {
        method: Method::FindByPhone,
        path: "accounts/find_by_phone",
        aliases: &["get_by_phone", "search_by_phone", "by_phone"],
        purpose: "Whether a guest exists; if so, almost everything: profile, balance, level, coupons.",
        origin: Seed,
        request: &[f(Phone, "phone", Must, Seed, "wire form `7XXXXXXXXXX` is an assumption")],
        answer: ACCOUNT,
    },
    MethodRow {
        method: Method::Refill,
        path: "accounts/refill",
        aliases: &["add_bonus", "deposit"],
        purpose: "Adds bonuses on the outside system's initiative. Not repeatable.",
        origin: Seed,
        request: &[
            f(Account, "accountId", Must, Assumption, ""),
            f(Sum, "sum", Must, Assumption, "whether kopecks, is an assumption: the balance is compared afterwards"),
            f(Comment, "comment", May, Assumption, "whether it is taken, is unknown"),
        ],
        answer: WRITTEN,
    },
    MethodRow {
        method: Method::TransactionsOfPeriod,
        path: "accounts/transactions",
        aliases: &["transactions_by_period", "transactions_for_period", "get_transactions", "transactions_period"],
        purpose: "All transactions of an account in a period.",
        origin: Seed,
        request: &[
            f(Account, "accountId", Must, Assumption, ""),
            f(From, "from", Must, Assumption, "first day"),
            f(To, "to", Must, Assumption, "last day, included"),
        ],
        answer: TRANSACTION,
    },
    MethodRow {
        method: Method::LastTransactions,
        path: "accounts/transactions",
        aliases: &["last_transactions", "transactions_last", "get_last_transactions"],
        purpose: "The last N transactions of an account. The vendor's page gives it the same path.",
        origin: Seed,
        request: &[f(Account, "accountId", Must, Assumption, ""), f(Count, "count", Must, Assumption, "how many")],
        answer: TRANSACTION,
    },
    MethodRow {
        method: Method::Update,
        path: "accounts/update",
        aliases: &["edit", "modify"],
        purpose: "Changes a profile, the discount or bonus level and the life of bonuses. The whole record as read is sent, \
                  with the edits laid over it: whether omitted fields are blanked, is unknown.",
        origin: Seed,
        request: EDIT,
        answer: WRITTEN,
    },
    MethodRow {
        method: Method::Receipt,
        path: "checks/get_by_id",
        aliases: &["get_check", "check_by_id", "get_check_by_id"],
        purpose: "One receipt of a guest, down to the dishes.",
        origin: Seed,
        request: &[f(Receipt, "id", Must, Assumption, "")],
        answer: &[
            f(Receipt, "id", May, Assumption, "the id that was asked for, if absent"),
            f(CheckNumber, "number", May, Assumption, ""),
            f(At, "date", May, Assumption, ""),
            f(Restaurant, "restaurant", May, Assumption, ""),
            f(Station, "rkUnit", May, Assumption, ""),
            f(Waiter, "waiter", May, Assumption, ""),
            f(Total, "sum", May, Assumption, ""),
            f(Discount, "discountSum", May, Assumption, ""),
            f(MoneySpent, "moneySpentSum", May, Assumption, ""),
            f(BonusSpent, "bonusSpentSum", May, Assumption, ""),
            f(BonusAccrued, "bonusAccruedSum", May, Assumption, ""),
            f(Lines, "lines", May, Assumption, ""),
            f(DishName, "name", May, Assumption, "of a line"),
            f(Quantity, "quantity", May, Assumption, "of a line"),
            f(Price, "price", May, Assumption, "of a line"),
            f(LineSum, "sum", May, Assumption, "of a line"),
            f(CheckData, "checkData", May, Assumption, ""),
            f(CheckGuid, "checkGuid", May, Assumption, ""),
            f(ExternalCheck, "externalCheck", May, Assumption, ""),
            f(RestCode, "restCode", May, Assumption, ""),
            f(Returned, "returned", May, Assumption, ""),
        ],
    },
    MethodRow {
        method: Method::BalanceExtended,
        path: "accounts/get_balance_extended",
        aliases: &["balance_extended", "get_extended_balance"],
        purpose: "The balance in detail: when and how much of it will burn.",
        origin: Seed,
        request: &[f(Account, "accountId", Must, Assumption, "")],
        answer: &[
            f(Balance, "balance", Must, Assumption, "the total; parts alone give none"),
            f(Burning, "burning", May, Assumption, ""),
            f(BurnDate, "date", Must, Assumption, "of a part that burns"),
            f(BurnSum, "sum", Must, Assumption, "of a part that burns"),
            f(NeverBurns, "neverBurns", May, Assumption, "a part counts as well where its date is null or says never"),
            f(Waiting, "waiting", May, Assumption, "accruals that wait for their date"),
            f(WaitingTotal, "bonusAwaitingIssue", May, Evidence, "a variable of the vendor's messages"),
            f(WaitingSum, "sumLateIssue", May, Evidence, "of a part that waits; a variable of the vendor's messages"),
            f(WaitingFrom, "date", May, Assumption, "of a part that waits"),
        ],
    },
    MethodRow {
        method: Method::RegisterCheck,
        path: "external/register_check",
        aliases: &["register_receipt", "add_check", "check_register", "checks_register"],
        purpose: "Counts a purchase made outside r_keeper: turnover, accrual, payment with bonuses. Not repeatable.",
        origin: Seed,
        request: &[
            f(RestCode, "restCode", Must, Seed, "from the directory Настройки → Рестораны"),
            f(CheckGuid, "checkGuid", Must, Seed, "**not checked by ProBonus for uniqueness: that is our job**"),
            f(Account, "accountId", Must, Seed, ""),
            f(Station, "rkUnit", May, Seed, "plainly no real station: 999, 888…"),
            f(ExternalCheck, "externalCheck", May, Seed, "to reconcile two reports by"),
            f(BonusSpent, "bonusSpentSum", IfSet, Seed, "taken from the account in payment"),
            f(Discount, "discountSum", IfSet, Seed, "given outside"),
            f(BonusAccrued, "bonusAccruedSum", IfSet, Seed, "added to the account"),
            f(MoneySpent, "moneySpentSum", Must, Seed, "paid by the guest"),
            f(CheckData, "checkData", May, Seed, "any text"),
            f(PurchasedAt, "purchasedAt", Named, Assumption, "not on the vendor's page; sent only if Swagger names it"),
        ],
        answer: WRITTEN,
    },
    MethodRow {
        method: Method::ReturnCheck,
        path: "external/return_check",
        aliases: &["cancel_check", "return_receipt", "check_return", "checks_return"],
        purpose: "Undoes everything that ProBonus accrued, spent and counted for a purchase. Not repeatable.",
        origin: Seed,
        request: &[
            f(CheckGuid, "checkGuid", Must, Assumption, ""),
            f(RestCode, "restCode", Named, Assumption, "sent only if Swagger names it"),
            f(Account, "accountId", Named, Assumption, "sent only if Swagger names it"),
            f(ExternalCheck, "externalCheck", Named, Assumption, "sent only if Swagger names it"),
            f(Station, "rkUnit", Named, Assumption, "sent only if Swagger names it"),
        ],
        answer: WRITTEN,
    },
];

/// The row of a capability.
#[must_use]
pub fn row(method: Method) -> &'static MethodRow {
    let at = match method {
        Method::Login => 0,
        Method::RefreshToken => 1,
        Method::InsertByTemplate => 2,
        Method::Groups => 3,
        Method::FindByPhone => 4,
        Method::Refill => 5,
        Method::TransactionsOfPeriod => 6,
        Method::LastTransactions => 7,
        Method::Update => 8,
        Method::Receipt => 9,
        Method::BalanceExtended => 10,
        Method::RegisterCheck => 11,
        Method::ReturnCheck => 12,
    };
    static ROWS: [MethodRow; 13] = TABLE;
    &ROWS[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_has_its_own_row() {
        for method in Method::ALL {
            assert_eq!(row(method).method, method);
        }
    }

    #[test]
    fn every_name_of_the_table_is_a_known_spelling_of_its_field() {
        for row in &TABLE {
            for field in row.request.iter().chain(row.answer) {
                let known = field.field.rank(field.name).is_some();
                assert!(known, "{:?}: {} is no spelling of {:?}", row.method, field.name, field.field);
            }
        }
    }
}
