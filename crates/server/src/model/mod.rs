//! The shapes of the answers. Names and fields are the ones the web app's client is generated from.
//!
//! Readings, means, limits and rates are exact decimals in texts; indices, levels, ranks and counts are numbers. A list is never
//! null; a value that is missing is null, with its reason beside it.

mod air;
mod explain;
mod meta;
mod period;
mod ranking;

pub(crate) use air::*;
pub(crate) use explain::*;
pub(crate) use meta::*;
pub(crate) use period::*;
pub(crate) use ranking::*;

pub use meta::GeneratedSpan;
