use lanwan_terms::{AIR_SIX, Averaging, Decimal, Exact, Pollutant};

use super::Check;
use crate::{
    AboveTop, AirAssessment, AirCompensation, AirComposite, AirDust, AirIndex, AirLimits, AirRanking, AirWarning,
    Hours, Level, MissingRule, PeriodLength, Region, Scale,
};

/// What every table of limits must hold, because the assessment asks for it.
const NEEDED_LIMITS: [(Pollutant, Averaging); 10] = [
    (Pollutant::So2, Averaging::Annual),
    (Pollutant::So2, Averaging::Hour24),
    (Pollutant::No2, Averaging::Annual),
    (Pollutant::No2, Averaging::Hour24),
    (Pollutant::Co, Averaging::Hour24),
    (Pollutant::O3, Averaging::Hour8),
    (Pollutant::Pm10, Averaging::Annual),
    (Pollutant::Pm10, Averaging::Hour24),
    (Pollutant::Pm25, Averaging::Annual),
    (Pollutant::Pm25, Averaging::Hour24),
];

fn named(key: &(Pollutant, Averaging)) -> String {
    format!("{} {}", key.0, key.1.code())
}

pub(super) fn limits(body: &AirLimits, check: &mut Check<'_>) {
    let keys: Vec<_> = body.limits.iter().map(|l| (l.pollutant, l.averaging)).collect();
    check.unique(&keys, |i| format!("body.limits[{i}]"), named);
    for (i, limit) in body.limits.iter().enumerate() {
        let at = format!("body.limits[{i}]");
        check.positive(limit.class1, format!("{at}.class1"));
        check.positive(limit.class2, format!("{at}.class2"));
        check.ensure(
            limit.class1 <= limit.class2,
            format!("{at}.class1"),
            format!("{} is above class2 {}; class I is never the looser one", limit.class1, limit.class2),
        );
        check.unit(limit.pollutant, limit.unit, format!("{at}.unit"));
    }
    let missing: Vec<String> = NEEDED_LIMITS.iter().filter(|k| !keys.contains(k)).map(named).collect();
    check.ensure(missing.is_empty(), "body.limits", format!("missing {}", missing.join(", ")));
    for (i, value) in body.advisory.iter().enumerate() {
        check.positive(value.limit, format!("body.advisory[{i}].limit"));
    }
}

pub(super) fn index(body: &AirIndex, check: &mut Check<'_>) {
    check.ensure(
        body.aqi_min < body.aqi_max,
        "body.aqi_max",
        format!("{} must be above aqi_min {}", body.aqi_max, body.aqi_min),
    );
    check.within(body.primary_above, body.aqi_min, body.aqi_max, "body.primary_above");
    if let Some(above) = body.exceeding_above {
        check.within(above, body.aqi_min, body.aqi_max, "body.exceeding_above");
    }
    let keys: Vec<_> = body.scales.iter().map(|s| (s.pollutant, s.averaging)).collect();
    check.unique(&keys, |i| format!("body.scales[{i}]"), named);
    for (i, scale) in body.scales.iter().enumerate() {
        breakpoints(scale, body.aqi_max, &format!("body.scales[{i}]"), check);
        if let AboveTop::Fallback(averaging) = scale.above_top {
            let there = averaging != scale.averaging && keys.contains(&(scale.pollutant, averaging));
            check.ensure(
                there,
                format!("body.scales[{i}].above_top"),
                format!("there is no other scale of {} {} to fall back on", scale.pollutant, averaging.code()),
            );
        }
    }
    levels(body, check);
    if let Some(decimals) = &body.rounding.before_iaqi {
        check.six(|p| decimals.iter().any(|d| d.pollutant == p), "body.rounding.before_iaqi");
    }
    check.six(|p| body.daily.inputs.iter().any(|i| i.pollutant == p), "body.daily.inputs");
    for (i, input) in body.daily.inputs.iter().enumerate() {
        let key = (input.pollutant, input.averaging);
        check.ensure(
            keys.contains(&key),
            format!("body.daily.inputs[{i}]"),
            format!("there is no scale of {} in body.scales", named(&key)),
        );
    }
    realtime(body, &keys, check);
    if let MissingRule::PublishAbove(above) = body.missing.rule {
        check.within(above, body.aqi_min, body.aqi_max, "body.missing.rule");
    }
}

