use chrono::NaiveDate;

/// Why an assessment cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AssessError {
    /// No rule is in force, or the edition is unknown.
    #[error("{0}; name an edition with --edition to judge by it anyway")]
    Choice(#[from] lanwan_rulebook::ChoiceError),
    /// A rulebook's tables do not fit together.
    #[error("rulebook {id}: {reason}")]
    Rulebook {
        /// The file's id.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// A place that is not known.
    #[error("unknown place `{0}`; list the places with `lanwan places`")]
    UnknownPlace(String),
    /// City values were asked for and some stations belong to no city.
    #[error("no city is known for {} station(s), such as `{}`; name it with --city NAME, or add a `city` column to the file", .0.len(), .0.first().map_or("", String::as_str))]
    NoCity(Vec<String>),
    /// There are no readings to judge.
    #[error("there are no readings{}", .0.map_or(String::new(), |(from, to)| format!(" between {from} and {to}")))]
    Empty(Option<(NaiveDate, NaiveDate)>),
    /// A finding's address does not parse.
    #[error("`{0}` is no finding (expected an id as printed by `lanwan assess`, such as air-day~370202~2025-03-05~…)")]
    NotAFinding(String),
    /// The table could not be read.
    #[error(transparent)]
    Observations(#[from] lanwan_observations::Error),
    /// A statistic cannot be computed.
    #[error("{place}: {source}")]
    Period {
        /// The place.
        place: String,
        /// Why.
        source: lanwan_standards::air::PeriodError,
    },
}
