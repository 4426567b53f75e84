//! Random station-days against a slow second implementation, written from the text of the rules with rationals of any
//! size. It has its own tables and shares no code with the crate.

use lanwan_rulebook::{Rulebooks, Topic};
use lanwan_standards::air::{
    Concentration, DayRules, DaySeries, DayStat, FastIndex, HourlyAqi, IndexInput, IndexTable, MISSING, daily_max_1h,
    daily_max_8h, daily_mean,
};
use lanwan_terms::{AIR_SIX, Averaging, MissingReason, Pollutant, Unit};
use num_bigint::BigInt;
use num_rational::BigRational;

const DAYS: usize = if cfg!(debug_assertions) { 10_000 } else { 1_000_000 };
const THREADS: usize = 2;

mod slow {
    //! The rules, word by word.

    use num_bigint::BigInt;
    use num_rational::BigRational;

    pub(crate) type Hours = [Option<i64>; 24];
    pub(crate) const INDEX: [i64; 8] = [0, 50, 100, 150, 200, 300, 400, 500];

    pub(crate) fn rational(numerator: i64, denominator: i64) -> BigRational {
        BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
    }

    /// The columns of the table of breakpoints; the last number of the name is the averaging time in hours.
    pub(crate) fn points(edition: u16, column: &str) -> &'static [i64] {
        match (column, edition) {
            ("SO2 24", _) => &[0, 50, 150, 475, 800, 1600, 2100, 2620],
            ("SO2 1", _) => &[0, 150, 500, 650, 800],
            ("NO2 24", _) => &[0, 40, 80, 180, 280, 565, 750, 940],
            ("NO2 1", _) => &[0, 100, 200, 700, 1200, 2340, 3090, 3840],
            ("PM10 24", 2012) => &[0, 50, 150, 250, 350, 420, 500, 600],
            ("PM10 24", _) => &[0, 50, 120, 250, 350, 420, 500, 600],
            ("CO 24", _) => &[0, 2, 4, 14, 24, 36, 48, 60],
            ("CO 1", _) => &[0, 5, 10, 35, 60, 90, 120, 150],
            ("O3 1", _) => &[0, 160, 200, 300, 400, 800, 1000, 1200],
            ("O3 8", _) => &[0, 100, 160, 215, 265, 800],
            ("PM2.5 24", 2012) => &[0, 35, 75, 115, 150, 250, 350, 500],
            ("PM2.5 24", _) => &[0, 35, 60, 115, 150, 250, 350, 500],
            _ => panic!("no column {column}"),
        }
    }

    /// To the nearest; an exact half to the even neighbour.
    pub(crate) fn half_even(value: &BigRational, digits: u32) -> BigRational {
        let by = BigRational::from_integer(BigInt::from(10).pow(digits));
        let scaled = value * &by;
        let (below, above) = (scaled.floor(), scaled.ceil());
        let (down, up) = (&scaled - &below, &above - &scaled);
        let even = if below.to_integer() % 2 == BigInt::from(0) { &below } else { &above };
        let nearest = match down.cmp(&up) {
            std::cmp::Ordering::Less => &below,
            std::cmp::Ordering::Equal => even,
            std::cmp::Ordering::Greater => &above,
        };
        nearest / by
    }

    pub(crate) fn iaqi(edition: u16, column: &str, concentration: &BigRational) -> Option<i64> {
        let mut c = concentration.clone();
        if edition == 2026 {
            c = half_even(&c, if column.starts_with("CO") { 1 } else { 0 });
        }
        let points = points(edition, column);
        for i in 1..points.len() {
            if c <= integer(points[i]) {
                let slope = rational(INDEX[i] - INDEX[i - 1], points[i] - points[i - 1]);
                let index = slope * (c - integer(points[i - 1])) + integer(INDEX[i - 1]);
                return Some(i64::try_from(index.ceil().to_integer()).expect("a small index"));
            }
        }
        match (points.len(), edition) {
            (8, _) => Some(500),
            (_, 2012) => None,
            (short, _) => Some(INDEX[short - 1]),
        }
    }

    fn integer(value: i64) -> BigRational {
        BigRational::from_integer(BigInt::from(value))
    }

    fn mean(present: &[i64]) -> BigRational {
        let sum: i128 = present.iter().map(|v| i128::from(*v)).sum();
        BigRational::new(BigInt::from(sum), BigInt::from(present.len() as i128 * 1_000_000))
    }

    /// The mean of a natural day, with 20 hours or more.
    pub(crate) fn day_mean(hours: &Hours) -> Option<BigRational> {
        let present: Vec<i64> = hours.iter().flatten().copied().collect();
        (present.len() >= 20).then(|| mean(&present))
    }

    /// The windows labelled 8 to 24 with six hours or more; fourteen of them, or above 160.
    pub(crate) fn day_max_8h(hours: &Hours) -> (Option<BigRational>, usize) {
        let mut windows = Vec::new();
        for label in 8..=24 {
            let present: Vec<i64> = hours[label - 8..label].iter().flatten().copied().collect();
            if present.len() >= 6 {
                windows.push(mean(&present));
            }
        }
        let count = windows.len();
        let most = windows.into_iter().max();
        let counts = |most: &BigRational| count >= 14 || half_even(most, 0) > integer(160);
        (most.filter(counts), count)
    }

    pub(crate) fn day_max_1h(hours: &Hours) -> Option<BigRational> {
        let present: Vec<i64> = hours.iter().flatten().copied().collect();
        (present.len() >= 20).then(|| rational(*present.iter().max().expect("twenty"), 1_000_000))
    }

    pub(crate) struct Index {
        pub(crate) aqi: Option<i64>,
        pub(crate) level: Option<u8>,
        pub(crate) iaqi: Vec<Option<i64>>,
        pub(crate) primary: Vec<bool>,
        pub(crate) exceeding: Vec<bool>,
    }

    /// The index of some values. `missing`: a monitored pollutant has none; `beyond`: one has a concentration above its
    /// scale and no index at any averaging time, so that the largest index is not known.
    pub(crate) fn index(edition: u16, iaqi: Vec<Option<i64>>, missing: bool, beyond: bool) -> Index {
        let most = iaqi.iter().flatten().max().copied();
        let published = most.filter(|most| !beyond && (edition == 2012 || !missing || *most > 100));
        let Some(most) = published else {
            let none = vec![false; iaqi.len()];
            return Index { aqi: None, level: None, primary: none.clone(), exceeding: none, iaqi };
        };
        let aqi = if edition == 2026 && most == 0 { 1 } else { most };
        let level = [50, 100, 150, 200, 300, 500].iter().position(|top| aqi <= *top).expect("at most 500") as u8 + 1;
        Index {
            aqi: Some(aqi),
            level: Some(level),
            primary: iaqi.iter().map(|i| most > 50 && *i == Some(most)).collect(),
            exceeding: iaqi.iter().map(|i| edition == 2012 && i.is_some_and(|i| i > 100)).collect(),
            iaqi,
        }
    }

    /// `k = 1 + (n - 1) p`, between the neighbours in proportion.
    pub(crate) fn percentile(values: &[BigRational], p: u8) -> BigRational {
        let mut sorted = values.to_vec();
        sorted.sort();
        let k = integer(1) + integer(values.len() as i64 - 1) * rational(i64::from(p), 100);
        let s = usize::try_from(k.floor().to_integer()).expect("a position");
        let low = sorted[s - 1].clone();
        match sorted.get(s) {
            Some(next) => &low + (next - &low) * (&k - k.floor()),
            None => low,
        }
    }
}

