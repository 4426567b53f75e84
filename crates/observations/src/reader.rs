//! Reading the data files: footers, row groups, and cursors over runs of rows of one monitor and pollutant.
//!
//! Columns are decoded straight into plain vectors. The general Arrow reader took three times as long for a scan, most of it for
//! keys, nulls and checks that sorted runs do not need.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use lanwan_terms::MissingReason;
use parquet::basic::{LogicalType, TimeUnit, Type};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescriptor;

use crate::Error;
use crate::block::{Block, Constant, Group, NO_REASON};
use crate::schema::{BATCH_ROWS, COLUMNS, DECIMAL, HOUR_US, col};

/// The footer of a file, and where its columns are.
#[derive(Debug)]
pub(crate) struct Footer {
    path: PathBuf,
    metadata: ParquetMetaData,
    /// Place in the file of each of [`COLUMNS`].
    columns: [usize; COLUMNS.len()],
}

pub(crate) fn damaged(path: &Path, why: impl ToString) -> Error {
    Error::Damaged { path: path.to_owned(), why: why.to_string() }
}

/// Rows, first and last monitor, hours and `learned_at` of a file.
pub(crate) type FileBounds = (u64, (String, String), (i32, i32), (i64, i64));

impl Footer {
    pub(crate) fn read(path: &Path, size: u64) -> Result<Self, Error> {
        let file = open(path)?;
        let length = file.metadata().map_err(|e| damaged(path, e))?.len();
        if length != size {
            return Err(damaged(path, format!("it has {length} bytes where the log says {size}")));
        }
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).map_err(|e| damaged(path, e))?;
        Self::new(path, metadata, size)
    }

    fn new(path: &Path, metadata: ParquetMetaData, size: u64) -> Result<Self, Error> {
        let schema = metadata.file_metadata().schema_descr();
        let mut columns = [0; COLUMNS.len()];
        for (place, name) in columns.iter_mut().zip(COLUMNS) {
            let found = schema.columns().iter().position(|c| c.path().parts() == [name]);
            *place = found.ok_or_else(|| damaged(path, format!("it has no column `{name}`")))?;
            let column = schema.column(*place);
            if !is_readable(name, &column) {
                let (physical, logical) = (column.physical_type(), column.logical_type_ref());
                let why = format!("column `{name}` is {physical} {logical:?}, a form that this version does not write");
                return Err(damaged(path, why));
            }
        }
        for chunk in metadata.row_groups().iter().flat_map(|g| g.columns()) {
            // The Parquet reader takes these for granted and panics where they make no sense.
            let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
            let end = start.checked_add(chunk.compressed_size());
            let (inside, valid) = (end.and_then(|e| u64::try_from(e).ok()), start >= 0 && chunk.compressed_size() >= 0);
            if !valid || inside.is_none_or(|end| end > size) {
                return Err(damaged(path, "its footer speaks of places outside the file"));
            }
        }
        Ok(Self { path: path.to_owned(), metadata, columns })
    }

    pub(crate) fn place(&self, column: usize) -> usize {
        self.columns[column]
    }

    pub(crate) fn descriptor(&self, column: usize) -> parquet::schema::types::ColumnDescPtr {
        self.metadata.file_metadata().schema_descr().column(self.place(column))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn groups(&self) -> &[RowGroupMetaData] {
        self.metadata.row_groups()
    }

    fn statistics(&self, group: usize, column: usize) -> Option<&Statistics> {
        self.groups().get(group)?.column(self.place(column)).statistics()
    }

    /// Bounds of the monitors of a row group; the whole range when it does not say.
    pub(crate) fn monitors(&self, group: usize) -> (&str, Option<&str>) {
        match self.statistics(group, col::MONITOR) {
            Some(s) => (
                s.min_bytes_opt().and_then(|b| std::str::from_utf8(b).ok()).unwrap_or(""),
                s.max_bytes_opt().and_then(|b| std::str::from_utf8(b).ok()),
            ),
            None => ("", None),
        }
    }

    /// First and last hour of a row group.
    pub(crate) fn hours(&self, group: usize) -> (i32, i32) {
        match self.statistics(group, col::START) {
            Some(Statistics::Int64(s)) => {
                let hour = |v: Option<&i64>, other| v.map_or(other, |v| v.div_euclid(HOUR_US) as i32);
                (hour(s.min_opt(), i32::MIN), hour(s.max_opt(), i32::MAX))
            }
            _ => (i32::MIN, i32::MAX),
        }
    }

    /// The one status of a row group, when all its rows have the same.
    pub(crate) fn one_status(&self, group: usize) -> Option<u8> {
        match self.statistics(group, col::STATUS)? {
            Statistics::Int32(s) if s.min_opt() == s.max_opt() => s.min_opt().map(|v| *v as u8),
            _ => None,
        }
    }

    /// Whether all or none of the sources of a row group begin with `generated:`, when the bounds tell.
    pub(crate) fn all_generated(&self, group: usize) -> Option<bool> {
        let s = self.statistics(group, col::SOURCE)?;
        let (min, max) = (s.min_bytes_opt()?, s.max_bytes_opt()?);
        let prefix = GENERATED.as_bytes();
        if min.starts_with(prefix) && max.starts_with(prefix) {
            return Some(true);
        }
        let after_all = min > prefix && !min.starts_with(prefix);
        (max < prefix || after_all).then_some(false)
    }

    /// Whether no row of the group has a reason.
    pub(crate) fn no_reasons(&self, group: usize) -> bool {
        let rows = self.groups().get(group).map_or(0, |g| g.num_rows());
        self.statistics(group, col::REASON).and_then(Statistics::null_count_opt) == u64::try_from(rows).ok()
    }

    /// The one reason of all rows of a group that have no value, when it is one and each of them has a reason.
    pub(crate) fn one_reason(&self, group: usize) -> Option<u8> {
        let reasons = self.statistics(group, col::REASON)?;
        let values = self.statistics(group, col::VALUE)?;
        let rows = u64::try_from(self.groups().get(group)?.num_rows()).ok()?;
        if reasons.null_count_opt()?.checked_add(values.null_count_opt()?)? != rows {
            return None;
        }
        let (min, max) = (reasons.min_bytes_opt()?, reasons.max_bytes_opt()?);
        let known = MissingReason::ALL.iter().position(|r| r.code().as_bytes() == min);
        known.filter(|_| min == max).map(|r| r as u8)
    }

    /// Bounds of the whole file, for logs that do not carry them.
    pub(crate) fn bounds(&self) -> Result<FileBounds, Error> {
        let mut all: Option<FileBounds> = None;
        for g in 0..self.groups().len() {
            let rows = self.groups()[g].num_rows().max(0) as u64;
            let (first, last) = self.monitors(g);
            let last = last.unwrap_or("\u{10FFFF}").to_owned();
            let hours = self.hours(g);
            let learned = match self.statistics(g, col::LEARNED) {
                Some(Statistics::Int64(s)) => {
                    (s.min_opt().copied().unwrap_or(i64::MIN), s.max_opt().copied().unwrap_or(i64::MAX))
                }
                _ => (i64::MIN, i64::MAX),
            };
            all = Some(match all {
                None => (rows, (first.to_owned(), last), hours, learned),
                Some((n, m, h, l)) => (
                    n + rows,
                    (m.0.min(first.to_owned()), m.1.max(last)),
                    (h.0.min(hours.0), h.1.max(hours.1)),
                    (l.0.min(learned.0), l.1.max(learned.1)),
                ),
            });
        }
        all.ok_or_else(|| damaged(&self.path, "it has no rows"))
    }
}

