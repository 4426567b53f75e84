//! Columns of a Parquet row group, decoded without detours: texts as runs of equal values, numbers as a plain vector.
//!
//! Sorted columns are stored as a dictionary and a few long runs. Taking the runs as they are costs nothing a row, where a
//! general reader writes a key for each. Numbers are spread over rows that lack one while they are looked up, not afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::{ParquetError, Result};

/// A stretch of rows that have the same text, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The row after the last one.
    pub(crate) end: usize,
    /// Place in the dictionary; `None` for rows without a text.
    pub(crate) text: Option<u32>,
}

/// A text column of one row group.
#[derive(Debug, Default)]
pub(crate) struct TextColumn {
    pub(crate) texts: Arc<Vec<Box<str>>>,
    /// In order; neighbours differ.
    pub(crate) stretches: Vec<Stretch>,
}

fn corrupt(what: &str) -> ParquetError {
    ParquetError::General(format!("a column is damaged: {what}"))
}

impl TextColumn {
    /// Reads all pages of a column that is optional or not, but not nested.
    pub(crate) fn read(mut pages: Box<dyn PageReader>, optional: bool) -> Result<Self> {
        let mut column = Self::default();
        let mut rows = 0;
        while let Some(page) = pages.get_next_page()? {
            match page {
                Page::DictionaryPage { buf, num_values, .. } => {
                    let mut plain = Plain { bytes: buf, at: 0 };
                    for _ in 0..num_values {
                        let text = plain.next()?;
                        Arc::make_mut(&mut column.texts).push(text.into());
                    }
                }
                page => {
                    let Some(data) = Data::of(page, optional)? else { continue };
                    column.page(&mut rows, data)?;
                }
            }
        }
        Ok(column)
    }

    fn page(&mut self, rows: &mut usize, data: Data) -> Result<()> {
        let mut values = match data.encoding {
            Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => Values::Keys(Hybrid::of_keys(&data.values)?),
            Encoding::PLAIN => {
                let index = self.texts.iter().zip(0u32..).map(|(t, i)| (t.clone(), i)).collect();
                Values::Plain(Plain { bytes: data.values, at: 0 }, index)
            }
            other => return Err(corrupt(&format!("encoding {other} is not known here"))),
        };
        let Some(present) = data.present else { return self.take(rows, data.count, &mut values) };
        let first = *rows;
        for stretch in present.stretches() {
            let end = first + stretch.end;
            if stretch.present {
                self.take(rows, end - *rows, &mut values)?;
            } else {
                *rows = end;
                self.push(end, None);
            }
        }
        Ok(())
    }

    fn take(&mut self, rows: &mut usize, count: usize, values: &mut Values) -> Result<()> {
        let end = *rows + count;
        while *rows < end {
            let (key, n) = match values {
                Values::Keys(keys) => keys.next(end - *rows)?,
                Values::Plain(plain, index) => {
                    let text = plain.next()?;
                    let key = match index.get(text) {
                        Some(key) => *key,
                        None => {
                            let key = self.texts.len() as u32;
                            Arc::make_mut(&mut self.texts).push(text.into());
                            index.insert(text.into(), key);
                            key
                        }
                    };
                    (key, 1)
                }
            };
            if key as usize >= self.texts.len() {
                return Err(corrupt("a key is not in the dictionary"));
            }
            *rows += n;
            self.push(*rows, Some(key));
        }
        Ok(())
    }

    fn push(&mut self, end: usize, text: Option<u32>) {
        match self.stretches.last_mut() {
            Some(last) if last.text == text => last.end = end,
            _ => self.stretches.push(Stretch { end, text }),
        }
    }
}

/// The parts of a data page.
struct Data {
    count: usize,
    /// Which rows have a value; all when `None`.
    present: Option<Present>,
    encoding: Encoding,
    values: Bytes,
}

