use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A unit of concentration in ambient air.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Micrograms per cubic metre.
    #[serde(rename = "ug/m3")]
    UgPerM3,
    /// Milligrams per cubic metre.
    #[serde(rename = "mg/m3")]
    MgPerM3,
}

impl Unit {
    /// The unit in ASCII, as in rule files and CSV headers.
    pub fn code(self) -> &'static str {
        match self {
            Self::UgPerM3 => "ug/m3",
            Self::MgPerM3 => "mg/m3",
        }
    }

    /// The unit as printed for readers.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::UgPerM3 => "μg/m³",
            Self::MgPerM3 => "mg/m³",
        }
    }
}

macro_rules! pollutants {
    ($($variant:ident $symbol:literal $hj524:literal $unit:ident $zh:literal $doc:literal;)*) => {
        /// A pollutant of ambient air that the rulebooks know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Pollutant { $(#[doc = $doc] $variant,)* }

        impl Pollutant {
            /// Every pollutant known, in the order of the tables of GB 3095.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The common symbol, such as `PM2.5`.
            pub fn symbol(self) -> &'static str { match self { $(Self::$variant => $symbol),* } }

            /// The code of HJ 524 (大气污染物名称代码), used in stored readings and by devices.
            pub fn hj524(self) -> &'static str { match self { $(Self::$variant => $hj524),* } }

            /// The unit in which limits and stored readings are kept.
            pub fn unit(self) -> Unit { match self { $(Self::$variant => Unit::$unit),* } }

            /// The Chinese name.
            pub fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),* } }
        }
    };
}

pollutants! {
    So2 "SO2" "a21026" UgPerM3 "二氧化硫" "Sulphur dioxide.";
    No2 "NO2" "a21004" UgPerM3 "二氧化氮" "Nitrogen dioxide.";
    Co "CO" "a21005" MgPerM3 "一氧化碳" "Carbon monoxide.";
    O3 "O3" "a05024" UgPerM3 "臭氧" "Ozone.";
    Pm10 "PM10" "a34002" UgPerM3 "颗粒物(PM10)" "Particles of at most 10 micrometres.";
    Pm25 "PM2.5" "a34004" UgPerM3 "细颗粒物(PM2.5)" "Particles of at most 2.5 micrometres.";
    Tsp "TSP" "a34001" UgPerM3 "总悬浮颗粒物" "Total suspended particles.";
    Nox "NOx" "a21002" UgPerM3 "氮氧化物" "Nitrogen oxides as NO2.";
    No "NO" "a21003" UgPerM3 "一氧化氮" "Nitrogen monoxide.";
    Pb "Pb" "a20044" UgPerM3 "铅" "Lead.";
    Bap "BaP" "a25044" UgPerM3 "苯并[a]芘" "Benzo[a]pyrene.";
}

/// The six basic items of GB 3095 Table 1, in its order.
pub const AIR_SIX: [Pollutant; 6] =
    [Pollutant::So2, Pollutant::No2, Pollutant::Co, Pollutant::O3, Pollutant::Pm10, Pollutant::Pm25];

impl Pollutant {
    /// Position among [`AIR_SIX`], or `None` for the other items.
    pub fn six_index(self) -> Option<usize> {
        // The six come first in the enumeration, in the same order.
        Some(self as usize).filter(|i| *i < AIR_SIX.len())
    }

    /// Whether this is PM10 or PM2.5, the values that dust corrupts.
    pub fn is_particle(self) -> bool {
        matches!(self, Self::Pm10 | Self::Pm25 | Self::Tsp)
    }
}

/// The text names no pollutant of ambient air that is known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown pollutant `{0}` (known: SO2, NO2, CO, O3, PM10, PM2.5, TSP, NOx, NO, Pb, BaP, their HJ 524 codes and Chinese names)"
)]
pub struct PollutantError(pub String);

impl FromStr for Pollutant {
    type Err = PollutantError;

    /// Accepts symbols in any case (`pm25`, `PM2.5`, `PM2_5`, `PM₂.₅`), HJ 524 codes and Chinese names.
    fn from_str(text: &str) -> Result<Self, PollutantError> {
        let folded: String = text
            .trim()
            .chars()
            .map(|c| match c {
                '₀'..='₉' => char::from(b'0' + (c as u32 - '₀' as u32) as u8),
                '（' => '(',
                '）' => ')',
                _ => c.to_ascii_lowercase(),
            })
            .filter(|c| !matches!(c, '.' | '_' | '-' | ' '))
            .collect();
        let found = match folded.as_str() {
            "so2" | "a21026" | "二氧化硫" => Self::So2,
            "no2" | "a21004" | "二氧化氮" => Self::No2,
            "co" | "a21005" | "一氧化碳" => Self::Co,
            "o3" | "a05024" | "臭氧" => Self::O3,
            "pm10" | "a34002" | "颗粒物(pm10)" | "可吸入颗粒物" | "可吸入颗粒物(pm10)" => Self::Pm10,
            "pm25" | "a34004" | "细颗粒物" | "细颗粒物(pm25)" | "颗粒物(pm25)" => Self::Pm25,
            "tsp" | "a34001" | "总悬浮颗粒物" => Self::Tsp,
            "nox" | "a21002" | "氮氧化物" => Self::Nox,
            "no" | "a21003" | "一氧化氮" => Self::No,
            "pb" | "a20044" | "铅" => Self::Pb,
            "bap" | "a25044" | "苯并[a]芘" => Self::Bap,
            _ => return Err(PollutantError(text.chars().take(40).collect())),
        };
        Ok(found)
    }
}

impl fmt::Display for Pollutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.symbol())
    }
}

impl Serialize for Pollutant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.symbol())
    }
}

impl<'de> Deserialize<'de> for Pollutant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The averaging time a limit or an index value speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Averaging {
    /// One hour.
    #[serde(rename = "1h")]
    Hour1,
    /// Eight hours, sliding; for a day, the daily maximum (日最大8小时平均).
    #[serde(rename = "8h")]
    Hour8,
    /// Twenty-four hours: the natural day, or sliding in real-time reports.
    #[serde(rename = "24h")]
    Hour24,
    /// A calendar quarter.
    #[serde(rename = "quarter")]
    Quarter,
    /// A calendar year.
    #[serde(rename = "annual")]
    Annual,
}

impl Averaging {
    /// The code used in rule files: `1h`, `8h`, `24h`, `quarter`, `annual`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour1 => "1h",
            Self::Hour8 => "8h",
            Self::Hour24 => "24h",
            Self::Quarter => "quarter",
            Self::Annual => "annual",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_are_numbered_in_the_order_of_the_tables() {
        for (i, p) in AIR_SIX.iter().enumerate() {
            assert_eq!(p.six_index(), Some(i));
        }
        assert_eq!(Pollutant::Tsp.six_index(), None);
    }

    #[test]
    fn every_pollutant_is_found_by_symbol_code_and_name() {
        for p in Pollutant::ALL {
            for text in [p.symbol(), p.hj524(), p.zh()] {
                assert_eq!(text.parse::<Pollutant>(), Ok(*p), "{text}");
            }
        }
        assert_eq!("pm2_5".parse(), Ok(Pollutant::Pm25));
        assert_eq!("PM₂.₅".parse(), Ok(Pollutant::Pm25));
        assert!("PM1".parse::<Pollutant>().is_err());
    }
}
