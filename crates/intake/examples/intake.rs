//! Prints what the reader makes of files: `cargo run --release -p lanwan-intake --example intake -- FILE…`.

use std::time::Instant;

use lanwan_intake::{Input, Options, read};

fn main() {
    for path in std::env::args_os().skip(1) {
        let start = Instant::now();
        let result = read(Input::Path(path.into()), &Options::default(), &mut |_| ());
        let took = start.elapsed().as_millis();
        match result {
            Ok(intake) => {
                let r = &intake.report;
                println!(
                    "{} {} {} rows {} (other {}, rejected {}), values {}: accepted {} (missing {}), repeated {}, rejected {}; \
                     other rejected {}; {} monitors, {} published; {took} ms",
                    r.file,
                    r.layout,
                    r.encoding.unwrap_or(r.format),
                    r.rows,
                    r.rows_other,
                    r.rows_rejected,
                    r.values,
                    r.accepted,
                    r.missing,
                    r.repeated_in_file,
                    r.rejected_values,
                    r.rejected_other,
                    intake.monitors.len(),
                    intake.published.len(),
                );
                println!("  {:?} .. {:?}; ignored: {}", r.first, r.last, r.ignored_columns.join(", "));
                for unit in &r.units {
                    let (given, stored) = (unit.given, unit.stored.code());
                    println!("  {} {given} -> {stored} × {} ({})", unit.pollutant, unit.factor, unit.origin.code());
                }
                for note in &r.assumptions_en {
                    println!("  - {note}");
                }
                for q in intake.quarantine.iter().take(3) {
                    println!("  row {} {} `{}`: {}; {}", q.row, q.field, q.text, q.reason_en, q.remedy_en);
                }
            }
            Err(error) => println!("{error}"),
        }
    }
}
