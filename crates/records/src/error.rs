use std::time::Duration;

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// What can go wrong with the records.
///
/// `database` names the file, or the PostgreSQL database with host and port; never a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordsError {
    /// The address is neither of the two forms.
    #[error(
        "`{url}` is no address of a records database: {why} \
         (expected `sqlite:PATH?mode=rwc` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`)"
    )]
    Address {
        /// The address, without what stands before an `@`.
        url: String,
        /// What is wrong.
        why: String,
    },
    /// There is no such file, and the address does not ask to create it.
    #[error("there is no {database} (import something first, check the path, or add `?mode=rwc` to create it)")]
    NoFile {
        /// The database.
        database: String,
    },
    /// The folder of the file is missing.
    #[error("{database} cannot be created: the folder {folder} does not exist (create it, or correct the path)")]
    NoFolder {
        /// The database.
        database: String,
        /// The missing folder.
        folder: String,
    },
    /// The operating system or the server does not allow it.
    #[error(
        "{database} may not be {doing}: {why} \
         (check the owner and the rights of the file and its folder, or of the database user)"
    )]
    Permission {
        /// The database.
        database: String,
        /// What was being done.
        doing: &'static str,
        /// The system's answer.
        why: String,
    },
    /// Another program has held the lock for too long.
    #[error("{database} is locked by another program (waited {waited:?}; let it finish or close it, then try again)")]
    Locked {
        /// The database.
        database: String,
        /// How long was waited.
        waited: Duration,
    },
    /// Some other program's database, or no database at all.
    #[error("{database} is not a database of Lanwan: {why} (name another one; this one is left as it is)")]
    NotLanwan {
        /// The database.
        database: String,
        /// How that shows.
        why: String,
    },
    /// Written by a newer Lanwan.
    #[error(
        "{database} has the format of a newer Lanwan ({found}; this program knows up to {known}): \
         use the newer program, or restore a backup made before the upgrade"
    )]
    Newer {
        /// The database.
        database: String,
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// The file is damaged.
    #[error("{database} is damaged: {why} (restore it from a backup)")]
    Damaged {
        /// The database.
        database: String,
        /// What the database says.
        why: String,
    },
    /// No space left.
    #[error("there is no space left to write {database} (make room and try again; nothing was half written)")]
    Full {
        /// The database.
        database: String,
    },
    /// Nobody answers, or the connection broke.
    #[error("cannot connect to PostgreSQL at {host}:{port}: {why}")]
    Unreachable {
        /// The host or socket folder.
        host: String,
        /// The port.
        port: u16,
        /// What happened and what to check.
        why: String,
    },
    /// The server refuses the user.
    #[error(
        "PostgreSQL at {host}:{port} refuses user `{user}`: {why} (check user and password in the address, and pg_hba.conf)"
    )]
    SignIn {
        /// The host or socket folder.
        host: String,
        /// The port.
        port: u16,
        /// The user.
        user: String,
        /// The server's answer.
        why: String,
    },
    /// The server has no database of that name.
    #[error(
        "PostgreSQL at {host}:{port} has no database `{name}` (create it: CREATE DATABASE \"{name}\" ENCODING 'UTF8')"
    )]
    NoDatabase {
        /// The host or socket folder.
        host: String,
        /// The port.
        port: u16,
        /// The database.
        name: String,
    },
    /// The database cannot hold Chinese text.
    #[error("{database} has the encoding {encoding}, which does not hold every text (create it with ENCODING 'UTF8')")]
    Encoding {
        /// The database.
        database: String,
        /// Its encoding.
        encoding: String,
    },
    /// A stored value is not what this program writes.
    #[error("{database}, table {table}, row {key}, column {column}: `{text}` is not {want} (somebody else changed it)")]
    Unreadable {
        /// The database.
        database: String,
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// The column.
        column: &'static str,
        /// What stands there.
        text: String,
        /// What should.
        want: &'static str,
    },
    /// A value given to be stored makes no sense.
    #[error("{what}, {field}: `{text}` cannot be recorded (expected {want})")]
    Invalid {
        /// The row: `place 370200`.
        what: String,
        /// The field.
        field: &'static str,
        /// The value.
        text: String,
        /// What would be right.
        want: &'static str,
    },
    /// A mark for a place nobody has recorded.
    #[error("there is no place `{id}` (record the place first, or correct its id)")]
    UnknownPlace {
        /// The id.
        id: String,
    },
    /// No such dust mark.
    #[error("there is no dust mark {id}")]
    NoMark {
        /// The id.
        id: i64,
    },
    /// The dust mark is withdrawn already.
    #[error("dust mark {id} was withdrawn already, at {at}")]
    AlreadyWithdrawn {
        /// The id.
        id: i64,
        /// When, in China Standard Time.
        at: String,
    },
    /// Another finding was issued under the same id.
    #[error(
        "finding {id} was issued before with another {field}: an issued finding is frozen \
         (its id must be the hash of its content)"
    )]
    FindingDiffers {
        /// The id.
        id: String,
        /// The first field that differs.
        field: &'static str,
    },
    /// Anything else the database says.
    #[error("{database} could not be {doing}: {why}")]
    Database {
        /// The database.
        database: String,
        /// What was being done.
        doing: &'static str,
        /// What the database says.
        why: String,
    },
}

impl RecordsError {
    /// What an error of the database means, for `database`, while it was `doing` (`read`, `written`).
    pub(crate) fn of(database: &str, doing: &'static str, wait: Duration, error: &DbErr) -> Self {
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => Self::of_sqlx(database, doing, wait, e),
            DbErr::ConnectionAcquire(_) => Self::Database {
                database: database.to_owned(),
                doing,
                why: "no connection became free (too many queries at once, or the database is gone)".into(),
            },
            other => Self::Database { database: database.to_owned(), doing, why: other.to_string() },
        }
    }

    pub(crate) fn of_sqlx(database: &str, doing: &'static str, wait: Duration, error: &sqlx::Error) -> Self {
        let database = database.to_owned();
        let why = error.to_string();
        let sqlx::Error::Database(e) = error else {
            return Self::Database { database, doing, why };
        };
        let why = e.message().to_owned();
        match Class::of(e.code().as_deref().unwrap_or_default()) {
            Class::Locked => Self::Locked { database, waited: wait },
            Class::Permission => Self::Permission { database, doing, why },
            Class::NotADatabase => Self::NotLanwan { database, why },
            Class::Damaged => Self::Damaged { database, why },
            Class::Full => Self::Full { database },
            Class::Other => Self::Database { database, doing, why },
        }
    }
}

enum Class {
    Locked,
    Permission,
    NotADatabase,
    Damaged,
    Full,
    Other,
}

impl Class {
    /// Of a result code of SQLite (a decimal number of at most four digits) or an SQLSTATE (five characters).
    fn of(code: &str) -> Self {
        if code.len() == 5 {
            return match code {
                "55P03" | "40001" | "40P01" => Self::Locked,
                "42501" | "25006" => Self::Permission,
                "53100" => Self::Full,
                "XX001" | "XX002" => Self::Damaged,
                _ => Self::Other,
            };
        }
        // The low byte is the primary code, the rest of the number says more: https://www.sqlite.org/rescode.html
        match code.parse::<u32>().map(|c| c & 0xff) {
            Ok(5 | 6) => Self::Locked,
            Ok(3 | 8 | 14 | 23) => Self::Permission,
            Ok(11) => Self::Damaged,
            Ok(13) => Self::Full,
            Ok(26) => Self::NotADatabase,
            _ => Self::Other,
        }
    }
}
