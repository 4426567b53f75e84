use axum::extract::{Path, State};
use axum::response::Response;
use lanwan_rulebook::Topic;
use lanwan_terms::format_cst;

use super::air::ordered;
use crate::App;
use crate::current::Current;
use crate::failure::{Failure, Text, json};
use crate::model::{ApiError, City, Edition, ImportSummary, Meta, Place, QuarantineRow, Rulebook, RulebookDetail};
use crate::places::kind_code;
use crate::query::{Asked, LimitQuery};

/// Imports listed at most.
const IMPORTS: u64 = 500;

/// What this installation holds
#[utoipa::path(get, path = "/api/v1/meta", responses(
    (status = 200, description = "ok", body = Meta),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn meta(State(app): State<App>) -> Result<Response, Failure> {
    let generated = app.config().generated.clone();
    app.answer("meta".into(), move |current| {
        let extent = current.assessor.extent();
        let day = |day: Option<chrono::NaiveDate>| day.map(|d| d.to_string());
        let (first, last) = extent.unzip();
        Ok(Meta {
            name: "蓝湾".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            city: city(current),
            first: day(first),
            last: day(last),
            years: current.overview().years.iter().copied().map(i64::from).collect(),
            default_date: day(last),
            generated,
            editions: editions(current),
            readings: current.snapshot.row_count() as i64,
            monitors: current.assessor.monitor_count() as i64,
        })
    })
    .await
}

fn city(current: &Current) -> City {
    match &current.city {
        Some(city) => City { id: city.id.clone(), name: city.name.clone(), name_en: city.name_en.clone() },
        None => City { id: String::new(), name: "未设城市".into(), name_en: Some("no city".into()) },
    }
}

fn editions(current: &Current) -> Vec<Edition> {
    let rulebooks = current.assessor.rulebooks();
    let of = |edition: lanwan_rulebook::Edition| {
        let limits = rulebooks.all().iter().find(|r| r.topic == Topic::AirLimits && r.edition == edition.code);
        let document = edition.documents.first().map_or("", String::as_str);
        // A document is cited in Chinese, so in English the family's name stands for it.
        let title = |title: Option<&String>, document: &str| match title {
            Some(title) => format!("{title} {document}").trim_end().to_owned(),
            None => document.to_owned(),
        };
        Edition {
            title: title(limits.map(|l| &l.title_zh), document),
            title_en: Some(title(limits.map(|l| &l.title_en), &format!("({})", edition.code))),
            from: edition.from.to_string(),
            to: edition.to.map(|d| d.to_string()),
            id: edition.code,
        }
    };
    rulebooks.editions().into_iter().map(of).collect()
}

/// Places
#[utoipa::path(get, path = "/api/v1/places", responses(
    (status = 200, description = "ok", body = Vec<Place>),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn places(State(app): State<App>) -> Result<Response, Failure> {
    app.answer("places".into(), |current| {
        let generated = &current.overview().generated;
        let place = |place: &lanwan_assess::Place| Place {
            id: place.id.clone(),
            name: place.name.clone(),
            name_en: place.name_en.clone(),
            kind: kind_code(place.kind).to_owned(),
            parent: place.parent.clone(),
            lon: place.position.map(|(lon, _)| lon.to_string()),
            lat: place.position.map(|(_, lat)| lat.to_string()),
            generated: Some(generated.iter().any(|station| current.places().lies_in(station, &place.id))),
        };
        Ok(ordered(current).into_iter().map(place).collect::<Vec<_>>())
    })
    .await
}

/// District shapes
#[utoipa::path(get, path = "/api/v1/geo/districts", responses(
    (status = 200, description = "ok", body = Object),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn districts(State(app): State<App>) -> Response {
    json(app.districts())
}

/// Rulebooks
#[utoipa::path(get, path = "/api/v1/rulebooks", responses(
    (status = 200, description = "ok", body = Vec<Rulebook>),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn rulebooks(State(app): State<App>) -> Result<Response, Failure> {
    let list: Vec<Rulebook> = app.config().rulebooks.all().iter().map(|r| rulebook_of(r)).collect();
    serialized(&list)
}

