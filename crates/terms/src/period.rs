use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Serialize, Serializer};

/// China Standard Time, the time of every edge of the system.
pub const CST: FixedOffset = match FixedOffset::east_opt(8 * 3600) {
    Some(offset) => offset,
    None => panic!("eight hours east is an offset"),
};

/// The span of time one reading speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// One hour, named by its start here and by its end in air monitoring.
    Hour,
    /// One natural day in China Standard Time.
    Day,
}

impl Span {
    /// `hour` or `day`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

/// A period that is judged. Days, months, quarters and years are those of China Standard Time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// The hour that starts at this many hours since 1970-01-01T00:00Z.
    Hour(i32),
    /// A natural day.
    Day(NaiveDate),
    /// A calendar month: year, month 1 to 12.
    Month(i32, u32),
    /// A calendar quarter: year, quarter 1 to 4.
    Quarter(i32, u32),
    /// A calendar year.
    Year(i32),
}

/// The text names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no period (expected 2024, 2024Q1, 2024-03, 2024-03-05 or 2024-03-05T13, the hour that ends at 13:00)"
)]
pub struct PeriodError(pub String);

impl Period {
    /// First day of the period; for an hour, the day it belongs to (an hour that ends at 24:00 belongs to the day that ends).
    pub fn first_day(self) -> NaiveDate {
        match self {
            Self::Hour(hour) => cst(utc_of_hour(hour)).date_naive(),
            Self::Day(day) => day,
            Self::Month(year, month) => first_of(year, month),
            Self::Quarter(year, quarter) => first_of(year, quarter * 3 - 2),
            Self::Year(year) => first_of(year, 1),
        }
    }

    /// Last day of the period, inclusive. The rules in force on this day judge the period.
    pub fn last_day(self) -> NaiveDate {
        match self {
            Self::Hour(_) | Self::Day(_) => self.first_day(),
            Self::Month(..) => self.first_day() + Months::new(1) - Days::new(1),
            Self::Quarter(..) => self.first_day() + Months::new(3) - Days::new(1),
            Self::Year(year) => first_of(year, 12) + Days::new(30),
        }
    }

    /// Start of the period.
    pub fn start(self) -> DateTime<FixedOffset> {
        match self {
            Self::Hour(hour) => cst(utc_of_hour(hour)),
            _ => midnight(self.first_day()),
        }
    }

    /// End of the period, exclusive.
    pub fn end(self) -> DateTime<FixedOffset> {
        match self {
            Self::Hour(hour) => cst(utc_of_hour(hour + 1)),
            _ => midnight(self.last_day() + Days::new(1)),
        }
    }

    /// Hours since the epoch of the first hour and of the hour after the last.
    pub fn hours(self) -> std::ops::Range<i32> {
        hour_of(self.start().to_utc())..hour_of(self.end().to_utc())
    }

    /// The days of the period, in order.
    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        let last = self.last_day();
        self.first_day().iter_days().take_while(move |d| *d <= last)
    }

    /// The same period a year earlier. The 29th of February becomes the 28th.
    pub fn year_before(self) -> Self {
        match self {
            Self::Hour(hour) => Self::Hour(hour - 8760),
            Self::Day(day) => Self::Day(day - Months::new(12)),
            Self::Month(year, month) => Self::Month(year - 1, month),
            Self::Quarter(year, quarter) => Self::Quarter(year - 1, quarter),
            Self::Year(year) => Self::Year(year - 1),
        }
    }
}

fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MIN)
}

fn midnight(day: NaiveDate) -> DateTime<FixedOffset> {
    cst((day.and_time(NaiveTime::MIN) - CST).and_utc())
}

/// The instant in China Standard Time.
pub fn cst(time: DateTime<Utc>) -> DateTime<FixedOffset> {
    time.with_timezone(&CST)
}

/// Hours since 1970-01-01T00:00Z of the hour that holds `time`.
pub fn hour_of(time: DateTime<Utc>) -> i32 {
    time.timestamp().div_euclid(3600) as i32
}

/// Start of the hour that is `hour` hours after 1970-01-01T00:00Z.
pub fn utc_of_hour(hour: i32) -> DateTime<Utc> {
    Utc.timestamp_opt(i64::from(hour) * 3600, 0).single().unwrap_or_default()
}

/// The instant as printed everywhere: `2024-03-05T13:00:00+08:00`.
pub fn format_cst(time: DateTime<Utc>) -> String {
    cst(time).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// Reads `2024-03-05`.
///
/// # Errors
/// When the text is no date of that form.
pub fn parse_day(text: &str) -> Result<NaiveDate, PeriodError> {
    match Period::from_str(text) {
        Ok(Period::Day(day)) => Ok(day),
        _ => Err(PeriodError(text.to_owned())),
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The label of an hour is its end; 24 stays with the day that ends.
            Self::Hour(hour) => {
                let start = cst(utc_of_hour(*hour));
                write!(f, "{}T{:02}", start.date_naive(), chrono::Timelike::hour(&start) + 1)
            }
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let bad = || PeriodError(text.chars().take(40).collect());
        let year_of = |s: &str| -> Option<i32> {
            (s.len() == 4 && s.bytes().all(|b| b.is_ascii_digit()))
                .then(|| s.parse().ok())
                .flatten()
                .filter(|y| (1900..=2200).contains(y))
        };
        if let Some(year) = year_of(text) {
            return Ok(Self::Year(year));
        }
        if let Some((year, quarter)) = text.split_once(['Q', 'q']) {
            let year = year_of(year.trim_end_matches('-')).ok_or_else(bad)?;
            let quarter: u32 = quarter.parse().map_err(|_| bad())?;
            return if (1..=4).contains(&quarter) { Ok(Self::Quarter(year, quarter)) } else { Err(bad()) };
        }
        if let Some((day, hour)) = text.split_once('T') {
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| bad())?;
            let hour: i32 = hour.parse().map_err(|_| bad())?;
            return if (1..=24).contains(&hour) {
                Ok(Self::Hour(Self::Day(day).hours().start + hour - 1))
            } else {
                Err(bad())
            };
        }
        match text.len() {
            7 => {
                let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map_err(|_| bad())?;
                Ok(Self::Month(day.year(), day.month()))
            }
            10 => {
                let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| bad())?;
                year_of(&text[..4]).ok_or_else(bad)?;
                Ok(Self::Day(day))
            }
            _ => Err(bad()),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_print_and_parse_back() {
        for text in ["2024", "2024Q1", "2024-02", "2024-02-29", "2024-02-29T01", "2024-02-29T24"] {
            let period: Period = text.parse().expect(text);
            assert_eq!(period.to_string(), text);
        }
        for text in ["", "24", "2024Q5", "2024-13", "2023-02-29", "2024-02-29T00", "2024-02-29T25", "99999"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_hour_labelled_24_belongs_to_the_day_that_ends() {
        let hour: Period = "2024-12-31T24".parse().expect("a period");
        assert_eq!(hour.first_day().to_string(), "2024-12-31");
        assert_eq!(hour.end().to_rfc3339(), "2025-01-01T00:00:00+08:00");
    }

    #[test]
    fn a_leap_year_has_8784_hours() {
        assert_eq!(Period::Year(2024).hours().len(), 8784);
        assert_eq!(Period::Year(2024).last_day().to_string(), "2024-12-31");
        assert_eq!(Period::Quarter(2024, 1).days().count(), 91);
    }
}
