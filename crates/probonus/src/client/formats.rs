//! Format discovery: learns by reads how a server spells phones and wraps its answers. It never writes.

use std::sync::{Mutex, PoisonError};

use super::Client;
use crate::{
    Delivery, Error, ErrorKind, Method, Phone,
    binding::{Binding, PhoneFormat},
    codec::{self, Call, WireAnswer},
    model::{Account, Group},
};

/// The result of format discovery.
#[derive(Clone, Debug)]
pub struct DiscoveredFormats {
    /// The client's binding with the formats that were found. Lines that an administrator overruled stay as they are.
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
    /// Reads the groups, then looks for a guest by a phone that the server is known to have. It tries the binding's phone format
    /// first, then every other, until one finds a guest. It makes at most six reads and no writes; may be repeated.
    ///
    /// # Errors
    /// Those of the reads. If the server refuses a format, the next one is tried; it is an error only if all are refused.
    pub async fn discover_formats(&self, phone: &Phone) -> Result<DiscoveredFormats, Error> {
        let mut binding = self.binding().clone();
        // A server without a method for groups may still find guests.
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
                // A server that refuses the phone as wrong may want another format.
                Err(error) if error.kind() == ErrorKind::Refused => refused = refused.or(Some(error)),
                Err(error) => return Err(about(Method::FindByPhone)(error)),
            }
        }
        match refused {
            Some(error) if !understood => Err(error),
            _ => Ok(DiscoveredFormats { binding, groups, tried, accounts: Vec::new() }),
        }
    }

    /// Makes one reading call. Also returns where in the answer the record or the list was found.
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