use slow::Hours;

/// A seeded generator (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A concentration in millionths: whole, in tenths, in millionths, or at and next to a breakpoint.
    fn reading(&mut self, pollutant: Pollutant, kind: u64) -> i64 {
        let co = pollutant.unit() == Unit::MgPerM3;
        let unit: i64 = if co { 100_000 } else { 1_000_000 };
        let span = [120, 400, 900, 4_500][self.below(4) as usize];
        match kind {
            0 => self.below(span) as i64 * unit,
            1 => self.below(span * 10) as i64 * (unit / 10),
            2 => self.below(span * unit as u64) as i64,
            _ => {
                let times: &[&str] = match pollutant {
                    Pollutant::O3 => &["1", "8"],
                    p if p.is_particle() => &["24"],
                    _ => &["1", "24"],
                };
                let column = format!("{} {}", pollutant.symbol(), times[self.below(times.len() as u64) as usize]);
                let edition = if self.below(2) == 0 { 2012 } else { 2026 };
                let points = slow::points(edition, &column);
                let point = points[self.below(points.len() as u64) as usize] * 1_000_000;
                let off = [0, 1, -1, unit / 2, -unit / 2, unit / 2 + 1, unit, -unit];
                (point + off[self.below(off.len() as u64) as usize]).max(0)
            }
        }
    }

    /// A day of hours: few or many missing, scattered or in one run; sometimes the same value all day.
    fn day(&mut self, pollutant: Pollutant) -> Hours {
        let kind = self.below(4);
        let steady = self.below(3) == 0;
        let first = self.reading(pollutant, kind);
        let mut day: Hours = std::array::from_fn(|_| Some(if steady { first } else { self.reading(pollutant, kind) }));
        match self.below(6) {
            0 | 1 => {}
            2 => {
                for _ in 0..self.below(6) {
                    day[self.below(24) as usize] = None;
                }
            }
            3 => {
                let from = self.below(24) as usize;
                let to = (from + self.below(12) as usize).min(24);
                day[from..to].fill(None);
            }
            4 => {
                let one_in = self.below(8) + 2;
                for hour in &mut day {
                    if self.below(one_in) == 0 {
                        *hour = None;
                    }
                }
            }
            _ => {
                for hour in day.iter_mut().skip(self.below(25) as usize) {
                    *hour = None;
                }
            }
        }
        day
    }
}

