//! Reproducible chance from whole numbers: the same key gives the same number, in any order of asking.

/// The mixing step of SplitMix64.
const fn mixed(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A source of numbers that are found by index, not drawn in turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise(u64);

impl Noise {
    /// The source of a seed.
    pub(super) const fn new(seed: u64) -> Self {
        Self(mixed(seed))
    }

    /// An independent source for a part of the whole.
    pub(super) const fn part(self, part: u64) -> Self {
        Self(mixed(self.0 ^ mixed(part)))
    }

    /// An independent source for what has a name (FNV-1a over its bytes).
    pub(super) fn named(self, name: &str) -> Self {
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        self.part(name.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
    }

    /// The number at an index, evenly spread over all 64 bits.
    pub(super) const fn bits(self, index: i64) -> u64 {
        mixed(self.0 ^ mixed(index as u64))
    }

    /// The number at an index, in `0..below`; 0 when `below` is not positive.
    pub(super) const fn below(self, index: i64, below: i64) -> i64 {
        if below <= 0 { 0 } else { ((self.bits(index) >> 33) as i64) % below }
    }

    /// The number at an index, in `-1000..=1000`.
    pub(super) const fn around(self, index: i64) -> i64 {
        self.below(index, 2001) - 1000
    }

    /// A line through the numbers at every `step`-th hour, in `-1000..=1000`: neighbouring hours are alike.
    pub(super) const fn smooth(self, hour: i64, step: i64) -> i64 {
        let (knot, rest) = (hour.div_euclid(step), hour.rem_euclid(step));
        let (a, b) = (self.around(knot), self.around(knot + 1));
        (a * (step - rest) + b * rest) / step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_their_bounds_and_do_not_depend_on_the_order_of_asking() {
        let noise = Noise::new(7).named("a/b");
        let forth: Vec<i64> = (-500..500).map(|h| noise.smooth(h, 7)).collect();
        let mut back: Vec<i64> = (-500..500).rev().map(|h| noise.smooth(h, 7)).collect();
        back.reverse();
        assert_eq!(forth, back);
        assert!(forth.iter().all(|n| (-1000..=1000).contains(n)));
        assert!((0..500).all(|i| (0..10).contains(&noise.below(i, 10))));
        assert_eq!(noise.below(3, 0), 0);
    }

    #[test]
    fn the_line_passes_through_its_knots() {
        let noise = Noise::new(1);
        assert_eq!(noise.smooth(24, 12), noise.around(2));
        assert_ne!(Noise::new(1).bits(0), Noise::new(2).bits(0));
    }
}
