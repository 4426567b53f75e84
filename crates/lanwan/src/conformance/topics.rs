//! One function a topic: the rule named by the case, its inputs, and named results.

use lanwan_rulebook::{AirCompensation, Mode, Region, Rulebook, Rulebooks, Statistic, Ties, Topic};
use lanwan_standards::air::{
    CompensationTerm, Concentration, DayRules, DaySeries, Episode, IndexInput, IndexResult, IndexTable, MISSING,
    PeriodDays, PeriodRule, SiteShare, ValidDays, attain, change_rate, city_mean, compensation_amount, composite_index,
    daily_max_8h, daily_mean, exceedance_multiple, highest_warning, improvement_score, rank_ascending, rate_percent,
};
use lanwan_terms::{Averaging, Decimal, Exact, MissingReason, Period, Pollutant};
use serde_json::{Map, Value};

use super::Found;

type Results = Vec<(String, Found)>;
type Compute = fn(&str, &Map<String, Value>, &Rulebooks) -> Result<Results, String>;

/// The topics there are, with what each computes.
pub const TOPICS: &[(&str, &str)] = &[
    ("iaqi", "individual index of one concentration, HJ 633"),
    ("aqi_daily", "daily index, level, primary and exceeding pollutants, HJ 633"),
    ("aqi_hourly", "real-time index, HJ 633; `mode` is as-published (default) or as-text"),
    ("aqi_missing", "daily index with a pollutant missing, HJ 633"),
    ("aqi_level", "level, category and colour of an index, HJ 633"),
    ("composite_index", "composite index"),
    ("rank", "ranking with ties"),
    ("change_rate", "change of an index against the same period a year before"),
    ("percentile", "percentile, HJ 663"),
    ("daily_mean", "daily mean of 24 hours, GB 3095 Table 4"),
    ("mda8", "daily maximum 8-hour mean of ozone, HJ 663"),
    ("period_validity", "valid days of a month, quarter or year"),
    ("attainment", "a statistic held against the limits of GB 3095"),
    ("city_mean", "city value from its sites, HJ 663"),
    ("rate", "attainment rate in percent"),
    ("round", "rounding by GB/T 8170"),
    ("warning_level", "heavy-pollution warning level"),
    ("compensation", "ecological compensation for ambient air"),
];

pub(super) fn of(topic: &str) -> Option<Compute> {
    Some(match topic {
        "iaqi" => iaqi,
        "aqi_daily" | "aqi_missing" => aqi_daily,
        "aqi_hourly" | "aqi_realtime" => aqi_hourly,
        "aqi_level" => aqi_level,
        "composite_index" => composite,
        "rank" => rank,
        "change_rate" => change,
        "percentile" => percentile,
        "daily_mean" => day_mean,
        "mda8" => mda8,
        "period_validity" => period_validity,
        "attainment" => attainment,
        "city_mean" => city,
        "rate" => rate,
        "round" => round,
        "warning_level" => warning,
        "compensation" => compensation,
        _ => return None,
    })
}

fn decimal(value: &Value) -> Result<Option<Decimal>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Number(n) => n.to_string().parse().map(Some).map_err(|e: lanwan_terms::NumberError| e.to_string()),
        Value::String(s) if s == "NA" => Ok(None),
        Value::String(s) => s.parse().map(Some).map_err(|e: lanwan_terms::NumberError| e.to_string()),
        other => Err(format!("`{other}` is no number")),
    }
}

fn number(inputs: &Map<String, Value>, key: &str) -> Result<Decimal, String> {
    let value = inputs.get(key).ok_or_else(|| format!("inputs_json has no `{key}`"))?;
    decimal(value)?.ok_or_else(|| format!("`{key}` is null"))
}

fn text<'a>(inputs: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    inputs.get(key).and_then(Value::as_str)
}

fn whole(inputs: &Map<String, Value>, key: &str) -> Result<u32, String> {
    let value = number(inputs, key)?;
    u32::try_from(value.exact().floor()).map_err(|_| format!("`{key}` is no count"))
}

/// `PM2.5_24h`, `O3_mda8`, `SO2_1h` to pollutant and averaging time.
fn concentration_key(key: &str) -> Option<(Pollutant, Averaging)> {
    let (pollutant, averaging) = key.rsplit_once('_')?;
    let averaging = match averaging {
        "24h" | "day" => Averaging::Hour24,
        "8h" | "mda8" => Averaging::Hour8,
        "1h" | "max1h" => Averaging::Hour1,
        _ => return None,
    };
    Some((pollutant.trim_end_matches("_8h").parse().ok()?, averaging))
}

