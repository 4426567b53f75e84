use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// What this installation holds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Meta {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) city: City,
    /// first day with readings
    pub(crate) first: Option<String>,
    /// last day with readings
    pub(crate) last: Option<String>,
    /// years with readings
    pub(crate) years: Vec<i64>,
    pub(crate) default_date: Option<String>,
    pub(crate) generated: Vec<GeneratedSpan>,
    pub(crate) editions: Vec<Edition>,
    /// rows of the table of readings, each correction counted
    pub(crate) readings: i64,
    /// monitors with readings
    pub(crate) monitors: i64,
}

/// The city that pages open with.
#[derive(Serialize, ToSchema)]
pub(crate) struct City {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) name_en: Option<String>,
}

/// A stretch of days whose readings were generated, not measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GeneratedSpan {
    /// First day.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub from: NaiveDate,
    /// Last day, inclusive.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub to: NaiveDate,
    /// What readers are told, in Chinese.
    pub note: String,
    /// What readers are told, in English.
    pub note_en: String,
}

fn as_text<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// A family of standards that are judged together.
#[derive(Serialize, ToSchema)]
pub(crate) struct Edition {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) title_en: Option<String>,
    pub(crate) from: String,
    pub(crate) to: Option<String>,
}

/// A city, district or station.
#[derive(Serialize, ToSchema)]
pub(crate) struct Place {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) name_en: Option<String>,
    /// city, district or station
    pub(crate) kind: String,
    pub(crate) parent: Option<String>,
    /// degrees, WGS 84
    pub(crate) lon: Option<String>,
    /// degrees, WGS 84
    pub(crate) lat: Option<String>,
    /// whether generated readings of it are known
    pub(crate) generated: Option<bool>,
}

/// A file that was imported.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportSummary {
    pub(crate) id: i64,
    pub(crate) file: String,
    pub(crate) at: String,
    pub(crate) layout: String,
    pub(crate) encoding: Option<String>,
    /// which end of the hour the labels name
    pub(crate) time_label: Option<String>,
    pub(crate) units: Option<String>,
    /// new readings
    pub(crate) accepted: i64,
    /// readings that were there already
    pub(crate) repeated: i64,
    /// readings that replaced an earlier version
    pub(crate) superseded: i64,
    /// rows and values that could not be read
    pub(crate) rejected: i64,
    /// readings without a value
    pub(crate) missing: i64,
    /// readings that the table did not take
    pub(crate) refused: Option<i64>,
}

/// A row or value that was refused.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuarantineRow {
    pub(crate) row: i64,
    /// the column; null when the whole row is refused
    pub(crate) field: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) reason: String,
    pub(crate) reason_en: Option<String>,
    pub(crate) remedy: Option<String>,
    pub(crate) remedy_en: Option<String>,
}

/// Why a request is not answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiError {
    pub(crate) error: ErrorBody,
}

/// What is wrong and what would be right, in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) message_en: Option<String>,
    pub(crate) remedy: Option<String>,
    pub(crate) remedy_en: Option<String>,
}
