//! Adding readings: compare with what stands, write what is new, commit.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use lanwan_terms::{DataStatus, MissingReason, Reading};

use crate::block::Block;
use crate::commit::Committer;
use crate::files::DataFile;
use crate::kernel::any_within_sorted;
use crate::reader::{Cursor, Footer, Wanted};
use crate::rows::{HAS_VALUE, Names, Row};
use crate::schema::{HOUR_US, MICRO_LIMIT, Partition, grid_hour};
use crate::{Error, Snapshot};

/// How far an append has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Readings dealt with.
    pub done: usize,
    /// Readings to deal with.
    pub total: usize,
}

/// Why a reading was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A less checked value may not replace a more checked one.
    #[error("a value with status {} already stands, and a less checked one may not replace it", current.code())]
    LessChecked {
        /// The status of what stands.
        current: DataStatus,
    },
    /// The same append holds two different readings with the same identity and status.
    #[error("the same batch holds another reading of the same monitor, pollutant and time with a different value")]
    Contradicted,
    /// The start is not a full hour, or not midnight in China Standard Time for a daily reading.
    #[error("the start is not on the hour (or, for a daily value, not at 00:00 in China Standard Time)")]
    OffGrid,
    /// Finer than a millionth, or too large.
    #[error("the value does not fit: at most six digits after the point and twelve before it")]
    DoesNotFit,
    /// Monitor or pollutant is empty.
    #[error("monitor and pollutant may not be empty")]
    NoName,
}

/// A reading that was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reading.
    pub reading: Reading,
    /// The reason.
    pub why: Why,
}

/// What became of the readings of one append. Every reading is in exactly one of `accepted`, `repeated`, `superseded`, `refused`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// New readings.
    pub accepted: usize,
    /// Of the accepted and superseding ones, those that say why there is no value.
    pub missing: usize,
    /// Already there with the same value or reason and at least the same status: not written.
    pub repeated: usize,
    /// Readings that replaced an earlier version.
    pub superseded: usize,
    /// Not taken.
    pub refused: Vec<Refused>,
    /// The time given to what was written; `None` when nothing was.
    pub learned_at: Option<DateTime<Utc>>,
    /// The version of the table afterwards.
    pub version: u64,
    /// For each monitor with a change, the first and last hour (since the epoch) that changed, inclusive.
    pub affected: Vec<(String, i32, i32)>,
}

/// A reading on its way in.
struct Incoming {
    partition: Partition,
    /// Places of monitor and pollutant in the order of their texts.
    monitor: u32,
    pollutant: u32,
    hour: i32,
    content: Content,
    /// Index of the reading in the caller's list.
    index: u32,
    fate: Fate,
}

impl Incoming {
    fn key(&self) -> (Partition, u32, u32, i32) {
        (self.partition, self.monitor, self.pollutant, self.hour)
    }
}

/// What decides whether two readings of the same identity differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Content {
    status: u8,
    /// Index in `MissingReason::ALL`, or [`HAS_VALUE`].
    reason: u8,
    /// Zero when there is none.
    micro: i64,
}

impl Content {
    fn same_value(self, other: Self) -> bool {
        (self.reason, self.micro) == (other.reason, other.micro)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Supersedes,
    Repeated,
    LessChecked(u8),
    Contradicted,
}

impl Fate {
    fn is_written(self) -> bool {
        matches!(self, Self::New | Self::Supersedes)
    }

