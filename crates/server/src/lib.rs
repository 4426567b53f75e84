//! HTTP: REST and OpenAPI, Excel export, the embedded web app.
//!
//! A thin shell around `lanwan-assess`: every number it answers with is a finding computed there, and carries the address under
//! which `/api/v1/explain/{id}` walks back to the rules and readings. Nothing here blocks the runtime: reading and judging run on
//! blocking threads.

mod api;
mod app;
mod cache;
mod current;
mod excel;
mod failure;
mod model;
mod places;
mod query;
mod router;
mod sentence;
mod serve;
mod stream;
mod web;

pub use app::{App, AppConfig, ServerError};
pub use model::GeneratedSpan;
pub use places::places_of;
pub use router::{openapi_json, router};
pub use serve::serve;
