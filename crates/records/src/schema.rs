//! The versions of the schema. A version, once released, is never changed: a later one is added.

mod v1;

use chrono::Utc;
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QuerySelect, Statement,
};

use crate::entities::schema_version;
use crate::stored::Given;
use crate::{Records, RecordsError};

/// The newest version of the schema that this program knows and writes.
pub const SCHEMA_VERSION: i64 = 1;

/// What the column `application` says.
const APPLICATION: &str = "lanwan-records";

/// Brings the database to [`SCHEMA_VERSION`]: all steps and the mark that they were taken, in one transaction.
pub(crate) async fn prepare(records: &Records) -> Result<(), RecordsError> {
    if version(records, &records.db).await? == SCHEMA_VERSION {
        return Ok(());
    }
    let tx = records.begin().await?;
    // Somebody may have been faster while this one waited for its turn.
    for next in version(records, &*tx).await? + 1..=SCHEMA_VERSION {
        step(&tx, next).await.map_err(|e| records.failed("created", &e))?;
        let at = Given("schema version", "").time("at", Utc::now())?;
        let row = schema_version::ActiveModel { version: Set(next), application: Set(APPLICATION.into()), at: Set(at) };
        schema_version::Entity::insert(row)
            .exec_without_returning(&*tx)
            .await
            .map_err(|e| records.failed("created", &e))?;
    }
    records.commit(tx).await
}

async fn step(tx: &DatabaseTransaction, to: i64) -> Result<(), DbErr> {
    match to {
        1 => v1::create(tx).await,
        _ => Err(DbErr::Migration(format!("there is no step to version {to}"))),
    }
}

/// The version found; 0 of an empty database.
async fn version(records: &Records, db: &impl ConnectionTrait) -> Result<i64, RecordsError> {
    let sqlite = db.get_database_backend() == DbBackend::Sqlite;
    let tables = tables(db, sqlite).await.map_err(|e| records.failed("read", &e))?;
    let foreign = |why: String| RecordsError::NotLanwan { database: records.name().to_owned(), why };
    if !tables.iter().any(|t| t == "schema_version") {
        // A SQLite file belongs to one program. A PostgreSQL database may hold tables of others, under other names.
        return match tables.iter().find(|t| sqlite || v1::TABLES.contains(&t.as_str())) {
            Some(table) => Err(foreign(format!("it has a table `{table}`, but no `schema_version`"))),
            None => Ok(0),
        };
    }
    let rows: Vec<(i64, String)> = schema_version::Entity::find()
        .select_only()
        .column(schema_version::Column::Version)
        .column(schema_version::Column::Application)
        .into_tuple()
        .all(db)
        .await
        .map_err(|e| foreign(format!("its table `schema_version` is another one's ({e})")))?;
    if let Some((_, application)) = rows.iter().find(|(_, application)| application != APPLICATION) {
        return Err(foreign(format!("its table `schema_version` belongs to `{application}`")));
    }
    match rows.iter().map(|(version, _)| *version).max() {
        None => Err(foreign("its table `schema_version` is empty".into())),
        Some(found) if found > SCHEMA_VERSION => {
            Err(RecordsError::Newer { database: records.name().to_owned(), found, known: SCHEMA_VERSION })
        }
        Some(found) => Ok(found),
    }
}

async fn tables(db: &impl ConnectionTrait, sqlite: bool) -> Result<Vec<String>, DbErr> {
    let sql = if sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    } else {
        "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// Refuses a database that cannot hold Chinese text. SQLite always can.
pub(crate) async fn check_encoding(records: &Records) -> Result<(), RecordsError> {
    if records.db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = "SELECT current_setting('server_encoding') AS encoding";
    let row = records
        .db
        .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
        .await
        .map_err(|e| records.failed("read", &e))?;
    let encoding: String = match row {
        Some(row) => row.try_get("", "encoding").map_err(|e| records.failed("read", &e))?,
        None => String::new(),
    };
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(RecordsError::Encoding { database: records.name().to_owned(), encoding })
}
