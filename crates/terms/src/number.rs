//! Exact numbers: a fixed-point decimal for what is written down, a rational for what is computed.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Sub};
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not a decimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not of the form `-12.345`.
    #[error("`{0}` is not a decimal number (expected digits with at most one point, such as 12.5)")]
    NotDecimal(String),
    /// More digits after the point than the quantity can hold.
    #[error("`{text}` has more than {max} digits after the point")]
    TooFine {
        /// The offending text.
        text: String,
        /// The digits that fit.
        max: u8,
    },
    /// Too large to hold.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

/// A decimal number as written: an integer of `10^-scale` units. Equality is by value (`1.0 == 1`).
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    unscaled: i64,
    scale: u8,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { unscaled: 0, scale: 0 };

    /// `unscaled × 10^-scale`.
    pub const fn new(unscaled: i64, scale: u8) -> Self {
        Self { unscaled, scale }
    }

    /// The integer of `10^-scale` units.
    pub const fn unscaled(self) -> i64 {
        self.unscaled
    }

    /// Digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// The value in millionths, the fixed point of stored readings, or `None` when it is finer or too large.
    ///
    /// ```
    /// use lanwan_terms::Decimal;
    /// assert_eq!("0.9".parse::<Decimal>().unwrap().micro(), Some(900_000));
    /// ```
    pub fn micro(self) -> Option<i64> {
        match self.scale.cmp(&6) {
            Ordering::Equal => Some(self.unscaled),
            Ordering::Less => self.unscaled.checked_mul(10i64.pow(u32::from(6 - self.scale))),
            Ordering::Greater => {
                let by = 10i64.checked_pow(u32::from(self.scale - 6))?;
                (self.unscaled % by == 0).then_some(self.unscaled / by)
            }
        }
    }

    /// The decimal of `micro` millionths, without trailing zeros.
    pub fn from_micro(micro: i64) -> Self {
        Self { unscaled: micro, scale: 6 }.normalized()
    }

    /// The same value without trailing zeros after the point.
    pub fn normalized(mut self) -> Self {
        while self.scale > 0 && self.unscaled % 10 == 0 {
            self.unscaled /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The same value as a rational.
    pub fn exact(self) -> Exact {
        Exact(BigRational::new(BigInt::from(self.unscaled), BigInt::from(10u8).pow(u32::from(self.scale))))
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        self.unscaled < 0
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.normalized(), other.normalized());
        (a.unscaled, a.scale) == (b.unscaled, b.scale)
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = i128::from(self.unscaled) * 10i128.pow(u32::from(other.scale));
        let right = i128::from(other.unscaled) * 10i128.pow(u32::from(self.scale));
        left.cmp(&right)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.unscaled);
        }
        let by = 10u64.pow(u32::from(self.scale));
        let abs = self.unscaled.unsigned_abs();
        let sign = if self.unscaled < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:0width$}", abs / by, abs % by, width = usize::from(self.scale))
    }
}

impl FromStr for Decimal {
    type Err = NumberError;

