//! Topics of HJ 633: individual indices, daily and real-time indices, levels.

use std::collections::BTreeSet;

use lanwan_rulebook::{AirIndex, Mode, Rulebook, Rulebooks, Topic};
use lanwan_standards::air::{IndexInput, IndexResult, IndexTable, Scale};
use lanwan_terms::{Averaging, MissingReason, Pollutant};

use super::choose::rulebook;
use super::compare::Found;
use super::inputs::{Concentrations, concentrations, text, whole};
use super::json::Object;
use super::topics::Results;

struct Edition<'a> {
    rulebook: &'a Rulebook,
    body: &'a AirIndex,
    table: IndexTable,
}

fn edition<'a>(rulebooks: &'a Rulebooks, rule: &str) -> Result<Edition<'a>, String> {
    let rulebook = rulebook(rulebooks, Topic::AirIndex, rule)?;
    let body = rulebook.air_index().ok_or("not an index rule")?;
    Ok(Edition { rulebook, body, table: IndexTable::new(body).map_err(|e| e.to_string())? })
}

fn daily_of(pollutant: Pollutant) -> Averaging {
    if pollutant == Pollutant::O3 { Averaging::Hour8 } else { Averaging::Hour24 }
}

impl Edition<'_> {
    /// The breakpoints a mean is held against: its own, or those the real-time report puts it on (PM 1 h).
    fn scale(&self, pollutant: Pollutant, mean: Averaging) -> Option<&Scale> {
        self.table.scale(pollutant, mean).or_else(|| {
            let inputs = self.body.realtime.iter().flat_map(|mode| &mode.inputs);
            let input = inputs.into_iter().find(|i| i.pollutant == pollutant && i.mean == mean)?;
            self.table.scale(pollutant, input.scale)
        })
    }
}

/// The individual index of each concentration; `IAQI_P` is that of the pollutant, the larger when it has two.
pub(super) fn iaqi(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let edition = edition(rulebooks, rule)?;
    let mut indices = Vec::new();
    for (pollutant, averaging, value) in concentrations(inputs, daily_of)? {
        let scale = edition
            .scale(pollutant, averaging)
            .ok_or_else(|| format!("{rule} has no breakpoints for {pollutant} {}", averaging.code()))?;
        indices.push((pollutant, averaging, value.ok().and_then(|c| scale.iaqi(c))));
    }
    let most = indices.iter().filter_map(|(_, _, i)| *i).max();
    let mut results = vec![("IAQI".to_owned(), most.map_or(Found::Nothing, Found::integer))];
    results.extend(individual(&indices));
    Ok(results)
}

fn individual(indices: &[(Pollutant, Averaging, Option<u16>)]) -> Results {
    let found = |index: Option<u16>| index.map_or(Found::Nothing, Found::integer);
    let mut results = Results::new();
    for (pollutant, averaging, index) in indices {
        results.push((format!("IAQI_{pollutant}_{}", averaging.code()), found(*index)));
    }
    for pollutant in indices.iter().map(|(p, _, _)| *p).collect::<BTreeSet<_>>() {
        let most = indices.iter().filter(|(p, _, _)| *p == pollutant).filter_map(|(_, _, i)| *i).max();
        results.push((format!("IAQI_{pollutant}"), found(most)));
    }
    results
}

/// The daily index of a case whose unmentioned pollutants are outside the monitoring plan.
pub(super) fn daily(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    daily_with(rule, inputs, rulebooks, MissingReason::NotMonitored)
}

/// The daily index of a case about missing data: an unmentioned pollutant is missing.
pub(super) fn daily_missing(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    daily_with(rule, inputs, rulebooks, MissingReason::NotReported)
}

fn daily_with(
    rule: &str,
    inputs: &Object,
    rulebooks: &Rulebooks,
    unmentioned: MissingReason,
) -> Result<Results, String> {
    let edition = edition(rulebooks, rule)?;
    let given = concentrations(inputs, daily_of)?;
    let report: Vec<IndexInput> = edition
        .body
        .daily
        .inputs
        .iter()
        .map(|i| input(&given, i.pollutant, i.averaging, i.averaging, unmentioned))
        .collect();
    Ok(results(&edition.table.index(&report), &report, edition.rulebook))
}

