use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use lanwan_rulebook::Mode;
use lanwan_terms::{DataStatus, Period};
use sha2::{Digest, Sha256};

use crate::{AssessError, Dust, EditionChoice, Options};

/// What a finding says something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// The real-time index of an hour.
    Hour,
    /// The daily index.
    Day,
    /// The assessment of a month, quarter or year.
    Period,
}

impl FindingKind {
    /// `air-hour`, `air-day` or `air-period`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hour => "air-hour",
            Self::Day => "air-day",
            Self::Period => "air-period",
        }
    }

    /// The kind that judges a period.
    pub fn of(period: Period) -> Self {
        match period {
            Period::Hour(_) => Self::Hour,
            Period::Day(_) => Self::Day,
            _ => Self::Period,
        }
    }
}

/// Everything a finding is a function of. With the hash of its content this is the finding's permanent address:
/// `air-day~370202~2025-03-05~in-force~keep.as-published~20261124T083000.000001Z~0123456789ab`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingKey {
    /// What it says something about.
    pub kind: FindingKind,
    /// The place.
    pub place: String,
    /// The period.
    pub period: Period,
    /// How it is judged: edition, dust, mode, statuses, as-of time.
    pub options: Options,
    /// First twelve hex digits of the SHA-256 of its content: values, rules and their hashes.
    pub hash: String,
}

/// The address of a finding from its key and content.
pub fn id_of(place: &str, period: Period, options: &Options, content: &str) -> String {
    let hash = Sha256::digest(content.as_bytes());
    let hash: String = hash.iter().take(6).map(|b| format!("{b:02x}")).collect();
    FindingKey { kind: FindingKind::of(period), place: place.to_owned(), period, options: options.clone(), hash }
        .to_string()
}

const NOW: &str = "now";

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let o = &self.options;
        let mode = o.mode.map_or("default", Mode::code);
        let place = self.place.replace('%', "%25").replace('~', "%7E");
        write!(f, "{}~{place}~{}~{}~{}.{mode}", self.kind.code(), self.period, o.edition.code(), o.dust.code())?;
        if let Some(only) = o.only {
            write!(f, ".{}", only.code())?;
        }
        match o.as_of {
            Some(t) => {
                let t = t.to_rfc3339_opts(SecondsFormat::Micros, true).replace(['-', ':'], "");
                write!(f, "~{t}~{}", self.hash)
            }
            None => write!(f, "~{NOW}~{}", self.hash),
        }
    }
}

impl FromStr for FindingKey {
    type Err = AssessError;

    fn from_str(text: &str) -> Result<Self, AssessError> {
        let bad = || AssessError::NotAFinding(text.chars().take(120).collect());
        let parts: Vec<&str> = text.trim().split('~').collect();
        let [kind, place, period, edition, options, as_of, hash] = parts[..] else { return Err(bad()) };
        let period: Period = period.parse().map_err(|_| bad())?;
        let kind_of = FindingKind::of(period);
        if kind != kind_of.code() || place.is_empty() {
            return Err(bad());
        }
        let mut options = options.split('.');
        let dust = options.next().and_then(Dust::parse).ok_or_else(bad)?;
        let mode = match options.next() {
            Some("default") => None,
            Some("as-published") => Some(Mode::AsPublished),
            Some("as-text") => Some(Mode::AsText),
            _ => return Err(bad()),
        };
        let only = options.next().map(DataStatus::from_str).transpose().map_err(|_| bad())?;
        let as_of = match as_of {
            NOW => None,
            t => Some(parse_compact(t).ok_or_else(bad)?),
        };
        Ok(Self {
            kind: kind_of,
            place: place.replace("%7E", "~").replace("%25", "%"),
            period,
            options: Options { edition: EditionChoice::parse(edition), dust, mode, only, as_of, threads: 1 },
            hash: hash.to_owned(),
        })
    }
}

fn parse_compact(text: &str) -> Option<DateTime<Utc>> {
    let naive = chrono::NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S%.fZ").ok()?;
    Some(naive.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_parses_back() {
        let options = Options {
            edition: EditionChoice::parse("GB3095-2026"),
            dust: Dust::Exclude,
            mode: Some(Mode::AsText),
            only: Some(DataStatus::Final),
            as_of: parse_compact("20261124T083000.000001Z"),
            threads: 1,
        };
        let id = id_of("青岛/市南~区 50%", Period::Month(2025, 3), &options, "content");
        let key: FindingKey = id.parse().expect("an address");
        assert_eq!(key.to_string(), id);
        assert_eq!((key.period, key.options), (Period::Month(2025, 3), options));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "air-day", "air-day~x~2025~in-force~keep.default~now~00", "a~b~c~d~e~f~g"] {
            assert!(text.parse::<FindingKey>().is_err(), "{text}");
        }
    }
}
