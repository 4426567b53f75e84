//! Decoded rows: a row group's columns, and the batch of them that is being looked at.

use std::cell::{Cell, OnceCell};
use std::sync::Arc;

use lanwan_terms::MissingReason;
use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReaderImpl, get_column_reader, get_typed_column_reader};
use parquet::data_type::Int32Type;
use parquet::errors::{ParquetError, Result};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::decode::{NumberColumn, Series, SeriesColumn, Stretch, TextColumn};
use crate::reader::{Chunks, Footer, GENERATED};
use crate::schema::{COLUMNS, col};

/// The value of a row that has none.
pub(crate) const NO_VALUE: i64 = i64::MIN;
/// The reason assumed of a row without value and reason, which only a foreign writer leaves.
pub(crate) const NO_REASON: u8 = 0;

/// What holds of all rows of a row group where the column is not read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Constant {
    pub(crate) status: u8,
    pub(crate) generated: bool,
    /// Of rows without a value.
    pub(crate) reason: u8,
}

/// A row group being decoded.
pub(crate) struct Group {
    rows: usize,
    done: usize,
    monitor: TextColumn,
    pollutant: TextColumn,
    reason: TextColumn,
    source: TextColumn,
    reasons: Vec<u8>,
    generated: Vec<bool>,
    start: Option<SeriesColumn>,
    value: Option<NumberColumn>,
    status: Option<Statuses>,
    learned: Option<NumberColumn>,
    constant: Constant,
    /// Stretches of the text columns that have been passed.
    passed: [usize; 4],
}

/// The status column, which is hardly ever read.
struct Statuses {
    reader: ColumnReaderImpl<Int32Type>,
    levels: Vec<i16>,
    found: Vec<i32>,
}

impl Statuses {
    fn new(footer: &Footer, pages: SerializedPageReader<Chunks>) -> Self {
        // The physical type was checked with the footer, so this conversion cannot fail.
        let reader = get_typed_column_reader(get_column_reader(footer.descriptor(col::STATUS), Box::new(pages)));
        Self { reader, levels: Vec::new(), found: Vec::new() }
    }

    fn next(&mut self, count: usize, out: &mut Vec<u8>) -> Result<()> {
        self.found.clear();
        let mut read = 0;
        while read < count {
            self.levels.clear();
            let (records, _, _) =
                self.reader.read_records(count - read, Some(&mut self.levels), None, &mut self.found)?;
            if records == 0 {
                return Err(ParquetError::EOF("a column has fewer rows than the others".to_owned()));
            }
            read += records;
        }
        if self.found.len() != count {
            return Err(lacks(COLUMNS[col::STATUS]));
        }
        out.clear();
        out.extend(self.found.iter().map(|s| *s as u8));
        Ok(())
    }
}

fn lacks(name: &str) -> ParquetError {
    ParquetError::General(format!("column `{name}` has rows without a value"))
}

/// Decodes a column in which every row has a number.
fn full(column: &mut NumberColumn, rows: usize, name: &str, out: &mut Vec<i64>, lacking: &mut Vec<u32>) -> Result<()> {
    column.next(rows, 0, out, lacking)?;
    if lacking.is_empty() { Ok(()) } else { Err(lacks(name)) }
}

