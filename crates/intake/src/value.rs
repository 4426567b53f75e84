//! Values as files write them, and their conversion to the stored units.

use lanwan_terms::{Decimal, MissingReason, NumberError, Pollutant, Unit};

use crate::InUnit;
use crate::reject::Problem;

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A number, not below zero, in the file's unit.
    Value(Decimal),
    /// A number with more digits than are exact here, cut to 10⁻¹²; only for units whose conversion rounds.
    Cut(Decimal),
    /// No value; whether by a negative sentinel such as -999.
    Missing { reason: MissingReason, sentinel: bool },
}

const NONE: Cell = Cell::Missing { reason: MissingReason::NotReported, sentinel: false };

/// Whether the text is one of the usual marks for "nothing".
pub(crate) fn is_blank_mark(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.len() > 12 {
        return false;
    }
    matches!(text, "-" | "—" | "–" | "--" | "——" | "---" | "-;" | "—;" | "无" | "缺测" | "无数据" | "#N/A" | "<NA>")
        || ["nan", "na", "n/a", "null", "none"].iter().any(|mark| text.eq_ignore_ascii_case(mark))
}

/// Reads a cell.
pub(crate) fn parse_cell(text: &str) -> Result<Cell, Problem> {
    if let Some(micro) = plain_micro(text.as_bytes()) {
        return Ok(Cell::Value(Decimal::new(micro, 6)));
    }
    if is_blank_mark(text) {
        return Ok(NONE);
    }
    if text == "/" {
        return Ok(Cell::Missing { reason: MissingReason::NotMonitored, sentinel: false });
    }
    let value: Decimal = match text.parse() {
        Ok(value) => value,
        Err(NumberError::TooFine { .. } | NumberError::TooLarge(_)) => {
            return cut(text).map_or_else(|| Err(not_a_number(text)), |value| Ok(Cell::Cut(value)));
        }
        Err(_) => return Err(not_a_number(text)),
    };
    if value.is_negative() {
        let sentinel = [-99, -999, -9999].iter().any(|s| Decimal::new(*s, 0) == value);
        return if sentinel {
            Ok(Cell::Missing { reason: MissingReason::NotReported, sentinel: true })
        } else {
            Err(Problem::Negative)
        };
    }
    Ok(Cell::Value(value))
}

/// The digits of a long number down to 10⁻¹², the last one made odd when anything but zeros follows: enough for a value
/// that is rounded to six digits. `None` when the number is negative or too large.
fn cut(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()?),
        None => (text, 0),
    };
    let mantissa = mantissa.strip_prefix('+').unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The place of the first digit: 0 for units, -1 for tenths.
    let mut place = (whole.len() as i64 - 1).checked_add(exponent)?;
    let (mut value, mut rest) = (0i64, false);
    for b in whole.bytes().chain(fraction.bytes()) {
        let digit = i64::from(b.checked_sub(b'0').filter(|d| *d < 10)?);
        if place >= -12 {
            value = value.checked_mul(10)?.checked_add(digit)?;
        } else {
            rest |= digit != 0;
        }
        place -= 1;
    }
    // Digits that are not written down to 10⁻¹² are zeros.
    for _ in 0..(place + 13).min(40) {
        value = value.checked_mul(10)?;
    }
    Some(Decimal::new(value | i64::from(rest), 12))
}

fn not_a_number(text: &str) -> Problem {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let limit = text.strip_prefix(['<', '＜']).map(str::trim).or_else(|| text.strip_suffix(['L', 'l']));
    if limit.is_some_and(digits) { Problem::DetectionLimit } else { Problem::NotNumber }
}

/// The value of `12`, `0.5` and the like in millionths; `None` leaves the text to the full parser.
fn plain_micro(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 12 {
        return None;
    }
    let mut value: i64 = 0;
    let mut fraction: Option<u32> = None;
    let mut digits = 0;
    for b in text {
        match b {
            b'0'..=b'9' => {
                value = value * 10 + i64::from(b - b'0');
                digits += 1;
                if let Some(n) = &mut fraction {
                    *n += 1;
                }
            }
            b'.' if fraction.is_none() => fraction = Some(0),
            _ => return None,
        }
    }
    let places = fraction.unwrap_or(0);
    if digits == 0 || places > 6 {
        return None;
    }
    value.checked_mul(10i64.pow(6 - places))
}