type Concentrations = Vec<(Pollutant, Averaging, Result<Concentration, MissingReason>)>;

fn concentrations(inputs: &Map<String, Value>) -> Result<Concentrations, String> {
    let mut found = Vec::new();
    for (key, value) in inputs {
        if let Some((pollutant, averaging)) = concentration_key(key) {
            let value = decimal(value).map_err(|e| format!("`{key}`: {e}"))?;
            if value.is_some_and(Decimal::is_negative) {
                return Err(format!("`{key}` is negative"));
            }
            found.push((pollutant, averaging, value.map(Concentration::from).ok_or(MissingReason::NotReported)));
        } else if !matches!(key.as_str(), "mode" | "station" | "city" | "date") {
            return Err(format!("`{key}` is no concentration (expected such as PM2.5_24h, O3_mda8, SO2_1h)"));
        }
    }
    Ok(found)
}

/// The rulebook of a topic whose document or edition the rule's text names, the earliest when several do.
fn rulebook<'a>(rulebooks: &'a Rulebooks, topic: Topic, rule: &str) -> Result<&'a Rulebook, String> {
    let squeezed = |s: &str| s.replace([' ', '-', '—'], "").to_lowercase();
    let wanted = squeezed(rule);
    let of_topic = || rulebooks.all().iter().filter(move |r| r.topic == topic && !r.draft);
    let year_of = |r: &Rulebook| r.edition.rsplit('-').next().unwrap_or("").to_owned();
    let is_final = wanted.contains("final") || wanted.contains("2031");
    let phase = |r: &Rulebook| !r.id.ends_with("-final") || is_final;
    let by_id = of_topic().find(|r| squeezed(&r.id) == wanted);
    let by_document = || of_topic().filter(|r| phase(r)).find(|r| wanted.contains(&squeezed(first_words(&r.document))));
    let by_year = || of_topic().filter(|r| phase(r)).filter(|r| wanted.contains(&year_of(r))).last();
    by_id
        .or_else(|| if is_final { of_topic().find(|r| r.id.ends_with("-final")) } else { None })
        .or_else(by_document)
        .or_else(by_year)
        .map(|r| &**r)
        .ok_or_else(|| format!("no rulebook of topic {topic} is named by `{rule}`"))
}

/// `HJ 633-2012` of `HJ 633-2012 环境空气质量指数…`.
fn first_words(document: &str) -> &str {
    let end = document.char_indices().filter(|(_, c)| *c == ' ' || !c.is_ascii()).map(|(i, _)| i).nth(1);
    document[..end.unwrap_or(document.len())].trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
}

fn index_table<'a>(rulebooks: &'a Rulebooks, rule: &str) -> Result<(IndexTable, &'a Rulebook), String> {
    let rulebook = rulebook(rulebooks, Topic::AirIndex, rule)?;
    let body = rulebook.air_index().ok_or("not an index rule")?;
    Ok((IndexTable::new(body).map_err(|e| e.to_string())?, rulebook))
}

fn iaqi(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let (table, _) = index_table(rulebooks, rule)?;
    let mut results = Vec::new();
    for (pollutant, averaging, value) in concentrations(inputs)? {
        let scale = table
            .scale(pollutant, averaging)
            .ok_or_else(|| format!("{rule} has no breakpoints for {pollutant} {}", averaging.code()))?;
        let index = value.ok().and_then(|c| scale.iaqi(c));
        let found = index.map_or(Found::Null, |i| Found::Number(Exact::integer(i.into())));
        results.push((format!("IAQI_{pollutant}_{}", averaging.code()), found.clone()));
        results.push((format!("IAQI_{pollutant}"), found.clone()));
        results.push(("IAQI".to_owned(), found));
    }
    Ok(results)
}

fn index_results(result: &IndexResult, inputs: &[IndexInput], rulebook: &Rulebook) -> Results {
    let names = |keep: &dyn Fn(usize) -> bool| {
        let named = (0..inputs.len()).filter(|i| keep(*i)).map(|i| match inputs[i].pollutant {
            Pollutant::O3 => format!("O3_{}", inputs[i].mean.code()),
            other => other.symbol().to_owned(),
        });
        Found::Set(named.collect())
    };
    let mut results: Results = inputs
        .iter()
        .enumerate()
        .map(|(i, input)| {
            let found = result.iaqi[i].map_or(Found::Null, |v| Found::Number(Exact::integer(v.into())));
            (format!("IAQI_{}", input.pollutant), found)
        })
        .collect();
    let Ok(aqi) = result.aqi else {
        for key in ["AQI", "level", "category", "colour", "primary"] {
            results.push((key.to_owned(), Found::Text("NA".to_owned())));
        }
        return results;
    };
    results.push(("AQI".into(), Found::Number(Exact::integer(aqi.into()))));
    results.push(("primary".into(), names(&|i| result.is_primary(i))));
    results.push(("exceeding".into(), names(&|i| result.is_exceeding(i))));
    results.extend(level_results(aqi, rulebook));
    results
}

