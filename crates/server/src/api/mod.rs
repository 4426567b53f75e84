//! The endpoints under `/api/v1`.

pub(crate) mod air;
pub(crate) mod explain;
pub(crate) mod meta;
pub(crate) mod period;
pub(crate) mod ranking;
pub(crate) mod values;
