//! Conformance cases: inputs and expected results per clause, which any implementation can run.
//!
//! A case is a row of `topic,rule,inputs_json,expected_json`; further columns are for readers. A result is compared key by
//! key: numbers by value, a rational result after rounding to the digits of the expected number, lists as sets.

mod topics;

use std::io::Read;

use lanwan_rulebook::Rulebooks;
use lanwan_terms::{Decimal, Exact};
use serde_json::{Map, Value};

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

/// A computed result: exact numbers are rounded only when compared.
#[derive(Clone, Debug)]
pub enum Found {
    /// A number.
    Number(Exact),
    /// A text, such as a category or `NA`.
    Text(String),
    /// A set of texts.
    Set(Vec<String>),
    /// True or false.
    Flag(bool),
    /// No value.
    Null,
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
    let object = |name: &str, text: &str| -> Result<Map<String, Value>, String> {
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Ok(map),
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
    let wrong: Vec<(String, String, String)> = expected
        .iter()
        .filter_map(|(key, want)| match found.iter().find(|(k, _)| k == key) {
            Some((_, have)) if agrees(want, have) => None,
            Some((_, have)) => Some((key.clone(), want.to_string(), have.shown(want))),
            None => Some((key.clone(), want.to_string(), "(no such result)".to_owned())),
        })
        .collect();
    if wrong.is_empty() { Outcome::Pass } else { Outcome::Fail(wrong) }
}

impl Found {
    fn shown(&self, want: &Value) -> String {
        match self {
            Self::Number(n) => match want {
                Value::Number(w) => rounded_like(n, &w.to_string()).to_string(),
                _ => n.display(),
            },
            Self::Text(t) => format!("\"{t}\""),
            Self::Set(list) => format!("{list:?}"),
            Self::Flag(flag) => flag.to_string(),
            Self::Null => "null".to_owned(),
        }
    }
}

fn decimals_of(text: &str) -> u8 {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len().min(12) as u8)
}

fn rounded_like(number: &Exact, text: &str) -> Decimal {
    number.round(decimals_of(text))
}

fn agrees(want: &Value, have: &Found) -> bool {
    match (want, have) {
        (Value::Number(w), Found::Number(n)) => {
            let text = w.to_string();
            text.parse::<Decimal>().is_ok_and(|w| w.exact() == *n || w == rounded_like(n, &text))
        }
        (Value::String(w), Found::Number(n)) => {
            w.parse::<Decimal>().is_ok_and(|d| d.exact() == *n || d == rounded_like(n, w))
        }
        (Value::String(w), Found::Text(t)) => w == t,
        (Value::String(w), Found::Set(list)) => same_set(w.split('|').filter(|s| !s.is_empty()), list),
        (Value::Array(w), Found::Set(list)) => {
            w.iter().all(Value::is_string) && same_set(w.iter().filter_map(Value::as_str), list)
        }
        (Value::Bool(w), Found::Flag(flag)) => w == flag,
        (Value::Null, Found::Null) => true,
        (Value::Null, Found::Text(t)) => t == "NA",
        (Value::String(w), Found::Null) => w == "NA",
        _ => false,
    }
}

/// Sets of pollutants, where `O3` stands for ozone at any averaging time and `O3_mda8` is another word for `O3_8h`.
fn same_set<'a>(want: impl Iterator<Item = &'a str>, have: &[String]) -> bool {
    let canonical = |name: &str| name.replace("mda8", "8h");
    let want: std::collections::BTreeSet<String> = want.map(canonical).collect();
    let have: std::collections::BTreeSet<String> = have.iter().map(|h| canonical(h)).collect();
    let bare = |set: &std::collections::BTreeSet<String>| -> std::collections::BTreeSet<String> {
        set.iter().map(|name| name.split('_').next().unwrap_or(name).to_owned()).collect()
    };
    want == have || (want.iter().all(|w| !w.contains('_')) && want == bare(&have))
}
