use axum::body::Body;
use axum::http::Request;

use crate::city::City;

#[test]
fn every_address_outside_the_interface_is_the_page() {
    let city = City::empty();
    for path in ["/", "/ranking", "/air/%E9%9D%92%E5%B2%9B%2F%E5%B8%82%E5%8D%97%E5%8C%BA%E4%B8%9C%E9%83%A8?period=2025"]
    {
        let answer = city.get(path);
        assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-cache"), "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
    }
    assert_eq!(city.get("/assets/none-00000000.js").status.as_u16(), 404);
}

#[test]
fn an_address_of_the_interface_that_is_none_is_an_error_in_json() {
    let city = City::empty();
    assert_eq!(city.refused("/api/v1/nothing", 404), "unknown-path");
    assert_eq!(city.refused("/api", 404), "unknown-path");
    let post = city.send(Request::post("/api/v1/meta").body(Body::empty()).expect("a request"));
    assert_eq!((post.status.as_u16(), post.error()), (405, "method-not-allowed".to_owned()));
    let post = city.send(Request::post("/").body(Body::empty()).expect("a request"));
    assert_eq!(post.status.as_u16(), 405);
    assert_eq!(city.refused(&format!("/api/v1/explain/{}", "x".repeat(9000)), 414), "address-too-long");
}

#[test]
fn every_answer_has_the_headers_that_keep_the_page_to_itself() {
    let city = City::empty();
    for path in ["/", "/api/v1/places", "/api/v1/nothing", "/assets/none.js"] {
        let answer = city.get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"),
            "{path}"
        );
        assert_eq!(
            (answer.header("x-content-type-options"), answer.header("referrer-policy")),
            ("nosniff", "same-origin")
        );
    }
}

#[test]
fn large_answers_are_compressed_when_asked() {
    let city = City::empty();
    let request = Request::get("/api/v1/rulebooks").header("accept-encoding", "gzip").body(Body::empty());
    let answer = city.send(request.expect("a request"));
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.body.len() < city.get("/api/v1/rulebooks").body.len() / 3);
}

#[test]
fn a_page_that_is_known_already_is_not_sent_again() {
    let city = City::empty();
    let tag = city.get("/").header("etag").to_owned();
    // Without a built web app there is only the note on how to build it.
    if tag.is_empty() {
        return;
    }
    let request = Request::get("/").header("if-none-match", tag).body(Body::empty());
    let answer = city.send(request.expect("a request"));
    assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0));
}
