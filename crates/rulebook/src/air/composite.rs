use lanwan_terms::{Decimal, Pollutant, Unit};
use serde::{Deserialize, Serialize};

use crate::Statistic;
use crate::cited::cited;

/// The composite index (环境空气质量综合指数): the weighted sum of six single indices C ÷ S.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirComposite {
    /// The single indices.
    pub terms: Vec<CompositeTerm>,
    /// Digits of each single index, rounded half to even before they are added.
    pub term_decimals: u8,
    /// Digits of the index; a plain sum of the rounded terms has them already.
    pub index_decimals: u8,
    /// Where the formula and its order of rounding come from.
    pub method: CompositeMethod,
}

cited! {
    /// One single index.
    pub struct CompositeTerm {
        /// The pollutant.
        pub pollutant: Pollutant,
        /// The statistic of the period's daily values.
        pub statistic: Statistic,
        /// The percentile, when it is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub percentile: Option<u8>,
        /// S; the annual limit even when the period is a month.
        pub divisor: Decimal,
        /// Unit of C and S.
        pub unit: Unit,
        /// The term's weight in the sum.
        pub weight: Decimal,
        /// Digits of C before it is divided (half to even).
        pub concentration_decimals: u8,
    }

    /// The citation of the formula and its order of rounding.
    pub struct CompositeMethod {}

    /// Order and ties.
    pub struct RankingOrder {
        /// How places are numbered after a tie.
        pub ties: Ties,
        /// Digits of the composite index that is compared.
        pub index_decimals: u8,
    }

    /// Another way places are numbered, and who uses it.
    pub struct TiesInUse {
        /// The way.
        pub ties: Ties,
        /// Who publishes so.
        pub used_by: String,
    }

    /// The ranking by change rate R = (now − then) ÷ then, in percent; positive is worse.
    pub struct ChangeRanking {
        /// Digits of R.
        pub rate_decimals: u8,
        /// Whether a city whose six pollutants all meet class II is left out of the ranking of deterioration.
        pub worsening_excludes_class2: bool,
    }

    /// Where the share of good days is the criterion, this pollutant splits equal shares before they tie.
    pub struct GoodDayTies {
        /// The pollutant; the lower mean comes first.
        pub split_by: Pollutant,
    }

    /// How many places a published list names.
    pub struct ListLength {
        /// `index` or `change`.
        pub list: RankingList,
        /// Best, or most improved.
        pub best: u32,
        /// Worst, or most worsened.
        pub worst: u32,
        /// The periods it is published for.
        pub periods: Vec<RankingPeriod>,
    }
}

/// The ranking of cities by composite index and by its change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AirRanking {
    /// Order and ties.
    pub order: RankingOrder,
    /// The ways of numbering seen in publications.
    pub ties_in_use: Vec<TiesInUse>,
    /// The ranking by change.
    pub change: ChangeRanking,
    /// Ties of the share of good days.
    pub good_days: GoodDayTies,
    /// Lengths of the published lists.
    #[serde(default)]
    pub lists: Vec<ListLength>,
}

/// How places are numbered after a tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ties {
    /// 1, 2, 2, 4.
    Competition,
    /// 1, 2, 2, 3.
    Dense,
}

/// What a published list orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankingList {
    /// The composite index.
    Index,
    /// Its change against the same period a year earlier.
    Change,
}

/// A period that is ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankingPeriod {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A half-year.
    HalfYear,
    /// A year.
    Year,
}

impl AirComposite {
    /// The term of a pollutant.
    pub fn term(&self, pollutant: Pollutant) -> Option<&CompositeTerm> {
        self.terms.iter().find(|t| t.pollutant == pollutant)
    }
}