fn level_results(aqi: u16, rulebook: &Rulebook) -> Results {
    let Some(level) = rulebook.air_index().and_then(|body| body.level(aqi)) else { return Vec::new() };
    vec![
        ("level".into(), Found::Number(Exact::integer(level.level.into()))),
        ("category".into(), Found::Text(level.zh.clone())),
        ("category_en".into(), Found::Text(level.en.clone())),
        ("colour".into(), Found::Text(level.colour_zh.clone())),
        ("rgb".into(), Found::Text(level.rgb.map(|c| c.to_string()).join(","))),
    ]
}

/// A pollutant that the case does not mention is outside its monitoring plan; one that it gives as null is missing.
fn input(given: &Concentrations, pollutant: Pollutant, mean: Averaging, scale: Averaging) -> IndexInput {
    let found = given.iter().find(|(p, a, _)| *p == pollutant && *a == mean);
    IndexInput { pollutant, mean, scale, value: found.map_or(Err(MissingReason::NotMonitored), |(_, _, v)| *v) }
}

fn aqi_daily(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let (table, rulebook) = index_table(rulebooks, rule)?;
    let body = rulebook.air_index().ok_or("not an index rule")?;
    let given = concentrations(inputs)?;
    let of_report: Vec<IndexInput> =
        body.daily.inputs.iter().map(|i| input(&given, i.pollutant, i.averaging, i.averaging)).collect();
    Ok(index_results(&table.index(&of_report), &of_report, rulebook))
}

fn aqi_hourly(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let (table, rulebook) = index_table(rulebooks, rule)?;
    let body = rulebook.air_index().ok_or("not an index rule")?;
    let given = concentrations(inputs)?;
    let wanted = match text(inputs, "mode").unwrap_or(if rule.contains("as-text") { "as-text" } else { "" }) {
        "as-text" => Some(Mode::AsText),
        "as-published" => Some(Mode::AsPublished),
        _ => None,
    };
    let mode = body.realtime.iter().find(|m| Some(m.mode) == wanted).or_else(|| body.default_realtime());
    let mode = mode.ok_or("the rule has no real-time mode")?;
    let mut of_report: Vec<IndexInput> =
        mode.inputs.iter().map(|i| input(&given, i.pollutant, i.mean, i.scale)).collect();
    let fallbacks: Vec<IndexInput> = of_report
        .iter()
        .filter_map(|i| Some((i, table.scale(i.pollutant, i.scale)?.fallback(i.value.ok()?)?)))
        .map(|(i, averaging)| input(&given, i.pollutant, averaging, averaging))
        .filter(|i| !of_report.iter().any(|o| o.pollutant == i.pollutant && o.scale == i.scale))
        .collect();
    of_report.extend(fallbacks);
    Ok(index_results(&table.index(&of_report), &of_report, rulebook))
}

fn aqi_level(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let rulebook = rulebook(rulebooks, Topic::AirIndex, rule)?;
    let aqi = u16::try_from(whole(inputs, "AQI")?).map_err(|_| "`AQI` is out of range")?;
    Ok(level_results(aqi, rulebook))
}

fn composite(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let rulebook = rulebook(rulebooks, Topic::AirComposite, rule)?;
    let body = rulebook.air_composite().ok_or("not a composite rule")?;
    let mut values = Vec::new();
    for (key, value) in inputs {
        let name = key.split('_').next().unwrap_or(key);
        let pollutant: Pollutant = name.parse().map_err(|e| format!("`{key}`: {e}"))?;
        values.push((pollutant, decimal(value)?));
    }
    let of = |p: Pollutant| values.iter().find(|(q, _)| *q == p).and_then(|(_, v)| *v).map(Decimal::exact);
    let Some(index) = composite_index(body, of) else { return Ok(vec![("index".into(), Found::Null)]) };
    let mut results: Results =
        index.terms.iter().map(|t| (format!("I_{}", t.pollutant), Found::Number(t.term.exact()))).collect();
    results.push(("index".into(), Found::Number(index.value.exact())));
    let leading = Found::Set(index.leading.iter().map(|p| p.symbol().to_owned()).collect());
    results.push(("leading".into(), leading));
    Ok(results)
}