    /// Accepts `12`, `-0.5`, `.5`, `12.`, `1.2e3` and full-width digits are refused. At most 15 digits after the point.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let bad = || NumberError::NotDecimal(text.chars().take(40).collect());
        let t = text.trim();
        let (mantissa, exponent) = match t.find(['e', 'E']) {
            Some(i) => (&t[..i], t[i + 1..].parse::<i32>().map_err(|_| bad())?),
            None => (t, 0),
        };
        let (negative, digits) = match mantissa.as_bytes().first() {
            Some(b'-') => (true, &mantissa[1..]),
            Some(b'+') => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(bad());
        }
        let fraction = fraction.trim_end_matches('0');
        let mut scale = fraction.len() as i32 - exponent.clamp(-60, 60);
        let mut unscaled: i64 = 0;
        for b in whole.bytes().chain(fraction.bytes()) {
            unscaled = unscaled
                .checked_mul(10)
                .and_then(|u| u.checked_add(i64::from(b - b'0')))
                .ok_or_else(|| NumberError::TooLarge(text.chars().take(40).collect()))?;
        }
        if unscaled == 0 {
            return Ok(Self::ZERO);
        }
        while scale < 0 {
            unscaled =
                unscaled.checked_mul(10).ok_or_else(|| NumberError::TooLarge(text.chars().take(40).collect()))?;
            scale += 1;
        }
        if scale > 15 {
            return Err(NumberError::TooFine { text: text.chars().take(40).collect(), max: 15 });
        }
        Ok(Self { unscaled: if negative { -unscaled } else { unscaled }, scale: scale as u8 })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    /// From a string (`"0.0025"`) or an integer; floating-point input is refused because it is not exact.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer, or a decimal in quotes such as \"0.5\"")
            }
            fn visit_i64<E: serde::de::Error>(self, v: i64) -> Result<Decimal, E> {
                Ok(Decimal::new(v, 0))
            }
            fn visit_u64<E: serde::de::Error>(self, v: u64) -> Result<Decimal, E> {
                i64::try_from(v).map(|v| Decimal::new(v, 0)).map_err(E::custom)
            }
            fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<Decimal, E> {
                v.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// A daily value as an integer of `1 / 212 520` millionths.
///
/// 212 520 is the least common multiple of 20, 21, 22, 23, 24 (hours of a valid day) and of 6, 7, 8 (hours of a valid
/// 8-hour window), so every valid daily mean and 8-hour mean of readings is an integer here and sums need no fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grain(pub i64);

impl Grain {
    /// Grains in one millionth of a unit.
    pub const PER_MICRO: i64 = 212_520;
    /// Grains in one unit.
    pub const PER_UNIT: i128 = Self::PER_MICRO as i128 * 1_000_000;

    /// The mean of `count` readings that sum to `sum_micro`, or `None` when `count` does not divide the grain.
    pub fn mean(sum_micro: i64, count: i64) -> Option<Self> {
        if count <= 0 || Self::PER_MICRO % count != 0 {
            return None;
        }
        sum_micro.checked_mul(Self::PER_MICRO / count).map(Self)
    }

    /// The same value as a rational.
    pub fn exact(self) -> Exact {
        Exact::ratio(i128::from(self.0), Self::PER_UNIT)
    }
}

/// A rational number, kept exact until its one rounding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(BigRational);

impl Exact {
    /// `numerator / denominator`; a zero denominator gives zero.
    pub fn ratio(numerator: i128, denominator: i128) -> Self {
        if denominator == 0 {
            return Self(BigRational::zero());
        }
        Self(BigRational::new(BigInt::from(numerator), BigInt::from(denominator)))
    }

    /// An integer.
    pub fn integer(value: i128) -> Self {
        Self(BigRational::from_integer(BigInt::from(value)))
    }

    /// The mean of `values`, or `None` when there are none. The order of the values does not matter.
    pub fn mean<'a>(values: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut n: u64 = 0;
        let mut sum = BigRational::zero();
        for value in values {
            n += 1;
            sum += &value.0;
        }
        (n > 0).then(|| Self(sum / BigInt::from(n)))
    }

    /// Rounds to `decimals` digits by GB/T 8170 (nearest; an exact half goes to the even digit).
    ///
    /// ```
    /// use lanwan_terms::Exact;
    /// assert_eq!(Exact::ratio(61, 2).round(0).to_string(), "30");
    /// assert_eq!(Exact::ratio(63, 2).round(0).to_string(), "32");
    /// assert_eq!(Exact::ratio(1, 3).round(2).to_string(), "0.33");
    /// ```
    ///
    /// A result beyond the range of [`Decimal`] is clamped to the range; readings are bounded far below it.
    pub fn round(&self, decimals: u8) -> Decimal {
        let scaled = &self.0 * BigInt::from(10u8).pow(u32::from(decimals));
        let floor = scaled.floor();
        let fraction = &scaled - &floor;
        let half = BigRational::new(BigInt::from(1), BigInt::from(2));
        let mut whole = floor.to_integer();
        let up = match fraction.cmp(&half) {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => &whole % 2 != BigInt::zero(),
        };
        if up {
            whole += 1;
        }
        Decimal::new(clamp(&whole), decimals)
    }

    /// The smallest integer not below the value.
    pub fn ceil(&self) -> i64 {
        clamp(&self.0.ceil().to_integer())
    }

    /// The largest integer not above the value.
    pub fn floor(&self) -> i64 {
        clamp(&self.0.floor().to_integer())
    }

    /// Whether the value is below zero.
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// Whether the value is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// The value as a decimal when it has at most `max_decimals` digits, else `None`.
    pub fn as_decimal(&self, max_decimals: u8) -> Option<Decimal> {
        let rounded = self.round(max_decimals);
        (rounded.exact() == *self).then(|| rounded.normalized())
    }

    /// The value for a reader: all its digits when there are at most six, else six digits and `…`.
    pub fn display(&self) -> String {
        match self.as_decimal(6) {
            Some(decimal) => decimal.to_string(),
            None => format!("{}…", self.truncated(6)),
        }
    }

    /// The fraction in lowest terms, as `numerator/denominator`.
    pub fn fraction(&self) -> String {
        self.0.to_string()
    }

    fn truncated(&self, decimals: u8) -> Decimal {
        let scaled = &self.0 * BigInt::from(10u8).pow(u32::from(decimals));
        Decimal::new(clamp(&scaled.trunc().to_integer()), decimals)
    }

    /// Numerator and positive denominator in lowest terms, when they fit into 128 bits.
    pub fn parts(&self) -> Option<(i128, i128)> {
        self.0.numer().to_i128().zip(self.0.denom().to_i128())
    }

    /// The quotient, or `None` when `other` is zero.
    pub fn checked_div(&self, other: &Self) -> Option<Self> {
        (!other.is_zero()).then(|| Self(&self.0 / &other.0))
    }
}

