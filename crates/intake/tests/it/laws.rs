//! Laws that hold for every table: the order and the splitting of rows change nothing, and no row is lost.

use std::collections::BTreeSet;

use crate::common::{conserved, try_bytes};
use lanwan_intake::{IntakeError, Options};
use lanwan_terms::Reading;
use proptest::prelude::*;

const TIDY: &str = "station,time,pollutant,value";
const WIDE: &str = "city,station,time,aqi,pm25,so2,co(ppm)";

fn tidy_row() -> impl Strategy<Value = String> {
    let station = prop::sample::select(vec!["A", "B", "1307A", "", "市南", "\"x\"\"y\"", "\"open"]);
    let time = prop::sample::select(vec![
        "2024-01-05 03:00",
        "2024-01-05 04:00",
        "2024-01-05",
        "2024-01-05T03:00:00Z",
        "2024-01-05 25:00",
        "20240105",
        "x",
        "",
    ]);
    let pollutant = prop::sample::select(vec!["PM2.5", "O3", "O3_8h", "AQI", "level", "pm1", "a21026"]);
    let value = prop::sample::select(vec!["1", "1.0", "2", "", "-999", "-1", "x", "3.1234567", "优", "999999"]);
    (station, time, pollutant, value).prop_map(|(s, t, p, v)| format!("{s},{t},{p},{v}"))
}

fn wide_row() -> impl Strategy<Value = String> {
    let city = prop::sample::select(vec!["青岛", "济南", ""]);
    let station = prop::sample::select(vec!["甲", "乙", "-"]);
    let time = prop::sample::select(vec!["2024-01-05 03:00", "2024/1/5 4:00", "2024-01-05", "2024-02-30"]);
    let value = || prop::sample::select(vec!["1", "2", "", "-5", "abc"]);
    (city, station, time, value(), value(), value(), value())
        .prop_map(|(c, s, t, a, b, d, e)| format!("{c},{s},{t},{a},{b},{d},{e}"))
}

fn table() -> impl Strategy<Value = (&'static str, Vec<String>)> {
    prop_oneof![
        prop::collection::vec(tidy_row(), 0..40).prop_map(|rows| (TIDY, rows)),
        prop::collection::vec(wide_row(), 0..30).prop_map(|rows| (WIDE, rows)),
    ]
}

fn text(header: &str, rows: &[String]) -> String {
    std::iter::once(header).chain(rows.iter().map(String::as_str)).fold(String::new(), |mut text, line| {
        text.push_str(line);
        text.push('\n');
        text
    })
}

/// A reading without its source, which names the file's hash.
fn bare(readings: &[Reading]) -> Vec<Reading> {
    readings.iter().map(|r| Reading { source: String::new(), ..r.clone() }).collect()
}

proptest! {
    #[test]
    fn no_row_and_no_value_is_lost((header, rows) in table()) {
        let intake = try_bytes("a.csv", text(header, &rows), &Options::default()).unwrap();
        conserved(&intake);
        prop_assert_eq!(intake.report.rows, rows.len() as u64);
    }

    #[test]
    fn the_order_of_rows_changes_nothing((header, rows) in table(), seed in any::<u64>()) {
        // Rows with an open quotation mark may take up the next one; they are for the law above.
        let rows: Vec<String> = rows.into_iter().filter(|r| !r.contains("\"open")).collect();
        let mut other = rows.clone();
        other.sort_by_key(|row| row.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)));
        let a = try_bytes("a.csv", text(header, &rows), &Options::default()).unwrap();
        let b = try_bytes("a.csv", text(header, &other), &Options::default()).unwrap();
        prop_assert_eq!(bare(&a.readings), bare(&b.readings));
        prop_assert_eq!(&a.monitors, &b.monitors);
        prop_assert_eq!(&a.published, &b.published);
        let counts = |r: &lanwan_intake::Report| {
            (r.accepted, r.missing, r.repeated_in_file, r.rejected, r.rows_other, r.units.clone(), r.assumptions.clone())
        };
        prop_assert_eq!(counts(&a.report), counts(&b.report));
    }

    #[test]
    fn splitting_a_file_changes_no_reading(rows in prop::collection::vec(tidy_row(), 0..40), at in 0usize..40) {
        // One row an identity: contradictions and repeats can only be seen within one file.
        let mut seen = BTreeSet::new();
        let rows: Vec<String> = rows
            .into_iter()
            .filter(|r| !r.contains("\"open"))
            .filter(|r| seen.insert(r.split(',').next().unwrap_or("").to_owned()))
            .collect();
        let (a, b) = rows.split_at(at.min(rows.len()));
        let whole = try_bytes("a.csv", text(TIDY, &rows), &Options::default()).unwrap();
        let mut parts = bare(&try_bytes("a.csv", text(TIDY, a), &Options::default()).unwrap().readings);
        parts.extend(bare(&try_bytes("a.csv", text(TIDY, b), &Options::default()).unwrap().readings));
        parts.sort_by(|x, y| x.monitor.cmp(&y.monitor));
        let mut whole = bare(&whole.readings);
        whole.sort_by(|x, y| x.monitor.cmp(&y.monitor));
        prop_assert_eq!(whole, parts);
    }

    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400), magic in 0usize..8) {
        let heads: [&[u8]; 8] = [
            b"", b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"[{\"a\":",
            b"station,time,pollutant,value\n", b"\xff\xfe",
        ];
        let content = [heads[magic], &bytes].concat();
        match try_bytes("a", content, &Options::default()) {
            Ok(intake) => conserved(&intake),
            Err(IntakeError::Io { file, error }) => prop_assert!(false, "{} {}", file, error),
            Err(_) => {}
        }
    }

    #[test]
    fn any_text_after_a_header_is_conserved(body in "[A1,\"\n;\\-. 0-9:青L<]{0,300}") {
        let intake = try_bytes("a.csv", format!("{TIDY}\n{body}"), &Options::default()).unwrap();
        conserved(&intake);
    }
}
