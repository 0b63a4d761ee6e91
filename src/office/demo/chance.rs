//! Chance with a seed: the same seed makes the same people on every machine and in every version.

/// A small generator (splitmix64). Not for secrets.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    /// A generator of its own for one purpose (`salt`) of one thing (`index`), so that things can be made in any
    /// order and one more question about one of them doesn't change the others.
    pub(super) const fn of(seed: u64, index: u64, salt: u64) -> Self {
        let mut chance = Self(seed ^ mix(index.wrapping_mul(0xA24B_AED4_963E_E407) ^ mix(salt)));
        chance.next();
        chance
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number from 0 to `bound` - 1; 0 where the bound is 0.
    pub(super) const fn below(&mut self, bound: u64) -> u64 {
        let drawn = self.next();
        if bound == 0 { 0 } else { drawn % bound }
    }

    /// True once in `times`.
    pub(super) const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of several; the default where there is none.
    pub(super) fn one<T: Copy + Default>(&mut self, from: &[T]) -> T {
        from.get(self.below(from.len() as u64) as usize).copied().unwrap_or_default()
    }
}

const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}
