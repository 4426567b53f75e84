use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{air, explain, meta, period, ranking};
use crate::failure::{Failure, json};
use crate::{App, excel, web};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longest address that is read: an id is at most a few hundred bytes.
const MAX_ADDRESS: usize = 8 << 10;

/// Sent with every answer. Everything the page needs comes from this server.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src 'self'; \
         base-uri 'self'; object-src 'none'; frame-ancestors 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

#[derive(OpenApi)]
#[openapi(info(title = "Lanwan", description = "蓝湾：城市环境治理系统的 HTTP 接口。", license(name = "Apache-2.0")))]
struct Api;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(meta::meta))
        .routes(routes!(meta::places))
        .routes(routes!(meta::districts))
        .routes(routes!(air::air_map))
        .routes(routes!(air::air_days))
        .routes(routes!(air::air_hours))
        .routes(routes!(period::air_period))
        .routes(routes!(ranking::air_ranking))
        .routes(routes!(ranking::air_ranking_xlsx))
        .routes(routes!(explain::explain))
        .routes(routes!(meta::rulebooks))
        .routes(routes!(meta::rulebook))
        .routes(routes!(meta::imports))
        .routes(routes!(meta::quarantine))
}

/// Everything the server answers: the interface under `/api/v1`, and the web app elsewhere.
pub fn router(app: App) -> Router {
    let (router, _) = api().split_for_parts();
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new(excel::CONTENT_TYPE));
    router
        .route("/api/v1/explain/{id}/{*rest}", get(explain::explain_plain))
        .route("/api/v1/openapi.json", get(async || json(openapi_json().into())))
        .fallback(web::page)
        .method_not_allowed_fallback(async || Failure::method())
        .with_state(app)
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn(guarded))
}

/// Bounds the address and the time of an answer, and adds the headers that every answer has.
async fn guarded(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |p| p.as_str().len());
    let mut response = if length > MAX_ADDRESS {
        Failure::too_long().into_response()
    } else {
        match tokio::time::timeout(PATIENCE, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Failure::too_slow().into_response(),
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The OpenAPI 3.1 document of the interface, in a stable order.
pub fn openapi_json() -> String {
    // The document is made of plain texts; that it can be written as JSON is what the crate's tests check.
    api().into_openapi().to_pretty_json().unwrap_or_default()
}
