use serde::{Deserialize, Serialize};

/// How far a rule's text or number has been checked. Shown wherever the rule decides something.
///
/// Ordered from best to worst, so the mark of a finding is the maximum over the rules it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verification {
    /// Two independent sources agree (已核实).
    Verified,
    /// One source only (单一来源).
    OneSource,
    /// From memory or inferred; check before relying on it (未核实).
    Unverified,
}

impl Verification {
    /// The mark as written in rule files: `verified`, `one-source`, `unverified`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::OneSource => "one-source",
            Self::Unverified => "unverified",
        }
    }

    /// The mark in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Verified => "已核实",
            Self::OneSource => "单一来源",
            Self::Unverified => "未核实",
        }
    }
}
