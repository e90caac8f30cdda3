//! Sums that are compared.

use probonus::Kopecks;

/// Whether one sum is exactly a hundred times the other: one side counts rubles, the other kopecks.
pub fn is_hundredfold(one: Kopecks, other: Kopecks) -> bool {
    let hundred = |sum: Kopecks| sum.get().checked_mul(100);
    one != Kopecks::ZERO && (hundred(one) == Some(other.get()) || hundred(other) == Some(one.get()))
}
