//! Observations judged by standards: readings in, findings out.
//!
//! Invariant: a finding is a pure function of the readings known at its `as_of` and of the rules it cites. The order of the
//! rows, the number of threads and the way files were split do not change a bit of it.

mod choice;
mod day;
mod error;
mod explain;
mod finding;
mod hour;
mod judge;
mod memory;
mod period;
mod places;
mod ranking;
mod source;

pub use choice::{AirRules, EditionChoice, Rules};
pub use day::{AirDay, DAY_INPUTS, DayBasis, DayValue, PlaceDay};
pub use error::AssessError;
pub use explain::{Explanation, ExplanationStep, Figure, LowerFinding, ReadingRow, Superseded};
pub use finding::{FindingKey, FindingKind, id_of};
pub use hour::{AirHour, PlaceHour};
pub use judge::{Assessor, By, Dust, Options, Request, Results};
pub use memory::Memory;
pub use period::{AirPeriod, Coordination, DaysSummary, PeriodItem, RoomItem, RoomLeft};
pub use places::{DustMark, Place, PlaceKind, Places};
pub use ranking::{Ranking, RankingRow};
pub use source::Source;
