//! Topics of GB 3095 and HJ 663: daily values, percentiles, validity, rounding, attainment, city values.

use lanwan_rulebook::{AirAssessment, Limit, Rulebooks, Statistic, Topic};
use lanwan_standards::air::{
    Concentration, DayRules, DaySeries, DayStat, MISSING, PeriodDays, PeriodRule, SiteShare, ValidDays, attain,
    city_mean, daily_max_8h, daily_mean, exceedance_multiple, rate_percent, sliding_mean,
};
use lanwan_terms::{Averaging, Decimal, Period, PeriodError, Pollutant, PollutantError, Verification};

use super::choose::rulebook;
use super::compare::Found;
use super::inputs::{averaging, list, number, number_of, pollutant, text, whole};
use super::json::{Json, Object};
use super::topics::Results;

/// The assessment that goes with the limits the text names.
fn assessment<'a>(rulebooks: &'a Rulebooks, rule: &str) -> Result<&'a AirAssessment, String> {
    let later = ["2026", "2031", "final"].iter().any(|word| rule.contains(word));
    let name = if later { "HJ 663-2026" } else { "HJ 663-2013" };
    rulebook(rulebooks, Topic::AirAssessment, name)?.air_assessment().ok_or_else(|| "no assessment".to_owned())
}

fn day_rules(rulebooks: &Rulebooks, rule: &str) -> Result<DayRules, String> {
    let later = ["2026", "2031", "final"].iter().any(|word| rule.contains(word));
    let limits = rulebook(rulebooks, Topic::AirLimits, if later { "GB 3095-2026" } else { "GB 3095-2012" })?;
    Ok(DayRules::new(assessment(rulebooks, rule)?, limits.air_limits().ok_or("no limits")?))
}

/// The hours of a day by label from 1 on; hours after the last given have no value.
fn hours(inputs: &Object, most: usize) -> Result<Vec<i64>, String> {
    let hours = list(inputs, &["hours", "values", "hourly"])?;
    if hours.len() > most {
        return Err(format!("`hours` has {} values, at most {most} fit (null where there is none)", hours.len()));
    }
    let micro = |h: Option<Decimal>| match h {
        Some(value) if value.is_negative() => Err(format!("the hourly value {value} is negative")),
        Some(value) => value.micro().ok_or_else(|| format!("{value} has more than six digits after the point")),
        None => Ok(MISSING),
    };
    let mut hours: Vec<i64> = hours.into_iter().map(micro).collect::<Result<_, _>>()?;
    hours.resize(most, MISSING);
    Ok(hours)
}

fn of_day(name: &str, counted: &str, stat: DayStat) -> Results {
    vec![
        (name.to_owned(), Found::number(stat.concentration().map(Concentration::exact))),
        ("valid".into(), Found::Flag(stat.value.is_ok())),
        (counted.to_owned(), Found::integer(stat.have)),
        ("reason".into(), stat.value.err().map_or(Found::Nothing, |r| Found::Names(vec![r.code().to_owned()]))),
    ]
}

pub(super) fn day_mean(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    Ok(of_day("mean", "hours", daily_mean(&hours(inputs, 24)?, &day_rules(rulebooks, rule)?)))
}

pub(super) fn mda8(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    Ok(of_day("mda8", "windows", daily_max_8h(&hours(inputs, 24)?, &day_rules(rulebooks, rule)?)))
}

/// The mean of one window of eight hours.
pub(super) fn eight_hours(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let rules = day_rules(rulebooks, rule)?;
    let hours = hours(inputs, 8)?;
    let mean = sliding_mean(&hours, 8, usize::from(rules.eight_hour_min_hours));
    Ok(vec![
        ("mean".into(), Found::number(mean.map(Concentration::exact))),
        ("valid".into(), Found::Flag(mean.is_some())),
        ("hours".into(), Found::integer(hours.iter().filter(|h| **h != MISSING).count() as i128)),
    ])
}

