use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use lanwan_assess::{Dust, EditionChoice, Options, PlaceKind};
use lanwan_rulebook::{Mode, Rulebooks};
use lanwan_terms::{Period, parse_day};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::failure::{Failure, Text};

/// Days that one request may ask for: ten years.
const MAX_DAYS: i64 = 3660;

/// Query parameters, all of them plain texts that are read one by one so that a wrong one can be named.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                let why =
                    std::error::Error::source(&rejection).map_or_else(|| rejection.to_string(), ToString::to_string);
                Err(Failure::new(
                    StatusCode::BAD_REQUEST,
                    "bad-query",
                    Text::new(format!("查询参数有误：{why}"), format!("the query cannot be read: {why}")),
                    Text::new("检查参数名；每个参数只写一次。", "check the names; give each parameter once"),
                ))
            }
        }
    }
}

macro_rules! queries {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident,)* })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(crate) struct $name {
            $($(#[$field_meta])* pub(crate) $field: Option<String>,)*
            /// in-force (default), GB3095-2012 or GB3095-2026
            #[param(value_type = String, required = false)]
            pub(crate) edition: Option<String>,
            /// RFC 3339 instant, or a day, which stands for its end; absent means everything known
            #[param(value_type = String, required = false)]
            pub(crate) as_of: Option<String>,
            /// keep (default) or exclude
            #[param(value_type = String, required = false)]
            pub(crate) dust: Option<String>,
            /// as-published (default) or as-text
            #[param(value_type = String, required = false)]
            pub(crate) mode: Option<String>,
        }

        impl $name {
            pub(crate) fn judging(&self) -> Judging<'_> {
                Judging {
                    edition: given(&self.edition),
                    as_of: given(&self.as_of),
                    dust: given(&self.dust),
                    mode: given(&self.mode),
                }
            }
        }
    )+};
}

queries! {
    /// One day or hour of all places.
    MapQuery {
        /// day such as 2025-12-31, or hour such as 2025-12-31T13, the one that ends at 13:00; absent means the last day with readings
        #[param(value_type = String, required = false)]
        at,
    }
    /// Some days of a place.
    DaysQuery {
        /// place id
        #[param(value_type = String, required = true)]
        place,
        /// first day
        #[param(value_type = String, required = true)]
        from,
        /// last day, inclusive
        #[param(value_type = String, required = true)]
        to,
    }
    /// A period of a place.
    PeriodQuery {
        /// place id
        #[param(value_type = String, required = true)]
        place,
        /// year (2025), quarter (2025Q1) or month (2025-03)
        #[param(value_type = String, required = true)]
        period,
    }
    /// A ranking.
    RankingQuery {
        /// year (2025), quarter (2025Q1) or month (2025-03)
        #[param(value_type = String, required = true)]
        period,
        /// district, city or station
        #[param(value_type = String, required = true)]
        of,
        /// id of the place the ranked ones lie in; absent means the installation's city for districts and stations, everywhere for cities
        #[param(value_type = String, required = false)]
        within,
    }
}

/// How many rows to give.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LimitQuery {
    /// rows at most, 1 to 10000; 200 when absent
    #[param(value_type = i64, required = false)]
    pub(crate) limit: Option<String>,
}

impl LimitQuery {
    pub(crate) fn limit(&self) -> Result<u64, Failure> {
        let Some(text) = given(&self.limit) else { return Ok(200) };
        text.parse().ok().filter(|n| (1..=10_000).contains(n)).ok_or_else(|| {
            Failure::parameter(
                "limit",
                text,
                Text::new("用 1 到 10000 的整数。", "give a whole number from 1 to 10000"),
            )
        })
    }
}

/// How to judge, as given.
pub(crate) struct Judging<'a> {
    edition: Option<&'a str>,
    as_of: Option<&'a str>,
    dust: Option<&'a str>,
    mode: Option<&'a str>,
}

/// An empty parameter counts as absent.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|t| !t.is_empty())
}

impl Judging<'_> {
    pub(crate) fn options(&self, rulebooks: &Rulebooks) -> Result<Options, Failure> {
        let mut options = Options::default();
        if let Some(text) = self.edition {
            let known: Vec<String> = rulebooks.editions().into_iter().map(|e| e.code).collect();
            if text != "in-force" && !known.iter().any(|k| k == text) {
                let list = known.join("、");
                let right =
                    Text::new(format!("用 in-force、{list} 之一。"), format!("give in-force, {}", known.join(", ")));
                return Err(Failure::parameter("edition", text, right));
            }
            options.edition = EditionChoice::parse(text);
        }
        if let Some(text) = self.as_of {
            options.as_of = Some(as_of(text)?);
        }
        if let Some(text) = self.dust {
            options.dust = Dust::parse(text).ok_or_else(|| {
                Failure::parameter("dust", text, Text::new("用 keep 或 exclude。", "give keep or exclude"))
            })?;
        }
        if let Some(text) = self.mode {
            let mode = [Mode::AsPublished, Mode::AsText].into_iter().find(|m| m.code() == text);
            let wrong = || {
                let right = Text::new("用 as-published 或 as-text。", "give as-published or as-text");
                Failure::parameter("mode", text, right)
            };
            options.mode = Some(mode.ok_or_else(wrong)?);
        }
        Ok(options)
    }
}

