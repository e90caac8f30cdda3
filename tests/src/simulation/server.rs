//! A server with the network to it, under the address by which the office knows it.

use std::sync::Arc;

use jiff::SignedDuration;
use probonus_sandbox::{Options, Sandbox, TokioClock, core::calendar::Calendar};

use super::{
    disk::Disk,
    guests::create_guests,
    network::{Network, NetworkProfile},
    random::Random,
    trace::Trace,
    trouble::Trouble,
};

/// The address of the office's own server.
pub const HOME: &str = "https://sandbox.example";
/// The address of the other server.
pub const AWAY: &str = "https://away.example";
/// The balance of every guest of the other server at the start, kopecks. No guest of the office's own server ever has it.
const THERE_BEFORE: i64 = 7_777_777;

/// A server with the network to it.
#[derive(Clone)]
pub struct Server {
    /// Its address.
    pub address: &'static str,
    /// The server.
    pub sandbox: Sandbox,
    /// The network.
    pub network: Network,
}

impl Server {
    /// A server without guests, in the trouble of a profile.
    pub fn empty(seed: u64, trouble: Option<Trouble>, clock: TokioClock) -> Sandbox {
        let calendar = trouble.map_or_else(Calendar::default, |trouble| trouble.calendar(seed));
        let deferral = trouble.and_then(Trouble::deferral);
        let sandbox =
            Sandbox::empty(Options { seed, clock: Arc::new(clock), calendar, deferral, ..Options::default() });
        if trouble == Some(Trouble::ListedBack) {
            sandbox.with_core(|core| core.date_entries_back(true));
        }
        sandbox
    }

    /// The other server: its guests have the same phones and the same ids, and other balances.
    pub fn away(sandbox: Sandbox, disk: Arc<Disk>, profile: NetworkProfile, weather: Random, trace: Trace) -> Self {
        for guest in create_guests(&sandbox) {
            let note = Some("было".to_owned());
            let _ = sandbox.with_core(|core| core.refill(guest.id, THERE_BEFORE, note));
        }
        sandbox.advance_clock(SignedDuration::ZERO);
        Self { address: AWAY, network: Network::new(AWAY, &sandbox, disk, profile, weather, trace), sandbox }
    }
}
