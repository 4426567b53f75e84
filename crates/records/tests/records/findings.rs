use std::sync::Arc;

use lanwan_records::{FindingRow, RecordsError};

use crate::home::{Home, time};

fn finding(id: &str) -> FindingRow {
    FindingRow {
        id: id.into(),
        kind: "air-year".into(),
        place: "370200".into(),
        period: "2024".into(),
        as_of: time("2025-01-20T00:00:00.000001Z"),
        json: "{\"aqi\": 1.50,\n \"级别\":\"良\\u0000\"}".into(),
        issued_at: time("2025-01-21T00:00:00Z"),
        issued_by: "张三".into(),
    }
}

async fn an_issued_finding_comes_back_to_the_byte(home: Arc<Home>) {
    let records = home.open().await;
    assert!(records.issue_finding(&finding("ab12")).await.unwrap());
    assert_eq!(records.finding("ab12").await.unwrap(), Some(finding("ab12")));
    assert_eq!(records.finding("AB12").await.unwrap(), None);
}

async fn the_first_issue_of_a_finding_stands(home: Arc<Home>) {
    let records = home.open().await;
    records.issue_finding(&finding("ab12")).await.unwrap();
    let again = FindingRow { issued_at: time("2026-01-01T00:00:00Z"), issued_by: "李四".into(), ..finding("ab12") };
    assert!(!records.issue_finding(&again).await.unwrap());
    assert_eq!(records.finding("ab12").await.unwrap(), Some(finding("ab12")));
}

async fn an_issued_finding_cannot_be_replaced(home: Arc<Home>) {
    let records = home.open().await;
    records.issue_finding(&finding("ab12")).await.unwrap();
    let other = FindingRow { json: "{\"aqi\": 1.5}".into(), ..finding("ab12") };
    let error = records.issue_finding(&other).await.unwrap_err();
    assert!(matches!(error, RecordsError::FindingDiffers { field: "json", .. }), "{error}");
    let blank = records.issue_finding(&FindingRow { issued_by: String::new(), ..finding("cd") }).await.unwrap_err();
    assert!(matches!(blank, RecordsError::Invalid { field: "issued_by", .. }), "{blank}");
    assert_eq!(records.findings(None, 10).await.unwrap(), [finding("ab12")]);
}

async fn going_on_from_the_last_finding_visits_all(home: Arc<Home>) {
    let records = home.open().await;
    let ids = ["0f", "1a", "1b", "B", "a0", "f9", "青"];
    for id in ["a0", "青", "1b", "0f", "B", "f9", "1a"] {
        records.issue_finding(&finding(id)).await.unwrap();
    }
    let mut seen: Vec<String> = Vec::new();
    loop {
        let page = records.findings(seen.last().map(String::as_str), 3).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|f| f.id));
    }
    assert_eq!(seen, ids);
}

async fn the_audit_log_keeps_every_entry_the_newest_first(home: Arc<Home>) {
    let records = home.open().await;
    let at = time("2024-04-10T01:02:03.000004Z");
    let detail = serde_json::json!({"file": "青岛.csv", "accepted": 3});
    let first = records.audit(at, "张三", "import", &detail).await.unwrap();
    let second = records.audit(at, "张三", "import", &detail).await.unwrap();
    assert!(second > first);
    let log = records.audit_log(10).await.unwrap();
    assert_eq!(log.iter().map(|e| e.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!((log[1].at, log[1].who.as_str(), log[1].what.as_str()), (at, "张三", "import"));
    assert_eq!(log[1].detail_json, detail.to_string());
    assert_eq!(records.audit_log(1).await.unwrap(), log[..1]);
    let nobody = records.audit(at, " ", "import", &detail).await.unwrap_err();
    assert!(matches!(nobody, RecordsError::Invalid { field: "who", .. }), "{nobody}");
}

on_both! {
    an_issued_finding_comes_back_to_the_byte
    the_first_issue_of_a_finding_stands
    an_issued_finding_cannot_be_replaced
    going_on_from_the_last_finding_visits_all
    the_audit_log_keeps_every_entry_the_newest_first
}
