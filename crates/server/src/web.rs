use std::borrow::Cow;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::failure::Failure;

/// The built web app. In development builds it is read from its folder, so a new one needs no new server.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

const HTML: &str = "text/html; charset=utf-8";

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh\"><meta charset=\"utf-8\"><title>蓝湾 Lanwan</title>\
<body><h1>蓝湾 Lanwan</h1>\
<p>网页还没有构建：请在源码目录运行 <code>make web</code>，再重新构建程序。接口已可使用，见 <a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>。</p>\
<p>web app not built: run <code>make web</code>, then build the program again. The interface works: see \
<a href=\"/api/v1/openapi.json\">/api/v1/openapi.json</a>.</p></body></html>";

/// Everything outside the interface: a file of the web app, or its page, which reads the address itself.
pub(crate) async fn page(request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Failure::not_found(path).into_response();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return Failure::method().into_response();
    }
    let name = path.trim_start_matches('/');
    if !name.is_empty()
        && let Some(file) = Dist::get(name)
    {
        return respond(request.headers(), name, file);
    }
    // A missing asset must not be answered with a page that the browser then cannot run.
    if name.starts_with("assets/") {
        return (StatusCode::NOT_FOUND, "no such file\n").into_response();
    }
    match Dist::get("index.html") {
        Some(file) => respond(request.headers(), "index.html", file),
        None => ([(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, "no-cache")], NOT_BUILT).into_response(),
    }
}

fn respond(asked: &HeaderMap, name: &str, file: rust_embed::EmbeddedFile) -> Response {
    let hash: String = file.metadata.sha256_hash().iter().take(8).map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{hash}\"");
    let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    // A proxy that compresses may have weakened the tag.
    let fresh = known.is_some_and(|list| list.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let body = match file.data {
        _ if fresh => Body::empty(),
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    // The names under assets/ carry a hash of the content.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => HTML,
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" | "geojson" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_scripts() {
        assert_eq!(media_type("assets/worker-CZtFQQIV.mjs"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("assets/unknown"), "application/octet-stream");
    }
}