/// An exact factor from a file's unit to the stored one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Factor {
    numerator: i64,
    denominator: i64,
    /// Whether results are rounded to millionths; else a result that does not fit is refused.
    pub(crate) rounded: bool,
}

/// Litres a mole takes at 298.15 K and 1013.25 hPa, the reference state of gases since 2018-09-01 (GB 3095-2012, amendment
/// of 2018), in thousandths.
const MOLAR_VOLUME: i64 = 24_465;

/// Grams a mole weighs, in hundredths; nitrogen oxides are counted as NO2.
fn molar_mass(pollutant: Pollutant) -> Option<i64> {
    match pollutant {
        Pollutant::So2 => Some(6_407),
        Pollutant::No2 | Pollutant::Nox => Some(4_601),
        Pollutant::No => Some(3_001),
        Pollutant::Co => Some(2_801),
        Pollutant::O3 => Some(4_800),
        _ => None,
    }
}

impl Factor {
    /// The factor from `given` to the pollutant's stored unit; `None` for a mixing ratio of what is no single gas.
    pub(crate) fn new(pollutant: Pollutant, given: InUnit) -> Option<Self> {
        let milli = pollutant.unit() == Unit::MgPerM3;
        let exact = |numerator, denominator| Some(Self { numerator, denominator, rounded: false });
        match (given, milli) {
            (InUnit::UgPerM3, false) | (InUnit::MgPerM3, true) => exact(1, 1),
            (InUnit::UgPerM3, true) => exact(1, 1000),
            (InUnit::MgPerM3, false) => exact(1000, 1),
            (InUnit::Ppb | InUnit::Ppm, _) => {
                // ppb × (M/100) / (24465/1000) is µg/m³.
                let (mut numerator, mut denominator) = (molar_mass(pollutant)? * 10, MOLAR_VOLUME);
                match (given, milli) {
                    (InUnit::Ppm, false) => numerator *= 1000,
                    (InUnit::Ppb, true) => denominator *= 1000,
                    _ => {}
                }
                Some(Self { numerator, denominator, rounded: true })
            }
        }
    }

    /// How it is printed, such as `1`, `1/1000`, `48.00/24.465`.
    pub(crate) fn text(self, pollutant: Pollutant, given: InUnit) -> String {
        if !self.rounded {
            return if self.denominator == 1 {
                self.numerator.to_string()
            } else {
                format!("{}/{}", self.numerator, self.denominator)
            };
        }
        let mass = Decimal::new(molar_mass(pollutant).unwrap_or(0), 2);
        let milli = pollutant.unit() == Unit::MgPerM3;
        let times = match (given, milli) {
            (InUnit::Ppm, false) => "1000×",
            (InUnit::Ppb, true) => "0.001×",
            _ => "",
        };
        format!("{times}{mass}/{}", Decimal::new(MOLAR_VOLUME, 3))
    }

    /// The value in millionths of the stored unit.
    pub(crate) fn apply(self, value: Decimal) -> Result<i64, Problem> {
        if self.numerator == 1 && self.denominator == 1 {
            let finer = value.normalized().scale() > 6;
            return value.micro().ok_or(if finer { Problem::TooFine } else { Problem::NotNumber });
        }
        let scale = u32::from(value.scale());
        let product =
            i128::from(value.unscaled()) * i128::from(self.numerator) * 10i128.pow(6u32.saturating_sub(scale));
        let by = i128::from(self.denominator) * 10i128.pow(scale.saturating_sub(6));
        let (mut whole, rest) = (product.div_euclid(by), product.rem_euclid(by));
        if rest != 0 {
            if !self.rounded {
                return Err(Problem::TooFine);
            }
            let twice = 2 * rest;
            if twice > by || (twice == by && whole % 2 != 0) {
                whole += 1;
            }
        }
        i64::try_from(whole).map_err(|_| Problem::NotNumber)
    }
}

/// The most that ambient air can hold, in the stored unit: far above any dust storm or fire on record.
pub(crate) fn most(pollutant: Pollutant) -> i64 {
    match pollutant {
        Pollutant::Pm10 | Pollutant::Pm25 | Pollutant::Tsp => 100_000,
        Pollutant::So2 | Pollutant::No2 | Pollutant::Nox | Pollutant::No => 100_000,
        Pollutant::O3 => 20_000,
        Pollutant::Co => 1_000,
        Pollutant::Pb | Pollutant::Bap => 10_000,
    }
}

