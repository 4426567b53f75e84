//! Every limit of GB 3095 as a statement: below and at it attains, above it does not.

use lanwan_rulebook::Rulebooks;
use lanwan_standards::air::{Concentration, attain, exceedance_multiple};
use lanwan_terms::{Averaging, Decimal, Pollutant};

/// Pollutant, averaging, then class I and II of 2012, of the transition and of the final phase; the smallest step of a
/// value held against the limit.
const LIMITS: &str = "
SO2   annual  20 60    20 60    20 20    1
SO2   24h     50 150   50 150   50 50    1
SO2   1h      150 500  150 500  150 150  1
NO2   annual  40 40    40 40    30 30    1
NO2   24h     80 80    80 80    50 50    1
NO2   1h      200 200  200 200  200 200  1
CO    24h     4 4      4 4      4 4      0.1
CO    1h      10 10    10 10    10 10    0.1
O3    8h      100 160  100 160  100 160  1
O3    1h      160 200  160 200  160 200  1
PM10  annual  40 70    40 60    20 50    1
PM10  24h     50 150   50 120   50 100   1
PM2.5 annual  15 35    15 30    10 25    1
PM2.5 24h     35 75    35 60    25 50    1
TSP   annual  80 200   80 200   80 200   1
TSP   24h     120 300  120 300  120 300  1
NOx   annual  50 50    50 50    40 40    1
NOx   24h     100 100  100 100  70 70    1
NOx   1h      250 250  250 250  250 250  1
Pb    annual  0.5 0.5  0.5 0.5  0.5 0.5  0.01
Pb    quarter 1 1      1 1      1 1      0.01
BaP   annual  0.001 0.001  0.001 0.001  0.001 0.001  0.0001
BaP   24h     0.0025 0.0025  0.0025 0.0025  0.0025 0.0025  0.0001
";

const PHASES: [(&str, &str); 3] =
    [("gb3095-2012", "hj663-2013"), ("gb3095-2026-transition", "hj663-2026"), ("gb3095-2026-final", "hj663-2026")];

fn d(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    LIMITS.lines().filter(|l| !l.is_empty()).map(|l| l.split_whitespace().collect())
}

fn averaging(code: &str) -> Averaging {
    use Averaging::*;
    [Hour1, Hour8, Hour24, Quarter, Annual].into_iter().find(|a| a.code() == code).expect(code)
}

#[test]
fn below_and_at_a_limit_attains_and_above_it_does_not() {
    let rules = Rulebooks::builtin().expect("the shipped rule files");
    let mut checked = 0;
    for row in rows() {
        let (pollutant, step): (Pollutant, Decimal) = (row[0].parse().expect(row[0]), d(row[8]));
        for (phase, (limits, _)) in PHASES.iter().enumerate() {
            let limit = rules.get(limits).and_then(|r| r.air_limits()).expect(limits);
            let limit = limit.limit(pollutant, averaging(row[1])).expect("a limit");
            let (one, two) = (d(row[2 + 2 * phase]), d(row[3 + 2 * phase]));
            for at in [one, two] {
                for (value, place) in
                    [(at.exact() - step.exact(), "below"), (at.exact(), "at"), (at.exact() + step.exact(), "above")]
                {
                    let value = value.as_decimal(4).expect("at most four digits");
                    let found = attain(Concentration::from(value), limit, step.scale());
                    let what = format!("{pollutant} {} {limits}: {value} {place} {at}", row[1]);
                    assert_eq!(found.compared, value, "{what}");
                    assert_eq!((found.class1, found.class2), (value <= one, value <= two), "{what}");
                    checked += 1;
                }
            }
        }
    }
    assert_eq!(checked, 23 * 3 * 2 * 3);
}

#[test]
fn half_a_digit_above_an_even_limit_attains_and_above_an_odd_one_does_not() {
    let rules = Rulebooks::builtin().expect("the shipped rule files");
    for row in rows() {
        let pollutant: Pollutant = row[0].parse().expect(row[0]);
        let step = d(row[8]);
        for (phase, (limits, assessment)) in PHASES.iter().enumerate() {
            let assessment = rules.get(assessment).and_then(|r| r.air_assessment()).expect(assessment);
            let Some(rounding) = assessment.rounding(pollutant) else {
                assert!(matches!(pollutant, Pollutant::Pb | Pollutant::Bap), "{pollutant} has no row in {limits}");
                continue;
            };
            assert_eq!(rounding.compliance_decimals, step.scale(), "{pollutant} {limits}");
            let limit = rules.get(limits).and_then(|r| r.air_limits()).expect(limits);
            let limit = limit.limit(pollutant, averaging(row[1])).expect("a limit");
            let two = d(row[3 + 2 * phase]).exact();
            let half = step.exact() / 2;
            let digits = two.checked_div(&step.exact()).expect("a step").floor();
            let held = |value: &lanwan_terms::Exact| {
                let value = value.as_decimal(5).expect("five digits");
                attain(Concentration::from(value), limit, step.scale()).class2
            };
            let above = two.clone() + half.clone();
            assert_eq!(held(&above), digits % 2 == 0, "{pollutant} {} {limits}", row[1]);
            assert!(held(&(two.clone() - half)), "{pollutant} {} {limits}", row[1]);
            // A little more than half a digit is above, whatever the limit.
            assert!(!held(&(above + lanwan_terms::Exact::ratio(1, 100_000))), "{pollutant} {} {limits}", row[1]);
        }
    }
}

#[test]
fn pm25_at_30_4_and_30_5_attains_in_the_transition_and_30_6_does_not() {
    let rules = Rulebooks::builtin().expect("the shipped rule files");
    let limits = rules.get("gb3095-2026-transition").and_then(|r| r.air_limits()).expect("limits");
    let limit = limits.limit(Pollutant::Pm25, Averaging::Annual).expect("a limit");
    let held = |text: &str| attain(Concentration::from(d(text)), limit, 0).class2;
    assert!(held("30.4") && held("30.5") && !held("30.6"));
    // Rounding a printed decimal again would give 30.5 and then 30.
    assert!(!held("30.5001"));
}

#[test]
fn the_exceedance_multiple_is_of_what_exceeds() {
    assert_eq!(exceedance_multiple(d("35"), d("35"), 2), None);
    assert_eq!(exceedance_multiple(d("36"), d("35"), 2), Some(d("0.03")));
    // 0.125 lies exactly between: the even digit.
    assert_eq!(exceedance_multiple(d("45"), d("40"), 2), Some(d("0.12")));
    assert_eq!(exceedance_multiple(d("1"), Decimal::ZERO, 2), None);
}
