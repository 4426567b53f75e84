use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::sleep;

use crate::connect::connect;
use crate::{RecordsError, schema};

/// "lanwan" in ASCII: the number of the lock that writers take in PostgreSQL.
const WRITERS: i64 = 0x6c61_6e77_616e;

/// The records: one database, open. Clones share it.
#[derive(Clone)]
pub struct Records {
    pub(crate) db: DatabaseConnection,
    name: Arc<str>,
    wait: Duration,
    turn: Arc<Mutex<()>>,
}

/// A transaction that writes, while it has its turn.
pub(crate) struct Turn {
    // Ends before the turn passes on.
    tx: DatabaseTransaction,
    _turn: OwnedMutexGuard<()>,
}

impl Deref for Turn {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Records").field(&self.name).finish()
    }
}

impl Records {
    /// Opens the database at `url` and brings it to the present schema.
    ///
    /// - `sqlite:PATH` a file that is there, `sqlite:PATH?mode=rwc` one that is created when it is not (see
    ///   [`sqlite_url`](crate::sqlite_url)), `sqlite:PATH?mode=ro` one that is only read, `sqlite::memory:` one that is
    ///   gone afterwards. Files are in WAL mode, every commit reaches the disk.
    /// - `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. The database must be there, in UTF-8.
    ///
    /// # Errors
    /// When the address is none, the database cannot be reached, opened or created, belongs to another program,
    /// or was written by a newer Lanwan. What was found is then left as it was.
    pub async fn open(url: &str) -> Result<Self, RecordsError> {
        Self::open_waiting(url, Duration::from_secs(10)).await
    }

    /// As [`Records::open`], with the time that a writer waits for another program, ten seconds there. A PostgreSQL
    /// server is also waited for that long to answer, but at most five seconds.
    ///
    /// # Errors
    /// As [`Records::open`].
    pub async fn open_waiting(url: &str, wait: Duration) -> Result<Self, RecordsError> {
        // Turning on the write-ahead log of a new SQLite file does not wait for another program that does the same.
        let begun = Instant::now();
        let connected = loop {
            match connect(url, wait).await {
                Err(RecordsError::Locked { .. }) if begun.elapsed() < wait => sleep(Duration::from_millis(20)).await,
                other => break other?,
            }
        };
        let records = Self { db: connected.db, name: connected.name.into(), wait, turn: Arc::default() };
        schema::check_encoding(&records).await?;
        schema::prepare(&records).await?;
        Ok(records)
    }

    /// The database as messages name it: file, or database, host and port. Never a password.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Waits for running queries and closes the database; clones cannot be used afterwards.
    pub async fn close(self) {
        // Every commit is on the disk already: a connection that breaks while it closes loses nothing.
        let _ = self.db.close().await;
    }

    /// Starts a transaction that writes. Writers take turns in both databases, so that what a transaction reads
    /// before it writes still holds when it does. Those of this process queue here, not in the database: so they keep
    /// one connection busy, and readers find the others free.
    pub(crate) async fn begin(&self) -> Result<Turn, RecordsError> {
        let turn = self.turn.clone().lock_owned().await;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.db.begin_with_options(options).await.map_err(|e| self.failed("written", &e))?;
        if tx.get_database_backend() == DbBackend::Postgres {
            // Zero would mean no limit.
            let ms = self.wait.as_millis().clamp(1, i32::MAX as u128);
            let sql = format!("SET LOCAL lock_timeout = '{ms}ms'; SELECT pg_advisory_xact_lock({WRITERS})");
            tx.execute_unprepared(&sql).await.map_err(|e| self.failed("written", &e))?;
        }
        Ok(Turn { tx, _turn: turn })
    }

    pub(crate) async fn commit(&self, turn: Turn) -> Result<(), RecordsError> {
        turn.tx.commit().await.map_err(|e| self.failed("written", &e))
    }

    pub(crate) fn failed(&self, doing: &'static str, error: &DbErr) -> RecordsError {
        RecordsError::of(&self.name, doing, self.wait, error)
    }

    pub(crate) fn unread(&self) -> impl Fn(DbErr) -> RecordsError {
        |e| self.failed("read", &e)
    }

    pub(crate) fn unwritten(&self) -> impl Fn(DbErr) -> RecordsError {
        |e| self.failed("written", &e)
    }
}

/// PostgreSQL counts rows in signed numbers.
pub(crate) fn limited(limit: u64) -> u64 {
    limit.min(i64::MAX as u64)
}