fn breakpoints(scale: &Scale, aqi_max: u16, at: &str, check: &mut Check<'_>) {
    check.unit(scale.pollutant, scale.unit, format!("{at}.unit"));
    let starts = scale.points.first().is_some_and(|p| p.iaqi == 0 && p.concentration == Decimal::ZERO);
    check.ensure(starts && scale.points.len() > 1, format!("{at}.points"), "must begin with [0, 0] and go on");
    for (i, pair) in scale.points.windows(2).enumerate() {
        check.ensure(
            pair[0].iaqi < pair[1].iaqi && pair[0].concentration < pair[1].concentration,
            format!("{at}.points[{}]", i + 1),
            format!(
                "[{}, {}] does not increase on [{}, {}]; both numbers must",
                pair[1].iaqi, pair[1].concentration, pair[0].iaqi, pair[0].concentration
            ),
        );
    }
    for (i, point) in scale.points.iter().enumerate() {
        check.within(point.iaqi, 0, aqi_max, format!("{at}.points[{i}]"));
    }
    if let AboveTop::Fixed(iaqi) = scale.above_top {
        let top = scale.points.last().map_or(0, |p| p.iaqi);
        check.within(iaqi, top, aqi_max, format!("{at}.above_top"));
    }
}

fn levels(body: &AirIndex, check: &mut Check<'_>) {
    let mut expected: (u8, u16) = (1, body.aqi_min);
    for (i, level) in body.levels.iter().enumerate() {
        let Level { level: number, min, max, .. } = *level;
        let at = format!("body.levels[{i}]");
        check.ensure(
            number == expected.0,
            format!("{at}.level"),
            format!("is {number}, expected {}; levels are numbered from 1 without gaps", expected.0),
        );
        check.ensure(
            min == expected.1,
            format!("{at}.min"),
            format!("is {min}, expected {}; each level begins where the one before ended", expected.1),
        );
        check.ensure(min <= max, format!("{at}.max"), format!("{max} is below min {min}"));
        expected = (number.saturating_add(1), max.saturating_add(1));
    }
    let top = body.levels.last().map(|l| l.max);
    check.ensure(
        top == Some(body.aqi_max),
        "body.levels",
        format!("must end at aqi_max {}, so that every index has a level", body.aqi_max),
    );
}

fn realtime(body: &AirIndex, scales: &[(Pollutant, Averaging)], check: &mut Check<'_>) {
    let modes: Vec<_> = body.realtime.iter().map(|m| m.mode).collect();
    check.unique(&modes, |i| format!("body.realtime[{i}].mode"), |m| m.code().to_owned());
    let defaults = body.realtime.iter().filter(|m| m.default).count();
    check.ensure(
        defaults == 1,
        "body.realtime",
        format!("{defaults} modes are the default; exactly one must have default = true"),
    );
    for (i, mode) in body.realtime.iter().enumerate() {
        check.six(|p| mode.inputs.iter().any(|i| i.pollutant == p), format!("body.realtime[{i}].inputs"));
        for (j, input) in mode.inputs.iter().enumerate() {
            let key = (input.pollutant, input.scale);
            let at = format!("body.realtime[{i}].inputs[{j}]");
            check.ensure(
                scales.contains(&key),
                format!("{at}.scale"),
                format!("there is no scale of {} in body.scales", named(&key)),
            );
            let sliding = matches!(input.mean, Averaging::Hour1 | Averaging::Hour8 | Averaging::Hour24);
            check.ensure(sliding, format!("{at}.mean"), "expected 1h, 8h or 24h");
        }
    }
}

