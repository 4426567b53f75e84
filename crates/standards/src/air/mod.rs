//! Ambient air: HJ 633 (AQI), HJ 663 (assessment), GB 3095 (limits), composite index and ranking.

mod city;
mod compensation;
mod composite;
mod concentration;
mod day;
mod evaluation;
mod fast;
mod index;
mod period;
mod ranking;
mod room;
mod sliding;
mod warning;

pub use city::{SiteShare, city_mean};
pub use compensation::{CompensationTerm, compensation_amount, improvement_score};
pub use composite::{CompositeIndex, CompositeTerm, composite_index};
pub use concentration::Concentration;
pub use day::{DayRules, DayStat, MISSING, daily_max_1h, daily_max_8h, daily_mean};
pub use evaluation::{Attainment, attain, exceedance_multiple, rate_percent};
pub use fast::{FastIndex, HourlyAqi};
pub use index::{IndexError, IndexInput, IndexResult, IndexTable, MAX_INPUTS, Scale};
pub use period::{DaySeries, PeriodDays, PeriodError, PeriodRule, ValidDays};
pub use ranking::{change_rate, rank_ascending};
pub use room::{Room, room_left};
pub use sliding::{sliding_mean, sliding_means};
pub use warning::{Episode, highest_warning};
