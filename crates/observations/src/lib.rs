//! The readings: one append-only bitemporal Delta table, queried with DataFusion.
//!
//! [`Store`] is the front door. Whoever adds readings takes its one [`Committer`]; everybody else reads a [`Snapshot`].
//! Every call blocks on disk, so asynchronous callers go through a blocking thread.

mod append;
mod block;
mod canvas;
mod commit;
mod decode;
mod disk;
mod error;
mod extent;
mod files;
mod history;
mod kernel;
mod latest;
mod lock;
mod maintain;
mod reader;
mod rows;
mod scan;
mod schema;
mod small;
mod store;
mod table;

pub use append::{Appended, Progress, Refused, Why};
pub use commit::{Bulk, Committer};
pub use error::Error;
pub use extent::MonitorSpan;
pub use history::Stored;
pub use latest::Latest;
pub use maintain::Maintained;
pub use scan::{Cell, Grid, NOTHING, Scan, ScanStats};
pub use store::{Snapshot, Store};
pub use table::ReadingsTable;
