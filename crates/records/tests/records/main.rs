//! The same tests over SQLite and, when `LANWAN_TEST_POSTGRES` names a server, over PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

#[macro_use]
mod home;

mod dust;
mod findings;
mod format;
mod imports;
mod opening;
mod places;
mod turns;
