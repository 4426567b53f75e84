//! Rows in memory, a vector a column, and their way into a Parquet file.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Decimal64Array, DictionaryArray, Int8Array, Int32Array, StringArray, TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::Int32Type;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use lanwan_terms::MissingReason;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::schema::{BATCH_ROWS, COLUMNS, DECIMAL, GROUP_ROWS, HOUR_US, SORTED_BY, col, memory_schema};

/// The reason byte of a row that has a value.
pub(crate) const HAS_VALUE: u8 = u8::MAX;

/// Texts that occur many times, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    texts: Vec<Box<str>>,
    index: HashMap<u64, Vec<u32>>,
    hasher: RandomState,
    last: Option<u32>,
}

impl Names {
    /// The number of `text`, new when it was not there.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(last) = self.last
            && &*self.texts[last as usize] == text
        {
            return last;
        }
        let bucket = self.index.entry(self.hasher.hash_one(text)).or_default();
        let found = bucket.iter().copied().find(|n| &*self.texts[*n as usize] == text);
        let number = found.unwrap_or_else(|| {
            let number = self.texts.len() as u32;
            self.texts.push(text.into());
            bucket.push(number);
            number
        });
        self.last = Some(number);
        number
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// For each number, its place in the order of the texts.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.text(*a).cmp(self.text(*b)));
        let mut ranks = vec![0; order.len()];
        for (rank, number) in order.into_iter().enumerate() {
            ranks[number as usize] = rank as u32;
        }
        ranks
    }

    /// The texts in order; their places are [`ranks`](Self::ranks).
    pub(crate) fn into_sorted(mut self) -> Vec<Box<str>> {
        self.texts.sort_unstable();
        self.texts
    }

    fn clear(&mut self) {
        self.texts.clear();
        self.index.clear();
        self.last = None;
    }
}

/// What a row says besides its monitor, pollutant and source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Microseconds since the epoch.
    pub(crate) start: i64,
    /// Millionths; means nothing unless `reason` is [`HAS_VALUE`].
    pub(crate) micro: i64,
    /// Index in `MissingReason::ALL`, or [`HAS_VALUE`].
    pub(crate) reason: u8,
    pub(crate) status: u8,
    /// Microseconds since the epoch.
    pub(crate) learned: i64,
}

/// Columns under construction, at most one row group of them.
#[derive(Debug, Default)]
struct Columns {
    monitor: Vec<i32>,
    pollutant: Vec<i32>,
    start: Vec<i64>,
    micro: Vec<i64>,
    reason: Vec<u8>,
    status: Vec<i8>,
    source: Vec<i32>,
    learned: Vec<i64>,
}

/// What the log says of a finished file.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    pub(crate) rows: u64,
    pub(crate) monitors: (String, String),
    /// Hours since the epoch.
    pub(crate) hours: (i32, i32),
    /// Microseconds since the epoch.
    pub(crate) learned: (i64, i64),
    pub(crate) missing: u64,
}

/// Writes sorted rows into a Parquet file held in memory (a month of 1,700 stations is about ten megabytes).
pub(crate) struct FileWriter {
    writer: ArrowWriter<Vec<u8>>,
    monitors: Names,
    pollutants: Names,
    sources: Names,
    columns: Columns,
    summary: Option<Summary>,
    last: Option<(String, String, i64)>,
}