impl Data {
    fn of(page: Page, optional: bool) -> Result<Option<Self>> {
        let (count, levels, encoding, values) = match page {
            Page::DictionaryPage { .. } => return Ok(None),
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                if !optional {
                    (num_values, None, encoding, buf)
                } else if def_level_encoding == Encoding::RLE {
                    let length = u32_at(&buf, 0)? as usize;
                    (num_values, Some(slice(&buf, 4, length)?), encoding, slice_from(&buf, 4 + length)?)
                } else {
                    return Err(corrupt("its levels have an encoding that is no longer used"));
                }
            }
            Page::DataPageV2 { buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
                let (rep, def) = (rep_levels_byte_len as usize, def_levels_byte_len as usize);
                let levels = if optional { Some(slice(&buf, rep, def)?) } else { None };
                (num_values, levels, encoding, slice_from(&buf, rep + def)?)
            }
        };
        let count = count as usize;
        let present = levels.map(|levels| Present::read(levels, count)).transpose()?;
        Ok(Some(Self { count, present, encoding, values }))
    }
}

/// Which rows of a page have a value, one bit each.
struct Present {
    words: Vec<u64>,
    rows: usize,
}

#[derive(Clone, Copy)]
struct PresentStretch {
    end: usize,
    present: bool,
}

impl Present {
    fn read(levels: Bytes, rows: usize) -> Result<Self> {
        let mut words = vec![0u64; rows.div_ceil(64)];
        let mut hybrid = Hybrid::new(levels, 1)?;
        let mut row = 0;
        while row < rows {
            match hybrid.run {
                Run::Equal { left: 0, .. } | Run::Packed { left: 0, .. } => hybrid.run = hybrid.header()?,
                Run::Equal { value, left } => {
                    let end = (row + left).min(rows);
                    if value != 0 {
                        set_bits(&mut words, row, end);
                    }
                    row = end;
                    hybrid.run = Run::Equal { value: 0, left: 0 };
                }
                Run::Packed { bit, left } => {
                    let end = (row + left).min(rows);
                    let mut from = bit;
                    while row < end {
                        let n = (end - row).min(32);
                        let bits = u64::from(packed(&hybrid.bytes, from, n));
                        words[row / 64] |= bits << (row % 64);
                        if row % 64 + n > 64 {
                            words[row / 64 + 1] |= bits >> (64 - row % 64);
                        }
                        row += n;
                        from += n;
                    }
                    hybrid.run = Run::Equal { value: 0, left: 0 };
                }
            }
        }
        Ok(Self { words, rows })
    }

    fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Stretches of rows that all have a value or all have none.
    fn stretches(&self) -> impl Iterator<Item = PresentStretch> {
        let mut row = 0;
        std::iter::from_fn(move || {
            if row >= self.rows {
                return None;
            }
            let present = self.words[row / 64] >> (row % 64) & 1 == 1;
            loop {
                let word = self.words[row / 64] >> (row % 64);
                let same = if present { word.trailing_ones() } else { word.trailing_zeros() } as usize;
                let left = 64 - row % 64;
                row += same.min(left);
                if same < left || row >= self.rows {
                    break;
                }
            }
            row = row.min(self.rows);
            Some(PresentStretch { end: row, present })
        })
    }
}

fn set_bits(words: &mut [u64], from: usize, to: usize) {
    let mut row = from;
    while row < to {
        let n = (to - row).min(64 - row % 64);
        words[row / 64] |= (u64::MAX >> (64 - n)) << (row % 64);
        row += n;
    }
}

/// A column of 64-bit integers, page after page.
pub(crate) struct NumberColumn {
    pages: Box<dyn PageReader>,
    optional: bool,
    dictionary: Vec<i64>,
    found: Vec<i64>,
    /// The page being given out: values with the caller's stand-in where there is none, and the rows without one.
    page: Vec<i64>,
    lacking: Vec<u32>,
    at: usize,
    lacking_at: usize,
}

impl NumberColumn {
    pub(crate) fn new(pages: Box<dyn PageReader>, optional: bool) -> Self {
        let (dictionary, found, page, lacking) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { pages, optional, dictionary, found, page, lacking, at: 0, lacking_at: 0 }
    }

