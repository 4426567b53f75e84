use lanwan_terms::{Averaging, Pollutant};
use serde::{Deserialize, Serialize};

use crate::cited::cited;

/// Statistics, validity, rounding and attainment (HJ 663, with GB 3095 table 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirAssessment {
    /// What an hour, a day and an 8-hour window need.
    pub hours: Hours,
    /// What a month, quarter and year need.
    pub periods: Vec<PeriodValidity>,
    /// What the other items (TSP, BaP, Pb) need.
    pub other_items: Vec<OtherItem>,
    /// From sites to the city.
    pub city: City,
    /// What is held against the limits in a year.
    pub items: Vec<Item>,
    /// When a pollutant and a city attain.
    pub attainment: Attainment,
    /// How a percentile is taken.
    pub percentile: PercentileRule,
    /// Digits, by pollutant (half to even, GB/T 8170).
    pub rounding: Vec<Rounding>,
    /// Digits of ratios.
    pub ratios: Ratios,
}

/// What an hour, a day and an 8-hour window need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The 1-hour mean.
    pub hour: HourRule,
    /// The daily mean.
    pub daily_mean: DailyMeanRule,
    /// The 8-hour sliding mean.
    pub eight_hour: EightHourRule,
    /// The daily maximum 8-hour mean.
    pub mda8: Mda8Rule,
    /// Which 8-hour windows belong to a day.
    pub mda8_windows: Mda8Windows,
    /// The daily maximum 1-hour mean.
    pub max_1h: Max1hRule,
}

cited! {
    /// The 1-hour mean.
    pub struct HourRule {
        /// Minutes of sampling.
        pub min_minutes: u32,
        /// The pollutants the rule names.
        pub pollutants: Vec<Pollutant>,
    }

    /// The daily mean.
    pub struct DailyMeanRule {
        /// Hourly means of the day.
        pub min_hours: u32,
        /// The pollutants the rule names.
        pub pollutants: Vec<Pollutant>,
    }

    /// The 8-hour sliding mean.
    pub struct EightHourRule {
        /// Hours of the window.
        pub window_hours: u32,
        /// Hourly means of the window.
        pub min_hours: u32,
    }

    /// The daily maximum 8-hour mean.
    pub struct Mda8Rule {
        /// Valid 8-hour means of the day.
        pub min_windows: u32,
        /// Whether a day with fewer still counts when the maximum exceeds the limit.
        pub counts_when_exceeding: bool,
    }

    /// Which 8-hour windows belong to a day: those whose label, the hour they end, lies in the range.
    pub struct Mda8Windows {
        /// First label: 8 is the window of 01:00 to 08:00.
        pub first_label: u32,
        /// Last label.
        pub last_label: u32,
    }

    /// The daily maximum 1-hour mean.
    pub struct Max1hRule {
        /// Hourly means of the day.
        pub min_hours: u32,
    }

    /// What a month, quarter or year needs.
    pub struct PeriodValidity {
        /// The length.
        pub period: PeriodLength,
        /// The statistic.
        pub statistic: Statistic,
        /// The pollutants.
        pub pollutants: Vec<Pollutant>,
        /// Valid days of the whole period.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub min_days: Option<u32>,
        /// Valid days of every month of it but February.
        pub month_min_days: u32,
        /// Valid days of February, leap year or not.
        pub february_min_days: u32,
    }

    /// What a statistic of the other items needs.
    pub struct OtherItem {
        /// The pollutants.
        pub pollutants: Vec<Pollutant>,
        /// The statistic: a mean over this time.
        pub averaging: Averaging,
        /// Evenly spread daily means of the period.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub min_days: Option<u32>,
        /// Evenly spread daily means of every month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub month_min_days: Option<u32>,
        /// Hours of sampling of the day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub min_hours: Option<u32>,
    }

    /// How many of a city's sites must have a value.
    pub struct SiteShare {
        /// Percent of the sites.
        pub site_share_percent: u32,
        /// A city with fewer sites than this …
        pub few_sites_below: u32,
        /// … needs only this percent.
        pub few_share_percent: u32,
    }

    /// How the values of a city's sites become the city's.
    pub struct CityStatistics {
        /// Hourly and daily means.
        pub means: CityMeans,
        /// The daily maximum 8-hour mean of O3.
        pub o3: CityO3,
    }

    /// One annual item.
    pub struct Item {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// Mean or percentile of the year's daily values.
        pub statistic: Statistic,
        /// The percentile, when it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub percentile: Option<u8>,
        /// Whose limit it is held against.
        pub limit: Averaging,
    }

    /// When a pollutant and a city attain.
    pub struct Attainment {
        /// A pollutant attains when each of its items is at or below its limit.
        pub every_item: bool,
        /// A city attains when each of these attains.
        pub pollutants: Vec<Pollutant>,
    }

    /// How a percentile is taken.
    pub struct PercentileRule {
        /// The method.
        pub method: PercentileMethod,
    }

    /// Digits of a pollutant's values.
    pub struct Rounding {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// Digits of raw data, at least.
        pub raw_decimals: u8,
        /// Digits of statistics, at least.
        pub statistic_decimals: u8,
        /// Digits of the value held against a limit.
        pub compliance_decimals: u8,
    }

    /// Digits of ratios.
    pub struct Ratios {
        /// Digits of (C − S) ÷ S (超标倍数).
        pub exceedance_multiple_decimals: u8,
        /// Digits of a rate in percent (达标率).
        pub rate_decimals: u8,
    }
}

/// From sites to the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct City {
    /// How many sites must have a value.
    pub share: SiteShare,
    /// How they become one.
    pub statistics: CityStatistics,
}

/// The length of a period with a validity rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodLength {
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
}

impl PeriodLength {
    /// `month`, `quarter` or `year`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// A statistic of daily values over a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// The mean.
    Mean,
    /// A percentile.
    Percentile,
}

impl Statistic {
    /// `mean` or `percentile`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Percentile => "percentile",
        }
    }
}

/// How a percentile is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PercentileMethod {
    /// k = 1 + (n − 1) p of the ascending values; between two values, linear.
    Linear,
}

/// How hourly and daily means of sites become the city's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CityMeans {
    /// The mean of the sites' means.
    MeanOfSites,
}

/// How the O3 maxima of sites become the city's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CityO3 {
    /// The mean of the sites' own daily maxima, not the maximum of a city series.
    MeanOfSiteDailyMaxima,
}

impl AirAssessment {
    /// The rule a statistic of a pollutant over a period must meet.
    pub fn validity(
        &self,
        period: PeriodLength,
        statistic: Statistic,
        pollutant: Pollutant,
    ) -> Option<&PeriodValidity> {
        self.periods
            .iter()
            .find(|p| p.period == period && p.statistic == statistic && p.pollutants.contains(&pollutant))
    }

    /// The digits of a pollutant.
    pub fn rounding(&self, pollutant: Pollutant) -> Option<&Rounding> {
        self.rounding.iter().find(|r| r.pollutant == pollutant)
    }

    /// The annual items of a pollutant.
    pub fn items(&self, pollutant: Pollutant) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |i| i.pollutant == pollutant)
    }
}
