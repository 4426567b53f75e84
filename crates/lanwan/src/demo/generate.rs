//! A whole year of made-up readings for a city's stations.

use lanwan_terms::Reading;

use super::noise::Noise;
use super::station::Station;
use super::weather::{YEARS, air_of};

/// A year of hourly readings of the six pollutants at each station, for demonstrations: made up, never measured.
///
/// The same arguments give the same readings bit for bit, on any machine. The readings look like those of a city on China's
/// north-east coast: stale winter air with episodes of several days, two dust episodes in spring ([`dust_days`]), ozone in
/// the afternoons of summer, rush hours. Whole μg/m³, CO in mg/m³ with one decimal. They cover the hours of the year in
/// China Standard Time, each named by its start.
///
/// A station is its id and its *character*, whose last six decimal digits are three pairs: particles, traffic, ozone, each
/// from 00 (little) over 50 (usual) to 99 (much). `621080` is dusty, has little traffic and much ozone.
///
/// 1.5 to 2 % of the hours are missing: most say `MissingReason::NotReported`, some `MissingReason::Maintenance`, and
/// of a few there is no row. One of the stations is silent for two weeks of one month. The values are final, but
/// provisional in the last ten days. The source of each is `generated:<seed>`.
///
/// The order is by month, then station as given, then pollutant in the order of `AIR_SIX`, then hour. Empty for a year
/// outside 1970 to 2200. The readings of a year are large: [`generated_months`] gives them a month at a time.
///
/// [`dust_days`]: super::dust_days
///
/// ```
/// # use lanwan::demo::generated_year;
/// let year = generated_year(2025, &[("a".to_owned(), 505050)], 1);
/// assert_eq!(year.first().map(|r| r.start.to_rfc3339()).as_deref(), Some("2024-12-31T16:00:00+00:00"));
/// ```
pub fn generated_year(year: i32, stations: &[(String, u64)], seed: u64) -> Vec<Reading> {
    generated_months(year, stations, seed).flatten().collect()
}

