use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use lanwan_assess::{AirPeriod, AirRules, By, Dust, Options, Place};
use lanwan_rulebook::Statistic;
use lanwan_standards::air::Room;
use lanwan_terms::{AIR_SIX, MissingReason, Period, Pollutant, Verification, format_cst};

use super::values::{shown, symbols};
use crate::App;
use crate::current::Current;
use crate::failure::Failure;
use crate::model::{
    ApiError, CompositeIndex, CompositeTerm, Coordination, DaysSummary, MissingDay, PeriodItem, PeriodReport,
    PrimaryDays, RoomItem, RoomLeft,
};
use crate::places::kind_code;
use crate::query::{self, Asked, PeriodQuery};
use crate::sentence::{Said, sentence, sentence_en};

/// A period judged
#[utoipa::path(get, path = "/api/v1/air/period", params(PeriodQuery), responses(
    (status = 200, description = "ok", body = PeriodReport),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn air_period(State(app): State<App>, Asked(query): Asked<PeriodQuery>) -> Result<Response, Failure> {
    app.answer(format!("{query:?}"), move |current| {
        let options = current.options(&query.judging())?;
        let place = current.place(query::place(&query.place)?)?;
        report(current, place, query::period(&query.period)?, &options)
    })
    .await
}

fn report(current: &Current, place: &Place, period: Period, options: &Options) -> Result<PeriodReport, Failure> {
    let days = (period.first_day(), period.last_day());
    let by = match period {
        Period::Year(_) => By::Year,
        Period::Quarter(..) => By::Quarter,
        _ => By::Month,
    };
    let found = current.results(|of, request| current.assessor.periods(of, by, request, options), place, days)?;
    let found = found.into_iter().find(|p| p.period == period);
    let last_data = current.last_day();
    let said = Said { place, period, found: found.as_ref(), edition: &options.edition, last_data };
    let (sentence, sentence_en) = (sentence(&said), sentence_en(&said));
    let head = PeriodReport { sentence, sentence_en, ..blank(current, place, period, options)? };
    let Some(found) = found else { return Ok(head) };
    let air = &found.rules;
    let finding = current.assessor.period_id(&place.id, &found, options);
    Ok(PeriodReport {
        verification: found.verification().code().to_owned(),
        status: found.status.to_string(),
        generated: found.generated,
        items: found.items.iter().map(|i| item(i, air, &finding)).collect(),
        class: found.class.map(i64::from),
        class2: found.class2,
        index: index(&found, &finding),
        days: summary(&found, options.dust),
        coordination: Some(coordination(&found)),
        missing_days: missing_days(&found, last_data),
        room: room(&found),
        finding: Some(finding),
        ..head
    })
}

/// A period of which nothing is known.
fn blank(current: &Current, place: &Place, period: Period, options: &Options) -> Result<PeriodReport, Failure> {
    let rules = current.rules(options, (period.last_day(), period.last_day()))?;
    let air = rules.on(period.last_day());
    let last_data = current.last_day();
    let missing = period.days().filter(|day| *day <= last_data);
    Ok(PeriodReport {
        place: place.id.clone(),
        name: place.name.clone(),
        kind: kind_code(place.kind).to_owned(),
        period: period.to_string(),
        start: period.start().to_rfc3339(),
        end: period.end().to_rfc3339(),
        edition: air.edition().to_owned(),
        verification: air.assessment.verification.code().to_owned(),
        status: String::new(),
        generated: false,
        dust: options.dust.code().to_owned(),
        as_of: options.as_of.map(format_cst),
        finding: None,
        items: Vec::new(),
        class: None,
        class2: None,
        index: None,
        days: DaysSummary {
            total: period.days().count() as i64,
            valid: 0,
            by_level: vec![0; 6],
            good: 0,
            good_ratio: None,
            heavy: 0,
            heavy_ratio: None,
            primary: Vec::new(),
            dust_days: 0,
            excluded_dust: options.dust == Dust::Exclude,
        },
        coordination: None,
        missing_days: missing
            .map(|day| MissingDay { day: day.to_string(), reason: MissingReason::NoData.code().to_owned() })
            .collect(),
        room: None,
        sentence: String::new(),
        sentence_en: String::new(),
        other: None,
    })
}

fn item(item: &lanwan_assess::PeriodItem, air: &AirRules, finding: &str) -> PeriodItem {
    // A rule that asks by month only still says how many days a month lacks.
    let by_month: u32 = item.days.short_months.iter().map(|(_, _, need)| *need).sum();
    let need = if item.days.need > 0 { item.days.need } else { by_month };
    PeriodItem {
        pollutant: item.pollutant.symbol().to_owned(),
        statistic: match item.statistic {
            Statistic::Mean => "mean",
            Statistic::Percentile => "percentile",
        }
        .to_owned(),
        percentile: item.percentile.map(i64::from),
        averaging: item.averaging.code().to_owned(),
        value: item.value.map(|v| shown(v, air, item.pollutant)),
        exact: item.value.map(|v| v.exact().display()),
        compared: item.compared.map(|c| c.to_string()),
        unit: item.pollutant.unit().code().to_owned(),
        limit1: item.limit.as_ref().map(|l| l.class1.to_string()),
        limit2: item.limit.as_ref().map(|l| l.class2.to_string()),
        class1: item.class1,
        class2: item.class2,
        exceedance_multiple: item.multiple.map(|m| m.to_string()),
        valid: item.reason().is_none(),
        reason: item.reason().map(|r| r.code().to_owned()),
        days: i64::from(item.days.have),
        need: (need > 0).then_some(i64::from(need)),
        clause: Some(item.clause.clone()),
        verification: item.verification.code().to_owned(),
        finding: Some(finding.to_owned()),
    }
}

