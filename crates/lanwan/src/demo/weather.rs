//! The weather that all stations of the generated city share: how stale the air is, how much sun, and spring dust.

use chrono::{Datelike, Days, NaiveDate};
use lanwan_terms::Period;

use super::noise::Noise;

/// Years that can be generated; outside them there are no hours.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1970..=2200;

/// Highest staleness of an episode by its rank among 17, thousandths of the usual: many are mild, few are severe.
const PEAKS: [i64; 17] =
    [420, 520, 600, 690, 780, 870, 970, 1080, 1200, 1330, 1480, 1660, 1880, 2150, 2550, 3150, 4100];
/// Sunshine of a spell by its rank among 9, thousandths of a clear day.
const SUN: [i64; 9] = [380, 560, 700, 810, 900, 980, 1060, 1160, 1310];
/// How far staleness departs from the usual, by month, thousandths: winter air stays long.
const SPREAD: [i64; 12] = [1150, 1100, 980, 850, 760, 700, 660, 680, 780, 950, 1080, 1150];

/// The air over the city in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Air {
    /// Staleness, thousandths of the usual: high when winds are weak and pollution gathers.
    pub(super) stale: i64,
    /// Sunshine, thousandths of a clear day.
    pub(super) sun: i64,
    /// Coarse dust blown in from the desert, μg/m³.
    pub(super) dust: i64,
}

/// The generated dust episodes of a year: first and last day, inclusive, in China Standard Time. Empty outside 1970 to 2200.
///
/// There are two, one in March and one in the second half of April or early May. The first lifts the daily mean of PM10
/// above 500 μg/m³ at every station. They belong to [`generated_year`](super::generated_year) with the same year and seed.
pub fn dust_days(year: i32, seed: u64) -> Vec<(NaiveDate, NaiveDate)> {
    let noise = Noise::new(seed).part(0xd57).part(i64::from(year) as u64);
    let episode = |month: u32, day: u64, later: i64, days: u64| {
        let first = NaiveDate::from_ymd_opt(year, month, 1)? + Days::new(day + later as u64);
        Some((first, first + Days::new(days - 1)))
    };
    if !YEARS.contains(&year) {
        return Vec::new();
    }
    let long = noise.below(1, 2) as u64;
    [episode(3, 9, noise.below(0, 17), 2), episode(4, 14, noise.below(2, 19), 1 + long)].into_iter().flatten().collect()
}

/// The air in every hour of a year, in order.
pub(super) fn air_of(year: i32, seed: u64) -> Vec<Air> {
    if !YEARS.contains(&year) {
        return Vec::new();
    }
    let noise = Noise::new(seed).part(0xa12).part(i64::from(year) as u64);
    let hours = i64::from(Period::Year(year).hours().end - Period::Year(year).hours().start);
    let mut air: Vec<Air> = episodes(noise.part(1), hours)
        .into_iter()
        .zip(spells(noise.part(2), hours))
        .map(|(stale, sun)| Air { stale, sun, dust: 0 })
        .collect();
    for (day, date) in Period::Year(year).days().enumerate() {
        let spread = seasonal(&SPREAD, date);
        for hour in air.iter_mut().skip(day * 24).take(24) {
            hour.stale = (1000 + (hour.stale - 1000) * spread / 1000).max(220);
        }
    }
    let peaks = [1060, 480];
    for ((first, last), peak) in dust_days(year, seed).into_iter().zip(peaks) {
        let start = first.ordinal0() as usize * 24;
        let end = (last.ordinal0() as usize + 1) * 24;
        for (i, hour) in air.iter_mut().take(end).skip(start).enumerate() {
            hour.dust = dust_at(i as i64, peak, (end - start) as i64);
            // The wind that brings dust sweeps the city's own pollution away.
            hour.stale = hour.stale.min(1000) * 3 / 4;
        }
    }
    air
}

/// Dust `hour` hours into an episode of `hours` hours: a steep front, then a slow settling that ends with the episode.
fn dust_at(hour: i64, peak: i64, hours: i64) -> i64 {
    const FRONT: i64 = 4;
    if hour < FRONT {
        return peak * (hour + 1) / (FRONT + 1);
    }
    let left = (hours - hour) * 1000 / (hours - FRONT);
    peak * left / 1000 * (600 + left * 2 / 5) / 1000
}

