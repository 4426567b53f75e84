//! Times and days as stored text, and back.
//!
//! Times are kept as text of one width in UTC with microseconds (`2024-03-05T05:00:00.000000Z`): the same bytes in both
//! databases, in the order of time when sorted as text, and legible without Lanwan.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use lanwan_terms::format_cst;
use serde::Serializer;

use crate::RecordsError;

/// The row being written, for messages.
pub(crate) struct Given<'a>(pub(crate) &'a str, pub(crate) &'a str);

impl Given<'_> {
    pub(crate) fn invalid(&self, field: &'static str, text: impl ToString, want: &'static str) -> RecordsError {
        let text = text.to_string().chars().take(200).collect();
        RecordsError::Invalid { what: format!("{} {}", self.0, self.1).trim_end().to_owned(), field, text, want }
    }

    /// PostgreSQL holds no zero byte in a text, so neither database gets one.
    pub(crate) fn text(&self, field: &'static str, text: &str) -> Result<String, RecordsError> {
        if text.contains('\0') {
            return Err(self.invalid(field, text.replace('\0', "␀"), "text without a zero byte"));
        }
        Ok(text.to_owned())
    }

    pub(crate) fn some_text(&self, field: &'static str, text: Option<&str>) -> Result<Option<String>, RecordsError> {
        text.map(|t| self.text(field, t)).transpose()
    }

    /// A text that must say something.
    pub(crate) fn name(&self, field: &'static str, text: &str) -> Result<String, RecordsError> {
        if text.trim().is_empty() {
            return Err(self.invalid(field, text, "something other than blanks"));
        }
        self.text(field, text)
    }

    pub(crate) fn json(&self, field: &'static str, text: &str) -> Result<String, RecordsError> {
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return Err(self.invalid(field, text, "a JSON document"));
        }
        Ok(text.to_owned())
    }

    pub(crate) fn time(&self, field: &'static str, time: DateTime<Utc>) -> Result<String, RecordsError> {
        if !(1..=9999).contains(&time.year()) {
            return Err(self.invalid(field, time, "a time in the years 1 to 9999"));
        }
        Ok(time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    }

    pub(crate) fn some_time(
        &self,
        field: &'static str,
        time: Option<DateTime<Utc>>,
    ) -> Result<Option<String>, RecordsError> {
        time.map(|t| self.time(field, t)).transpose()
    }

    pub(crate) fn day(&self, field: &'static str, day: NaiveDate) -> Result<String, RecordsError> {
        if !(1..=9999).contains(&day.year()) {
            return Err(self.invalid(field, day, "a day in the years 1 to 9999"));
        }
        Ok(day.format("%Y-%m-%d").to_string())
    }

    pub(crate) fn count(&self, field: &'static str, count: u64) -> Result<i64, RecordsError> {
        i64::try_from(count).map_err(|_| self.invalid(field, count, "at most 9223372036854775807"))
    }
}

/// The row being read, for messages.
pub(crate) struct Row<'a> {
    pub(crate) database: &'a str,
    pub(crate) table: &'static str,
    pub(crate) key: String,
}

impl Row<'_> {
    pub(crate) fn unreadable(&self, column: &'static str, text: impl ToString, want: &'static str) -> RecordsError {
        RecordsError::Unreadable {
            database: self.database.to_owned(),
            table: self.table,
            key: self.key.clone(),
            column,
            text: text.to_string().chars().take(200).collect(),
            want,
        }
    }

    pub(crate) fn time(&self, column: &'static str, text: &str) -> Result<DateTime<Utc>, RecordsError> {
        DateTime::parse_from_rfc3339(text)
            .map(|t| t.to_utc())
            .map_err(|_| self.unreadable(column, text, "a time such as 2024-03-05T05:00:00.000000Z"))
    }

    pub(crate) fn some_time(
        &self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<DateTime<Utc>>, RecordsError> {
        text.map(|t| self.time(column, t)).transpose()
    }

    pub(crate) fn day(&self, column: &'static str, text: &str) -> Result<NaiveDate, RecordsError> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|_| self.unreadable(column, text, "a day such as 2024-03-05"))
    }

    pub(crate) fn count(&self, column: &'static str, number: i64) -> Result<u64, RecordsError> {
        u64::try_from(number).map_err(|_| self.unreadable(column, number, "a count"))
    }
}

/// Serialises a time as printed everywhere, in China Standard Time with its offset.
pub(crate) fn as_cst<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_cst(*time))
}

/// The same for a time that may be absent.
pub(crate) fn as_cst_opt<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => as_cst(time, serializer),
        None => serializer.serialize_none(),
    }
}

/// Serialises a day as `2024-03-05`.
pub(crate) fn as_day<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

/// The same for a day that may be absent.
pub(crate) fn as_day_opt<S: Serializer>(day: &Option<NaiveDate>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => as_day(day, serializer),
        None => serializer.serialize_none(),
    }
}
