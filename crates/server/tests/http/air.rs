use serde_json::{Value, json};

use crate::city::{City, SLASHED, correction, encoded, learned, mark_dust};

fn days(city: &City, place: &str, from: &str, to: &str, more: &str) -> Vec<Value> {
    let path = format!("/api/v1/air/days?place={}&from={from}&to={to}{more}", encoded(place));
    city.ok(&path)["days"].as_array().expect("days").clone()
}

fn value<'a>(air: &'a Value, pollutant: &str) -> &'a Value {
    let values = air["values"].as_array().expect("values");
    values.iter().find(|v| v["pollutant"] == pollutant).expect("the pollutant")
}

#[test]
fn a_day_has_its_index_its_level_and_its_finding() {
    let city = City::new();
    let found = days(&city, SLASHED, "2025-01-20", "2025-01-20", "");
    let day = &found[0];
    // PM2.5 90: 100 + (90 − 75) × 50 ÷ 40 = 118.75, rounded up; O3 3 × 90 = 270: 201.
    assert_eq!(value(day, "PM2.5")["iaqi"], 119);
    assert_eq!(value(day, "PM2.5")["value"], "90.0");
    assert_eq!(value(day, "CO")["value"], "0.50");
    assert_eq!(value(day, "PM2.5")["have"], 24);
    assert_eq!((&day["level"], &day["category"], &day["colour"]), (&json!(5), &json!("重度污染"), &json!("#99004c")));
    assert_eq!(day["primary"], json!(["O3"]));
    assert_eq!(day["exceeding"], json!(["O3", "PM10", "PM2.5"]));
    assert_eq!(day["start"], "2025-01-20T00:00:00+08:00");
    assert_eq!(
        (&day["status"], &day["generated"], &day["dust"]),
        (&json!("provisional"), &json!(false), &json!(false))
    );
    assert_eq!((&day["edition"], &day["kind"]), (&json!("GB3095-2012"), &json!("station")));
    assert!(day["finding"].as_str().is_some_and(|f| f.starts_with("air-day~青岛/市南区东部~2025-01-20~")));
}

#[test]
fn a_day_without_enough_hours_says_why() {
    let city = City::new();
    let found = days(&city, "1003A", "2025-01-09", "2025-01-11", "");
    assert_eq!(
        (&found[1]["aqi"], &found[1]["reason"], &found[1]["finding"]),
        (&json!(null), &json!("no-data"), &json!(null))
    );
    assert!(found[1]["values"].as_array().is_some_and(|v| !v.is_empty()));
    let short = value(&found[2], "PM2.5");
    assert_eq!((&short["value"], &short["reason"]), (&json!(null), &json!("too-few-hours")));
    assert_eq!((&short["have"], &short["need"]), (&json!(19), &json!(20)));
}

#[test]
fn every_day_asked_for_is_answered() {
    let city = City::new();
    assert_eq!(days(&city, "370202", "2025-02-20", "2025-03-10", "").len(), 19);
    assert_eq!(days(&city, "370100", "2024-01-01", "2024-12-31", "").len(), 366);
}

#[test]
fn the_same_day_can_be_judged_by_another_edition() {
    let city = City::new();
    let by =
        |edition: &str| days(&city, "370200", "2025-01-05", "2025-01-05", &format!("&edition={edition}"))[0].clone();
    assert_eq!(by("GB3095-2026")["edition"], "GB3095-2026");
    assert_eq!(by("in-force")["edition"], "GB3095-2012");
    // The city's PM2.5 is the mean of its three sites, 30.
    assert_eq!(value(&by("in-force"), "PM2.5")["value"], "30.0");
}

