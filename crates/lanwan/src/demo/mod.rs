//! What the demonstration city needs beyond its files: a generated year of readings.

mod generate;
mod load;
mod noise;
mod station;
mod weather;

pub use generate::{generated_months, generated_year};
pub(crate) use load::load;
pub use weather::dust_days;
