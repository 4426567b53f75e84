use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Decimal, Span};

/// How far a value has been checked by the monitoring staff. The three never mix silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataStatus {
    /// As received, unchecked (实时、未审核).
    Provisional,
    /// Checked by the station's staff (已审核).
    Audited,
    /// Fixed for assessment (已定稿).
    Final,
}

impl DataStatus {
    /// All three, from least to most checked.
    pub const ALL: [Self; 3] = [Self::Provisional, Self::Audited, Self::Final];

    /// `provisional`, `audited` or `final`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Audited => "audited",
            Self::Final => "final",
        }
    }
}

impl FromStr for DataStatus {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == text)
            .ok_or_else(|| format!("`{text}` is no data status (expected provisional, audited or final)"))
    }
}

/// The statuses found among the inputs of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct StatusSet(u8);

impl StatusSet {
    /// No status.
    pub const NONE: Self = Self(0);

    /// Of three bits, bit `i` for [`DataStatus::ALL`]`[i]`.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b111)
    }

    /// Adds a status.
    pub fn insert(&mut self, status: DataStatus) {
        self.0 |= 1 << status as u8;
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The statuses present, from least to most checked.
    pub fn iter(self) -> impl Iterator<Item = DataStatus> {
        DataStatus::ALL.into_iter().filter(move |s| self.0 & (1 << *s as u8) != 0)
    }

    /// Whether more than one status is present.
    pub fn is_mixed(self) -> bool {
        self.0.count_ones() > 1
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for StatusSet {
    /// `final`, or `provisional+final` when they are mixed; empty when there were no inputs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, status) in self.iter().enumerate() {
            if i > 0 {
                f.write_str("+")?;
            }
            f.write_str(status.code())?;
        }
        Ok(())
    }
}

macro_rules! reasons {
    ($($variant:ident $code:literal $zh:literal $doc:literal;)*) => {
        /// Why there is no value. A missing value has a reason, never a blank.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum MissingReason { $(#[doc = $doc] $variant,)* }
        impl MissingReason {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The code, as stored and printed.
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code),* } }
            /// In Chinese.
            pub fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),* } }
        }
    };
}

reasons! {
    NotReported "not-reported" "未上报" "The source has the hour but no value.";
    NoData "no-data" "无数据" "Nothing is known of the time at all.";
    TooFewHours "too-few-hours" "有效小时数不足" "Fewer hourly means than the day needs.";
    TooFewWindows "too-few-windows" "有效8小时滑动平均不足" "Fewer 8-hour means than the day needs, and the limit is not exceeded.";
    TooFewDays "too-few-days" "有效天数不足" "Fewer daily values than the period needs.";
    TooFewSites "too-few-sites" "有效点位比例不足" "Fewer sites of the city have a value than the rule needs.";
    DustExcluded "dust-excluded" "沙尘剔除" "Left out as a dust day.";
    Maintenance "maintenance" "维护校准" "Marked as calibration or maintenance.";
    Invalid "invalid" "数据无效" "Marked invalid by the monitoring staff.";
    NotMonitored "not-monitored" "监测方案不含" "The monitoring plan does not cover the pollutant.";
    NotPublished "not-published" "不发布" "A pollutant is missing and the index of the rest is not above 100 (HJ 633-2026).";
    AboveScale "above-scale" "超出分级表" "A concentration is above its scale, and the averaging time to fall back to has no value.";
}

impl FromStr for MissingReason {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|r| r.code() == text)
            .ok_or_else(|| format!("`{text}` is no reason for a missing value"))
    }
}

/// One reading: what a monitor said about a pollutant over one span of time.
///
/// Its identity is (`monitor`, `pollutant`, `start`, `span`); of several with the same identity the one learned last is the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The monitor (station, section, outlet): a code, or `city/station` where the source has no codes.
    pub monitor: String,
    /// The code of HJ 524 or HJ 525, or the source's own code when it is in neither.
    pub pollutant: String,
    /// Start of the span it speaks of.
    pub start: DateTime<Utc>,
    /// Length of the span it speaks of.
    pub span: Span,
    /// The value in the pollutant's own unit, with at most six digits after the point; or why there is none.
    pub value: Result<Decimal, MissingReason>,
    /// How far it has been checked.
    pub status: DataStatus,
    /// Where it came from: `file:<name>#<first 12 hex digits of its SHA-256>`, `generated:<seed>`.
    pub source: String,
}
