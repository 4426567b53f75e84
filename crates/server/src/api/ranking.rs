use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use lanwan_assess::{Options, PlaceKind};
use lanwan_rulebook::Ties;
use lanwan_terms::{AIR_SIX, Period, Pollutant, format_cst};
use utoipa::ToSchema;

use super::period::index_verification;
use super::values::{shown, symbols};
use crate::App;
use crate::current::Current;
use crate::excel::{self, Sheet};
use crate::failure::Failure;
use crate::model::{ApiError, Ranking, RankingRow};
use crate::places::kind_code;
use crate::query::{self, Asked, RankingQuery};

/// Ranking
#[utoipa::path(get, path = "/api/v1/air/ranking", params(RankingQuery), responses(
    (status = 200, description = "ok", body = Ranking),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn air_ranking(
    State(app): State<App>,
    Asked(query): Asked<RankingQuery>,
) -> Result<Response, Failure> {
    app.answer(format!("{query:?}"), move |current| {
        let options = current.options(&query.judging())?;
        let (of, found) = ranked(current, &query, &options)?;
        answer(current, of, &found, &options)
    })
    .await
}

fn ranked(
    current: &Current,
    query: &RankingQuery,
    options: &Options,
) -> Result<(PlaceKind, lanwan_assess::Ranking), Failure> {
    let (period, of) = (query::period(&query.period)?, query::kind(&query.of)?);
    let within = match query::within(query) {
        Some(text) => Some(current.place(text)?),
        None if of == PlaceKind::City => None,
        None => current.city.as_ref(),
    };
    let found = current.assessor.ranking(of, period, within.map(|p| p.id.as_str()), None, options)?;
    Ok((of, found))
}

fn answer(
    current: &Current,
    of: PlaceKind,
    found: &lanwan_assess::Ranking,
    options: &Options,
) -> Result<Ranking, Failure> {
    let last = found.period.last_day();
    let edition = current.rules(options, (last, last))?.on(last).edition().to_owned();
    let rule = found.rule.as_ref().and_then(|rule| rule.air_ranking().map(|body| rule.cite(&body.order).into()));
    Ok(Ranking {
        period: found.period.to_string(),
        edition,
        of: kind_code(of).to_owned(),
        ties: ties_code(found.ties).to_owned(),
        rows: found.rows.iter().map(|row| ranking_row(current, row, options)).collect(),
        rule,
    })
}

fn ties_code(ties: Ties) -> &'static str {
    match ties {
        Ties::Competition => "competition",
        Ties::Dense => "dense",
    }
}

fn ranking_row(current: &Current, row: &lanwan_assess::RankingRow, options: &Options) -> RankingRow {
    let period = &row.period;
    let concentration = |pollutant: Pollutant| {
        let index = period.index.as_ref();
        let term = index.and_then(|i| i.terms.iter().find(|t| t.pollutant == pollutant));
        // Without an index the statistics there are, of the items the index would take.
        let composite = period.rules.air_composite().term(pollutant);
        let item = composite.and_then(|t| period.item(pollutant, t.percentile)).and_then(|i| i.reported);
        term.map(|t| t.concentration).or(item).map(|c| c.to_string())
    };
    let pm25 = period.item(Pollutant::Pm25, None).and_then(|i| i.value);
    RankingRow {
        rank: row.rank.map(i64::from),
        place: row.place.clone(),
        name: current.places().get(&row.place).map_or_else(|| row.place.clone(), |p| p.name.clone()),
        index: row.index().map(|i| i.to_string()),
        index_before: row.index_before.map(|i| i.to_string()),
        change: row.change.map(|c| c.to_string()),
        change_rank: row.change_rank.map(i64::from),
        leading: period.index.as_ref().map_or_else(Vec::new, |i| symbols(&i.leading)),
        good_ratio: period.days.good_ratio.map(|r| r.to_string()),
        pm25: pm25.map(|v| shown(v, &period.rules, Pollutant::Pm25)),
        values: AIR_SIX.iter().map(|p| (p.symbol().to_owned(), concentration(*p))).collect(),
        valid: row.index().is_some(),
        reason: row.reason.map(|r| r.code().to_owned()),
        generated: period.generated,
        status: period.status.to_string(),
        finding: Some(current.assessor.period_id(&row.place, period, options)),
        verification: period.verification().max(index_verification(&period.rules)).code().to_owned(),
    }
}

/// An Excel file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes the bytes of the answer")]
pub(crate) struct ExcelFile(Vec<u8>);

/// Ranking as Excel
#[utoipa::path(get, path = "/api/v1/air/ranking.xlsx", params(RankingQuery), responses(
    (status = 200, description = "ok", body = inline(ExcelFile),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn air_ranking_xlsx(
    State(app): State<App>,
    Asked(query): Asked<RankingQuery>,
) -> Result<Response, Failure> {
    let current = app.current().await?;
    let generated = app.config().generated.clone();
    let (bytes, period, of) = app
        .judge(move || {
            let options = current.options(&query.judging())?;
            let (of, found) = ranked(&current, &query, &options)?;
            let ranking = answer(&current, of, &found, &options)?;
            let (first, last) = (found.period.first_day(), found.period.last_day());
            let sheet = Sheet {
                ranking: &ranking,
                found: &found,
                as_of: options.as_of.map(format_cst),
                dust: options.dust,
                generated: generated.iter().filter(|g| g.from <= last && first <= g.to).collect(),
                air: &current.rules(&options, (last, last))?.on(last).clone(),
            };
            let bytes = excel::workbook(&sheet).map_err(Failure::internal)?;
            Ok((bytes, found.period, of))
        })
        .await?;
    Ok(attachment(bytes, period, of))
}

fn attachment(bytes: Vec<u8>, period: Period, of: PlaceKind) -> Response {
    let name = format!("attachment; filename=\"lanwan-ranking-{period}-{}.xlsx\"", kind_code(of));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(excel::CONTENT_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