/// `90`, `"90%"`, `"p90"`; below 1 it is a fraction, as in `0.9`.
fn percent(inputs: &Object) -> Result<u8, String> {
    let p = match text(inputs, &["p", "percentile", "q"]) {
        Some(text) => text.trim_start_matches(['p', 'P']).trim_end_matches('%').parse::<Decimal>(),
        None => Ok(number(inputs, &["p", "percentile", "q"])?),
    };
    let p = p.map_err(|e| format!("`p`: {e}"))?.normalized();
    let hundred = if p > Decimal::ZERO && p < Decimal::new(1, 0) { Decimal::new(100, 0) } else { Decimal::new(1, 0) };
    let percent = (p.exact() * hundred.exact()).as_decimal(0);
    let percent = percent.and_then(|p| u8::try_from(p.unscaled()).ok()).filter(|p| *p <= 100);
    percent.ok_or_else(|| format!("`p` is {p}; it is 0 to 100 in whole percent, or a fraction below 1"))
}

pub(super) fn percentile(_: &str, inputs: &Object, _: &Rulebooks) -> Result<Results, String> {
    let values = list(inputs, &["values", "data", "days"])?.into_iter().flatten();
    let series = DaySeries::new(values.map(Concentration::from).collect::<Vec<_>>()).map_err(|e| e.to_string())?;
    let mut results = vec![];
    if ["p", "percentile", "q"].iter().any(|key| inputs.contains_key(*key)) {
        let p = percent(inputs)?;
        let found = Found::number(series.percentile(p).map(Concentration::exact));
        results = vec![("percentile".into(), found.clone()), (format!("p{p}"), found)];
    }
    results.push(("mean".into(), Found::number(series.mean().map(Concentration::exact))));
    results.push(("n".into(), Found::integer(series.len() as i128)));
    Ok(results)
}

pub(super) fn period_validity(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let period = text(inputs, &["period", "year", "month"]).map(str::to_owned);
    let period = match period {
        Some(text) => text,
        None => number(inputs, &["period", "year"])?.to_string(),
    };
    let period: Period = period.parse().map_err(|e: PeriodError| e.to_string())?;
    let pollutant = match text(inputs, &["pollutant"]) {
        Some(name) => name.parse().map_err(|e: PollutantError| e.to_string())?,
        None => Pollutant::Pm25,
    };
    let named = text(inputs, &["statistic"]).unwrap_or("mean").to_lowercase();
    let statistic = if named.contains("percentile") { Statistic::Percentile } else { Statistic::Mean };
    let needs = PeriodRule::new(assessment(rulebooks, rule)?, period, statistic, pollutant)
        .ok_or("the rule sets no number of days for this")?;
    let by_month = match inputs.get("days") {
        Some(Json::Number(_)) => vec![Some(number(inputs, &["days"])?)],
        _ => list(inputs, &["days_by_month", "months", "days"])?,
    };
    let mut valid = ValidDays::default();
    let mut month = period.first_day();
    for days in by_month {
        if month > period.last_day() {
            return Err("`days_by_month` has more months than the period".to_owned());
        }
        for _ in 0..days.map_or(0, |d| d.exact().floor()).clamp(0, 31) {
            valid.count(month);
        }
        month = month.checked_add_months(chrono::Months::new(1)).ok_or("too many months")?;
    }
    let checked = PeriodDays::check(period, &valid, needs);
    Ok(vec![
        ("valid".into(), Found::Flag(checked.reason().is_none())),
        ("days".into(), Found::integer(checked.have)),
        ("need".into(), Found::integer(checked.need)),
        ("short_months".into(), Found::integer(checked.short_months.len() as i128)),
    ])
}

