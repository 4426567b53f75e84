use std::cmp::Ordering;

use lanwan_terms::{Decimal, Exact, Grain};

/// A concentration as a fraction of the pollutant's unit, kept exact until a rule rounds it.
///
/// Readings are bounded by 10^7 units and denominators by the hours and sites they average, so products of two
/// such fractions stay far inside 128 bits.
#[derive(Clone, Copy, Debug)]
pub struct Concentration {
    num: i128,
    den: i128,
}

impl Concentration {
    /// `num / den`; `den` must be positive.
    pub fn new(num: i128, den: i128) -> Self {
        debug_assert!(den > 0, "a denominator is positive");
        Self { num, den }
    }

    /// A reading in millionths of the unit.
    pub fn from_micro(micro: i64) -> Self {
        Self::new(i128::from(micro), 1_000_000)
    }

    /// Numerator of the unreduced fraction.
    pub fn num(self) -> i128 {
        self.num
    }

    /// Denominator of the unreduced fraction, positive.
    pub fn den(self) -> i128 {
        self.den
    }

    /// The same value as a reduced rational.
    pub fn exact(self) -> Exact {
        Exact::ratio(self.num, self.den)
    }

    /// Rounded once, half to even (GB/T 8170).
    pub fn round(self, decimals: u8) -> Decimal {
        // Without a rational where 128 bits hold the scaled value, to the same digit.
        let scaled = 10i128.checked_pow(u32::from(decimals)).and_then(|by| self.num.checked_mul(by));
        let (Some(scaled), Some(_)) = (scaled, self.den.checked_mul(2)) else { return self.exact().round(decimals) };
        let (whole, rest) = (scaled.div_euclid(self.den), scaled.rem_euclid(self.den));
        let up = match (rest * 2).cmp(&self.den) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => whole % 2 != 0,
        };
        match i64::try_from(whole + i128::from(up)) {
            Ok(unscaled) => Decimal::new(unscaled, decimals),
            Err(_) => self.exact().round(decimals),
        }
    }

    /// The product with a decimal.
    pub(super) fn times(self, by: Decimal) -> Self {
        let by = Self::from(by);
        Self::new(self.num * by.num, self.den * by.den)
    }

    /// The sum of two fractions.
    pub(super) fn plus(self, other: Self) -> Self {
        if self.den == other.den {
            return Self::new(self.num + other.num, self.den);
        }
        Self::new(self.num * other.den + other.num * self.den, self.den * other.den)
    }

    /// The value for a reader: all its digits when there are at most six, else six digits and `…`.
    pub fn display(self) -> String {
        let rounded = self.round(6);
        match self.cmp_decimal(rounded) {
            Ordering::Equal => rounded.normalized().to_string(),
            Ordering::Greater => format!("{rounded}…"),
            Ordering::Less => format!("{}…", Decimal::new(rounded.unscaled() - 1, 6)),
        }
    }

    /// The unreduced fraction as text; equal inputs give equal texts.
    pub fn fraction(self) -> String {
        format!("{}/{}", self.num, self.den)
    }

    /// Compares with a decimal without rounding.
    pub fn cmp_decimal(self, other: Decimal) -> Ordering {
        self.cmp(&Self::from(other))
    }
}

impl From<Grain> for Concentration {
    fn from(grain: Grain) -> Self {
        Self::new(i128::from(grain.0), Grain::PER_UNIT)
    }
}

impl From<Decimal> for Concentration {
    fn from(decimal: Decimal) -> Self {
        Self::new(i128::from(decimal.unscaled()), 10i128.pow(u32::from(decimal.scale())))
    }
}

impl PartialEq for Concentration {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Concentration {}

impl PartialOrd for Concentration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Concentration {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.den == other.den {
            return self.num.cmp(&other.num);
        }
        match (self.num.checked_mul(other.den), other.num.checked_mul(self.den)) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => self.exact().cmp(&other.exact()),
        }
    }
}
