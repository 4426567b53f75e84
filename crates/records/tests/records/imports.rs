use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use lanwan_records::{ImportRow, QuarantineRow, RecordsError};

use crate::home::{Home, time};

pub(crate) fn import() -> ImportRow {
    ImportRow {
        file: "青岛市2024年.csv".into(),
        sha256: "0123456789abcdef".repeat(4),
        bytes: 3_000_000_000,
        layout: "tidy".into(),
        encoding: Some("GB18030".into()),
        time_label: "end".into(),
        units: "CO mg/m³, 其余 µg/m³".into(),
        at: time("2024-04-10T01:02:03.000004Z"),
        table_version: Some(12),
        accepted: 100,
        missing: 2,
        repeated: 3,
        superseded: 4,
        rejected: 5,
        refused: 6,
        first: Some(time("2023-12-31T16:00:00Z")),
        last: Some(time("2024-01-31T15:00:00Z")),
        report_json: r#"{"rows": 1e400, "名": "站"}"#.into(),
        ..ImportRow::default()
    }
}

pub(crate) fn refused(row: u64) -> QuarantineRow {
    QuarantineRow {
        file: "青岛市2024年.csv".into(),
        row,
        field: "PM2.5".into(),
        text: "－12".into(),
        kind: "negative".into(),
        reason: "浓度为负".into(),
        reason_en: "a concentration below zero".into(),
        remedy: "请改正；缺测请留空或写 -99、-999、-9999".into(),
        remedy_en: "correct it; missing is empty, -99, -999 or -9999".into(),
        ..QuarantineRow::default()
    }
}

async fn an_import_comes_back_as_given(home: Arc<Home>) {
    let records = home.open().await;
    let bare = ImportRow {
        encoding: None,
        table_version: None,
        first: None,
        last: None,
        at: time("1969-12-31T23:59:59.999999Z"),
        ..import()
    };
    for row in [import(), bare] {
        let id = records.record_import(&row, &[]).await.unwrap();
        assert_eq!(records.import(id).await.unwrap(), Some(ImportRow { id, ..row }));
    }
    assert_eq!(records.import(99).await.unwrap(), None);
}

async fn the_last_imports_come_first(home: Arc<Home>) {
    let records = home.open().await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(records.record_import(&ImportRow { accepted: n, ..import() }, &[]).await.unwrap());
    }
    ids.reverse();
    let all: Vec<i64> = records.imports(u64::MAX).await.unwrap().iter().map(|i| i.id).collect();
    assert_eq!(all, ids);
    assert!(ids.is_sorted_by(|a, b| a > b));
    let two: Vec<u64> = records.imports(2).await.unwrap().iter().map(|i| i.accepted).collect();
    assert_eq!(two, [4, 3]);
}

async fn a_file_is_found_by_its_hash_the_newest_import_of_it(home: Arc<Home>) {
    let records = home.open().await;
    records.record_import(&import(), &[]).await.unwrap();
    let second = records.record_import(&import(), &[]).await.unwrap();
    records.record_import(&ImportRow { sha256: "f".repeat(64), ..import() }, &[]).await.unwrap();
    let found = records.import_by_sha256(&"0123456789ABCDEF".repeat(4)).await.unwrap();
    assert_eq!(found.map(|i| i.id), Some(second));
    assert_eq!(records.import_by_sha256(&"e".repeat(64)).await.unwrap(), None);
}

