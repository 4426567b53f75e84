//! The real-time index over whole columns, reported as station-hours a second on one core.

use lanwan_rulebook::Rulebooks;
use lanwan_standards::air::{FastIndex, HourlyAqi, IndexTable, MISSING};

const HOURS: usize = 1_000_000;

fn main() {
    divan::main();
}

/// Upper ends of everyday concentrations, in the order of the columns: SO2, NO2, CO (in tenths), O3, PM10, PM2.5.
const SPAN: [u64; 6] = [80, 120, 30, 260, 300, 200];

/// Six columns of readings: whole numbers (CO in tenths), or with one more digit; one in fifty is missing.
fn columns(decimals: bool) -> Vec<Vec<i64>> {
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    SPAN.iter()
        .enumerate()
        .map(|(p, span)| {
            let unit = if p == 2 { 100_000 } else { 1_000_000 };
            let reading = |next: &mut dyn FnMut() -> u64| match (next() % 50, decimals) {
                (0, _) => MISSING,
                (_, false) => (next() % span) as i64 * unit,
                (_, true) => (next() % (span * 10)) as i64 * (unit / 10),
            };
            (0..HOURS).map(|_| reading(&mut next)).collect()
        })
        .collect()
}

fn index(edition: &str) -> FastIndex {
    let rules = Rulebooks::builtin().expect("the shipped rule files");
    let body = rules.get(edition).and_then(|r| r.air_index()).expect("an index rule");
    let table = IndexTable::new(body).expect("a table");
    FastIndex::new(&table, body.default_realtime().expect("a mode")).expect("scales").expect("one-hour means")
}

fn run(bencher: divan::Bencher<'_, '_>, edition: &str, decimals: bool) {
    let columns = columns(decimals);
    let columns: [&[i64]; 6] = std::array::from_fn(|p| columns[p].as_slice());
    let index = index(edition);
    let mut out = vec![HourlyAqi::default(); HOURS];
    bencher.counter(divan::counter::ItemsCount::new(HOURS)).bench_local(|| {
        index.index_hours(divan::black_box(columns), &mut out);
        divan::black_box(out[HOURS - 1])
    });
}

#[divan::bench(args = ["hj633-2012", "hj633-2026"])]
fn whole_numbers(bencher: divan::Bencher<'_, '_>, edition: &str) {
    run(bencher, edition, false);
}

#[divan::bench(args = ["hj633-2012", "hj633-2026"])]
fn one_more_digit(bencher: divan::Bencher<'_, '_>, edition: &str) {
    run(bencher, edition, true);
}