    /// Decodes the next `count` rows: `values` gets a number for each, `none` where there is none, and `lacking` those rows.
    pub(crate) fn next(
        &mut self,
        count: usize,
        none: i64,
        values: &mut Vec<i64>,
        lacking: &mut Vec<u32>,
    ) -> Result<()> {
        lacking.clear();
        let mut filled = 0;
        while filled < count {
            if self.at == self.page.len() {
                self.read_page(none)?;
                continue;
            }
            if filled == 0 && self.at == 0 && self.page.len() <= count {
                // A page that is wanted whole changes hands; the old buffer, as it is, serves for the next page.
                std::mem::swap(values, &mut self.page);
                std::mem::swap(lacking, &mut self.lacking);
                self.at = self.page.len();
                filled = values.len();
                continue;
            }
            values.truncate(filled);
            let n = (count - filled).min(self.page.len() - self.at);
            let (from, to) = (self.at, self.at + n);
            values.extend_from_slice(&self.page[from..to]);
            while let Some(row) = self.lacking.get(self.lacking_at).filter(|row| (**row as usize) < to) {
                lacking.push((*row as usize - from + filled) as u32);
                self.lacking_at += 1;
            }
            self.at = to;
            filled += n;
        }
        values.truncate(count);
        Ok(())
    }

    /// Passes over rows from the beginning: whole pages are not even decompressed.
    pub(crate) fn skip(&mut self, rows: usize, none: i64) -> Result<()> {
        loop {
            match skip_pages(&mut *self.pages, rows)? {
                Pass::Dictionary => self.read_page(none)?,
                Pass::Rest(rows) => return self.next(rows, none, &mut Vec::new(), &mut Vec::new()),
            }
        }
    }

    fn read_page(&mut self, none: i64) -> Result<()> {
        // Everything of the last page has been given out; its buffer is written over.
        self.lacking.clear();
        (self.at, self.lacking_at) = (0, 0);
        let page = self.pages.get_next_page()?;
        let page = page.ok_or_else(|| ParquetError::EOF("a column has fewer rows than the others".to_owned()))?;
        if let Page::DictionaryPage { buf, num_values, .. } = &page {
            self.dictionary = longs(buf, *num_values as usize)?.collect();
            self.page.clear();
            return Ok(());
        }
        let Some(data) = Data::of(page, self.optional)? else { return Ok(()) };
        let present = data.present.as_ref().map_or(data.count, Present::count);
        let Some(spread) = data.present.filter(|p| present < p.rows) else {
            return look_up(data.encoding, data.values, present, &self.dictionary, &mut self.page);
        };
        look_up(data.encoding, data.values, present, &self.dictionary, &mut self.found)?;
        let mut from = 0;
        self.page.clear();
        self.page.reserve(data.count);
        for stretch in spread.stretches() {
            let first = self.page.len();
            if stretch.present {
                let to = from + stretch.end - first;
                self.page.extend_from_slice(&self.found[from..to]);
                from = to;
            } else {
                self.lacking.extend(first as u32..stretch.end as u32);
                self.page.resize(stretch.end, none);
            }
        }
        Ok(())
    }
}

fn longs(bytes: &[u8], count: usize) -> Result<impl Iterator<Item = i64>> {
    let bytes = count.checked_mul(8).and_then(|n| bytes.get(..n)).ok_or_else(|| corrupt("a page is too short"))?;
    Ok(bytes.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)))
}

/// The numbers of a page that are there.
fn look_up(encoding: Encoding, values: Bytes, count: usize, dictionary: &[i64], out: &mut Vec<i64>) -> Result<()> {
    match encoding {
        Encoding::PLAIN => {
            out.clear();
            out.extend(longs(&values, count)?);
            Ok(())
        }
        Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY => {
            // Not cleared: what is there is overwritten, and a buffer of the same size need not be filled with zeros again.
            out.resize(count, 0);
            Hybrid::of_keys(&values)?.look_up(dictionary, out)
        }
        Encoding::DELTA_BINARY_PACKED => {
            out.clear();
            differences(&values, count, |series| out.extend(series.values()))
        }
        other => Err(corrupt(&format!("encoding {other} is not known here"))),
    }
}