pub(super) fn assessment(body: &AirAssessment, check: &mut Check<'_>) {
    hours(&body.hours, check);
    for (i, period) in body.periods.iter().enumerate() {
        let at = format!("body.periods[{i}]");
        check.within(period.month_min_days, 1, 28, format!("{at}.month_min_days"));
        check.within(period.february_min_days, 1, 28, format!("{at}.february_min_days"));
        if let Some(days) = period.min_days {
            let most = match period.period {
                PeriodLength::Month => 28,
                PeriodLength::Quarter => 90,
                PeriodLength::Year => 365,
            };
            check.within(days, 1, most, format!("{at}.min_days"));
        }
    }
    for length in [PeriodLength::Month, PeriodLength::Quarter, PeriodLength::Year] {
        for item in &body.items {
            let rules = body.periods.iter().filter(|p| {
                p.period == length && p.statistic == item.statistic && p.pollutants.contains(&item.pollutant)
            });
            let count = rules.count();
            check.ensure(
                count == 1,
                "body.periods",
                format!(
                    "{count} entries for the {} {} of {}; exactly one is needed",
                    length.code(),
                    item.statistic.code(),
                    item.pollutant
                ),
            );
        }
    }
    for (i, item) in body.other_items.iter().enumerate() {
        let says = item.min_days.is_some() || item.month_min_days.is_some() || item.min_hours.is_some();
        check.ensure(says, format!("body.other_items[{i}]"), "needs min_days, month_min_days or min_hours");
    }
    for (value, key) in [(body.city.share.site_share_percent, "site"), (body.city.share.few_share_percent, "few")] {
        check.within(value, 1, 100, format!("body.city.share.{key}_share_percent"));
    }
    check.six(|p| body.items(p).next().is_some(), "body.items");
    let keys: Vec<_> = body.items.iter().map(|i| (i.pollutant, i.statistic)).collect();
    check.unique(&keys, |i| format!("body.items[{i}]"), |k| format!("the {} of {}", k.1.code(), k.0));
    for (i, item) in body.items.iter().enumerate() {
        check.statistic(item.statistic, item.percentile, &format!("body.items[{i}]"));
    }
    check.six(|p| body.attainment.pollutants.contains(&p), "body.attainment.pollutants");
    check.six(|p| body.rounding(p).is_some(), "body.rounding");
    let keys: Vec<_> = body.rounding.iter().map(|r| r.pollutant).collect();
    check.unique(&keys, |i| format!("body.rounding[{i}]"), |p| p.to_string());
    for (i, digits) in body.rounding.iter().enumerate() {
        for value in [digits.raw_decimals, digits.statistic_decimals, digits.compliance_decimals] {
            check.within(value, 0, 6, format!("body.rounding[{i}]"));
        }
    }
    check.within(body.ratios.exceedance_multiple_decimals, 0, 6, "body.ratios.exceedance_multiple_decimals");
    check.within(body.ratios.rate_decimals, 0, 6, "body.ratios.rate_decimals");
}

fn hours(hours: &Hours, check: &mut Check<'_>) {
    check.within(hours.hour.min_minutes, 1, 60, "body.hours.hour.min_minutes");
    check.within(hours.daily_mean.min_hours, 1, 24, "body.hours.daily_mean.min_hours");
    check.within(hours.max_1h.min_hours, 1, 24, "body.hours.max_1h.min_hours");
    check.within(hours.eight_hour.window_hours, 1, 24, "body.hours.eight_hour.window_hours");
    check.within(hours.eight_hour.min_hours, 1, hours.eight_hour.window_hours, "body.hours.eight_hour.min_hours");
    check.within(hours.mda8_windows.last_label, 1, 24, "body.hours.mda8_windows.last_label");
    check.within(
        hours.mda8_windows.first_label,
        1,
        hours.mda8_windows.last_label,
        "body.hours.mda8_windows.first_label",
    );
    let windows = (hours.mda8_windows.last_label + 1).saturating_sub(hours.mda8_windows.first_label);
    check.within(hours.mda8.min_windows, 1, windows, "body.hours.mda8.min_windows");
}

pub(super) fn composite(body: &AirComposite, check: &mut Check<'_>) {
    let keys: Vec<_> = body.terms.iter().map(|t| t.pollutant).collect();
    check.unique(&keys, |i| format!("body.terms[{i}]"), |p| p.to_string());
    check.six(|p| keys.contains(&p), "body.terms");
    for (i, term) in body.terms.iter().enumerate() {
        let at = format!("body.terms[{i}]");
        check.ensure(
            AIR_SIX.contains(&term.pollutant),
            format!("{at}.pollutant"),
            format!("{} is none of the six", term.pollutant),
        );
        check.statistic(term.statistic, term.percentile, &at);
        check.positive(term.divisor, format!("{at}.divisor"));
        check.positive(term.weight, format!("{at}.weight"));
        check.unit(term.pollutant, term.unit, format!("{at}.unit"));
        check.within(term.concentration_decimals, 0, 6, format!("{at}.concentration_decimals"));
    }
    check.within(body.term_decimals, 0, 6, "body.term_decimals");
    check.within(body.index_decimals, 0, 6, "body.index_decimals");
}

pub(super) fn ranking(body: &AirRanking, check: &mut Check<'_>) {
    check.within(body.order.index_decimals, 0, 6, "body.order.index_decimals");
    check.within(body.change.rate_decimals, 0, 6, "body.change.rate_decimals");
    for (i, list) in body.lists.iter().enumerate() {
        check.ensure(list.best > 0 || list.worst > 0, format!("body.lists[{i}]"), "names no place; remove it");
    }
}

