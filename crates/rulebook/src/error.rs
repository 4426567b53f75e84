use std::fmt;

use chrono::NaiveDate;

use crate::{Region, Topic};

/// Something wrong with one rule file, or between two.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RulebookError {
    /// The file or folder cannot be read.
    #[error("{file}: cannot be read: {reason}")]
    Read {
        /// The file or folder.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// The text is not TOML.
    #[error("{file}:{line}:{column}: not valid TOML: {reason}")]
    Syntax {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// A key is unknown, missing or of the wrong kind.
    #[error("{file}:{line}: `{key}`: {reason}")]
    Shape {
        /// The file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Path of the key, such as `body.limits[3].class1`.
        key: String,
        /// What is wrong and what is right.
        reason: String,
    },
    /// A value is well formed but cannot be right.
    #[error("{file}: `{key}`: {reason}")]
    Value {
        /// The file.
        file: String,
        /// Path of the key.
        key: String,
        /// What is wrong and what is right.
        reason: String,
    },
    /// Two files have the same id.
    #[error("{second}: `rule.id`: `{id}` is already the id of {first}; every file needs its own")]
    DuplicateId {
        /// The id.
        id: String,
        /// The file that came first.
        first: String,
        /// The file that repeats it.
        second: String,
    },
    /// Two rules for the same thing in the same place at the same time.
    #[error(
        "{first} and {second} both apply to {topic} in {region} from {from} to {}; \
         let `rule.effective_to` of the older end the day before `rule.effective_from` of the newer",
        or_open(*.to)
    )]
    Overlap {
        /// The topic.
        topic: Topic,
        /// The region.
        region: Region,
        /// One file.
        first: String,
        /// The other.
        second: String,
        /// First day both apply to.
        from: NaiveDate,
        /// Last day both apply to; none when neither ends.
        to: Option<NaiveDate>,
    },
}

impl RulebookError {
    /// The file to look into.
    pub fn file(&self) -> &str {
        match self {
            Self::Read { file, .. }
            | Self::Syntax { file, .. }
            | Self::Shape { file, .. }
            | Self::Value { file, .. } => file,
            Self::DuplicateId { second, .. } | Self::Overlap { second, .. } => second,
        }
    }
}

fn or_open(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| "further notice".to_owned(), |d| d.to_string())
}

/// Everything found wrong in a set of rule files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulebookErrors(pub Vec<RulebookError>);

impl std::error::Error for RulebookErrors {}

impl fmt::Display for RulebookErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

/// No rule fits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// No file of the topic covers the day in the region or around it.
    #[error("no rule for {topic} is in force in {region} on {day}; {known}")]
    NotInForce {
        /// The topic.
        topic: Topic,
        /// The region.
        region: Region,
        /// The day.
        day: NaiveDate,
        /// What there is instead.
        known: String,
    },
    /// No file of the topic belongs to the edition.
    #[error("there is no {topic} rule of edition `{edition}` for {region}; {known}")]
    NoEdition {
        /// The topic.
        topic: Topic,
        /// The edition asked for.
        edition: String,
        /// The region.
        region: Region,
        /// What there is instead.
        known: String,
    },
}