fn rank(rule: &str, inputs: &Map<String, Value>, _: &Rulebooks) -> Result<Results, String> {
    let ties = if rule.contains("dense") { Ties::Dense } else { Ties::Competition };
    let values: Vec<Option<Decimal>> = inputs.values().map(decimal).collect::<Result<_, _>>()?;
    let ranks = if rule.contains("descending") {
        rank_ascending(&values.into_iter().map(|v| v.map(std::cmp::Reverse)).collect::<Vec<_>>(), ties)
    } else {
        rank_ascending(&values, ties)
    };
    let found = |r: Option<u32>| r.map_or(Found::Null, |r| Found::Number(Exact::integer(r.into())));
    Ok(inputs.keys().cloned().zip(ranks.into_iter().map(found)).collect())
}

fn change(_: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let decimals = rulebooks.all().iter().rev().find_map(|r| r.air_ranking()).map_or(1, |r| r.change.rate_decimals);
    let rate = change_rate(number(inputs, "now")?, number(inputs, "before")?, decimals);
    Ok(vec![("change_rate".into(), rate.map_or(Found::Null, |r| Found::Number(r.exact())))])
}

fn list(inputs: &Map<String, Value>, key: &str) -> Result<Vec<Option<Decimal>>, String> {
    match inputs.get(key) {
        Some(Value::Array(list)) => list.iter().map(decimal).collect(),
        Some(Value::String(range)) => {
            let (from, to) = range.split_once("..").ok_or_else(|| format!("`{key}`: `{range}` is no range"))?;
            let bound = |s: &str| s.trim().parse::<i64>().map_err(|_| format!("`{key}`: `{range}` is no range"));
            let (from, to) = (bound(from)?, bound(to)?);
            if to - from > 1_000_000 {
                return Err(format!("`{key}`: `{range}` is too long"));
            }
            Ok((from..=to).map(|v| Some(Decimal::new(v, 0))).collect())
        }
        _ => Err(format!("inputs_json has no list `{key}`")),
    }
}

fn percentile(_: &str, inputs: &Map<String, Value>, _: &Rulebooks) -> Result<Results, String> {
    let values: Vec<Concentration> = list(inputs, "values")?.into_iter().flatten().map(Concentration::from).collect();
    let p = u8::try_from(whole(inputs, "p")?).map_err(|_| "`p` is 0 to 100")?;
    let series = DaySeries::new(values).map_err(|e| e.to_string())?;
    Ok(vec![
        ("percentile".into(), series.percentile(p).map_or(Found::Null, |v| Found::Number(v.exact()))),
        ("mean".into(), series.mean().map_or(Found::Null, |v| Found::Number(v.exact()))),
        ("n".into(), Found::Number(Exact::integer(series.len() as i128))),
    ])
}

fn day_rules(rulebooks: &Rulebooks, rule: &str) -> Result<DayRules, String> {
    let year = if rule.contains("2026") { "2026" } else { "2012" };
    let assessment =
        rulebook(rulebooks, Topic::AirAssessment, if year == "2026" { "HJ 663-2026" } else { "HJ 663-2013" })?;
    let limits = rulebook(rulebooks, Topic::AirLimits, &format!("GB 3095-{year}"))?;
    let (assessment, limits) = (assessment.air_assessment(), limits.air_limits());
    Ok(DayRules::new(assessment.ok_or("no assessment")?, limits.ok_or("no limits")?))
}

fn hours(inputs: &Map<String, Value>) -> Result<Vec<i64>, String> {
    let hours = list(inputs, "hours")?;
    if hours.len() != 24 {
        return Err(format!(
            "`hours` has {} values; a day has 24, labels 1 to 24, null where there is none",
            hours.len()
        ));
    }
    let micro = |h: Option<Decimal>| h.map_or(Ok(MISSING), |d| d.micro().ok_or("more than six digits after the point"));
    hours.into_iter().map(|h| micro(h).map_err(str::to_owned)).collect()
}

