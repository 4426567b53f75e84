//! Parquet, tidy or wide.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow::array::{
    Array, ArrayRef, Float32Array, Float64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::datatypes::{DataType, SchemaRef, TimeUnit};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{DateTime, NaiveTime, Utc};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

use crate::IntakeError;
use crate::open::{Body, Raw};
use crate::row::{Record, Rows};

/// Rows decoded at a time.
const BATCH: usize = 8_192;
/// The most that one column of one row group may unpack to.
const MAX_CHUNK: i64 = 1 << 30;
/// The most text that one row may hold.
const MAX_ROW: usize = 16 << 20;

/// The rows of a Parquet file.
pub(crate) struct ParquetRows {
    file: String,
    pub(crate) header: Vec<String>,
    reader: ParquetRecordBatchReader,
    batch: Option<Vec<ArrayRef>>,
    at: usize,
    row: u64,
    /// Timestamp columns that are midnight in every row: days.
    days: Vec<bool>,
}

fn damaged(file: &str, what: impl ToString) -> IntakeError {
    IntakeError::Damaged { file: file.to_owned(), what: what.to_string() }
}

/// The schema is taken from Parquet's own types: the embedded Arrow schema adds nothing that is read here, and a damaged one
/// makes its decoder panic.
fn options() -> ArrowReaderOptions {
    ArrowReaderOptions::new().with_skip_arrow_metadata(true)
}

/// Runs a decoder, which may meet a damaged file; a panic of it is an error of the file.
fn guarded<T>(file: &str, work: impl FnOnce() -> Result<T, IntakeError>) -> Result<T, IntakeError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged(file, "its pages contradict its schema")))
}

impl ParquetRows {
    /// Opens the file and reads its schema.
    pub(crate) fn open(raw: &Raw) -> Result<Self, IntakeError> {
        match &raw.body {
            Body::Memory(bytes) => Self::over(&raw.name, bytes.clone()),
            Body::File(file) => {
                let file = file.try_clone().map_err(|e| crate::error::from_io(&raw.name, e))?;
                Self::over_file(&raw.name, file)
            }
        }
    }

    fn over_file(name: &str, file: std::fs::File) -> Result<Self, IntakeError> {
        let again = file.try_clone().map_err(|e| crate::error::from_io(name, e))?;
        guarded(name, || Self::build(name, file, again))
    }

    fn over(name: &str, bytes: bytes::Bytes) -> Result<Self, IntakeError> {
        guarded(name, || Self::build(name, bytes.clone(), bytes))
    }

    fn build<C: ChunkReader + 'static>(name: &str, input: C, again: C) -> Result<Self, IntakeError> {
        let builder =
            ParquetRecordBatchReaderBuilder::try_new_with_options(input, options()).map_err(|e| damaged(name, e))?;
        for group in builder.metadata().row_groups() {
            if let Some(chunk) = group.columns().iter().find(|c| c.uncompressed_size() > MAX_CHUNK) {
                let what = format!(
                    "column {} of a row group unpacks to {} bytes",
                    chunk.column_path(),
                    chunk.uncompressed_size()
                );
                return Err(IntakeError::Bomb { file: name.to_owned(), what });
            }
        }
        let schema = builder.schema().clone();
        let header = schema.fields().iter().map(|f| f.name().clone()).collect();
        let days = days(name, &schema, again)?;
        let reader = builder.with_batch_size(BATCH).build().map_err(|e| damaged(name, e))?;
        Ok(Self { file: name.to_owned(), header, reader, batch: None, at: 0, row: 0, days })
    }
}

/// For every column, whether it is a timestamp without offset that is midnight in every row.
fn days<C: ChunkReader + 'static>(name: &str, schema: &SchemaRef, input: C) -> Result<Vec<bool>, IntakeError> {
    let mut days: Vec<bool> =
        schema.fields().iter().map(|f| matches!(f.data_type(), DataType::Timestamp(_, None))).collect();
    if !days.contains(&true) {
        return Ok(days);
    }
    let builder =
        ParquetRecordBatchReaderBuilder::try_new_with_options(input, options()).map_err(|e| damaged(name, e))?;
    let columns: Vec<usize> = (0..days.len()).filter(|i| days[*i]).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
    let reader = builder.with_projection(mask).with_batch_size(BATCH).build().map_err(|e| damaged(name, e))?;
    let mut any = vec![false; days.len()];
    for batch in reader {
        let batch = batch.map_err(|e| damaged(name, e))?;
        for (array, index) in batch.columns().iter().zip(&columns) {
            for row in 0..array.len() {
                if let Some(time) = instant(array, row) {
                    any[*index] = true;
                    days[*index] &= time.time() == NaiveTime::MIN;
                }
            }
        }
        if columns.iter().all(|i| !days[*i]) {
            break;
        }
    }
    Ok(days.iter().zip(any).map(|(day, any)| *day && any).collect())
}