impl Group {
    pub(crate) fn new(
        footer: &Footer,
        rows: usize,
        pages: [Option<SerializedPageReader<Chunks>>; COLUMNS.len()],
        constant: Constant,
    ) -> Result<Self> {
        let [monitor, pollutant, start, value, reason, status, source, learned] = pages;
        let text = |column: usize, pages: Option<SerializedPageReader<Chunks>>| {
            let Some(pages) = pages else { return Ok(TextColumn::default()) };
            let pages: Box<dyn PageReader> = Box::new(pages);
            let text = TextColumn::read(pages, footer.descriptor(column).max_def_level() > 0)?;
            let lacks = column != col::REASON && text.stretches.iter().any(|s| s.text.is_none());
            if lacks || text.stretches.last().map_or(0, |s| s.end) != rows {
                return Err(self::lacks(COLUMNS[column]));
            }
            Ok(text)
        };
        let (monitor, pollutant) = (text(col::MONITOR, monitor)?, text(col::POLLUTANT, pollutant)?);
        let (reason, source) = (text(col::REASON, reason)?, text(col::SOURCE, source)?);
        let optional = |column: usize| footer.descriptor(column).max_def_level() > 0;
        let number = |column: usize, pages: Option<SerializedPageReader<Chunks>>| {
            pages.map(|p| NumberColumn::new(Box::new(p), optional(column)))
        };
        let reason_of = |t: &str| MissingReason::ALL.iter().position(|r| r.code() == t).unwrap_or(0) as u8;
        Ok(Self {
            rows,
            done: 0,
            reasons: reason.texts.iter().map(|t| reason_of(t)).collect(),
            generated: source.texts.iter().map(|t| t.starts_with(GENERATED)).collect(),
            monitor,
            pollutant,
            reason,
            source,
            start: start.map(|p| SeriesColumn::new(Box::new(p), optional(col::START))),
            value: number(col::VALUE, value),
            status: status.map(|p| Statuses::new(footer, p)),
            learned: number(col::LEARNED, learned),
            constant,
            passed: [0; 4],
        })
    }

    /// Leaves only the rows of one monitor and pollutant. Pages without any are not even decompressed.
    pub(crate) fn only(&mut self, monitor: &str, pollutant: &str) -> Result<()> {
        let range = |column: &TextColumn, wanted: &str, within: std::ops::Range<usize>| {
            let mut from = 0;
            for stretch in &column.stretches {
                let text = stretch.text.and_then(|t| column.texts.get(t as usize));
                if text.is_some_and(|t| **t == *wanted) && stretch.end > within.start && from < within.end {
                    return from.max(within.start)..stretch.end.min(within.end);
                }
                from = stretch.end;
            }
            0..0
        };
        let rows = range(&self.monitor, monitor, 0..self.rows);
        let rows = range(&self.pollutant, pollutant, rows);
        (self.done, self.rows) = (rows.start, rows.end);
        if rows.is_empty() {
            return Ok(());
        }
        if let Some(column) = &mut self.start {
            column.skip(rows.start)?;
        }
        for column in [&mut self.value, &mut self.learned].into_iter().flatten() {
            column.skip(rows.start, NO_VALUE)?;
        }
        if let Some(column) = &mut self.status {
            column.reader.skip_records(rows.start)?;
        }
        Ok(())
    }

    /// Decodes the next rows, at most `most`, into `block`. Zero at the end.
    pub(crate) fn next(&mut self, block: &mut Block, most: usize) -> Result<usize> {
        let rows = most.min(self.rows - self.done);
        if rows == 0 {
            return Ok(0);
        }
        block.constant = self.constant;
        self.runs(block, rows);
        let lacking = &mut block.nulls;
        if let Some(column) = &mut self.start {
            column.next(rows, &mut block.series)?;
            block.starts.take();
        }
        if let Some(column) = &mut self.learned {
            full(column, rows, COLUMNS[col::LEARNED], &mut block.learned, lacking)?;
        }
        if let Some(column) = &mut self.status {
            column.next(rows, &mut block.statuses)?;
        }
        if let Some(column) = &mut self.value {
            column.next(rows, NO_VALUE, &mut block.values, lacking)?;
        }
        self.reasons_of(block, rows);
        self.sources_of(block, rows);
        self.done += rows;
        Ok(rows)
    }

    /// Cuts the batch into runs of one monitor and pollutant.
    fn runs(&mut self, block: &mut Block, rows: usize) {
        block.runs.clear();
        block.found.set(0);
        block.found_series.set((0, 0));
        block.monitors = Arc::clone(&self.monitor.texts);
        block.pollutants = Arc::clone(&self.pollutant.texts);
        let end = self.done + rows;
        let mut at = self.done;
        while at < end {
            let monitor = seek(&self.monitor.stretches, &mut self.passed[0], at);
            let pollutant = seek(&self.pollutant.stretches, &mut self.passed[1], at);
            let to = monitor.end.min(pollutant.end).min(end);
            block.runs.push(RunOf {
                end: to - self.done,
                monitor: monitor.text.unwrap_or(0),
                pollutant: pollutant.text.unwrap_or(0),
            });
            at = to;
        }
    }