fn rulebook_of(rulebook: &lanwan_rulebook::Rulebook) -> Rulebook {
    Rulebook {
        id: rulebook.id.clone(),
        topic: rulebook.topic.code().to_owned(),
        edition: Some(rulebook.edition.clone()),
        document: rulebook.document.clone(),
        title: rulebook.title_zh.clone(),
        title_en: Some(rulebook.title_en.clone()),
        region: Some(rulebook.region.to_string()),
        from: rulebook.effective_from.to_string(),
        to: rulebook.effective_to.map(|d| d.to_string()),
        draft: Some(rulebook.draft),
        verification: rulebook.verification.code().to_owned(),
    }
}

/// One rulebook
#[utoipa::path(get, path = "/api/v1/rulebooks/{id}", params(("id" = String, Path)), responses(
    (status = 200, description = "ok", body = RulebookDetail),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn rulebook(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Failure> {
    let found = app.config().rulebooks.get(&id).cloned();
    let found =
        found.ok_or_else(|| Failure::unknown("unknown-rulebook", "规则文件", "rulebook", &id, "/api/v1/rulebooks"))?;
    let head = rulebook_of(&found);
    serialized(&RulebookDetail {
        id: head.id,
        topic: head.topic,
        edition: head.edition,
        document: head.document,
        title: head.title,
        title_en: head.title_en,
        region: head.region,
        from: head.from,
        to: head.to,
        draft: head.draft,
        verification: head.verification,
        sources: found.sources.clone(),
        notes: (!found.notes.is_empty()).then(|| found.notes.join("\n")),
        hash: found.hash.clone(),
        toml: found.text.clone(),
    })
}

/// Imports
#[utoipa::path(get, path = "/api/v1/imports", responses(
    (status = 200, description = "ok", body = Vec<ImportSummary>),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn imports(State(app): State<App>) -> Result<Response, Failure> {
    let rows = app.config().records.imports(IMPORTS).await?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let list: Vec<ImportSummary> = rows
        .into_iter()
        .map(|row| ImportSummary {
            id: row.id,
            at: format_cst(row.at),
            accepted: count(row.accepted),
            repeated: count(row.repeated),
            superseded: count(row.superseded),
            rejected: count(row.rejected),
            missing: count(row.missing),
            refused: Some(count(row.refused)),
            file: row.file,
            layout: row.layout,
            encoding: row.encoding,
            time_label: Some(row.time_label),
            units: Some(row.units),
        })
        .collect();
    serialized(&list)
}

/// Rejected rows
#[utoipa::path(get, path = "/api/v1/imports/{id}/quarantine", params(("id" = i64, Path), LimitQuery), responses(
    (status = 200, description = "ok", body = Vec<QuarantineRow>),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn quarantine(
    State(app): State<App>,
    Path(id): Path<String>,
    Asked(query): Asked<LimitQuery>,
) -> Result<Response, Failure> {
    let number: i64 = id.parse().map_err(|_| {
        Failure::parameter("id", &id, Text::new("用导入的编号，一个整数。", "give the number of an import"))
    })?;
    let limit = query.limit()?;
    let records = &app.config().records;
    if records.import(number).await?.is_none() {
        return Err(Failure::unknown("unknown-import", "导入", "import", &id, "/api/v1/imports"));
    }
    let some = |text: String| (!text.is_empty()).then_some(text);
    let rows: Vec<QuarantineRow> = records
        .quarantine(number, 0, limit)
        .await?
        .into_iter()
        .map(|row| QuarantineRow {
            row: i64::try_from(row.row).unwrap_or(i64::MAX),
            field: some(row.field),
            text: some(row.text),
            reason: row.reason,
            reason_en: some(row.reason_en),
            remedy: some(row.remedy),
            remedy_en: some(row.remedy_en),
        })
        .collect();
    serialized(&rows)
}

fn serialized(value: &impl serde::Serialize) -> Result<Response, Failure> {
    Ok(json(serde_json::to_vec(value).map_err(Failure::internal)?.into()))
}
