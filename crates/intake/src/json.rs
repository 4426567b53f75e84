//! JSON: the GeoJSON snapshot of the national release, or an array of flat objects.

use serde_json::{Map, Value};

use crate::IntakeError;
use crate::row::{Record, Rows};

/// The most entries and keys that are taken.
const MAX_KEYS: usize = 4_096;

/// The entries of a JSON document as rows.
pub(crate) struct JsonRows {
    pub(crate) header: Vec<String>,
    pub(crate) snapshot: bool,
    /// The one-hour ozone stands under the key of the 24-hour maximum and the other way round.
    pub(crate) swapped: Option<Swap>,
    entries: std::vec::IntoIter<Map<String, Value>>,
    row: u64,
}

/// How often each order of `o3` and `o3_24h` occurs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Swap {
    pub(crate) hour_above: u64,
    pub(crate) hour_below: u64,
}

impl JsonRows {
    /// Parses the document.
    pub(crate) fn parse(file: &str, text: &[u8]) -> Result<Self, IntakeError> {
        let damaged = |what: String| IntakeError::Damaged { file: file.to_owned(), what };
        let unsupported = || IntakeError::Unsupported {
            file: file.to_owned(),
            what: "JSON that is neither a GeoJSON FeatureCollection nor an array of flat objects".into(),
        };
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let document: Value =
            serde_json::from_slice(text).map_err(|e| damaged(format!("it is not valid JSON ({e})")))?;
        let (snapshot, entries) = match document {
            Value::Object(mut object) => match object.remove("features") {
                Some(Value::Array(features)) => (true, features.into_iter().map(feature).collect::<Vec<_>>()),
                _ => return Err(unsupported()),
            },
            Value::Array(rows) => (
                false,
                rows.into_iter()
                    .map(|row| match row {
                        Value::Object(map) => map,
                        _ => Map::new(),
                    })
                    .collect(),
            ),
            _ => return Err(unsupported()),
        };
        let mut header: Vec<String> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for key in entries.iter().flat_map(|e| e.keys()) {
            if known.len() < MAX_KEYS && known.insert(key.clone()) {
                header.push(key.clone());
            }
        }
        header.sort();
        let mut rows = Self { header, snapshot, swapped: None, entries: Vec::new().into_iter(), row: 0 };
        rows.entries = entries.into_iter();
        if snapshot {
            rows.unswap();
        }
        Ok(rows)
    }

    /// The 24-hour maximum is never below one of its hours. Where the document has it so, the two keys are exchanged.
    fn unswap(&mut self) {
        let mut count = Swap { hour_above: 0, hour_below: 0 };
        for entry in self.entries.as_slice() {
            match order(entry) {
                Some(std::cmp::Ordering::Greater) => count.hour_above += 1,
                Some(std::cmp::Ordering::Less) => count.hour_below += 1,
                _ => {}
            }
        }
        if count.hour_above <= count.hour_below {
            return;
        }
        self.swapped = Some(count);
        let mut entries: Vec<_> = std::mem::take(&mut self.entries).collect();
        for entry in &mut entries {
            if let (Some(hour), Some(day)) = (entry.remove("o3"), entry.remove("o3_24h")) {
                entry.insert("o3".into(), day);
                entry.insert("o3_24h".into(), hour);
            }
        }
        self.entries = entries.into_iter();
    }
}

fn order(entry: &Map<String, Value>) -> Option<std::cmp::Ordering> {
    let number = |key| plain(entry.get(key)?).parse::<lanwan_terms::Decimal>().ok();
    Some(number("o3")?.cmp(&number("o3_24h")?))
}

fn feature(feature: Value) -> Map<String, Value> {
    let Value::Object(mut feature) = feature else { return Map::new() };
    let mut entry = match feature.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    if let Some(Value::Array(position)) =
        feature.remove("geometry").and_then(|mut g| g.get_mut("coordinates").map(Value::take))
    {
        let mut position = position.into_iter();
        if let (Some(lon @ Value::Number(_)), Some(lat @ Value::Number(_))) = (position.next(), position.next()) {
            entry.insert("lon".into(), lon);
            entry.insert("lat".into(), lat);
        }
    }
    entry
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => "[…]".into(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

impl Rows for JsonRows {
    fn next(&mut self, record: &mut Record) -> Result<bool, IntakeError> {
        let Some(entry) = self.entries.next() else { return Ok(false) };
        self.row += 1;
        record.clear(self.row);
        for key in &self.header {
            match entry.get(key) {
                Some(Value::String(text)) => record.push(text),
                Some(value) => record.push(&plain(value)),
                None => record.push(""),
            }
        }
        Ok(true)
    }
}
