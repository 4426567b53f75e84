//! The entities in SQL: places, dust marks, imports and their quarantine, issued findings, the audit log.
//!
//! One database, SQLite or PostgreSQL, chosen by its address. Both behave alike: everything beyond plain rows and
//! keys (merging, sorting of texts, times) is done here and not in a dialect of SQL. Nothing is deleted: marks are
//! withdrawn, findings are frozen, the log only grows.
//!
//! ```no_run
//! # async fn example() -> Result<(), lanwan_records::RecordsError> {
//! use lanwan_records::{PlaceKind, PlaceRow, Records, sqlite_url};
//!
//! let records = Records::open(&sqlite_url("data/records.sqlite".as_ref())).await?;
//! records.upsert_places(&[PlaceRow::new("370200", PlaceKind::City, "青岛市")]).await?;
//! assert_eq!(records.places().await?.len(), 1);
//! records.close().await;
//! # Ok(())
//! # }
//! ```

mod audit;
mod connect;
mod dust;
mod entities;
mod error;
mod findings;
mod imports;
mod places;
mod records;
mod rows;
mod schema;
mod stored;

pub use connect::sqlite_url;
pub use error::RecordsError;
pub use places::PlaceChanges;
pub use records::Records;
pub use rows::{AuditRow, DustMark, DustMarkRow, FindingRow, ImportRow, PlaceKind, PlaceRow, QuarantineRow};
pub use schema::SCHEMA_VERSION;
