//! The bodies of the rule files on ambient air, one file a topic.

mod assessment;
mod compensation;
mod composite;
mod episodes;
mod index;
mod limits;

pub use assessment::*;
pub use compensation::*;
pub use composite::*;
pub use episodes::*;
pub use index::*;
pub use limits::*;
