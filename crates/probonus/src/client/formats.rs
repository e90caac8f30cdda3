//! Format discovery: finding out by reading how a server wants its phones and wraps its answers. It never writes.

use std::sync::{Mutex, PoisonError};

use super::Client;
use crate::{
    Delivery, Error, ErrorKind, Method, Phone,
    binding::{Binding, PhoneFormat},
    codec::{self, Call, WireAnswer},
    model::{Account, Group},
};

/// What format discovery found out.
#[derive(Clone, Debug)]
pub struct DiscoveredFormats {
    /// The client's binding with what was found out; lines of an administrator are as they were.
    pub binding: Binding,
    /// The groups that were read.
    pub groups: Vec<Group>,
    /// The formats that were tried, in order; the last one found the guest, if one did.
    pub tried: Vec<PhoneFormat>,
    /// The guests found by the phone; empty: no format found one.
    pub accounts: Vec<Account>,
}

impl DiscoveredFormats {
    /// The format by which the guest was found.
    #[must_use]
    pub fn format(&self) -> Option<PhoneFormat> {
        if self.accounts.is_empty() { None } else { self.tried.last().copied() }
    }
}

impl Client {
    /// Reads the groups, and looks for the guest of a phone that is known to be there: in the format of the binding first,
    /// then in every other, until one finds somebody. At most six reads, and nothing but reads; may be repeated.
    ///
    /// # Errors
    /// Those of the reads. A format that the server refuses is no error unless all of them are.
    pub async fn discover_formats(&self, phone: &Phone) -> Result<DiscoveredFormats, Error> {
        let mut binding = self.binding().clone();
        // A server may have no method for groups; its guests are found all the same.
        let (groups, at) = match self.binding().unsupported(Method::Groups) {
            Some(_) => (Vec::new(), None),
            None => self
                .read_noting(self.binding(), Call::Groups, codec::decode_groups)
                .await
                .map_err(about(Method::Groups))?,
        };
        if let Some(at) = at {
            binding.discovered_envelope(Method::Groups, at);
        }
        let mut tried = Vec::new();
        let (mut refused, mut understood) = (None, false);
        for format in binding.phone_formats_to_try() {
            let trial = binding.with_phone(format);
            tried.push(format);
            match self.read_noting(&trial, Call::FindByPhone(phone), codec::decode_accounts).await {
                Ok((accounts, at)) if !accounts.is_empty() => {
                    binding = trial;
                    if let Some(at) = at {
                        binding.discovered_envelope(Method::FindByPhone, at);
                    }
                    return Ok(DiscoveredFormats { binding, groups, tried, accounts });
                }
                Ok(_) => understood = true,
                // "A wrong phone" is a server's way to say that it is written otherwise.
                Err(error) if error.kind() == ErrorKind::Refused => refused = refused.or(Some(error)),
                Err(error) => return Err(about(Method::FindByPhone)(error)),
            }
        }
        match refused {
            Some(error) if !understood => Err(error),
            _ => Ok(DiscoveredFormats { binding, groups, tried, accounts: Vec::new() }),
        }
    }

    /// One reading call, and where in the answer its record or list stood.
    async fn read_noting<T: Send>(
        &self,
        binding: &Binding,
        call: Call<'_>,
        decode: fn(&Binding, Method, &WireAnswer) -> Result<T, Error>,
    ) -> Result<(T, Option<String>), Error> {
        if call.method().is_write() {
            return Err(
                Error::new(ErrorKind::InvalidRequest, Delivery::NotSent).with_detail("format discovery only reads")
            );
        }
        let at = Mutex::new(None);
        let read = |binding: &Binding, method, answer: &WireAnswer| {
            *at.lock().unwrap_or_else(PoisonError::into_inner) = codec::observed_envelope(binding, method, answer);
            decode(binding, method, answer)
        };
        let value = self.with_binding(binding.clone()).call(call, read).await?;
        Ok((value, at.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn about(method: Method) -> impl Fn(Error) -> Error {
    move |error| error.with_method(method)
}
