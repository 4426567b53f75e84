//! A generated national year: stations × 8,760 hours × six pollutants, from a seed.
//!
//! 2 % of the readings are missing, 1 % are corrected in later commits in random order, and the last three days arrive as
//! many small commits out of order.

use std::path::Path;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use lanwan_observations::{Committer, Error, Store};
use lanwan_terms::{AIR_SIX, DataStatus, Decimal, MissingReason, Reading, Span, hour_of, utc_of_hour};

/// Hours of the tail that arrives in small commits.
const TAIL_HOURS: i32 = 72;

/// How large a year to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Year {
    pub(crate) stations: usize,
    pub(crate) hours: i32,
    pub(crate) seed: u64,
    /// Commits that the corrections come in.
    pub(crate) correction_commits: usize,
    /// Commits that each hour of the tail comes in.
    pub(crate) commits_per_hour: usize,
}

impl Year {
    /// 1,700 stations, 8,760 hours: 89 million readings.
    pub(crate) const NATIONAL: Self =
        Self { stations: 1700, hours: 8760, seed: 20_240_101, correction_commits: 20, commits_per_hour: 1 };

    pub(crate) fn first_hour() -> i32 {
        Utc.with_ymd_and_hms(2023, 12, 31, 16, 0, 0).single().map_or(0, hour_of)
    }

    pub(crate) fn station(index: usize) -> String {
        format!("{}A", 1001 + index)
    }

