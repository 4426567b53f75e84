//! 青岛 with two districts and three stations, and one station of 济南: January and February 2025, every hour.
//! Each station reads the same every hour of a day, so every mean is known by head.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, Utc};
use lanwan_observations::Store;
use lanwan_records::{DustMark, ImportRow, PlaceKind, PlaceRow, QuarantineRow, Records, sqlite_url};
use lanwan_rulebook::{Region, Rulebooks};
use lanwan_server::{App, AppConfig, GeneratedSpan, router};
use lanwan_terms::{AIR_SIX, DataStatus, Decimal, Period, Pollutant, Reading, Span, utc_of_hour};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// A station of 市南区 whose id has a slash, like those of files without codes.
pub(crate) const SLASHED: &str = "青岛/市南区东部";

const STATIONS: [(&str, &str, i64); 4] =
    [(SLASHED, "370202", 20), ("1002A", "370202", 30), ("1003A", "370212", 40), ("2001A", "370100", 80)];

pub(crate) struct City {
    pub(crate) app: App,
    pub(crate) store: Store,
    pub(crate) records: Records,
    runtime: Runtime,
    _folder: TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("a text"))
    }

    /// The error's code, after a look at its shape.
    pub(crate) fn error(&self) -> String {
        let error = &self.json()["error"];
        for field in ["message", "message_en", "remedy", "remedy_en"] {
            assert!(error[field].as_str().is_some_and(|t| !t.is_empty()), "{field} of {error}");
        }
        error["code"].as_str().expect("a code").to_owned()
    }
}

/// The instant from which everything was known.
pub(crate) fn learned() -> DateTime<Utc> {
    "2025-03-05T08:00:00Z".parse().expect("an instant")
}

impl City {
    pub(crate) fn new() -> Self {
        Self::with(true)
    }

    pub(crate) fn empty() -> Self {
        Self::with(false)
    }

    fn with(readings: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = Runtime::new().expect("a runtime");
        let store = Store::create_or_open(&folder.path().join("observations")).expect("a table");
        let records =
            runtime.block_on(Records::open(&sqlite_url(&folder.path().join("records.sqlite")))).expect("records");
        if readings {
            store.committer().expect("the committer").append(year(), learned(), &mut |_| {}).expect("readings");
            runtime.block_on(register(&records));
        }
        let app = App::new(AppConfig {
            store: store.clone(),
            records: records.clone(),
            rulebooks: Arc::new(Rulebooks::builtin().expect("rules")),
            region: Region::parse("370200").expect("a region"),
            city: None,
            districts_geojson: None,
            generated: vec![GeneratedSpan {
                from: "2025-02-01".parse().expect("a day"),
                to: "2025-12-31".parse().expect("a day"),
                note: "演示用".into(),
                note_en: "for demonstration".into(),
            }],
        })
        .expect("an app");
        Self { app, store, records, runtime, _folder: folder }
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.runtime.spawn(work)
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = router(self.app.clone()).oneshot(request).await.expect("an answer");
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("a request"))
    }

    /// The JSON of an answer that has to be there.
    pub(crate) fn ok(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// The error's code of an answer that must not be there.
    pub(crate) fn refused(&self, path: &str, status: u16) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.error()
    }
}

