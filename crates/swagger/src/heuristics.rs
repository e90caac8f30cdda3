//! The guesses that real documents require, each with a document that can't be read without it.
//!
//! A guess without such a document must be removed. [`Heuristic::TABLE`] names one document for each guess. A test switches the
//! guess off and checks that the document's expectations fail. The documents are in `tests/data/swagger`.
//!
//! One of them, `php-names.yaml`, is our own: it combines spellings that public APIs use one by one. Each guess that only this
//! document needs has its public source in [`Heuristic::PUBLIC_SOURCES`].

/// A guess of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heuristic {
    /// `RefillAccount` is `accounts/refill`.
    NameBeforeGroup,
    /// `LoyaltyAccounts`, `doRefreshToken`: some words before a name do not change it.
    WordsBefore,
    /// `/Accounts.svc/Refill`, `/accounts/api/refill`: some words between a group and a name have no meaning.
    WordsBetween,
    /// `refill.json`, `refill.php`: some words after a name have no meaning.
    WordsAfter,
    /// A long name (`find_by_phone`) is unmistakable, whatever group it is in.
    TellingName,
    /// Other last segments under which servers publish a method: `accounts/add_bonus`.
    Alias,
    /// The id of an operation gives its name if the path does not: `Accounts_Refill`.
    OperationId,
    /// A read without a name: `GET /account_groups`, `GET /checks/{id}`.
    ReadByShape,
    /// A write on a bare record is known by its words: `PUT /accounts/{id}`, `updateAccount`.
    BareRecord,
    /// A method with a Russian path is known by the words of its path and of its summary.
    SaidInRussian,
    /// Paths of an administration, of tests and of batches are chosen last.
    SetAside,
    /// A query that the document writes into a path is no part of the path.
    QueryInPath,
    /// A path that is listed twice is two methods.
    TwinPaths,
    /// `/guests/{id}`: the segment before a parameter says whose id it is.
    OwnersInPath,
    /// Of several servers, the one on the developer's own machine does not count.
    OwnMachine,
    /// Variables of a server's URL are filled with their defaults.
    ServerVariables,
    /// `X-Account-Id` is `Account-Id`.
    HeaderPrefix,
    /// `APhone`, `aSum`: arguments of Delphi begin with an A.
    DelphiArguments,
    /// `guest.phone`: a vague name is joined with the name of the record that it is in.
    JoinedNames,
    /// If a read needs one field and takes one input, the input is the field, whatever its name.
    SoleInput,
    /// Of one name at several depths of a body, the outermost is meant.
    Outermost,
    /// `/accounts/{id}/refill` with `accountId` in the body: the same id goes to both.
    SameIdInPath,
    /// Of several places for a field, the one with the vendor's own name is chosen.
    VendorName,
    /// Of several places for a field, the only required one is chosen.
    OnlyDemanded,
    /// A name that is described as «ФИО» takes surname, name and patronymic.
    WholeName,
    /// A list in one text, described as joined by commas.
    Commas,
    /// A comment that is a number is the id of a reason; a text with choices is not ours.
    CodedText,
    /// A flag that makes a read create what it does not find is sent as false.
    CreatesNothing,
    /// If an order can be chosen, the last rows are asked for newest first.
    NewestFirst,
    /// A period that comes in pages is asked for with the largest page.
    WholePeriod,
    /// A parameter named `page` or `offset` asks for the further pages of a period.
    FurtherPages,
    /// A filter by a moment is an end of the period by the last word of its name: `performed_after`, `created__lte`.
    PeriodByEnding,
    /// The only moment of a record is its time, whatever its name.
    SoleMoment,
    /// A switch between a period and the last rows is set to the method that is called.
    Mode,
    /// A choice between adding and taking away is set to adding.
    AddsBonuses,
    /// A flag that makes a write a trial is sent as false.
    NoTrial,
    /// A phone beside a field for the country's code has no known format.
    CountryCode,
    /// A password that is described as a hash can't be written.
    Digest,
    /// A GUID of 32 digits can't be written: it would not be found again.
    GuidWithoutHyphens,
    /// A value of bytes or in base64 can't be written.
    CodedBytes,
    /// The format of a phone is that of its example.
    PhoneByExample,
    /// The format of a phone is told by its pattern.
    PhoneByPattern,
    /// The format of a phone is told by a mask in its description: `8XXXXXXXXXX`.
    PhoneByMask,
    /// The format of a phone is told in words: «11 цифр».
    PhoneInWords,
    /// A format of a phone that is given once counts for the whole document.
    PhoneElsewhere,
    /// The format of a date is that of its example.
    DateByExample,
    /// The format of a date is told in words: «дд.ММ.гггг».
    DateInWords,
    /// The kinds of entries are told by the names of their codes.
    KindsByNames,
    /// A balance that is zero is left out of an answer of protobuf.
    ZerosLeftOut,
    /// Protobuf takes a moment with an offset only.
    MomentsOfProtobuf,
    /// The method at the address of OAuth's tokens is the sign-in.
    TokenUrl,
    /// A method that is named like a sign-in and takes a login and a password is the sign-in.
    SignInByInputs,
    /// The codes of the sexes are told by the names of the choices.
    SexByNames,
    /// The codes of the sexes are told in words: «1 — мужской, 2 — женский».
    SexInWords,
    /// If one sum is in rubles, another without a named unit is not taken for kopecks.
    RublesElsewhere,
    /// The unit of a sum is told by the words of its method or of the document.
    UnitAround,
    /// A sum whose example has a fraction is not in kopecks.
    FractionDoubted,
    /// A record of units and nanos, or of an amount and a currency, is one sum.
    SumAsRecord,
    /// A number of bonuses is no sum, because what one bonus is worth is not known.
    CountedBonuses,
    /// A sum beside a choice of currencies depends on that choice.
    UnitChosen,
    /// If methods ask for a `clientId`, the account's id is read from that very key of a guest's record.
    IdByItsName,
    /// An `Authorization` header without a description takes a session's token after `bearer`.
    BearerBySilence,
    /// The word before a secret is shown in the description: `Token {key}`, `required prefix "Token"`.
    PrefixInWords,
    /// A token that most methods ask for by a parameter is the secret.
    TokenByParameter,
    /// A description tells a permanent token from a session's.
    PermanentInWords,
}

