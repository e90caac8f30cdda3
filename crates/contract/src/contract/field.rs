//! The logical fields of the protocol: what a value means, whatever a server calls it.

use std::{collections::HashMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::unit::{MoneyUnit, Unit};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $unit:ident = $($spelling:literal)+;)+) => {
        /// A logical field: what a value means, whatever a server calls it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[non_exhaustive]
        pub enum Field { $($(#[$doc])* $name,)+ }

        impl Field {
            /// Every logical field.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// What kind of value it holds.
            #[must_use]
            pub const fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit,)+ }
            }

            /// Every spelling that is known of it, the best first. Case and separators do not matter: `accountId` stands
            /// for `AccountID`, `account_id` and `account-id` too. A tilde before a spelling marks a word that may mean
            /// much else, and counts only where no plain one is met.
            #[must_use]
            pub const fn spellings(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($spelling,)+],)+ }
            }
        }
    };
}

fields! {
    /// Login of a web-admin user.
    Login: Text = "login" "userName" "user" "email" "userNameOrEmailAddress" "userNameOrEmail";
    /// Their password.
    Password: Secret = "password" "pass" "pwd";
    /// The bearer token of a session.
    AccessToken: Secret = "accessToken" "~token" "~access" "bearerToken" "~bearer" "jwt" "authToken" "sessionToken";
    /// What renews a session.
    RefreshToken: Secret = "refreshToken" "refresh" "renewToken";
    /// Seconds a session lives.
    ExpiresIn: Number = "expiresIn" "expireIn" "lifetime" "ttl" "expireInSeconds" "expiresInSeconds";
    /// When a session ends.
    ExpiresAt: Time = "expiresAt" "expires" "expiration" "expirationDate" "validTo" "expireDate";
    /// The guest's account.
    Account: Id = "accountId" "account" "idAccount" "accId" "~accountNumber" "~id" "~guestId" "~clientId" "~customerId" "~holderId" "~userId" "кодСчета" "кодСчёта" "номерСчета" "номерСчёта" "~счет" "~счёт";
    /// The group of accounts.
    Group: Id = "accountGroupId" "accountGroup" "groupId" "~group" "idGroup" "accountsGroupId" "кодГруппы" "~группа";
    /// The phone.
    Phone: Phone = "phone" "phoneNumber" "mobilePhone" "mobile" "~tel" "telephone" "~identificator" "msisdn" "~phones" "cellPhone" "телефон" "номерТелефона";
    /// Фамилия.
    Surname: Text = "surname" "lastName" "familyName" "~family" "lName" "ln" "sName" "фамилия";
    /// Имя.
    Name: Text = "~name" "firstName" "givenName" "fName" "fn" "имя";
    /// Отчество.
    Patronymic: Text = "patronymic" "middleName" "patronymicName" "secondName" "patName" "mName" "mn" "fatherName" "отчество";
    /// The whole name in one text, surname first.
    FullName: Text = "fullName" "fio" "displayName" "~clientName" "~guestName" "~holderName" "~holder" "фио";
    /// Birthday.
    Birthday: Date = "birthday" "birthDate" "dateOfBirth" "birth" "bornDate" "bDate" "dob";
    /// Sex.
    Sex: Sex = "sex" "gender" "sexId" "genderId" "sexCode";
    /// E-mail.
    Email: Text = "email" "~mail" "emailAddress";
    /// Cards and other additional identifiers.
    Identifiers: List = "identifiers" "additionalIdentifiers" "cards" "cardNumbers" "cardNumber" "card" "cardCode" "cardTrack" "barcode" "~identifier" "~codes";
    /// A sum to add by hand, or the sum of a transaction.
    Sum: Money = "sum" "amount" "value" "bonusSum" "~count" "~bonus" "~bonuses" "refillSum" "sumBonus" "bonusAmount" "summ" "summa" "~delta" "~change" "сумма";
    /// The reason.
    Comment: Text = "comment" "~description" "reason" "note" "remark" "comments" "notes" "комментарий";
    /// First day of a period.
    From: Date = "from" "dateFrom" "fromDate" "startDate" "dateStart" "begin" "dateBegin" "beginDate" "start" "periodFrom" "since" "dateFirst" "periodStart" "periodBegin" "startDay" "fromDay" "minDate" "~startTime" "~fromTime" "~timeFrom" "~beginTime" "~startAt" "~startDateTime" "~fromDateTime" "~dateTimeFrom" "датаНачала" "началоПериода";
    /// Last day of a period.
    To: Date = "to" "dateTo" "toDate" "endDate" "dateEnd" "end" "finish" "dateFinish" "periodTo" "till" "until" "dateLast" "periodEnd" "finishDate" "periodFinish" "endDay" "toDay" "maxDate" "~endTime" "~toTime" "~timeTo" "~finishTime" "~endAt" "~endDateTime" "~toDateTime" "~dateTimeTo" "датаОкончания" "конецПериода";
    /// How many rows.
    Count: Number = "count" "limit" "top" "last" "take" "~n" "~number" "pageSize" "~size" "~rows" "~quantity" "lastCount" "transactionsCount" "maxCount" "maxResultCount" "maxResults" "perPage" "pageLimit" "rowsPerPage" "itemsPerPage" "~amount" "количество";
    /// A receipt's id.
    Receipt: Id = "checkId" "receiptId" "~id" "idCheck" "~check" "~receipt" "~billId" "~orderId" "кодЧека";
    /// Code of a restaurant.
    RestCode: Text = "restCode" "restaurantCode" "~rest" "codeRest" "~restaurant" "~restId" "~restaurantId" "кодРесторана";
    /// GUID of an outside purchase.
    CheckGuid: Guid = "checkGuid" "guid" "checkUuid" "guidCheck" "transactionGuid" "~uuid" "externalGuid" "receiptGuid" "~uid";
    /// Code of a station.
    Station: Number = "rkUnit" "~unit" "stationCode" "station" "unitCode" "cashCode" "~terminal" "~workplace" "stationId" "rkStation";
    /// Number of an outside purchase in the outside system.
    ExternalCheck: Text = "externalCheck" "externalCheckNumber" "externalNumber" "outsideNumber" "~externalId" "~checkNumber" "~orderNumber" "externalCheckNum" "~checkNum";
    /// Bonuses taken in payment.
    BonusSpent: Money = "bonusSpentSum" "bonusSpent" "spentBonusSum" "spentBonus" "bonusPaid" "bonusPayment" "paidBonus" "bonusWriteOff" "spentBonuses" "bonusesSpent";
    /// Discount.
    Discount: Money = "discountSum" "~discount" "sumDiscount" "discountAmount";
    /// Bonuses added for a purchase.
    BonusAccrued: Money = "bonusAccruedSum" "bonusAccrued" "accruedBonusSum" "accruedBonus" "bonusAdded" "bonusAccrual" "accrued" "addedBonus" "accruedBonuses" "bonusesAccrued";
    /// What a guest paid in money.
    MoneySpent: Money = "moneySpentSum" "moneySpent" "spentMoneySum" "paidSum" "moneySum" "paySum" "paymentSum" "~paid" "~moneyAmount" "moneyPaid" "purchaseSum" "spentMoney";
    /// Text about the contents of an outside purchase.
    CheckData: Text = "checkData" "checkText" "~data" "~content" "~contents" "receiptText" "checkContent" "receiptData";
    /// When an outside purchase was made.
    PurchasedAt: Time = "purchasedAt" "purchaseDate" "checkDate" "~dateTime" "checkDateTime" "~date" "operationDate" "transactionDate" "purchaseTime" "checkTime" "closeDate";
    /// Id of a group in the list of groups.
    ListedGroup: Id = "id" "groupId" "accountGroupId" "idGroup" "~accountGroup" "~group" "~code";
    /// Name of a group.
    GroupName: Text = "name" "groupName" "accountGroupName" "~title" "~caption" "~accountGroup" "~group";
    /// «Шаблон для API».
    HaveTemplate: Flag = "haveTemplate" "hasTemplate" "isTemplate" "template" "templateForApi" "withTemplate" "apiTemplate";
    /// Level of the ladder.
    Level: Text = "levelName" "~level" "loyaltyLevel" "discountLevel" "bonusLevel" "~category" "levelTitle" "loyaltyLevelName" "discountLevelName" "currentLevel";
    /// «Код скидки»: the code of the level, as against its name.
    DiscountLevel: Id = "discountLevelId" "levelId" "discountId" "discountCode" "discountLevelCode" "levelCode" "codeDiscount" "idLevel" "idDiscount" "loyaltyLevelId" "bonusLevelId" "кодСкидки" "~discountLevel";
    /// «Код типа бонусов».
    BonusType: Id = "bonusTypeId" "bonusType" "bonusTypeCode" "codeBonusType" "idBonusType" "bonusKindId" "кодТипаБонусов";
    /// How many days bonuses live that are given from now on.
    BonusLifetime: Number = "lifetime" "bonusLifetime" "bonusLifeDays" "bonusLife" "lifetimeDays" "bonusLifetimeDays" "bonusesLifetime" "bonusTtl" "bonusExpireDays" "срокЖизниБонусов";
    /// Percent of the level.
    Percent: Text = "percent" "levelPercent" "discountPercent" "bonusPercent" "rate" "accrualPercent" "bonusRate";
    /// Balance.
    Balance: Money = "balance" "bonusBalance" "balanceBonus" "currentBalance" "totalBalance" "~bonus" "~bonuses" "~sum" "~amount" "accountBalance" "balanceSum" "sumBalance" "availableBalance" "баланс";
    /// Turnover counted for the ladder.
    Turnover: Money = "turnover" "turnoverSum" "totalSpent" "sumTurnover" "moneyTurnover" "spentTotal" "accumulated" "totalTurnover" "оборот";
    /// Coupons.
    Coupons: List = "coupons" "couponList" "vouchers" "promocodes" "activeCoupons" "accountCoupons" "guestCoupons" "clientCoupons" "myCoupons" "availableCoupons" "couponsList" "voucherList" "activeVouchers";
    /// A coupon's name.
    CouponName: Text = "name" "couponName" "title" "couponTitle" "caption" "label" "text" "displayName" "~description" "~coupon" "~promotion" "~promotionName" "~action" "~type";
    /// A coupon's code.
    CouponCode: Text = "code" "couponCode" "number" "barcode" "couponNumber" "promocode" "couponBarcode";
    /// Last day a coupon is good for.
    ValidUntil: Date = "validUntil" "validTo" "expires" "expireDate" "endsAt" "dateExpire" "expiryDate" "activeTo" "activeUntil" "bestBefore" "dateTo" "endDate" "expirationDate" "expiresAt" "until" "till" "validTill";
    /// Whether an account is blocked.
    Blocked: Flag = "blocked" "isBlocked" "locked" "isLocked" "block" "disabled" "isDisabled" "blockedAt" "lockedAt" "banned" "isBanned" "frozen" "isFrozen" "suspended" "isSuspended";
    /// Whether an account is deleted, or merged into another; a moment says since when.
    Deleted: Flag = "deleted" "isDeleted" "deletedAt" "dateDeleted" "deleteDate" "deletedOn" "removed" "isRemoved" "removedAt" "archived" "isArchived" "archivedAt" "isMerged" "mergedAt";
    /// The rows of a list of transactions.
    Transactions: List = "transactions" "operations" "history" "movements" "transactionList" "~items" "~rows" "~list";
    /// Id of a transaction.
    Transaction: Id = "transactionId" "~id" "idTransaction" "~operationId" "~rowId" "~transaction";
    /// Kind of a transaction: a word or a code.
    Kind: Text = "type" "kind" "operation" "transactionType" "operationType" "typeCode" "operationKind" "typeId";
    /// Kind of a transaction in words.
    KindName: Text = "typeName" "kindName" "operationName" "transactionTypeName" "typeTitle" "operationTypeName";
    /// When.
    At: Time = "date" "dateTime" "created" "createdAt" "whenCreated" "time" "timestamp" "at" "operationDate" "transactionDate" "createDate" "createTime" "createdOn" "dateCreate" "closedAt" "closeTime" "checkDate" "openTime" "closeDate" "performed" "performedAt" "performedOn" "occurredAt" "happenedAt" "executedAt" "processedAt" "postedAt" "madeAt" "registeredAt" "addedAt" "operationTime" "operationDateTime" "transactionTime" "transactionDateTime" "eventDate" "eventTime" "createdDate" "createdTime" "creationDate" "dateCreated" "dateOperation" "moment" "дата" "~performedDate" "~occurred" "~executed" "~processed" "~when" "~closed" "~completedAt" "~checkDateTime";
    /// Balance after a transaction.
    BalanceAfter: Money = "balanceAfter" "~balance" "~rest" "~restSum" "~remainder" "newBalance" "balanceAfterOperation" "saldo";
    /// What will burn, by dates.
    Burning: List = "burning" "burnings" "burn" "expirations" "expiring" "~lots" "~details" "~detail" "burningBonuses" "~parts" "~expires" "burningList" "~balances" "~items" "burns" "bonusLots" "сгорание";
    /// The day a part of the balance burns.
    BurnDate: Date = "date" "burnDate" "expireDate" "expires" "expiresAt" "burningDate" "dateBurn" "expirationDate" "validTo" "validUntil" "endDate" "burnAt" "dateExpire" "burnsAt" "dateTo" "~at" "~day" "deadline" "expiresOn" "expiryDate" "burnsOn" "expireAt" "expiration" "activeTo" "activeUntil" "endsAt" "дата" "expiry" "until" "till" "validTill" "activeTill" "expireOn" "expirationAt" "burnOn" "burnDay" "burningAt" "burningOn" "burningDay" "dateExpiration" "dateEnd" "finishDate" "dateFinish" "датаСгорания" "сгорит" "сгорает" "срокДействия" "действуетДо" "датаОкончания";
    /// How much burns.
    BurnSum: Money = "sum" "amount" "value" "burnSum" "burningSum" "~balance" "~rest" "bonusSum" "~bonus" "~bonuses" "burnAmount" "summ" "сумма";
    /// What never burns, in one sum.
    NeverBurns: Money = "neverBurns" "neverBurn" "notBurning" "nonBurning" "unburnable" "permanentBalance" "permanentSum" "nonExpiring" "neverExpires" "withoutExpiration" "неСгорает";
    /// What waits to be counted, by dates.
    Waiting: List = "waiting" "awaiting" "awaitingIssue" "pendingBonuses" "deferred" "deferredBonuses" "lateIssues" "futureAccruals" "upcoming" "pending" "pendingAccruals" "awaitingAccruals" "awaitingAccrual" "awaitingBonuses" "waitingBonuses" "futureBonuses" "inactiveBonuses" "scheduledAccruals" "ожидание";
    /// All that waits to be counted, in one sum.
    WaitingTotal: Money = "bonusAwaitingIssue" "awaitingIssueSum" "waitingTotal" "totalWaiting" "awaitingTotal" "pendingTotal" "sumAwaitingIssue" "awaiting" "awaitingIssue" "awaitingAccrual" "awaitingBonus" "awaitingBonuses" "awaitingAmount" "awaitingBalance" "pending" "pendingBonus" "pendingBonuses" "pendingAmount" "pendingBalance" "pendingAccrual" "waitingBonus" "waitingBonuses" "waitingBalance" "futureBonuses" "inactiveBonuses" "inactiveBalance";
    /// A part that waits.
    WaitingSum: Money = "sumLateIssue" "lateIssueSum" "waitingSum" "awaitingSum" "pendingSum" "~sum" "~amount" "~value" "~bonus" "~bonuses" "~сумма";
    /// The day from which a part that waits counts.
    WaitingFrom: Date = "dateLateIssue" "lateIssueDate" "issueDate" "dateIssue" "activeFrom" "availableFrom" "countsFrom" "validFrom" "accrualDate" "activationDate" "startsAt" "startAt" "startsOn" "startsFrom" "startDate" "dateStart" "beginsAt" "effectiveFrom" "effectiveDate" "activeSince" "activatesAt" "activateAt" "activatedAt" "availableAt" "issuesAt" "issueAt" "issuedAt" "accruesAt" "accrueAt" "accrualAt" "dateAccrual" "becomesActive" "notBefore" "~date" "~from" "~at" "~dateFrom" "~дата";
    /// Number printed on a receipt.
    CheckNumber: Text = "number" "checkNumber" "receiptNumber" "num" "checkNum" "billNumber";
    /// Restaurant of a receipt, by name or code.
    Restaurant: Text = "restaurant" "restaurantName" "restName" "rest" "restCode" "restaurantCode";
    /// Waiter or cashier.
    Waiter: Text = "waiter" "waiterName" "cashier" "cashierName" "employee" "employeeName" "staff";
    /// Sum of a receipt before discounts.
    Total: Money = "total" "totalSum" "checkSum" "~sum" "~amount" "baseSum" "fullSum" "totalAmount" "sumTotal";
    /// Dishes.
    Lines: List = "lines" "dishes" "~items" "positions" "checkLines" "products" "goods" "~rows" "menuItems" "dishList";
    /// Name of a dish.
    DishName: Text = "name" "dishName" "title" "dish" "productName" "itemName" "caption";
    /// Quantity of a dish.
    Quantity: Text = "quantity" "count" "qty" "amount" "qnt" "cnt";
    /// Price of one.
    Price: Money = "price" "dishPrice" "unitPrice" "~cost" "priceSum";
    /// Sum of a line.
    LineSum: Money = "sum" "lineSum" "~total" "~totalSum" "~cost" "sumTotal" "lineTotal" "~paySum";
    /// Whether a receipt was returned.
    Returned: Flag = "returned" "isReturned" "cancelled" "canceled" "isCancelled" "isCanceled" "deleted" "storno" "isReturn" "refunded";
}

