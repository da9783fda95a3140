//! Chance that can be repeated: the same seed gives the same throws on every platform.
//!
//! Must never be in here: the system's randomness.

use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};

/// A seeded generator with the throws that the sandbox needs.
#[derive(Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Dice for a purpose; different salts give independent throws of the same seed.
    pub(crate) fn new(seed: u64, salt: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(
            seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        ))
    }

    /// A number below `limit`; 0 if there is none. Only 32 bits are drawn, so that the width of `usize` does not
    /// matter.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::from(u32::try_from(limit).unwrap_or(u32::MAX));
        usize::try_from((u64::from(self.0.next_u32()) * limit) >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// True in `percent` of a hundred throws.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items.
    ///
    /// An empty list yields the default, so that no list of words can bring the sandbox down.
    pub(crate) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = self.below(items.len());
        items.get(at).copied().unwrap_or_default()
    }

    /// A text that nobody guesses: so many letters and digits.
    pub(crate) fn text(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|_| char::from(self.pick(LETTERS))).collect()
    }

    /// A reference to one of the items.
    pub(crate) fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len());
        items.get(at)
    }

    /// An index, each as likely as its weight.
    pub(crate) fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut throw = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            if throw < *weight {
                return at;
            }
            throw -= weight;
        }
        0
    }
}