    fn reasons_of(&mut self, block: &mut Block, rows: usize) {
        block.reasons.clear();
        if self.reason.stretches.is_empty() {
            block.reasons.resize(block.nulls.len(), self.constant.reason);
            return;
        }
        let passed = &mut self.passed[2];
        let (stretches, reasons, done) = (&self.reason.stretches, &self.reasons, self.done);
        block.reasons.extend(block.nulls.iter().map(|row| {
            let text = seek(stretches, passed, done + *row as usize).text;
            text.and_then(|t| reasons.get(t as usize)).copied().unwrap_or(NO_REASON)
        }));
        debug_assert!(block.nulls.iter().all(|n| (*n as usize) < rows));
    }

    fn sources_of(&mut self, block: &mut Block, rows: usize) {
        block.sources.clear();
        block.source_texts = Arc::clone(&self.source.texts);
        let end = self.done + rows;
        let mut at = self.done;
        while at < end && !self.source.stretches.is_empty() {
            let source = seek(&self.source.stretches, &mut self.passed[3], at);
            at = source.end.min(end);
            let text = source.text.unwrap_or(0);
            let generated = self.generated.get(text as usize).copied().unwrap_or(false);
            block.sources.push(SourceOf { end: at - self.done, text, generated });
        }
    }
}

/// The stretch that holds `row`; rows are asked for in order, so the search goes on from where it was. A column that was not
/// read is one stretch without a text.
#[inline]
fn seek(stretches: &[Stretch], passed: &mut usize, row: usize) -> Stretch {
    while stretches.get(*passed).is_some_and(|s| s.end <= row) {
        *passed += 1;
    }
    stretches.get(*passed).copied().unwrap_or(Stretch { end: usize::MAX, text: None })
}

#[derive(Clone, Copy, Debug)]
struct RunOf {
    /// The row after the last one.
    end: usize,
    monitor: u32,
    pollutant: u32,
}

#[derive(Clone, Copy, Debug)]
struct SourceOf {
    end: usize,
    text: u32,
    generated: bool,
}

/// A batch of decoded rows.
#[derive(Default)]
pub(crate) struct Block {
    runs: Vec<RunOf>,
    found: Cell<usize>,
    found_series: Cell<(usize, usize)>,
    monitors: Arc<Vec<Box<str>>>,
    pollutants: Arc<Vec<Box<str>>>,
    source_texts: Arc<Vec<Box<str>>>,
    sources: Vec<SourceOf>,
    series: Vec<Series>,
    /// The same one by one, once somebody asks for them.
    starts: OnceCell<Vec<i64>>,
    learned: Vec<i64>,
    values: Vec<i64>,
    /// Rows without a value, in order, and the reason of each.
    nulls: Vec<u32>,
    reasons: Vec<u8>,
    statuses: Vec<u8>,
    constant: Constant,
}

