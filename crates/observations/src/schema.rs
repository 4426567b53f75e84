//! The shape of the table: columns, partitions, times.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use deltalake::kernel::{DataType as DeltaType, StructField};
use lanwan_terms::Span;

/// Partition columns, in order.
pub(crate) const PARTITIONS: [&str; 2] = ["span", "month"];
/// Columns of a data file, in order. The first four of [`SORTED_BY`] are the order of the rows inside every file.
pub(crate) const COLUMNS: [&str; 8] =
    ["monitor", "pollutant", "start", "value", "reason", "status", "source", "learned_at"];
/// Order of the rows inside every file.
pub(crate) const SORTED_BY: [&str; 4] = ["monitor", "pollutant", "start", "learned_at"];
/// Digits and digits after the point of a value.
pub(crate) const DECIMAL: (u8, i8) = (18, 6);
/// Values are below this many millionths, either side of zero.
pub(crate) const MICRO_LIMIT: i64 = 1_000_000_000_000_000_000;
/// Microseconds in an hour.
pub(crate) const HOUR_US: i64 = 3_600_000_000;
/// Rows of a row group; a multiple of [`BATCH_ROWS`], so that a batch never straddles two.
pub(crate) const GROUP_ROWS: usize = 262_080;
/// Rows decoded at a time.
pub(crate) const BATCH_ROWS: usize = 8_736;
/// Days from the beginning of the common era to 1970-01-01.
const EPOCH_DAY: i32 = 719_163;
/// Hours of China Standard Time ahead of UTC.
const CST_HOURS: i32 = 8;

/// Column positions in [`COLUMNS`].
pub(crate) mod col {
    pub(crate) const MONITOR: usize = 0;
    pub(crate) const POLLUTANT: usize = 1;
    pub(crate) const START: usize = 2;
    pub(crate) const VALUE: usize = 3;
    pub(crate) const REASON: usize = 4;
    pub(crate) const STATUS: usize = 5;
    pub(crate) const SOURCE: usize = 6;
    pub(crate) const LEARNED: usize = 7;
}

fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The columns of a data file as other engines see them.
pub(crate) fn file_schema() -> SchemaRef {
    let utf8 = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        utf8(COLUMNS[col::MONITOR], false),
        utf8(COLUMNS[col::POLLUTANT], false),
        Field::new(COLUMNS[col::START], timestamp(), false),
        Field::new(COLUMNS[col::VALUE], DataType::Decimal128(DECIMAL.0, DECIMAL.1), true),
        utf8(COLUMNS[col::REASON], true),
        Field::new(COLUMNS[col::STATUS], DataType::Int8, false),
        utf8(COLUMNS[col::SOURCE], false),
        Field::new(COLUMNS[col::LEARNED], timestamp(), false),
    ]))
}

/// The same columns as they are held here: dictionaries for text, 64 bits for decimals.
pub(crate) fn memory_type(file_type: &DataType) -> DataType {
    match file_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        DataType::Decimal128(p, s) if *p <= DECIMAL.0 => DataType::Decimal64(*p, *s),
        other => other.clone(),
    }
}

/// [`file_schema`] with [`memory_type`]s.
pub(crate) fn memory_schema() -> SchemaRef {
    let fields: Vec<Field> = file_schema()
        .fields()
        .iter()
        .map(|f| Field::new(f.name(), memory_type(f.data_type()), f.is_nullable()))
        .collect();
    Arc::new(Schema::new(fields))
}

/// The columns of the Delta table.
pub(crate) fn delta_columns() -> Vec<StructField> {
    let column = |index: usize, kind, nullable| StructField::new(COLUMNS[index], kind, nullable);
    let decimal = DeltaType::decimal(DECIMAL.0, DECIMAL.1 as u8).unwrap_or(DeltaType::LONG);
    vec![
        column(col::MONITOR, DeltaType::STRING, false),
        column(col::POLLUTANT, DeltaType::STRING, false),
        column(col::START, DeltaType::TIMESTAMP, false),
        column(col::VALUE, decimal, true),
        column(col::REASON, DeltaType::STRING, true),
        column(col::STATUS, DeltaType::BYTE, false),
        column(col::SOURCE, DeltaType::STRING, false),
        column(col::LEARNED, DeltaType::TIMESTAMP, false),
        StructField::new(PARTITIONS[0], DeltaType::STRING, false),
        StructField::new(PARTITIONS[1], DeltaType::STRING, false),
    ]
}