struct Edition {
    year: u16,
    rules: DayRules,
    table: IndexTable,
    daily: Vec<(Pollutant, Averaging)>,
    fast: FastIndex,
}

fn editions() -> [Edition; 2] {
    let rules = Rulebooks::builtin().expect("the shipped rule files");
    [(2012, "hj633-2012", "hj663-2013", "gb3095-2012"), (2026, "hj633-2026", "hj663-2026", "gb3095-2026-transition")]
        .map(|(year, index, assessment, limits)| {
            let get = |id: &str, topic: Topic| rules.get(id).filter(|r| r.topic == topic).expect(id);
            let body = get(index, Topic::AirIndex).air_index().expect("an index rule");
            let table = IndexTable::new(body).expect("a table");
            let fast = FastIndex::new(&table, body.default_realtime().expect("a mode")).expect("scales");
            Edition {
                year,
                rules: DayRules::new(
                    get(assessment, Topic::AirAssessment).air_assessment().expect("an assessment rule"),
                    get(limits, Topic::AirLimits).air_limits().expect("limits"),
                ),
                daily: body.daily.inputs.iter().map(|i| (i.pollutant, i.averaging)).collect(),
                fast: fast.expect("one-hour means"),
                table,
            }
        })
}

fn big(c: Concentration) -> BigRational {
    BigRational::new(BigInt::from(c.num()), BigInt::from(c.den()))
}

fn hours_between(time: Averaging) -> &'static str {
    match time {
        Averaging::Hour1 => "1",
        Averaging::Hour8 => "8",
        _ => "24",
    }
}

fn same(what: &str, day: &dyn std::fmt::Debug, fast: Option<Concentration>, slow: Option<&BigRational>) {
    assert_eq!(fast.map(big).as_ref(), slow, "{what}: {day:?}");
}