#[test]
fn hours_are_named_by_their_end() {
    let city = City::new();
    let path = format!("/api/v1/air/hours?place={}&from=2025-01-05&to=2025-01-06", encoded(SLASHED));
    let answer = city.ok(&path);
    let hours = answer["hours"].as_array().expect("hours");
    assert_eq!(hours.len(), 48);
    assert_eq!((&hours[0]["period"], &hours[0]["end"]), (&json!("2025-01-05T01"), &json!("2025-01-05T01:00:00+08:00")));
    assert_eq!(
        (&hours[23]["period"], &hours[23]["end"]),
        (&json!("2025-01-05T24"), &json!("2025-01-06T00:00:00+08:00"))
    );
    assert_eq!(value(&hours[0], "PM2.5")["value"], "20");
    assert_eq!(value(&hours[0], "PM2.5")["averaging"], "1h");
    let text = city.ok(&format!("{path}&mode=as-text"));
    assert_eq!(value(&text["hours"][23], "PM2.5")["averaging"], "24h");
}

#[test]
fn the_map_has_every_place_and_defaults_to_the_last_day() {
    let city = City::new();
    let map = city.ok("/api/v1/air/map");
    assert_eq!((&map["at"], &map["rule"]["id"]), (&json!("2025-02-28"), &json!("hj633-2012")));
    let places = map["places"].as_array().expect("places");
    let kinds: Vec<&str> = places.iter().filter_map(|p| p["kind"].as_str()).collect();
    assert_eq!(kinds, ["city", "city", "district", "district", "station", "station", "station", "station"]);
    assert!(places.iter().all(|p| p["aqi"].is_number() && p["generated"] == true));
    let hour = city.ok("/api/v1/air/map?at=2025-01-10T24");
    let of =
        |id: &str| hour["places"].as_array().expect("places").iter().find(|p| p["place"] == id).expect("it").clone();
    assert_eq!((&of("1003A")["aqi"], &of("1003A")["reason"]), (&json!(null), &json!("no-data")));
    assert!(of("370202")["aqi"].is_number());
}

#[test]
fn a_month_is_judged_in_numbers_and_in_words() {
    let city = City::new();
    let report = city.ok("/api/v1/air/period?place=370200&period=2025-01");
    let pm25 = report["items"].as_array().expect("items").iter().find(|i| i["pollutant"] == "PM2.5").expect("PM2.5");
    assert_eq!((&pm25["statistic"], &pm25["averaging"]), (&json!("mean"), &json!("annual")));
    assert_eq!((&pm25["limit1"], &pm25["limit2"], &pm25["valid"]), (&json!("15"), &json!("35"), &json!(true)));
    assert_eq!(pm25["compared"], "30");
    let days = &report["days"];
    assert_eq!((&days["total"], &days["by_level"].as_array().map(Vec::len)), (&json!(31), &Some(6)));
    assert!(days["primary"].as_array().is_some_and(|p| p.iter().all(|p| p["days"].as_i64() > Some(0))));
    assert_eq!(report["index"]["terms"].as_array().map(Vec::len), Some(6));
    assert_eq!(report["index"]["finding"], report["finding"]);
    assert_eq!(report["room"], json!(null));
    let sentence = report["sentence"].as_str().expect("a sentence");
    assert!(sentence.starts_with("青岛市 2025 年 1 月：优良天数 "), "{sentence}");
    assert!(sentence.contains("PM2.5 月均 30 微克/立方米，达到二级标准；") && sentence.ends_with('。'), "{sentence}");
    assert!(report["sentence_en"].as_str().is_some_and(|s| s.starts_with("Qingdao, January 2025: ")));
}