/// Numbers a fixed step apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) first: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Series {
    pub(crate) fn at(self, index: usize) -> i64 {
        self.first.wrapping_add(self.step.wrapping_mul(index as i64))
    }

    pub(crate) fn values(self) -> impl Iterator<Item = i64> {
        (0..self.count).map(move |i| self.at(i))
    }

    /// The series without its first `count` numbers, which are returned.
    fn split(&mut self, count: usize) -> Self {
        let head = Self { count, ..*self };
        *self = Self { first: self.at(count), step: self.step, count: self.count - count };
        head
    }
}

/// A column of 64-bit integers in which every row has one, as series: for hours that follow each other, far fewer than rows.
pub(crate) struct SeriesColumn {
    pages: Box<dyn PageReader>,
    optional: bool,
    dictionary: Vec<i64>,
    found: Vec<i64>,
    /// Series not given out yet, last first.
    waiting: Vec<Series>,
}

impl SeriesColumn {
    pub(crate) fn new(pages: Box<dyn PageReader>, optional: bool) -> Self {
        Self { pages, optional, dictionary: Vec::new(), found: Vec::new(), waiting: Vec::new() }
    }

    /// The next `count` rows.
    pub(crate) fn next(&mut self, count: usize, out: &mut Vec<Series>) -> Result<()> {
        out.clear();
        let mut left = count;
        while left > 0 {
            match self.waiting.last_mut() {
                Some(series) if series.count > left => {
                    join(out, series.split(left));
                    left = 0;
                }
                Some(series) => {
                    left -= series.count;
                    join(out, *series);
                    self.waiting.pop();
                }
                None => self.read_page()?,
            }
        }
        Ok(())
    }

    /// Passes over rows from the beginning: whole pages are not even decompressed.
    pub(crate) fn skip(&mut self, rows: usize) -> Result<()> {
        loop {
            match skip_pages(&mut *self.pages, rows)? {
                Pass::Dictionary => self.read_page()?,
                Pass::Rest(rows) => return self.next(rows, &mut Vec::new()),
            }
        }
    }

    fn read_page(&mut self) -> Result<()> {
        let page = self.pages.get_next_page()?;
        let page = page.ok_or_else(|| ParquetError::EOF("a column has fewer rows than the others".to_owned()))?;
        if let Page::DictionaryPage { buf, num_values, .. } = &page {
            self.dictionary = longs(buf, *num_values as usize)?.collect();
            return Ok(());
        }
        let Some(data) = Data::of(page, self.optional)? else { return Ok(()) };
        if data.present.as_ref().is_some_and(|p| p.count() < p.rows) {
            return Err(corrupt("it has rows without a value"));
        }
        let waiting = &mut self.waiting;
        if data.encoding == Encoding::DELTA_BINARY_PACKED {
            differences(&data.values, data.count, |series| join(waiting, series))?;
        } else {
            look_up(data.encoding, data.values, data.count, &self.dictionary, &mut self.found)?;
            for value in &self.found {
                join(waiting, Series { first: *value, step: 0, count: 1 });
            }
        }
        waiting.reverse();
        Ok(())
    }
}

/// What to do next to pass over rows.
enum Pass {
    /// The next page is a dictionary, which later pages need.
    Dictionary,
    /// This many rows are left, which end in the next page.
    Rest(usize),
}

/// Skips pages that lie wholly in the next `rows` rows.
fn skip_pages(pages: &mut dyn PageReader, mut rows: usize) -> Result<Pass> {
    while let Some(page) = pages.peek_next_page()? {
        if page.is_dict {
            return Ok(Pass::Dictionary);
        }
        let Some(count) = page.num_rows.or(page.num_levels).filter(|n| *n <= rows) else { break };
        pages.skip_next_page()?;
        rows -= count;
    }
    Ok(Pass::Rest(rows))
}

/// Adds a series, as part of the last one when it goes on from there.
fn join(all: &mut Vec<Series>, next: Series) {
    if let Some(last) = all.last_mut() {
        if last.count == 1 {
            last.step = next.first.wrapping_sub(last.first);
        }
        if last.at(last.count) == next.first && (next.count == 1 || next.step == last.step) {
            last.count += next.count;
            return;
        }
        if last.count == 1 {
            last.step = 0;
        }
    }
    if next.count > 0 {
        all.push(next);
    }
}