/// Statistics of one station-day, the index of the day and of one hour of it; gives the ozone and PM2.5 values.
fn judge(dice: &mut Dice, edition: &Edition) -> [(Option<Concentration>, Option<BigRational>); 2] {
    let days: [Hours; 6] = AIR_SIX.map(|p| dice.day(p));
    let raw: [Vec<i64>; 6] = std::array::from_fn(|p| days[p].iter().map(|h| h.unwrap_or(MISSING)).collect());
    let unmonitored = (dice.below(10) == 0).then(|| dice.below(6) as usize);
    let mut inputs = Vec::new();
    let mut values = Vec::new();
    let mut kept = [const { (None, None) }; 2];
    for (pollutant, time) in &edition.daily {
        let at = pollutant.six_index().expect("one of the six");
        let (day, hours) = (&days[at], &raw[at]);
        let (stat, value): (DayStat, Option<BigRational>) = match time {
            Averaging::Hour8 => {
                let (value, windows) = slow::day_max_8h(day);
                let stat = daily_max_8h(hours, &edition.rules);
                assert_eq!(usize::from(stat.have), windows, "windows: {day:?}");
                (stat, value)
            }
            Averaging::Hour1 => (daily_max_1h(hours, &edition.rules), slow::day_max_1h(day)),
            _ => {
                let stat = daily_mean(hours, &edition.rules);
                assert_eq!(usize::from(stat.have), day.iter().flatten().count(), "hours: {day:?}");
                (stat, slow::day_mean(day))
            }
        };
        same(&format!("{pollutant} {}", time.code()), day, stat.concentration(), value.as_ref());
        match (pollutant, time) {
            (Pollutant::O3, Averaging::Hour8) => kept[0] = (stat.concentration(), value.clone()),
            (Pollutant::Pm25, _) => kept[1] = (stat.concentration(), value.clone()),
            _ => {}
        }
        let outside = unmonitored == Some(at);
        let given = if outside { Err(MissingReason::NotMonitored) } else { stat.value.map(Concentration::from) };
        inputs.push(IndexInput { pollutant: *pollutant, mean: *time, scale: *time, value: given });
        values.push((pollutant, time, value.filter(|_| !outside), outside));
    }

    let fast = edition.table.index(&inputs);
    let iaqi: Vec<Option<i64>> = values
        .iter()
        .map(|(p, time, v, _)| slow::iaqi(edition.year, &format!("{p} {}", hours_between(**time)), v.as_ref()?))
        .collect();
    let missing = values.iter().any(|(_, _, value, outside)| value.is_none() && !outside);
    let beyond = values.iter().zip(&iaqi).any(|((pollutant, _, value, _), own)| {
        let indexed =
            |((other, ..), index): (&(&Pollutant, _, _, _), &Option<i64>)| other == pollutant && index.is_some();
        value.is_some() && own.is_none() && !values.iter().zip(&iaqi).any(indexed)
    });
    let expected = slow::index(edition.year, iaqi, missing, beyond);
    assert_eq!(fast.aqi.ok().map(i64::from), expected.aqi, "{:?}: {days:?}", edition.year);
    assert_eq!(fast.level, expected.level, "{days:?}");
    if fast.aqi.is_err() && expected.iaqi.iter().any(Option::is_some) {
        let reason = if beyond { MissingReason::AboveScale } else { MissingReason::NotPublished };
        assert_eq!(fast.aqi, Err(reason), "{days:?}");
    }
    for (i, input) in inputs.iter().enumerate() {
        assert_eq!(fast.iaqi[i].map(i64::from), expected.iaqi[i], "{:?} {input:?}: {days:?}", edition.year);
        assert_eq!(fast.is_primary(i), expected.primary[i], "primary {input:?}: {days:?}");
        assert_eq!(fast.is_exceeding(i), expected.exceeding[i], "exceeding {input:?}: {days:?}");
    }

    let hour = dice.below(24) as usize;
    let mut out = [HourlyAqi::default(); 24];
    edition.fast.index_hours(std::array::from_fn(|p| raw[p].as_slice()), &mut out);
    let iaqi: Vec<Option<i64>> = AIR_SIX
        .iter()
        .enumerate()
        .map(|(p, pollutant)| {
            let column = format!("{pollutant} {}", if pollutant.is_particle() { "24" } else { "1" });
            slow::iaqi(edition.year, &column, &slow::rational(days[p][hour]?, 1_000_000))
        })
        .collect();
    let missing = days.iter().any(|d| d[hour].is_none());
    let beyond = days.iter().zip(&iaqi).any(|(d, index)| d[hour].is_some() && index.is_none());
    let expected = slow::index(edition.year, iaqi, missing, beyond);
    let found = out[hour];
    let at = days.map(|d| d[hour]);
    assert_eq!(found.published.then_some(i64::from(found.aqi)), expected.aqi, "{:?} hour: {at:?}", edition.year);
    let primary: Vec<bool> = (0..6).map(|p| found.primary & (1 << p) != 0).collect();
    assert_eq!(primary, expected.primary, "{:?} hour: {at:?}", edition.year);
    kept
}

/// Mean and percentiles of a year of daily values.
fn judge_year(dice: &mut Dice, fast: &[Concentration], slow: &[BigRational]) {
    let series = DaySeries::new(fast.iter().copied()).expect("fits");
    assert_eq!(series.len(), slow.len());
    if slow.is_empty() {
        assert!(series.mean().is_none() && series.percentile(90).is_none());
        return;
    }
    let sum = slow.iter().fold(slow::rational(0, 1), |sum, v| sum + v);
    same("mean", &fast, series.mean(), Some(&(sum / slow::rational(slow.len() as i64, 1))));
    for p in [0, 90, 95, 98, 100, dice.below(101) as u8] {
        same("percentile", &fast, series.percentile(p), Some(&slow::percentile(slow, p)));
    }
}

fn run(seed: u64, days: usize) {
    let editions = editions();
    let mut dice = Dice(seed);
    let mut year: [(Vec<Concentration>, Vec<BigRational>); 2] = Default::default();
    let mut length = 365;
    for day in 0..days {
        let kept = judge(&mut dice, &editions[day % 2]);
        for ((fast, slow), (f, s)) in year.iter_mut().zip(kept) {
            fast.extend(f);
            slow.extend(s);
        }
        length -= 1;
        if length == 0 || day + 1 == days {
            for (fast, slow) in &mut year {
                judge_year(&mut dice, fast, slow);
                fast.clear();
                slow.clear();
            }
            length = 1 + dice.below(400);
        }
    }
}

#[test]
fn a_million_random_station_days_agree_with_a_slow_second_implementation() {
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || run(0x9e37_79b9_7f4a_7c15 + thread as u64, DAYS / THREADS));
        }
    });
    println!("{DAYS} station-days, no difference");
}
