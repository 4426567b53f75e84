//! What opening refuses, and what it says.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use lanwan_records::{Records, RecordsError, SCHEMA_VERSION, sqlite_url};

use crate::home::{Home, postgres_server, with_database};

async fn refusal(url: &str) -> RecordsError {
    Records::open(url).await.expect_err("it does not open")
}

async fn opening_again_changes_nothing(home: Arc<Home>) {
    home.open().await.close().await;
    let records = home.open().await;
    assert_eq!(records.places().await.unwrap(), []);
    assert_eq!(records.imports(1).await.unwrap(), []);
}

async fn a_database_of_a_newer_version_is_refused(home: Arc<Home>) {
    home.open().await.close().await;
    home.sql("INSERT INTO schema_version VALUES (99, 'lanwan-records', '2030-01-01T00:00:00.000000Z')").await;
    let error = refusal(&home.url).await;
    let RecordsError::Newer { found, known, .. } = &error else { panic!("{error}") };
    assert_eq!((*found, *known), (99, SCHEMA_VERSION));
    assert!(error.to_string().contains("has the format of a newer Lanwan (99; this program knows up to 1)"), "{error}");
}

async fn a_database_of_another_program_is_refused_and_left_alone(home: Arc<Home>) {
    // `mode=rwc` creates the file.
    home.sql("CREATE TABLE place (x integer)").await;
    let error = refusal(&home.url).await;
    assert!(error.to_string().contains("it has a table `place`, but no `schema_version`"), "{error}");
    home.sql("CREATE TABLE schema_version (version integer)").await;
    let error = refusal(&home.url).await;
    assert!(matches!(error, RecordsError::NotLanwan { .. }), "{error}");
    home.sql("DROP TABLE schema_version").await;
    home.sql("CREATE TABLE schema_version (version bigint, application text)").await;
    home.sql("INSERT INTO schema_version VALUES (1, 'other')").await;
    let error = refusal(&home.url).await;
    assert!(error.to_string().contains("belongs to `other`"), "{error}");
    home.sql("SELECT x FROM place").await;
}

async fn a_row_that_somebody_changed_by_hand_is_named(home: Arc<Home>) {
    let records = home.open().await;
    home.sql("INSERT INTO place (id, name, kind, longitude) VALUES ('1A', '站', 'station', '12O.5')").await;
    let error = records.places().await.unwrap_err().to_string();
    assert!(error.contains("table place, row 1A, column longitude: `12O.5` is not a decimal number"), "{error}");
}

on_both! {
    opening_again_changes_nothing
    a_database_of_a_newer_version_is_refused
    a_database_of_another_program_is_refused_and_left_alone
    a_row_that_somebody_changed_by_hand_is_named
}

