use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use lanwan_assess::Place;
use lanwan_terms::Period;

use super::values::{day_value, hour_value, no_value};
use crate::App;
use crate::current::Current;
use crate::failure::Failure;
use crate::model::{AirDays, AirHours, AirMap, AirValue, ApiError};
use crate::query::{self, Asked, DaysQuery, MapQuery};

/// Days that one request for hours may span.
const MAX_HOUR_DAYS: i64 = 31;

/// Air of all places at one day or hour
#[utoipa::path(get, path = "/api/v1/air/map", params(MapQuery), responses(
    (status = 200, description = "ok", body = AirMap),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn air_map(State(app): State<App>, Asked(query): Asked<MapQuery>) -> Result<Response, Failure> {
    app.answer(format!("{query:?}"), move |current| map(current, &query)).await
}

fn map(current: &Current, query: &MapQuery) -> Result<AirMap, Failure> {
    let options = current.options(&query.judging())?;
    let at = query::at(query)?.unwrap_or_else(|| Period::Day(current.last_day()));
    let day = at.first_day();
    let rules = current.rules(&options, (day, day))?;
    let air = rules.on(day);
    let (found, rule) = match at {
        Period::Hour(hour) => {
            let hours = current.everywhere(|of, request| current.assessor.hours(of, request, &options), (day, day))?;
            let value = |(place, hours): (String, Vec<lanwan_assess::AirHour>)| {
                let found = hours.iter().find(|h| h.stats.hour == hour)?;
                let value = hour_value(current, current.places().get(&place)?, found, &rules, &options);
                Some((place, value))
            };
            let found: BTreeMap<String, AirValue> = hours.into_iter().filter_map(value).collect();
            (found, air.index.cite(air.realtime()))
        }
        _ => {
            let days = current.everywhere(|of, request| current.assessor.days(of, request, &options), (day, day))?;
            let value = |(place, days): (String, Vec<lanwan_assess::AirDay>)| {
                let value = day_value(current, current.places().get(&place)?, days.first()?, &rules, &options);
                Some((place, value))
            };
            let found: BTreeMap<String, AirValue> = days.into_iter().filter_map(value).collect();
            (found, air.index.cite(&air.air_index().daily))
        }
    };
    let mut found = found;
    let places = ordered(current)
        .into_iter()
        .map(|place| found.remove(&place.id).unwrap_or_else(|| no_value(current, place, at, &rules, &options)))
        .collect();
    Ok(AirMap { at: at.to_string(), edition: air.edition().to_owned(), rule: Some(rule.into()), places })
}

/// Cities, then districts, then stations.
pub(crate) fn ordered(current: &Current) -> Vec<&Place> {
    let mut places: Vec<&Place> = current.places().iter().collect();
    places.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    places
}

/// Daily air of a place
#[utoipa::path(get, path = "/api/v1/air/days", params(DaysQuery), responses(
    (status = 200, description = "ok", body = AirDays),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn air_days(State(app): State<App>, Asked(query): Asked<DaysQuery>) -> Result<Response, Failure> {
    app.answer(format!("days {query:?}"), move |current| days(current, &query)).await
}

fn days(current: &Current, query: &DaysQuery) -> Result<AirDays, Failure> {
    let options = current.options(&query.judging())?;
    let place = current.place(query::place(&query.place)?)?;
    let (first, last) = query::days(query, None)?;
    let rules = current.rules(&options, (first, last))?;
    let found = current.results(|of, request| current.assessor.days(of, request, &options), place, (first, last))?;
    let mut found: BTreeMap<_, _> =
        found.iter().map(|d| (d.stats.day, day_value(current, place, d, &rules, &options))).collect();
    let of_day =
        |day| found.remove(&day).unwrap_or_else(|| no_value(current, place, Period::Day(day), &rules, &options));
    let days = first.iter_days().take_while(|d| *d <= last).map(of_day).collect();
    Ok(AirDays { place: place.id.clone(), edition: rules.on(last).edition().to_owned(), days })
}

/// Hourly air of a place
#[utoipa::path(get, path = "/api/v1/air/hours", params(DaysQuery), responses(
    (status = 200, description = "ok", body = AirHours),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn air_hours(State(app): State<App>, Asked(query): Asked<DaysQuery>) -> Result<Response, Failure> {
    app.answer(format!("hours {query:?}"), move |current| hours(current, &query)).await
}

fn hours(current: &Current, query: &DaysQuery) -> Result<AirHours, Failure> {
    let options = current.options(&query.judging())?;
    let place = current.place(query::place(&query.place)?)?;
    let (first, last) = query::days(query, Some(MAX_HOUR_DAYS))?;
    let rules = current.rules(&options, (first, last))?;
    let found = current.results(|of, request| current.assessor.hours(of, request, &options), place, (first, last))?;
    let mut found: BTreeMap<_, _> =
        found.iter().map(|h| (h.stats.hour, hour_value(current, place, h, &rules, &options))).collect();
    let of_hour = |hour: i32| {
        found.remove(&hour).unwrap_or_else(|| no_value(current, place, Period::Hour(hour), &rules, &options))
    };
    let hours = Period::Day(first).hours().start..Period::Day(last).hours().end;
    let hours = hours.map(of_hour).collect();
    Ok(AirHours { place: place.id.clone(), edition: rules.on(last).edition().to_owned(), hours })
}
