use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, Utc};
use lanwan_terms::{DataStatus, MissingReason, Span};

/// The value of a slot of a [`Grid`] in which there is no number.
pub const NOTHING: i64 = i64::MIN;

/// What to read from the table.
#[derive(Clone, Debug)]
pub struct Scan<'a> {
    /// Hourly or daily readings.
    pub span: Span,
    /// Codes of the pollutants; their order is the order of the grid.
    pub pollutants: &'a [&'a str],
    /// Hours since 1970-01-01T00:00Z, by the start of the reading.
    pub hours: Range<i32>,
    /// Only these monitors; all when `None`.
    pub monitors: Option<&'a BTreeSet<String>>,
    /// Only what was known at this time; everything when `None`.
    pub as_of: Option<DateTime<Utc>>,
    /// Threads to use, at least one.
    pub threads: usize,
}

/// All readings of one monitor in the hours asked for, one slot each: `values[pollutant * hours + slot]`.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a> {
    /// The monitor.
    pub monitor: &'a str,
    /// Hours since the epoch of the start of slot 0.
    pub start_hour: i32,
    /// Slots of each pollutant: slot `i` starts at `start_hour + i * step`.
    pub hours: usize,
    /// Hours from slot to slot: 1 for hours, 24 for days (slots begin at midnight in China Standard Time).
    pub step: i32,
    /// Millionths of the pollutant's unit, or [`NOTHING`].
    pub values: &'a [i64],
    /// One byte each, see [`Cell`].
    pub flags: &'a [u8],
}

impl<'a> Grid<'a> {
    /// The values of the pollutant at `index` of [`Scan::pollutants`].
    pub fn values_of(&self, index: usize) -> &'a [i64] {
        &self.values[index * self.hours..(index + 1) * self.hours]
    }

    /// The flags of the pollutant at `index` of [`Scan::pollutants`].
    pub fn flags_of(&self, index: usize) -> &'a [u8] {
        &self.flags[index * self.hours..(index + 1) * self.hours]
    }
}

/// The flags of one slot: bits 0 and 1 the status, bit 2 generated, bit 3 known to be missing, bits 4 to 7 the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell(pub u8);

impl Cell {
    /// The two bits of the status.
    pub const STATUS: u8 = 0b11;
    /// Set when the source begins with `generated:`.
    pub const GENERATED: u8 = 0b100;
    /// Set when there is a reading that says why there is no value.
    pub const MISSING: u8 = 0b1000;

    /// How far the reading has been checked. Means nothing in a slot without a reading.
    pub fn status(self) -> DataStatus {
        DataStatus::ALL[usize::from(self.0 & Self::STATUS).min(2)]
    }

    /// Whether the reading was generated, not measured.
    pub fn generated(self) -> bool {
        self.0 & Self::GENERATED != 0
    }

    /// Why the value is missing, when the reading says so.
    pub fn reason(self) -> Option<MissingReason> {
        if self.0 & Self::MISSING == 0 {
            return None;
        }
        MissingReason::ALL.get(usize::from(self.0 >> 4)).copied()
    }
}

/// What a scan did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanStats {
    /// Monitors for which the function was called.
    pub monitors: u64,
    /// Rows decoded, with those that were then left out.
    pub rows: u64,
    /// Data files read.
    pub files: u64,
}
