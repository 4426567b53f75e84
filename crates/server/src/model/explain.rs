use serde::Serialize;
use utoipa::ToSchema;

/// The clause of a rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct RuleRef {
    pub(crate) id: String,
    pub(crate) document: String,
    pub(crate) clause: String,
    pub(crate) edition: Option<String>,
    pub(crate) title: String,
    pub(crate) title_en: Option<String>,
    pub(crate) verification: String,
    /// SHA-256 of the rule file
    pub(crate) hash: String,
}

impl From<lanwan_rulebook::RuleRef> for RuleRef {
    fn from(rule: lanwan_rulebook::RuleRef) -> Self {
        Self {
            id: rule.id,
            document: rule.document,
            clause: rule.clause,
            edition: Some(rule.edition),
            title: rule.title_zh,
            title_en: Some(rule.title_en),
            verification: rule.verification.code().to_owned(),
            hash: rule.hash,
        }
    }
}

/// A finding walked back to rules and readings.
#[derive(Serialize, ToSchema)]
pub(crate) struct Explanation {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) title_en: Option<String>,
    /// air-hour, air-day or air-period
    pub(crate) kind: String,
    pub(crate) place: Option<String>,
    pub(crate) period: Option<String>,
    pub(crate) edition: Option<String>,
    pub(crate) as_of: Option<String>,
    /// whether the same content came out again
    pub(crate) reproduced: bool,
    pub(crate) status: Option<String>,
    pub(crate) generated: bool,
    pub(crate) verification: String,
    pub(crate) result: Vec<ExplainResult>,
    pub(crate) steps: Vec<ExplainStep>,
    pub(crate) rules: Vec<RuleRef>,
    pub(crate) inputs: Vec<ExplainInput>,
    pub(crate) readings: Option<ExplainReadings>,
}

/// A named result.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainResult {
    pub(crate) name: String,
    pub(crate) name_en: Option<String>,
    pub(crate) value: Option<String>,
    pub(crate) unit: Option<String>,
}

/// One step of the reasoning.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainStep {
    pub(crate) text: String,
    pub(crate) text_en: Option<String>,
    pub(crate) rule: Option<RuleRef>,
}

/// A finding that this one rests on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainInput {
    pub(crate) finding: String,
    pub(crate) title: String,
    pub(crate) title_en: Option<String>,
    pub(crate) value: Option<String>,
}

/// The readings a finding rests on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainReadings {
    /// how many there are; the rows may be fewer
    pub(crate) total: i64,
    pub(crate) rows: Vec<ExplainReading>,
}

/// One reading.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainReading {
    pub(crate) monitor: String,
    pub(crate) pollutant: String,
    pub(crate) start: String,
    pub(crate) end: String,
    /// exact decimal
    pub(crate) value: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) unit: String,
    pub(crate) status: String,
    pub(crate) source: Option<String>,
    pub(crate) learned_at: String,
    pub(crate) superseded: Vec<Superseded>,
}

/// An earlier version of a reading.
#[derive(Serialize, ToSchema)]
pub(crate) struct Superseded {
    /// exact decimal
    pub(crate) value: Option<String>,
    pub(crate) learned_at: String,
}

/// A rule file.
#[derive(Serialize, ToSchema)]
pub(crate) struct Rulebook {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) edition: Option<String>,
    pub(crate) document: String,
    pub(crate) title: String,
    pub(crate) title_en: Option<String>,
    /// CN or an adcode
    pub(crate) region: Option<String>,
    pub(crate) from: String,
    pub(crate) to: Option<String>,
    /// kept for reading, never chosen
    pub(crate) draft: Option<bool>,
    pub(crate) verification: String,
}

/// A rule file with its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct RulebookDetail {
    pub(crate) id: String,
    pub(crate) topic: String,
    pub(crate) edition: Option<String>,
    pub(crate) document: String,
    pub(crate) title: String,
    pub(crate) title_en: Option<String>,
    /// CN or an adcode
    pub(crate) region: Option<String>,
    pub(crate) from: String,
    pub(crate) to: Option<String>,
    /// kept for reading, never chosen
    pub(crate) draft: Option<bool>,
    pub(crate) verification: String,
    pub(crate) sources: Vec<String>,
    pub(crate) notes: Option<String>,
    /// SHA-256 of the text
    pub(crate) hash: String,
    pub(crate) toml: String,
}