fn clamp(value: &BigInt) -> i64 {
    value.to_i64().unwrap_or(if value.is_negative() { i64::MIN } else { i64::MAX })
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for &Exact {
            type Output = Exact;
            fn $method(self, other: Self) -> Exact {
                Exact($trait::$method(&self.0, &other.0))
            }
        }
        impl $trait for Exact {
            type Output = Exact;
            fn $method(self, other: Self) -> Exact {
                Exact($trait::$method(self.0, other.0))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);

impl Div<i64> for Exact {
    type Output = Exact;
    /// # Panics
    /// When the divisor is zero.
    fn div(self, by: i64) -> Exact {
        Exact(self.0 / BigInt::from(by))
    }
}

impl From<Decimal> for Exact {
    fn from(decimal: Decimal) -> Self {
        decimal.exact()
    }
}

impl From<Grain> for Exact {
    fn from(grain: Grain) -> Self {
        grain.exact()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn decimals_print_as_written() {
        for text in ["0", "12", "-3", "0.5", "-0.05", "12.345678"] {
            assert_eq!(d(text).to_string(), text);
        }
        assert_eq!(d("1.50").to_string(), "1.5");
        assert_eq!(d("1.2e3").to_string(), "1200");
        assert_eq!(d("12e-1").to_string(), "1.2");
    }

    #[test]
    fn text_that_is_no_number_is_refused() {
        for text in ["", "-", ".", "1.2.3", "NaN", "abc", "１２", "1,5", "0x10", "--1", "1e", "99999999999999999999"]
        {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn half_goes_to_the_even_digit() {
        for (num, den, decimals, want) in [
            (305, 10, 0, "30"),
            (306, 10, 0, "31"),
            (315, 10, 0, "32"),
            (-305, 10, 0, "-30"),
            (125, 1000, 2, "0.12"),
            (135, 1000, 2, "0.14"),
        ] {
            assert_eq!(Exact::ratio(num, den).round(decimals).to_string(), want);
        }
    }

    #[test]
    fn a_grain_holds_every_valid_daily_mean_exactly() {
        for hours in [6, 7, 8, 20, 21, 22, 23, 24] {
            let mean = Grain::mean(1_000_001, hours).expect("divides");
            assert_eq!(mean.exact(), Exact::ratio(1_000_001, i128::from(hours) * 1_000_000));
        }
        assert_eq!(Grain::mean(1, 19), None);
    }
}
