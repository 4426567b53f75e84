//! What the tests share: short ways to write readings, and a slow table to compare with.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use lanwan_observations::{Appended, Committer, Scan, Snapshot, Stored};
use lanwan_terms::{DataStatus, Decimal, MissingReason, Reading, Span, utc_of_hour};

pub(crate) const PM25: &str = "a34004";
pub(crate) const O3: &str = "a05024";
pub(crate) const CODES: [&str; 2] = [PM25, O3];
/// 2024-01-31T20:00Z: a month ends four hours later.
pub(crate) const HOUR: i32 = 474_092;

pub(crate) fn at(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 1, 1, 0, 0, 0).single().expect("a time") + TimeDelta::minutes(minute)
}

pub(crate) fn reading(monitor: &str, pollutant: &str, hour: i32, value: i64) -> Reading {
    Reading {
        monitor: monitor.to_owned(),
        pollutant: pollutant.to_owned(),
        start: utc_of_hour(hour),
        span: Span::Hour,
        value: Ok(Decimal::new(value, 0)),
        status: DataStatus::Provisional,
        source: "file:test.csv#000000000000".to_owned(),
    }
}

pub(crate) fn missing(monitor: &str, pollutant: &str, hour: i32, reason: MissingReason) -> Reading {
    Reading { value: Err(reason), ..reading(monitor, pollutant, hour, 0) }
}

pub(crate) fn with_status(reading: Reading, status: DataStatus) -> Reading {
    Reading { status, ..reading }
}

pub(crate) fn append(committer: &mut Committer, readings: Vec<Reading>, minute: i64) -> Appended {
    committer.append(readings, at(minute), &mut |_| {}).expect("an append")
}

/// Everything a scan shows, in a form that can be compared.
pub(crate) type Shown = BTreeMap<String, (Vec<i64>, Vec<u8>)>;

pub(crate) fn scan(
    snapshot: &Snapshot,
    hours: std::ops::Range<i32>,
    as_of: Option<DateTime<Utc>>,
    threads: usize,
) -> Shown {
    let scan = Scan { span: Span::Hour, pollutants: &CODES, hours, monitors: None, as_of, threads };
    let shown = Mutex::new(Shown::new());
    snapshot
        .scan(&scan, |grid| {
            let cells = (grid.values.to_vec(), grid.flags.to_vec());
            let twice = shown.lock().expect("no panic").insert(grid.monitor.to_owned(), cells);
            assert!(twice.is_none(), "{} was shown twice", grid.monitor);
        })
        .expect("a scan");
    shown.into_inner().expect("no panic")
}

/// Monitor, pollutant and hour.
type Identity = (String, String, i32);

/// The table as one would write it without caring for speed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slow {
    pub(crate) rows: BTreeMap<Identity, Vec<(DateTime<Utc>, Reading)>>,
}

impl Slow {
    /// Takes readings without twins; the number written.
    pub(crate) fn append(&mut self, readings: &[Reading], learned: DateTime<Utc>) -> usize {
        let mut written = 0;
        for r in readings {
            let hour = (r.start.timestamp() / 3600) as i32;
            let versions = self.rows.entry((r.monitor.clone(), r.pollutant.clone(), hour)).or_default();
            let stands = versions.last().map(|(_, r)| r);
            let goes_in = stands
                .is_none_or(|old| if old.value == r.value { r.status > old.status } else { r.status >= old.status });
            if goes_in {
                versions.push((learned, r.clone()));
                written += 1;
            }
        }
        written
    }

    pub(crate) fn shown(&self, hours: std::ops::Range<i32>, as_of: Option<DateTime<Utc>>) -> Shown {
        let count = hours.len();
        let mut shown = Shown::new();
        for ((monitor, pollutant, hour), versions) in &self.rows {
            let Some(p) = CODES.iter().position(|c| c == pollutant) else { continue };
            let known = versions.iter().rev().find(|(learned, _)| as_of.is_none_or(|a| *learned <= a));
            let (true, Some((_, r))) = (hours.contains(hour), known) else { continue };
            let (values, flags) =
                shown.entry(monitor.clone()).or_insert_with(|| (vec![i64::MIN; 2 * count], vec![0; 2 * count]));
            let cell = p * count + (hour - hours.start) as usize;
            let status = r.status as u8 | if r.source.starts_with("generated:") { 4 } else { 0 };
            match r.value {
                Ok(value) => (values[cell], flags[cell]) = (value.micro().expect("fits"), status),
                Err(reason) => {
                    let index = MissingReason::ALL.iter().position(|r| *r == reason).expect("known") as u8;
                    (values[cell], flags[cell]) = (i64::MIN, status | 8 | index << 4);
                }
            }
        }
        shown
    }

    pub(crate) fn history(&self, monitor: &str, pollutant: &str) -> Vec<Stored> {
        let key = |h| (monitor.to_owned(), pollutant.to_owned(), h);
        self.rows
            .range(key(i32::MIN)..=key(i32::MAX))
            .filter(|(_, versions)| !versions.is_empty())
            .map(|(_, versions)| {
                let stored = |(learned_at, reading): &(DateTime<Utc>, Reading)| Stored {
                    reading: reading.clone(),
                    learned_at: *learned_at,
                    superseded: Vec::new(),
                };
                let mut all = versions.iter().rev().map(stored);
                let newest = all.next().expect("one version");
                Stored { superseded: all.collect(), ..newest }
            })
            .collect()
    }
}
