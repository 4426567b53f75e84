//! Databases written by earlier versions stay readable: one of each version is kept in `tests/fixtures`.

use std::path::{Path, PathBuf};

use lanwan_records::{
    DustMark, DustMarkRow, FindingRow, ImportRow, PlaceKind, PlaceRow, QuarantineRow, Records, sqlite_url,
};
use lanwan_terms::Pollutant;

use crate::home::{day, time};
use crate::imports::{import, refused};

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/v{version}.sqlite"))
}

fn city() -> PlaceRow {
    PlaceRow { name_en: Some("Qingdao".into()), ..PlaceRow::new("370200", PlaceKind::City, "青岛市") }
}

fn station() -> PlaceRow {
    PlaceRow {
        parent: Some("370202".into()),
        longitude: Some("120.4133".parse().unwrap()),
        latitude: Some("36.07".parse().unwrap()),
        adcode: Some("370202".into()),
        opened: Some(day("2013-01-01")),
        closed: Some(day("2024-12-31")),
        ..PlaceRow::new("1666A", PlaceKind::Station, "市南区东部")
    }
}

fn mark() -> DustMark {
    DustMark {
        place: "370200".into(),
        from_day: day("2024-03-28"),
        to_day: day("2024-03-29"),
        pollutants: vec![Pollutant::Pm10, Pollutant::Pm25],
        document: "2024-04 号".into(),
        learned_at: time("2024-04-10T01:02:03.000004Z"),
    }
}

fn finding() -> FindingRow {
    FindingRow {
        id: "ab12".into(),
        kind: "air-year".into(),
        place: "370200".into(),
        period: "2024".into(),
        as_of: time("2025-01-20T00:00:00.000001Z"),
        json: "{\"级别\": \"良\"}".into(),
        issued_at: time("2025-01-21T00:00:00Z"),
        issued_by: "张三".into(),
    }
}

#[tokio::test]
async fn a_database_of_version_1_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("v1.sqlite");
    std::fs::copy(fixture(1), &copy).unwrap();
    let records = Records::open(&sqlite_url(&copy)).await.unwrap();

    assert_eq!(records.places().await.unwrap(), [station(), city()]);
    let at = time("2024-06-01T00:00:00Z");
    let marks = [
        DustMarkRow { id: 1, mark: mark(), withdrawn_at: Some(at) },
        DustMarkRow { id: 2, mark: DustMark { learned_at: at, ..mark() }, withdrawn_at: None },
    ];
    assert_eq!(records.dust_marks().await.unwrap(), marks);
    assert_eq!(records.imports(9).await.unwrap(), [ImportRow { id: 1, ..import() }]);
    let quarantined = [1, 2].map(|n| QuarantineRow { import_id: 1, number: n, ..refused(10 * n) });
    assert_eq!(records.quarantine(1, 0, 9).await.unwrap(), quarantined);
    assert_eq!(records.findings(None, 9).await.unwrap(), [finding()]);
    let log = records.audit_log(9).await.unwrap();
    assert_eq!((log[0].id, log[0].at, log[0].detail_json.as_str()), (1, at, "{\"id\":1}"));

    // And goes on being written.
    assert_eq!(records.add_dust_mark(&DustMark { to_day: day("2024-03-30"), ..mark() }).await.unwrap(), 3);
    assert_eq!(records.record_import(&import(), &[]).await.unwrap(), 2);
}

/// Run once for a new version of the schema, by the program that first writes it.
#[tokio::test]
#[ignore = "writes the fixture"]
async fn write_the_fixture() {
    let path = fixture(1);
    assert!(!path.exists(), "{} is there already, and is never written anew", path.display());
    let records = Records::open(&sqlite_url(&path)).await.unwrap();
    records.upsert_places(&[city(), station()]).await.unwrap();
    let at = time("2024-06-01T00:00:00Z");
    let id = records.add_dust_mark(&mark()).await.unwrap();
    records.withdraw_dust_mark(id, at).await.unwrap();
    records.add_dust_mark(&DustMark { learned_at: at, ..mark() }).await.unwrap();
    records.record_import(&import(), &[refused(10), refused(20)]).await.unwrap();
    records.issue_finding(&finding()).await.unwrap();
    records.audit(at, "张三", "withdraw-dust-mark", &serde_json::json!({"id": 1})).await.unwrap();
    records.close().await;
}