/// The worst mark of the composite index's terms and method.
pub(crate) fn index_verification(air: &AirRules) -> Verification {
    let composite = air.air_composite();
    let terms = composite.terms.iter().map(|t| t.verification);
    terms.chain([composite.method.verification]).max().unwrap_or(Verification::Unverified)
}

fn index(found: &AirPeriod, finding: &str) -> Option<CompositeIndex> {
    let index = found.index.as_ref()?;
    let value = index.value.to_string();
    Some(CompositeIndex {
        value: found.index_valid.then(|| value.clone()),
        so_far: Some(value),
        leading: symbols(&index.leading),
        terms: index
            .terms
            .iter()
            .map(|t| CompositeTerm {
                pollutant: t.pollutant.symbol().to_owned(),
                concentration: Some(t.concentration.to_string()),
                divisor: Some(t.divisor.to_string()),
                term: Some(t.term.to_string()),
            })
            .collect(),
        finding: Some(finding.to_owned()),
        verification: index_verification(&found.rules).code().to_owned(),
    })
}

fn summary(found: &AirPeriod, dust: Dust) -> DaysSummary {
    let days = &found.days;
    let mut primary: Vec<PrimaryDays> = AIR_SIX
        .iter()
        .zip(days.primary)
        .filter(|(_, days)| *days > 0)
        .map(|(p, days)| PrimaryDays { pollutant: p.symbol().to_owned(), days: i64::from(days) })
        .collect();
    primary.sort_by_key(|p| std::cmp::Reverse(p.days));
    DaysSummary {
        total: i64::from(days.total),
        valid: i64::from(days.valid),
        by_level: days.by_level.map(i64::from).to_vec(),
        good: i64::from(days.good),
        good_ratio: days.good_ratio.map(|r| r.to_string()),
        heavy: i64::from(days.heavy),
        heavy_ratio: days.heavy_ratio.map(|r| r.to_string()),
        primary,
        dust_days: i64::from(days.dust),
        excluded_dust: dust == Dust::Exclude,
    }
}

fn coordination(found: &AirPeriod) -> Coordination {
    let value = |pollutant: Pollutant, percentile: Option<u8>| {
        let value = found.item(pollutant, percentile)?.value?;
        Some(shown(value, &found.rules, pollutant))
    };
    Coordination {
        pm25_mean: value(Pollutant::Pm25, None),
        o3_p90: value(Pollutant::O3, Some(90)),
        good_ratio: found.days.good_ratio.map(|r| r.to_string()),
        heavy_ratio: found.days.heavy_ratio.map(|r| r.to_string()),
        pm25_primary_days: i64::from(found.coordination.pm25_primary_days),
        o3_primary_days: i64::from(found.coordination.o3_primary_days),
        both_exceed_days: Some(i64::from(found.coordination.both_exceed_days)),
    }
}

/// Days that have not come yet are not missing.
fn missing_days(found: &AirPeriod, last_data: NaiveDate) -> Vec<MissingDay> {
    let missing = found.days.missing.iter().filter(|(day, _)| *day <= last_data);
    missing.map(|(day, reason)| MissingDay { day: day.to_string(), reason: reason.code().to_owned() }).collect()
}

fn room(found: &AirPeriod) -> Option<RoomLeft> {
    let room = found.room()?;
    let items = room
        .items
        .iter()
        .map(|item| {
            let (left, met) = match item.room {
                Room::Mean(mean) => (Some(mean.to_string()), None),
                Room::Lost => (None, Some(false)),
                Room::Over { met } => (None, Some(met)),
            };
            let so_far = found.item(item.pollutant, None).and_then(|i| i.value);
            RoomItem {
                pollutant: item.pollutant.symbol().to_owned(),
                target: item.target.to_string(),
                target_kind: "class-II".into(),
                so_far: so_far.map(|v| shown(v, &found.rules, item.pollutant)),
                days_so_far: i64::from(item.days_so_far),
                days_left: i64::from(room.days_left),
                room: left,
                met,
            }
        })
        .collect();
    Some(RoomLeft {
        items,
        // No standard sets how many good days there should be; that is a target of the city's.
        good_target: None,
        good_days: i64::from(found.days.good),
        good_needed: None,
        days_left: i64::from(room.days_left),
    })
}
