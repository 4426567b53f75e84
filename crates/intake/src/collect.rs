//! Values on their way to readings: interned monitors, one entry a value, and the judgement of repeats at the end.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use lanwan_terms::{DataStatus, Decimal, MissingReason, Pollutant, Reading, Span};

use crate::reject::{Problem, Rejected};
use crate::time::instant;
use crate::{Monitor, MonitorKind, Published};

const NOT_REPORTED: i64 = i64::MIN;
const NOT_MONITORED: i64 = i64::MIN + 1;

/// Rows named in a conflict.
const ROWS_NAMED: usize = 5;

/// The pollutants in the order of their codes, the order of stored readings; entries hold positions in it.
static BY_CODE: LazyLock<Vec<Pollutant>> = LazyLock::new(|| {
    let mut all = Pollutant::ALL.to_vec();
    all.sort_by_key(|p| p.hj524());
    all
});

/// One value, ordered by its identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    monitor: u32,
    pollutant: u8,
    span: Span,
    start: i32,
    value: i64,
    row: u64,
    status: DataStatus,
}

impl Entry {
    fn key(&self) -> (u32, u8, Span, i32) {
        (self.monitor, self.pollutant, self.span, self.start)
    }

    fn is_missing(&self) -> bool {
        self.value <= NOT_MONITORED
    }

    fn row_of(&self) -> RowOf {
        RowOf { monitor: self.monitor, span: self.span, start: self.start, row: self.row }
    }
}

/// What one row says of one monitor and time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RowOf {
    monitor: u32,
    span: Span,
    start: i32,
    row: u64,
}

/// Whether entries of one identity have two different values.
fn differ(group: &[Entry]) -> bool {
    let mut values = group.iter().filter(|e| !e.is_missing()).map(|e| e.value);
    values.next().is_some_and(|first| values.any(|other| other != first))
}

/// The rows that contradict others.
fn suspect_rows(sorted: &[Entry]) -> BTreeSet<RowOf> {
    let groups = sorted.chunk_by(|a, b| a.key() == b.key());
    groups.filter(|group| differ(group)).flatten().map(Entry::row_of).collect()
}

/// An index value on its way.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Index {
    pub(crate) monitor: u32,
    pub(crate) span: Span,
    pub(crate) start: i32,
    pub(crate) aqi: Option<u16>,
    pub(crate) level: Option<u8>,
    pub(crate) primary: Option<Vec<Pollutant>>,
    pub(crate) row: u64,
}

/// What a refusal counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Row,
    Value,
    Other,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) rows_rejected: u64,
    pub(crate) rows_other: u64,
    pub(crate) values: u64,
    pub(crate) missing: u64,
    pub(crate) repeated: u64,
    pub(crate) rejected_values: u64,
    pub(crate) rejected_other: u64,
    pub(crate) sentinels: u64,
}

#[derive(Default)]
pub(crate) struct Collector {
    pub(crate) file: String,
    pub(crate) max_detail: usize,
    pub(crate) counts: Counts,
    pub(crate) quarantine: Vec<Rejected>,
    /// Positions in [`BY_CODE`].
    ranks: Vec<u8>,
    monitors: Vec<Monitor>,
    ids: HashMap<String, u32>,
    entries: Vec<Entry>,
    index: Vec<Index>,
}

/// What came of it all.
pub(crate) struct Collected {
    pub(crate) readings: Vec<Reading>,
    pub(crate) monitors: Vec<Monitor>,
    pub(crate) published: Vec<Published>,
    pub(crate) quarantine: Vec<Rejected>,
    pub(crate) counts: Counts,
    pub(crate) first: Option<i32>,
    pub(crate) last: Option<i32>,
}

impl Collector {
    pub(crate) fn new(file: String, max_detail: usize) -> Self {
        let rank = |p: &Pollutant| BY_CODE.iter().position(|q| q == p).unwrap_or(0) as u8;
        Self { file, max_detail, ranks: Pollutant::ALL.iter().map(rank).collect(), ..Self::default() }
    }

    /// Counts a refusal and keeps its details while there is room.
    pub(crate) fn reject(&mut self, of: Of, row: u64, field: &str, text: &str, problem: &Problem) {
        match of {
            Of::Row => self.counts.rows_rejected += 1,
            Of::Value => self.counts.rejected_values += 1,
            Of::Other => self.counts.rejected_other += 1,
        }
        if self.quarantine.len() >= self.max_detail {
            return;
        }
        let ((reason, remedy), (reason_en, remedy_en)) = (problem.zh(), problem.en());
        let text = text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let (file, field, kind) = (self.file.clone(), field.to_owned(), problem.kind());
        self.quarantine.push(Rejected { file, row, field, text, reason, reason_en, remedy, remedy_en, kind });
    }

