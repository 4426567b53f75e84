//! Workbooks: xlsx, xlsb, xls and ods through calamine.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, Xls, Xlsb, Xlsx};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::IntakeError;
use crate::header::{Role, role};
use crate::row::{Record, Rows};
use crate::text::HEADER_SEARCH;
use crate::zipcheck::Book;

/// The most columns a sheet may have.
const MAX_COLUMNS: u32 = 16_384;
/// The most cells that are filled from merged regions.
const MAX_FILLED: usize = 4_000_000;
/// The most cells of a sheet.
const MAX_CELLS: usize = 30_000_000;
/// The longest text of a cell in bytes; longer ones are cut, as nothing that is read is so long.
const MAX_TEXT: usize = 4_096;
/// The most text of a sheet in bytes.
const MAX_ALL_TEXT: usize = 1 << 30;

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    /// The shortest text of a number.
    Number(String),
    At(NaiveDateTime),
}

/// The cells of a sheet, by row and column from 0; blank cells are absent.
type Cells = BTreeMap<u32, BTreeMap<u32, Value>>;

/// Takes cells in, up to a bound: a small workbook can repeat a long text in millions of cells.
#[derive(Default)]
struct Filling {
    cells: Cells,
    count: usize,
    text: usize,
}

impl Filling {
    fn put(&mut self, file: &str, row: u32, column: u32, value: Option<Value>) -> Result<(), IntakeError> {
        let Some(mut value) = value.filter(|_| column < MAX_COLUMNS) else { return Ok(()) };
        if let Value::Text(text) = &mut value {
            if text.trim().is_empty() {
                return Ok(());
            }
            if text.len() > MAX_TEXT {
                *text = text.chars().take(MAX_TEXT / 4).collect();
            }
            self.text += text.len();
        }
        self.count += 1;
        if self.count > MAX_CELLS || self.text > MAX_ALL_TEXT {
            let what = format!("a sheet holds more than {} cells and {} bytes of text", self.count - 1, self.text);
            return Err(IntakeError::Bomb { file: file.to_owned(), what });
        }
        self.cells.entry(row).or_default().insert(column, value);
        Ok(())
    }
}

/// A sheet with a recognised header.
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// The other sheets.
    pub(crate) others: Vec<String>,
    /// Header cells.
    pub(crate) header: Vec<String>,
    /// Row of the header, from 1.
    pub(crate) header_row: u64,
    rows: std::collections::btree_map::IntoIter<u32, BTreeMap<u32, Value>>,
    /// Columns whose date cells carry times of day.
    timed: HashSet<u32>,
}

/// What the search over the sheets gave.
pub(crate) enum Search<P> {
    Found(Box<Sheet>, P),
    /// The first non-blank rows of the first sheet.
    Nothing(String),
}

/// Says of a row, by its number and its fields, whether it is a header.
type Recognise<'r, P> = dyn FnMut(u64, &[&str]) -> Result<Option<P>, IntakeError> + 'r;

/// Finds the first sheet with a header that `recognise` accepts.
pub(crate) fn search<R, P>(
    file: &str,
    reader: R,
    book: Option<Book>,
    recognise: &mut Recognise<'_, P>,
) -> Result<Search<P>, IntakeError>
where
    R: Read + Seek,
{
    // The decoders are given damaged files as well; should one of them panic, the file is damaged.
    let found = catch_unwind(AssertUnwindSafe(|| match book {
        Some(Book::Xlsx) => xlsx(file, reader, recognise),
        Some(Book::Xlsb) => dense::<Xlsb<R>, R, P>(file, reader, recognise),
        Some(Book::Ods) => dense::<Ods<R>, R, P>(file, reader, recognise),
        None => dense::<Xls<R>, R, P>(file, reader, recognise),
    }));
    found.unwrap_or_else(|_| Err(damaged(file, "its content contradicts itself")))
}

fn damaged(file: &str, what: impl ToString) -> IntakeError {
    IntakeError::Damaged { file: file.to_owned(), what: what.to_string() }
}