    /// What becomes of `new` when `current` stands.
    fn against(new: Content, current: Option<Content>) -> Self {
        let Some(current) = current else { return Self::New };
        if new.same_value(current) {
            return if new.status > current.status { Self::Supersedes } else { Self::Repeated };
        }
        if new.status < current.status { Self::LessChecked(current.status) } else { Self::Supersedes }
    }
}

impl Committer {
    /// Adds readings in one commit. When this returns they are on disk.
    ///
    /// Each reading is compared with the one that stands. The same value (or reason) with the same or a lower status changes
    /// nothing; another value, or a higher status, supersedes; another value with a lower status is refused. Two readings of the
    /// same identity in one call: the same ones count as repeated, of different ones the most checked stands, and of different
    /// ones equally checked none does. So the order of `readings` never matters.
    /// The source is kept but does not make a reading different.
    ///
    /// What is written gets one `learned_at`: `now`, or a microsecond after the last one when the clock went back.
    /// When nothing is new, nothing is written and the version stays.
    ///
    /// # Errors
    /// [`Error::Log`], [`Error::Io`] or [`Error::Damaged`]; then nothing was added.
    pub fn append(
        &mut self,
        readings: Vec<Reading>,
        now: DateTime<Utc>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Appended, Error> {
        let snapshot = self.snapshot()?;
        let total = readings.len();
        let (mut incoming, names, mut refused) = take_in(&readings);
        settle_twins(&mut incoming);
        let mut done = total - incoming.len();
        progress(Progress { done, total });

        let learned = self.next_learned(&snapshot, now);
        let mut written = Vec::new();
        for group in incoming.chunk_by_mut(|a, b| a.partition == b.partition) {
            compare(&snapshot, group, &names)?;
            if group.iter().any(|r| r.fate.is_written()) {
                let file = self.write(group[0].partition, |file| {
                    group.iter().filter(|r| r.fate.is_written()).try_for_each(|r| {
                        let source = &readings[r.index as usize].source;
                        let row = Row {
                            start: i64::from(r.hour) * HOUR_US,
                            micro: r.content.micro,
                            reason: r.content.reason,
                            status: r.content.status,
                            learned,
                        };
                        file.push(names.monitor(r.monitor), names.pollutant(r.pollutant), source, row)
                    })
                })?;
                written.extend(file);
            }
            done += group.len();
            progress(Progress { done, total });
        }
        let version = if written.is_empty() { snapshot.version } else { self.commit_append(written)? };

        let mut result = Appended { version, ..Appended::default() };
        result.count(&incoming, &names);
        let mut readings: Vec<Option<Reading>> = readings.into_iter().map(Some).collect();
        refused.extend(incoming.iter().filter_map(|r| Some((r.index, r.fate.refusal()?))));
        refused.sort_unstable_by_key(|(index, _)| *index);
        result.refused = refused
            .into_iter()
            .filter_map(|(index, why)| Some(Refused { reading: readings[index as usize].take()?, why }))
            .collect();
        result.learned_at = (result.accepted + result.superseded > 0).then(|| crate::schema::instant(learned));
        Ok(result)
    }

    fn next_learned(&self, snapshot: &Snapshot, now: DateTime<Utc>) -> i64 {
        let now = now.timestamp_micros();
        snapshot.last_learned().map_or(now, |last| now.max(last.saturating_add(1)))
    }
}

impl Fate {
    fn refusal(self) -> Option<Why> {
        match self {
            Self::LessChecked(status) => {
                Some(Why::LessChecked { current: DataStatus::ALL[usize::from(status).min(2)] })
            }
            Self::Contradicted => Some(Why::Contradicted),
            _ => None,
        }
    }
}

impl Appended {
    fn count(&mut self, incoming: &[Incoming], names: &Ranked) {
        let mut affected: BTreeMap<u32, (i32, i32)> = BTreeMap::new();
        for r in incoming {
            match r.fate {
                Fate::New => self.accepted += 1,
                Fate::Supersedes => self.superseded += 1,
                Fate::Repeated => self.repeated += 1,
                Fate::LessChecked(_) | Fate::Contradicted => {}
            }
            if r.fate.is_written() {
                self.missing += usize::from(r.content.reason != HAS_VALUE);
                let hours = affected.entry(r.monitor).or_insert((r.hour, r.hour));
                *hours = (hours.0.min(r.hour), hours.1.max(r.hour));
            }
        }
        self.affected =
            affected.into_iter().map(|(m, (first, last))| (names.monitor(m).to_owned(), first, last)).collect();
    }
}

/// Monitors and pollutants numbered in the order of their texts.
struct Ranked {
    monitors: Vec<Box<str>>,
    pollutants: Vec<Box<str>>,
}

impl Ranked {
    fn monitor(&self, rank: u32) -> &str {
        &self.monitors[rank as usize]
    }