/// As one segment of a path or as a value of a query.
pub(crate) fn encoded(text: &str) -> String {
    let one = |b: u8| match b {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(one).collect()
}

fn reading(monitor: &str, pollutant: Pollutant, hour: i32, value: Decimal, source: &str) -> Reading {
    Reading {
        monitor: monitor.to_owned(),
        pollutant: pollutant.hj524().to_owned(),
        start: utc_of_hour(hour),
        span: Span::Hour,
        value: Ok(value),
        status: DataStatus::Provisional,
        source: source.to_owned(),
    }
}

/// PM2.5 is the station's own number, PM10 twice it, O3 three times; the rest is low. 1003A says nothing on 10 January and only
/// 19 hours of PM2.5 on the 11th; on 20 January the first station has 90 µg/m³, light pollution.
fn year() -> Vec<Reading> {
    let mut readings = Vec::new();
    let (from, to): (Period, Period) = ("2025-01".parse().expect("a period"), "2025-02".parse().expect("a period"));
    let day = |text: &str| text.parse::<Period>().expect("a day").hours();
    let (silent, short, bad) = (day("2025-01-10"), day("2025-01-11"), day("2025-01-20"));
    for hour in from.hours().start..to.hours().end {
        for (monitor, _, pm25) in STATIONS {
            let pm25 = if monitor == SLASHED && bad.contains(&hour) { 90 } else { pm25 };
            let source = if hour >= to.hours().start { "generated:1" } else { "file:a.csv#0123456789ab" };
            for pollutant in AIR_SIX {
                let value = match pollutant {
                    Pollutant::Pm25 => Decimal::new(pm25, 0),
                    Pollutant::Pm10 => Decimal::new(2 * pm25, 0),
                    Pollutant::O3 => Decimal::new(3 * pm25, 0),
                    Pollutant::Co => Decimal::new(5, 1),
                    _ => Decimal::new(10, 0),
                };
                let few = pollutant == Pollutant::Pm25 && short.contains(&hour) && hour - short.start >= 19;
                if monitor != "1003A" || !(silent.contains(&hour) || few) {
                    readings.push(reading(monitor, pollutant, hour, value, source));
                }
            }
        }
    }
    readings
}

/// One hour of the first station on 5 January that says otherwise.
pub(crate) fn correction() -> Vec<Reading> {
    let hour = "2025-01-05T13".parse::<Period>().expect("an hour").hours().start;
    vec![reading(SLASHED, Pollutant::Pm25, hour, Decimal::new(44, 0), "file:b.csv#ba9876543210")]
}

async fn register(records: &Records) {
    let place = |id: &str, kind, name: &str, en: Option<&str>, parent: Option<&str>| PlaceRow {
        name_en: en.map(str::to_owned),
        parent: parent.map(str::to_owned),
        ..PlaceRow::new(id, kind, name)
    };
    let mut places = vec![
        place("370200", PlaceKind::City, "青岛市", Some("Qingdao"), None),
        place("370100", PlaceKind::City, "济南市", Some("Jinan"), None),
        place("370202", PlaceKind::District, "市南区", Some("Shinan"), Some("370200")),
        place("370212", PlaceKind::District, "崂山区", Some("Laoshan"), Some("370200")),
    ];
    for (id, parent, _) in STATIONS {
        let name = id.rsplit('/').next().unwrap_or(id);
        places.push(PlaceRow {
            longitude: Some(Decimal::new(12035, 2)),
            latitude: Some(Decimal::new(361, 1)),
            ..place(id, PlaceKind::Station, name, None, Some(parent))
        });
    }
    records.upsert_places(&places).await.expect("places");
    let import = ImportRow {
        file: "a.csv".into(),
        sha256: "0".repeat(64),
        layout: "tidy".into(),
        time_label: "end".into(),
        units: "ug/m3".into(),
        at: learned(),
        accepted: 12,
        rejected: 1,
        report_json: "{}".into(),
        ..ImportRow::default()
    };
    let refused = QuarantineRow {
        file: "a.csv".into(),
        row: 12,
        field: "value".into(),
        text: "-5".into(),
        kind: "negative".into(),
        reason: "浓度为负".into(),
        reason_en: "a concentration below zero".into(),
        remedy: "核对后重新导入".into(),
        remedy_en: "check it and import again".into(),
        ..QuarantineRow::default()
    };
    records.record_import(&import, &[refused]).await.expect("an import");
}

/// Marks 8 January as a dust day of the city, a day after the readings were learned.
pub(crate) async fn mark_dust(records: &Records) {
    let day = "2025-01-08".parse().expect("a day");
    let mark = DustMark {
        place: "370200".into(),
        from_day: day,
        to_day: day,
        pollutants: vec![Pollutant::Pm10, Pollutant::Pm25],
        document: "环办监测函".into(),
        learned_at: learned() + chrono::TimeDelta::days(1),
    };
    records.add_dust_mark(&mark).await.expect("a mark");
}