/// A name as it is compared: letters and digits only, in lower case.
#[must_use]
pub fn normal(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name taken apart: how it is compared, and the unit that its tail tells of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelt {
    /// The [`normal`] name.
    pub name: String,
    /// The normal name without the tail.
    pub stem: String,
    /// `Rub`, `Kopecks`… at its end.
    pub unit: Option<MoneyUnit>,
    /// The fields that the whole name may stand for, and those of its stem: found once, asked for each field.
    by_name: &'static [Match],
    by_stem: &'static [Match],
    /// Those fields as a set: most names stand for few, and are asked for many.
    pub fields: FieldSet,
}

impl Spelt {
    /// A name that stands for no field, whatever it looks like. Example: `$id`, the number of a record in its document.
    #[must_use]
    pub fn of_nothing(name: &str) -> Self {
        let (name, fields) = (name.to_lowercase(), FieldSet::default());
        Self { stem: name.clone(), name, unit: None, by_name: &[], by_stem: &[], fields }
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldSet(u128);

const _: () = assert!(Field::ALL.len() <= 128, "a set of fields is a number");

impl FieldSet {
    const fn of(field: Field) -> Self {
        Self(1 << field as u32)
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a field is in the set.
    #[must_use]
    pub const fn has(self, field: Field) -> bool {
        self.0 & Self::of(field).0 != 0
    }
}

const TAILS: [(&str, MoneyUnit); 12] = [
    ("inrubles", MoneyUnit::Rubles),
    ("rubles", MoneyUnit::Rubles),
    ("roubles", MoneyUnit::Rubles),
    ("rubs", MoneyUnit::Rubles),
    ("rub", MoneyUnit::Rubles),
    ("rur", MoneyUnit::Rubles),
    ("inkopecks", MoneyUnit::Kopecks),
    ("kopecks", MoneyUnit::Kopecks),
    ("kopeks", MoneyUnit::Kopecks),
    ("kopeek", MoneyUnit::Kopecks),
    ("kop", MoneyUnit::Kopecks),
    ("cents", MoneyUnit::Kopecks),
];

/// Takes a name apart.
#[must_use]
pub fn spelt(name: &str) -> Spelt {
    let name = normal(name);
    let known = |name: &str| INDEX.get(name).map(Vec::as_slice).unwrap_or_default();
    let by_name = known(&name);
    let tail = TAILS.into_iter().find(|(tail, _)| name.len() > tail.len() && name.ends_with(tail));
    match tail {
        Some((tail, unit)) => {
            let stem = name[..name.len() - tail.len()].to_owned();
            let by_stem = known(&stem);
            Spelt { fields: set_of(by_name).with(set_of(by_stem)), stem, name, unit: Some(unit), by_name, by_stem }
        }
        None => Spelt { fields: set_of(by_name), stem: name.clone(), name, unit: None, by_name, by_stem: &[] },
    }
}

fn set_of(matches: &[Match]) -> FieldSet {
    matches.iter().fold(FieldSet::default(), |set, (field, ..)| set.with(FieldSet::of(*field)))
}

/// A field, and how well a spelling stands for it: tier and place.
type Match = (Field, u8, usize);

/// Every normal spelling, and the fields it may stand for, each with its tier and its place in the list.
static INDEX: LazyLock<HashMap<String, Vec<Match>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<_>> = HashMap::new();
    for &field in Field::ALL {
        for (place, spelling) in field.spellings().iter().enumerate() {
            let tier = u8::from(spelling.starts_with('~'));
            index.entry(normal(spelling)).or_default().push((field, tier, place));
        }
    }
    index
});

impl Field {
    /// The place of `name` among the [`Field::spellings`], 0 for the best; `None` if it is not one of them.
    #[must_use]
    pub fn rank(self, name: &str) -> Option<usize> {
        self.match_of(&spelt(name)).map(|(_, place)| place)
    }

    /// How well a name stands for this field: its tier (0 for spellings that say it plainly, 1 for words that may mean
    /// much else, such as `id`) and its place in the list. The tail of a unit counts for sums only.
    #[inline]
    #[must_use]
    pub fn match_of(self, spelt: &Spelt) -> Option<(u8, usize)> {
        if !spelt.fields.has(self) {
            return None;
        }
        let of = |matches: &[Match]| matches.iter().find(|(field, ..)| *field == self).map(|(_, t, p)| (*t, *p));
        of(spelt.by_name).or_else(|| if self.unit() == Unit::Money { of(spelt.by_stem) } else { None })
    }

    /// Whether a value of this field in an answer is only shown to people. If it is read from another place than before, a person
    /// sees a wrong surname. All others decide where money goes or whether it went: whose account it is, what an entry of the history
    /// is, when it was made, how much there is.
    #[must_use]
    pub const fn is_only_shown(self) -> bool {
        match self {
            // The person. Who owns an account is checked by the phone.
            Self::Surname
            | Self::Name
            | Self::Patronymic
            | Self::FullName
            | Self::Birthday
            | Self::Sex
            | Self::Email
            | Self::Identifiers
            // Names of what has a code or an id of its own.
            | Self::GroupName
            | Self::Level
            | Self::Percent
            // Coupons, which are given and taken elsewhere.
            | Self::Coupons
            | Self::CouponName
            | Self::CouponCode
            | Self::ValidUntil
            // What a receipt lists.
            | Self::Restaurant
            | Self::Waiter
            | Self::Lines
            | Self::DishName
            | Self::Quantity => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_separators_do_not_matter() {
        for name in ["accountId", "AccountID", "account_id", "account-id", "ACCOUNT_ID"] {
            assert_eq!(Field::Account.rank(name), Some(0), "{name}");
        }
        assert_eq!(Field::Account.rank("phone"), None);
    }

    #[test]
    fn the_tail_of_a_sum_is_its_unit() {
        let spelt = spelt("bonus_sum_rub");
        assert_eq!(spelt.unit, Some(MoneyUnit::Rubles));
        assert!(Field::Sum.match_of(&spelt).is_some());
    }

    #[test]
    fn no_field_has_the_same_spelling_twice() {
        for field in Field::ALL {
            let mut normal: Vec<_> = field.spellings().iter().map(|s| normal(s)).collect();
            normal.sort();
            normal.dedup();
            assert_eq!(normal.len(), field.spellings().len(), "{field:?}");
        }
    }
}
