use lanwan_rulebook::Limit;
use lanwan_terms::Decimal;

use super::Concentration;

/// A statistic held against the limits of class I and class II (GB 3095).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attainment {
    /// The value as compared: rounded once, from the unrounded statistic.
    pub compared: Decimal,
    /// At or below the class I limit.
    pub class1: bool,
    /// At or below the class II limit.
    pub class2: bool,
}

/// Compares a statistic with a limit after its one rounding to `decimals` digits (HJ 663, rounding table).
pub fn attain(value: Concentration, limit: &Limit, decimals: u8) -> Attainment {
    let compared = value.round(decimals);
    Attainment { compared, class1: compared <= limit.class1, class2: compared <= limit.class2 }
}

/// Exceedance multiple (超标倍数) `(C - S) / S`, to `decimals` digits; `None` when the limit is not exceeded.
pub fn exceedance_multiple(value: Decimal, limit: Decimal, decimals: u8) -> Option<Decimal> {
    if value <= limit {
        return None;
    }
    (value.exact() - limit.exact()).checked_div(&limit.exact()).map(|m| m.round(decimals))
}

/// `part` of `whole` in percent, to `decimals` digits (达标率); `None` when the whole is zero.
pub fn rate_percent(part: u32, whole: u32, decimals: u8) -> Option<Decimal> {
    (whole > 0).then(|| Concentration::new(i128::from(part) * 100, i128::from(whole)).round(decimals))
}