/// Numbers stored as differences, in blocks that each have a smallest difference and widths for what exceeds it.
fn differences(bytes: &[u8], count: usize, mut take: impl FnMut(Series)) -> Result<()> {
    let mut at = 0;
    let block = varint(bytes, &mut at)?;
    let minis = varint(bytes, &mut at)? as usize;
    let stored = varint(bytes, &mut at)?;
    let mut value = zigzag(varint(bytes, &mut at)?);
    let per_mini = usize::try_from(block).ok().and_then(|b| b.checked_div(minis)).unwrap_or(0);
    if stored != count as u64 || per_mini == 0 || !per_mini.is_multiple_of(8) || per_mini > 1 << 20 {
        return Err(corrupt("a page of differences has a senseless header"));
    }
    if count == 0 {
        return Ok(());
    }
    take(Series { first: value, step: 0, count: 1 });
    let mut left = count - 1;
    while left > 0 {
        let smallest = zigzag(varint(bytes, &mut at)?);
        let widths = at.checked_add(minis).and_then(|end| bytes.get(at..end));
        let widths = widths.ok_or_else(|| corrupt("a block is cut off"))?;
        at += minis;
        for width in widths {
            let n = per_mini.min(left);
            if n == 0 {
                break;
            }
            let width = usize::from(*width);
            if width > 64 || at > bytes.len() {
                return Err(corrupt("a block is cut off"));
            }
            let mini = &bytes[at..];
            if width == 0 {
                let series = Series { first: value.wrapping_add(smallest), step: smallest, count: n };
                value = series.at(n - 1);
                take(series);
            } else {
                // Equal differences make one series; here mostly all but the one that leads back to the first hour.
                let more = |i: usize| smallest.wrapping_add(packed_long(mini, i * width, width) as i64);
                let mut i = 0;
                let mut step = more(0);
                while i < n {
                    let mut same = 1;
                    let mut other = step;
                    while i + same < n {
                        other = more(i + same);
                        if other != step {
                            break;
                        }
                        same += 1;
                    }
                    let series = Series { first: value.wrapping_add(step), step, count: same };
                    value = series.at(same - 1);
                    take(series);
                    i += same;
                    step = other;
                }
            }
            left -= n;
            at += per_mini / 8 * width;
        }
    }
    Ok(())
}

fn varint(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at).ok_or_else(|| corrupt("it ends too early"))?;
        *at += 1;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(corrupt("a number is too long"))
}

fn zigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

/// The `width` bits from `bit` on, at most 64; bits past the end are zero.
#[inline]
fn packed_long(bytes: &[u8], bit: usize, width: usize) -> u64 {
    let from = bit / 8;
    if width <= 56
        && let Some(eight) = bytes.get(from..).and_then(|b| b.first_chunk::<8>())
    {
        return u64::from_le_bytes(*eight) >> (bit % 8) & ((1u64 << width) - 1);
    }
    let word = match bytes.get(from..).and_then(|b| b.first_chunk::<16>()) {
        Some(sixteen) => u128::from_le_bytes(*sixteen),
        None => bytes.iter().skip(from).take(16).enumerate().fold(0, |w, (i, b)| w | u128::from(*b) << (8 * i)),
    };
    ((word >> (bit % 8)) & ((1u128 << width) - 1)) as u64
}

enum Values {
    Keys(Hybrid),
    Plain(Plain, HashMap<Box<str>, u32>),
}

fn slice(bytes: &Bytes, from: usize, length: usize) -> Result<Bytes> {
    match from.checked_add(length) {
        Some(to) if to <= bytes.len() => Ok(bytes.slice(from..to)),
        _ => Err(corrupt("a page is too short")),
    }
}

fn slice_from(bytes: &Bytes, from: usize) -> Result<Bytes> {
    slice(bytes, from, bytes.len().checked_sub(from).ok_or_else(|| corrupt("a page is too short"))?)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
    four.map(u32::from_le_bytes).ok_or_else(|| corrupt("a length is cut off"))
}

