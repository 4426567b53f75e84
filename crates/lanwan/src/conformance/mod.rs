//! Conformance cases: inputs and expected results per clause, which any implementation can run.
//!
//! A case is a row of `topic,rule,inputs_json,expected_json`; further columns are for readers. Results are compared key by
//! key; numbers keep the digits they are written with, so that nothing passes through floating point.

mod choose;
mod compare;
mod index;
mod inputs;
mod json;
mod policy;
mod statistics;
mod topics;

use std::io::Read;

use lanwan_rulebook::Rulebooks;

use json::{Json, Object};

pub use topics::TOPICS;

/// What came of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every expected key agrees.
    Pass,
    /// Some do not: key, expected, found.
    Fail(Vec<(String, String, String)>),
    /// The case itself cannot be read or computed.
    Broken(String),
    /// No implementation of the topic.
    NoSuchTopic,
}

/// One case with its outcome.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// Row of the file, the header being row 1.
    pub row: u64,
    /// The case's own id, when the file has the column.
    pub id: String,
    /// The topic.
    pub topic: String,
    /// The rule.
    pub rule: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// Why the file is no file of cases.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// A column is missing.
    #[error(
        "the header has no column `{column}`; a file of cases has topic,rule,inputs_json,expected_json (found: {found})"
    )]
    NoColumn {
        /// The missing column.
        column: &'static str,
        /// The columns found.
        found: String,
    },
    /// A row is not CSV.
    #[error("row {row}: {source}")]
    Row {
        /// The row.
        row: u64,
        /// Why.
        source: csv::Error,
    },
}

/// Runs every case of a CSV file.
///
/// # Errors
/// When the file is no file of cases; a case that cannot be computed is an [`Outcome`].
pub fn run(file: impl Read, rulebooks: &Rulebooks) -> Result<Vec<CaseResult>, CasesError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers().map_err(|source| CasesError::Row { row: 1, source })?.clone();
    let names: Vec<&str> = header.iter().map(|h| h.trim_start_matches('\u{feff}').trim()).collect();
    let column = |column: &'static str| {
        names.iter().position(|n| *n == column).ok_or_else(|| CasesError::NoColumn { column, found: names.join(",") })
    };
    let (topic, rule) = (column("topic")?, column("rule")?);
    let (inputs, expected) = (column("inputs_json")?, column("expected_json")?);
    let id = names.iter().position(|n| *n == "id");
    let mut results = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let row = i as u64 + 2;
        let record = record.map_err(|source| CasesError::Row { row, source })?;
        let field = |at: usize| record.get(at).unwrap_or("").trim();
        let (topic, rule) = (field(topic), field(rule));
        let outcome = one(topic, rule, field(inputs), field(expected), rulebooks);
        results.push(CaseResult {
            row,
            id: id.map_or("", field).to_owned(),
            topic: topic.to_owned(),
            rule: rule.to_owned(),
            outcome,
        });
    }
    Ok(results)
}

fn one(topic: &str, rule: &str, inputs: &str, expected: &str, rulebooks: &Rulebooks) -> Outcome {
    let Some(compute) = topics::of(topic) else { return Outcome::NoSuchTopic };
    let object = |name: &str, text: &str| -> Result<Object, String> {
        match Json::parse(text) {
            Ok(Json::Object(object)) => Ok(object),
            Ok(_) => Err(format!("{name} is no JSON object")),
            Err(error) => Err(format!("{name}: {error}")),
        }
    };
    let computed = object("inputs_json", inputs)
        .and_then(|inputs| object("expected_json", expected).map(|expected| (inputs, expected)))
        .and_then(|(inputs, expected)| compute(rule, &inputs, rulebooks).map(|found| (expected, found)));
    let (expected, found) = match computed {
        Ok(pair) => pair,
        Err(why) => return Outcome::Broken(why),
    };
    if expected.is_empty() {
        return Outcome::Broken("expected_json expects nothing".to_owned());
    }
    let wrong: Vec<(String, String, String)> = expected
        .iter()
        .filter_map(|(key, want)| match topics::named(&found, key) {
            Some(have) if have.agrees(want) => None,
            Some(have) => Some((key.clone(), want.to_string(), have.shown(want))),
            None => Some((key.clone(), want.to_string(), "(no such result)".to_owned())),
        })
        .collect();
    if wrong.is_empty() { Outcome::Pass } else { Outcome::Fail(wrong) }
}
