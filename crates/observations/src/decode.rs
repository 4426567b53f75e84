//! Columns of a Parquet row group, decoded without detours: texts as runs of equal values, numbers as a plain vector.
//!
//! Sorted columns are stored as a dictionary and a few long runs. Taking the runs as they are costs nothing a row, where a
//! general reader writes a key for each. Numbers are spread over rows that lack one while they are looked up, not afterwards.

mod bits;
mod number;
mod page;
mod text;

pub(crate) use number::{NumberColumn, Series, SeriesColumn};
pub(crate) use text::{Stretch, TextColumn};