/// Staleness by hour: it builds up over days and is blown away within hours.
fn episodes(noise: Noise, hours: i64) -> Vec<i64> {
    let mut out = Vec::new();
    let (mut n, mut floor) = (0, 600);
    // The year opens in the middle of an episode.
    let mut skip = 30;
    while (out.len() as i64) < hours {
        let length = 44 + noise.below(n, 100);
        let peak = ranked(&PEAKS, noise.below(n + 1, 1000));
        let next_floor = 330 + noise.below(n + 2, 380);
        let build = length * 4 / 5;
        for h in 0..length {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let level = if h < build {
                let part = h * 1000 / build;
                floor + (peak - floor) * part / 1000 * (2000 - part) / 1000
            } else {
                peak + (next_floor - peak) * (h - build) / (length - build)
            };
            out.push(level);
        }
        floor = next_floor;
        n += 3;
    }
    out.truncate(hours as usize);
    out
}

/// Sunshine by hour: spells of one to four days that pass into one another.
fn spells(noise: Noise, hours: i64) -> Vec<i64> {
    let mut out = Vec::new();
    let (mut n, mut from) = (0, 900);
    while (out.len() as i64) < hours {
        let length = 20 + noise.below(n, 70);
        let to = ranked(&SUN, noise.below(n + 1, 1000));
        out.extend((0..length).map(|h| {
            let part = (h * 3).min(length);
            from + (to - from) * part / length
        }));
        from = to;
        n += 2;
    }
    out.truncate(hours as usize);
    out
}

/// The value at a rank in thousandths, on the line through a table of evenly spaced ranks.
fn ranked(table: &[i64], rank: i64) -> i64 {
    let last = table.len() as i64 - 1;
    let (at, rest) = (rank * last / 1000, rank * last % 1000);
    let value = |i: i64| table.get(i.clamp(0, last) as usize).copied().unwrap_or_default();
    (value(at) * (1000 - rest) + value(at + 1) * rest) / 1000
}

/// The value of a day on the line through twelve mid-month values.
pub(super) fn seasonal(table: &[i64; 12], day: NaiveDate) -> i64 {
    let month = day.month0() as usize;
    let length = i64::from(Period::Month(day.year(), day.month()).last_day().day());
    let from_middle = 2 * i64::from(day.day()) - 1 - length;
    let other = table[if from_middle < 0 { (month + 11) % 12 } else { (month + 1) % 12 }];
    table[month] + (other - table[month]) * from_middle.abs() / (2 * length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_passes_through_the_middle_of_its_months_and_has_no_steps() {
        let table = [100, 200, 300, 400, 500, 600, 700, 600, 500, 400, 300, 200];
        let day = |text: &str| lanwan_terms::parse_day(text).expect("a day");
        assert_eq!(seasonal(&table, day("2025-01-16")), 100);
        assert_eq!(seasonal(&table, day("2025-07-16")), 700);
        let all: Vec<i64> = Period::Year(2025).days().map(|d| seasonal(&table, d)).collect();
        assert!(all.windows(2).all(|w| (w[0] - w[1]).abs() <= 5));
    }

    #[test]
    fn every_year_has_its_hours_and_two_dust_episodes_in_spring() {
        for year in [1970, 2024, 2025, 2200] {
            let air = air_of(year, 1);
            assert_eq!(air.len(), Period::Year(year).hours().len());
            assert!(air.iter().all(|a| (200..6000).contains(&a.stale) && (300..1400).contains(&a.sun) && a.dust >= 0));
            let dust = dust_days(year, 1);
            assert_eq!(dust.len(), 2);
            for (first, last) in dust {
                assert!(first <= last && (3..=5).contains(&first.month()) && last.year() == year);
            }
        }
    }

    #[test]
    fn a_year_that_cannot_be_generated_is_empty() {
        for year in [i32::MIN, 1969, 2201, i32::MAX] {
            assert!(air_of(year, 1).is_empty() && dust_days(year, 1).is_empty());
        }
    }
}
