//! The parts of a page: which rows have a value, and the values.

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::errors::{ParquetError, Result};

use super::bits::{Hybrid, Run, packed};

pub(super) fn corrupt(what: &str) -> ParquetError {
    ParquetError::General(format!("a column is damaged: {what}"))
}

/// The parts of a data page.
pub(super) struct Data {
    pub(super) count: usize,
    /// Which rows have a value; all when `None`.
    pub(super) present: Option<Present>,
    pub(super) encoding: Encoding,
    pub(super) values: Bytes,
}

impl Data {
    pub(super) fn of(page: Page, optional: bool) -> Result<Option<Self>> {
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
pub(super) struct Present {
    pub(super) words: Vec<u64>,
    pub(super) rows: usize,
}

#[derive(Clone, Copy)]
pub(super) struct PresentStretch {
    pub(super) end: usize,
    pub(super) present: bool,
}

impl Present {
    pub(super) fn read(levels: Bytes, rows: usize) -> Result<Self> {
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

    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Stretches of rows that all have a value or all have none.
    pub(super) fn stretches(&self) -> impl Iterator<Item = PresentStretch> {
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

pub(super) fn slice(bytes: &Bytes, from: usize, length: usize) -> Result<Bytes> {
    match from.checked_add(length) {
        Some(to) if to <= bytes.len() => Ok(bytes.slice(from..to)),
        _ => Err(corrupt("a page is too short")),
    }
}

pub(super) fn slice_from(bytes: &Bytes, from: usize) -> Result<Bytes> {
    slice(bytes, from, bytes.len().checked_sub(from).ok_or_else(|| corrupt("a page is too short"))?)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Result<u32> {
    let four = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
    four.map(u32::from_le_bytes).ok_or_else(|| corrupt("a length is cut off"))
}
