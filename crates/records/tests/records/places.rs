use std::sync::Arc;

use lanwan_records::{PlaceChanges, PlaceKind, PlaceRow, RecordsError};

use crate::home::{Home, day};

fn curated() -> PlaceRow {
    PlaceRow {
        name_en: Some("Shinan East".into()),
        parent: Some("370202".into()),
        longitude: Some("120.4133".parse().unwrap()),
        latitude: Some("36.070".parse().unwrap()),
        adcode: Some("370202".into()),
        opened: Some(day("2013-01-01")),
        ..PlaceRow::new("1666A", PlaceKind::Station, "市南区东部")
    }
}

async fn a_place_comes_back_as_given(home: Arc<Home>) {
    let records = home.open().await;
    let place = PlaceRow { closed: Some(day("2024-12-31")), ..curated() };
    let added = records.upsert_places(std::slice::from_ref(&place)).await.unwrap();
    assert_eq!(added, PlaceChanges { added: 1, changed: 0, unchanged: 0 });
    assert_eq!(records.places().await.unwrap(), std::slice::from_ref(&place));
    assert_eq!(records.place("1666A").await.unwrap(), Some(place));
    assert_eq!(records.place("1666").await.unwrap(), None);
}

async fn a_missing_value_never_erases_a_recorded_one(home: Arc<Home>) {
    let records = home.open().await;
    records.upsert_places(&[curated()]).await.unwrap();
    let bare = PlaceRow::new("1666A", PlaceKind::Station, "市南区东部");
    let changes = records.upsert_places(&[bare]).await.unwrap();
    assert_eq!(changes, PlaceChanges { added: 0, changed: 0, unchanged: 1 });
    assert_eq!(records.places().await.unwrap(), [curated()]);
}

async fn a_curated_value_replaces_a_recorded_one(home: Arc<Home>) {
    let records = home.open().await;
    records.upsert_places(&[curated()]).await.unwrap();
    let moved = PlaceRow { longitude: Some("120.5".parse().unwrap()), name: "市南东部".into(), ..curated() };
    let changes = records.upsert_places(std::slice::from_ref(&moved)).await.unwrap();
    assert_eq!(changes, PlaceChanges { added: 0, changed: 1, unchanged: 0 });
    assert_eq!(records.places().await.unwrap(), [moved]);
}

async fn a_place_met_in_a_file_only_fills_gaps(home: Arc<Home>) {
    let records = home.open().await;
    let known = PlaceRow { name_en: None, adcode: None, ..curated() };
    records.upsert_places(&[known, PlaceRow::new("1001A", PlaceKind::Station, "1001A")]).await.unwrap();
    let met = PlaceRow {
        name: "另一个名字".into(),
        name_en: Some("Shinan".into()),
        longitude: Some("1".parse().unwrap()),
        latitude: Some("2".parse().unwrap()),
        ..PlaceRow::new("1666A", PlaceKind::Station, "")
    };
    let named = PlaceRow::new("1001A", PlaceKind::Station, "万寿西宫");
    let changes = records.fill_places(&[met, named.clone()]).await.unwrap();
    assert_eq!(changes, PlaceChanges { added: 0, changed: 2, unchanged: 0 });
    let now = PlaceRow { name_en: Some("Shinan".into()), adcode: None, ..curated() };
    assert_eq!(records.places().await.unwrap(), [named, now]);
}

async fn rows_of_one_call_about_the_same_place_are_merged(home: Arc<Home>) {
    let records = home.open().await;
    let bare = PlaceRow::new("1666A", PlaceKind::Station, "1666A");
    let changes = records.fill_places(&[bare.clone(), curated(), bare]).await.unwrap();
    assert_eq!(changes, PlaceChanges { added: 1, changed: 0, unchanged: 0 });
    assert_eq!(records.places().await.unwrap(), [curated()]);
}

async fn places_come_in_the_order_of_code_points_whatever_the_locale(home: Arc<Home>) {
    let records = home.open().await;
    let ids = ["1001A", "370200", "Z", "a", "z", "á", "东营市/市监测站", "北京市/万寿西宫", "青岛市/市南区东部"];
    let shuffled = [7, 3, 0, 8, 5, 2, 6, 1, 4].map(|i| PlaceRow::new(ids[i], PlaceKind::Station, ids[i]));
    records.upsert_places(&shuffled).await.unwrap();
    let stored: Vec<String> = records.places().await.unwrap().into_iter().map(|p| p.id).collect();
    assert_eq!(stored, ids);
}

async fn many_places_are_added_at_once(home: Arc<Home>) {
    let records = home.open().await;
    let places: Vec<_> =
        (0..2_500).map(|i| PlaceRow::new(format!("{i:05}A"), PlaceKind::Station, format!("站{i}"))).collect();
    assert_eq!(records.upsert_places(&places).await.unwrap().added, 2_500);
    assert_eq!(records.places().await.unwrap(), places);
    assert_eq!(records.upsert_places(&places).await.unwrap().unchanged, 2_500);
}

async fn nothing_is_recorded_when_one_place_is_wrong(home: Arc<Home>) {
    let records = home.open().await;
    let good = PlaceRow::new("370200", PlaceKind::City, "青岛市");
    let bad = [
        (PlaceRow { longitude: Some("181".parse().unwrap()), ..curated() }, "longitude"),
        (PlaceRow { latitude: Some("-90.0001".parse().unwrap()), ..curated() }, "latitude"),
        (PlaceRow { latitude: None, ..curated() }, "latitude"),
        (PlaceRow { closed: Some(day("2012-12-31")), ..curated() }, "closed"),
        (PlaceRow { name: " ".into(), ..curated() }, "name"),
        (PlaceRow { id: String::new(), ..curated() }, "id"),
        (PlaceRow { name: "市南\0区".into(), ..curated() }, "name"),
    ];
    for (place, wrong) in bad {
        let error = records.upsert_places(&[good.clone(), place]).await.unwrap_err();
        assert!(matches!(&error, RecordsError::Invalid { field, .. } if *field == wrong), "{error}");
    }
    assert_eq!(records.places().await.unwrap(), []);
}

async fn the_message_about_a_wrong_place_says_what_where_and_what_is_right(home: Arc<Home>) {
    let records = home.open().await;
    let bad = PlaceRow { longitude: Some("1204.133".parse().unwrap()), ..curated() };
    let error = records.upsert_places(&[bad]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "place 1666A, longitude: `1204.133` cannot be recorded (expected degrees from -180 to 180)"
    );
}

on_both! {
    a_place_comes_back_as_given
    a_missing_value_never_erases_a_recorded_one
    a_curated_value_replaces_a_recorded_one
    a_place_met_in_a_file_only_fills_gaps
    rows_of_one_call_about_the_same_place_are_merged
    places_come_in_the_order_of_code_points_whatever_the_locale
    many_places_are_added_at_once
    nothing_is_recorded_when_one_place_is_wrong
    the_message_about_a_wrong_place_says_what_where_and_what_is_right
}
