//! The TypeScript types of the protocol's values: plain numbers and strings with a name.
//!
//! They are written by hand. A derive would follow serde's `try_from` and `into`, and refuse 64-bit integers, although
//! [`super::Kopecks`] is bounded so that a JavaScript number holds it.

use specta::{Type, Types, datatype::DataType};

impl Type for super::Period {
    fn definition(types: &mut Types) -> DataType {
        mirror_period::Period::definition(types)
    }
}

mod mirror_period {
    /// Business days, both included: `2026-01-31`.
    #[derive(specta::Type)]
    #[allow(dead_code, reason = "only its type is read")]
    pub struct Period {
        from: String,
        to: String,
    }
}

macro_rules! exported_as {
    ($($(#[$doc:meta])* $name:ident = $plain:ty;)+) => {
        mod mirror {
            $(
                $(#[$doc])*
                #[derive(specta::Type)]
                #[allow(dead_code, reason = "only its type is read")]
                pub struct $name($plain);
            )+
        }
        $(
            impl Type for super::$name {
                fn definition(types: &mut Types) -> DataType {
                    mirror::$name::definition(types)
                }
            }
        )+
    };
}

exported_as! {
    /// A sum in kopecks: an integer, exact within ±(2⁵³ − 1).
    Kopecks = i32;
    /// Code of a station (`rkUnit`), 1…999 999.
    StationCode = u32;
    /// A phone as E.164: `+79123456789`.
    Phone = String;
    /// `checkGuid`: the unique number of an outside purchase.
    CheckGuid = String;
    /// Code of a restaurant (`restCode`).
    RestCode = String;
    /// Id of a guest's account.
    AccountId = String;
    /// Id of an account group.
    GroupId = String;
    /// Id of a receipt.
    ReceiptId = String;
}

#[cfg(test)]
mod tests {
    use specta_typescript::Typescript;

    #[derive(specta::Type)]
    #[allow(dead_code, reason = "only its type is read")]
    struct Everything {
        sum: crate::Kopecks,
        station: crate::StationCode,
        phone: Option<crate::Phone>,
        check: crate::ExternalCheck,
        period: crate::Period,
    }

    #[test]
    fn money_crosses_as_a_number_and_a_phone_as_a_string() {
        let types = specta::Types::default().register::<Everything>();
        let exported = Typescript::default().export(&types, specta_serde::Format).unwrap();
        for line in [
            "export type Kopecks = number;",
            "export type StationCode = number;",
            "export type Phone = string;",
            "export type CheckGuid = string;",
            "export type AccountId = string;",
        ] {
            assert!(exported.contains(line), "{line} is not in\n{exported}");
        }
    }
}
