//! The command line of Lanwan (蓝湾).
//!
//! Every command exits 0, 1 when the answer is "no" (a check failed), or 2 on bad usage or input.

mod assess;
mod cli;
pub mod conformance;
mod data;
pub mod demo;
mod explain;
mod import;
mod imports;
mod output;
mod places;
mod progress;
mod rulebook;
mod serve;

pub use cli::run;
