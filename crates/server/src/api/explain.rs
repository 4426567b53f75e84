use axum::extract::{Path, State};
use axum::response::Response;
use chrono::TimeDelta;
use lanwan_assess::{FindingKind, ReadingRow};
use lanwan_terms::{Span, format_cst};

use crate::App;
use crate::failure::Failure;
use crate::model::{
    ApiError, ExplainInput, ExplainReading, ExplainReadings, ExplainResult, ExplainStep, Explanation, Superseded,
};

/// Readings listed at most.
const ROWS: usize = 2000;

/// Explain a finding
#[utoipa::path(get, path = "/api/v1/explain/{id}", params(("id" = String, Path)), responses(
    (status = 200, description = "ok", body = Explanation),
    (status = "default", description = "error", body = ApiError),
))]
pub(crate) async fn explain(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Failure> {
    app.answer(format!("explain {id}"), move |current| {
        let found = current.assessor.explain(&id)?;
        Ok(explanation(found))
    })
    .await
}

/// As [`explain`], for an id whose `/` was sent as it is.
pub(crate) async fn explain_plain(
    app: State<App>,
    Path((first, rest)): Path<(String, String)>,
) -> Result<Response, Failure> {
    explain(app, Path(format!("{first}/{rest}"))).await
}

fn explanation(found: lanwan_assess::Explanation) -> Explanation {
    let total = found.readings.len();
    let readings = (total > 0).then(|| ExplainReadings {
        total: total as i64,
        rows: found.readings.into_iter().take(ROWS).map(reading).collect(),
    });
    Explanation {
        id: found.id,
        title: found.title,
        title_en: Some(found.title_en),
        kind: found.key.kind.code().to_owned(),
        place: Some(found.key.place),
        period: Some(found.key.period.to_string()),
        edition: Some(found.edition),
        as_of: found.key.options.as_of.map(format_cst),
        reproduced: found.reproduced,
        status: Some(found.status.to_string()),
        generated: found.generated,
        verification: found.verification.code().to_owned(),
        result: found
            .result
            .into_iter()
            .map(|f| ExplainResult { name: f.name, name_en: Some(f.name_en), value: Some(f.value), unit: Some(f.unit) })
            .collect(),
        steps: found
            .steps
            .into_iter()
            .map(|s| ExplainStep { text: s.text, text_en: Some(s.text_en), rule: s.rule.map(Into::into) })
            .collect(),
        rules: found.rules.into_iter().map(Into::into).collect(),
        inputs: found
            .inputs
            .into_iter()
            // Below a period are days, whose titles are dates and need no translation.
            .map(|i| ExplainInput {
                title_en: (found.key.kind == FindingKind::Period).then(|| i.title.clone()),
                finding: i.id,
                title: i.title,
                value: Some(i.value),
            })
            .collect(),
        readings,
    }
}

fn reading(row: ReadingRow) -> ExplainReading {
    let reading = row.stored.reading;
    let length = match reading.span {
        Span::Hour => TimeDelta::hours(1),
        Span::Day => TimeDelta::days(1),
    };
    ExplainReading {
        monitor: reading.monitor,
        pollutant: row.pollutant.symbol().to_owned(),
        start: format_cst(reading.start),
        end: format_cst(reading.start + length),
        value: reading.value.ok().map(|v| v.to_string()),
        reason: reading.value.err().map(|r| r.code().to_owned()),
        unit: row.pollutant.unit().code().to_owned(),
        status: reading.status.code().to_owned(),
        source: Some(reading.source),
        learned_at: format_cst(row.stored.learned_at),
        superseded: row
            .stored
            .superseded
            .into_iter()
            .map(|old| Superseded {
                value: old.reading.value.ok().map(|v| v.to_string()),
                learned_at: format_cst(old.learned_at),
            })
            .collect(),
    }
}
