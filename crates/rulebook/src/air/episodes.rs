use lanwan_terms::Pollutant;
use serde::{Deserialize, Serialize};

use crate::cited::cited;

/// Heavy-pollution days and the levels of warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirWarning {
    /// The day of heavy pollution (重污染天).
    pub heavy_day: HeavyDay,
    /// Levels, from the mildest. Empty when the plan's own thresholds are not known: see `levels_unknown`.
    #[serde(default)]
    pub levels: Vec<WarningLevel>,
    /// Why there are no levels. [`Rulebooks::in_force_all`](crate::Rulebooks::in_force_all) gives the wider region's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels_unknown: Option<LevelsUnknown>,
    /// A warning for ozone without levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ozone: Option<OzoneWarning>,
    /// Hours a city must warn ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<WarningLead>,
    /// How the daily index is meant and episodes are counted.
    pub counting: WarningCounting,
}

cited! {
    /// The day of heavy pollution.
    pub struct HeavyDay {
        /// A day whose index is above this.
        pub aqi_above: u16,
        /// A good day (优良天) is one whose index is at most this.
        pub good_at_most: u16,
    }

    /// One level of warning.
    pub struct WarningLevel {
        /// The level.
        pub level: WarningColour,
        /// In Chinese.
        pub zh: String,
        /// The level applies when every condition of any one of these groups holds, and no higher level does.
        pub any_of: Vec<Vec<Condition>>,
    }

    /// Why there are no levels.
    pub struct LevelsUnknown {
        /// In Chinese, for readers.
        pub zh: String,
        /// In English, for readers.
        pub en: String,
    }

    /// A warning without levels, when ozone is primary.
    pub struct OzoneWarning {
        /// The running daily index is above this …
        pub aqi_above: u16,
        /// … for this many hours.
        pub hours: u32,
    }

    /// Hours a city must warn ahead.
    pub struct WarningLead {
        /// Hours.
        pub hours: u32,
    }

    /// How the daily index is meant and episodes are counted.
    pub struct WarningCounting {
        /// Two episodes too close for the first warning to be lifted count as one.
        pub merges_close_episodes: bool,
        /// A level applies only when no higher level does.
        pub highest_only: bool,
    }
}

/// One condition on the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The index is above this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aqi_above: Option<u16>,
    /// The index is at least this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aqi_at_least: Option<u16>,
    /// For at least this many hours.
    pub hours: u32,
    /// Which index.
    pub measure: Measure,
}

/// Which index a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measure {
    /// The index of any running 24 hours; natural days may be crossed.
    #[serde(rename = "running-24h")]
    Running24h,
    /// The index of an hour.
    #[serde(rename = "hourly")]
    Hourly,
}

/// The colour of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningColour {
    /// 蓝色.
    Blue,
    /// 黄色.
    Yellow,
    /// 橙色.
    Orange,
    /// 红色.
    Red,
}

impl WarningColour {
    /// `blue`, `yellow`, `orange` or `red`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Orange => "orange",
            Self::Red => "red",
        }
    }
}

/// What dust removes from the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirDust {
    /// What is taken out and what the correction reaches.
    pub scope: DustScope,
    /// When dust hours begin and end, as far as it is known.
    pub hour_rule: DustHourRule,
}

cited! {
    /// What is taken out and what the correction reaches.
    pub struct DustScope {
        /// The pollutants without a value on a dust day.
        pub removes: Vec<Pollutant>,
        /// Figures stated without dust.
        pub corrected: Vec<Figure>,
        /// Figures that keep dust days.
        pub kept: Vec<Figure>,
    }

    /// When dust hours begin and end.
    pub struct DustHourRule {
        /// Begins when PM10 is at least this many times the mean of the hours before …
        pub start_ratio: lanwan_terms::Decimal,
        /// … these hours …
        pub hours_before: u32,
        /// … and above this, in ug/m3.
        pub start_above: lanwan_terms::Decimal,
        /// Ends when PM10 is within this many percent of that mean.
        pub end_within_percent: u32,
    }
}

/// A figure that dust can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure {
    /// Means and percentiles of PM10.
    Pm10,
    /// Means and percentiles of PM2.5.
    Pm25,
    /// The composite index.
    CompositeIndex,
    /// The share of good days.
    GoodRatio,
    /// The share of heavy-pollution days.
    HeavyRatio,
}
