//! The law as data: rule files, their validation, and the choice of the one in force.
//!
//! A rule file is TOML: `[rule]` (document, region, dates, sources) and `[body]`, whose shape the topic decides.
//! Every entry names its clause and how far it has been checked. Numbers are exact: integers, or decimals in quotes.
//!
//! ```
//! use lanwan_rulebook::{Region, Rulebooks, Topic};
//! let rules = Rulebooks::builtin()?;
//! let qingdao: Region = "370200".parse()?;
//! let day = "2026-03-01".parse()?;
//! assert_eq!(rules.in_force(Topic::AirLimits, day, &qingdao)?.id, "gb3095-2026-transition");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod air;
mod check;
mod cited;
mod day;
mod error;
mod load;
mod region;
mod rulebook;
mod set;

pub use air::*;
pub use cited::Cited;
pub use error::{ChoiceError, RulebookError, RulebookErrors};
pub use region::{Region, RegionError};
pub use rulebook::{Body, RuleRef, Rulebook, Topic};
pub use set::{Edition, Rulebooks};