    /// The number of a monitor. What is told of it more than once and differently is settled by order of text, so that
    /// the order of the rows does not matter.
    pub(crate) fn monitor(&mut self, monitor: Monitor) -> u32 {
        if let Some(&known) = self.ids.get(&monitor.id) {
            if let Some(old) = self.monitors.get_mut(known as usize) {
                old.name = least(Some(std::mem::take(&mut old.name)), Some(monitor.name)).unwrap_or_default();
                old.kind = old.kind.min(monitor.kind);
                old.city = least(old.city.take(), monitor.city);
                old.district = least(old.district.take(), monitor.district);
                let place = least(old.lon.zip(old.lat), monitor.lon.zip(monitor.lat));
                (old.lon, old.lat) = place.unzip();
            }
            return known;
        }
        let number = self.monitors.len() as u32;
        self.ids.insert(monitor.id.clone(), number);
        self.monitors.push(monitor);
        number
    }

    pub(crate) fn value(
        &mut self,
        monitor: u32,
        pollutant: Pollutant,
        (span, start): (Span, i32),
        value: Result<i64, MissingReason>,
        status: DataStatus,
        row: u64,
    ) {
        let value = match value {
            Ok(micro) => micro,
            Err(MissingReason::NotMonitored) => NOT_MONITORED,
            Err(_) => NOT_REPORTED,
        };
        let pollutant = self.ranks.get(pollutant as usize).copied().unwrap_or(0);
        self.entries.push(Entry { monitor, pollutant, span, start, value, row, status });
    }

    pub(crate) fn index(&mut self, index: Index) {
        if index.aqi.is_some() || index.level.is_some() || index.primary.is_some() {
            self.index.push(index);
        }
    }

    /// Settles repeats and conflicts and makes the readings, sorted.
    pub(crate) fn finish(mut self, source: &str) -> Collected {
        // Monitors are numbered anew by id, so that the order of everything follows from the content alone.
        let mut order: Vec<u32> = (0..self.monitors.len() as u32).collect();
        order.sort_by(|a, b| self.monitors[*a as usize].id.cmp(&self.monitors[*b as usize].id));
        let mut rank = vec![0u32; order.len()];
        for (new, old) in order.iter().enumerate() {
            rank[*old as usize] = new as u32;
        }
        let mut monitors = std::mem::take(&mut self.monitors);
        monitors.sort_by(|a, b| a.id.cmp(&b.id));
        for entry in &mut self.entries {
            entry.monitor = rank[entry.monitor as usize];
        }
        for index in &mut self.index {
            index.monitor = rank[index.monitor as usize];
        }
        self.entries.sort_unstable();
        let entries = std::mem::take(&mut self.entries);
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        let suspect = suspect_rows(&entries);
        for group in entries.chunk_by(|a, b| a.key() == b.key()) {
            self.settle(group, &suspect, &mut kept);
        }
        let published = self.publish(&monitors);
        let mut readings = Vec::with_capacity(kept.len());
        let (mut first, mut last) = (None::<i32>, None::<i32>);
        for entry in &kept {
            first = Some(first.map_or(entry.start, |f| f.min(entry.start)));
            last = Some(last.map_or(entry.start, |l| l.max(entry.start)));
            self.counts.missing += u64::from(entry.is_missing());
            readings.push(Reading {
                monitor: monitors[entry.monitor as usize].id.clone(),
                pollutant: BY_CODE[entry.pollutant as usize].hj524().to_owned(),
                start: instant(entry.start),
                span: entry.span,
                value: match entry.value {
                    NOT_REPORTED => Err(MissingReason::NotReported),
                    NOT_MONITORED => Err(MissingReason::NotMonitored),
                    micro => Ok(Decimal::from_micro(micro)),
                },
                status: entry.status,
                source: source.to_owned(),
            });
        }
        self.quarantine.sort_by_key(|r| r.row);
        Collected { readings, monitors, published, quarantine: self.quarantine, counts: self.counts, first, last }
    }