impl Block {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.runs.last().map_or(0, |r| r.end)
    }

    #[inline]
    fn run(&self, row: usize) -> Option<&RunOf> {
        // Rows are mostly asked for in order: it is the run found last, or the next.
        let last = self.found.get();
        let from = last.checked_sub(1).and_then(|i| self.runs.get(i)).map_or(0, |r| r.end);
        let index = match (self.runs.get(last), self.runs.get(last + 1)) {
            (Some(r), _) if from <= row && row < r.end => last,
            (Some(r), Some(next)) if r.end <= row && row < next.end => last + 1,
            _ => self.runs.partition_point(|r| r.end <= row),
        };
        self.found.set(index);
        self.runs.get(index)
    }

    /// Monitor and pollutant of a row, and the row after the last one from there on that has the same.
    #[inline]
    pub(crate) fn run_at(&self, row: usize) -> (&str, &str, usize) {
        match self.run(row) {
            Some(r) => (text(&self.monitors, r.monitor), text(&self.pollutants, r.pollutant), r.end),
            None => ("", "", row + 1),
        }
    }

    /// The texts of the pollutants of this row group, and the place among them of a row's.
    #[inline]
    pub(crate) fn pollutant_key(&self, row: usize) -> (&Arc<Vec<Box<str>>>, usize) {
        (&self.pollutants, self.run(row).map_or(0, |r| r.pollutant as usize))
    }

    pub(crate) fn source(&self, row: usize) -> &str {
        self.sources.get(self.source_at(row)).map_or("", |s| text(&self.source_texts, s.text))
    }

    #[inline]
    fn source_at(&self, row: usize) -> usize {
        self.sources.partition_point(|s| s.end <= row)
    }

    #[inline]
    pub(crate) fn starts(&self) -> &[i64] {
        self.starts.get_or_init(|| self.series.iter().flat_map(|s| s.values()).collect())
    }

    /// The start of the first of `rows`, when each of the others is `step` after the one before.
    pub(crate) fn evenly_from(&self, rows: std::ops::Range<usize>, step: i64) -> Option<i64> {
        let (mut index, mut before) = self.found_series.get();
        if before > rows.start {
            (index, before) = (0, 0);
        }
        while before + self.series.get(index)?.count <= rows.start {
            before += self.series[index].count;
            index += 1;
        }
        self.found_series.set((index, before));
        let series = self.series[index];
        let first = series.at(rows.start - before);
        // A single row may be the last of one series and the first of the step to the next.
        let inside = rows.end <= before + series.count && (series.step == step || rows.len() == 1);
        if inside {
            return Some(first);
        }
        let mut want = first;
        let mut row = rows.start;
        while row < rows.end {
            let series = self.series.get(index)?;
            let end = (before + series.count).min(rows.end);
            if series.at(row - before) != want || end - row > 1 && series.step != step {
                return None;
            }
            want = want.wrapping_add(step.wrapping_mul((end - row) as i64));
            row = end;
            before += series.count;
            index += 1;
        }
        Some(first)
    }

    /// When a row was learned; `None` when the column is not read.
    #[inline]
    pub(crate) fn learned(&self, row: usize) -> Option<i64> {
        self.learned.get(row).copied()
    }

    /// Millionths, [`NO_VALUE`] where there is none.
    pub(crate) fn values(&self) -> &[i64] {
        &self.values
    }

    #[inline]
    pub(crate) fn value(&self, row: usize) -> Option<i64> {
        self.values.get(row).copied().filter(|v| *v != NO_VALUE)
    }

    /// Rows of `rows` without a value, and the index of the reason of each.
    pub(crate) fn nulls(&self, rows: std::ops::Range<usize>) -> impl Iterator<Item = (usize, u8)> {
        let from = self.nulls.partition_point(|n| (*n as usize) < rows.start);
        let nulls = self.nulls[from..].iter().map(|n| *n as usize).take_while(move |n| *n < rows.end);
        nulls.zip(self.reasons[from..].iter().copied())
    }

    /// Index of the reason of a row without value.
    #[inline]
    pub(crate) fn reason(&self, row: usize) -> u8 {
        let found = self.nulls.binary_search(&(row as u32)).ok();
        found.and_then(|i| self.reasons.get(i)).copied().unwrap_or(NO_REASON)
    }

    #[inline]
    pub(crate) fn status(&self, row: usize) -> u8 {
        self.statuses.get(row).copied().unwrap_or(self.constant.status)
    }

    /// The status of all these rows, when they have the same.
    pub(crate) fn status_alike(&self, rows: std::ops::Range<usize>) -> Option<u8> {
        match self.statuses.get(rows) {
            Some([first, rest @ ..]) => (rest.iter().fold(0, |d, s| d | (s ^ first)) == 0).then_some(*first),
            _ => Some(self.constant.status),
        }
    }

    #[inline]
    pub(crate) fn generated(&self, row: usize) -> bool {
        self.sources.get(self.source_at(row)).map_or(self.constant.generated, |s| s.generated)
    }

    /// Whether all these rows are generated or none is, when that is so.
    pub(crate) fn generated_alike(&self, rows: std::ops::Range<usize>) -> Option<bool> {
        let mut sources = self.sources[self.source_at(rows.start)..].iter();
        let Some(first) = sources.next() else { return Some(self.constant.generated) };
        let mut end = first.end;
        for source in sources {
            if end >= rows.end {
                break;
            }
            if source.generated != first.generated {
                return None;
            }
            end = source.end;
        }
        Some(first.generated)
    }
}

#[inline]
fn text(texts: &[Box<str>], index: u32) -> &str {
    texts.get(index as usize).map_or("", |t| t)
}
