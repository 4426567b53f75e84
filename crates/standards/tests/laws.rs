//! Laws that hold for any input.

use lanwan_rulebook::{AirIndex, Rulebooks, Ties};
use lanwan_standards::air::{
    Concentration, DayRules, DaySeries, FastIndex, HourlyAqi, IndexInput, IndexTable, MISSING, Room, daily_max_8h,
    daily_mean, rank_ascending, room_left, sliding_mean, sliding_means,
};
use lanwan_terms::{AIR_SIX, Averaging, Decimal, Exact, MissingReason, Pollutant};
use proptest::prelude::*;
use std::sync::LazyLock;

static RULES: LazyLock<Rulebooks> = LazyLock::new(|| Rulebooks::builtin().expect("the shipped rule files"));
static TABLES: LazyLock<[(&'static AirIndex, IndexTable); 2]> = LazyLock::new(|| {
    ["hj633-2012", "hj633-2026"].map(|id| {
        let body = RULES.get(id).and_then(|r| r.air_index()).expect(id);
        (body, IndexTable::new(body).expect(id))
    })
});

fn day_rules() -> DayRules {
    DayRules::new(
        RULES.get("hj663-2013").and_then(|r| r.air_assessment()).expect("an assessment"),
        RULES.get("gb3095-2012").and_then(|r| r.air_limits()).expect("limits"),
    )
}

/// A concentration from zero to above every scale, as a fraction.
fn concentration() -> impl Strategy<Value = Concentration> {
    prop_oneof![
        (0i64..5_000).prop_map(|v| Concentration::from_micro(v * 1_000_000)),
        (0i64..50_000).prop_map(|v| Concentration::from_micro(v * 100_000)),
        (0i64..5_000_000_000).prop_map(Concentration::from_micro),
        (0i128..120_000, 20i128..=24).prop_map(|(sum, n)| Concentration::new(sum, n)),
        (0i128..300, 1i128..=200).prop_map(|(sum, n)| Concentration::new(sum, n)),
    ]
}

/// A daily value of a place: a mean of the hours of a day or a window, averaged over a few sites.
fn daily_value() -> impl Strategy<Value = Concentration> {
    (0i128..200_000_000_000, prop_oneof![Just(1i128), 6i128..=8, 20i128..=24], 1i128..=12)
        .prop_map(|(micro, hours, sites)| Concentration::new(micro * sites, 1_000_000 * hours * sites))
}