impl FileWriter {
    pub(crate) fn new() -> Result<Self, ParquetError> {
        let options = ArrowWriterOptions::new().with_properties(properties()?).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), memory_schema(), options)?;
        let names = Names::default;
        Ok(Self {
            writer,
            monitors: names(),
            pollutants: names(),
            sources: names(),
            columns: Columns::default(),
            summary: None,
            last: None,
        })
    }

    /// Whether a row may come after the last one: later in the order of monitor, pollutant and start.
    pub(crate) fn follows(&self, monitor: &str, pollutant: &str, start: i64) -> bool {
        let Some((m, p, s)) = &self.last else { return true };
        monitor.cmp(m).then_with(|| pollutant.cmp(p)).then_with(|| start.cmp(s)).is_gt()
    }

    fn remember(&mut self, monitor: &str, pollutant: &str, start: i64) {
        match &mut self.last {
            Some((m, p, s)) => {
                if &**m != monitor {
                    m.clear();
                    m.push_str(monitor);
                }
                if &**p != pollutant {
                    p.clear();
                    p.push_str(pollutant);
                }
                *s = start;
            }
            None => self.last = Some((monitor.to_owned(), pollutant.to_owned(), start)),
        }
    }

    /// Adds a row. Rows come in the order of [`SORTED_BY`].
    pub(crate) fn push(&mut self, monitor: &str, pollutant: &str, source: &str, row: Row) -> Result<(), ParquetError> {
        self.remember(monitor, pollutant, row.start);
        let c = &mut self.columns;
        c.monitor.push(self.monitors.intern(monitor) as i32);
        c.pollutant.push(self.pollutants.intern(pollutant) as i32);
        c.start.push(row.start);
        c.micro.push(row.micro);
        c.reason.push(row.reason);
        c.status.push(row.status as i8);
        c.source.push(self.sources.intern(source) as i32);
        c.learned.push(row.learned);
        if c.monitor.len() == GROUP_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let c = std::mem::take(&mut self.columns);
        if c.monitor.is_empty() {
            return Ok(());
        }
        self.summarise(&c);
        let batch = batch(c, [&self.monitors, &self.pollutants, &self.sources])?;
        self.writer.write(&batch)?;
        // A merge of many files must not keep every text it ever saw.
        for names in [&mut self.monitors, &mut self.pollutants, &mut self.sources] {
            names.clear();
        }
        self.writer.flush()
    }

    fn summarise(&mut self, c: &Columns) {
        let text = |keys: &[i32], i: usize| self.monitors.text(keys[i] as u32).to_owned();
        let last = c.monitor.len() - 1;
        let span = |v: &[i64]| (v.iter().copied().min().unwrap_or(0), v.iter().copied().max().unwrap_or(0));
        let (start, learned) = (span(&c.start), span(&c.learned));
        let hours = ((start.0 / HOUR_US) as i32, (start.1 / HOUR_US) as i32);
        let missing = c.reason.iter().filter(|r| **r != HAS_VALUE).count() as u64;
        let s = self.summary.get_or_insert_with(|| Summary {
            rows: 0,
            monitors: (text(&c.monitor, 0), String::new()),
            hours,
            learned,
            missing: 0,
        });
        s.rows += c.monitor.len() as u64;
        s.monitors.1 = text(&c.monitor, last);
        s.hours = (s.hours.0.min(hours.0), s.hours.1.max(hours.1));
        s.learned = (s.learned.0.min(learned.0), s.learned.1.max(learned.1));
        s.missing += missing;
    }

    /// The file and what to say of it; `None` when there were no rows.
    pub(crate) fn finish(mut self) -> Result<Option<(Vec<u8>, Summary)>, ParquetError> {
        self.flush()?;
        let Some(summary) = self.summary.take() else { return Ok(None) };
        Ok(Some((self.writer.into_inner()?, summary)))
    }
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let path = |i: usize| ColumnPath::from(COLUMNS[i]);
    let sorting = SORTED_BY
        .iter()
        .filter_map(|name| COLUMNS.iter().position(|c| c == name))
        .map(|i| SortingColumn { column_idx: i as i32, descending: false, nulls_first: false })
        .collect();
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        // A page is a batch of the reader, which then takes it as it is.
        .set_data_page_row_count_limit(BATCH_ROWS)
        .set_write_batch_size(BATCH_ROWS)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(format!("lanwan {}", env!("CARGO_PKG_VERSION")))
        .set_sorting_columns(Some(sorting));
    // Page bounds help to find one monitor's rows; of the other columns they would only lengthen the footer.
    for i in [col::MONITOR, col::POLLUTANT, col::START] {
        builder = builder.set_column_statistics_enabled(path(i), EnabledStatistics::Page);
    }
    // These are a few long runs: there is nothing to gain, and starting the decompressor costs more than reading them.
    for i in [col::MONITOR, col::POLLUTANT, col::STATUS] {
        builder = builder.set_column_compression(path(i), Compression::UNCOMPRESSED);
    }
    // Hours follow each other: differences take no room and decode faster than a dictionary of times.
    builder = builder
        .set_column_dictionary_enabled(path(col::START), false)
        .set_column_encoding(path(col::START), Encoding::DELTA_BINARY_PACKED);
    Ok(builder.build())
}

fn dictionary(keys: Vec<i32>, nulls: Option<NullBuffer>, texts: StringArray) -> Result<ArrayRef, ArrowError> {
    let keys = Int32Array::new(ScalarBuffer::from(keys), nulls);
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, Arc::new(texts))?))
}

fn batch(c: Columns, [monitors, pollutants, sources]: [&Names; 3]) -> Result<RecordBatch, ArrowError> {
    let has: Vec<bool> = c.reason.iter().map(|r| *r == HAS_VALUE).collect();
    let values = NullBuffer::from(has);
    let reasons = NullBuffer::new(!values.inner());
    let reason_keys = c.reason.iter().map(|r| if *r == HAS_VALUE { 0 } else { i32::from(*r) }).collect();
    let reason_texts: StringArray = MissingReason::ALL.iter().map(|r| Some(r.code())).collect();
    let texts = |names: &Names| names.texts.iter().map(|t| Some(&**t)).collect::<StringArray>();
    let time = |v: Vec<i64>| -> ArrayRef { Arc::new(TimestampMicrosecondArray::from(v).with_timezone("UTC")) };
    let value = Decimal64Array::new(ScalarBuffer::from(c.micro), Some(values))
        .with_precision_and_scale(DECIMAL.0, DECIMAL.1)?;
    RecordBatch::try_new(
        memory_schema(),
        vec![
            dictionary(c.monitor, None, texts(monitors))?,
            dictionary(c.pollutant, None, texts(pollutants))?,
            time(c.start),
            Arc::new(value),
            dictionary(reason_keys, Some(reasons), reason_texts)?,
            Arc::new(Int8Array::from(c.status)),
            dictionary(c.source, None, texts(sources))?,
            time(c.learned),
        ],
    )
}
