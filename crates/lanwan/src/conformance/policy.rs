//! Topics built on the standards: composite index, ranking, warnings, compensation.

use std::cmp::Reverse;

use lanwan_rulebook::{AirCompensation, Rulebooks, Ties, Topic};
use lanwan_standards::air::{
    CompensationTerm, Concentration, Episode, change_rate, compensation_amount, composite_index, highest_warning,
    improvement_score, rank_ascending,
};
use lanwan_terms::{Averaging, Decimal, Exact, Pollutant};

use super::choose::rulebook;
use super::compare::Found;
use super::inputs::{decimal, list, named_pollutant, number, number_of, text};
use super::json::{Json, Object};
use super::topics::Results;

pub(super) fn composite(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let body = rulebook(rulebooks, Topic::AirComposite, rule)?.air_composite().ok_or("not a composite rule")?;
    let mut values = Vec::new();
    for (key, value) in inputs {
        match (period_statistic(key), value) {
            (Some(pollutant), value) => {
                let value = decimal(value).map_err(|e| format!("`{key}`: {e}"))?;
                if value.is_some_and(Decimal::is_negative) {
                    return Err(format!("`{key}` is negative"));
                }
                values.push((pollutant, value));
            }
            (None, Json::Text(note)) if note.parse::<Decimal>().is_err() => {}
            _ => return Err(format!("`{key}` is no statistic (expected such as PM2.5, CO_p95, O3_mda8_p90)")),
        }
    }
    let of = |p: Pollutant| values.iter().find(|(q, _)| *q == p).and_then(|(_, v)| *v).map(Concentration::from);
    let Some(index) = composite_index(body, of) else {
        return Ok(vec![("index".into(), Found::Nothing), ("leading".into(), Found::Nothing)]);
    };
    let mut results: Results = vec![("index".into(), Found::Fixed(index.value))];
    results.extend(index.terms.iter().map(|t| (format!("I_{}", t.pollutant), Found::Fixed(t.term))));
    let leading = index.leading.iter().map(|p| (*p, Averaging::Annual)).collect();
    results.push(("leading".into(), Found::Pollutants(leading)));
    Ok(results)
}

/// `PM2.5`, `CO_p95`, `O3_mda8_p90`, `PM2.5_mean`: the statistic is the rule's, whatever the name adds.
fn period_statistic(key: &str) -> Option<Pollutant> {
    let name = key.to_lowercase();
    let name = ["_mean", "_avg", "_annual", "_p90", "_p95", "_90", "_95", "_95per", "_90per", "_90p", "_95p"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(&name);
    named_pollutant(name).map(|(pollutant, _)| pollutant)
}

/// What a place is ranked by, and what splits equal values.
type Key = (Option<Decimal>, Option<Decimal>);

fn rank_key(value: &Json) -> Result<Key, String> {
    match value {
        Json::Object(object) => {
            let first = number_of(object, &["good_ratio", "good_day_ratio", "ratio", "rate", "index", "value"])?;
            Ok((first, number_of(object, &["PM2.5", "PM25", "pm25"])?))
        }
        value => Ok((decimal(value)?, None)),
    }
}

/// Ranks by value; the rule says `descending` when the largest is first, and `dense` when no number is skipped.
pub(super) fn rank(rule: &str, inputs: &Object, _: &Rulebooks) -> Result<Results, String> {
    let values = match inputs.get("values") {
        Some(Json::Object(values)) => values,
        _ => inputs,
    };
    let said = |key: &str| text(inputs, &[key]).unwrap_or("").to_lowercase();
    let option = format!("{} {} {}", rule.to_lowercase(), said("ties"), said("order"));
    let says = |words: &[&str]| words.iter().any(|word| option.contains(word));
    let ties = if says(&["dense", "1,1,2", "1,2,2,3"]) { Ties::Dense } else { Ties::Competition };
    let best_is_largest = says(&["good-day", "good day", "good_day", "优良"]) && !says(&["ascending"]);
    let descending = says(&["descending", "highest first", "largest first", "降序"]) || best_is_largest;
    let places: Vec<(&String, Key)> = values
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "ties" | "order"))
        .map(|(name, value)| Ok((name, rank_key(value).map_err(|e| format!("`{name}`: {e}"))?)))
        .collect::<Result<_, String>>()?;
    let keys = places.iter().map(|(_, (first, second))| first.map(|first| (first, *second)));
    let ranks = if descending {
        rank_ascending(&keys.map(|k| k.map(|(first, second)| (Reverse(first), second))).collect::<Vec<_>>(), ties)
    } else {
        rank_ascending(&keys.collect::<Vec<_>>(), ties)
    };
    let found = |rank: Option<u32>| rank.map_or(Found::Nothing, Found::integer);
    Ok(places.iter().map(|(name, _)| (*name).clone()).zip(ranks.into_iter().map(found)).collect())
}

