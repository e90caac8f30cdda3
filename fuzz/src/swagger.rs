//! A document that some server publishes of itself.

use std::sync::LazyLock;

use probonus::binding::{Binding, Line, Source, Verdict};
use probonus_swagger::{Published, learn_all};

use crate::{answer::read_sample, calls::Samples};

static SAMPLES: LazyLock<Samples> = LazyLock::new(Samples::new);

/// Learns a binding from one document, or from several with a zero byte between them. Then it checks the binding:
/// - it is the same after an export and an import;
/// - its lines can be read back;
/// - the requests that it writes can be sent, and contain the sums that they were given.
pub fn swagger(data: &[u8]) {
    const ADDRESSES: [&str; 3] = ["/a.json", "/b.json", "/c.json"];
    let parts = data.splitn(ADDRESSES.len(), |byte| *byte == 0);
    let documents: Vec<_> =
        ADDRESSES.into_iter().zip(parts).map(|(address, bytes)| Published { address, bytes }).collect();
    let Ok(learned) = learn_all(&documents, "") else { return };
    let binding = &learned.binding;
    let read = Binding::import(&binding.export());
    assert_eq!(read.as_ref(), Ok(binding), "a binding survives its file");

    for report in &learned.report.methods {
        let possible = binding.unsupported(report.method).is_none();
        assert_eq!(report.verdict == Verdict::Cannot, !possible, "{:?}", report.method);
        assert_eq!(report.blockers.is_empty(), possible, "{:?}", report.method);
    }
    assert!(binding.diff(binding).is_empty());
    let mut overruled = binding.clone();
    let lines = binding.lines();
    // Not every line is one that can be set; one that is set, says the same, and is an administrator's.
    let set = |line: &&Line| overruled.overrule(line.method, &line.key, &line.value).is_ok();
    let set: Vec<&Line> = lines.iter().filter(set).collect();
    let after = overruled.lines();
    for line in set {
        let now = after.iter().find(|other| (other.method, &other.key) == (line.method, &line.key));
        let now = now.expect("a line that was set is there");
        assert_eq!(now.value, line.value, "{:?} {}", line.method, line.key);
        assert!(now.source == Source::Override || line.key == "body", "{:?} {}", line.method, line.key);
    }
    SAMPLES.write(binding);
    read_sample(binding, data.len());
}
