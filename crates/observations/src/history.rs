//! What the table knows of one monitor and pollutant, with everything it superseded.
//!
//! Read with the cursor of the scan: a query engine spends more on planning than there is to read.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use lanwan_terms::{DataStatus, Decimal, MissingReason, Reading, Span};

use crate::block::Block;
use crate::reader::Cursor;
use crate::schema::{HOUR_US, instant};
use crate::{Error, Snapshot};

/// A reading as the table holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The reading.
    pub reading: Reading,
    /// When Lanwan learned it.
    pub learned_at: DateTime<Utc>,
    /// Earlier versions of the same reading, newest first, each without versions of its own.
    pub superseded: Vec<Stored>,
}

impl Snapshot {
    /// The readings of a monitor and pollutant that start in `hours` (since the epoch), in order of time, each with what it
    /// superseded.
    ///
    /// # Errors
    /// [`Error::Damaged`] names a file that cannot be read.
    pub fn history(
        &self,
        monitor: &str,
        pollutant: &str,
        hours: Range<i32>,
        span: Span,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<Stored>, Error> {
        let until = as_of.map_or(i64::MAX, |t| t.timestamp_micros());
        let files = self.files.iter().filter(|f| {
            f.partition.span == span
                && f.meets_hours(&hours)
                && f.learned.0 <= until
                && (f.monitors.0.as_str()..=f.monitors.1.as_str()).contains(&monitor)
        });
        let mut rows = Vec::new();
        for file in files {
            let mut cursor = Cursor::of(Arc::clone(file.footer()?), monitor, pollutant, &hours);
            while cursor.fill()? {
                let Some(block) = cursor.block.as_ref() else { break };
                for row in 0..block.len() {
                    let hour = block.starts()[row].div_euclid(HOUR_US);
                    let inside = i64::from(hours.start) <= hour && hour < i64::from(hours.end);
                    if inside && block.learned(row).is_none_or(|learned| learned <= until) {
                        rows.push(stored(block, row, span));
                    }
                }
                cursor.row = block.len();
            }
        }
        rows.sort_unstable_by_key(|s| (s.reading.start, Reverse(s.learned_at)));
        let mut out: Vec<Stored> = Vec::new();
        for row in rows {
            match out.last_mut() {
                Some(last) if last.reading.start == row.reading.start => last.superseded.push(row),
                _ => out.push(row),
            }
        }
        Ok(out)
    }
}

/// A row of a block in which every column was read.
pub(crate) fn stored(block: &Block, row: usize, span: Span) -> Stored {
    let (monitor, pollutant, _) = block.run_at(row);
    let reason = MissingReason::ALL.get(usize::from(block.reason(row))).copied().unwrap_or(MissingReason::NotReported);
    Stored {
        reading: Reading {
            monitor: monitor.to_owned(),
            pollutant: pollutant.to_owned(),
            start: instant(block.starts()[row]),
            span,
            value: block.value(row).map(Decimal::from_micro).ok_or(reason),
            status: DataStatus::ALL[usize::from(block.status(row)).min(2)],
            source: block.source(row).to_owned(),
        },
        learned_at: instant(block.learned(row).unwrap_or(0)),
        superseded: Vec::new(),
    }
}