    pub(crate) fn stations(&self) -> Vec<String> {
        let mut names: Vec<String> = (0..self.stations).map(Self::station).collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn end_hour(&self) -> i32 {
        Self::first_hour() + self.hours
    }

    /// A value in millionths, as instruments give them: whole micrograms, tenths of a milligram for CO.
    pub(crate) fn value(&self, station: &str, pollutant: usize, hour: i32) -> Result<i64, MissingReason> {
        let key = station.bytes().fold(self.seed, |h, b| mix(h ^ u64::from(b)));
        let noise = mix(key ^ (pollutant as u64) << 40 ^ hour as u64);
        if noise % 100 < 2 {
            return Err(MissingReason::NotReported);
        }
        // A level for the place and the day with a daily wave and some noise.
        let day = mix(key ^ 0xDA7 ^ (hour / 24) as u64) % 60;
        let wave = [3, 2, 1, 0, 0, 1, 3, 6, 9, 11, 12, 12, 11, 12, 14, 15, 15, 13, 11, 9, 7, 6, 5, 4]
            [(hour.rem_euclid(24)) as usize];
        let level = (10 + day + wave + noise / 100 % 12) as i64;
        Ok(match pollutant {
            2 => (3 + level / 8) * 100_000,
            4 => (level * 2) * 1_000_000,
            _ => level * 1_000_000,
        })
    }

    fn reading(&self, station: &str, pollutant: usize, hour: i32, corrected: bool) -> Reading {
        let value = self.value(station, pollutant, hour);
        let value = if corrected { value.map(|v| v + 1_000_000).or(Ok(7_000_000)) } else { value };
        Reading {
            monitor: station.to_owned(),
            pollutant: AIR_SIX[pollutant].hj524().to_owned(),
            start: utc_of_hour(hour),
            span: Span::Hour,
            value: value.map(Decimal::from_micro),
            status: DataStatus::Provisional,
            source: format!("generated:{}", self.seed),
        }
    }

    /// Fills an empty table.
    pub(crate) fn generate(&self, root: &Path, say: impl Fn(&str)) -> Result<Store, Error> {
        let store = Store::create_or_open(root)?;
        let mut committer = store.committer()?;
        let base = self.base(&mut committer)?;
        say(&format!("base: {base} rows"));
        self.corrections(&mut committer)?;
        say("corrections done");
        self.tail(&mut committer)?;
        say("tail done");
        Ok(store)
    }

    fn base(&self, committer: &mut Committer) -> Result<u64, Error> {
        let stations = self.stations();
        let mut order: Vec<usize> = (0..6).collect();
        order.sort_unstable_by_key(|p| AIR_SIX[*p].hj524());
        let source = format!("generated:{}", self.seed);
        let mut bulk = committer.bulk(learned(0))?;
        let end = self.end_hour() - TAIL_HOURS;
        let mut from = Self::first_hour();
        while from < end {
            let to = next_month(from).min(end);
            for station in &stations {
                for p in &order {
                    for hour in from..to {
                        let value = self.value(station, *p, hour);
                        let code = AIR_SIX[*p].hj524();
                        bulk.push(Span::Hour, station, code, hour, value, DataStatus::Provisional, &source)?;
                    }
                }
            }
            from = to;
        }
        Ok(bulk.finish()?.0)
    }

    fn corrections(&self, committer: &mut Committer) -> Result<(), Error> {
        let stations = self.stations();
        let hours = (self.hours - TAIL_HOURS) as u64;
        let count = self.stations as u64 * 6 * hours / 100;
        let commits = self.correction_commits.max(1) as u64;
        for commit in 0..commits {
            let mut readings = Vec::new();
            for n in (0..count).filter(|n| mix(n ^ self.seed) % commits == commit) {
                let r = mix(self.seed ^ 0xC0 ^ n << 8);
                let station = &stations[(r % self.stations as u64) as usize];
                let hour = Self::first_hour() + (mix(r) % hours) as i32;
                readings.push(self.reading(station, (r >> 40) as usize % 6, hour, true));
            }
            committer.append(readings, learned(1 + commit as i64), &mut |_| {})?;
        }
        Ok(())
    }

    fn tail(&self, committer: &mut Committer) -> Result<(), Error> {
        let stations = self.stations();
        let commits = self.commits_per_hour.max(1);
        let mut batches: Vec<(i32, usize)> = (self.end_hour() - TAIL_HOURS..self.end_hour())
            .flat_map(|hour| (0..commits).map(move |c| (hour, c)))
            .collect();
        batches.sort_unstable_by_key(|(hour, c)| mix(self.seed ^ *hour as u64 ^ (*c as u64) << 32));
        for (n, (hour, c)) in batches.into_iter().enumerate() {
            let mut readings: Vec<Reading> = stations
                .iter()
                .skip(c)
                .step_by(commits)
                .flat_map(|s| (0..6).map(move |p| (s, p)))
                .map(|(s, p)| self.reading(s, p, hour, false))
                .collect();
            readings.sort_unstable_by_key(|r| r.monitor.bytes().fold(self.seed, |h, b| mix(h ^ u64::from(b))));
            committer.append(readings, learned(1000 + n as i64), &mut |_| {})?;
        }
        Ok(())
    }

    /// `count` readings that differ from what is in the table, spread over the last `days` days of the base, no two of the same
    /// identity.
    pub(crate) fn late(&self, count: usize, days: i32, round: u64) -> Vec<Reading> {
        let stations = self.stations();
        let end = self.end_hour() - TAIL_HOURS;
        let (hours, n) = (days as usize * 24, self.stations);
        let all = hours * n * 6;
        // A stride without a common divisor visits each identity once.
        let stride = (all * 5 / 13..).find(|s| gcd(*s, all) == 1).unwrap_or(1);
        (0..count.min(all))
            .map(|i| {
                let at = (i * stride + round as usize * 977) % all;
                let (station, p, hour) = (at % n, at / n % 6, at / n / 6);
                let mut reading = self.reading(&stations[station], p, end - 1 - hour as i32, false);
                reading.value = Ok(Decimal::new(300 + (mix(round << 32 ^ at as u64) & 0xFFFF) as i64, 0));
                reading
            })
            .collect()
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A time of learning after the year, `n` minutes on.
pub(crate) fn learned(n: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2025, 1, 10, 0, 0, 0).single().unwrap_or_default() + TimeDelta::minutes(n)
}

/// The first hour of the month after that of `hour`, in UTC.
fn next_month(hour: i32) -> i32 {
    let month = |h: i32| utc_of_hour(h).format("%Y-%m").to_string();
    let this = month(hour);
    let day = hour.div_euclid(24) * 24;
    (1..=32).map(|d| day + d * 24).find(|h| month(*h) != this).unwrap_or(hour + 1)
}

/// A well-mixed number (SplitMix64).
fn mix(n: u64) -> u64 {
    let n = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ n >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ n >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ n >> 31
}