pub(super) fn warning(body: &AirWarning, check: &mut Check<'_>) {
    match (body.levels.is_empty(), body.levels_unknown.is_some()) {
        (true, false) => {
            check.wrong("body.levels", "is empty; give the levels, or say in levels_unknown why there are none")
        }
        (false, true) => check.wrong("body.levels_unknown", "is given beside levels; remove one of them"),
        _ => {}
    }
    check.ensure(
        body.heavy_day.good_at_most < body.heavy_day.aqi_above,
        "body.heavy_day.good_at_most",
        format!("{} must be below aqi_above {}", body.heavy_day.good_at_most, body.heavy_day.aqi_above),
    );
    for (i, level) in body.levels.iter().enumerate() {
        let at = format!("body.levels[{i}]");
        if i > 0 {
            let before = body.levels[i - 1].level;
            check.ensure(
                before < level.level,
                format!("{at}.level"),
                format!("{} after {}; levels go from the mildest", level.level.code(), before.code()),
            );
        }
        let full = !level.any_of.is_empty() && level.any_of.iter().all(|group| !group.is_empty());
        check.ensure(full, format!("{at}.any_of"), "needs at least one group, each with at least one condition");
        for (j, group) in level.any_of.iter().enumerate() {
            for (k, condition) in group.iter().enumerate() {
                let at = format!("{at}.any_of[{j}][{k}]");
                let threshold = match (condition.aqi_above, condition.aqi_at_least) {
                    (Some(t), None) | (None, Some(t)) => t,
                    _ => {
                        check.wrong(&at, "needs exactly one of aqi_above and aqi_at_least");
                        continue;
                    }
                };
                check.within(threshold, 1, 500, &at);
                check.within(condition.hours, 1, 24 * 31, format!("{at}.hours"));
            }
        }
    }
}

pub(super) fn dust(body: &AirDust, check: &mut Check<'_>) {
    check.ensure(!body.scope.removes.is_empty(), "body.scope.removes", "is empty; name at least one pollutant");
    for (i, figure) in body.scope.kept.iter().enumerate() {
        check.ensure(
            !body.scope.corrected.contains(figure),
            format!("body.scope.kept[{i}]"),
            "is also in body.scope.corrected; a figure is one or the other",
        );
    }
}

pub(super) fn compensation(body: &AirCompensation, region: &Region, check: &mut Check<'_>) {
    match (body.weights.is_empty(), body.targets.is_some()) {
        (true, false) => check.wrong("body.weights", "is empty; give weights, or targets"),
        (false, true) => check.wrong("body.targets", "is given beside weights; a scheme has one or the other"),
        _ => {}
    }
    let keys: Vec<_> = body.weights.iter().map(|w| w.pollutant).collect();
    check.unique(&keys, |i| format!("body.weights[{i}]"), |p| p.to_string());
    for (i, weight) in body.weights.iter().enumerate() {
        check.positive(weight.weight, format!("body.weights[{i}].weight"));
    }
    let sum = body.weights.iter().fold(Exact::ratio(0, 1), |sum, w| &sum + &w.weight.exact());
    check.ensure(
        body.weights.is_empty() || sum == Exact::ratio(100, 1),
        "body.weights",
        format!("the weights sum to {}, expected 100 (percent)", sum.display()),
    );
    if let Some(coefficient) = &body.coefficient {
        check.positive(coefficient.per_ug_m3, "body.coefficient.per_ug_m3");
    }
    check.positive(body.default_factor, "body.default_factor");
    let places: Vec<_> = body.factors.iter().map(|f| f.place.as_str()).collect();
    check.unique(&places, |i| format!("body.factors[{i}].place"), |p| (*p).to_owned());
    for (i, factor) in body.factors.iter().enumerate() {
        let at = format!("body.factors[{i}]");
        check.positive(factor.factor, format!("{at}.factor"));
        match Region::parse(&factor.place) {
            Ok(place) => check.ensure(
                region.contains(&place),
                format!("{at}.place"),
                format!("{place} does not lie in {region}, the region of the file"),
            ),
            Err(e) => check.wrong(format!("{at}.place"), e),
        }
    }
    for (i, award) in body.awards.iter().enumerate() {
        check.within(award.class, 1, 2, format!("body.awards[{i}].class"));
        check.positive(award.amount, format!("body.awards[{i}].amount"));
    }
}