fn daily_inputs(edition: usize) -> impl Strategy<Value = Vec<IndexInput>> {
    let inputs: Vec<(Pollutant, Averaging)> =
        TABLES[edition].0.daily.inputs.iter().map(|i| (i.pollutant, i.averaging)).collect();
    let value = prop_oneof![
        6 => concentration().prop_map(Ok),
        1 => Just(Err(MissingReason::TooFewHours)),
        1 => Just(Err(MissingReason::NotMonitored)),
    ];
    proptest::collection::vec(value, inputs.len()).prop_map(move |values| {
        let pairs = inputs.iter().zip(values);
        pairs.map(|((p, a), value)| IndexInput { pollutant: *p, mean: *a, scale: *a, value }).collect()
    })
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_individual_index_never_falls_when_the_concentration_rises(a in concentration(), b in concentration()) {
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        for (body, table) in &*TABLES {
            for scale in &body.scales {
                let scale = table.scale(scale.pollutant, scale.averaging).expect("a scale");
                // No index above the scale is not a smaller one.
                if let (Some(of_low), Some(of_high)) = (scale.iaqi(low), scale.iaqi(high)) {
                    prop_assert!(of_low <= of_high, "{} {:?} {:?}", scale.pollutant, low, high);
                }
                if scale.iaqi(low).is_none() {
                    prop_assert!(scale.iaqi(high).is_none());
                }
            }
        }
    }

    #[test]
    fn an_index_does_not_depend_on_the_order_of_its_inputs(
        (edition, inputs, shuffled) in (0usize..2).prop_flat_map(|e| (Just(e), daily_inputs(e)))
            .prop_flat_map(|(e, inputs)| (Just(e), Just(inputs.clone()), Just(inputs).prop_shuffle()))
    ) {
        let table = &TABLES[edition].1;
        let (one, other) = (table.index(&inputs), table.index(&shuffled));
        prop_assert_eq!(one.aqi, other.aqi);
        prop_assert_eq!(one.level, other.level);
        prop_assert_eq!(one.primary_pollutants(&inputs), other.primary_pollutants(&shuffled));
        prop_assert_eq!(one.exceeding_pollutants(&inputs), other.exceeding_pollutants(&shuffled));
    }

    #[test]
    fn another_pollutant_never_lowers_the_index_of_2012(inputs in daily_inputs(0), n in 0usize..7) {
        let table = &TABLES[0].1;
        let (fewer, all) = (table.index(&inputs[..n]), table.index(&inputs));
        match (fewer.aqi, all.aqi) {
            (Ok(fewer), Ok(all)) => prop_assert!(all >= fewer, "{:?}", inputs),
            // A concentration above its scale leaves the index unknown rather than lower.
            (Ok(_), Err(reason)) => prop_assert_eq!(reason, MissingReason::AboveScale),
            (Err(_), _) => {}
        }
    }

    #[test]
    fn from_2026_a_missing_pollutant_hides_an_index_of_at_most_100_and_no_other(inputs in daily_inputs(1)) {
        let table = &TABLES[1].1;
        let result = table.index(&inputs);
        let most = result.iaqi.iter().flatten().max().copied();
        let missing = inputs.iter().any(|i| i.value.is_err_and(|r| r != MissingReason::NotMonitored));
        match (most, missing) {
            (None, _) => prop_assert!(result.aqi.is_err()),
            (Some(0..=100), true) => prop_assert_eq!(result.aqi, Err(MissingReason::NotPublished)),
            (Some(most), _) => prop_assert_eq!(result.aqi, Ok(most.max(1))),
        }
    }

    #[test]
    fn a_percentile_lies_between_the_extremes_and_rises_with_p(
        values in proptest::collection::vec(daily_value(), 1..60), p in 0u8..=100, q in 0u8..=100
    ) {
        let series = DaySeries::new(values.iter().copied()).expect("fits");
        let (p, q) = (p.min(q), p.max(q));
        let (low, high) = (series.percentile(p).expect("a value"), series.percentile(q).expect("a value"));
        let least = values.iter().min().copied().expect("a value");
        let most = values.iter().max().copied().expect("a value");
        prop_assert!(least <= low && low <= high && high <= most);
        prop_assert_eq!(series.percentile(0), Some(least));
        prop_assert_eq!(series.percentile(100), Some(most));
    }

    #[test]
    fn mean_and_percentile_do_not_depend_on_the_order(
        (values, shuffled) in proptest::collection::vec(daily_value(), 1..60)
            .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())), p in 0u8..=100
    ) {
        let one = DaySeries::new(values).expect("fits");
        let other = DaySeries::new(shuffled).expect("fits");
        prop_assert_eq!(one.mean(), other.mean());
        prop_assert_eq!(one.percentile(p), other.percentile(p));
    }

    #[test]
    fn a_daily_mean_does_not_depend_on_the_order_of_its_hours(
        (hours, shuffled) in proptest::collection::vec(prop_oneof![9 => 0i64..900_000_000, 1 => Just(MISSING)], 24)
            .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle()))
    ) {
        prop_assert_eq!(daily_mean(&hours, &day_rules()), daily_mean(&shuffled, &day_rules()));
    }

    #[test]
    fn the_8_hour_maximum_is_the_largest_sliding_mean_of_the_day(
        hours in proptest::collection::vec(prop_oneof![6 => 0i64..400_000_000, 1 => Just(MISSING)], 24)
    ) {
        let stat = daily_max_8h(&hours, &day_rules());
        let means: Vec<Option<Concentration>> = sliding_means(&hours, 8, 6);
        for (i, mean) in means.iter().enumerate() {
            prop_assert_eq!(*mean, sliding_mean(&hours[..=i], 8, 6));
        }
        let of_day: Vec<Concentration> = means[7..].iter().flatten().copied().collect();
        prop_assert_eq!(usize::from(stat.have), of_day.len());
        if let Some(found) = stat.concentration() {
            prop_assert_eq!(Some(found), of_day.iter().max().copied());
        }
    }

    #[test]
    fn the_room_left_meets_the_target_and_one_step_more_does_not(
        target in 0i64..100, sum in 0i128..20_000_000, so_far in 0u32..366, left in 1u32..366,
        compliance in 0u8..=1, decimals in 0u8..=3
    ) {
        let target = Decimal::new(target, compliance);
        let sum = if so_far == 0 { Exact::integer(0) } else { Exact::ratio(sum, 1_000) };
        let meets = |units: i64| {
            let rest = Decimal::new(units, decimals).exact() * Exact::integer(left.into());
            let mean = (sum.clone() + rest) / i64::from(so_far + left);
            mean.round(compliance) <= target
        };
        match room_left(target, &sum, so_far, left, compliance, decimals) {
            Room::Mean(mean) => {
                prop_assert!(meets(mean.unscaled()), "{mean} misses {target}");
                prop_assert!(!meets(mean.unscaled() + 1), "{mean} is not the most for {target}");
            }
            Room::Lost => prop_assert!(!meets(0)),
            Room::Over { .. } => prop_assert!(false, "{left} days are left"),
        }
    }

    #[test]
    fn a_rank_does_not_depend_on_the_order_and_counts_those_before(
        (keys, shuffled) in proptest::collection::vec(proptest::option::weighted(0.9, 0u16..20), 0..40)
            .prop_map(|keys| keys.into_iter().enumerate().collect::<Vec<_>>())
            .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle()))
    ) {
        for ties in [Ties::Competition, Ties::Dense] {
            let ranks = |keys: &[(usize, Option<u16>)]| {
                let found = rank_ascending(&keys.iter().map(|(_, k)| *k).collect::<Vec<_>>(), ties);
                let mut by_place: Vec<_> = keys.iter().map(|(place, _)| *place).zip(found).collect();
                by_place.sort_unstable();
                by_place
            };
            let found = ranks(&keys);
            prop_assert_eq!(&found, &ranks(&shuffled));
            for ((_, key), (_, rank)) in keys.iter().zip(&found) {
                let mut before: Vec<u16> = keys.iter().filter_map(|(_, k)| *k).filter(|k| Some(*k) < *key).collect();
                if ties == Ties::Dense {
                    before.sort_unstable();
                    before.dedup();
                }
                prop_assert_eq!(*rank, key.map(|_| before.len() as u32 + 1));
            }
        }
    }
}

