//! Fills a folder with a generated national year: `generate_national_year FOLDER [STATIONS [HOURS]]`.

#[path = "../benches/support/mod.rs"]
#[expect(dead_code, reason = "the benchmarks use more of it")]
mod support;

use std::path::PathBuf;
use std::time::Instant;

use support::Year;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let root = PathBuf::from(args.next().ok_or("usage: generate_national_year FOLDER [STATIONS [HOURS]]")?);
    let mut year = Year::NATIONAL;
    if let Some(stations) = args.next() {
        year.stations = stations.parse()?;
    }
    if let Some(hours) = args.next() {
        year.hours = hours.parse()?;
    }
    let begun = Instant::now();
    let store = year.generate(&root, |what| println!("{what}, {} ms", begun.elapsed().as_millis()))?;
    let snapshot = store.snapshot()?;
    println!("{} rows in {} files, version {}", snapshot.row_count(), snapshot.file_count(), snapshot.version());
    Ok(())
}