impl Heuristic {
    /// Every guess, and a document that needs it.
    #[cfg(test)]
    const TABLE: [(Self, &'static str); 65] = [
        (Self::NameBeforeGroup, "php-names.yaml"),
        (Self::WordsBefore, "php-names.yaml"),
        (Self::WordsBetween, "xdata.yaml"),
        (Self::WordsAfter, "php-names.yaml"),
        (Self::TellingName, "php-names.yaml"),
        (Self::Alias, "gin.yaml"),
        (Self::OperationId, "gin.yaml"),
        (Self::ReadByShape, "lookalikes.yaml"),
        (Self::BareRecord, "bare-records.yaml"),
        (Self::SaidInRussian, "russian-paths.yaml"),
        (Self::SetAside, "swashbuckle.yaml"),
        (Self::QueryInPath, "query-in-path.yaml"),
        (Self::TwinPaths, "twice.json"),
        (Self::OwnersInPath, "foreign-ids.yaml"),
        (Self::OwnMachine, "1c-http.json"),
        (Self::ServerVariables, "rest-openapi30.yaml"),
        (Self::HeaderPrefix, "php-names.yaml"),
        (Self::DelphiArguments, "xdata.yaml"),
        (Self::JoinedNames, "nested-camel31.yaml"),
        (Self::SoleInput, "1c-http.json"),
        (Self::Outermost, "php-names.yaml"),
        (Self::SameIdInPath, "php-names.yaml"),
        (Self::VendorName, "php-names.yaml"),
        (Self::OnlyDemanded, "two-ids.yaml"),
        (Self::WholeName, "php-names.yaml"),
        (Self::Commas, "php-names.yaml"),
        (Self::CodedText, "nswag3.yaml"),
        (Self::CreatesNothing, "silent-units.yaml"),
        (Self::NewestFirst, "newest-first.yaml"),
        (Self::WholePeriod, "pages.json"),
        (Self::FurtherPages, "fastapi-pages31.json"),
        (Self::PeriodByEnding, "drf-spectacular.yaml"),
        (Self::SoleMoment, "drf-spectacular.yaml"),
        (Self::Mode, "one-transactions-path.yaml"),
        (Self::AddsBonuses, "withdrawals.yaml"),
        (Self::NoTrial, "trials.yaml"),
        (Self::CountryCode, "coded.yaml"),
        (Self::Digest, "coded.yaml"),
        (Self::GuidWithoutHyphens, "coded.yaml"),
        (Self::CodedBytes, "coded.yaml"),
        (Self::PhoneByExample, "springfox2.json"),
        (Self::PhoneByPattern, "fastapi31.json"),
        (Self::PhoneByMask, "goswagger2.yaml"),
        (Self::PhoneInWords, "drf-yasg.json"),
        (Self::PhoneElsewhere, "php-names.yaml"),
        (Self::DateByExample, "as-table.yaml"),
        (Self::DateInWords, "php-names.yaml"),
        (Self::KindsByNames, "numbered-kinds.yaml"),
        (Self::ZerosLeftOut, "grpc-gateway2.yaml"),
        (Self::MomentsOfProtobuf, "grpc-gateway2.yaml"),
        (Self::TokenUrl, "oauth-password31.json"),
        (Self::SignInByInputs, "named-login.yaml"),
        (Self::SexByNames, "named-choices31.yaml"),
        (Self::SexInWords, "nested-camel31.yaml"),
        (Self::RublesElsewhere, "silent-units.yaml"),
        (Self::UnitAround, "l5-swagger.json"),
        (Self::FractionDoubted, "money-unclear.json"),
        (Self::SumAsRecord, "money-objects.yaml"),
        (Self::CountedBonuses, "bonuses-counted.json"),
        (Self::UnitChosen, "bonuses-counted.json"),
        (Self::IdByItsName, "foreign-ids.yaml"),
        (Self::BearerBySilence, "swashbuckle2-query.json"),
        (Self::PrefixInWords, "swashbuckle.yaml"),
        (Self::TokenByParameter, "token-as-parameter.yaml"),
        (Self::PermanentInWords, "php-names.yaml"),
    ];

    /// A public source for each spelling for which only `php-names.yaml` needs a guess. Read in November 2026; only the spelling is
    /// used.
    #[cfg(test)]
    const PUBLIC_SOURCES: [(Self, &'static str); 13] = [
        (Self::NameBeforeGroup, "Adyen's Account API (GitHub Adyen/adyen-openapi): POST /updateAccount"),
        (Self::WordsBefore, "loyalty services that call the group /loyaltyAccounts/{id}; Java servlets with /doLogin"),
        (Self::WordsAfter, "Twitter's API 1.1: POST /statuses/update.json"),
        (
            Self::TellingName,
            "find_by_phone below auth/, clients/, contacts/ and payment/ in services of Dart, Django, Rails, Laravel",
        ),
        (Self::HeaderPrefix, "Stacker's API: `X-Account-Id` in the header of every call on an account's records"),
        (Self::Outermost, "Swagger's own Petstore: `Pet.id` beside `Pet.category.id` and `Pet.tags[].id`"),
        (
            Self::SameIdInPath,
            "Microsoft's tutorial of ASP.NET Core: PUT todoitems/{id}, refused if the body's id is another",
        ),
        (Self::VendorName, "the vendor's page: the sum a guest paid is `moneySpentSum`"),
        (Self::WholeName, "services of Express with swagger-jsdoc: `name`, described as «ФИО пользователя»"),
        (Self::Commas, "Twitter's API 1.1, users/lookup: `user_id`, \"a comma separated list of user IDs\""),
        (
            Self::PhoneElsewhere,
            "a clinic's service: `recipientPhoneNumber` has an example where it is sent, and none where it is searched",
        ),
        (Self::DateInWords, "a JSON schema of a tenant: a text, described as «Дата рождения в формате ДД.ММ.ГГГГ»"),
        (
            Self::PermanentInWords,
            "the vendor's page: a permanent token for the API, or a session's token; Swagger shows both",
        ),
    ];

    /// Whether the reader makes this guess: always, except in the test that switches it off.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "the test asks which one")]
    pub(crate) const fn holds(self) -> bool {
        true
    }

    /// Whether the reader makes this guess.
    #[cfg(test)]
    pub(crate) fn holds(self) -> bool {
        tests::TAKEN_AWAY.get() != Some(self)
    }
}

#[cfg(test)]
#[path = "../tests/it/expectations.rs"]
mod expectations;

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::BTreeMap, path::Path};

