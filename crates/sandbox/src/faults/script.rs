//! Rules that decide which calls a fault hits.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::Fault;
use crate::protocol::Method;

/// Hits some calls with a fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The methods; an empty list: all of them.
    #[serde(default)]
    pub methods: Vec<Method>,
    /// Which of their calls, counted since the rule was added.
    #[serde(default)]
    pub when: When,
    /// The most calls that it hits; `None`: no limit.
    #[serde(default)]
    pub times: Option<u64>,
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
}

/// Which calls a rule hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// All.
    #[default]
    Always,
    /// The n-th, from 1.
    Nth(u64),
    /// Every n-th.
    Every(u64),
    /// This many of a thousand, by the sandbox's seed.
    PerMille(u32),
    /// Every call that comes within this many milliseconds after the last call that the rule let through. It is a rate limiter.
    Within(u64),
}

/// A call, as the script counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its number among all calls, from 1.
    pub number: u64,
    /// The method.
    pub method: Method,
}

/// A call that a fault hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// The call.
    pub call: Call,
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
}

type Hook = Box<dyn FnMut(Call) -> Option<Fault> + Send>;

/// The script of faults of a sandbox.
pub struct Faults(Mutex<Script>);

struct Script {
    rules: Vec<Armed>,
    hook: Option<Hook>,
    rng: ChaCha8Rng,
    calls: u64,
    fired: Vec<Fired>,
}

struct Armed {
    rule: Rule,
    seen: u64,
    hits: u64,
    /// When the last call was let through. Only [`When::Within`] uses it.
    passed: Option<Instant>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(seed ^ 0xFA17);
        Self(Mutex::new(Script { rules: Vec::new(), hook: None, rng, calls: 0, fired: Vec::new() }))
    }

    /// Adds a rule. The first rule that hits a call is the only one that does.
    pub fn add(&self, rule: Rule) {
        self.script().rules.push(Armed { rule, seen: 0, hits: 0, passed: None });
    }

    /// Hits the next call of a method.
    pub fn next(&self, method: Method, fault: Fault) {
        self.add(Rule { methods: vec![method], when: When::Always, times: Some(1), fault });
    }

    /// Asks `hook` about every call that no rule hits.
    pub fn ask(&self, hook: impl FnMut(Call) -> Option<Fault> + Send + 'static) {
        self.script().hook = Some(Box::new(hook));
    }

    /// Removes all rules, the hook and the list of hit calls.
    pub fn clear(&self) {
        let mut script = self.script();
        script.rules.clear();
        script.hook = None;
        script.fired.clear();
    }

    /// Sets the seed of [`When::PerMille`].
    pub fn reseed(&self, seed: u64) {
        self.script().rng = ChaCha8Rng::seed_from_u64(seed);
    }

    /// The rules that can still hit a call.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        let script = self.script();
        let live = script.rules.iter().filter(|armed| armed.rule.times.is_none_or(|times| armed.hits < times));
        live.map(|armed| armed.rule.clone()).collect()
    }

    /// The calls that faults hit, oldest first.
    #[must_use]
    pub fn fired(&self) -> Vec<Fired> {
        self.script().fired.clone()
    }

    /// The number of calls so far.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.script().calls
    }

    /// The fault for the call that has just come in.
    pub(crate) fn fault_for(&self, method: Method) -> Option<Fault> {
        let mut script = self.script();
        let script = &mut *script;
        script.calls += 1;
        let call = Call { number: script.calls, method };
        let rng = &mut script.rng;
        let mut fault = None;
        for armed in script.rules.iter_mut().filter(|armed| armed.concerns(method)) {
            armed.seen += 1;
            if fault.is_none() && armed.due(rng) {
                armed.hits += 1;
                fault = Some(armed.rule.fault.clone());
            }
        }
        let fault = fault.or_else(|| script.hook.as_mut().and_then(|hook| hook(call)));
        if let Some(fault) = &fault {
            script.fired.push(Fired { call, fault: fault.clone() });
        }
        fault
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    fn concerns(&self, method: Method) -> bool {
        self.rule.methods.is_empty() || self.rule.methods.contains(&method)
    }

    fn due(&mut self, rng: &mut ChaCha8Rng) -> bool {
        if self.rule.times.is_some_and(|times| self.hits >= times) {
            return false;
        }
        match self.rule.when {
            When::Always => true,
            When::Nth(n) => self.seen == n,
            When::Every(n) => self.seen.is_multiple_of(n),
            When::PerMille(share) => rng.random_range(0..1000) < share,
            When::Within(ms) => {
                let now = Instant::now();
                let is_early = self.passed.is_some_and(|at| now.duration_since(at) < Duration::from_millis(ms));
                if !is_early {
                    self.passed = Some(now);
                }
                is_early
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Fault = Fault::Reset { applied: true };

    fn struck(faults: &Faults, calls: usize) -> Vec<bool> {
        (0..calls).map(|_| faults.fault_for(Method::Refill).is_some()).collect()
    }

    #[test]
    fn rules_count_the_calls_they_concern() {
        let faults = Faults::new(1);
        faults.add(Rule { methods: vec![Method::Refill], when: When::Nth(2), times: None, fault: LOST });
        assert_eq!(faults.fault_for(Method::Groups), None);
        assert_eq!(struck(&faults, 3), [false, true, false]);
        faults.clear();
        faults.add(Rule { methods: vec![], when: When::Every(2), times: Some(1), fault: LOST });
        assert_eq!(struck(&faults, 4), [false, true, false, false]);
        assert_eq!(faults.fired().len(), 1);
    }

    #[test]
    fn chance_is_the_seeds() {
        let draw = |seed| {
            let faults = Faults::new(seed);
            faults.add(Rule { methods: vec![], when: When::PerMille(500), times: None, fault: LOST });
            struck(&faults, 64)
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn a_rule_reads_as_one_flat_record() {
        let rule: Rule = serde_json::from_str(
            r#"{"methods":["accounts/refill"],"when":{"nth":2},"fault":"status","code":502,"applied":true}"#,
        )
        .unwrap();
        assert_eq!(rule.when, When::Nth(2));
        assert_eq!(rule.fault, Fault::Status { code: 502, applied: true });
    }
}