/// A partition: the span and the month, in UTC, in which the readings start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Partition {
    pub(crate) span: Span,
    /// Months since year 0.
    pub(crate) month: i32,
}

impl Partition {
    /// Where a reading belongs that starts in this hour since the epoch.
    pub(crate) fn of_hour(span: Span, hour: i32) -> Self {
        let day = lanwan_terms::utc_of_hour(hour);
        Self { span, month: day.year() * 12 + day.month0() as i32 }
    }

    /// Whether a reading that starts in this hour belongs here.
    pub(crate) fn holds(self, span: Span, hour: i32) -> bool {
        let first = |month: i32| {
            let day = NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
            day.map(|d| d.num_days_from_ce() - EPOCH_DAY).map(|days| days * 24)
        };
        span == self.span && first(self.month).zip(first(self.month + 1)).is_some_and(|(a, b)| (a..b).contains(&hour))
    }

    pub(crate) fn parse(span: &str, month: &str) -> Option<Self> {
        let span = [Span::Hour, Span::Day].into_iter().find(|s| s.code() == span)?;
        let (year, month) = month.split_once('-')?;
        let (year, month): (i32, i32) = (year.parse().ok()?, month.parse().ok()?);
        (1..=12).contains(&month).then(|| Self { span, month: year * 12 + month - 1 })
    }

    /// `2024-03`.
    pub(crate) fn month_name(self) -> String {
        format!("{:04}-{:02}", self.month.div_euclid(12), self.month.rem_euclid(12) + 1)
    }

    /// The folder of its files, relative to the table.
    pub(crate) fn folder(self) -> String {
        format!("span={}/month={}", self.span.code(), self.month_name())
    }
}

/// Hours from one reading of the span to the next.
pub(crate) fn step(span: Span) -> i32 {
    match span {
        Span::Hour => 1,
        Span::Day => 24,
    }
}

/// The first hour not before `hour` at which a reading of the span may start.
pub(crate) fn align_up(span: Span, hour: i32) -> i32 {
    match span {
        Span::Hour => hour,
        Span::Day => hour + (-(hour + CST_HOURS)).rem_euclid(24),
    }
}

/// The hour of a start, when it is one at which a reading of the span may start and within the years 1900 to 2200.
pub(crate) fn grid_hour(span: Span, start: DateTime<Utc>) -> Option<i32> {
    let micros = start.timestamp_micros();
    if micros % HOUR_US != 0
        || !start.timestamp_subsec_nanos().is_multiple_of(1000)
        || !(1900..=2200).contains(&start.year())
    {
        return None;
    }
    let hour = i32::try_from(micros / HOUR_US).ok()?;
    (align_up(span, hour) == hour).then_some(hour)
}

/// An instant from microseconds since the epoch.
pub(crate) fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_midnight_in_china() {
        // 1970-01-02T00:00+08:00 is 16:00 UTC on the first.
        assert_eq!(align_up(Span::Day, 0), 16);
        assert_eq!(align_up(Span::Day, 16), 16);
        assert_eq!(align_up(Span::Day, 17), 40);
        assert_eq!(align_up(Span::Day, -8), -8);
    }

    #[test]
    fn partitions_print_and_parse_back() {
        let p = Partition::of_hour(Span::Hour, 0);
        assert_eq!(p.folder(), "span=hour/month=1970-01");
        assert_eq!(Partition::parse("hour", "1970-01"), Some(p));
        assert_eq!(Partition::of_hour(Span::Day, -1).month_name(), "1969-12");
        assert_eq!(Partition::parse("hour", "1970-13"), None);
    }
}
