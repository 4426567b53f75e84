use std::fmt;

use chrono::{DateTime, Utc};
use lanwan_terms::{Decimal, Pollutant, Reading, Span, Unit, format_cst};
use serde::{Serialize, Serializer};

use crate::{InUnit, Rejected, TimeLabel};

/// What one file gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// The readings, sorted by monitor, pollutant code, span and start, each identity once.
    pub readings: Vec<Reading>,
    /// The monitors that the file names, sorted by id.
    pub monitors: Vec<Monitor>,
    /// What was refused, by row; at most [`crate::Options::max_quarantine_detail`] entries. [`Report::rejected`] counts all.
    pub quarantine: Vec<Rejected>,
    /// The index values that the file itself states, sorted by monitor and start, for checking.
    pub published: Vec<Published>,
    /// What was recognised, assumed, converted and counted.
    pub report: Report,
}

/// What kind of place a monitor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MonitorKind {
    /// A monitoring station (点位).
    Station,
    /// A city whose values the source has already averaged (城市).
    City,
}

/// A place that readings speak of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Monitor {
    /// The id that readings carry: a code, `city/station`, or a city's name.
    pub id: String,
    /// The name for readers.
    pub name: String,
    /// Station or city.
    pub kind: MonitorKind,
    /// The city, where the file or the options name it.
    pub city: Option<String>,
    /// The district, where the file names it.
    pub district: Option<String>,
    /// Longitude in degrees; the file's datum.
    pub lon: Option<Decimal>,
    /// Latitude in degrees; the file's datum.
    pub lat: Option<Decimal>,
}

/// The index that a file itself states for one monitor and span of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The monitor's id.
    pub monitor: String,
    /// Start of the span.
    #[serde(serialize_with = "as_cst")]
    pub start: DateTime<Utc>,
    /// Hour or day.
    pub span: Span,
    /// The air quality index.
    pub aqi: Option<u16>,
    /// The level, 1 (优) to 6 (严重污染).
    pub level: Option<u8>,
    /// The primary pollutants, in the order of [`Pollutant::ALL`].
    pub primary: Vec<Pollutant>,
}

macro_rules! layouts {
    ($($variant:ident $code:literal $zh:literal $en:literal;)*) => {
        /// The layouts that are recognised, by content.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Layout { $(#[doc = $en] $variant,)* }

        impl Layout {
            /// All layouts.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The code.
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code),* } }
            /// What it looks like, in Chinese.
            pub fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),* } }
            /// What it looks like, in English.
            pub fn en(self) -> &'static str { match self { $(Self::$variant => $en),* } }
        }
    };
}

layouts! {
    Tidy "tidy" "长表：站点,时间,污染物,浓度" "Tidy: station,time,pollutant,value.";
    Wide "wide" "宽表：站点,时间,各污染物一列" "Wide: station,time, and a column a pollutant.";
    NationalHourly "national-hourly" "国家发布小时表：date,hour,type,各站点一列" "National hourly: date,hour,type, and a column a place.";
    StationHourly "station-hourly" "城市站点小时表：city,date,hour,station,aqi,…" "Stations of cities by the hour: city,date,hour,station,aqi,….";
    DailyListing "daily-listing" "城市日报表：city,date,aqi,…,pm25,…" "Daily listing of cities: city,date,aqi,…,pm25,….";
    Prsa "prsa" "UCI PRSA 表：No,year,month,day,hour,PM2.5,…,station" "UCI PRSA: No,year,month,day,hour,PM2.5,…,station.";
    Openair "openair" "openair 表：date,ws,wd,nox,no2,o3,…" "openair: date,ws,wd,nox,no2,o3,….";
    Snapshot "snapshot" "GeoJSON 实时快照：stationcode,timepoint,pm2_5,…" "GeoJSON snapshot: stationcode,timepoint,pm2_5,….";
    StationList "station-list" "站点名录：station_code,name,city,lon,lat" "Station list: station_code,name,city,lon,lat.";
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why something about a file is taken to be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The caller said so.
    Override,
    /// The file says so.
    Stated,
    /// The recognised layout has it so.
    Layout,
    /// Nothing says so: the national convention is assumed.
    Assumed,
}

impl Origin {
    /// `override`, `stated`, `layout` or `assumed`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Stated => "stated",
            Self::Layout => "layout",
            Self::Assumed => "assumed",
        }
    }
}

/// A unit met in the file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitUse {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// The unit in the file.
    pub given: InUnit,
    /// The unit of the readings.
    pub stored: Unit,
    /// The exact factor, such as `1`, `1/1000` or `48.00/24.465`.
    pub factor: String,
    /// Whether converted values are rounded (half to even, six digits after the point): only from ppb and ppm.
    pub rounded: bool,
    /// Why the file's unit is taken to be this.
    pub origin: Origin,
}

/// What was recognised, assumed, converted and counted.
///
/// `rows = rows_rejected + rows_other + rows with values`, and `values = accepted + repeated_in_file + rejected_values`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The file's name, without its folder.
    pub file: String,
    /// SHA-256 of the file as given, in hex.
    pub sha256: String,
    /// Length of the file as given.
    pub bytes: u64,
    /// The layout.
    pub layout: Layout,
    /// The container: `text`, `xlsx`, `xlsb`, `xls`, `ods`, `parquet` or `json`.
    pub format: &'static str,
    /// The text encoding; `None` for binary formats.
    pub encoding: Option<&'static str>,
    /// `gzip`, or `None`.
    pub compression: Option<&'static str>,
    /// The delimiter of text tables.
    pub delimiter: Option<char>,
    /// The sheet that was read, of a workbook.
    pub sheet: Option<String>,
    /// Which end of the hour labels name.
    pub time_label: TimeLabel,
    /// Why.
    pub time_label_origin: Origin,
    /// Seconds east of UTC of times written without offset.
    pub utc_offset_seconds: i32,
    /// Units met, by pollutant.
    pub units: Vec<UnitUse>,
    /// What was taken for granted, in Chinese; one sentence each.
    pub assumptions: Vec<String>,
    /// The same sentences in English.
    pub assumptions_en: Vec<String>,
    /// Data rows read (blank lines are none).
    pub rows: u64,
    /// Rows refused as a whole.
    pub rows_rejected: u64,
    /// Rows that hold no concentration by design: index values, sliding means, entries of a station list.
    pub rows_other: u64,
    /// Values (also missing ones) of pollutants in the remaining rows.
    pub values: u64,
    /// Readings given, those without a value included.
    pub accepted: u64,
    /// Readings given that have no value.
    pub missing: u64,
    /// Values that repeat a reading of the same file.
    pub repeated_in_file: u64,
    /// Values refused.
    pub rejected_values: u64,
    /// Index values (AQI, level, primary pollutant) or list entries refused; these are not among `values`.
    pub rejected_other: u64,
    /// All that was refused: rows, values and index values.
    pub rejected: u64,
    /// Columns (or row types) that hold no reading and were not used.
    pub ignored_columns: Vec<String>,
    /// Start of the first reading.
    #[serde(serialize_with = "as_cst_opt")]
    pub first: Option<DateTime<Utc>>,
    /// Start of the last reading.
    #[serde(serialize_with = "as_cst_opt")]
    pub last: Option<DateTime<Utc>>,
}

fn as_cst<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_cst(*time))
}

fn as_cst_opt<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => as_cst(time, serializer),
        None => serializer.serialize_none(),
    }
}