/// The index of one hour by the table: the values of 1 h on the scales of the default real-time mode.
fn by_table(edition: usize, hour: [i64; 6]) -> HourlyAqi {
    let (body, table) = &TABLES[edition];
    let mode = body.default_realtime().expect("a mode");
    let inputs: Vec<IndexInput> = AIR_SIX
        .iter()
        .zip(hour)
        .map(|(pollutant, micro)| {
            let input = mode.inputs.iter().find(|i| i.pollutant == *pollutant).expect("six inputs");
            let value =
                if micro == MISSING { Err(MissingReason::NoData) } else { Ok(Concentration::from_micro(micro)) };
            IndexInput { pollutant: *pollutant, mean: input.mean, scale: input.scale, value }
        })
        .collect();
    let result = table.index(&inputs);
    let primary = (0..6).fold(0, |mask, p| mask | u8::from(result.is_primary(p)) << p);
    result.aqi.map_or(HourlyAqi::default(), |aqi| HourlyAqi { aqi, primary, published: true })
}

fn by_columns(edition: usize, hours: &[[i64; 6]]) -> Vec<HourlyAqi> {
    let (body, table) = &TABLES[edition];
    let fast = FastIndex::new(table, body.default_realtime().expect("a mode")).expect("scales").expect("1 h means");
    let columns: [Vec<i64>; 6] = std::array::from_fn(|p| hours.iter().map(|h| h[p]).collect());
    let mut out = vec![HourlyAqi::default(); hours.len()];
    fast.index_hours(std::array::from_fn(|p| columns[p].as_slice()), &mut out);
    out
}

#[test]
fn the_fast_index_equals_the_table_at_every_millionth_around_every_step() {
    for edition in 0..2 {
        let (body, _) = &TABLES[edition];
        let mode = body.default_realtime().expect("a mode");
        for (p, pollutant) in AIR_SIX.iter().enumerate() {
            let scale = mode.inputs.iter().find(|i| i.pollutant == *pollutant).expect("six inputs").scale;
            let points = &body.scale(*pollutant, scale).expect("a scale").points;
            let mut around = vec![0, 1, 2, 50_000, 500_000];
            for pair in points.windows(2) {
                let of = |i: usize| pair[i].concentration.micro().expect("millionths");
                let (low, high) = (of(0), of(1));
                let steps = i64::from(pair[1].iaqi - pair[0].iaqi);
                // Where the formula gives an integer, and where the concentration rounds: whole and half units.
                around.extend((0..=steps).map(|i| low + (high - low) * i / steps));
                let unit = if *pollutant == Pollutant::Co { 50_000 } else { 500_000 };
                around.extend((0..=(high - low) / unit).map(|i| low + i * unit));
            }
            let top = *around.iter().max().expect("some");
            around.extend([top * 2, top * 1_000, i64::MAX / 4]);
            let mut hours = Vec::new();
            for at in around {
                for off in -3..=3 {
                    let mut hour = [MISSING; 6];
                    hour[p] = (at + off).max(0);
                    hours.push(hour);
                    // With the others at zero, so that nothing is missing.
                    hours.push(std::array::from_fn(|q| if q == p { hour[p] } else { 0 }));
                }
            }
            for (hour, found) in hours.iter().zip(by_columns(edition, &hours)) {
                assert_eq!(found, by_table(edition, *hour), "edition {edition}, {pollutant}: {hour:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_fast_index_equals_the_table_for_any_hours(
        edition in 0usize..2,
        hours in proptest::collection::vec(
            proptest::array::uniform6(prop_oneof![
                3 => (0i64..400).prop_map(|v| v * 1_000_000),
                2 => (0i64..40_000).prop_map(|v| v * 100_000),
                2 => 0i64..5_000_000_000,
                1 => Just(MISSING),
            ]), 1..40)
    ) {
        let found = by_columns(edition, &hours);
        for (hour, found) in hours.iter().zip(found) {
            prop_assert_eq!(found, by_table(edition, *hour), "{:?}", hour);
        }
    }
}
