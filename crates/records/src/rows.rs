use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use lanwan_terms::{Decimal, Pollutant};
use serde::Serialize;

use crate::stored::{as_cst, as_cst_opt, as_day, as_day_opt};

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// A city (市).
    City,
    /// A district or county (区、县).
    District,
    /// A monitoring station (监测点位).
    Station,
}

impl PlaceKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::City, Self::District, Self::Station];

    /// `city`, `district` or `station`.
    pub fn code(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Station => "station",
        }
    }
}

impl fmt::Display for PlaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for PlaceKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|k| k.code() == text)
            .ok_or_else(|| format!("`{text}` is no kind of place (expected city, district or station)"))
    }
}

/// A city, a district or a station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceRow {
    /// The administrative code (`370200`), the station's code (`1001A`), or `city/station` where there is no code.
    pub id: String,
    /// The name, in Chinese; the id again while nobody knows it.
    pub name: String,
    /// The name in English.
    pub name_en: Option<String>,
    /// City, district or station.
    pub kind: PlaceKind,
    /// The id of the place that holds this one.
    pub parent: Option<String>,
    /// Degrees east, exact. Given together with the latitude.
    pub longitude: Option<Decimal>,
    /// Degrees north, exact. Given together with the longitude.
    pub latitude: Option<Decimal>,
    /// The administrative code (GB/T 2260) of the city or district, or of the one a station stands in.
    pub adcode: Option<String>,
    /// The first day of operation, or of the district in its present bounds.
    #[serde(serialize_with = "as_day_opt")]
    pub opened: Option<NaiveDate>,
    /// The last day.
    #[serde(serialize_with = "as_day_opt")]
    pub closed: Option<NaiveDate>,
}

impl PlaceRow {
    /// A place of which no more is known.
    pub fn new(id: impl Into<String>, kind: PlaceKind, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            name_en: None,
            kind,
            parent: None,
            longitude: None,
            latitude: None,
            adcode: None,
            opened: None,
            closed: None,
        }
    }
}

/// Days on which dust from afar (沙尘) spoiled values of a place, as an authority's document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DustMark {
    /// The id of the place; a mark on a city speaks for its stations.
    pub place: String,
    /// The first day.
    #[serde(serialize_with = "as_day")]
    pub from_day: NaiveDate,
    /// The last day, included.
    #[serde(serialize_with = "as_day")]
    pub to_day: NaiveDate,
    /// The pollutants whose values do not count; at least one.
    pub pollutants: Vec<Pollutant>,
    /// The document that says so: its number, or its title and date.
    pub document: String,
    /// When Lanwan learned it.
    #[serde(serialize_with = "as_cst")]
    pub learned_at: DateTime<Utc>,
}

/// A recorded dust mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DustMarkRow {
    /// The number, in the order of recording.
    pub id: i64,
    /// The mark.
    #[serde(flatten)]
    pub mark: DustMark,
    /// When it was withdrawn. The row stays, so that earlier judgements can be repeated.
    #[serde(serialize_with = "as_cst_opt")]
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl DustMarkRow {
    /// Whether the mark was known and not withdrawn at `as_of`.
    pub fn stands(&self, as_of: DateTime<Utc>) -> bool {
        self.mark.learned_at <= as_of && self.withdrawn_at.is_none_or(|at| as_of < at)
    }
}

/// A file that was imported, and what became of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// The number; given by the database, ignored when recording.
    pub id: i64,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file as given: 64 hex digits, lower case.
    pub sha256: String,
    /// Length of the file as given, in bytes.
    pub bytes: u64,
    /// The layout recognised, such as `tidy`.
    pub layout: String,
    /// The text encoding; `None` for binary formats.
    pub encoding: Option<String>,
    /// Which end of the hour the labels name.
    pub time_label: String,
    /// The units, as they should be shown.
    pub units: String,
    /// When it was imported.
    #[serde(serialize_with = "as_cst")]
    pub at: DateTime<Utc>,
    /// The version of the table of readings afterwards; `None` when nothing was written.
    pub table_version: Option<u64>,
    /// New readings.
    pub accepted: u64,
    /// Of the accepted and superseding ones, those without a value.
    pub missing: u64,
    /// Readings that were there already.
    pub repeated: u64,
    /// Readings that replaced an earlier version.
    pub superseded: u64,
    /// Rows and values that could not be read: they are in quarantine.
    pub rejected: u64,
    /// Readings that the table of readings did not take.
    pub refused: u64,
    /// Start of the first reading.
    #[serde(serialize_with = "as_cst_opt")]
    pub first: Option<DateTime<Utc>>,
    /// Start of the last reading.
    #[serde(serialize_with = "as_cst_opt")]
    pub last: Option<DateTime<Utc>>,
    /// The whole report: a JSON document.
    pub report_json: String,
}

/// A row or value that was refused, why, and what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct QuarantineRow {
    /// The import; ignored when recording.
    pub import_id: i64,
    /// The position among the refused ones of the import, from 1; ignored when recording.
    pub number: u64,
    /// The file's name.
    pub file: String,
    /// The row in the file, from 1.
    pub row: u64,
    /// The column; empty when the whole row is refused. Cut to 200 characters.
    pub field: String,
    /// What stood there, cut to 200 characters.
    pub text: String,
    /// The kind of reason, for counting.
    pub kind: String,
    /// Why, in Chinese.
    pub reason: String,
    /// Why, in English.
    pub reason_en: String,
    /// What to do, in Chinese.
    pub remedy: String,
    /// What to do, in English.
    pub remedy_en: String,
}

/// A finding that a decision rests on, frozen as issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingRow {
    /// The address of its content (a hash).
    pub id: String,
    /// The kind, such as `air-year`.
    pub kind: String,
    /// The id of the place judged.
    pub place: String,
    /// The period judged, such as `2024` or `2024-03`.
    pub period: String,
    /// What was known when it was judged.
    #[serde(serialize_with = "as_cst")]
    pub as_of: DateTime<Utc>,
    /// The finding itself: a JSON document, kept to the byte.
    pub json: String,
    /// When it was issued.
    #[serde(serialize_with = "as_cst")]
    pub issued_at: DateTime<Utc>,
    /// Who issued it.
    pub issued_by: String,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRow {
    /// The number, rising.
    pub id: i64,
    /// When.
    #[serde(serialize_with = "as_cst")]
    pub at: DateTime<Utc>,
    /// Who did it.
    pub who: String,
    /// What was done, such as `import`.
    pub what: String,
    /// The details: a JSON document.
    pub detail_json: String,
}
