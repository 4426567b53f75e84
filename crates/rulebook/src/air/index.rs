use lanwan_terms::{Averaging, Decimal, Pollutant, Unit};
use serde::{Deserialize, Serialize};

use crate::cited::cited;

/// The air quality index (HJ 633).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirIndex {
    /// What is rounded, when, and how.
    pub rounding: IndexRounding,
    /// Lower end of the index.
    pub aqi_min: u16,
    /// Upper end of the index.
    pub aqi_max: u16,
    /// Above this index the pollutants with the largest IAQI are primary (首要污染物).
    pub primary_above: u16,
    /// Above this IAQI a pollutant is exceeding (超标污染物); none when the edition has no such term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceeding_above: Option<u16>,
    /// Where the four numbers above come from.
    pub definitions: IndexDefinitions,
    /// Breakpoints, one scale a pollutant and averaging time.
    pub scales: Vec<Scale>,
    /// Levels, from 1 to 6.
    pub levels: Vec<Level>,
    /// What enters the index of a day.
    pub daily: Report,
    /// The ways the index of an hour is computed; one is the default.
    pub realtime: Vec<RealtimeMode>,
    /// What happens when a pollutant has no value.
    pub missing: MissingPollutant,
    /// Whom a pollutant touches first when its IAQI exceeds 100.
    #[serde(default)]
    pub sensitive_groups: Vec<SensitiveGroup>,
}

cited! {
    /// What is rounded before and after the IAQI.
    pub struct IndexRounding {
        /// Digits of the concentration before the IAQI (half to even, GB/T 8170); none when the text has no such step.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub before_iaqi: Option<Vec<Decimals>>,
        /// How the IAQI becomes an integer.
        pub iaqi: IaqiRounding,
    }

    /// The citation of the index's range and of the primary and exceeding pollutants.
    pub struct IndexDefinitions {}

    /// Breakpoints of one pollutant and averaging time.
    pub struct Scale {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// The averaging time of the column.
        pub averaging: Averaging,
        /// Unit of the concentrations.
        pub unit: Unit,
        /// Breakpoints, both numbers increasing from (0, 0).
        pub points: Vec<Point>,
        /// What applies above the last breakpoint.
        pub above_top: AboveTop,
    }

    /// One level of the index.
    pub struct Level {
        /// 1 to 6.
        pub level: u8,
        /// Smallest index of the level.
        pub min: u16,
        /// Largest index of the level.
        pub max: u16,
        /// Category in Chinese.
        pub zh: String,
        /// Category in English.
        pub en: String,
        /// Colour in Chinese.
        pub colour_zh: String,
        /// Colour in English.
        pub colour_en: String,
        /// The colour on screens.
        pub rgb: [u8; 3],
        /// The colour in print, in percent.
        pub cmyk: [u8; 4],
    }

    /// What enters an index.
    pub struct Report {
        /// Pollutant and averaging time; `1h` and `8h` of a day are its maxima.
        pub inputs: Vec<IndexInput>,
    }

    /// One way to compute the index of an hour.
    pub struct RealtimeMode {
        /// Its name.
        pub mode: Mode,
        /// Whether it is used unless another is asked for.
        pub default: bool,
        /// What enters.
        pub inputs: Vec<RealtimeInput>,
    }

    /// What happens when a pollutant has no value.
    pub struct MissingPollutant {
        /// The rule.
        pub rule: MissingRule,
    }

    /// Whom a pollutant touches first.
    pub struct SensitiveGroup {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// The people, in Chinese.
        pub zh: String,
        /// The people, in English.
        pub en: String,
    }
}

/// Digits of a pollutant's concentration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decimals {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// Digits after the point.
    pub decimals: u8,
}

/// How the IAQI becomes an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IaqiRounding {
    /// Up to the next integer (进位取整).
    Ceiling,
}

/// One breakpoint, written `[50, 35]`: index, concentration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u16, Decimal)", into = "(u16, Decimal)")]
pub struct Point {
    /// The IAQI at the breakpoint.
    pub iaqi: u16,
    /// The concentration at the breakpoint.
    pub concentration: Decimal,
}

impl From<(u16, Decimal)> for Point {
    fn from((iaqi, concentration): (u16, Decimal)) -> Self {
        Self { iaqi, concentration }
    }
}

impl From<Point> for (u16, Decimal) {
    fn from(point: Point) -> Self {
        (point.iaqi, point.concentration)
    }
}

/// What applies above a scale's last breakpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AboveTop {
    /// The IAQI of the last breakpoint (`"cap"`).
    Cap,
    /// This IAQI (`{ fixed = 200 }`).
    Fixed(u16),
    /// No IAQI here; the pollutant's IAQI of that averaging time is reported (`{ fallback = "1h" }`).
    Fallback(Averaging),
}

/// A pollutant and the averaging time of its value and scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexInput {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// The averaging time.
    pub averaging: Averaging,
}

/// A pollutant, the mean taken of its data and the scale it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RealtimeInput {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// The mean of the data that end with the hour: `1h`, `8h` or `24h`, sliding.
    pub mean: Averaging,
    /// Whose breakpoints.
    pub scale: Averaging,
}

/// The ways the index of an hour is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// As nationally published.
    AsPublished,
    /// As the text of the standard says.
    AsText,
}

impl Mode {
    /// `as-published` or `as-text`.
    pub fn code(self) -> &'static str {
        match self {
            Self::AsPublished => "as-published",
            Self::AsText => "as-text",
        }
    }
}

/// What happens when a pollutant has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingRule {
    /// The index of the rest stands (`"use-rest"`).
    UseRest,
    /// The index of the rest is published only above this value (`{ publish-above = 100 }`).
    PublishAbove(u16),
}

impl AirIndex {
    /// The breakpoints of a pollutant and averaging time.
    pub fn scale(&self, pollutant: Pollutant, averaging: Averaging) -> Option<&Scale> {
        self.scales.iter().find(|s| s.pollutant == pollutant && s.averaging == averaging)
    }

    /// The level an index falls in; the last when it is above all.
    pub fn level(&self, aqi: u16) -> Option<&Level> {
        self.levels.iter().find(|l| aqi <= l.max).or(self.levels.last())
    }

    /// The real-time mode used unless another is asked for.
    pub fn default_realtime(&self) -> Option<&RealtimeMode> {
        self.realtime.iter().find(|m| m.default)
    }
}
