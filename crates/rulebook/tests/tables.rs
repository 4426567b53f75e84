//! The shipped files hold the numbers of the tables, all of them and no others.

use lanwan_rulebook::*;
use lanwan_terms::{AIR_SIX, Averaging, Decimal, Pollutant, Verification};

fn rules() -> Rulebooks {
    Rulebooks::builtin().unwrap_or_else(|e| panic!("{e}"))
}

fn d(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn p(text: &str) -> Pollutant {
    text.parse().expect(text)
}

/// Pollutant, averaging, then class I and II of 2012, of the transition and of the final phase.
const BASIC: &str = "
SO2   annual 20 60    20 60    20 20
SO2   24h    50 150   50 150   50 50
SO2   1h     150 500  150 500  150 150
NO2   annual 40 40    40 40    30 30
NO2   24h    80 80    80 80    50 50
NO2   1h     200 200  200 200  200 200
CO    24h    4 4      4 4      4 4
CO    1h     10 10    10 10    10 10
O3    8h     100 160  100 160  100 160
O3    1h     160 200  160 200  160 200
PM10  annual 40 70    40 60    20 50
PM10  24h    50 150   50 120   50 100
PM2.5 annual 15 35    15 30    10 25
PM2.5 24h    35 75    35 60    25 50
TSP   annual 80 200   80 200   80 200
TSP   24h    120 300  120 300  120 300
NOx   annual 50 50    50 50    40 40
NOx   24h    100 100  100 100  70 70
NOx   1h     250 250  250 250  250 250
Pb    annual 0.5 0.5  0.5 0.5  0.5 0.5
Pb    quarter 1 1     1 1      1 1
BaP   annual 0.001 0.001  0.001 0.001  0.001 0.001
BaP   24h    0.0025 0.0025  0.0025 0.0025  0.0025 0.0025
";

#[test]
fn every_limit_of_the_three_tables_is_there() {
    let rules = rules();
    let rows: Vec<Vec<&str>> =
        BASIC.lines().map(|l| l.split_whitespace().collect()).filter(|r: &Vec<_>| !r.is_empty()).collect();
    for (i, id) in ["gb3095-2012", "gb3095-2026-transition", "gb3095-2026-final"].into_iter().enumerate() {
        let limits = &rules.get(id).and_then(|r| r.air_limits()).expect(id).limits;
        let found: Vec<(Pollutant, &str, Decimal, Decimal)> =
            limits.iter().map(|l| (l.pollutant, l.averaging.code(), l.class1, l.class2)).collect();
        let expected: Vec<_> = rows.iter().map(|r| (p(r[0]), r[1], d(r[2 + 2 * i]), d(r[3 + 2 * i]))).collect();
        assert_eq!(found.len(), expected.len(), "{id}");
        for row in expected {
            assert!(found.contains(&row), "{id}: {row:?}");
        }
    }
}

#[test]
fn limits_carry_the_marks_of_their_sources() {
    let rules = rules();
    let mark = |id: &str, pollutant: &str, averaging| {
        rules.get(id).and_then(|r| r.air_limits()?.limit(p(pollutant), averaging)).map(|l| l.verification)
    };
    assert_eq!(mark("gb3095-2012", "PM2.5", Averaging::Annual), Some(Verification::Verified));
    assert_eq!(mark("gb3095-2012", "TSP", Averaging::Annual), Some(Verification::OneSource));
    assert_eq!(mark("gb3095-2026-final", "SO2", Averaging::Annual), Some(Verification::OneSource));
    assert_eq!(mark("gb3095-2026-final", "PM2.5", Averaging::Annual), Some(Verification::Verified));
}

#[test]
fn advisory_values_belong_to_2026_only() {
    let rules = rules();
    let advisory = |id: &str| rules.get(id).and_then(|r| r.air_limits()).map(|l| l.advisory.clone()).expect(id);
    assert!(advisory("gb3095-2012").is_empty());
    for id in ["gb3095-2026-transition", "gb3095-2026-final"] {
        let values: Vec<(String, String, Decimal)> =
            advisory(id).into_iter().map(|a| (a.substance, a.averaging, a.limit)).collect();
        let expected = [
            ("Cd", "annual", "0.005"),
            ("Hg", "annual", "0.05"),
            ("As", "annual", "0.006"),
            ("Cr(VI)", "annual", "0.000025"),
            ("F", "1h", "20"),
            ("F", "24h", "7"),
            ("F", "month", "1.8"),
            ("F", "month", "3"),
            ("F", "growing-season", "1.2"),
            ("F", "growing-season", "2"),
        ];
        assert_eq!(values, expected.map(|(s, a, l)| (s.to_owned(), a.to_owned(), d(l))));
    }
}

/// Pollutant, averaging, concentrations at 0, 50, 100, 150, 200, 300, 400, 500; where 2026 differs, a second row.
const POINTS: &str = "
SO2   24h 0 50 150 475 800 1600 2100 2620
SO2   1h  0 150 500 650 800
NO2   24h 0 40 80 180 280 565 750 940
NO2   1h  0 100 200 700 1200 2340 3090 3840
CO    24h 0 2 4 14 24 36 48 60
CO    1h  0 5 10 35 60 90 120 150
O3    1h  0 160 200 300 400 800 1000 1200
O3    8h  0 100 160 215 265 800
PM10  24h 0 50 150/120 250 350 420 500 600
PM2.5 24h 0 35 75/60 115 150 250 350 500
";

#[test]
fn every_breakpoint_of_both_editions_is_there() {
    let rules = rules();
    for (edition, id) in ["hj633-2012", "hj633-2026"].into_iter().enumerate() {
        let index = rules.get(id).and_then(|r| r.air_index()).expect(id);
        let mut rows = 0;
        for row in POINTS.lines().map(|l| l.split_whitespace().collect::<Vec<_>>()).filter(|r| !r.is_empty()) {
            rows += 1;
            let scale = index
                .scales
                .iter()
                .find(|s| s.pollutant == p(row[0]) && s.averaging.code() == row[1])
                .expect("a scale");
            let found: Vec<(u16, Decimal)> = scale.points.iter().map(|x| (x.iaqi, x.concentration)).collect();
            let expected: Vec<(u16, Decimal)> = [0, 50, 100, 150, 200, 300, 400, 500]
                .into_iter()
                .zip(&row[2..])
                .map(|(iaqi, text)| {
                    let (first, second) = text.split_once('/').unwrap_or((text, text));
                    (iaqi, d(if edition == 0 { first } else { second }))
                })
                .collect();
            assert_eq!(found, expected, "{id} {} {}", row[0], row[1]);
        }
        assert_eq!(index.scales.len(), rows, "{id}");
    }
}

#[test]
fn the_dashes_of_the_table_mean_fallback_in_2012_and_a_fixed_index_in_2026() {
    let rules = rules();
    let top = |id: &str, pollutant, averaging| {
        rules.get(id).and_then(|r| r.air_index()?.scale(pollutant, averaging)).map(|s| s.above_top)
    };
    use AboveTop::{Cap, Fallback, Fixed};
    use Averaging::{Hour1, Hour8, Hour24};
    assert_eq!(top("hj633-2012", Pollutant::So2, Hour1), Some(Fallback(Hour24)));
    assert_eq!(top("hj633-2012", Pollutant::O3, Hour8), Some(Fallback(Hour1)));
    assert_eq!(top("hj633-2026", Pollutant::So2, Hour1), Some(Fixed(200)));
    assert_eq!(top("hj633-2026", Pollutant::O3, Hour8), Some(Fixed(300)));
    for id in ["hj633-2012", "hj633-2026"] {
        assert_eq!(top(id, Pollutant::Pm25, Hour24), Some(Cap));
    }
}

#[test]
fn the_two_editions_of_the_index_differ_as_the_texts_say() {
    let rules = rules();
    let index = |id: &str| rules.get(id).and_then(|r| r.air_index()).cloned().expect(id);
    let (old, new) = (index("hj633-2012"), index("hj633-2026"));
    assert_eq!((old.aqi_min, old.aqi_max, old.exceeding_above), (0, 500, Some(100)));
    assert_eq!((new.aqi_min, new.aqi_max, new.exceeding_above), (1, 500, None));
    assert_eq!((old.primary_above, new.primary_above), (50, 50));
    assert_eq!(old.rounding.before_iaqi, None);
    let digits = new.rounding.before_iaqi.expect("rounding");
    for pollutant in AIR_SIX {
        let expected = u8::from(pollutant == Pollutant::Co);
        assert!(digits.contains(&Decimals { pollutant, decimals: expected }), "{pollutant}");
    }
    assert_eq!((old.daily.inputs.len(), new.daily.inputs.len()), (7, 6));
    assert_eq!((old.missing.rule, new.missing.rule), (MissingRule::UseRest, MissingRule::PublishAbove(100)));
    assert_eq!(new.sensitive_groups.len(), 6);
}

#[test]
fn real_time_has_two_modes_in_2012_and_one_in_2026() {
    let rules = rules();
    let index = |id: &str| rules.get(id).and_then(|r| r.air_index()).cloned().expect(id);
    let default = |index: &AirIndex| index.default_realtime().cloned().expect("a default");
    let old = index("hj633-2012");
    let published = default(&old);
    assert_eq!(published.mode, Mode::AsPublished);
    let pm = RealtimeInput { pollutant: Pollutant::Pm25, mean: Averaging::Hour1, scale: Averaging::Hour24 };
    assert!(published.inputs.contains(&pm));
    assert!(!published.inputs.iter().any(|i| i.scale == Averaging::Hour8));
    let text = old.realtime.iter().find(|m| m.mode == Mode::AsText).expect("a mode");
    assert!(text.inputs.contains(&RealtimeInput { mean: Averaging::Hour24, ..pm }));
    assert!(text.inputs.iter().any(|i| (i.pollutant, i.mean) == (Pollutant::O3, Averaging::Hour8)));
    let new = index("hj633-2026");
    assert_eq!(new.realtime.len(), 1);
    assert!(default(&new).inputs.contains(&pm));
}

#[test]
fn levels_and_colours_are_the_official_ones() {
    let rules = rules();
    for (id, min) in [("hj633-2012", 0), ("hj633-2026", 1)] {
        let index = rules.get(id).and_then(|r| r.air_index()).expect(id);
        let found: Vec<_> = index.levels.iter().map(|l| (l.min, l.max, l.zh.as_str(), l.rgb, l.cmyk)).collect();
        let expected = [
            (min, 50, "优", [0, 228, 0], [40, 0, 100, 0]),
            (51, 100, "良", [255, 255, 0], [0, 0, 100, 0]),
            (101, 150, "轻度污染", [255, 126, 0], [0, 52, 100, 0]),
            (151, 200, "中度污染", [255, 0, 0], [0, 100, 100, 0]),
            (201, 300, "重度污染", [153, 0, 76], [10, 100, 40, 30]),
            (301, 500, "严重污染", [126, 0, 35], [30, 100, 100, 30]),
        ];
        assert_eq!(found, expected, "{id}");
        assert_eq!(index.level(100).map(|l| l.level), Some(2));
        assert_eq!(index.level(101).map(|l| l.level), Some(3));
    }
}

#[test]
fn validity_numbers_are_the_same_in_both_editions() {
    let rules = rules();
    for id in ["hj663-2013", "hj663-2026"] {
        let a = rules.get(id).and_then(|r| r.air_assessment()).expect(id);
        let h = &a.hours;
        assert_eq!((h.hour.min_minutes, h.daily_mean.min_hours, h.max_1h.min_hours), (45, 20, 20));
        assert_eq!((h.eight_hour.window_hours, h.eight_hour.min_hours), (8, 6));
        assert_eq!((h.mda8.min_windows, h.mda8.counts_when_exceeding), (14, true));
        assert_eq!((h.mda8_windows.first_label, h.mda8_windows.last_label), (8, 24));
        for pollutant in AIR_SIX {
            let year = a.validity(PeriodLength::Year, Statistic::Percentile, pollutant).expect("a rule");
            assert_eq!((year.min_days, year.month_min_days, year.february_min_days), (Some(324), 27, 25));
            let month = a.validity(PeriodLength::Month, Statistic::Percentile, pollutant).expect("a rule");
            assert_eq!((month.min_days, month.verification), (None, Verification::Unverified));
        }
        let share = &a.city.share;
        assert_eq!((share.site_share_percent, share.few_sites_below, share.few_share_percent), (75, 4, 50));
        assert_eq!(a.city.statistics.o3, CityO3::MeanOfSiteDailyMaxima);
        assert_eq!(a.percentile.method, PercentileMethod::Linear);
        assert_eq!((a.ratios.exceedance_multiple_decimals, a.ratios.rate_decimals), (2, 1));
        let other: Vec<_> = a.other_items.iter().map(|o| (o.min_days, o.month_min_days, o.min_hours)).collect();
        assert_eq!(other, [(Some(60), Some(5), None), (Some(15), Some(5), None), (None, None, Some(24))]);
    }
}

#[test]
fn annual_items_are_ten_in_both_editions() {
    let rules = rules();
    for id in ["hj663-2013", "hj663-2026"] {
        let a = rules.get(id).and_then(|r| r.air_assessment()).expect(id);
        let mut found: Vec<_> = a.items.iter().map(|i| (i.pollutant.symbol(), i.percentile, i.limit.code())).collect();
        found.sort_unstable();
        let expected = [
            ("CO", Some(95), "24h"),
            ("NO2", None, "annual"),
            ("NO2", Some(98), "24h"),
            ("O3", Some(90), "8h"),
            ("PM10", None, "annual"),
            ("PM10", Some(95), "24h"),
            ("PM2.5", None, "annual"),
            ("PM2.5", Some(95), "24h"),
            ("SO2", None, "annual"),
            ("SO2", Some(98), "24h"),
        ];
        assert_eq!(found, expected, "{id}");
    }
}

#[test]
fn pm25_statistics_keep_one_decimal_from_2026_but_comply_as_integers() {
    let rules = rules();
    let digits = |id: &str, pollutant| {
        let r = rules.get(id).and_then(|r| r.air_assessment()?.rounding(pollutant)).expect(id);
        (r.raw_decimals, r.statistic_decimals, r.compliance_decimals)
    };
    assert_eq!(digits("hj663-2013", Pollutant::Pm25), (0, 0, 0));
    assert_eq!(digits("hj663-2026", Pollutant::Pm25), (0, 1, 0));
    assert_eq!(digits("hj663-2026", Pollutant::Bap), (4, 4, 4));
    for id in ["hj663-2013", "hj663-2026"] {
        assert_eq!(digits(id, Pollutant::Co), (1, 1, 1));
        assert_eq!(digits(id, Pollutant::O3), (0, 0, 0));
    }
}

#[test]
fn composite_divisors_follow_the_class_two_limits_of_their_edition() {
    let rules = rules();
    for (composite, limits) in [
        ("composite-2012", "gb3095-2012"),
        ("composite-2026-transition", "gb3095-2026-transition"),
        ("composite-2026-final", "gb3095-2026-final"),
    ] {
        let body = rules.get(composite).and_then(|r| r.air_composite()).expect(composite);
        let limits = rules.get(limits).and_then(|r| r.air_limits()).expect(limits);
        assert_eq!((body.term_decimals, body.terms.len()), (2, 6));
        for term in &body.terms {
            let (averaging, percentile) = match term.pollutant {
                Pollutant::Co => (Averaging::Hour24, Some(95)),
                Pollutant::O3 => (Averaging::Hour8, Some(90)),
                _ => (Averaging::Annual, None),
            };
            assert_eq!(Some(term.divisor), limits.limit(term.pollutant, averaging).map(|l| l.class2), "{composite}");
            assert_eq!((term.percentile, term.weight), (percentile, d("1")));
            assert_eq!(term.concentration_decimals, u8::from(term.pollutant == Pollutant::Co));
        }
    }
    let mark = |id: &str| rules.get(id).map(|r| r.verification);
    assert_eq!(mark("composite-2012"), Some(Verification::Verified));
    assert_eq!(mark("composite-2026-transition"), Some(Verification::OneSource));
    assert_eq!(mark("composite-2026-final"), Some(Verification::Unverified));
}

#[test]
fn compensation_has_the_numbers_of_its_years() {
    let rules = rules();
    let weights = |id: &str| -> Vec<(String, String)> {
        let body = rules.get(id).and_then(|r| r.air_compensation()).expect(id);
        body.weights.iter().map(|w| (w.pollutant.to_string(), w.weight.to_string())).collect()
    };
    let coefficient = |id: &str| {
        let body = rules.get(id).and_then(|r| r.air_compensation()).expect(id);
        body.coefficient.as_ref().map(|c| (c.per_ug_m3.to_string(), c.verification.code()))
    };
    let pairs = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    for (id, expected) in [("2014", "20"), ("2015-03", "20"), ("2015-12", "40"), ("2017", "80")] {
        let id = format!("shandong-compensation-{id}");
        assert_eq!(weights(&id), pairs(&[("PM2.5", "60"), ("PM10", "15"), ("SO2", "15"), ("NO2", "10")]));
        assert_eq!(coefficient(&id).map(|c| c.0).as_deref(), Some(expected));
        let body = rules.get(&id).and_then(|r| r.air_compensation()).expect("a body");
        assert_eq!((body.factor("370200"), body.factor("370100"), body.factors.len()), (d("1.5"), d("1"), 17));
    }
    let body = rules.get("shandong-compensation-2017").and_then(|r| r.air_compensation()).expect("a body");
    assert_eq!(body.good_days.as_ref().map(|g| (g.per_point, g.factor_applies)), Some((d("20"), None)));
    let awards: Vec<_> = body.awards.iter().map(|a| (a.pollutant.symbol(), a.class, a.amount.to_string())).collect();
    let expected = [("PM2.5", 2, "600"), ("PM10", 2, "600"), ("NO2", 1, "300"), ("SO2", 1, "200")];
    assert_eq!(awards, expected.map(|(p, c, a)| (p, c, a.to_owned())));

    assert_eq!(weights("qingdao-compensation-2015")[2..], pairs(&[("NO2", "15"), ("SO2", "10")]));
    assert_eq!(coefficient("qingdao-compensation-2015"), Some(("10".to_owned(), "unverified")));
    assert_eq!(coefficient("qingdao-compensation-2016"), Some(("40".to_owned(), "unverified")));
    assert_eq!(coefficient("qingdao-compensation-2017"), Some(("40".to_owned(), "one-source")));
    assert_eq!(weights("qingdao-compensation-2018"), pairs(&[("PM2.5", "40"), ("PM10", "40"), ("NO2", "20")]));
    assert_eq!(coefficient("qingdao-compensation-2018"), None);
    assert_eq!(weights("qingdao-compensation-2019"), pairs(&[("PM2.5", "50"), ("PM10", "50")]));
}

#[test]
fn the_unified_red_warning_of_2016_has_two_ways() {
    let rules = rules();
    let body = rules.get("warning-2016").and_then(|r| r.air_warning()).expect("a body");
    let codes: Vec<_> = body.levels.iter().map(|l| l.level.code()).collect();
    assert_eq!(codes, ["blue", "yellow", "orange", "red"]);
    let red: Vec<Vec<_>> = body.levels[3]
        .any_of
        .iter()
        .map(|g| g.iter().map(|c| (c.aqi_above, c.aqi_at_least, c.hours)).collect())
        .collect();
    assert_eq!(red, [vec![(Some(200), None, 96), (Some(300), None, 48)], vec![(None, Some(500), 24)]]);
    assert_eq!((body.heavy_day.aqi_above, body.heavy_day.good_at_most), (200, 100));
}

#[test]
fn dust_corrects_particles_and_keeps_the_ratios() {
    let rules = rules();
    let scope = &rules.get("dust-2016").and_then(|r| r.air_dust()).expect("a body").scope;
    assert_eq!(scope.removes, [Pollutant::Pm10, Pollutant::Pm25]);
    assert_eq!(scope.kept, [Figure::GoodRatio, Figure::HeavyRatio]);
}

#[test]
fn a_file_is_no_better_than_its_worst_entry_and_says_where_it_comes_from() {
    for rulebook in rules().all() {
        let json = serde_json::to_string(&rulebook.body).expect("JSON");
        let worst = if json.contains(r#""verification":"unverified""#) {
            Verification::Unverified
        } else if json.contains(r#""verification":"one-source""#) {
            Verification::OneSource
        } else {
            Verification::Verified
        };
        assert!(rulebook.verification >= worst, "{}", rulebook.id);
        assert!(!rulebook.sources.is_empty() && rulebook.hash.len() == 64, "{}", rulebook.id);
    }
}

#[test]
fn a_citation_carries_document_clause_mark_and_hash() {
    let rules = rules();
    let book = rules.get("gb3095-2026-transition").expect("a file");
    let limit = book.air_limits().and_then(|l| l.limit(Pollutant::Pm25, Averaging::Hour24)).expect("a limit");
    let cited = book.cite(limit);
    assert_eq!((cited.document.as_str(), cited.edition.as_str()), ("GB 3095-2026", "GB3095-2026"));
    assert_eq!((cited.clause.as_str(), cited.verification), ("表 1（过渡阶段）", Verification::Verified));
    assert_eq!(cited.hash, book.hash);
    let json = serde_json::to_value(&cited).expect("JSON");
    assert_eq!(json["verification"], "verified");
}