fn instant(array: &ArrayRef, row: usize) -> Option<DateTime<Utc>> {
    if array.is_null(row) {
        return None;
    }
    let any = array.as_any();
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            DateTime::from_timestamp(any.downcast_ref::<TimestampSecondArray>()?.value(row), 0)
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            DateTime::from_timestamp_millis(any.downcast_ref::<TimestampMillisecondArray>()?.value(row))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            DateTime::from_timestamp_micros(any.downcast_ref::<TimestampMicrosecondArray>()?.value(row))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Some(DateTime::from_timestamp_nanos(any.downcast_ref::<TimestampNanosecondArray>()?.value(row)))
        }
        _ => None,
    }
}

/// Writes a cell as the shortest text that gives the value back; null is empty.
fn write_cell(out: &mut String, array: &ArrayRef, row: usize, day: bool) -> Result<(), String> {
    if array.is_null(row) {
        return Ok(());
    }
    let any = array.as_any();
    let bad = |e: std::fmt::Error| e.to_string();
    match array.data_type() {
        DataType::Utf8 => out.push_str(any.downcast_ref::<StringArray>().map_or("", |a| a.value(row))),
        DataType::LargeUtf8 => out.push_str(any.downcast_ref::<LargeStringArray>().map_or("", |a| a.value(row))),
        DataType::Utf8View => out.push_str(any.downcast_ref::<StringViewArray>().map_or("", |a| a.value(row))),
        DataType::Float64 => {
            let value = any.downcast_ref::<Float64Array>().map_or(f64::NAN, |a| a.value(row));
            write!(out, "{value}").map_err(bad)?;
        }
        DataType::Float32 => {
            let value = any.downcast_ref::<Float32Array>().map_or(f32::NAN, |a| a.value(row));
            write!(out, "{value}").map_err(bad)?;
        }
        DataType::Timestamp(_, zone) => match instant(array, row) {
            Some(time) if day => write!(out, "{}", time.format("%Y-%m-%d")).map_err(bad)?,
            Some(time) => {
                let zone = if zone.is_some() { "Z" } else { "" };
                write!(out, "{}{zone}", time.format("%Y-%m-%dT%H:%M:%S%.f")).map_err(bad)?;
            }
            None => out.push_str("(out of range)"),
        },
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array, &options).map_err(|e| e.to_string())?;
            formatter.value(row).write(out).map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}

/// The columns of a batch, dictionaries replaced by their values.
fn plain(file: &str, batch: RecordBatch) -> Result<Vec<ArrayRef>, IntakeError> {
    let column = |array: &ArrayRef| match array.data_type() {
        DataType::Dictionary(_, values) => arrow::compute::cast(array, values).map_err(|e| damaged(file, e)),
        _ => Ok(array.clone()),
    };
    batch.columns().iter().map(column).collect()
}

impl Rows for ParquetRows {
    fn next(&mut self, record: &mut Record) -> Result<bool, IntakeError> {
        while self.batch.as_ref().is_none_or(|b| b.first().is_none_or(|c| self.at >= c.len())) {
            let reader = &mut self.reader;
            let next = guarded(&self.file, || reader.next().transpose().map_err(|e| damaged(&self.file, e)))?;
            let Some(batch) = next else { return Ok(false) };
            (self.batch, self.at) = (Some(guarded(&self.file, || plain(&self.file, batch))?), 0);
        }
        self.row += 1;
        record.clear(self.row);
        if let Some(batch) = &self.batch {
            for (index, column) in batch.iter().enumerate() {
                let start = record.text.len() as u32;
                let day = self.days.get(index).copied().unwrap_or(false);
                write_cell(&mut record.text, column, self.at, day).map_err(|e| damaged(&self.file, e))?;
                if record.text.len() > MAX_ROW {
                    let what = format!("entry {} holds more than {MAX_ROW} bytes", self.row);
                    return Err(IntakeError::Bomb { file: self.file.clone(), what });
                }
                record.spans.push((start, record.text.len() as u32));
            }
        }
        self.at += 1;
        Ok(true)
    }
}