/// Texts one after the other, each after its length.
struct Plain {
    bytes: Bytes,
    at: usize,
}

impl Plain {
    fn next(&mut self) -> Result<&str> {
        let length = u32_at(&self.bytes, self.at)? as usize;
        let from = self.at + 4;
        let text = self.bytes.get(from..from + length).ok_or_else(|| corrupt("a text is cut off"))?;
        self.at = from + length;
        std::str::from_utf8(text).map_err(|_| corrupt("a text is not UTF-8"))
    }
}

/// Parquet's mixture of runs and bit-packed groups.
struct Hybrid {
    bytes: Bytes,
    at: usize,
    width: u8,
    run: Run,
}

#[derive(Clone, Copy)]
enum Run {
    Equal { value: u32, left: usize },
    /// `left` packed values from `bit` on.
    Packed { bit: usize, left: usize },
}

impl Hybrid {
    fn new(bytes: Bytes, width: u8) -> Result<Self> {
        if width > 32 {
            return Err(corrupt("keys are wider than 32 bits"));
        }
        Ok(Self { bytes, at: 0, width, run: Run::Equal { value: 0, left: 0 } })
    }

    /// The keys of a page, which begin with their width.
    fn of_keys(values: &Bytes) -> Result<Self> {
        let width = *values.first().unwrap_or(&0);
        Self::new(slice_from(values, usize::from(!values.is_empty()))?, width)
    }

    /// Looks the next keys up, one for each place in `out`.
    fn look_up(&mut self, dictionary: &[i64], mut out: &mut [i64]) -> Result<()> {
        let unknown = || corrupt("a key is not in the dictionary");
        let width = usize::from(self.width);
        while !out.is_empty() {
            match self.run {
                Run::Equal { left: 0, .. } | Run::Packed { left: 0, .. } => self.run = self.header()?,
                Run::Equal { value, left } => {
                    let (now, later) = out.split_at_mut(left.min(out.len()));
                    now.fill(*dictionary.get(value as usize).ok_or_else(unknown)?);
                    self.run = Run::Equal { value, left: left - now.len() };
                    out = later;
                }
                Run::Packed { bit, left } => {
                    let (now, later) = out.split_at_mut(left.min(out.len()));
                    let mut highest = 0;
                    let mut done = 0;
                    if bit % 8 == 0 && width <= NARROW {
                        (done, highest) = groups(&self.bytes[bit / 8..], width, dictionary, now);
                    }
                    for (i, place) in now.iter_mut().enumerate().skip(done) {
                        let key = packed(&self.bytes, bit + i * width, width) as usize;
                        highest = highest.max(key);
                        *place = dictionary.get(key).copied().unwrap_or(0);
                    }
                    if highest >= dictionary.len() {
                        return Err(unknown());
                    }
                    self.run = Run::Packed { bit: bit + now.len() * width, left: left - now.len() };
                    out = later;
                }
            }
        }
        Ok(())
    }

    /// The next value and how often it follows, at most `most` times. Packed values come one by one unless neighbours are equal.
    fn next(&mut self, most: usize) -> Result<(u32, usize)> {
        loop {
            match &mut self.run {
                Run::Equal { value, left } if *left > 0 => {
                    let n = most.min(*left);
                    *left -= n;
                    return Ok((*value, n));
                }
                Run::Packed { bit, left } if *left > 0 => {
                    let width = usize::from(self.width);
                    let value = packed(&self.bytes, *bit, width);
                    let mut n = 1;
                    *bit += width;
                    while n < most.min(*left) && packed(&self.bytes, *bit, width) == value {
                        n += 1;
                        *bit += width;
                    }
                    *left -= n;
                    return Ok((value, n));
                }
                _ => self.run = self.header()?,
            }
        }
    }

