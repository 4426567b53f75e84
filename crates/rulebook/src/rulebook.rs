use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use lanwan_terms::Verification;
use serde::{Deserialize, Serialize};

use crate::{
    AirAssessment, AirCompensation, AirComposite, AirDust, AirIndex, AirLimits, AirRanking, AirWarning, Cited, Region,
};

macro_rules! topics {
    ($($variant:ident $accessor:ident $code:literal $zh:literal $doc:literal;)*) => {
        /// What a rule file is about. It decides the shape of the file's `[body]`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Topic { $(#[doc = $doc] $variant,)* }

        impl Topic {
            /// Every topic.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code used in rule files, such as `air-limits`.
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code),* } }

            /// In Chinese.
            pub fn zh(self) -> &'static str { match self { $(Self::$variant => $zh),* } }
        }

        /// The tables of a rule file, by topic.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        #[expect(clippy::large_enum_variant, reason = "a few dozen exist, each behind an Arc")]
        pub enum Body { $(#[doc = $doc] $variant($variant),)* }

        impl Rulebook {
            $(#[doc = concat!("The body when the topic is `", $code, "`.")]
            pub fn $accessor(&self) -> Option<&$variant> {
                match &self.body {
                    Body::$variant(body) => Some(body),
                    _ => None,
                }
            })*
        }

        pub(crate) fn body_of(file: &str, text: &str, topic: Topic) -> Result<Parsed, crate::RulebookError> {
            match topic {
                $(Topic::$variant => {
                    let raw: RawFile<$variant> = crate::load::typed(file, text)?;
                    Ok((raw.rule, Body::$variant(raw.body)))
                })*
            }
        }
    };
}

topics! {
    AirLimits air_limits "air-limits" "环境空气浓度限值" "Concentration limits (GB 3095).";
    AirIndex air_index "air-index" "空气质量指数" "Air quality index (HJ 633).";
    AirAssessment air_assessment "air-assessment" "环境空气质量评价" "Statistics, validity and attainment (HJ 663).";
    AirComposite air_composite "air-composite" "环境空气质量综合指数" "Composite index.";
    AirRanking air_ranking "air-ranking" "城市空气质量排名" "Ranking of cities.";
    AirWarning air_warning "air-warning" "重污染天气预警" "Heavy-pollution days and warning levels.";
    AirDust air_dust "air-dust" "沙尘影响扣除" "What dust removes from the data.";
    AirCompensation air_compensation "air-compensation" "空气质量生态补偿" "Ecological compensation for ambient air.";
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Topic {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|t| t.code() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|t| t.code()).collect();
            format!("`{text}` is no topic (expected one of {})", known.join(", "))
        })
    }
}

pub(crate) type Parsed = (Header, Body);

/// The `[rule]` table of a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) id: String,
    pub(crate) topic: Topic,
    pub(crate) edition: String,
    pub(crate) document: String,
    pub(crate) title_zh: String,
    pub(crate) title_en: String,
    pub(crate) region: Region,
    #[serde(with = "crate::day")]
    pub(crate) effective_from: NaiveDate,
    #[serde(default, with = "crate::day::optional")]
    pub(crate) effective_to: Option<NaiveDate>,
    #[serde(default)]
    pub(crate) draft: bool,
    #[serde(default)]
    pub(crate) verification: Option<Verification>,
    pub(crate) sources: Vec<String>,
    #[serde(default)]
    pub(crate) notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile<B> {
    pub(crate) rule: Header,
    pub(crate) body: B,
}

/// One rule file: a document's tables for one topic, region and stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rulebook {
    /// Names the file everywhere: `gb3095-2012`.
    pub id: String,
    /// What it is about.
    pub topic: Topic,
    /// The family of documents that are judged together: `GB3095-2012` or `GB3095-2026` for limits, index, assessment and
    /// composite index; elsewhere the rule's own name.
    pub edition: String,
    /// The document as cited: `GB 3095-2012 及 2018 年修改单`.
    pub document: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// Where it applies.
    pub region: Region,
    /// First day it applies to.
    #[serde(with = "crate::day")]
    pub effective_from: NaiveDate,
    /// Last day it applies to; none while it is not replaced.
    #[serde(with = "crate::day::optional")]
    pub effective_to: Option<NaiveDate>,
    /// A draft is kept for reading and never chosen.
    pub draft: bool,
    /// The worst mark among its entries, unless the file states a worse one.
    pub verification: Verification,
    /// Full citations, with addresses.
    pub sources: Vec<String>,
    /// What a reader must know, gaps first of all.
    pub notes: Vec<String>,
    /// The tables.
    pub body: Body,
    /// SHA-256 of the file's text, in hexadecimal.
    pub hash: String,
    /// Where the file was read, relative to the folder of rule files.
    pub path: String,
    /// The file's text.
    #[serde(skip)]
    pub text: String,
}

impl Rulebook {
    /// Whether it applies on `day`.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|to| day <= to)
    }

    /// A citation of `clause`, for a finding to carry.
    pub fn reference(&self, clause: &str, verification: Verification) -> RuleRef {
        RuleRef {
            id: self.id.clone(),
            document: self.document.clone(),
            clause: clause.to_owned(),
            edition: self.edition.clone(),
            title_zh: self.title_zh.clone(),
            title_en: self.title_en.clone(),
            verification,
            hash: self.hash.clone(),
        }
    }

    /// A citation of the clause an entry of this file names.
    pub fn cite(&self, entry: &dyn Cited) -> RuleRef {
        self.reference(entry.clause(), entry.verification())
    }
}

/// What a finding says of the rule that decided it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// The rule file.
    pub id: String,
    /// The document as cited.
    pub document: String,
    /// Section, table or annex.
    pub clause: String,
    /// The edition family.
    pub edition: String,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// How far the clause has been checked.
    pub verification: Verification,
    /// SHA-256 of the rule file's text.
    pub hash: String,
}
