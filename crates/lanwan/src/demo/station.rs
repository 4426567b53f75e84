//! One station of the generated city: its usual levels, its course of the day, its gaps.

use chrono::NaiveDate;
use lanwan_terms::{AIR_SIX, DataStatus, Decimal, MissingReason, Period, Pollutant, Reading, Span, utc_of_hour};

use super::noise::Noise;
use super::weather::{Air, seasonal};

/// Usual levels in the middle of each month, January first: thousandths of μg/m³, of a milligram for CO.
const PM25: [i64; 12] =
    [54_000, 44_000, 35_000, 28_500, 23_500, 19_000, 15_500, 14_000, 17_500, 25_500, 36_000, 48_500];
const COARSE: [i64; 12] =
    [27_000, 28_000, 36_000, 37_000, 30_000, 20_000, 14_000, 14_000, 19_000, 28_000, 32_000, 29_000];
const NO2: [i64; 12] = [39_000, 33_000, 32_000, 28_000, 24_000, 20_500, 16_500, 17_000, 22_500, 30_500, 37_000, 41_000];
const SO2: [i64; 12] = [11_000, 10_000, 8_500, 7_500, 7_000, 6_000, 5_000, 5_000, 6_000, 7_000, 8_500, 10_500];
const CO: [i64; 12] = [840, 750, 620, 520, 460, 440, 430, 440, 470, 540, 650, 800];
/// Ozone at the height of a clear day, and its share that is left at night.
const O3_NOON: [i64; 12] =
    [72_000, 86_000, 109_000, 135_000, 160_000, 172_000, 152_000, 146_000, 154_000, 124_000, 86_000, 68_000];

/// Course of the day by the hour that starts, thousandths of the usual.
const PM25_DAY: [i64; 24] = [
    1080, 1090, 1090, 1080, 1070, 1070, 1080, 1100, 1110, 1090, 1040, 980, 930, 900, 870, 860, 870, 910, 960, 1000,
    1030, 1050, 1060, 1070,
];
/// The two rush hours.
const NO2_DAY: [i64; 24] = [
    1000, 900, 820, 770, 760, 850, 1050, 1300, 1330, 1150, 920, 760, 660, 610, 600, 640, 760, 980, 1250, 1370, 1330,
    1260, 1180, 1090,
];
const CO_DAY: [i64; 24] = [
    1050, 1040, 1030, 1020, 1020, 1040, 1090, 1140, 1150, 1090, 1010, 950, 910, 880, 870, 880, 910, 970, 1030, 1060,
    1070, 1070, 1070, 1060,
];
/// From the night's ozone (0) to the height of the day (1000).
const O3_DAY: [i64; 24] = [
    180, 150, 120, 100, 80, 60, 50, 90, 190, 340, 510, 680, 820, 920, 980, 1000, 970, 880, 730, 560, 430, 340, 270, 220,
];

/// Days at the end of the year whose values are not final yet.
const PROVISIONAL_DAYS: i32 = 10;
/// Days for which the one station that fails is silent.
pub(super) const SILENT_DAYS: i64 = 14;

/// Why an hour has no value, or that even its row is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    Row,
    Value(MissingReason),
}

/// What makes a station differ from the city.
pub(super) struct Station {
    id: String,
    noise: Noise,
    /// Thousandths of the usual.
    particles: i64,
    traffic: i64,
    ozone: i64,
    /// Hours by which weather arrives later than in the city.
    late: usize,
    /// By hour of the year, for the whole station and for each pollutant.
    gaps: Vec<Option<Gap>>,
    own_gaps: Vec<Vec<Option<Gap>>>,
}

impl Station {
    /// A station of the year; `failing` makes it the one that is silent for two weeks.
    pub(super) fn new(id: &str, character: u64, noise: Noise, year: i32, failing: bool) -> Self {
        let pair = |by: u64| (character / by % 100) as i64;
        let period = Period::Year(year);
        let hours = period.hours().len();
        let mut gaps = gaps(noise.part(1), hours, 15, &[1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 14]);
        if failing {
            let month = [2, 6, 7, 8, 9, 10, 11][noise.below(-1, 7) as usize];
            let start = (Period::Month(year, month).hours().start - period.hours().start) as usize
                + 24 * (4 + noise.below(-2, 8) as usize);
            for gap in gaps.iter_mut().skip(start).take(24 * SILENT_DAYS as usize) {
                *gap = Some(Gap::Value(MissingReason::NotReported));
            }
        }
        Self {
            id: id.to_owned(),
            noise,
            particles: 800 + 4 * pair(10_000),
            traffic: 600 + 8 * pair(100),
            ozone: 900 + 2 * pair(1),
            late: noise.below(-3, 4) as usize,
            gaps,
            own_gaps: (0..6).map(|p| self::gaps(noise.part(2 + p), hours, 30, &[1, 1, 2, 3])).collect(),
        }
    }