fn xlsx<R: Read + Seek, P>(file: &str, reader: R, recognise: &mut Recognise<'_, P>) -> Result<Search<P>, IntakeError> {
    let mut book = Xlsx::new(reader).map_err(|e| damaged(file, e))?;
    let names = book.sheet_names();
    let mut seen = None;
    for (index, name) in names.iter().enumerate() {
        let mut filling = Filling::default();
        {
            let mut reader = match book.worksheet_cells_reader(name) {
                Ok(reader) => reader,
                // Chart sheets have no cells.
                Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
                Err(e) => return Err(damaged(file, e)),
            };
            while let Some(cell) = reader.next_cell().map_err(|e| damaged(file, e))? {
                let (row, column) = cell.get_position();
                let value = match cell.get_value() {
                    DataRef::Int(v) => Some(Value::Number(v.to_string())),
                    DataRef::Float(v) => Some(Value::Number(v.to_string())),
                    DataRef::String(v) => Some(Value::Text(v.clone())),
                    DataRef::SharedString(v) => Some(Value::Text((*v).to_owned())),
                    DataRef::Bool(v) => Some(Value::Text(v.to_string())),
                    DataRef::DateTime(v) => date_time(v),
                    DataRef::DateTimeIso(v) | DataRef::DurationIso(v) => Some(Value::Text(v.clone())),
                    DataRef::Error(e) => Some(Value::Text(e.to_string())),
                    DataRef::Empty => None,
                };
                filling.put(file, row, column, value)?;
            }
        }
        let merged = book.merge_cells_by_sheet_name(name).map_err(|e| damaged(file, e))?;
        fill(&mut filling.cells, &merged);
        if let Some(found) = take(&names, index, filling.cells, &mut seen, recognise)? {
            return Ok(found);
        }
    }
    Ok(Search::Nothing(seen.unwrap_or_default()))
}

fn dense<B, R, P>(file: &str, reader: R, recognise: &mut Recognise<'_, P>) -> Result<Search<P>, IntakeError>
where
    R: Read + Seek,
    B: Reader<R>,
{
    let mut book = B::new(reader).map_err(|e| damaged(file, format!("{e:?}")))?;
    let names = book.sheet_names();
    let mut seen = None;
    for (index, name) in names.iter().enumerate() {
        let range = book.worksheet_range(name).map_err(|e| damaged(file, format!("{e:?}")))?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut filling = Filling::default();
        for (row, column, value) in range.used_cells() {
            let value = match value {
                Data::Int(v) => Some(Value::Number(v.to_string())),
                Data::Float(v) => Some(Value::Number(v.to_string())),
                Data::String(v) => Some(Value::Text(v.clone())),
                Data::Bool(v) => Some(Value::Text(v.to_string())),
                Data::DateTime(v) => date_time(v),
                Data::DateTimeIso(v) | Data::DurationIso(v) => Some(iso(v)),
                Data::Error(e) => Some(Value::Text(e.to_string())),
                Data::Empty => None,
            };
            filling.put(file, top.saturating_add(row as u32), left.saturating_add(column as u32), value)?;
        }
        if let Some(found) = take(&names, index, filling.cells, &mut seen, recognise)? {
            return Ok(found);
        }
    }
    Ok(Search::Nothing(seen.unwrap_or_default()))
}

/// A date cell, to the nearest second; durations of less than a day are times of day.
fn date_time(value: &ExcelDateTime) -> Option<Value> {
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    if value.is_duration() {
        return Some(Value::Text(format!("{hour:02}:{minute:02}:{second:02}")));
    }
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    let at = date.and_hms_opt(u32::from(hour), u32::from(minute), u32::from(second))?;
    // A cell formatted as a time of day only.
    if year < 1950 {
        return Some(Value::Text(at.format("%H:%M:%S").to_string()));
    }
    Some(Value::At(if milli >= 500 { at + TimeDelta::seconds(1) } else { at }))
}

fn iso(text: &str) -> Value {
    let at = text.parse::<NaiveDateTime>().or_else(|_| text.parse::<NaiveDate>().map(|d| d.and_time(NaiveTime::MIN)));
    at.map_or_else(|_| Value::Text(text.to_owned()), Value::At)
}

/// Every cell of a merged region shows the region's first cell.
fn fill(cells: &mut Cells, merged: &[Dimensions]) {
    let mut left = MAX_FILLED;
    for region in merged {
        let Some(value) = cells.get(&region.start.0).and_then(|r| r.get(&region.start.1)).cloned() else { continue };
        for (_, row) in cells.range_mut(region.start.0..=region.end.0.max(region.start.0)) {
            for column in region.start.1..=region.end.1.min(MAX_COLUMNS) {
                if left == 0 {
                    return;
                }
                left -= 1;
                row.entry(column).or_insert_with(|| value.clone());
            }
        }
    }
}

fn take<P>(
    names: &[String],
    index: usize,
    mut cells: Cells,
    seen: &mut Option<String>,
    recognise: &mut Recognise<'_, P>,
) -> Result<Option<Search<P>>, IntakeError> {
    let first: Vec<u32> = cells.keys().copied().take(HEADER_SEARCH).collect();
    for row in first {
        let header = cells.get(&row).map(|r| texts(r, &HashSet::new())).unwrap_or_default();
        let header_row = u64::from(row) + 1;
        let borrowed: Vec<&str> = header.iter().map(String::as_str).collect();
        if seen.as_ref().is_none_or(|s| s.matches(", ").count() + 1 < header.len()) {
            *seen = Some(header.join(", "));
        }
        let Some(plan) = recognise(header_row, &borrowed)? else { continue };
        let rows = cells.split_off(&(row + 1));
        let roles: Vec<Role> = header.iter().map(|h| role(h)).collect();
        let rows = times(rows, &roles);
        let others = names.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, n)| n.clone()).collect();
        let name = names.get(index).cloned().unwrap_or_default();
        let timed = timed(&rows);
        let sheet = Sheet { name, others, header, header_row, rows: rows.into_iter(), timed };
        return Ok(Some(Search::Found(Box::new(sheet), plan)));
    }
    Ok(None)
}

