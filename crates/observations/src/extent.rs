//! Which monitors the table knows, and from when to when.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lanwan_terms::Span;

use crate::files::DataFile;
use crate::reader::{Cursor, Wanted};
use crate::schema::HOUR_US;
use crate::{Error, Snapshot};

/// What the table holds of a monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonitorSpan {
    /// The monitor.
    pub monitor: String,
    /// Hours since the epoch of the start of its first reading.
    pub first_hour: i32,
    /// Hours since the epoch of the start of its last reading.
    pub last_hour: i32,
    /// Rows, each correction counted.
    pub rows: u64,
}

impl Snapshot {
    /// Every monitor with hourly or daily readings, in order of its code.
    ///
    /// What a file holds is read from two of its columns once and then remembered, so a second call costs little.
    ///
    /// # Errors
    /// [`Error::Damaged`] names a file that cannot be read.
    pub fn monitors(&self, span: Span) -> Result<Vec<MonitorSpan>, Error> {
        let files: Vec<&Arc<DataFile>> = self.files.iter().filter(|f| f.partition.span == span).collect();
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get()).min(files.len());
        std::thread::scope(|scope| {
            let work = || {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    extent(file)?;
                }
                Ok(())
            };
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })?;
        let mut all: BTreeMap<&str, MonitorSpan> = BTreeMap::new();
        for file in &files {
            for m in extent(file)? {
                all.entry(&m.monitor)
                    .and_modify(|a| {
                        a.first_hour = a.first_hour.min(m.first_hour);
                        a.last_hour = a.last_hour.max(m.last_hour);
                        a.rows += m.rows;
                    })
                    .or_insert_with(|| m.clone());
            }
        }
        Ok(all.into_values().collect())
    }
}

fn extent(file: &DataFile) -> Result<&[MonitorSpan], Error> {
    if let Some(known) = file.extent.get() {
        return Ok(known);
    }
    let mut cursor = Cursor::new(Arc::clone(file.footer()?), Wanted::Extent, |_, _| true);
    let mut out: Vec<MonitorSpan> = Vec::new();
    while cursor.fill()? {
        let Some(block) = cursor.block.as_ref() else { break };
        let (monitor, _, end) = block.run_at(cursor.row);
        let rows = cursor.row..end;
        cursor.row = end;
        let starts = &block.starts()[rows.clone()];
        let (low, high) = starts.iter().fold((i64::MAX, i64::MIN), |(l, h), s| (l.min(*s), h.max(*s)));
        let (first_hour, last_hour) = (low.div_euclid(HOUR_US) as i32, high.div_euclid(HOUR_US) as i32);
        let rows = rows.len() as u64;
        match out.last_mut().filter(|m| m.monitor == monitor) {
            Some(m) => {
                m.first_hour = m.first_hour.min(first_hour);
                m.last_hour = m.last_hour.max(last_hour);
                m.rows += rows;
            }
            None => out.push(MonitorSpan { monitor: monitor.to_owned(), first_hour, last_hour, rows }),
        }
    }
    Ok(file.extent.get_or_init(|| out))
}
