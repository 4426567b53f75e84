use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector};

use crate::RecordsError;

/// How long a PostgreSQL server may take to answer; a server that is just starting is waited for.
const ANSWER: Duration = Duration::from_secs(5);

/// How long a query may wait for a connection: as long as some writers in a row may wait for other programs.
const FREE: Duration = Duration::from_secs(30);

/// The address of a SQLite file that is created when it is missing: `sqlite:PATH?mode=rwc`, with the characters that
/// mean something in an address (`%`, `?`, `#`) escaped.
///
/// ```
/// assert_eq!(lanwan_records::sqlite_url("/data/100% 青岛.sqlite".as_ref()), "sqlite:/data/100%25 青岛.sqlite?mode=rwc");
/// ```
pub fn sqlite_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite:{path}?mode=rwc")
}

/// A connection and the name under which messages speak of it.
pub(crate) struct Connected {
    pub(crate) db: DatabaseConnection,
    pub(crate) name: String,
}

pub(crate) async fn connect(url: &str, wait: Duration) -> Result<Connected, RecordsError> {
    if url.starts_with("sqlite:") {
        sqlite(url, wait).await
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        postgres(url, wait.min(ANSWER)).await
    } else {
        Err(no_address(url, "it begins with neither `sqlite:` nor `postgres://`"))
    }
}

fn no_address(url: &str, why: impl ToString) -> RecordsError {
    let shown = match url.rsplit_once('@') {
        Some((before, after)) => format!("{}…@{after}", before.split_inclusive("//").next().unwrap_or_default()),
        None => url.to_owned(),
    };
    RecordsError::Address { url: shown, why: why.to_string() }
}

async fn sqlite(url: &str, wait: Duration) -> Result<Connected, RecordsError> {
    let mut options: SqliteConnectOptions = url.parse().map_err(|e| no_address(url, e))?;
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let asks = |mode: &str| query.split('&').any(|p| p == mode);
    let memory = asks("mode=memory") || url.contains(":memory:");
    let path = options.get_filename().to_owned();
    if !memory && path.as_os_str().is_empty() {
        return Err(no_address(url, "the path is missing"));
    }
    let name = if memory { "the database in memory".into() } else { format!("records database {}", path.display()) };

    options = options.busy_timeout(wait).foreign_keys(true).disable_statement_logging();
    if !asks("mode=ro") && !memory {
        options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    }
    // A database in memory lives as long as its one connection.
    let pool = SqlitePoolOptions::new()
        .max_connections(if memory { 1 } else { 4 })
        .min_connections(u32::from(memory))
        .max_lifetime(None)
        .idle_timeout((!memory).then(|| Duration::from_secs(60)))
        .acquire_timeout(FREE)
        .connect_with(options)
        .await
        .map_err(|e| cannot_open(&name, &path, asks("mode=rwc"), wait, &e))?;
    Ok(Connected { db: SqlxSqliteConnector::from_sqlx_sqlite_pool(pool), name })
}

/// SQLite says only "unable to open database file"; the file system knows more.
fn cannot_open(name: &str, path: &Path, create: bool, wait: Duration, error: &sqlx::Error) -> RecordsError {
    let database = name.to_owned();
    let known = RecordsError::of_sqlx(name, "opened", wait, error);
    if !matches!(known, RecordsError::Permission { .. }) {
        return known;
    }
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
    match path.metadata() {
        Ok(file) if file.is_dir() => RecordsError::NotLanwan { database, why: "it is a folder, not a file".into() },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => match folder {
            Some(folder) if matches!(folder.try_exists(), Ok(false)) => {
                RecordsError::NoFolder { database, folder: folder.display().to_string() }
            }
            _ if !create => RecordsError::NoFile { database },
            _ => known,
        },
        Err(e) => RecordsError::Permission { database, doing: "opened", why: e.to_string() },
        Ok(_) => known,
    }
}

async fn postgres(url: &str, answer: Duration) -> Result<Connected, RecordsError> {
    let options: PgConnectOptions = url.parse().map_err(|e: sqlx::Error| no_address(url, e))?;
    let options = options.application_name("lanwan").disable_statement_logging();
    let host = options.get_host().to_owned();
    let port = options.get_port();
    let user = options.get_username().to_owned();
    let database = options.get_database().unwrap_or(&user).to_owned();
    let name = format!("records database {database} at {host}:{port}");

    // Whether the server is there is to be known soon; a query, later, may wait longer for a free connection.
    let asked =
        PgPoolOptions::new().max_connections(1).acquire_timeout(answer).connect_with(options.clone()).await.map_err(
            |error| match &error {
                sqlx::Error::Database(e) => match e.code().as_deref() {
                    Some("28P01" | "28000") => RecordsError::SignIn { host, port, user, why: e.message().to_owned() },
                    Some("3D000") => RecordsError::NoDatabase { host, port, name: database },
                    _ => RecordsError::of_sqlx(&name, "opened", answer, &error),
                },
                sqlx::Error::PoolTimedOut => RecordsError::Unreachable {
                    host,
                    port,
                    why: format!(
                        "no connection within {answer:?} (is the server running, does it listen on this address, \
                     has it connections left?)"
                    ),
                },
                sqlx::Error::Tls(e) => RecordsError::Unreachable {
                    host,
                    port,
                    why: format!(
                        "{e} (this program speaks to PostgreSQL without TLS: use sslmode=prefer on a private network)"
                    ),
                },
                e => RecordsError::Unreachable { host, port, why: format!("{e} (check host and port)") },
            },
        )?;
    asked.close().await;
    let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(FREE).connect_lazy_with(options);
    Ok(Connected { db: SqlxPostgresConnector::from_sqlx_postgres_pool(pool), name })
}