fn stat_results(name: &str, counted: &str, stat: lanwan_standards::air::DayStat) -> Results {
    let value = stat.concentration().map_or(Found::Null, |c| Found::Number(c.exact()));
    vec![
        (name.to_owned(), value),
        ("valid".into(), Found::Flag(stat.value.is_ok())),
        (counted.to_owned(), Found::Number(Exact::integer(stat.have.into()))),
        ("reason".into(), stat.value.err().map_or(Found::Null, |r| Found::Text(r.code().to_owned()))),
    ]
}

fn day_mean(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    Ok(stat_results("mean", "hours", daily_mean(&hours(inputs)?, &day_rules(rulebooks, rule)?)))
}

fn mda8(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    Ok(stat_results("mda8", "windows", daily_max_8h(&hours(inputs)?, &day_rules(rulebooks, rule)?)))
}

fn assessment<'a>(rulebooks: &'a Rulebooks, rule: &str) -> Result<&'a lanwan_rulebook::AirAssessment, String> {
    let name = if rule.contains("2026") { "HJ 663-2026" } else { "HJ 663-2013" };
    rulebook(rulebooks, Topic::AirAssessment, name)?.air_assessment().ok_or_else(|| "no assessment".to_owned())
}

fn period_validity(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let period: Period =
        text(inputs, "period").ok_or("inputs_json has no `period`")?.parse().map_err(|e| format!("{e}"))?;
    let pollutant: Pollutant = text(inputs, "pollutant")
        .unwrap_or("PM2.5")
        .parse()
        .map_err(|e: lanwan_terms::PollutantError| e.to_string())?;
    let statistic =
        if text(inputs, "statistic") == Some("percentile") { Statistic::Percentile } else { Statistic::Mean };
    let body = assessment(rulebooks, rule)?;
    let needs =
        PeriodRule::new(body, period, statistic, pollutant).ok_or("the rule sets no number of days for this")?;
    let by_month = list(inputs, "days_by_month")?;
    let mut valid = ValidDays::default();
    let mut month = period.first_day();
    for days in by_month {
        let days = days.map_or(0, |d| d.exact().floor());
        for _ in 0..days.clamp(0, 31) {
            valid.count(month);
        }
        month = month.checked_add_months(chrono::Months::new(1)).ok_or("too many months")?;
    }
    let checked = PeriodDays::check(period, &valid, needs);
    Ok(vec![
        ("valid".into(), Found::Flag(checked.reason().is_none())),
        ("days".into(), Found::Number(Exact::integer(checked.have.into()))),
        ("need".into(), Found::Number(Exact::integer(checked.need.into()))),
    ])
}

fn attainment(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let pollutant: Pollutant = text(inputs, "pollutant")
        .ok_or("inputs_json has no `pollutant`")?
        .parse()
        .map_err(|e: lanwan_terms::PollutantError| e.to_string())?;
    let averaging = match text(inputs, "averaging").unwrap_or("annual") {
        "annual" => Averaging::Annual,
        "24h" => Averaging::Hour24,
        "8h" | "mda8" => Averaging::Hour8,
        "1h" => Averaging::Hour1,
        "quarter" => Averaging::Quarter,
        other => return Err(format!("`{other}` is no averaging time")),
    };
    let limits = rulebook(rulebooks, Topic::AirLimits, rule)?.air_limits().ok_or("no limits")?;
    let limit =
        limits.limit(pollutant, averaging).ok_or_else(|| format!("no limit for {pollutant} {}", averaging.code()))?;
    let body = assessment(rulebooks, rule)?;
    let decimals = body.rounding(pollutant).map_or(0, |r| r.compliance_decimals);
    let attained = attain(Concentration::from(number(inputs, "value")?), limit, decimals);
    let multiple = exceedance_multiple(attained.compared, limit.class2, body.ratios.exceedance_multiple_decimals);
    Ok(vec![
        ("compared".into(), Found::Number(attained.compared.exact())),
        ("class1".into(), Found::Flag(attained.class1)),
        ("class2".into(), Found::Flag(attained.class2)),
        ("exceedance_multiple".into(), multiple.map_or(Found::Null, |m| Found::Number(m.exact()))),
    ])
}

fn city(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let share = SiteShare::new(assessment(rulebooks, rule)?);
    let sites: Vec<Option<Concentration>> =
        list(inputs, "sites")?.into_iter().map(|s| s.map(Concentration::from)).collect();
    let mean = city_mean(&sites, share);
    Ok(vec![
        ("city".into(), mean.map_or(Found::Null, |m| Found::Number(m.exact()))),
        ("valid".into(), Found::Flag(mean.is_ok())),
        ("need".into(), Found::Number(Exact::integer(share.need(sites.len() as u32).into()))),
    ])
}

