//! Dialects like those of servers that we did not write. Each differs in more than the spelling of names and values.

use super::{
    Audience, Case, Description, Dialect, Envelope, ErrorForm, Framework, KindForm, Missing, OtherPhone, PageLimit,
    PhoneForm, Place, Route, TokenPlace, Verb,
};
use crate::protocol::Method;

/// The number of entries that the servers with pages give at once.
const PAGE: usize = 20;

impl Dialect {
    fn showing(mut self, senses: &[&str]) -> Self {
        self.shown.extend(senses.iter().map(|sense| (*sense).to_owned()));
        self
    }

    fn hiding(mut self, method: Method, senses: &[&str]) -> Self {
        self.hidden.entry(method).or_default().extend(senses.iter().map(|sense| (*sense).to_owned()));
        self
    }
}

/// The detailed balance lists all parts, those that never burn without a day, and no total: `find_by_phone` has it.
pub(super) fn parts_without_total() -> Dialect {
    Dialect { description: Description::OpenApi30, ..Dialect::called("parts-without-total") }
        .showing(&["parts", "awaiting", "awaitingTotal"])
        .hiding(Method::Balance, &["balance", "burning"])
}

/// The description says the form of phones for the creation and the change of a guest, but not for the search.
pub(super) fn silent_search() -> Dialect {
    Dialect {
        phone: PhoneForm::Plus,
        silent_phone: [Method::FindByPhone].into(),
        description: Description::OpenApi30,
        ..Dialect::called("silent-search")
    }
}

/// No description. `8XXXXXXXXXX` is the only form of phones; another form is taken for another number.
pub(super) fn undescribed_eight() -> Dialect {
    Dialect {
        phone: PhoneForm::Eight,
        other_phone: OtherPhone::AnotherNumber,
        description: Description::Absent,
        ..Dialect::called("undescribed-eight")
    }
}

/// Only signed-in callers see the description.
pub(super) fn described_to_the_signed_in() -> Dialect {
    Dialect {
        described_to: Audience::SignedIn,
        phone: PhoneForm::Plus,
        description: Description::OpenApi30,
        description_path: "/api/v0/docs/openapi.json".to_owned(),
        viewer_path: "/api/v0/docs".to_owned(),
        ..Dialect::called("described-to-signed-in")
    }
}

/// Only signed-in callers see the writes in the description.
pub(super) fn writes_described_to_the_signed_in() -> Dialect {
    Dialect {
        described_to: Audience::WritesForSignedIn,
        phone: PhoneForm::Plus,
        description: Description::OpenApi31,
        description_path: "/openapi.json".to_owned(),
        ..Dialect::called("writes-for-signed-in")
    }
}

/// Like FastAPI: OpenAPI 3.1 with `anyOf` null, 422 with `detail[].loc`, a password form, a viewer at `/docs/api/v1.0`.
pub(super) fn fastapi() -> Dialect {
    let mut dialect = Dialect {
        framework: Framework::FastApi,
        request_case: Case::Snake,
        answer_case: Case::Snake,
        errors: ErrorForm::FastApi,
        phone: PhoneForm::Plus,
        paths_with_base: true,
        token: Some(TokenPlace::header("X-API-Key")),
        description: Description::OpenApi31,
        description_path: "/openapi.json".to_owned(),
        viewer_path: "/docs/api/v1.0".to_owned(),
        ..Dialect::called("fastapi")
    }
    .reads_by_get()
    .asks(&[("login", "username")])
    .showing(&["tokenType"])
    .hiding(Method::Login, &["refreshToken", "expiresIn"]);
    dialect.routes.insert(Method::Login, Route::of(Verb::Post, Place::Form));
    dialect.absent.insert(Method::RefreshToken);
    dialect
}

/// The server has no method that lists the groups.
pub(super) fn without_groups() -> Dialect {
    Dialect {
        absent: [Method::Groups].into(),
        description: Description::OpenApi30,
        ..Dialect::called("without-groups")
    }
}

/// Like ASP.NET: PascalCase in requests, camelCase in answers with some PascalCase, ProblemDetails.
pub(super) fn aspnet() -> Dialect {
    Dialect {
        framework: Framework::AspNet,
        request_case: Case::Pascal,
        answer_case: Case::Camel,
        errors: ErrorForm::AspNet,
        missing: Missing::NoContent,
        description: Description::OpenApi30,
        ..Dialect::called("aspnet")
    }
    .tells(&[
        ("balance", "Balance"),
        ("kind", "TypeCode"),
        ("level", "LevelName"),
        ("transaction", "TransactionId"),
    ])
}

/// The server gives only the newest entries, and does not say that there are more.
pub(super) fn few_entries() -> Dialect {
    Dialect {
        newest_first: true,
        page: Some(PageLimit { rows: PAGE, is_told: false }),
        description: Description::OpenApi30,
        ..Dialect::called("few-entries")
    }
}

/// The server gives only some entries, with the number of all of them.
pub(super) fn few_entries_of_so_many() -> Dialect {
    Dialect {
        envelope: Envelope::Under("items".to_owned()),
        newest_first: true,
        page: Some(PageLimit { rows: PAGE, is_told: true }),
        description: Description::OpenApi30,
        ..Dialect::called("few-entries-told")
    }
}

/// Receipts of the POS have a GUID and a number like outside ones, so that only the station distinguishes them.
pub(super) fn marked_pos_receipts() -> Dialect {
    Dialect { marks_pos_receipts: true, description: Description::OpenApi30, ..Dialect::called("marked-pos-receipts") }
        .showing(&["station"])
}

/// The record lists every phone of the guest, and any of them finds it.
pub(super) fn several_phones() -> Dialect {
    Dialect { description: Description::OpenApi30, ..Dialect::called("several-phones") }.showing(&["phones"])
}

/// The words of the vendor's administration panel, waiting accruals with their day, levels listed by id.
pub(super) fn panel() -> Dialect {
    Dialect {
        kinds: KindForm::Panel,
        lists_levels: true,
        description: Description::OpenApi30,
        ..Dialect::called("panel")
    }
    .tells(&[("level", "discountLevelName")])
    .showing(&["awaiting", "awaitingTotal", "dueDate", "station", "parts"])
}
