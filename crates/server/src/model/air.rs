use serde::Serialize;
use utoipa::ToSchema;

use super::RuleRef;

/// One concentration of a day or hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct PollutantValue {
    pub(crate) pollutant: String,
    /// 1h, 8h or 24h; of a day, 1h and 8h are its maxima
    pub(crate) averaging: String,
    /// exact decimal
    pub(crate) value: Option<String>,
    pub(crate) unit: String,
    pub(crate) iaqi: Option<i64>,
    /// why there is no value
    pub(crate) reason: Option<String>,
    /// hours, windows or sites there
    pub(crate) have: Option<i64>,
    /// hours, windows or sites needed
    pub(crate) need: Option<i64>,
}

/// The air of a place at one day or hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirValue {
    pub(crate) place: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) period: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) aqi: Option<i64>,
    pub(crate) level: Option<i64>,
    pub(crate) category: Option<String>,
    pub(crate) category_en: Option<String>,
    /// colour of the level on screens, #rrggbb
    pub(crate) colour: Option<String>,
    pub(crate) primary: Vec<String>,
    pub(crate) exceeding: Vec<String>,
    pub(crate) values: Vec<PollutantValue>,
    /// why there is no index
    pub(crate) reason: Option<String>,
    /// statuses of the readings, joined by +
    pub(crate) status: String,
    pub(crate) generated: bool,
    pub(crate) dust: bool,
    pub(crate) edition: String,
    pub(crate) verification: String,
    pub(crate) finding: Option<String>,
}

/// All places at one day or hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirMap {
    pub(crate) at: String,
    pub(crate) edition: String,
    pub(crate) rule: Option<RuleRef>,
    pub(crate) places: Vec<AirValue>,
}

/// Every day from the first to the last one asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirDays {
    pub(crate) place: String,
    pub(crate) edition: String,
    pub(crate) days: Vec<AirValue>,
}

/// Every hour of the days asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct AirHours {
    pub(crate) place: String,
    pub(crate) edition: String,
    pub(crate) hours: Vec<AirValue>,
}