/// Refuses what ambient air cannot hold.
pub(crate) fn plausible(pollutant: Pollutant, micro: i64) -> Result<i64, Problem> {
    let most = most(pollutant);
    if micro > most * 1_000_000 {
        return Err(Problem::Implausible { most, unit: pollutant.unit().code() });
    }
    Ok(micro)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_to_the_digit() {
        for (text, micro) in [
            ("0", 0),
            ("12.5", 12_500_000),
            ("0.000001", 1),
            (".5", 500_000),
            ("1e2", 100_000_000),
            ("12.50000000", 12_500_000),
        ] {
            assert_eq!(parse_cell(text), Ok(Cell::Value(Decimal::new(micro, 6))), "{text}");
        }
        let one = Factor::new(Pollutant::Pm25, InUnit::UgPerM3);
        assert_eq!(one.map(|f| f.apply(Decimal::new(1, 7))), Some(Err(Problem::TooFine)));
        // A tail of binary digits, as spreadsheets leave it behind a mean.
        for (text, cut) in [("35.3333333333333336", 35_333_333_333_333), ("3.47e-18", 1), ("1.5e-3000", 1)] {
            assert_eq!(parse_cell(text), Ok(Cell::Cut(Decimal::new(cut, 12))), "{text}");
        }
    }

    #[test]
    fn nothing_is_written_in_many_ways() {
        for text in ["", "NaN", "NA", "N/A", "null", "-", "—", "--", "-;", "无", "缺测"] {
            assert_eq!(parse_cell(text), Ok(NONE), "{text}");
        }
        for text in ["-99", "-999", "-9999", "-999.0"] {
            assert!(matches!(parse_cell(text), Ok(Cell::Missing { sentinel: true, .. })), "{text}");
        }
    }

    #[test]
    fn negative_values_text_and_detection_limits_are_refused() {
        for (text, want) in [
            ("-1", Problem::Negative),
            ("-0.5", Problem::Negative),
            ("abc", Problem::NotNumber),
            ("12,5", Problem::NotNumber),
            ("1 2", Problem::NotNumber),
            ("<0.05", Problem::DetectionLimit),
            ("0.05L", Problem::DetectionLimit),
            ("9999999999999999999", Problem::NotNumber),
            ("９", Problem::NotNumber),
        ] {
            assert_eq!(parse_cell(text), Err(want), "{text}");
        }
    }

    #[test]
    fn mixing_ratios_become_concentrations_at_298_15_kelvin() {
        let ug = |p, unit, micro| Factor::new(p, unit).map(|f: Factor| f.apply(Decimal::new(micro, 6)));
        assert_eq!(ug(Pollutant::O3, InUnit::Ppb, 1_000_000), Some(Ok(1_961_987)));
        assert_eq!(ug(Pollutant::So2, InUnit::Ppb, 1_000_000), Some(Ok(2_618_843)));
        assert_eq!(ug(Pollutant::No2, InUnit::Ppb, 1_000_000), Some(Ok(1_880_646)));
        assert_eq!(ug(Pollutant::Co, InUnit::Ppm, 1_000_000), Some(Ok(1_144_901)));
        assert_eq!(ug(Pollutant::Co, InUnit::Ppb, 1_000_000_000), Some(Ok(1_144_901)));
        assert_eq!(ug(Pollutant::Co, InUnit::UgPerM3, 300_000_000), Some(Ok(300_000)));
        assert_eq!(ug(Pollutant::Co, InUnit::UgPerM3, 300_000_100), Some(Err(Problem::TooFine)));
        assert_eq!(ug(Pollutant::Pm25, InUnit::MgPerM3, 35_000), Some(Ok(35_000_000)));
        // What is finer than a reading in the file's unit may fit in the stored one, or is rounded with the conversion.
        let milli = Factor::new(Pollutant::Pm25, InUnit::MgPerM3).map(|f| f.apply(Decimal::new(355_555, 7)));
        assert_eq!(milli, Some(Ok(35_555_500)));
        let ppm = Factor::new(Pollutant::Co, InUnit::Ppm).map(|f| f.apply(Decimal::new(7_566_667, 7)));
        assert_eq!(ppm, Some(Ok(866_308)));
        assert_eq!(Factor::new(Pollutant::Pm25, InUnit::Ppb), None);
    }
}
