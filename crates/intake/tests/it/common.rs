//! Shared by the tests.

use lanwan_intake::{Input, Intake, IntakeError, Options, read};

/// Reads text or bytes under a name.
pub(crate) fn try_bytes(name: &str, bytes: impl Into<Vec<u8>>, options: &Options) -> Result<Intake, IntakeError> {
    read(Input::bytes(name, bytes), options, &mut |_| ())
}

/// Reads text or bytes that must give something.
pub(crate) fn bytes(name: &str, content: impl Into<Vec<u8>>) -> Intake {
    let intake = try_bytes(name, content, &Options::default()).unwrap();
    conserved(&intake);
    intake
}

/// Every row and every value is accounted for.
pub(crate) fn conserved(intake: &Intake) {
    let r = &intake.report;
    assert_eq!(r.values, r.accepted + r.repeated_in_file + r.rejected_values, "{r:#?}");
    assert_eq!(r.accepted, intake.readings.len() as u64);
    assert_eq!(r.rejected, r.rows_rejected + r.rejected_values + r.rejected_other);
    assert!(r.rejected as usize >= intake.quarantine.len());
    assert!(r.rows_rejected + r.rows_other <= r.rows);
    if r.layout == lanwan_intake::Layout::Tidy {
        assert_eq!(r.rows, r.rows_rejected + r.rows_other + r.values, "{r:#?}");
    }
}

/// `monitor code start value` of every reading, starts in China Standard Time.
pub(crate) fn shown(intake: &Intake) -> Vec<String> {
    intake
        .readings
        .iter()
        .map(|r| {
            let value = r.value.map_or_else(|m| m.code().to_owned(), |v| v.to_string());
            let start = lanwan_terms::cst(r.start).format("%Y-%m-%dT%H");
            format!("{} {} {} {} {value}", r.monitor, r.pollutant, start, r.span.code())
        })
        .collect()
}

/// `row field kind` of every refusal.
pub(crate) fn refused(intake: &Intake) -> Vec<String> {
    intake.quarantine.iter().map(|q| format!("{} {} {}", q.row, q.field, q.kind.code())).collect()
}

/// Packs with gzip.
pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
