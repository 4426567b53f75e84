use serde_json::{Value, json};

use crate::city::{City, SLASHED};

#[test]
fn meta_says_what_there_is() {
    let city = City::new();
    let meta = city.ok("/api/v1/meta");
    assert_eq!(meta["city"], json!({"id": "370200", "name": "青岛市", "name_en": "Qingdao"}));
    assert_eq!((&meta["first"], &meta["last"]), (&json!("2025-01-01"), &json!("2025-02-28")));
    assert_eq!((&meta["years"], &meta["monitors"]), (&json!([2025]), &json!(4)));
    assert_eq!(meta["generated"][0]["note_en"], "for demonstration");
    let editions: Vec<&str> =
        meta["editions"].as_array().expect("editions").iter().filter_map(|e| e["id"].as_str()).collect();
    assert_eq!(editions, ["GB3095-2012", "GB3095-2026"]);
}

#[test]
fn places_come_with_kind_parent_and_position() {
    let city = City::new();
    let places = city.ok("/api/v1/places");
    let of = |id: &str| places.as_array().expect("places").iter().find(|p| p["id"] == id).expect("the place").clone();
    assert_eq!((&of(SLASHED)["kind"], &of(SLASHED)["parent"]), (&json!("station"), &json!("370202")));
    assert_eq!((&of(SLASHED)["lon"], &of(SLASHED)["lat"]), (&json!("120.35"), &json!("36.1")));
    assert_eq!((&of("370202")["generated"], &of("370200")["parent"]), (&json!(true), &json!(null)));
}

#[test]
fn an_empty_installation_answers_too() {
    let city = City::empty();
    let meta = city.ok("/api/v1/meta");
    assert_eq!((&meta["first"], &meta["years"], &meta["readings"]), (&json!(null), &json!([]), &json!(0)));
    assert_eq!(city.ok("/api/v1/places"), json!([]));
    assert_eq!(city.ok("/api/v1/imports"), json!([]));
    assert_eq!(city.ok("/api/v1/air/map")["places"], json!([]));
    assert_eq!(city.ok("/api/v1/geo/districts")["type"], "FeatureCollection");
    assert_eq!(city.ok("/api/v1/air/ranking?period=2025&of=city")["rows"], json!([]));
}

#[test]
fn rulebooks_are_listed_and_shown_with_their_text() {
    let city = City::new();
    let list = city.ok("/api/v1/rulebooks");
    assert!(list.as_array().expect("a list").iter().any(|r| r["id"] == "hj633-2012" && r["topic"] == "air-index"));
    let one = city.ok("/api/v1/rulebooks/hj633-2012");
    assert!(one["toml"].as_str().is_some_and(|t| t.contains("[body.rounding]")));
    assert_eq!(one["hash"].as_str().map(str::len), Some(64));
    assert_eq!(city.refused("/api/v1/rulebooks/hj633-1999", 404), "unknown-rulebook");
}

#[test]
fn imports_lead_to_what_they_refused() {
    let city = City::new();
    let import = city.ok("/api/v1/imports")[0].clone();
    assert_eq!(
        (&import["file"], &import["accepted"], &import["at"]),
        (&json!("a.csv"), &json!(12), &json!("2025-03-05T16:00:00+08:00"))
    );
    let path = format!("/api/v1/imports/{}/quarantine", import["id"]);
    let row = city.ok(&path)[0].clone();
    assert_eq!((&row["row"], &row["field"], &row["text"]), (&json!(12), &json!("value"), &json!("-5")));
    for field in ["reason", "reason_en", "remedy", "remedy_en"] {
        assert!(row[field].is_string(), "{field}");
    }
    assert_eq!(city.refused("/api/v1/imports/77/quarantine", 404), "unknown-import");
    assert_eq!(city.refused("/api/v1/imports/first/quarantine", 400), "bad-parameter");
    assert_eq!(city.refused(&format!("{path}?limit=0"), 400), "bad-parameter");
}

#[test]
fn the_interface_describes_itself() {
    let city = City::new();
    let served = city.get("/api/v1/openapi.json");
    assert_eq!(String::from_utf8_lossy(&served.body), lanwan_server::openapi_json());
    let document: Value = served.json();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().expect("paths") {
        let responses = &item["get"]["responses"];
        let error = &responses["default"]["content"]["application/json"]["schema"]["$ref"];
        assert_eq!(error, "#/components/schemas/ApiError", "{path}");
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            assert!(matches!(parameter["schema"]["type"].as_str(), Some("string" | "integer")), "{path} {parameter}");
        }
    }
}
