//! Masks secrets, phones, card numbers, e-mails and names in every line of a log and in every file for support.

mod addresses;
mod digits;
mod fields;
mod mark;
mod people;
mod secrets;
mod spelling;

use std::io;

use tracing_subscriber::fmt::MakeWriter;

pub(crate) use self::{people::People, secrets::hide};

/// The text without secrets, phones, cards, e-mails, and names in fields that are known to hold one.
#[must_use]
pub(crate) fn masked(text: &str) -> String {
    let text = secrets::after_schemes(&secrets::hidden(text));
    let text = addresses::users(&fields::hidden(&text));
    digits::hidden(&addresses::emails(&text))
}

/// Makes writers that mask every text.
#[derive(Debug)]
pub(crate) struct Masked<M>(pub M);

/// A writer that masks every text. The log writes each event in one piece.
#[derive(Debug)]
pub(crate) struct MaskedWriter<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Masked<M> {
    type Writer = MaskedWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        MaskedWriter(self.0.make_writer())
    }
}

impl<W: io::Write> io::Write for MaskedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(masked(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn everything_is_hidden_in_one_line() {
        hide(&"s3cret-Token-Of-Mask-Test".into());
        for (text, expected) in [
            ("said s3cret-Token-Of-Mask-Test, twice", "said •••, twice"),
            ("/find_by_phone?phone=%2B79123456789&x=1", "/find_by_phone?phone=…6789&x=1"),
            (
                "by http://olga:pw@proxy.example.ru:3128 to vera@example.ru",
                "by http://•••@proxy.example.ru:3128 to •••",
            ),
            ("Authorization: Bearer abc.def-1", "Authorization: Bearer •••"),
            (
                r#"{"fio":"Иванова","phone":"+79123456789","token":"x"}"#,
                r#"{"fio":"•••","phone":"…6789","token":"•••"}"#,
            ),
            ("2026-11-23T21:05:00.123456Z  INFO engine: sent", "2026-11-23T21:05:00.123456Z  INFO engine: sent"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn a_writer_masks_what_goes_through_it() {
        let mut written = Vec::new();
        MaskedWriter(&mut written).write_all("позвонили 89123456789\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "позвонили …6789\n");
    }
}
