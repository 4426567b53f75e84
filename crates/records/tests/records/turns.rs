//! Several programs on one database.

use std::sync::Arc;
use std::time::Duration;

use lanwan_records::{PlaceKind, PlaceRow, Records, RecordsError};
use sea_orm::{ConnectionTrait, Database, DbBackend};

use crate::home::{Home, time};

async fn programs_that_open_a_new_database_at_once_all_succeed(home: Arc<Home>) {
    let opening: Vec<_> = (0..4)
        .map(|_| {
            let home = home.clone();
            tokio::spawn(async move { home.open().await.audit_log(1).await })
        })
        .collect();
    for one in opening {
        assert_eq!(one.await.unwrap().unwrap(), []);
    }
}

async fn writers_take_turns_and_lose_nothing(home: Arc<Home>) {
    let programs = [home.open().await, home.open().await];
    let at = time("2024-01-01T00:00:00Z");
    let writers: Vec<_> = (0..8)
        .map(|w| {
            let records = programs[w % 2].clone();
            tokio::spawn(async move {
                for n in 0..5 {
                    records.audit(at, "w", "write", &serde_json::json!([w, n])).await.unwrap();
                    let place = PlaceRow::new(format!("{n}"), PlaceKind::Station, "站");
                    records.fill_places(&[place]).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(programs[0].audit_log(100).await.unwrap().len(), 40);
    assert_eq!(programs[1].places().await.unwrap().len(), 5);
}

async fn a_lock_that_another_program_keeps_is_named_after_a_while_and_does_not_hinder_readers(home: Arc<Home>) {
    home.open().await.close().await;
    let records = Records::open_waiting(&home.url, Duration::from_millis(1500)).await.unwrap();
    let other = Database::connect(home.url.as_str()).await.unwrap();
    // One connection, as SQLite has by default; PostgreSQL's pool gives the transaction a connection of its own too.
    let lock = match other.get_database_backend() {
        DbBackend::Sqlite => "BEGIN IMMEDIATE",
        _ => "SELECT pg_advisory_lock(119165720945006)",
    };
    other.execute_unprepared(lock).await.unwrap();
    assert_eq!(records.audit_log(1).await.unwrap(), []);
    let at = time("2024-01-01T00:00:00Z");
    let error = records.audit(at, "w", "write", &serde_json::Value::Null).await.unwrap_err();
    assert!(matches!(error, RecordsError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("is locked by another program (waited 1.5s"), "{error}");
    other.close().await.unwrap();
    records.audit(at, "w", "write", &serde_json::Value::Null).await.unwrap();
}

on_both! {
    programs_that_open_a_new_database_at_once_all_succeed
    writers_take_turns_and_lose_nothing
    a_lock_that_another_program_keeps_is_named_after_a_while_and_does_not_hinder_readers
}
