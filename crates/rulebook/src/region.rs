use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a rule applies: the nation, a province, a city or a county, by adcode (GB/T 2260).
///
/// ```
/// use lanwan_rulebook::Region;
/// let (nation, shandong) = (Region::NATION, Region::parse("370000").unwrap());
/// let qingdao = Region::parse("370200").unwrap();
/// assert!(nation.contains(&qingdao) && shandong.contains(&qingdao) && !qingdao.contains(&shandong));
/// assert!(qingdao.specificity() > shandong.specificity());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u32);

/// The text names no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no region (expected CN, or a six-digit adcode such as 370000, 370200 or 370202)")]
pub struct RegionError(pub String);

/// The first two digits of every province's adcode.
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82,
];

impl Region {
    /// The whole country, written `CN`.
    pub const NATION: Self = Self(0);

    /// Reads `CN` or a six-digit adcode.
    ///
    /// # Errors
    /// When the text is neither, or no province has its first two digits.
    pub fn parse(text: &str) -> Result<Self, RegionError> {
        if text == "CN" {
            return Ok(Self::NATION);
        }
        let bad = || RegionError(text.chars().take(40).collect());
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let code: u32 = text.parse().map_err(|_| bad())?;
        // A county of a city that does not exist (`370002`) is a slip of the hand.
        let orphan = (1..100).contains(&(code % 10_000));
        if orphan || !PROVINCES.contains(&(code / 10_000)) {
            return Err(bad());
        }
        Ok(Self(code))
    }

    /// 0 the nation, 1 a province, 2 a city, 3 a county or district. The most specific rule wins.
    pub fn specificity(&self) -> u8 {
        match self.0 {
            0 => 0,
            code if code % 10_000 == 0 => 1,
            code if code % 100 == 0 => 2,
            _ => 3,
        }
    }

    /// Whether `other` is this region or lies in it.
    pub fn contains(&self, other: &Self) -> bool {
        match self.specificity() {
            0 => true,
            1 => self.0 / 10_000 == other.0 / 10_000,
            2 => self.0 / 100 == other.0 / 100,
            _ => self.0 == other.0,
        }
    }
}

impl FromStr for Region {
    type Err = RegionError;
    fn from_str(text: &str) -> Result<Self, RegionError> {
        Self::parse(text)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("CN"),
            code => write!(f, "{code:06}"),
        }
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_the_nation_or_a_known_adcode() {
        for text in ["CN", "370000", "370200", "370202", "110000"] {
            assert_eq!(Region::parse(text).expect(text).to_string(), text);
        }
        for text in ["", "cn", "37", "3702", "990000", "370002", "37020a", "3702000", "山东"] {
            assert!(Region::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_city_lies_in_its_province_and_not_in_another() {
        let r = |text| Region::parse(text).expect("a region");
        assert!(r("370200").contains(&r("370202")));
        assert!(!r("370200").contains(&r("370102")));
        assert!(!r("320000").contains(&r("370200")));
        assert!(!r("370000").contains(&Region::NATION));
    }
}
