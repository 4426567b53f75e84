//! Scans a folder made by `generate_national_year` into grids: `scan_year FOLDER [THREADS [ROUNDS]]`.

#[path = "../benches/support/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use more of it")]
mod support;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use lanwan_observations::{NOTHING, Scan, Store};
use lanwan_terms::{AIR_SIX, Span};
use support::Year;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let root = PathBuf::from(args.next().ok_or("usage: scan_year FOLDER [THREADS [ROUNDS]]")?);
    let threads = args.next().map_or(Ok(2), |t| t.parse())?;
    let rounds: u32 = args.next().map_or(Ok(5), |t| t.parse())?;
    let begun = Instant::now();
    let store = Store::open(&root)?;
    let snapshot = store.snapshot()?;
    println!("opened in {} ms: {} files", begun.elapsed().as_millis(), snapshot.file_count());
    let codes = AIR_SIX.map(|p| p.hj524());
    let from = Year::first_hour();
    for _ in 0..rounds {
        let sum = AtomicI64::new(0);
        let count = AtomicI64::new(0);
        let begun = Instant::now();
        let scan = Scan {
            span: Span::Hour,
            pollutants: &codes,
            hours: from..from + Year::NATIONAL.hours,
            monitors: None,
            as_of: None,
            threads,
        };
        let stats = snapshot.scan(&scan, |grid| {
            let last = grid.values.last().copied().unwrap_or(NOTHING);
            sum.fetch_add(if last == NOTHING { 0 } else { last }, Ordering::Relaxed);
            count.fetch_add(1, Ordering::Relaxed);
        })?;
        println!("{} ms, {stats:?}, {}", begun.elapsed().as_millis(), sum.load(Ordering::Relaxed));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("peak memory unknown"));
    Ok(())
}
