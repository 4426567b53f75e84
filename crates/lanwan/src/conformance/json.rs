//! JSON in which a number keeps its text, so that no digit of a case passes through floating point.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// A JSON value; objects are ordered by key, as the comparison does not depend on the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Flag(bool),
    /// The digits as written, trailing zeros too.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

pub(super) type Object = BTreeMap<String, Json>;

/// Cases are flat; anything deeper than this is no case.
const MAX_DEPTH: u8 = 8;

impl Json {
    /// Reads one JSON value.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|e| e.to_string())?;
        Self::of(raw, MAX_DEPTH)
    }

    fn of(raw: &RawValue, depth: u8) -> Result<Self, String> {
        let text = raw.get();
        let inner = depth.checked_sub(1).ok_or("nested too deeply")?;
        match text.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
                let members = members.into_iter().map(|(k, v)| Ok((k, Self::of(v, inner)?)));
                Ok(Self::Object(members.collect::<Result<_, String>>()?))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
                Ok(Self::List(items.into_iter().map(|v| Self::of(v, inner)).collect::<Result<_, String>>()?))
            }
            Some(b'"') => serde_json::from_str(text).map(Self::Text).map_err(|e| e.to_string()),
            Some(b't' | b'f') => Ok(Self::Flag(text == "true")),
            Some(b'n') => Ok(Self::Null),
            _ => Ok(Self::Number(text.to_owned())),
        }
    }

    /// The text when the value is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()),
            _ => None,
        }
    }
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined = |list: &mut dyn Iterator<Item = String>| list.collect::<Vec<_>>().join(",");
        match self {
            Self::Null => f.write_str("null"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(list) => write!(f, "[{}]", joined(&mut list.iter().map(Self::to_string))),
            Self::Object(map) => write!(f, "{{{}}}", joined(&mut map.iter().map(|(k, v)| format!("{k:?}:{v}")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_every_digit_it_was_written_with() {
        let parsed = Json::parse(r#"{"a": [1.50, 0.12345678901234567890], "b": {"c": null}}"#).expect("JSON");
        assert_eq!(parsed.to_string(), r#"{"a":[1.50,0.12345678901234567890],"b":{"c":null}}"#);
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_refused() {
        for text in ["", "{", "{\"a\":01}", "[1,]", &format!("{}{}", "[".repeat(40), "]".repeat(40))] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
    }
}