    fn header(&mut self) -> Result<Run> {
        let header = varint(&self.bytes, &mut self.at)?;
        let count = (header >> 1) as usize;
        if header >> 33 > 0 {
            return Err(corrupt("a run is too long"));
        }
        if header & 1 == 0 {
            let bytes = usize::from(self.width).div_ceil(8);
            let mut value = 0;
            for i in 0..bytes {
                let byte = *self.bytes.get(self.at + i).ok_or_else(|| corrupt("it ends too early"))?;
                value |= u32::from(byte) << (8 * i);
            }
            self.at += bytes;
            if count == 0 {
                return Err(corrupt("a run is empty"));
            }
            return Ok(Run::Equal { value, left: count });
        }
        let bit = self.at * 8;
        let length = count * usize::from(self.width);
        // The last group may be cut short; what is not there is never asked for, or reads as zero.
        self.at = (self.at + length).min(self.bytes.len());
        if count == 0 || bit >= self.bytes.len() * 8 && self.width > 0 {
            return Err(corrupt("a packed run is empty"));
        }
        Ok(Run::Packed { bit, left: count * 8 })
    }
}

/// The widest keys of which four lie within eight bytes, wherever in a byte the first begins.
const NARROW: usize = 15;

/// Looks packed keys up, eight at a time, as many as can be read without coming near the end: how many, and the highest key.
fn groups(bytes: &[u8], width: usize, dictionary: &[i64], out: &mut [i64]) -> (usize, usize) {
    let mask = (1u64 << width) - 1;
    // Eight keys are `width` bytes; the second four begin in the middle of a byte when the width is odd.
    let (second, shift) = (width * 4 / 8, width * 4 % 8);
    let mut highest = 0;
    let mut done = 0usize;
    let mut at = 0usize;
    for places in out.as_chunks_mut::<8>().0 {
        let low = bytes.get(at..).and_then(|b| b.first_chunk::<8>());
        let high = bytes.get(at.wrapping_add(second)..).and_then(|b| b.first_chunk::<8>());
        let (Some(low), Some(high)) = (low, high) else { break };
        let (mut low, mut high) = (u64::from_le_bytes(*low), u64::from_le_bytes(*high) >> shift);
        let (first_four, last_four) = places.split_at_mut(4);
        for (a, b) in first_four.iter_mut().zip(last_four) {
            let (x, y) = ((low & mask) as usize, (high & mask) as usize);
            (low, high) = (low >> width, high >> width);
            highest = highest.max(x).max(y);
            *a = dictionary.get(x).copied().unwrap_or(0);
            *b = dictionary.get(y).copied().unwrap_or(0);
        }
        done = done.wrapping_add(8);
        at = at.wrapping_add(width);
    }
    (done, highest)
}

/// The `width` bits from `bit` on; bits past the end are zero.
#[inline]
fn packed(bytes: &[u8], bit: usize, width: usize) -> u32 {
    let from = bit / 8;
    let word = match bytes.get(from..from + 8).and_then(|b| b.try_into().ok()) {
        Some(eight) => u64::from_le_bytes(eight),
        None => bytes.iter().skip(from).take(8).enumerate().fold(0, |w, (i, b)| w | u64::from(*b) << (8 * i)),
    };
    ((word >> (bit % 8)) & ((1u64 << width) - 1)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_packed_groups_are_read_as_the_format_defines_them() {
        // The example of the Parquet format: 0 to 7 in three bits; then a run of four fives.
        let bytes = Bytes::from_static(&[0b0000_0011, 0b1000_1000, 0b1100_0110, 0b1111_1010, 0b0000_1000, 5]);
        let mut hybrid = Hybrid::new(bytes, 3).expect("a width");
        for want in 0..8 {
            assert_eq!(hybrid.next(100).expect("a value"), (want, 1));
        }
        assert_eq!(hybrid.next(3).expect("a run"), (5, 3));
        assert_eq!(hybrid.next(3).expect("a run"), (5, 1));
        assert!(hybrid.next(1).is_err());
    }

    #[test]
    fn cut_or_senseless_bytes_are_an_error() {
        for bytes in [&[][..], &[0x80], &[0x02], &[0x00, 1], &[0x01], &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]] {
            let mut hybrid = Hybrid::new(Bytes::copy_from_slice(bytes), 8).expect("a width");
            assert!(hybrid.next(10).is_err(), "{bytes:?}");
        }
        assert!(Hybrid::new(Bytes::new(), 33).is_err());
    }
}