/// Numbers in columns of times are serial days that lack a date format.
fn times(mut rows: Cells, roles: &[Role]) -> Cells {
    for row in rows.values_mut() {
        for (column, value) in row.iter_mut() {
            let dated = matches!(roles.get(*column as usize), Some(Role::Time | Role::Date));
            if let Value::Number(text) = value
                && dated
                && let Ok(moment) = crate::time::parse_moment(text)
                && text.split('.').next().is_some_and(|days| days.len() == 5)
            {
                let (hour, minute, second) = moment.time.unwrap_or((0, 0, 0));
                let seconds = i64::from(hour * 3600 + minute * 60 + second);
                *value = Value::At(moment.date.and_time(NaiveTime::MIN) + TimeDelta::seconds(seconds));
            }
        }
    }
    rows
}

/// Columns in which some date cell has a time of day: there midnight is an hour, elsewhere a day.
fn timed(rows: &Cells) -> HashSet<u32> {
    let mut timed = HashSet::new();
    for row in rows.values() {
        for (column, value) in row {
            if matches!(value, Value::At(at) if at.time() != NaiveTime::MIN) {
                timed.insert(*column);
            }
        }
    }
    timed
}

fn texts(row: &BTreeMap<u32, Value>, timed: &HashSet<u32>) -> Vec<String> {
    let width = row.keys().next_back().map_or(0, |c| c + 1);
    (0..width).map(|c| row.get(&c).map(|v| text(v, timed.contains(&c))).unwrap_or_default()).collect()
}

fn text(value: &Value, timed: bool) -> String {
    match value {
        Value::Text(text) | Value::Number(text) => text.clone(),
        Value::At(at) if timed => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        Value::At(at) => at.format("%Y-%m-%d").to_string(),
    }
}

impl Rows for Sheet {
    fn next(&mut self, record: &mut Record) -> Result<bool, IntakeError> {
        for (index, row) in self.rows.by_ref() {
            record.clear(u64::from(index) + 1);
            for (column, _) in self.header.iter().enumerate() {
                let column = column as u32;
                let field = row.get(&column).map(|v| text(v, self.timed.contains(&column))).unwrap_or_default();
                record.push(&field);
            }
            if !record.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
