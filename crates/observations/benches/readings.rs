//! The table of readings at the size of a national year: 1,700 stations, 8,760 hours, six pollutants, 89 million readings.
//!
//! `LANWAN_BENCH_YEAR` names a folder to keep the generated year in; without it a temporary one is made, which takes half a
//! minute. `LANWAN_BENCH_STATIONS` makes it smaller. Run with `cargo bench -p lanwan-observations`.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use divan::{Bencher, black_box};
use lanwan_observations::{Latest, Scan, Snapshot, Store};
use lanwan_terms::{AIR_SIX, Span};
use support::{Year, learned};

fn main() {
    divan::main();
}

fn year() -> Year {
    let stations = std::env::var("LANWAN_BENCH_STATIONS").ok().and_then(|s| s.parse().ok());
    Year { stations: stations.unwrap_or(Year::NATIONAL.stations), ..Year::NATIONAL }
}

/// The folder of the generated year; made once.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let kept = std::env::var_os("LANWAN_BENCH_YEAR").map(PathBuf::from);
        let folder = kept.unwrap_or_else(|| std::env::temp_dir().join(format!("lanwan-year-{}", std::process::id())));
        if !folder.join("_delta_log").exists() {
            eprintln!("generating a year in {}", folder.display());
            year().generate(&folder, |_| {}).expect("a generated year");
        }
        folder
    })
}

fn snapshot() -> Snapshot {
    Store::open(folder()).and_then(|s| s.snapshot()).expect("a table")
}

/// A copy of the year that a benchmark may change.
fn copy() -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let target = std::env::temp_dir().join(format!("lanwan-year-{}-{number}", std::process::id()));
    copy_folder(folder(), &target);
    target
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn codes() -> [&'static str; 6] {
    AIR_SIX.map(|p| p.hj524())
}

#[divan::bench(sample_count = 10, args = [1, 2])]
fn scan_of_the_year(bencher: Bencher<'_, '_>, threads: usize) {
    let (snapshot, codes) = (snapshot(), codes());
    let hours = Year::first_hour()..year().end_hour();
    let scan = Scan { span: Span::Hour, pollutants: &codes, hours, monitors: None, as_of: None, threads };
    bencher.bench(|| {
        snapshot
            .scan(&scan, |grid| {
                black_box(grid.values);
            })
            .expect("a scan")
    });
}

#[divan::bench(sample_count = 100)]
fn history_of_a_day(bencher: Bencher<'_, '_>) {
    let snapshot = snapshot();
    let stations = year().stations();
    let day = AtomicU64::new(0);
    bencher.bench(|| {
        let n = day.fetch_add(1, Ordering::Relaxed) as i32;
        let station = &stations[(n as usize * 37) % stations.len()];
        let first = Year::first_hour() + (n * 53 % 360) * 24;
        let found = snapshot.history(station, "a34004", first..first + 24, Span::Hour, None).expect("a history");
        assert_eq!(found.len(), 24);
    });
}

#[divan::bench(sample_count = 200)]
fn latest_of_10_000_points(bencher: Bencher<'_, '_>) {
    let mut latest = Latest::new(snapshot(), Span::Hour);
    let stations = year().stations();
    let points: Vec<(&str, &str)> =
        stations.iter().flat_map(|s| codes().map(|p| (s.as_str(), p))).take(10_000).collect();
    latest.warm().expect("warm");
    bencher.bench_local(|| latest.latest(black_box(&points)).expect("points"));
}

#[divan::bench(sample_count = 5)]
fn latest_from_cold(bencher: Bencher<'_, '_>) {
    let snapshot = snapshot();
    bencher.bench(|| Latest::new(snapshot.clone(), Span::Hour).warm());
}

#[divan::bench(sample_count = 5, sample_size = 1, args = [3, 30, 350])]
fn append_of_250_000_late_readings_over_days(bencher: Bencher<'_, '_>, days: i32) {
    let folder = copy();
    let store = Store::open(&folder).expect("a table");
    let mut committer = store.committer().expect("the right to write");
    let mut round = 0;
    bencher
        .with_inputs(|| {
            round += 1;
            (year().late(250_000, days, round), learned(5000 + round as i64))
        })
        .bench_local_values(|(late, now)| committer.append(late, now, &mut |_| {}).expect("an append"));
    fs::remove_dir_all(folder).expect("the copy is removed");
}

#[divan::bench(sample_count = 200, sample_size = 1)]
fn append_of_600_new_readings(bencher: Bencher<'_, '_>) {
    let folder = copy();
    let store = Store::open(&folder).expect("a table");
    let mut committer = store.committer().expect("the right to write");
    committer.maintain().expect("maintenance");
    let mut round = 0;
    bencher
        .with_inputs(|| {
            round += 1;
            let mut rows = year().late(600, 1, 0);
            rows.iter_mut().for_each(|r| r.start += chrono::TimeDelta::hours(96 + round));
            (rows, learned(9000 + round))
        })
        .bench_local_values(|(rows, now)| committer.append(rows, now, &mut |_| {}).expect("an append"));
    fs::remove_dir_all(folder).expect("the copy is removed");
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn maintenance_of_the_whole_year(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| {
            let folder = copy();
            let store = Store::open(&folder).expect("a table");
            (store.committer().expect("the right to write"), folder)
        })
        .bench_local_values(|(mut committer, folder)| {
            committer.maintain().expect("maintenance");
            fs::remove_dir_all(folder).expect("the copy is removed");
        });
}