async fn what_was_refused_comes_back_in_order_and_in_pages(home: Arc<Home>) {
    let records = home.open().await;
    let rows: Vec<_> = (0..2_345).map(|i| refused(2_345 - i)).collect();
    let other = records.record_import(&import(), &[refused(7)]).await.unwrap();
    let id = records.record_import(&import(), &rows).await.unwrap();
    assert_eq!(records.quarantine_count(id).await.unwrap(), 2_345);
    assert_eq!(records.quarantine_count(other).await.unwrap(), 1);
    assert_eq!(records.quarantine_count(id + 1).await.unwrap(), 0);

    let mut seen = Vec::new();
    loop {
        let page = records.quarantine(id, seen.len() as u64, 500).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    let expected: Vec<_> =
        rows.into_iter().zip(1..).map(|(row, number)| QuarantineRow { import_id: id, number, ..row }).collect();
    assert!(seen == expected);
    assert_eq!(records.quarantine(id, u64::MAX, u64::MAX).await.unwrap(), []);
    assert_eq!(records.quarantine(id, 0, 0).await.unwrap(), []);
}

async fn a_refused_text_is_cut_to_200_characters_and_holds_no_zero_byte(home: Arc<Home>) {
    let records = home.open().await;
    let long = QuarantineRow { text: format!("\0{}", "霾😀".repeat(200)), field: "列".repeat(300), ..refused(1) };
    let id = records.record_import(&import(), &[long]).await.unwrap();
    let row = records.quarantine(id, 0, 1).await.unwrap().remove(0);
    assert_eq!(row.text, format!("␀{}霾", "霾😀".repeat(99)));
    assert_eq!(row.field.chars().count(), 200);
}

async fn nothing_of_an_import_is_recorded_when_a_part_of_it_cannot_be(home: Arc<Home>) {
    let records = home.open().await;
    let mut rows: Vec<_> = (1..=1_500).map(refused).collect();
    rows[1_400].row = u64::MAX;
    let error = records.record_import(&import(), &rows).await.unwrap_err();
    assert!(matches!(error, RecordsError::Invalid { field: "row", .. }), "{error}");
    assert_eq!(records.imports(10).await.unwrap(), []);
    assert_eq!(records.quarantine(1, 0, 10).await.unwrap(), []);
}

async fn an_import_without_a_hash_or_a_report_is_refused(home: Arc<Home>) {
    let records = home.open().await;
    let bad = [
        (ImportRow { sha256: "0123".into(), ..import() }, "sha256"),
        (ImportRow { sha256: "F".repeat(64), ..import() }, "sha256"),
        (ImportRow { report_json: "{".into(), ..import() }, "report_json"),
        (ImportRow { accepted: u64::MAX, ..import() }, "accepted"),
        (ImportRow { units: "\0".into(), ..import() }, "units"),
        (ImportRow { at: chrono::DateTime::<chrono::Utc>::MAX_UTC, ..import() }, "at"),
    ];
    for (row, wrong) in bad {
        let error = records.record_import(&row, &[]).await.unwrap_err();
        assert!(matches!(&error, RecordsError::Invalid { field, .. } if *field == wrong), "{error}");
    }
}

async fn a_hundred_thousand_refused_rows_take_about_a_second(home: Arc<Home>) {
    let records = home.open().await;
    let rows: Vec<_> = (1..=100_000).map(refused).collect();
    let start = Instant::now();
    let id = records.record_import(&import(), &rows).await.unwrap();
    let written = start.elapsed();
    assert_eq!(records.quarantine_count(id).await.unwrap(), 100_000);
    let start = Instant::now();
    assert_eq!(records.quarantine(id, 99_900, 100).await.unwrap().len(), 100);
    let engine = if home.is_sqlite() { "SQLite" } else { "PostgreSQL" };
    let line = format!("{engine}: 100,000 quarantined rows in {written:.2?}, last page in {:.2?}", start.elapsed());
    let _ = writeln!(std::io::stderr(), "{line}");
    // Ten times the aim: a loaded machine is no failure, a statement a row is.
    assert!(written.as_secs() < 10, "{line}");
}

on_both! {
    an_import_comes_back_as_given
    the_last_imports_come_first
    a_file_is_found_by_its_hash_the_newest_import_of_it
    what_was_refused_comes_back_in_order_and_in_pages
    a_refused_text_is_cut_to_200_characters_and_holds_no_zero_byte
    nothing_of_an_import_is_recorded_when_a_part_of_it_cannot_be
    an_import_without_a_hash_or_a_report_is_refused
    a_hundred_thousand_refused_rows_take_about_a_second
}