/// The change of an index in percent; it agrees when it rounds to the digits that are expected.
pub(super) fn change(_: &str, inputs: &Object, _: &Rulebooks) -> Result<Results, String> {
    /// Indices have two digits, so that no quotient is nearer to half a printed digit than this can tell.
    const DIGITS: u8 = 12;
    let now = number(inputs, &["now", "current", "index_now", "this_year"])?;
    let before = number(inputs, &["before", "prev", "previous", "last", "index_before", "index_prev", "last_year"])?;
    let rate = change_rate(now, before, DIGITS).map(Decimal::exact);
    Ok(vec![("change_rate".into(), Found::number(rate))])
}

/// The warning level of an episode: `daily_aqi` of natural days, or `running_24h_aqi` by the hour, with `hourly_aqi`.
pub(super) fn warning(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let body = rulebook(rulebooks, Topic::AirWarning, rule)?.air_warning().ok_or("not a warning rule")?;
    if let Some(unknown) = &body.levels_unknown {
        return Err(unknown.en.clone());
    }
    let series = |keys: &[&str], hours: usize| -> Result<Vec<Option<u16>>, String> {
        if !keys.iter().any(|key| inputs.contains_key(*key)) {
            return Ok(Vec::new());
        }
        let aqi = |v: Option<Decimal>| v.and_then(|v| u16::try_from(v.exact().floor()).ok());
        Ok(list(inputs, keys)?.into_iter().flat_map(|v| std::iter::repeat_n(aqi(v), hours)).collect())
    };
    let mut running = series(&["running_24h_aqi"], 1)?;
    if running.is_empty() {
        running = series(&["daily_aqi", "days"], 24)?;
    }
    let hourly = series(&["hourly_aqi"], 1)?;
    if running.is_empty() && hourly.is_empty() {
        return Err("inputs_json has no `daily_aqi`, `running_24h_aqi` or `hourly_aqi`".to_owned());
    }
    let level = highest_warning(body, Episode { running_24h: &running, hourly: &hourly });
    let names = |l: &lanwan_rulebook::WarningLevel| {
        let short = l.zh.trim_end_matches("预警").to_owned();
        Found::Names(vec![l.level.code().to_owned(), l.zh.clone(), short])
    };
    Ok(vec![("level".into(), level.map_or(Found::Nothing, names))])
}

pub(super) fn compensation(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let body =
        rulebook(rulebooks, Topic::AirCompensation, rule)?.air_compensation().ok_or("not a compensation rule")?;
    let coefficient = match number_of(inputs, &["coefficient"])? {
        Some(given) => given,
        None => body.coefficient.as_ref().ok_or("the scheme's coefficient is not known")?.per_ug_m3,
    };
    let score = match number_of(inputs, &["score"])? {
        Some(given) => given.exact(),
        None => score(body, inputs)?,
    };
    let factor = match number_of(inputs, &["factor", "city_factor"])? {
        Some(given) => given,
        None => factor(body, text(inputs, &["city", "district", "place"]))?,
    };
    let amount = compensation_amount(&score, factor, coefficient);
    Ok(vec![
        ("amount_10k_yuan".into(), Found::Number(amount)),
        ("score".into(), Found::Number(score)),
        ("factor".into(), Found::Fixed(factor)),
    ])
}

/// The factor of a named place; a scheme with factors does not guess that of a place it does not list.
fn factor(body: &AirCompensation, place: Option<&str>) -> Result<Decimal, String> {
    if body.factors.is_empty() {
        return Ok(body.default_factor);
    }
    let place = place.ok_or("inputs_json has neither `factor` nor `city`")?;
    let short = place.trim_end_matches('市').trim_end_matches(" City");
    let is = |name: &str| name == short || name.eq_ignore_ascii_case(short);
    let found = body.factors.iter().find(|f| is(&f.name) || is(&f.name_en) || f.place == place);
    found.map(|f| f.factor).ok_or_else(|| format!("the scheme has no factor for `{place}`"))
}

fn score(body: &AirCompensation, inputs: &Object) -> Result<Exact, String> {
    let mut terms = Vec::new();
    for weight in &body.weights {
        let of = |when: &[&str]| -> Result<Decimal, String> {
            let named = inputs.iter().find(|(key, _)| {
                let split = key.split_once('_').and_then(|_| when.iter().find_map(|w| key.strip_suffix(w)));
                split.and_then(|p| p.trim_end_matches('_').parse::<Pollutant>().ok()) == Some(weight.pollutant)
            });
            let (key, value) = named.ok_or_else(|| format!("inputs_json has no `{}{}`", weight.pollutant, when[0]))?;
            decimal(value).map_err(|e| format!("`{key}`: {e}"))?.ok_or_else(|| format!("`{key}` is null"))
        };
        terms.push(CompensationTerm {
            pollutant: weight.pollutant,
            before: of(&["_prev", "_before", "_previous", "_last_year", "_last", "_base"])?,
            now: of(&["_now", "_current", "_this_year", "_after"])?,
        });
    }
    if terms.is_empty() {
        return Err("the scheme has no weights; it is one of targets".to_owned());
    }
    improvement_score(body, &terms).ok_or_else(|| "a weighted pollutant is missing".to_owned())
}