#[test]
fn a_year_that_is_not_over_has_room_left_and_is_not_judged() {
    let city = City::new();
    let report = city.ok("/api/v1/air/period?place=370200&period=2025");
    assert_eq!((&report["class"], &report["class2"]), (&json!(null), &json!(null)));
    assert_eq!((&report["index"]["value"], report["index"]["so_far"].is_string()), (&json!(null), true));
    let room = &report["room"];
    assert_eq!((&room["days_left"], &room["good_target"]), (&json!(306), &json!(null)));
    let pm25 = room["items"].as_array().expect("items").iter().find(|i| i["pollutant"] == "PM2.5").expect("PM2.5");
    assert_eq!((&pm25["target"], &pm25["met"]), (&json!("35"), &json!(null)));
    assert!(pm25["room"].is_string());
    // Days that have not come yet are not missing.
    assert!(report["missing_days"].as_array().expect("days").len() < 5);
    let sentence = report["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("截至 2025-02-28，还有 306 天") && sentence.contains("数据不足"), "{sentence}");
    assert!(sentence.contains("含演示用生成数据"), "{sentence}");
}

#[test]
fn what_exceeds_is_named_with_its_statistic() {
    let city = City::new();
    // 济南 has 80 µg/m³ every hour: mean and percentile both exceed.
    let report = city.ok("/api/v1/air/period?place=370100&period=2025-02");
    let sentence = report["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("PM2.5 月均 80 微克/立方米，超过二级标准 1.29 倍；"), "{sentence}");
    assert!(sentence.contains("PM2.5 月均、PM2.5 第 95 百分位数"), "{sentence}");
    assert_eq!((&report["class"], &report["class2"]), (&json!(3), &json!(false)));
}

#[test]
fn a_period_without_readings_says_so() {
    let city = City::new();
    let report = city.ok("/api/v1/air/period?place=370200&period=2024Q3");
    assert_eq!(report["sentence"], "青岛市 2024 年第 3 季度：没有监测数据。");
    assert_eq!((&report["items"], &report["days"]["valid"], &report["finding"]), (&json!([]), &json!(0), &json!(null)));
    assert_eq!(report["missing_days"].as_array().map(Vec::len), Some(92));
}

#[test]
fn a_finding_is_explained_down_to_its_readings() {
    let city = City::new();
    let month = city.ok("/api/v1/air/period?place=370200&period=2025-01");
    let mut finding = month["finding"].as_str().expect("a finding").to_owned();
    let mut kinds = Vec::new();
    let readings = loop {
        let found = city.ok(&format!("/api/v1/explain/{}", encoded(&finding)));
        assert_eq!((&found["id"], &found["reproduced"]), (&json!(finding), &json!(true)));
        assert!(found["rules"].as_array().is_some_and(|r| !r.is_empty()));
        assert!(found["as_of"].as_str().is_some_and(|t| t.ends_with("+08:00")));
        kinds.push(format!("{} {}", found["kind"], found["place"]));
        match found["inputs"].as_array().expect("inputs").iter().find(|i| {
            let id = i["finding"].as_str().unwrap_or_default();
            id.contains("2025-01-05")
        }) {
            Some(lower) => finding = lower["finding"].as_str().expect("a finding").to_owned(),
            None => break found["readings"].clone(),
        }
    };
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert_eq!((&readings["total"], readings["rows"].as_array().map(Vec::len)), (&json!(144), Some(144)));
    let row = &readings["rows"][0];
    assert_eq!((&row["unit"], &row["status"]), (&json!("ug/m3"), &json!("provisional")));
    assert_eq!(row["source"], "file:a.csv#0123456789ab");
}

#[test]
fn an_id_with_a_slash_may_come_encoded_or_plain() {
    let city = City::new();
    let day = &days(&city, SLASHED, "2025-01-05", "2025-01-05", "")[0];
    let id = day["finding"].as_str().expect("a finding");
    let plain = encoded(id).replace("%2F", "/");
    assert!(plain.contains('/'));
    assert_eq!(city.ok(&format!("/api/v1/explain/{plain}")), city.ok(&format!("/api/v1/explain/{}", encoded(id))));
}

#[test]
fn what_was_known_before_a_correction_can_still_be_asked() {
    let city = City::new();
    let pm25 = |more: &str| value(&days(&city, SLASHED, "2025-01-05", "2025-01-05", more)[0], "PM2.5")["value"].clone();
    assert_eq!(pm25(""), "20.0");
    let old = days(&city, SLASHED, "2025-01-05", "2025-01-05", "")[0]["finding"].clone();
    let later = learned() + chrono::TimeDelta::days(2);
    city.store.committer().expect("the committer").append(correction(), later, &mut |_| {}).expect("a correction");
    // (23 × 20 + 44) ÷ 24 = 21.
    assert_eq!(pm25(""), "21.0");
    assert_eq!(pm25("&as_of=2025-03-06"), "20.0");
    assert_eq!(pm25("&as_of=2025-03-06T00:00:00%2B08:00"), "20.0");
    let id = encoded(old.as_str().expect("a finding"));
    let explained = city.ok(&format!("/api/v1/explain/{id}"));
    assert_eq!(explained["reproduced"], true);
    let new = days(&city, SLASHED, "2025-01-05", "2025-01-05", "")[0]["finding"].clone();
    let explained = city.ok(&format!("/api/v1/explain/{}", encoded(new.as_str().expect("a finding"))));
    let rows = explained["readings"]["rows"].as_array().expect("rows");
    let corrected = rows.iter().find(|r| r["value"] == "44").expect("the correction");
    assert_eq!(corrected["superseded"][0]["value"], "20");
}

#[test]
fn a_dust_mark_learned_after_the_readings_counts() {
    let city = City::new();
    assert_eq!(days(&city, "370202", "2025-01-08", "2025-01-08", "")[0]["dust"], false);
    city.block_on(mark_dust(&city.records));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(days(&city, "370202", "2025-01-08", "2025-01-08", "")[0]["dust"], true);
    let report = city.ok("/api/v1/air/period?place=370202&period=2025-01&dust=exclude");
    assert_eq!((&report["days"]["dust_days"], &report["days"]["excluded_dust"]), (&json!(1), &json!(true)));
    assert_eq!(days(&city, "370202", "2025-01-08", "2025-01-08", "&as_of=2025-03-05")[0]["dust"], false);
}

#[test]
fn a_wrong_parameter_is_named_with_what_is_right() {
    let city = City::new();
    let days = "/api/v1/air/days?place=370200";
    for (path, code) in [
        (format!("{days}&from=2025-01-05&to=2025-01-01"), "bad-parameter"),
        (format!("{days}&from=2025-13-05&to=2025-01-01"), "bad-parameter"),
        (format!("{days}&from=1990-01-01&to=2025-01-01"), "bad-parameter"),
        (format!("{days}&to=2025-01-01"), "missing-parameter"),
        (format!("{days}&from=2025-01-01&to=2025-01-01&editon=x"), "bad-query"),
        (format!("{days}&from=2025-01-01&to=2025-01-01&to=2025-01-02"), "bad-query"),
        (format!("{days}&from=2025-01-01&to=2025-01-01&edition=GB3095-1996"), "bad-parameter"),
        (format!("{days}&from=2025-01-01&to=2025-01-01&dust=maybe"), "bad-parameter"),
        (format!("{days}&from=2025-01-01&to=2025-01-01&mode=fast"), "bad-parameter"),
        (format!("{days}&from=2025-01-01&to=2025-01-01&as_of=yesterday"), "bad-parameter"),
        ("/api/v1/air/hours?place=370200&from=2025-01-01&to=2025-02-28".to_owned(), "bad-parameter"),
        ("/api/v1/air/map?at=2025-01".to_owned(), "bad-parameter"),
        ("/api/v1/air/map?at=2025-01-01T25".to_owned(), "bad-parameter"),
        ("/api/v1/air/period?place=370200&period=2025-01-01".to_owned(), "bad-parameter"),
        ("/api/v1/explain/nonsense".to_owned(), "not-a-finding"),
    ] {
        assert_eq!(city.refused(&path, 400), code, "{path}");
    }
    let answer = city.get("/api/v1/air/days?place=370200&from=2025-01-05&to=bad").json();
    let message = answer["error"]["message"].as_str().expect("a message");
    assert!(message.contains("to") && message.contains("bad"), "{message}");
}

#[test]
fn an_unknown_place_is_404_and_a_day_without_rules_422() {
    let city = City::new();
    assert_eq!(city.refused("/api/v1/air/period?place=999999&period=2025", 404), "unknown-place");
    assert_eq!(city.refused("/api/v1/air/days?place=370200&from=1999-01-01&to=1999-01-02", 422), "no-rule");
}
