//! Files in, readings out: recognition by content, units, time labels, quarantine.
//!
//! [`read`] turns one file into an [`Intake`]: readings with exact values in the stored units and UTC starts, the monitors
//! they speak of, what the file itself publishes, a quarantine of everything refused, and a report of what was recognised
//! and assumed. It knows no storage and no clock, and the order of a file's rows never changes what comes out.
//!
//! ```
//! use lanwan_intake::{Input, Options, read};
//! let csv = "站点,时间,污染物,浓度\n1307A,2024-01-05 03:00,PM2.5,35\n1307A,2024-01-05 25:00,PM2.5,36\n";
//! let intake = read(Input::bytes("a.csv", csv), &Options::default(), &mut |_| ())?;
//! // The label names the end of the hour: 03:00 in China is the hour that starts at 18:00 UTC the day before.
//! assert_eq!(intake.readings[0].start.to_rfc3339(), "2024-01-04T18:00:00+00:00");
//! assert_eq!(intake.quarantine[0].row, 3);
//! # Ok::<(), lanwan_intake::IntakeError>(())
//! ```

mod collect;
mod error;
mod header;
mod json;
mod open;
mod options;
mod outcome;
mod parquet_rows;
mod plan;
mod reject;
mod report;
mod row;
mod run;
mod shapes;
mod sheet;
mod table;
mod text;
mod time;
mod value;
mod zipcheck;

pub use error::IntakeError;
pub use options::{InUnit, Input, Options, Progress, TimeLabel};
pub use outcome::{Intake, Layout, Monitor, MonitorKind, Origin, Published, Report, UnitUse};
pub use reject::{RejectKind, Rejected};
pub use run::read;
