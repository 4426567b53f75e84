use lanwan_assess::{AirDay, AirHour, AirRules, DAY_INPUTS, DayBasis, Options, Place, Rules};
use lanwan_standards::air::{Concentration, IndexInput, IndexResult};
use lanwan_terms::{Averaging, MissingReason, Period, Pollutant, Verification};

use crate::current::Current;
use crate::model::{AirValue, PollutantValue};
use crate::places::kind_code;

/// Digits a concentration is shown with: those the edition reports, and at least one more than it compares.
pub(crate) fn shown_decimals(air: &AirRules, pollutant: Pollutant) -> u8 {
    let rounding = air.air_assessment().rounding(pollutant);
    rounding.map_or(1, |r| r.statistic_decimals.max(r.compliance_decimals + 1))
}

/// A statistic as shown.
pub(crate) fn shown(value: Concentration, air: &AirRules, pollutant: Pollutant) -> String {
    value.round(shown_decimals(air, pollutant)).to_string()
}

/// An hour as shown: a reading as it came, a mean of several rounded.
fn shown_hour(value: Concentration, air: &AirRules, pollutant: Pollutant) -> String {
    let decimals = shown_decimals(air, pollutant);
    let exact = value.exact();
    exact.as_decimal(decimals).unwrap_or_else(|| exact.round(decimals)).to_string()
}

/// The day of a place.
pub(crate) fn day_value(current: &Current, place: &Place, day: &AirDay, rules: &Rules, options: &Options) -> AirValue {
    let air = rules.on(day.stats.day);
    let period = Period::Day(day.stats.day);
    if day.stats.basis == DayBasis::None {
        return no_value(current, place, period, rules, options);
    }
    let inputs = day.stats.inputs(air);
    let count = |input: &IndexInput| {
        let at = DAY_INPUTS.iter().position(|(p, a)| *p == input.pollutant && *a == input.mean)?;
        let value = day.stats.values[at];
        (value.need > 0).then(|| (i64::from(value.have), i64::from(value.need)))
    };
    let values = inputs
        .iter()
        .enumerate()
        .map(|(i, input)| {
            let (have, need) = count(input).unzip();
            let value = input.value.ok().map(|v| shown(v, air, input.pollutant));
            PollutantValue { value, have, need, ..pollutant_value(input, day.index.iaqi[i]) }
        })
        .collect();
    AirValue {
        values,
        status: day.stats.status.to_string(),
        generated: day.stats.generated,
        dust: day.stats.dust != 0,
        finding: Some(current.assessor.day_id(&place.id, day, rules, options)),
        ..judged(
            place,
            period,
            air,
            &day.index,
            &inputs,
            air.daily_verification(day.stats.basis == lanwan_assess::DayBasis::Sites),
        )
    }
}

/// The hour of a place.
pub(crate) fn hour_value(
    current: &Current,
    place: &Place,
    hour: &AirHour,
    rules: &Rules,
    options: &Options,
) -> AirValue {
    let period = Period::Hour(hour.stats.hour);
    let air = rules.on(period.first_day());
    let values = hour
        .stats
        .inputs
        .iter()
        .enumerate()
        .map(|(i, input)| {
            let value = input.value.ok().map(|v| shown_hour(v, air, input.pollutant));
            PollutantValue { value, ..pollutant_value(input, hour.index.iaqi[i]) }
        })
        .collect();
    AirValue {
        values,
        status: hour.stats.status.to_string(),
        generated: hour.stats.generated,
        dust: current.is_dusty(place, period.first_day(), options),
        finding: Some(current.assessor.hour_id(&place.id, hour, rules, options)),
        ..judged(place, period, air, &hour.index, &hour.stats.inputs, air.realtime_verification())
    }
}

/// A day or hour of which nothing is known.
pub(crate) fn no_value(current: &Current, place: &Place, period: Period, rules: &Rules, options: &Options) -> AirValue {
    let air = rules.on(period.first_day());
    let missing = |pollutant: Pollutant, averaging: Averaging| PollutantValue {
        pollutant: pollutant.symbol().to_owned(),
        averaging: averaging.code().to_owned(),
        value: None,
        unit: pollutant.unit().code().to_owned(),
        iaqi: None,
        reason: Some(MissingReason::NoData.code().to_owned()),
        have: None,
        need: None,
    };
    let (values, verification) = match period {
        Period::Hour(_) => {
            let inputs = &air.realtime().inputs;
            (inputs.iter().map(|i| missing(i.pollutant, i.mean)).collect(), air.realtime_verification())
        }
        _ => {
            let inputs = &air.air_index().daily.inputs;
            (
                inputs.iter().map(|i| missing(i.pollutant, i.averaging)).collect(),
                air.daily_verification(place.kind != lanwan_assess::PlaceKind::Station),
            )
        }
    };
    AirValue {
        values,
        reason: Some(MissingReason::NoData.code().to_owned()),
        dust: current.is_dusty(place, period.first_day(), options),
        ..blank(place, period, air, verification)
    }
}

fn pollutant_value(input: &IndexInput, iaqi: Option<u16>) -> PollutantValue {
    PollutantValue {
        pollutant: input.pollutant.symbol().to_owned(),
        averaging: input.mean.code().to_owned(),
        value: None,
        unit: input.pollutant.unit().code().to_owned(),
        iaqi: iaqi.map(i64::from),
        reason: input.value.err().map(|r| r.code().to_owned()),
        have: None,
        need: None,
    }
}

fn judged(
    place: &Place,
    period: Period,
    air: &AirRules,
    index: &IndexResult,
    inputs: &[IndexInput],
    verification: Verification,
) -> AirValue {
    let level = index.level.and_then(|l| air.air_index().levels.iter().find(|known| known.level == l));
    AirValue {
        aqi: index.aqi.ok().map(i64::from),
        reason: index.aqi.err().map(|r| r.code().to_owned()),
        level: index.level.map(i64::from),
        category: level.map(|l| l.zh.clone()),
        category_en: level.map(|l| l.en.clone()),
        colour: level.map(|l| colour(l.rgb)),
        primary: symbols(&index.primary_pollutants(inputs)),
        exceeding: symbols(&index.exceeding_pollutants(inputs)),
        ..blank(place, period, air, verification)
    }
}

fn blank(place: &Place, period: Period, air: &AirRules, verification: Verification) -> AirValue {
    AirValue {
        place: place.id.clone(),
        name: place.name.clone(),
        kind: kind_code(place.kind).to_owned(),
        period: period.to_string(),
        start: period.start().to_rfc3339(),
        end: period.end().to_rfc3339(),
        aqi: None,
        level: None,
        category: None,
        category_en: None,
        colour: None,
        primary: Vec::new(),
        exceeding: Vec::new(),
        values: Vec::new(),
        reason: None,
        status: String::new(),
        generated: false,
        dust: false,
        edition: air.edition().to_owned(),
        verification: verification.code().to_owned(),
        finding: None,
    }
}

/// `#rrggbb`.
pub(crate) fn colour([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The symbols of pollutants.
pub(crate) fn symbols(pollutants: &[Pollutant]) -> Vec<String> {
    pollutants.iter().map(|p| p.symbol().to_owned()).collect()
}