/// The real-time index; the mode is named, or follows from which means of the particles are given.
pub(super) fn realtime(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let edition = edition(rulebooks, rule)?;
    let given = concentrations(inputs, |_| Averaging::Hour1)?;
    let named = text(inputs, &["mode"]).map_or_else(|| rule.to_lowercase(), str::to_lowercase).replace([' ', '_'], "-");
    let particles = |mean| given.iter().any(|(p, a, _)| p.is_particle() && *a == mean);
    let wanted = if named.contains("text") {
        Some(Mode::AsText)
    } else if named.contains("published") {
        Some(Mode::AsPublished)
    } else if particles(Averaging::Hour24) && !particles(Averaging::Hour1) {
        Some(Mode::AsText)
    } else {
        None
    };
    let mode = edition.body.realtime.iter().find(|m| Some(m.mode) == wanted);
    let mode = mode.or_else(|| edition.body.default_realtime()).ok_or("the rule has no real-time mode")?;
    let of = |pollutant, mean, scale| input(&given, pollutant, mean, scale, MissingReason::NotMonitored);
    let mut report: Vec<IndexInput> = mode.inputs.iter().map(|i| of(i.pollutant, i.mean, i.scale)).collect();
    let fallbacks: Vec<IndexInput> = report
        .iter()
        .filter_map(|i| Some((i, edition.table.scale(i.pollutant, i.scale)?.fallback(i.value.ok()?)?)))
        .map(|(i, averaging)| of(i.pollutant, averaging, averaging))
        .filter(|i| !report.iter().any(|o| o.pollutant == i.pollutant && o.scale == i.scale))
        .collect();
    report.extend(fallbacks);
    Ok(results(&edition.table.index(&report), &report, edition.rulebook))
}

fn input(
    given: &Concentrations,
    pollutant: Pollutant,
    mean: Averaging,
    scale: Averaging,
    unmentioned: MissingReason,
) -> IndexInput {
    let found = given.iter().find(|(p, a, _)| *p == pollutant && *a == mean);
    IndexInput { pollutant, mean, scale, value: found.map_or(Err(unmentioned), |(_, _, v)| *v) }
}

fn results(result: &IndexResult, inputs: &[IndexInput], rulebook: &Rulebook) -> Results {
    let indices: Vec<(Pollutant, Averaging, Option<u16>)> =
        inputs.iter().zip(result.iaqi).map(|(input, index)| (input.pollutant, input.mean, index)).collect();
    let named = |keep: &dyn Fn(usize) -> bool| {
        let kept = indices.iter().enumerate().filter(|(i, _)| keep(*i));
        Found::Pollutants(kept.map(|(_, (pollutant, mean, _))| (*pollutant, *mean)).collect())
    };
    let mut results = vec![("AQI".to_owned(), result.aqi.map_or(Found::Nothing, Found::integer))];
    match result.aqi {
        Ok(aqi) => {
            results.push(("primary".into(), named(&|i| result.is_primary(i))));
            results.push(("exceeding".into(), named(&|i| result.is_exceeding(i))));
            results.extend(of_level(aqi, rulebook));
        }
        Err(reason) => {
            for key in ["primary", "exceeding", "level", "category", "category_en", "colour", "rgb"] {
                results.push((key.to_owned(), Found::Nothing));
            }
            results.push(("reason".into(), Found::Names(vec![reason.code().to_owned()])));
        }
    }
    results.extend(individual(&indices));
    results
}

/// Level, category and colour of an index.
pub(super) fn level(rule: &str, inputs: &Object, rulebooks: &Rulebooks) -> Result<Results, String> {
    let rulebook = rulebook(rulebooks, Topic::AirIndex, rule)?;
    let aqi = u16::try_from(whole(inputs, &["AQI", "aqi"])?).map_err(|_| "`AQI` is out of range")?;
    Ok(of_level(aqi, rulebook))
}

fn of_level(aqi: u16, rulebook: &Rulebook) -> Results {
    const CHINESE: [&str; 6] = ["一级", "二级", "三级", "四级", "五级", "六级"];
    let Some(level) = rulebook.air_index().and_then(|body| body.level(aqi)) else { return Results::new() };
    let [r, g, b] = level.rgb;
    let mut number = vec![level.level.to_string()];
    number.extend(CHINESE.get(usize::from(level.level).wrapping_sub(1)).map(|name| (*name).to_owned()));
    let rgb = vec![format!("{r},{g},{b}"), format!("#{r:02x}{g:02x}{b:02x}")];
    vec![
        ("level".into(), Found::Names(number)),
        ("category".into(), Found::Names(vec![level.zh.clone(), level.en.clone()])),
        ("category_en".into(), Found::Names(vec![level.en.clone()])),
        ("colour".into(), Found::Names([vec![level.colour_zh.clone(), level.colour_en.clone()], rgb.clone()].concat())),
        ("rgb".into(), Found::Names(rgb)),
    ]
}
