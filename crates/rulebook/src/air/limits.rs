use chrono::NaiveDate;
use lanwan_terms::{Averaging, Decimal, Pollutant, Unit};
use serde::{Deserialize, Serialize};

use crate::cited::cited;

/// Concentration limits of ambient air (GB 3095, tables 1 and 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirLimits {
    /// Basic items (基本项目) and other items (其他项目).
    pub limits: Vec<Limit>,
    /// Advisory values of an annex for provinces to draw on; nothing is judged by them.
    #[serde(default)]
    pub advisory: Vec<Advisory>,
    /// The temperature and pressure concentrations are stated at, by first day.
    #[serde(default)]
    pub reference_states: Vec<ReferenceState>,
}

cited! {
    /// One row of a table of limits.
    pub struct Limit {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// The averaging time; `8h` is the daily maximum 8-hour mean (日最大8小时平均).
        pub averaging: Averaging,
        /// Limit of class I areas (一级).
        pub class1: Decimal,
        /// Limit of class II areas (二级).
        pub class2: Decimal,
        /// Unit of both limits.
        pub unit: Unit,
    }

    /// One advisory value of an annex.
    pub struct Advisory {
        /// The substance's symbol: `Cd`, `F`. Not among the pollutants of the tables.
        pub substance: String,
        /// The substance in Chinese, with its phase.
        pub zh: String,
        /// `1h`, `24h`, `month`, `growing-season` or `annual`.
        pub averaging: String,
        /// The value.
        pub limit: Decimal,
        /// Unit in ASCII, `ug/m3` or `ug/(dm2*d)`.
        pub unit: String,
        /// The areas it is meant for; all when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub applies_to: Option<String>,
    }

    /// The state concentrations are converted to.
    pub struct ReferenceState {
        /// First day it applies to.
        #[serde(with = "crate::day")]
        pub from: NaiveDate,
        /// The pollutants.
        pub pollutants: Vec<Pollutant>,
        /// Temperature in kelvin; none when it is that of the sampling.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub temperature_k: Option<Decimal>,
        /// Pressure in hectopascal; none when it is that of the sampling.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub pressure_hpa: Option<Decimal>,
    }
}

impl AirLimits {
    /// The row of a pollutant and averaging time.
    pub fn limit(&self, pollutant: Pollutant, averaging: Averaging) -> Option<&Limit> {
        self.limits.iter().find(|l| l.pollutant == pollutant && l.averaging == averaging)
    }
}