fn rate(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let decimals = assessment(rulebooks, rule)?.ratios.rate_decimals;
    let rate = rate_percent(whole(inputs, "part")?, whole(inputs, "whole")?, decimals);
    Ok(vec![("rate".into(), rate.map_or(Found::Null, |r| Found::Number(r.exact())))])
}

fn round(_: &str, inputs: &Map<String, Value>, _: &Rulebooks) -> Result<Results, String> {
    let decimals = u8::try_from(whole(inputs, "decimals")?).ok().filter(|d| *d <= 9).ok_or("`decimals` is 0 to 9")?;
    Ok(vec![("rounded".into(), Found::Number(number(inputs, "value")?.exact().round(decimals).exact()))])
}

fn warning(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let rulebook = rulebook(rulebooks, Topic::AirWarning, rule)?;
    let body = rulebook.air_warning().ok_or("not a warning rule")?;
    let hourly = |key: &str, hours: usize| -> Result<Vec<Option<u16>>, String> {
        if !inputs.contains_key(key) {
            return Ok(Vec::new());
        }
        let values = list(inputs, key)?;
        let aqi = |v: Option<Decimal>| v.and_then(|v| u16::try_from(v.exact().floor()).ok());
        Ok(values.into_iter().flat_map(|v| std::iter::repeat_n(aqi(v), hours)).collect())
    };
    let mut running = hourly("running_24h_aqi", 1)?;
    if running.is_empty() {
        running = hourly("daily_aqi", 24)?;
    }
    let hours = hourly("hourly_aqi", 1)?;
    let level = highest_warning(body, Episode { running_24h: &running, hourly: &hours });
    Ok(vec![("level".into(), level.map_or(Found::Null, |l| Found::Text(l.level.code().to_owned())))])
}

/// `Qingdao 2016: …`, `Shandong 2015-12: …` name the place and the start of the scheme.
fn compensation_rule<'a>(rulebooks: &'a Rulebooks, rule: &str) -> Result<&'a AirCompensation, String> {
    let (place, rest) = rule.split_once(' ').ok_or("the rule names no scheme, such as `Qingdao 2016`")?;
    let region = match place.to_lowercase().as_str() {
        "qingdao" => "370200",
        "shandong" => "370000",
        other => return Err(format!("no compensation scheme of `{other}` is known")),
    };
    let region = Region::parse(region).map_err(|e| e.to_string())?;
    let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
    let of_region = || rulebooks.all().iter().filter(|r| r.topic == Topic::AirCompensation && r.region == region);
    let year = digits.get(..4).ok_or("the rule names no year")?;
    let by_id = of_region().find(|r| r.id.ends_with(&digits));
    let from_year = || of_region().find(|r| r.effective_from.to_string().starts_with(year));
    let in_year = || {
        let day = format!("{year}-06-30").parse().ok()?;
        of_region().find(|r| r.covers(day))
    };
    by_id
        .or_else(from_year)
        .or_else(in_year)
        .and_then(|r| r.air_compensation())
        .ok_or_else(|| format!("no scheme is named by `{rule}`"))
}

fn compensation(rule: &str, inputs: &Map<String, Value>, rulebooks: &Rulebooks) -> Result<Results, String> {
    let body = compensation_rule(rulebooks, rule)?;
    let coefficient = body.coefficient.as_ref().ok_or("the scheme's coefficient is not known")?.per_ug_m3;
    let place = text(inputs, "city").or(text(inputs, "district")).unwrap_or("");
    let factor = match inputs.get("factor") {
        Some(value) => decimal(value)?.ok_or("`factor` is null")?,
        None => body
            .factors
            .iter()
            .find(|f| f.name_en == place || f.name == place)
            .map_or(body.default_factor, |f| f.factor),
    };
    let score = match inputs.get("score") {
        Some(value) => decimal(value)?.ok_or("`score` is null")?.exact(),
        None => {
            let mut terms = Vec::new();
            for weight in &body.weights {
                let of = |when: &str| number(inputs, &format!("{}_{when}", weight.pollutant));
                terms.push(CompensationTerm { pollutant: weight.pollutant, before: of("prev")?, now: of("now")? });
            }
            improvement_score(body, &terms).ok_or("a weighted pollutant is missing")?
        }
    };
    let amount = compensation_amount(&score, factor, coefficient);
    Ok(vec![("amount_10k_yuan".into(), Found::Number(amount)), ("score".into(), Found::Number(score))])
}
