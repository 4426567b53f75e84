use lanwan_terms::{Decimal, Pollutant};
use serde::{Deserialize, Serialize};

use crate::cited::cited;

/// Ecological compensation for ambient air. Money is in 10 000 yuan (万元). Positive: the upper level pays the lower.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirCompensation {
    /// How often it is settled and against what.
    pub cycle: Cycle,
    /// Weights of the falls of the pollutants' means, in percent; they sum to 100. Empty when the scheme has targets.
    #[serde(default)]
    pub weights: Vec<Weight>,
    /// Money per ug/m3 of weighted improvement; none when it is not known or the scheme has targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coefficient: Option<Coefficient>,
    /// Factors of places; others have `default_factor`.
    #[serde(default)]
    pub factors: Vec<Factor>,
    /// The factor of a place that is not listed.
    pub default_factor: Decimal,
    /// Money per percentage point of the share of good days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good_days: Option<GoodDayTerm>,
    /// One-off awards of a year.
    #[serde(default)]
    pub awards: Vec<Award>,
    /// A scheme of yearly targets instead of weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targets: Option<TargetTerm>,
}

cited! {
    /// How often it is settled and against what.
    pub struct Cycle {
        /// The period.
        pub period: CyclePeriod,
        /// What the period is compared with.
        pub against: Against,
    }

    /// The weight of a pollutant.
    pub struct Weight {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// Percent.
        pub weight: Decimal,
    }

    /// Money per ug/m3 of weighted improvement.
    pub struct Coefficient {
        /// 10 000 yuan per ug/m3.
        pub per_ug_m3: Decimal,
    }

    /// The factor of a place, applied after weighting.
    pub struct Factor {
        /// Adcode.
        pub place: String,
        /// In Chinese.
        pub name: String,
        /// In English.
        pub name_en: String,
        /// The factor.
        pub factor: Decimal,
    }

    /// Money per percentage point of the share of good days.
    pub struct GoodDayTerm {
        /// 10 000 yuan per percentage point.
        pub per_point: Decimal,
        /// Whether the place's factor applies; none when it is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub factor_applies: Option<bool>,
    }

    /// A one-off award of a year in which the annual mean meets a class.
    pub struct Award {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// 1 or 2.
        pub class: u8,
        /// 10 000 yuan.
        pub amount: Decimal,
    }

    /// Money for meeting yearly targets.
    pub struct TargetTerm {
        /// The pollutants with a target.
        pub pollutants: Vec<Pollutant>,
        /// 10 000 yuan for each target met.
        pub per_target_met: Decimal,
        /// 10 000 yuan for each further ug/m3.
        pub per_further_ug_m3: Decimal,
        /// 10 000 yuan paid in, at least, when a pollutant worsens.
        pub worsening_at_least: Decimal,
    }
}

/// How often a scheme is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CyclePeriod {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A half-year.
    HalfYear,
    /// A year.
    Year,
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Against {
    /// The same period a year earlier.
    SamePeriodLastYear,
    /// A target of the year.
    YearlyTarget,
}

impl AirCompensation {
    /// The factor of a place.
    pub fn factor(&self, adcode: &str) -> Decimal {
        self.factors.iter().find(|f| f.place == adcode).map_or(self.default_factor, |f| f.factor)
    }
}