    fn pollutant(&self, rank: u32) -> &str {
        &self.pollutants[rank as usize]
    }
}

/// Sorted readings, the names in them, and those that cannot be stored at all.
fn take_in(readings: &[Reading]) -> (Vec<Incoming>, Ranked, Vec<(u32, Why)>) {
    let (mut monitors, mut pollutants) = (Names::default(), Names::default());
    let mut incoming = Vec::with_capacity(readings.len());
    let mut refused = Vec::new();
    for (index, reading) in readings.iter().enumerate() {
        let index = index as u32;
        match check(reading) {
            Ok((hour, content)) => incoming.push(Incoming {
                partition: Partition::of_hour(reading.span, hour),
                monitor: monitors.intern(&reading.monitor),
                pollutant: pollutants.intern(&reading.pollutant),
                hour,
                content,
                index,
                fate: Fate::New,
            }),
            Err(why) => refused.push((index, why)),
        }
    }
    let (monitor_ranks, pollutant_ranks) = (monitors.ranks(), pollutants.ranks());
    for r in &mut incoming {
        r.monitor = monitor_ranks[r.monitor as usize];
        r.pollutant = pollutant_ranks[r.pollutant as usize];
    }
    // The most checked of several with the same identity comes first; the index last, for a stable choice of source.
    incoming.sort_unstable_by(|a, b| a.key().cmp(&b.key()).then(b.content.cmp(&a.content)).then(a.index.cmp(&b.index)));
    let ranked = Ranked { monitors: monitors.into_sorted(), pollutants: pollutants.into_sorted() };
    (incoming, ranked, refused)
}

fn check(reading: &Reading) -> Result<(i32, Content), Why> {
    if reading.monitor.is_empty() || reading.pollutant.is_empty() {
        return Err(Why::NoName);
    }
    let hour = grid_hour(reading.span, reading.start).ok_or(Why::OffGrid)?;
    let status = reading.status as u8;
    let content = match reading.value {
        Ok(value) => {
            let micro = value.micro().filter(|m| (1 - MICRO_LIMIT..MICRO_LIMIT).contains(m)).ok_or(Why::DoesNotFit)?;
            Content { status, reason: HAS_VALUE, micro }
        }
        Err(reason) => {
            let index = MissingReason::ALL.iter().position(|r| *r == reason).unwrap_or(0);
            Content { status, reason: index as u8, micro: 0 }
        }
    };
    Ok((hour, content))
}

/// Decides among readings of the same identity; the first of each identity is the one that goes on.
fn settle_twins(incoming: &mut [Incoming]) {
    for twins in incoming.chunk_by_mut(|a, b| a.key() == b.key()) {
        let best = twins[0].content;
        let contradicted = twins.iter().any(|t| t.content.status == best.status && !t.content.same_value(best));
        for (i, twin) in twins.iter_mut().enumerate() {
            let same = twin.content.same_value(best);
            twin.fate = match twin.content.status == best.status {
                true if contradicted => Fate::Contradicted,
                _ if i == 0 => Fate::New,
                _ if same => Fate::Repeated,
                _ => Fate::LessChecked(best.status),
            };
        }
    }
}

/// Compares the readings of one partition with what stands and decides their fate.
fn compare(snapshot: &Snapshot, group: &mut [Incoming], names: &Ranked) -> Result<(), Error> {
    let partition = group[0].partition;
    let one = |r: &Incoming| r.hour..r.hour + 1;
    let hours = group.iter().fold(one(&group[0]), |h, r| h.start.min(r.hour)..h.end.max(r.hour + 1));
    let (first, last) = (names.monitor(group[0].monitor), names.monitor(group[group.len() - 1].monitor));
    let files: Vec<&Arc<DataFile>> = snapshot
        .files
        .iter()
        .filter(|f| f.partition == partition && f.meets_hours(&hours))
        .filter(|f| f.monitors.0.as_str() <= last && first <= f.monitors.1.as_str())
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    let mut current: Vec<Current> = vec![Current { learned: i64::MIN, content: None }; group.len()];
    let mut monitors: Vec<&str> = group.iter().map(|r| names.monitor(r.monitor)).collect();
    monitors.dedup();
    // As in a scan: files are in the order of `learned_at`, and only where that is not clear are times compared.
    let compare_times = files.windows(2).any(|pair| pair[0].learned.1 >= pair[1].learned.0);
    for file in files {
        let footer = file.footer()?;
        let keep = |footer: &Footer, g: usize| {
            let (first, last) = footer.monitors(g);
            let span = footer.hours(g);
            span.0 < hours.end && span.1 >= hours.start && any_within_sorted(&monitors, first, last)
        };
        let mut cursor = Cursor::new(Arc::clone(footer), Wanted::Grid { learned: compare_times }, keep);
        let mut at = 0;
        while cursor.fill()? {
            let Some(block) = cursor.block.as_ref() else { break };
            let (monitor, pollutant, end) = block.run_at(cursor.row);
            let run = cursor.row..end;
            cursor.row = end;
            let key = (monitor, pollutant);
            let of = |r: &Incoming| (names.monitor(r.monitor), names.pollutant(r.pollutant));
            at += group[at..].partition_point(|r| of(r) < key);
            if group.get(at).is_some_and(|r| of(r) == key) {
                let mine = at..at + run_of(&group[at..]);
                meet(block, run, &group[mine.clone()], &mut current[mine]);
            }
        }
    }
    for (r, current) in group.iter_mut().zip(&current) {
        if r.fate == Fate::New {
            r.fate = Fate::against(r.content, current.content);
        }
    }
    Ok(())
}

/// What stands, as far as it is known.
#[derive(Clone, Copy)]
struct Current {
    learned: i64,
    content: Option<Content>,
}

/// Readings at the front with the same monitor and pollutant.
fn run_of(group: &[Incoming]) -> usize {
    let of = |r: &Incoming| (r.monitor, r.pollutant);
    let first = of(&group[0]);
    group.partition_point(|r| of(r) <= first)
}

/// Notes what a run of stored rows says of readings of the same monitor and pollutant.
fn meet(block: &Block, run: Range<usize>, mine: &[Incoming], current: &mut [Current]) {
    let starts = block.starts();
    let mut row = run.start;
    for (r, current) in mine.iter().zip(current) {
        let start = i64::from(r.hour) * HOUR_US;
        row += starts[row..run.end].partition_point(|s| *s < start);
        let same = starts[row..run.end].iter().take_while(|s| **s == start).count();
        for stored in row..row + same {
            let learned = block.learned(stored).unwrap_or(i64::MIN);
            if learned >= current.learned {
                *current = Current { learned, content: Some(content(block, stored)) };
            }
        }
    }
}

fn content(block: &Block, row: usize) -> Content {
    let status = block.status(row);
    match block.value(row) {
        Some(micro) => Content { status, reason: HAS_VALUE, micro },
        None => Content { status, reason: block.reason(row), micro: 0 },
    }
}
