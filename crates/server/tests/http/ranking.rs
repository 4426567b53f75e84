use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::json;

use crate::city::City;

#[test]
fn the_lowest_index_ranks_first() {
    let city = City::new();
    let ranking = city.ok("/api/v1/air/ranking?period=2025-02&of=city");
    assert_eq!((&ranking["ties"], &ranking["edition"]), (&json!("competition"), &json!("GB3095-2012")));
    assert!(ranking["rule"]["id"].is_string());
    let rows = ranking["rows"].as_array().expect("rows");
    let names: Vec<&str> = rows.iter().filter_map(|r| r["name"].as_str()).collect();
    assert_eq!(names, ["青岛市", "济南市"]);
    assert_eq!((&rows[0]["rank"], &rows[1]["rank"]), (&json!(1), &json!(2)));
    assert_eq!((&rows[0]["pm25"], &rows[0]["values"]["PM2.5"]), (&json!("30.0"), &json!("30")));
    assert_eq!((&rows[0]["valid"], &rows[0]["index_before"]), (&json!(true), &json!(null)));
}

#[test]
fn districts_are_those_of_the_city_unless_another_is_named() {
    let city = City::new();
    let count = |path: &str| city.ok(path)["rows"].as_array().expect("rows").len();
    assert_eq!(count("/api/v1/air/ranking?period=2025-02&of=district"), 2);
    assert_eq!(count("/api/v1/air/ranking?period=2025-02&of=station"), 3);
    assert_eq!(count("/api/v1/air/ranking?period=2025-02&of=station&within=370100"), 1);
    assert_eq!(count("/api/v1/air/ranking?period=2024&of=city"), 0);
}

#[test]
fn a_place_without_a_valid_index_has_no_rank_and_a_reason() {
    let city = City::new();
    let row = city.ok("/api/v1/air/ranking?period=2025&of=city")["rows"][0].clone();
    assert_eq!((&row["rank"], &row["index"], &row["valid"]), (&json!(null), &json!(null), &json!(false)));
    assert_eq!(row["reason"], "too-few-days");
}

#[test]
fn the_excel_file_opens_with_numbers_as_numbers() {
    let city = City::new();
    let answer = city.get("/api/v1/air/ranking.xlsx?period=2025-02&of=city");
    assert_eq!(answer.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"lanwan-ranking-2025-02-city.xlsx\"");
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(answer.body)).expect("a workbook");
    let sheet = workbook.worksheet_range("排名 Ranking").expect("the sheet");
    let text = |row: u32, column: u32| match sheet.get_value((row, column)) {
        Some(Data::String(text)) => text.clone(),
        other => panic!("{other:?} at {row}, {column}"),
    };
    assert_eq!(text(0, 0), "2025-02 城市环境空气质量综合指数排名 Air quality ranking of cities");
    let top: Vec<String> = (1..8).map(|row| text(row, 0)).collect();
    assert!(top[1].contains("GB3095-2012") && top[3].starts_with("排名规则") && top[5].contains("+08:00"), "{top:?}");
    assert!(top[6].starts_with("生成数据") && top[6].contains("演示用"), "{top:?}");
    let header =
        (0..12).find(|row| matches!(sheet.get_value((*row, 0)), Some(Data::String(t)) if t.starts_with("排名\n")));
    let header = header.expect("the header");
    assert_eq!(text(header, 9), "优（天）\nexcellent");
    assert_eq!(sheet.get_value((header + 1, 0)), Some(&Data::Float(1.0)));
    assert_eq!(text(header + 1, 1), "青岛市");
    assert!(matches!(sheet.get_value((header + 1, 2)), Some(Data::Float(index)) if *index > 2.0));
}

#[test]
fn a_wrong_ranking_is_refused_in_json() {
    let city = City::new();
    assert_eq!(city.refused("/api/v1/air/ranking?period=2025-02&of=county", 400), "bad-parameter");
    assert_eq!(city.refused("/api/v1/air/ranking.xlsx?of=city", 400), "missing-parameter");
    assert_eq!(city.refused("/api/v1/air/ranking.xlsx?period=2025-02-01&of=city", 400), "bad-parameter");
}
