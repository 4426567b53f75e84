//! The words every room of Lanwan uses: pollutants, places, periods, exact quantities, verification marks.
//!
//! Nothing here reads a clock, a file or a socket. Quantities are decimals or rationals; there is no floating point.

mod number;
mod period;
mod pollutant;
mod reading;
mod verification;

pub use number::{Decimal, Exact, Grain, NumberError};
pub use period::{CST, Period, PeriodError, Span, cst, format_cst, hour_of, parse_day, utc_of_hour};
pub use pollutant::{AIR_SIX, Averaging, Pollutant, PollutantError, Unit};
pub use reading::{DataStatus, MissingReason, Reading, StatusSet};
pub use verification::Verification;