#[tokio::test]
async fn an_address_of_neither_form_is_refused_without_its_password() {
    for url in
        ["", "records.sqlite", "mysql://u:secret@host/db", "sqlite:", "sqlite:a?mode=wr", "postgres://u:secret@[::/db"]
    {
        let error = refusal(url).await;
        assert!(matches!(error, RecordsError::Address { .. }), "{url}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_missing_file_is_not_created_unless_asked() {
    let home = Home::in_a_file();
    let url = format!("sqlite:{}", home.file().display());
    let error = refusal(&url).await;
    assert!(matches!(error, RecordsError::NoFile { .. }), "{error}");
    assert!(!home.file().exists());
    home.open().await.close().await;
    Records::open(&url).await.unwrap();
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere").join("records.sqlite");
    let RecordsError::NoFolder { folder, .. } = refusal(&sqlite_url(&path)).await else { panic!("it is not named") };
    assert_eq!(folder, path.parent().unwrap().display().to_string());
}

#[tokio::test]
async fn a_file_or_folder_that_is_no_database_is_refused_and_left_alone() {
    let home = Home::in_a_file();
    let text = "date,hour,type,1001A\n".repeat(500);
    fs::write(home.file(), &text).unwrap();
    let error = refusal(&home.url).await;
    assert!(matches!(error, RecordsError::NotLanwan { .. }), "{error}");
    assert_eq!(fs::read_to_string(home.file()).unwrap(), text);

    let folder = refusal(&sqlite_url(home.file().parent().unwrap())).await;
    assert!(folder.to_string().contains("it is a folder, not a file"), "{folder}");
}

#[tokio::test]
async fn a_path_with_signs_of_an_address_is_the_path_meant() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("100% 记录?#&.sqlite");
    Records::open(&sqlite_url(&path)).await.unwrap().close().await;
    assert!(path.exists());
}

#[tokio::test]
async fn a_file_opened_to_be_read_is_not_written() {
    let home = Home::in_a_file();
    home.open().await.close().await;
    let records = Records::open(&format!("sqlite:{}?mode=ro", home.file().display())).await.unwrap();
    assert_eq!(records.places().await.unwrap(), []);
    let error = records.audit(chrono::Utc::now(), "w", "write", &serde_json::Value::Null).await.unwrap_err();
    assert!(matches!(error, RecordsError::Permission { .. }), "{error}");
}

#[tokio::test]
async fn a_database_in_memory_lasts_as_long_as_it_is_open() {
    let records = Records::open("sqlite::memory:").await.unwrap();
    records.audit(chrono::Utc::now(), "w", "write", &serde_json::Value::Null).await.unwrap();
    assert_eq!(records.audit_log(9).await.unwrap().len(), 1);
    assert_eq!(Records::open("sqlite::memory:").await.unwrap().audit_log(9).await.unwrap().len(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_may_not_be_opened_is_a_matter_of_rights() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::in_a_file();
    home.open().await.close().await;
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(home.file()).is_ok() {
        return; // The administrator may do everything.
    }
    let error = refusal(&home.url).await;
    assert!(matches!(error, RecordsError::Permission { .. }), "{error}");
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o444)).unwrap();
    let read_only = Records::open(&home.url).await;
    let records = read_only.expect("a file of the present version can be read");
    let error = records.audit(chrono::Utc::now(), "w", "write", &serde_json::Value::Null).await.unwrap_err();
    assert!(matches!(error, RecordsError::Permission { doing: "written", .. }), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_damaged_file_is_called_damaged() {
    use std::os::unix::fs::FileExt;
    let home = Home::in_a_file();
    home.open().await.close().await;
    let file = fs::OpenOptions::new().write(true).open(home.file()).unwrap();
    for page in 1..6 {
        file.write_all_at(&[0xff; 4096], page * 4096).unwrap();
    }
    let error = refusal(&home.url).await;
    assert!(matches!(error, RecordsError::Damaged { .. } | RecordsError::NotLanwan { .. }), "{error}");
}

#[tokio::test]
async fn commits_reach_the_disk_and_readers_do_not_wait() {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    let home = Home::in_a_file();
    home.open().await.close().await;
    let db = sea_orm::Database::connect(home.url.as_str()).await.unwrap();
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode")).await.unwrap();
    assert_eq!(row.unwrap().try_get_by_index::<String>(0).unwrap(), "wal");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_with_host_and_port() {
    // A port that was just free, and is again.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://u:secret@127.0.0.1:{port}/db");
    let error = Records::open_waiting(&url, Duration::from_secs(1)).await.expect_err("it does not open").to_string();
    assert!(error.starts_with(&format!("cannot connect to PostgreSQL at 127.0.0.1:{port}: ")), "{error}");
    assert!(!error.contains("secret"), "{error}");
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_named() {
    let error = refusal("postgres://u@host.invalid:5432/db").await.to_string();
    assert!(error.starts_with("cannot connect to PostgreSQL at host.invalid:5432: "), "{error}");
}

#[tokio::test]
async fn a_database_that_the_server_does_not_have_is_named() {
    let Some(server) = postgres_server() else { return };
    let error = refusal(&with_database(&server, "lanwan_nowhere")).await;
    assert!(matches!(&error, RecordsError::NoDatabase { name, .. } if name == "lanwan_nowhere"), "{error}");
}

#[tokio::test]
async fn a_database_that_does_not_hold_chinese_is_refused() {
    use sea_orm::ConnectionTrait;
    let Some(server) = postgres_server() else { return };
    let name = format!("lanwan_test_{}_latin1", std::process::id());
    let admin = sea_orm::Database::connect(server.as_str()).await.unwrap();
    let create = format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    );
    admin.execute_unprepared(&create).await.unwrap();
    let opened = Records::open(&with_database(&server, &name)).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    let error = opened.expect_err("it does not open");
    assert!(matches!(&error, RecordsError::Encoding { encoding, .. } if encoding == "LATIN1"), "{error}");
}

#[tokio::test]
async fn tables_of_others_in_a_postgresql_database_do_not_matter() {
    crate::home::on_postgres(|home| async move {
        home.sql("CREATE TABLE spatial_ref_sys (x integer)").await;
        home.open().await;
    })
    .await;
}