    /// Of entries with one identity: one value stays, blanks give way to it, several different values are all refused, and with
    /// them whatever else their rows say of the same monitor and time: an index must not be made of what happens to agree.
    fn settle(&mut self, group: &[Entry], suspect: &BTreeSet<RowOf>, kept: &mut Vec<Entry>) {
        let [first, ..] = group else { return };
        // Sorted by value, so that blanks come first and the largest last.
        let values = group.iter().position(|e| !e.is_missing()).unwrap_or(group.len());
        let (blank, valued) = group.split_at(values);
        if !differ(group) && !group.iter().any(|e| suspect.contains(&e.row_of())) {
            let status = if valued.is_empty() { blank } else { valued }.iter().map(|e| e.status).max();
            let chosen = valued.first().or(blank.last()).unwrap_or(first);
            kept.push(Entry { status: status.unwrap_or(chosen.status), ..*chosen });
            self.counts.repeated += group.len() as u64 - 1;
            return;
        }
        for entry in group {
            let mut rows: Vec<u64> = group.iter().filter(|e| e.row != entry.row).map(|e| e.row).collect();
            let (from, to) = (RowOf { row: 0, ..entry.row_of() }, RowOf { row: u64::MAX, ..entry.row_of() });
            rows.extend(suspect.range(from..=to).map(|r| r.row).filter(|row| *row != entry.row));
            rows.sort_unstable();
            rows.dedup();
            let more = rows.len().saturating_sub(ROWS_NAMED);
            rows.truncate(ROWS_NAMED);
            let text = if entry.is_missing() { String::new() } else { Decimal::from_micro(entry.value).to_string() };
            let symbol = BY_CODE[entry.pollutant as usize].symbol();
            self.reject(Of::Value, entry.row, symbol, &text, &Problem::Conflict { rows, more });
        }
    }

    /// Joins what different rows say of one index value; contradictions are refused.
    fn publish(&mut self, monitors: &[Monitor]) -> Vec<Published> {
        self.index.sort_unstable();
        let index = std::mem::take(&mut self.index);
        let mut published = Vec::new();
        for group in index.chunk_by(|a, b| (a.monitor, a.span, a.start) == (b.monitor, b.span, b.start)) {
            let [first, ..] = group else { continue };
            let mut joined = first.clone();
            let mut conflict = false;
            for other in group {
                conflict |= differs(&joined.aqi, &other.aqi)
                    || differs(&joined.level, &other.level)
                    || differs(&joined.primary, &other.primary);
                joined.aqi = joined.aqi.or(other.aqi);
                joined.level = joined.level.or(other.level);
                joined.primary = joined.primary.or_else(|| other.primary.clone());
            }
            if conflict {
                for entry in group {
                    let mut rows: Vec<u64> = group.iter().map(|e| e.row).filter(|r| *r != entry.row).collect();
                    rows.sort_unstable();
                    let more = rows.len().saturating_sub(ROWS_NAMED);
                    rows.truncate(ROWS_NAMED);
                    let text = entry.aqi.map(|a| a.to_string()).unwrap_or_default();
                    self.reject(Of::Other, entry.row, "AQI", &text, &Problem::Conflict { rows, more });
                }
                continue;
            }
            published.push(Published {
                monitor: monitors[joined.monitor as usize].id.clone(),
                start: instant(joined.start),
                span: joined.span,
                aqi: joined.aqi,
                level: joined.level,
                primary: joined.primary.unwrap_or_default(),
            });
        }
        published
    }
}

fn differs<T: PartialEq>(a: &Option<T>, b: &Option<T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// The lesser of two; what is there when only one is.
fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Sets apart stations of a list that are told twice and differently; gives the others.
pub(crate) fn settle_stations(collector: &mut Collector, mut list: Vec<(Monitor, u64)>) {
    list.sort_by(|(a, ra), (b, rb)| a.id.cmp(&b.id).then_with(|| ra.cmp(rb)));
    for group in list.chunk_by(|(a, _), (b, _)| a.id == b.id) {
        let [(first, _), ..] = group else { continue };
        if group.iter().all(|(m, _)| m == first) {
            collector.monitor(first.clone());
            continue;
        }
        for (monitor, row) in group {
            let mut rows: Vec<u64> = group.iter().filter(|(m, _)| m != monitor).map(|(_, r)| *r).collect();
            let more = rows.len().saturating_sub(ROWS_NAMED);
            rows.truncate(ROWS_NAMED);
            collector.reject(Of::Other, *row, "station", &monitor.id, &Problem::Conflict { rows, more });
        }
    }
}

impl MonitorKind {
    /// `station` or `city`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Station => "station",
            Self::City => "city",
        }
    }
}