    /// Adds the readings of a month, by pollutant and hour.
    pub(super) fn month(&self, year: i32, month: u32, air: &[Air], source: &str, out: &mut Vec<Reading>) {
        let hours = Period::Year(year).hours();
        let provisional_from = hours.end - 24 * PROVISIONAL_DAYS;
        let days: Vec<(NaiveDate, Levels)> =
            Period::Month(year, month).days().map(|day| (day, Levels::of(day))).collect();
        let first = Period::Month(year, month).hours().start;
        for (p, pollutant) in AIR_SIX.into_iter().enumerate() {
            for (i, (_, levels)) in (0i32..).zip(&days) {
                for of_day in 0..24 {
                    let hour = first + i * 24 + of_day;
                    let at = (hour - hours.start) as usize;
                    let gap =
                        self.gaps.get(at).copied().flatten().or_else(|| self.own_gaps[p].get(at).copied().flatten());
                    let value = match gap {
                        Some(Gap::Row) => continue,
                        Some(Gap::Value(reason)) => Err(reason),
                        None => {
                            let Some(air) = air.get(at.saturating_sub(self.late)) else { continue };
                            Ok(self.value(pollutant, levels, *air, at as i64, of_day as usize))
                        }
                    };
                    out.push(Reading {
                        monitor: self.id.clone(),
                        pollutant: pollutant.hj524().to_owned(),
                        start: utc_of_hour(hour),
                        span: Span::Hour,
                        value,
                        status: if hour < provisional_from { DataStatus::Final } else { DataStatus::Provisional },
                        source: source.to_owned(),
                    });
                }
            }
        }
    }

    /// A value of the station in an hour of the year.
    fn value(&self, pollutant: Pollutant, levels: &Levels, air: Air, hour: i64, of_day: usize) -> Decimal {
        // Of gases that come from traffic and heating, half of the departure of particles.
        let half_stale = 1000 + (air.stale - 1000) / 2;
        let wobble = |part: u64, wide: i64| self.wobble(part, hour, wide);
        let pm25 =
            || product(levels.pm25, &[air.stale, PM25_DAY[of_day], self.particles, wobble(21, 1000)]) + air.dust * 110;
        let no2 = || product(levels.no2, &[half_stale, NO2_DAY[of_day], self.traffic, wobble(23, 1100)]);
        match pollutant {
            Pollutant::Pm25 => whole(pm25(), 2),
            Pollutant::Pm10 => {
                let coarse = product(levels.coarse, &[half_stale, self.particles, wobble(22, 1300)]);
                let dust = product(air.dust * 890, &[wobble(27, 500), 950 + self.particles / 20]);
                whole(pm25() + coarse + dust, 4)
            }
            Pollutant::No2 => whole(no2(), 3),
            Pollutant::So2 => whole(product(levels.so2, &[half_stale, wobble(24, 1200)]), 2),
            Pollutant::Co => {
                let milli = product(levels.co, &[half_stale, CO_DAY[of_day], self.traffic / 2 + 500, wobble(25, 700)]);
                Decimal::new(((milli + 50) / 100).clamp(2, 40), 1)
            }
            _ => {
                let noon =
                    product(levels.o3, &[air.sun, 880 + 120 * air.stale.min(2200) / 1000, self.ozone, wobble(26, 500)]);
                let night = levels.o3 * 38 / 100;
                // Fresh nitrogen oxides eat ozone.
                let eaten = no2() * (1000 - O3_DAY[of_day]) / 2200;
                whole(night + (noon - night) * O3_DAY[of_day] / 1000 - eaten, 2)
            }
        }
    }

    /// A multiplier near 1000 that changes slowly; `wide` of 1000 is the usual spread.
    fn wobble(&self, part: u64, hour: i64, wide: i64) -> i64 {
        let noise = self.noise.part(part);
        let slow = noise.smooth(hour, 31) * 150;
        let quick = noise.part(1).smooth(hour, 5) * 110;
        let single = noise.part(2).around(hour) * 45;
        1000 + (slow + quick + single) / 1000 * wide / 1000
    }
}

/// Usual levels of a day.
struct Levels {
    pm25: i64,
    coarse: i64,
    no2: i64,
    so2: i64,
    co: i64,
    o3: i64,
}

impl Levels {
    fn of(day: NaiveDate) -> Self {
        Self {
            pm25: seasonal(&PM25, day),
            coarse: seasonal(&COARSE, day),
            no2: seasonal(&NO2, day),
            so2: seasonal(&SO2, day),
            co: seasonal(&CO, day),
            o3: seasonal(&O3_NOON, day),
        }
    }
}

/// Gaps by hour: on one day of `every` a gap begins, of one of the lengths given.
fn gaps(noise: Noise, hours: usize, every: i64, lengths: &[usize]) -> Vec<Option<Gap>> {
    let mut out = vec![None; hours];
    for day in 0..hours.div_ceil(24) {
        let at = 4 * day as i64;
        if noise.below(at, every) != 0 {
            continue;
        }
        let start = day * 24 + noise.below(at + 1, 24) as usize;
        let length = lengths.get(noise.below(at + 2, lengths.len() as i64) as usize).copied().unwrap_or(1);
        let gap = match noise.below(at + 3, 20) {
            0..=12 => Gap::Value(MissingReason::NotReported),
            13..=16 => Gap::Value(MissingReason::Maintenance),
            _ => Gap::Row,
        };
        for hour in out.iter_mut().skip(start).take(length) {
            *hour = Some(gap);
        }
    }
    out
}

/// `value` times each of `thousandths`.
fn product(value: i64, thousandths: &[i64]) -> i64 {
    thousandths.iter().fold(value, |v, t| v * t / 1000)
}

/// Thousandths to a whole number, at least `least`.
fn whole(thousandths: i64, least: i64) -> Decimal {
    Decimal::new(((thousandths + 500).div_euclid(1000)).max(least), 0)
}
