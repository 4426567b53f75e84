use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::Result;

use super::bits::Hybrid;
use super::page::{Data, corrupt, u32_at};

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

enum Values {
    Keys(Hybrid),
    Plain(Plain, HashMap<Box<str>, u32>),
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
