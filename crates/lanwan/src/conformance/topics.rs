//! The topics: one function each, from the rule a case names and its inputs to named results, the main one first.

use lanwan_rulebook::Rulebooks;

use super::compare::Found;
use super::json::Object;
use super::{index, policy, statistics};

pub(super) type Results = Vec<(String, Found)>;
pub(super) type Compute = fn(&str, &Object, &Rulebooks) -> Result<Results, String>;

/// The topics there are, with what each computes.
pub const TOPICS: &[(&str, &str)] = &[
    ("iaqi", "individual index of one concentration, HJ 633"),
    ("aqi_daily", "daily index, level, primary and exceeding pollutants, HJ 633"),
    ("aqi_hourly", "real-time index, HJ 633; `mode` is as-published (default) or as-text"),
    ("aqi_missing", "daily index with a pollutant missing, HJ 633"),
    ("aqi_level", "level, category and colour of an index, HJ 633"),
    ("daily_mean", "daily mean of 24 hours, GB 3095 Table 4"),
    ("eight_hour_mean", "mean of one window of eight hours, GB 3095 Table 4"),
    ("mda8", "daily maximum 8-hour mean of ozone, HJ 663"),
    ("percentile", "percentile and mean of daily values, HJ 663"),
    ("period_validity", "valid days of a month, quarter or year"),
    ("attainment", "a statistic held against the limits of GB 3095"),
    ("city_mean", "city value from its sites, HJ 663"),
    ("rate", "attainment rate in percent"),
    ("round", "rounding by GB/T 8170"),
    ("composite_index", "composite index"),
    ("rank", "ranking with ties"),
    ("change_rate", "change of an index against the same period a year before"),
    ("warning_level", "heavy-pollution warning level"),
    ("compensation", "ecological compensation for ambient air"),
];

/// The function of a topic, under its own name or another in use.
pub(super) fn of(topic: &str) -> Option<Compute> {
    Some(match topic {
        "iaqi" => index::iaqi,
        "aqi_daily" | "aqi" | "daily_aqi" => index::daily,
        "aqi_missing" => index::daily_missing,
        "aqi_hourly" | "aqi_realtime" | "hourly_aqi" => index::realtime,
        "aqi_level" => index::level,
        "daily_mean" => statistics::day_mean,
        "eight_hour_mean" | "8h_mean" => statistics::eight_hours,
        "mda8" | "o3_mda8" => statistics::mda8,
        "percentile" | "period_mean" => statistics::percentile,
        "period_validity" | "annual_validity" => statistics::period_validity,
        "attainment" => statistics::attainment,
        "city_mean" => statistics::city,
        "rate" | "attainment_rate" | "good_day_ratio" => statistics::rate,
        "round" | "rounding" => statistics::round,
        "composite_index" => policy::composite,
        "rank" | "ranking" => policy::rank,
        "change_rate" => policy::change,
        "warning_level" | "warning" => policy::warning,
        "compensation" => policy::compensation,
        _ => return None,
    })
}

/// The result an expected key means: of that name, else of that name but for case and punctuation, else by another word.
pub(super) fn named<'a>(results: &'a Results, key: &str) -> Option<&'a Found> {
    let folded =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let wanted = folded(key);
    let own = match wanted.as_str() {
        "primarypollutant" | "primarypollutants" | "首要污染物" => "primary",
        "exceedingpollutant" | "exceedingpollutants" | "超标污染物" => "exceeding",
        "grade" | "级别" => "level",
        "类别" | "categoryzh" => "category",
        "color" | "colourzh" => "colour",
        "compositeindex" | "ci" | "sum" => "index",
        "mainpollutant" | "leadingpollutant" | "main" => "leading",
        "amount" | "amountwan" => "amount10kyuan",
        "isvalid" => "valid",
        "attained" | "complies" | "达标" => "attains",
        "multiple" => "exceedancemultiple",
        "exceedance" => "exceedancemultiple",
        "changeratepercent" | "change" | "r" => "changerate",
        "ratepercent" | "ratio" => "rate",
        other => other,
    };
    let exact = results.iter().find(|(name, _)| name == key);
    let alike = || results.iter().find(|(name, _)| folded(name) == own);
    let main = || results.first().filter(|_| matches!(own, "result" | "value"));
    exact.or_else(alike).or_else(main).map(|(_, found)| found)
}
