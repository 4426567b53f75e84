//! Fills a folder with a generated national year, for the benchmarks: `national_year FOLDER`.

#[path = "../../observations/benches/support/mod.rs"]
#[expect(dead_code, reason = "the table's own benchmarks use more of it")]
mod support;

use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::args().nth(1).ok_or("usage: national_year FOLDER")?);
    let begun = Instant::now();
    let store =
        support::Year::NATIONAL.generate(&root, |what| println!("{what}, {} ms", begun.elapsed().as_millis()))?;
    let snapshot = store.snapshot()?;
    println!("{} rows in {} files", snapshot.row_count(), snapshot.file_count());
    Ok(())
}
