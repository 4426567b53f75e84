//! Times of everything but the scan on a folder made by `generate_national_year`; the folder is changed.
//! `probe FOLDER`

#[path = "../benches/support/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use more of it")]
mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use lanwan_observations::{Latest, Store};
use lanwan_terms::{AIR_SIX, Span};
use support::{Year, learned};

fn timed<T>(what: &str, f: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = f();
    println!("{what}: {} us", begun.elapsed().as_micros());
    done
}

fn memory(what: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| status.lines().find(|l| l.starts_with(name)).unwrap_or("").to_owned();
    println!("  {what}: {} {}", line("VmRSS"), line("VmHWM"));
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::args().nth(1).ok_or("usage: probe FOLDER")?);
    let year = Year::NATIONAL;
    let store = timed("open", || Store::open(&root))?;
    memory("open");
    let snapshot = timed("snapshot, unchanged", || store.snapshot())?;
    println!("{} files, version {}", snapshot.file_count(), snapshot.version());
    timed("monitors, first", || snapshot.monitors(Span::Hour))?;
    timed("monitors, again", || snapshot.monitors(Span::Hour))?;
    memory("monitors");

    let day = year.end_hour() - 200 * 24;
    for round in 0..4 {
        let hours = day + round * 24..day + round * 24 + 24;
        let found = timed("history of a day", || snapshot.history("1500A", "a34004", hours, Span::Hour, None))?;
        println!("  {} readings", found.len());
    }
    let found = timed("history of a year", || {
        snapshot.history("1500A", "a34004", Year::first_hour()..year.end_hour(), Span::Hour, None)
    })?;
    println!("  {} readings, {} superseded", found.len(), found.iter().map(|s| s.superseded.len()).sum::<usize>());
    memory("history");

    let mut latest = Latest::new(snapshot.clone(), Span::Hour);
    timed("latest, warm", || latest.warm())?;
    let stations = year.stations();
    let points: Vec<(&str, &str)> =
        stations.iter().flat_map(|s| AIR_SIX.iter().map(move |p| (s.as_str(), p.hj524()))).take(10_000).collect();
    for _ in 0..3 {
        let found = timed("latest of 10,000", || latest.latest(&points))?;
        assert!(found.iter().all(Option::is_some));
    }
    memory("latest");

    let mut committer = store.committer()?;
    for (round, days) in [(1, 3), (2, 3), (3, 30)] {
        let late = year.late(250_000, days, round);
        let done = timed(&format!("append of 250,000 over {days} days"), || {
            committer.append(late, learned(5000 + round as i64), &mut |_| {})
        })?;
        println!(
            "  {} accepted, {} superseded, {} repeated, {} refused",
            done.accepted,
            done.superseded,
            done.repeated,
            done.refused.len()
        );
    }
    memory("append");
    let newer = timed("snapshot, changed", || store.snapshot())?;
    timed("latest, update", || latest.update(newer))?;
    let mut times = Vec::new();
    for n in 0..200 {
        let rows: Vec<_> = year
            .late(600, 1, 100 + n)
            .into_iter()
            .map(|mut r| {
                r.start += chrono::TimeDelta::hours(96 + n as i64);
                r
            })
            .collect();
        let begun = Instant::now();
        committer.append(rows, learned(6000 + n as i64), &mut |_| {})?;
        times.push(begun.elapsed());
        if n % 20 == 19 {
            committer.maintain()?;
        }
    }
    times.sort_unstable();
    let mean = times.iter().sum::<Duration>() / times.len() as u32;
    println!(
        "appends of 600: mean {mean:?}, p95 {:?}, max {:?}",
        times[times.len() * 95 / 100],
        times[times.len() - 1]
    );
    let done = timed("maintain", || committer.maintain())?;
    println!("  {done:?}");
    let done = timed("maintain again, no retention", || committer.maintain_with(Duration::ZERO))?;
    println!("  {done:?}");
    memory("maintain");
    Ok(())
}