/// The readings of [`generated_year`], a month at a time, January first.
pub fn generated_months(
    year: i32,
    stations: &[(String, u64)],
    seed: u64,
) -> impl Iterator<Item = Vec<Reading>> + use<> {
    let air = air_of(year, seed);
    let noise = Noise::new(seed).part(i64::from(year) as u64);
    let failing = stations.iter().map(|(id, _)| noise.named(id).bits(0)).min();
    let source = format!("generated:{seed}");
    let stations: Vec<Station> = stations
        .iter()
        .filter(|_| YEARS.contains(&year))
        .map(|(id, character)| {
            let own = noise.named(id);
            Station::new(id, *character, own, year, Some(own.bits(0)) == failing)
        })
        .collect();
    (1..=12).filter(move |_| YEARS.contains(&year)).map(move |month| {
        let mut out = Vec::new();
        for station in &stations {
            station.month(year, month, &air, &source, &mut out);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use lanwan_terms::{DataStatus, MissingReason, Period, Pollutant, Span, utc_of_hour};

    use super::super::dust_days;
    use super::super::station::SILENT_DAYS;
    use super::*;

    const SEED: u64 = 1;

    fn stations() -> Vec<(String, u64)> {
        [("海边", 101085), ("市中心", 525840), ("郊县", 883852)]
            .map(|(id, character)| (id.to_owned(), character))
            .to_vec()
    }

    /// FNV-1a over every field of every reading.
    fn fingerprint(readings: &[Reading]) -> u64 {
        readings.iter().fold(0xcbf2_9ce4_8422_2325, |hash, r| {
            let value = r.value.map_or_else(|reason| reason.code().to_owned(), |v| v.to_string());
            let line = format!("{},{},{},{value},{},{}\n", r.monitor, r.pollutant, r.start, r.status.code(), r.source);
            line.bytes().fold(hash, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
        })
    }

    /// Whole daily means of a station and pollutant: of days with at least 20 values, by day of the year.
    fn daily(readings: &[Reading], year: i32, monitor: &str, pollutant: Pollutant) -> BTreeMap<i32, i64> {
        let first = Period::Year(year).hours().start;
        let mut days: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        for r in readings.iter().filter(|r| r.monitor == monitor && r.pollutant == pollutant.hj524()) {
            if let Ok(value) = r.value {
                days.entry((lanwan_terms::hour_of(r.start) - first) / 24).or_default().push(value.unscaled());
            }
        }
        days.retain(|_, v| v.len() >= 20);
        days.into_iter().map(|(day, v)| (day, v.iter().sum::<i64>() / v.len() as i64)).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_bits() {
        let readings = generated_year(2025, &stations(), SEED);
        assert_eq!(fingerprint(&readings), PINNED);
        assert_ne!(fingerprint(&generated_year(2025, &stations(), SEED + 1)), PINNED);
    }

    #[test]
    fn a_station_does_not_depend_on_the_order_of_the_stations() {
        let mut turned = stations();
        turned.reverse();
        let lines = |list: &[(String, u64)]| -> BTreeSet<String> {
            generated_months(2025, list, SEED).take(1).flatten().map(|r| format!("{r:?}")).collect()
        };
        assert_eq!(lines(&stations()), lines(&turned));
    }

    #[test]
    fn every_hour_of_the_year_occurs_once_and_none_beside() {
        for (year, hours) in [(2024, 8784), (2025, 8760)] {
            let readings = generated_year(year, &stations(), SEED);
            let keys: BTreeSet<_> = readings.iter().map(|r| (&r.monitor, &r.pollutant, r.start)).collect();
            assert_eq!(keys.len(), readings.len());
            let range = utc_of_hour(Period::Year(year).hours().start)..utc_of_hour(Period::Year(year).hours().end);
            assert!(readings.iter().all(|r| range.contains(&r.start) && r.span == Span::Hour));
            let starts: BTreeSet<_> = readings.iter().map(|r| r.start).collect();
            assert_eq!(starts.len(), hours, "every hour has a row at one of the stations");
        }
    }

    #[test]
    fn values_are_whole_micrograms_or_tenths_of_a_milligram_within_plausible_bounds() {
        for r in generated_year(2025, &stations(), SEED) {
            let Ok(value) = r.value else { continue };
            let pollutant: Pollutant = r.pollutant.parse().expect("a pollutant");
            let (scale, least, most) = match pollutant {
                Pollutant::Pm25 => (0, 2, 450),
                Pollutant::Pm10 => (0, 4, 1500),
                Pollutant::No2 => (0, 3, 200),
                Pollutant::So2 => (0, 2, 60),
                Pollutant::Co => (1, 2, 40),
                _ => (0, 2, 320),
            };
            assert_eq!(value.scale(), scale);
            assert!((least..=most).contains(&value.unscaled()), "{pollutant} {value}");
        }
    }

    #[test]
    fn coarse_and_fine_particles_together_are_never_less_than_the_fine() {
        let readings = generated_year(2025, &stations(), SEED);
        let of = |p: Pollutant| -> BTreeMap<_, _> {
            readings
                .iter()
                .filter(|r| r.pollutant == p.hj524())
                .filter_map(|r| Some(((r.monitor.clone(), r.start), r.value.ok()?)))
                .collect()
        };
        let (fine, all) = (of(Pollutant::Pm25), of(Pollutant::Pm10));
        assert!(fine.iter().all(|(key, value)| all.get(key).is_none_or(|pm10| pm10 > value)));
    }

    #[test]
    fn one_and_a_half_to_two_per_cent_of_the_hours_are_missing_beside_the_silent_weeks() {
        for seed in 1..4 {
            let list: Vec<(String, u64)> = (0..16).map(|i| (format!("s{i}"), 505050)).collect();
            let readings = generated_year(2025, &list, seed);
            let all = 8760 * 6 * list.len();
            let count = |reason| readings.iter().filter(|r| r.value == Err(reason)).count();
            let silent = SILENT_DAYS as usize * 24 * 6;
            let (absent, maintenance) = (all - readings.len(), count(MissingReason::Maintenance));
            let missing = absent + maintenance + count(MissingReason::NotReported) - silent;
            assert!((all * 14 / 1000..all * 20 / 1000).contains(&missing), "{missing} of {all}");
            assert!(absent > all / 1000 && maintenance > all / 1000);
        }
    }

    #[test]
    fn one_station_is_silent_for_two_weeks_of_one_month() {
        let silent: Vec<(String, u32)> = generated_months(2025, &stations(), SEED)
            .zip(1..)
            .flat_map(|(readings, month)| {
                stations().into_iter().filter_map(move |(id, _)| {
                    let days = daily(&readings, 2025, &id, Pollutant::So2).len();
                    (days < 18).then_some((id, month))
                })
            })
            .collect();
        assert_eq!(silent.len(), 1, "{silent:?}");
    }

    #[test]
    fn the_first_dust_episode_lifts_pm10_above_500_on_its_first_day_and_no_other_day_does() {
        use chrono::Datelike;
        let list: Vec<(String, u64)> = (0..16).map(|i| (format!("s{i}"), 101085)).collect();
        for seed in 1..4 {
            let readings = generated_year(2025, &list, seed);
            let dust = dust_days(2025, seed);
            let first = dust[0].0.ordinal0() as i32;
            for (id, _) in &list {
                let pm10 = daily(&readings, 2025, id, Pollutant::Pm10);
                assert!(pm10.get(&first).is_none_or(|mean| *mean > 500), "{pm10:?}");
                let dusty =
                    |day: &i32| dust.iter().any(|(a, b)| (a.ordinal0() as i32..=b.ordinal0() as i32).contains(day));
                assert!(pm10.iter().all(|(day, mean)| dusty(day) || *mean < 450));
            }
        }
    }

    #[test]
    fn winter_has_more_particles_and_summer_more_ozone() {
        let readings = generated_year(2025, &stations(), SEED);
        let mean = |p: Pollutant, days: std::ops::Range<i32>| {
            let all = daily(&readings, 2025, "市中心", p);
            let some: Vec<i64> = all.into_iter().filter(|(day, _)| days.contains(day)).map(|(_, v)| v).collect();
            some.iter().sum::<i64>() / some.len() as i64
        };
        assert!(mean(Pollutant::Pm25, 0..59) > 2 * mean(Pollutant::Pm25, 181..243));
        assert!(mean(Pollutant::O3, 151..243) > 2 * mean(Pollutant::O3, 0..59));
        let year = mean(Pollutant::Pm25, 0..365);
        assert!((25..40).contains(&year), "{year}");
    }

    #[test]
    fn the_last_ten_days_are_provisional() {
        let readings = generated_year(2025, &stations(), SEED);
        let from = utc_of_hour(Period::Year(2025).hours().end - 240);
        assert!(readings.iter().all(|r| (r.status == DataStatus::Provisional) == (r.start >= from)));
        assert!(readings.iter().all(|r| r.source == "generated:1"));
    }

    #[test]
    fn a_year_that_cannot_be_generated_or_no_station_gives_nothing() {
        for year in [i32::MIN, 1969, 2201, i32::MAX] {
            assert!(generated_year(year, &stations(), SEED).is_empty());
        }
        assert!(generated_year(2025, &[], SEED).is_empty());
        assert!(!generated_year(1970, &[("x".to_owned(), u64::MAX)], u64::MAX).is_empty());
    }

    /// Changing this number changes every demonstration: say so in the change.
    const PINNED: u64 = 4_508_892_688_406_733_653;
}
