use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::{ParquetError, Result};

use super::bits::{Hybrid, packed_long, varint, zigzag};
use super::page::{Data, Present, corrupt};

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
    #[inline]
    pub(crate) fn at(self, index: usize) -> i64 {
        self.first.wrapping_add(self.step.wrapping_mul(index as i64))
    }

    pub(crate) fn values(self) -> impl Iterator<Item = i64> {
        (0..self.count).map(move |i| self.at(i))
    }

    /// The series without its first `count` numbers, which are returned.
    #[inline]
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
#[inline]
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