fn as_of(text: &str) -> Result<DateTime<Utc>, Failure> {
    if let Ok(day) = parse_day(text) {
        return Ok(Period::Day(day).end().to_utc() - TimeDelta::microseconds(1));
    }
    // In an address `+` stands for a blank, so an offset written plainly arrives as one.
    let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+"));
    time.map(|t| t.to_utc().trunc_subsecs(6)).map_err(|_| {
        let right = Text::new(
            "用 2025-03-05T12:00:00+08:00 这样的时刻（加号写成 %2B），或一个日期，表示当天结束时。",
            "give an instant such as 2025-03-05T12:00:00+08:00 (with %2B for the plus), or a day, which stands for its end",
        );
        Failure::parameter("as_of", text, right)
    })
}

/// The place as given.
pub(crate) fn place(text: &Option<String>) -> Result<&str, Failure> {
    given(text).ok_or_else(|| {
        Failure::missing("place", Text::new("给出地点编号，如 place=370200。", "give a place id, such as place=370200"))
    })
}

fn day(name: &'static str, text: &Option<String>) -> Result<NaiveDate, Failure> {
    let right =
        || Text::new(format!("用 {name}=2025-03-05 这样的日期。"), format!("give a day, such as {name}=2025-03-05"));
    let text = given(text).ok_or_else(|| Failure::missing(name, right()))?;
    parse_day(text).map_err(|_| Failure::parameter(name, text, right()))
}

/// First and last day, in order and not too far apart.
pub(crate) fn days(query: &DaysQuery, at_most: Option<i64>) -> Result<(NaiveDate, NaiveDate), Failure> {
    let (from, to) = (day("from", &query.from)?, day("to", &query.to)?);
    let at_most = at_most.unwrap_or(MAX_DAYS);
    if to < from {
        let right = Text::new(format!("用不早于 {from} 的日期。"), format!("give a day not before {from}"));
        return Err(Failure::parameter("to", &to.to_string(), right));
    }
    if (to - from).num_days() >= at_most {
        let right = Text::new(format!("一次最多 {at_most} 天。"), format!("ask for at most {at_most} days at once"));
        return Err(Failure::parameter("to", &to.to_string(), right));
    }
    Ok((from, to))
}

/// A day or hour; `None` when it is left out.
pub(crate) fn at(query: &MapQuery) -> Result<Option<Period>, Failure> {
    let Some(text) = given(&query.at) else { return Ok(None) };
    match text.parse() {
        Ok(period @ (Period::Day(_) | Period::Hour(_))) => Ok(Some(period)),
        _ => {
            let right = Text::new(
                "用 2025-12-31 这样的日期，或 2025-12-31T13 这样的小时（13 时结束的那一小时，01 到 24）。",
                "give a day such as 2025-12-31, or an hour such as 2025-12-31T13 (the one that ends at 13:00, 01 to 24)",
            );
            Err(Failure::parameter("at", text, right))
        }
    }
}

/// A year, quarter or month.
pub(crate) fn period(text: &Option<String>) -> Result<Period, Failure> {
    let right =
        || Text::new("用年 2025、季 2025Q1 或月 2025-03。", "give a year 2025, quarter 2025Q1 or month 2025-03");
    let text = given(text).ok_or_else(|| Failure::missing("period", right()))?;
    match text.parse() {
        Ok(period @ (Period::Year(_) | Period::Quarter(..) | Period::Month(..))) => Ok(period),
        _ => Err(Failure::parameter("period", text, right())),
    }
}

/// What is ranked.
pub(crate) fn kind(text: &Option<String>) -> Result<PlaceKind, Failure> {
    let right = || Text::new("用 district、city 或 station。", "give district, city or station");
    match given(text) {
        Some("district") => Ok(PlaceKind::District),
        Some("city") => Ok(PlaceKind::City),
        Some("station") => Ok(PlaceKind::Station),
        Some(other) => Err(Failure::parameter("of", other, right())),
        None => Err(Failure::missing("of", right())),
    }
}

/// The place that the ranked ones lie in, as given.
pub(crate) fn within(query: &RankingQuery) -> Option<&str> {
    given(&query.within)
}
