//! A fresh database for each test, in SQLite or in PostgreSQL.

use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Once};

use chrono::{DateTime, NaiveDate, Utc};
use lanwan_records::{Records, sqlite_url};
use sea_orm::{ConnectionTrait, Database};

/// Runs each named test on both databases.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::home::on_sqlite(super::$name).await }
        )* }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::home::on_postgres(super::$name).await }
        )* }
    };
}

/// A database that nobody else uses.
pub(crate) struct Home {
    pub(crate) url: String,
    folder: Option<tempfile::TempDir>,
}

impl Home {
    pub(crate) fn in_a_file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { url: sqlite_url(&folder.path().join("records.sqlite")), folder: Some(folder) }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.as_ref().expect("a SQLite database").path().join("records.sqlite")
    }

    pub(crate) async fn open(&self) -> Records {
        Records::open(&self.url).await.expect("the database opens")
    }

    /// Runs SQL behind the back of [`Records`].
    pub(crate) async fn sql(&self, sql: &str) {
        let db = Database::connect(self.url.as_str()).await.expect("a connection");
        db.execute_unprepared(sql).await.expect("the SQL runs");
        db.close().await.expect("the connection closes");
    }
}

pub(crate) async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(Arc<Home>) -> F) {
    test(Arc::new(Home::in_a_file())).await;
}

pub(crate) async fn on_postgres<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(Arc<Home>) -> F) {
    let Some(server) = postgres_server() else { return };
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("lanwan_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let admin = Database::connect(server.as_str()).await.expect("the server of LANWAN_TEST_POSTGRES");
    admin.execute_unprepared(&format!("CREATE DATABASE {name} ENCODING 'UTF8'")).await.expect("a new database");
    let home = Arc::new(Home { url: with_database(&server, &name), folder: None });
    // A test that fails must not leave its database behind.
    let outcome = tokio::spawn(test(home)).await;
    admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("the database goes");
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// The address of the server, or a word that it is not tested.
pub(crate) fn postgres_server() -> Option<String> {
    static SAID: Once = Once::new();
    let server = std::env::var("LANWAN_TEST_POSTGRES").ok().filter(|s| !s.is_empty());
    if server.is_none() {
        // Not `eprintln!`: the test harness swallows that of tests that pass.
        SAID.call_once(|| {
            let _ = writeln!(std::io::stderr(), "PostgreSQL not tested: LANWAN_TEST_POSTGRES is not set");
        });
    }
    server
}

/// The address with another database.
pub(crate) fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let host = address.find("://").map_or(0, |i| i + 3);
    let end = address[host..].find('/').map_or(address.len(), |i| host + i);
    let query = query.map(|q| format!("?{q}")).unwrap_or_default();
    format!("{}/{name}{query}", &address[..end])
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}
