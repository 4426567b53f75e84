//! Tests of the reader from outside.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod formats;
mod hostile;
mod laws;
mod layouts;
mod messages;
mod real_data;
