use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::RuleRef;

/// Places by composite index.
#[derive(Serialize, ToSchema)]
pub(crate) struct Ranking {
    pub(crate) period: String,
    pub(crate) edition: String,
    pub(crate) of: String,
    /// competition (1, 2, 2, 4) or dense (1, 2, 2, 3)
    pub(crate) ties: String,
    pub(crate) rows: Vec<RankingRow>,
    pub(crate) rule: Option<RuleRef>,
}

/// One place of a ranking.
#[derive(Serialize, ToSchema)]
pub(crate) struct RankingRow {
    pub(crate) rank: Option<i64>,
    pub(crate) place: String,
    pub(crate) name: String,
    /// exact decimal
    pub(crate) index: Option<String>,
    /// exact decimal
    pub(crate) index_before: Option<String>,
    /// exact decimal
    pub(crate) change: Option<String>,
    pub(crate) change_rank: Option<i64>,
    pub(crate) leading: Vec<String>,
    /// exact decimal
    pub(crate) good_ratio: Option<String>,
    /// exact decimal
    pub(crate) pm25: Option<String>,
    pub(crate) values: BTreeMap<String, Option<String>>,
    pub(crate) valid: bool,
    pub(crate) reason: Option<String>,
    pub(crate) generated: bool,
    pub(crate) status: String,
    pub(crate) finding: Option<String>,
    pub(crate) verification: String,
}