/// A statistic held against the limits of a standard, or against the `limit` that the case gives.
pub(super) fn attainment(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let pollutant = pollutant(inputs)?;
    let time = text(inputs, &["averaging", "statistic"]).unwrap_or("annual");
    let time = averaging(time).ok_or_else(|| format!("`{time}` is no averaging time"))?;
    let value = number(inputs, &["value", "concentration", "C"])?;
    let body = assessment(rulebooks, rule)?;
    // An item without a row in the table of digits is compared as it is.
    let decimals = body.rounding(pollutant).map_or(value.scale(), |r| r.compliance_decimals);
    let limit = match number_of(inputs, &["limit", "S"])? {
        Some(given) => Limit {
            pollutant,
            averaging: time,
            class1: given,
            class2: given,
            unit: pollutant.unit(),
            clause: String::new(),
            verification: Verification::Unverified,
            note: None,
        },
        None => limit_of(rulebooks, rule, pollutant, time)?,
    };
    let attained = attain(Concentration::from(value), &limit, decimals);
    let digits = body.ratios.exceedance_multiple_decimals;
    let class = if attained.class1 { 1 } else { 2 };
    Ok(vec![
        ("attains".into(), Found::Flag(attained.class2)),
        ("compared".into(), Found::Fixed(attained.compared)),
        ("class1".into(), Found::Flag(attained.class1)),
        ("class2".into(), Found::Flag(attained.class2)),
        ("class".into(), if attained.class2 { Found::integer(class) } else { Found::Nothing }),
        ("exceedance_multiple".into(), Found::fixed(exceedance_multiple(attained.compared, limit.class2, digits))),
        (
            "exceedance_multiple_class1".into(),
            Found::fixed(exceedance_multiple(attained.compared, limit.class1, digits)),
        ),
    ])
}

fn limit_of(rulebooks: &Rulebooks, rule: &str, pollutant: Pollutant, time: Averaging) -> Result<Limit, String> {
    let limits = rulebook(rulebooks, Topic::AirLimits, rule)?.air_limits().ok_or("no limits")?;
    // The daily limit of ozone is that of the daily maximum 8-hour mean.
    let own = if pollutant == Pollutant::O3 && time == Averaging::Hour24 { Averaging::Hour8 } else { time };
    limits.limit(pollutant, own).cloned().ok_or_else(|| format!("no limit for {pollutant} {}", time.code()))
}

pub(super) fn city(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let share = SiteShare::new(assessment(rulebooks, rule)?);
    let sites: Vec<Option<Concentration>> =
        list(inputs, &["sites", "values"])?.into_iter().map(|s| s.map(Concentration::from)).collect();
    let mean = city_mean(&sites, share);
    Ok(vec![
        ("city".into(), Found::number(mean.ok().map(Concentration::exact))),
        ("mean".into(), Found::number(mean.ok().map(Concentration::exact))),
        ("valid".into(), Found::Flag(mean.is_ok())),
        ("need".into(), Found::integer(share.need(sites.len() as u32))),
    ])
}

pub(super) fn rate(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let decimals = assessment(rulebooks, rule)?.ratios.rate_decimals;
    let part = whole(inputs, &["part", "good_days", "attaining_days"])?;
    let of = whole(inputs, &["whole", "valid_days", "days"])?;
    if part > of {
        return Err(format!("{part} of {of} is no rate"));
    }
    Ok(vec![("rate".into(), Found::fixed(rate_percent(part, of, decimals)))])
}

/// Rounding to `decimals`, or to the digits that a pollutant's value is compared with.
pub(super) fn round(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let decimals = match (inputs.contains_key("decimals"), pollutant(inputs)) {
        (false, Ok(pollutant)) => {
            let row = assessment(rulebooks, rule)?.rounding(pollutant);
            row.map(|r| r.compliance_decimals).ok_or_else(|| format!("no digits are set for {pollutant}"))?
        }
        _ => whole(inputs, &["decimals"])?.try_into().ok().filter(|d| *d <= 9).ok_or("`decimals` is 0 to 9")?,
    };
    Ok(vec![("rounded".into(), Found::Fixed(number(inputs, &["value"])?.exact().round(decimals)))])
}
