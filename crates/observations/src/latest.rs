//! The newest reading of every monitor and pollutant.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use lanwan_terms::{DataStatus, Decimal, MissingReason, Reading, Span};

use crate::block::Block;
use crate::files::DataFile;
use crate::reader::{Cursor, Wanted};
use crate::schema::{Partition, instant};
use crate::{Error, Snapshot, Stored};

/// The newest reading of every monitor and pollutant, kept in memory and kept up with the table.
///
/// It reads the newest month when first asked, and older months only when a point was not found there.
#[derive(Debug)]
pub struct Latest {
    snapshot: Snapshot,
    span: Span,
    /// Monitor, then pollutant.
    points: HashMap<Box<str>, HashMap<Box<str>, Point>>,
    sources: BTreeSet<Arc<str>>,
    /// Months from this one on have been read whole; none when `None`.
    read_from: Option<Partition>,
}

#[derive(Clone, Debug)]
struct Point {
    start: i64,
    learned: i64,
    micro: Option<i64>,
    reason: u8,
    status: u8,
    source: Arc<str>,
}

impl Latest {
    /// An index of the hourly or daily readings of a snapshot. It reads nothing until it is asked.
    pub fn new(snapshot: Snapshot, span: Span) -> Self {
        Self { snapshot, span, points: HashMap::new(), sources: BTreeSet::new(), read_from: None }
    }

    /// The version of the table that the answers are of.
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    /// Moves on to a newer snapshot of the same table: only what was learned since is read.
    ///
    /// # Errors
    /// [`Error::Damaged`] names a file that cannot be read; then the index stays at its version.
    pub fn update(&mut self, snapshot: Snapshot) -> Result<(), Error> {
        if snapshot.version() <= self.snapshot.version() {
            return Ok(());
        }
        if let Some(from) = self.read_from {
            let seen: BTreeSet<&str> = self.snapshot.files.iter().map(|f| f.path.as_str()).collect();
            let last = self.snapshot.last_learned();
            let fresh: Vec<Arc<DataFile>> = snapshot
                .files
                .iter()
                .filter(|f| f.partition.span == self.span && f.partition >= from)
                // A compacted file is new but says nothing new.
                .filter(|f| !seen.contains(f.path.as_str()) && last.is_none_or(|last| f.learned.1 > last))
                .cloned()
                .collect();
            for file in fresh {
                self.take(&file)?;
            }
        }
        self.snapshot = snapshot;
        Ok(())
    }

    /// Reads the newest month, so that the first question is answered at once.
    ///
    /// # Errors
    /// [`Error::Damaged`] names a file that cannot be read.
    pub fn warm(&mut self) -> Result<(), Error> {
        if self.read_from.is_none() { self.read_older().map(|_| ()) } else { Ok(()) }
    }

    /// The newest reading (by start, then learned last) of each (monitor, pollutant), `None` where there is none.
    /// It may be one that says why there is no value.
    ///
    /// # Errors
    /// [`Error::Damaged`] names a file that cannot be read.
    pub fn latest(&mut self, points: &[(&str, &str)]) -> Result<Vec<Option<Stored>>, Error> {
        self.warm()?;
        loop {
            let known = |(m, p): &(&str, &str)| self.points.get(*m).is_some_and(|of| of.contains_key(*p));
            if points.iter().all(known) || !self.read_older()? {
                break;
            }
        }
        Ok(points.iter().map(|(m, p)| Some(self.points.get(*m)?.get(*p)?.stored(m, p, self.span))).collect())
    }

    /// Reads the newest month that has not been read; `false` when there is none.
    fn read_older(&mut self) -> Result<bool, Error> {
        let snapshot = self.snapshot.clone();
        let mut months = snapshot.months(self.span).rev();
        let Some(month) = months.find(|m| self.read_from.is_none_or(|from| m[0].partition < from)) else {
            return Ok(false);
        };
        for file in month {
            self.take(file)?;
        }
        self.read_from = Some(month[0].partition);
        Ok(true)
    }

    fn take(&mut self, file: &DataFile) -> Result<(), Error> {
        let mut cursor = Cursor::new(Arc::clone(file.footer()?), Wanted::All, |_, _| true);
        while cursor.fill()? {
            let Some(block) = cursor.block.as_ref() else { break };
            let end = block.run_at(cursor.row).2;
            self.offer(block, end - 1);
            cursor.row = end;
        }
        Ok(())
    }

    /// Takes a row when it is newer than what is known.
    fn offer(&mut self, block: &Block, row: usize) {
        let (start, learned) = (block.starts()[row], block.learned(row).unwrap_or(i64::MIN));
        let (monitor, pollutant, _) = block.run_at(row);
        if !self.points.contains_key(monitor) {
            self.points.insert(monitor.into(), HashMap::new());
        }
        let Some(of) = self.points.get_mut(monitor) else { return };
        if of.get(pollutant).is_some_and(|p| (p.start, p.learned) >= (start, learned)) {
            return;
        }
        let source = match self.sources.get(block.source(row)) {
            Some(known) => Arc::clone(known),
            None => {
                let source: Arc<str> = block.source(row).into();
                self.sources.insert(Arc::clone(&source));
                source
            }
        };
        let micro = block.value(row);
        let point = Point { start, learned, micro, reason: block.reason(row), status: block.status(row), source };
        of.insert(pollutant.into(), point);
    }
}

impl Point {
    fn stored(&self, monitor: &str, pollutant: &str, span: Span) -> Stored {
        let reason = MissingReason::ALL.get(usize::from(self.reason)).copied().unwrap_or(MissingReason::NotReported);
        let learned_at: DateTime<Utc> = instant(self.learned);
        Stored {
            reading: Reading {
                monitor: monitor.to_owned(),
                pollutant: pollutant.to_owned(),
                start: instant(self.start),
                span,
                value: self.micro.map(Decimal::from_micro).ok_or(reason),
                status: DataStatus::ALL[usize::from(self.status).min(2)],
                source: (*self.source).to_owned(),
            },
            learned_at,
            superseded: Vec::new(),
        }
    }
}