    use super::*;
    use crate::learn;

    /// The document that puts spellings of several public APIs together.
    const OUR_OWN: &str = "php-names.yaml";

    thread_local! {
        pub(super) static TAKEN_AWAY: Cell<Option<Heuristic>> = const { Cell::new(None) };
    }

    /// What is not as the document expects.
    fn unmet(bytes: &[u8]) -> Vec<String> {
        match learn(bytes) {
            Ok(learned) => expectations::unmet(&learned.binding, &expectations::document(bytes)),
            Err(error) => vec![error.to_string()],
        }
    }

    fn documents() -> BTreeMap<String, Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/swagger");
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
            .collect()
    }

    #[test]
    fn a_guess_that_only_our_own_document_needs_has_a_public_source() {
        let only_ours = Heuristic::TABLE.into_iter().filter(|(_, name)| *name == OUR_OWN).map(|(guess, _)| guess);
        let sourced = Heuristic::PUBLIC_SOURCES.map(|(guess, _)| guess);
        assert_eq!(only_ours.collect::<Vec<_>>(), sourced);
    }

    #[test]
    fn each_guess_is_needed_by_the_document_that_it_names() {
        let documents = documents();
        let mut idle = Vec::new();
        for (heuristic, name) in Heuristic::TABLE {
            TAKEN_AWAY.set(Some(heuristic));
            if documents.get(name).is_none_or(|bytes| unmet(bytes).is_empty()) {
                let needed: Vec<&String> =
                    documents.iter().filter(|(_, bytes)| !unmet(bytes).is_empty()).map(|(name, _)| name).collect();
                idle.push(format!("{heuristic:?}: not {name}, but {needed:?}"));
            }
            TAKEN_AWAY.set(None);
        }
        assert!(idle.is_empty(), "{idle:#?}");
        for (name, bytes) in &documents {
            assert_eq!(unmet(bytes), Vec::<String>::new(), "{name}");
        }
    }
}
