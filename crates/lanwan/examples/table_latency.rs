//! Latencies over a national year, for the benchmarks: `table_latency DATA_FOLDER`, where `DATA_FOLDER/observations` is the table.
//!
//! Prints the median and the 99th percentile of: the newest value of 10,000 points; `explain` of a station's day; a reader's
//! query while nothing else happens and while a bulk import runs. Then the time from a file of 250,000 late readings to the
//! affected days judged again. The table is changed by the import: run it on one that may be changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use lanwan_assess::{Assessor, Options, PlaceKind, Places, Request, Source};
use lanwan_observations::{Latest, Store};
use lanwan_rulebook::{Region, Rulebooks};
use lanwan_terms::{AIR_SIX, Period, Span, cst, utc_of_hour};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = PathBuf::from(std::env::args().nth(1).ok_or("usage: table_latency DATA_FOLDER")?);
    let store = Store::open(&root.join("observations"))?;
    let rules = Arc::new(Rulebooks::builtin()?);
    let assessor = assessor(&store, &rules)?;
    let stations: Vec<String> = assessor.places().iter().map(|p| p.id.clone()).collect();
    let last = assessor.extent().ok_or("the table is empty")?.1;
    println!(
        "{} rows, {} files, {} stations",
        store.snapshot()?.row_count(),
        store.snapshot()?.file_count(),
        stations.len()
    );

    let begun = Instant::now();
    let mut latest = Latest::new(store.snapshot()?, Span::Hour);
    latest.warm()?;
    let warm = begun.elapsed();
    let points: Vec<(&str, &str)> =
        stations.iter().flat_map(|s| AIR_SIX.iter().map(move |p| (s.as_str(), p.hj524()))).take(10_000).collect();
    let timed: Vec<Duration> = (0..300)
        .map(|_| {
            let begun = Instant::now();
            latest.latest(&points).map(|found| found.iter().flatten().count()).map(|_| begun.elapsed())
        })
        .collect::<Result<_, _>>()?;
    report(&format!("latest value of {} points (warmed in {warm:.0?})", points.len()), timed);

    let pinned = assessor.pin(&Options::default())?;
    let timed: Vec<Duration> = (0..100)
        .map(|i| {
            let station = &stations[i * 17 % stations.len()];
            let day = last - chrono::Days::new(10 + (i as u64 * 3) % 300);
            let request = Request { places: Some([station.clone()].into()), days: Some((day, day)) };
            let options = Options { threads: 1, ..pinned.clone() };
            let days = assessor.days(PlaceKind::Station, &request, &options)?;
            let rules = assessor.rules(&options, day, day)?;
            let of_day = days.values().flatten().next().ok_or("no such day")?;
            let id = assessor.day_id(station, of_day, &rules, &options);
            let begun = Instant::now();
            let explained = assessor.explain(&id)?;
            if !explained.reproduced {
                return Err(Failure::from("not reproduced"));
            }
            Ok(begun.elapsed())
        })
        .collect::<Result<_, Failure>>()?;
    report("explain of a station's day with its readings", timed);

    let query = |assessor: &Assessor, i: usize| -> Result<Duration, Failure> {
        let station = &stations[i * 31 % stations.len()];
        let request =
            Request { places: Some([station.clone()].into()), days: Some((last - chrono::Days::new(60), last)) };
        let begun = Instant::now();
        assessor.days(PlaceKind::Station, &request, &Options { threads: 1, ..Options::default() })?;
        Ok(begun.elapsed())
    };
    let idle: Vec<Duration> = (0..200).map(|i| query(&assessor, i)).collect::<Result<_, _>>()?;
    report("a reader's query (60 days of a station), idle", idle);

    let file = late_readings(&stations, Period::Day(last).hours().start - 240);
    let done = AtomicBool::new(false);
    let (busy, import) = std::thread::scope(|scope| {
        let import = scope.spawn(|| {
            let spent = import(&store, &rules, file).map_err(|e| e.to_string());
            done.store(true, Ordering::Release);
            spent
        });
        let mut busy = Vec::new();
        while !done.load(Ordering::Acquire) {
            busy.extend(query(&assessor, busy.len()).ok());
        }
        (busy, import.join())
    });
    report("the same while 250,000 readings are imported", busy);
    println!(
        "250,000 late readings, from the file to the affected days judged again: {:.2?}",
        import.map_err(|_| "panicked")??
    );
    Ok(())
}

fn assessor(store: &Store, rules: &Arc<Rulebooks>) -> Result<Assessor, Failure> {
    let source = Source::Table(store.snapshot()?);
    Ok(Assessor::new(rules.clone(), Region::parse("CN")?, source, Places::default())?)
}

/// A tidy CSV file of corrections and of hours that came late.
fn late_readings(stations: &[String], from: i32) -> String {
    let mut text = String::from("station,time,pollutant,value\n");
    for i in 0..250_000usize {
        let (station, rest) = (&stations[i % stations.len()], i / stations.len());
        let (pollutant, hour) = (AIR_SIX[rest % 6], from + (rest / 6) as i32);
        let time = cst(utc_of_hour(hour + 1)).format("%Y-%m-%d %H:%M");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{station},{time},{pollutant},{}", 3 + i % 5);
    }
    text
}

fn import(store: &Store, rules: &Arc<Rulebooks>, file: String) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let input = lanwan_intake::Input::bytes("late.csv", file);
    let intake = lanwan_intake::read(input, &lanwan_intake::Options::default(), &mut |_| ())?;
    let read = begun.elapsed();
    let appended = store.committer()?.append(intake.readings, Utc::now(), &mut |_| ())?;
    let written = begun.elapsed();
    let day = |hour: i32| cst(utc_of_hour(hour)).date_naive();
    let first = appended.affected.iter().map(|a| day(a.1)).min().ok_or("nothing changed")?;
    let last = appended.affected.iter().map(|a| day(a.2)).max().ok_or("nothing changed")?;
    let places: BTreeSet<String> = appended.affected.iter().map(|a| a.0.clone()).collect();
    let judged = assessor(store, rules)?.days(
        PlaceKind::Station,
        &Request { places: Some(places), days: Some((first, last)) },
        &Options::default(),
    )?;
    let days: usize = judged.values().map(Vec::len).sum();
    println!(
        "import: read {read:.2?}, written {:.2?}, {days} days judged {:.2?} ({} new, {} superseded)",
        written - read,
        begun.elapsed() - written,
        appended.accepted,
        appended.superseded
    );
    Ok(begun.elapsed())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    if let (Some(median), Some(high)) = (at(50), at(99)) {
        println!("{what}: median {median:.2?}, p99 {high:.2?} ({} times)", times.len());
    }
}