/// Whether a column has the physical form in which this version stores it.
fn is_readable(name: &str, column: &ColumnDescriptor) -> bool {
    if column.max_rep_level() > 0 || column.max_def_level() > 1 {
        return false;
    }
    let logical = column.logical_type_ref();
    match COLUMNS.iter().position(|c| *c == name) {
        Some(col::START | col::LEARNED) => {
            column.physical_type() == Type::INT64
                && matches!(logical, Some(LogicalType::Timestamp(t)) if t.unit == TimeUnit::MICROS)
        }
        Some(col::VALUE) => column.physical_type() == Type::INT64 && column.type_scale() == i32::from(DECIMAL.1),
        Some(col::STATUS) => column.physical_type() == Type::INT32,
        _ => column.physical_type() == Type::BYTE_ARRAY,
    }
}

/// Sources that begin so were made up, not measured.
pub(crate) const GENERATED: &str = "generated:";

fn open(path: &Path) -> Result<File, Error> {
    File::open(path).map_err(|e| damaged(path, format!("it cannot be opened: {e}")))
}

/// A column chunk, read in one piece, at its place in the file.
pub(crate) struct Chunks {
    start: u64,
    bytes: Bytes,
}

impl Chunks {
    fn get(&self, start: u64) -> parquet::errors::Result<Bytes> {
        let at = start.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        match at.filter(|at| *at <= self.bytes.len()) {
            Some(at) => Ok(self.bytes.slice(at..)),
            None => Err(parquet::errors::ParquetError::EOF(format!("nothing was read at byte {start}"))),
        }
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Chunks {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(self.get(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        let bytes = self.get(start)?;
        if bytes.len() < length {
            return Err(parquet::errors::ParquetError::EOF(format!("{length} bytes at {start} go past the chunk")));
        }
        Ok(bytes.slice(..length))
    }
}

fn read_at(file: &mut File, start: u64, length: u64) -> io::Result<Bytes> {
    let length = usize::try_from(length).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}

/// Which columns a cursor decodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Monitor and start.
    Extent,
    /// What a grid needs; status, source and reason only where the row group's statistics do not tell. `learned` on request.
    Grid { learned: bool },
    /// Everything.
    All,
}

impl Wanted {
    fn wants(self, footer: &Footer, group: usize, column: usize) -> bool {
        match self {
            Self::All => true,
            Self::Extent => column == col::MONITOR || column == col::START,
            Self::Grid { learned } => match column {
                col::MONITOR | col::POLLUTANT | col::START | col::VALUE => true,
                col::REASON => !footer.no_reasons(group) && footer.one_reason(group).is_none(),
                col::STATUS => footer.one_status(group).is_none(),
                col::SOURCE => footer.all_generated(group).is_none(),
                col::LEARNED => learned,
                _ => false,
            },
        }
    }
}

/// Walks through the rows of a file, group by group, batch by batch.
pub(crate) struct Cursor {
    footer: Arc<Footer>,
    wanted: Wanted,
    only: Option<(String, String)>,
    /// Row groups still to read, last first.
    groups: Vec<usize>,
    file: Option<File>,
    group: Option<Group>,
    pub(crate) block: Option<Block>,
    /// The next row of `block`.
    pub(crate) row: usize,
    pub(crate) rows_decoded: u64,
}

impl Cursor {
    /// A cursor over the row groups that `keep` chooses, before the first row.
    pub(crate) fn new(footer: Arc<Footer>, wanted: Wanted, keep: impl Fn(&Footer, usize) -> bool) -> Self {
        let groups = (0..footer.groups().len()).rev().filter(|g| keep(&footer, *g)).collect();
        Self { footer, wanted, only: None, groups, file: None, group: None, block: None, row: 0, rows_decoded: 0 }
    }

    /// A cursor over the rows of one monitor and pollutant, all columns.
    pub(crate) fn of(footer: Arc<Footer>, monitor: &str, pollutant: &str, hours: &Range<i32>) -> Self {
        let mut cursor = Self::new(footer, Wanted::All, |footer, group| {
            let (first, last) = footer.monitors(group);
            let span = footer.hours(group);
            first <= monitor && last.is_none_or(|last| monitor <= last) && span.0 < hours.end && span.1 >= hours.start
        });
        cursor.only = Some((monitor.to_owned(), pollutant.to_owned()));
        cursor
    }

    /// Makes sure that `block` has a row at `row`; `false` at the end.
    pub(crate) fn fill(&mut self) -> Result<bool, Error> {
        loop {
            if self.block.as_ref().is_some_and(|b| self.row < b.len()) {
                return Ok(true);
            }
            self.row = 0;
            let path = &self.footer.path;
            if let Some(group) = self.group.as_mut() {
                let mut block = self.block.take().unwrap_or_default();
                let rows = group.next(&mut block, BATCH_ROWS).map_err(|e| damaged(path, e))?;
                if rows > 0 {
                    self.rows_decoded += rows as u64;
                    self.block = Some(block);
                    continue;
                }
            }
            self.block = None;
            self.group = None;
            match self.groups.pop() {
                Some(group) => self.group = Some(self.open_group(group)?),
                None => return Ok(false),
            }
        }
    }

    fn open_group(&mut self, group: usize) -> Result<Group, Error> {
        let footer = Arc::clone(&self.footer);
        let path = &footer.path;
        let file = match self.file.as_mut() {
            Some(file) => file,
            None => self.file.insert(open(path)?),
        };
        let metadata = &footer.groups()[group];
        let rows = usize::try_from(metadata.num_rows()).map_err(|e| damaged(path, e))?;
        let mut pages: [Option<SerializedPageReader<Chunks>>; COLUMNS.len()] = [const { None }; COLUMNS.len()];
        for (column, slot) in pages.iter_mut().enumerate() {
            if !self.wanted.wants(&footer, group, column) {
                continue;
            }
            let chunk = metadata.column(footer.place(column));
            let (start, size) = chunk.byte_range();
            let part = read_at(file, start, size).map_err(|e| damaged(path, e))?;
            let chunks = Arc::new(Chunks { start, bytes: part });
            *slot = Some(SerializedPageReader::new(chunks, chunk, rows, None).map_err(|e| damaged(path, e))?);
        }
        let constant = Constant {
            status: footer.one_status(group).unwrap_or(0),
            generated: footer.all_generated(group).unwrap_or(false),
            reason: footer.one_reason(group).unwrap_or(NO_REASON),
        };
        let mut group = Group::new(&footer, rows, pages, constant).map_err(|e| damaged(path, e))?;
        if let Some((monitor, pollutant)) = &self.only {
            group.only(monitor, pollutant).map_err(|e| damaged(path, e))?;
        }
        Ok(group)
    }
}
