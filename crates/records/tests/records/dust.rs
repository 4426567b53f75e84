use std::sync::Arc;

use lanwan_records::{DustMark, PlaceKind, PlaceRow, Records, RecordsError};
use lanwan_terms::Pollutant;

use crate::home::{Home, day, time};

fn mark() -> DustMark {
    DustMark {
        place: "370200".into(),
        from_day: day("2024-03-28"),
        to_day: day("2024-03-29"),
        pollutants: vec![Pollutant::Pm10, Pollutant::Pm25],
        document: "沙尘天气影响剔除 2024-04 号".into(),
        learned_at: time("2024-04-10T01:02:03.000004Z"),
    }
}

async fn qingdao(home: &Home) -> Records {
    let records = home.open().await;
    records.upsert_places(&[PlaceRow::new("370200", PlaceKind::City, "青岛市")]).await.unwrap();
    records
}

async fn a_mark_comes_back_as_given_to_the_microsecond(home: Arc<Home>) {
    let records = qingdao(&home).await;
    let id = records.add_dust_mark(&mark()).await.unwrap();
    let rows = records.dust_marks().await.unwrap();
    assert_eq!((rows[0].id, &rows[0].mark, rows[0].withdrawn_at), (id, &mark(), None));
}

async fn the_same_mark_twice_is_one_mark(home: Arc<Home>) {
    let records = qingdao(&home).await;
    let id = records.add_dust_mark(&mark()).await.unwrap();
    let again = DustMark {
        pollutants: vec![Pollutant::Pm25, Pollutant::Pm10, Pollutant::Pm25],
        learned_at: time("2024-05-01T00:00:00Z"),
        ..mark()
    };
    assert_eq!(records.add_dust_mark(&again).await.unwrap(), id);
    assert_eq!(records.dust_marks().await.unwrap().len(), 1);
}

async fn a_withdrawn_mark_stays_and_still_stands_before_its_withdrawal(home: Arc<Home>) {
    let records = qingdao(&home).await;
    let id = records.add_dust_mark(&mark()).await.unwrap();
    let at = time("2024-06-01T00:00:00Z");
    records.withdraw_dust_mark(id, at).await.unwrap();

    let row = records.dust_marks().await.unwrap().remove(0);
    assert_eq!(row.withdrawn_at, Some(at));
    assert!(!row.stands(time("2024-04-10T01:02:03.000003Z")));
    assert!(row.stands(time("2024-04-10T01:02:03.000004Z")));
    assert!(row.stands(time("2024-05-31T23:59:59.999999Z")));
    assert!(!row.stands(at));

    let anew = records.add_dust_mark(&DustMark { learned_at: at, ..mark() }).await.unwrap();
    assert!(anew > id);
    assert_eq!(records.dust_marks().await.unwrap().len(), 2);
}

async fn a_mark_is_withdrawn_once_and_not_before_it_was_learned(home: Arc<Home>) {
    let records = qingdao(&home).await;
    let id = records.add_dust_mark(&mark()).await.unwrap();
    let early = records.withdraw_dust_mark(id, time("2024-04-01T00:00:00Z")).await.unwrap_err();
    assert!(matches!(early, RecordsError::Invalid { field: "withdrawn_at", .. }), "{early}");
    records.withdraw_dust_mark(id, time("2024-06-01T00:00:00Z")).await.unwrap();
    let twice = records.withdraw_dust_mark(id, time("2024-07-01T00:00:00Z")).await.unwrap_err();
    assert_eq!(twice.to_string(), format!("dust mark {id} was withdrawn already, at 2024-06-01T08:00:00+08:00"));
    let none = records.withdraw_dust_mark(id + 1, time("2024-07-01T00:00:00Z")).await.unwrap_err();
    assert!(matches!(none, RecordsError::NoMark { .. }), "{none}");
}

async fn a_mark_needs_a_known_place_days_in_order_a_pollutant_and_a_document(home: Arc<Home>) {
    let records = qingdao(&home).await;
    let unknown = records.add_dust_mark(&DustMark { place: "370300".into(), ..mark() }).await.unwrap_err();
    assert_eq!(unknown.to_string(), "there is no place `370300` (record the place first, or correct its id)");
    let bad = [
        (DustMark { to_day: day("2024-03-27"), ..mark() }, "to_day"),
        (DustMark { pollutants: vec![], ..mark() }, "pollutants"),
        (DustMark { document: "\t".into(), ..mark() }, "document"),
    ];
    for (mark, wrong) in bad {
        let error = records.add_dust_mark(&mark).await.unwrap_err();
        assert!(matches!(&error, RecordsError::Invalid { field, .. } if *field == wrong), "{error}");
    }
    assert_eq!(records.dust_marks().await.unwrap(), []);
}

on_both! {
    a_mark_comes_back_as_given_to_the_microsecond
    the_same_mark_twice_is_one_mark
    a_withdrawn_mark_stays_and_still_stands_before_its_withdrawal
    a_mark_is_withdrawn_once_and_not_before_it_was_learned
    a_mark_needs_a_known_place_days_in_order_a_pollutant_and_a_document
}
