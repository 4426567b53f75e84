use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{DateTime, Utc};
use lanwan_observations::{Grid, Scan, Snapshot, Stored};
use lanwan_terms::{AIR_SIX, Pollutant, Span};

use crate::{AssessError, Memory};

/// Where readings are read from: the table, or a file held in memory.
#[derive(Clone)]
pub enum Source {
    /// A pinned version of the table.
    Table(Snapshot),
    /// Readings without a table.
    Memory(std::sync::Arc<Memory>),
}

/// First and last hour of a monitor's readings, since the epoch; the last is inclusive.
pub(crate) type MonitorHours = BTreeMap<String, (i32, i32)>;

impl Source {
    /// The instant of the newest reading learned, which stands for "now" in findings.
    pub fn learned_at(&self) -> Result<Option<DateTime<Utc>>, AssessError> {
        match self {
            Self::Table(snapshot) => Ok(snapshot.learned_at()),
            Self::Memory(_) => Ok(None),
        }
    }

    /// The monitors with the hours their readings of a span lie in.
    pub(crate) fn monitors(&self, span: Span) -> Result<MonitorHours, AssessError> {
        match self {
            Self::Table(snapshot) => {
                Ok(snapshot.monitors(span)?.into_iter().map(|m| (m.monitor, (m.first_hour, m.last_hour))).collect())
            }
            Self::Memory(memory) => Ok(memory.monitors(span)),
        }
    }

    /// Calls `f` with the grid of every monitor, the pollutants in the order of [`AIR_SIX`].
    pub(crate) fn scan(
        &self,
        span: Span,
        hours: Range<i32>,
        monitors: Option<&BTreeSet<String>>,
        as_of: Option<DateTime<Utc>>,
        threads: usize,
        f: impl Fn(&Grid<'_>) + Sync,
    ) -> Result<(), AssessError> {
        let codes = AIR_SIX.map(Pollutant::hj524);
        match self {
            Self::Table(snapshot) => {
                snapshot.scan(&Scan { span, pollutants: &codes, hours, monitors, as_of, threads }, f)?;
            }
            Self::Memory(memory) => memory.scan(span, hours, monitors, f),
        }
        Ok(())
    }

    /// The readings of a monitor and pollutant, each with what it superseded.
    pub(crate) fn history(
        &self,
        monitor: &str,
        pollutant: Pollutant,
        hours: Range<i32>,
        span: Span,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Vec<Stored>, AssessError> {
        match self {
            Self::Table(snapshot) => Ok(snapshot.history(monitor, pollutant.hj524(), hours, span, as_of)?),
            Self::Memory(memory) => Ok(memory.history(monitor, pollutant.hj524(), hours, span)),
        }
    }
}
