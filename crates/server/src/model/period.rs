use serde::Serialize;
use utoipa::ToSchema;

/// A year, quarter or month of a place, judged.
#[derive(Serialize, ToSchema)]
pub(crate) struct PeriodReport {
    pub(crate) place: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) period: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) edition: String,
    pub(crate) verification: String,
    pub(crate) status: String,
    pub(crate) generated: bool,
    /// keep or exclude
    pub(crate) dust: String,
    pub(crate) as_of: Option<String>,
    pub(crate) finding: Option<String>,
    pub(crate) items: Vec<PeriodItem>,
    /// 1, 2, or 3 for worse than class II; null while an item is not valid
    pub(crate) class: Option<i64>,
    pub(crate) class2: Option<bool>,
    pub(crate) index: Option<CompositeIndex>,
    pub(crate) days: DaysSummary,
    pub(crate) coordination: Option<Coordination>,
    /// days without an index, up to the last day with readings
    pub(crate) missing_days: Vec<MissingDay>,
    /// null when the period is over
    pub(crate) room: Option<RoomLeft>,
    /// the period in plain words
    pub(crate) sentence: String,
    /// the period in plain words
    pub(crate) sentence_en: String,
    pub(crate) other: Option<serde_json::Value>,
}

/// A mean or percentile held against the limits.
#[derive(Serialize, ToSchema)]
pub(crate) struct PeriodItem {
    pub(crate) pollutant: String,
    /// mean or percentile
    pub(crate) statistic: String,
    pub(crate) percentile: Option<i64>,
    /// averaging time of the limit
    pub(crate) averaging: String,
    /// exact decimal
    pub(crate) value: Option<String>,
    /// the statistic before rounding, six digits at most
    pub(crate) exact: Option<String>,
    /// exact decimal
    pub(crate) compared: Option<String>,
    pub(crate) unit: String,
    /// exact decimal
    pub(crate) limit1: Option<String>,
    /// exact decimal
    pub(crate) limit2: Option<String>,
    pub(crate) class1: Option<bool>,
    pub(crate) class2: Option<bool>,
    /// exact decimal
    pub(crate) exceedance_multiple: Option<String>,
    pub(crate) valid: bool,
    pub(crate) reason: Option<String>,
    pub(crate) days: i64,
    pub(crate) need: Option<i64>,
    pub(crate) clause: Option<String>,
    pub(crate) verification: String,
    pub(crate) finding: Option<String>,
}

/// The composite index.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompositeIndex {
    /// exact decimal; null while an item is not valid
    pub(crate) value: Option<String>,
    /// exact decimal; the sum of the terms, valid or not
    pub(crate) so_far: Option<String>,
    pub(crate) leading: Vec<String>,
    pub(crate) terms: Vec<CompositeTerm>,
    pub(crate) finding: Option<String>,
    pub(crate) verification: String,
}

/// One single index.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompositeTerm {
    pub(crate) pollutant: String,
    /// exact decimal
    pub(crate) concentration: Option<String>,
    /// exact decimal
    pub(crate) divisor: Option<String>,
    /// exact decimal
    pub(crate) term: Option<String>,
}

/// Days by level.
#[derive(Serialize, ToSchema)]
pub(crate) struct DaysSummary {
    pub(crate) total: i64,
    pub(crate) valid: i64,
    /// days of levels 1 to 6
    pub(crate) by_level: Vec<i64>,
    pub(crate) good: i64,
    /// exact decimal
    pub(crate) good_ratio: Option<String>,
    pub(crate) heavy: i64,
    /// exact decimal
    pub(crate) heavy_ratio: Option<String>,
    pub(crate) primary: Vec<PrimaryDays>,
    pub(crate) dust_days: i64,
    pub(crate) excluded_dust: bool,
}

/// Days on which a pollutant was primary.
#[derive(Serialize, ToSchema)]
pub(crate) struct PrimaryDays {
    pub(crate) pollutant: String,
    pub(crate) days: i64,
}

/// PM2.5 and ozone side by side.
#[derive(Serialize, ToSchema)]
pub(crate) struct Coordination {
    /// exact decimal
    pub(crate) pm25_mean: Option<String>,
    /// exact decimal
    pub(crate) o3_p90: Option<String>,
    /// exact decimal
    pub(crate) good_ratio: Option<String>,
    /// exact decimal
    pub(crate) heavy_ratio: Option<String>,
    pub(crate) pm25_primary_days: i64,
    pub(crate) o3_primary_days: i64,
    /// days with both above an individual index of 100
    pub(crate) both_exceed_days: Option<i64>,
}

/// A day without an index.
#[derive(Serialize, ToSchema)]
pub(crate) struct MissingDay {
    pub(crate) day: String,
    pub(crate) reason: String,
}

/// What the rest of a period may bring.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomLeft {
    pub(crate) items: Vec<RoomItem>,
    pub(crate) good_target: Option<i64>,
    pub(crate) good_days: i64,
    pub(crate) good_needed: Option<i64>,
    pub(crate) days_left: i64,
}

/// What the rest of a period may bring, for one mean.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomItem {
    pub(crate) pollutant: String,
    /// exact decimal
    pub(crate) target: String,
    pub(crate) target_kind: String,
    /// exact decimal
    pub(crate) so_far: Option<String>,
    pub(crate) days_so_far: i64,
    pub(crate) days_left: i64,
    /// exact decimal
    pub(crate) room: Option<String>,
    /// false when the target can no longer be met; null while it is open
    pub(crate) met: Option<bool>,
}
