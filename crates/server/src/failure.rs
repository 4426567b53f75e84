use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use lanwan_assess::AssessError;
use lanwan_observations::Error as StoreError;
use lanwan_records::RecordsError;
use lanwan_rulebook::ChoiceError;

use crate::model::{ApiError, ErrorBody};

/// A request that is not answered, and why.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    body: Box<ErrorBody>,
}

/// The two languages of one text.
pub(crate) struct Text(pub(crate) String, pub(crate) String);

impl Text {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self(zh.into(), en.into())
    }
}

impl Failure {
    pub(crate) fn new(status: StatusCode, code: &str, message: Text, remedy: Text) -> Self {
        let body = ErrorBody {
            code: code.to_owned(),
            message: message.0,
            message_en: Some(message.1),
            remedy: Some(remedy.0),
            remedy_en: Some(remedy.1),
        };
        Self { status, body: Box::new(body) }
    }

    /// A parameter that cannot be read: its name, what was given, and what is right.
    pub(crate) fn parameter(name: &str, given: &str, right: Text) -> Self {
        let given: String = given.chars().take(80).collect();
        let message = Text::new(
            format!("参数 {name} 的值“{given}”不能用。"),
            format!("parameter `{name}`: `{given}` cannot be used"),
        );
        Self::new(StatusCode::BAD_REQUEST, "bad-parameter", message, right)
    }

    /// A parameter that is not there.
    pub(crate) fn missing(name: &str, right: Text) -> Self {
        let message = Text::new(format!("缺少参数 {name}。"), format!("parameter `{name}` is missing"));
        Self::new(StatusCode::BAD_REQUEST, "missing-parameter", message, right)
    }

    pub(crate) fn unknown_place(id: &str) -> Self {
        let id: String = id.chars().take(80).collect();
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown-place",
            Text::new(format!("没有“{id}”这个地点。"), format!("there is no place `{id}`")),
            Text::new(
                "用 /api/v1/places 列出的编号；编号放进网址时要做百分号编码。",
                "use an id listed by /api/v1/places, percent-encoded in an address",
            ),
        )
    }

    pub(crate) fn unknown(code: &str, what: &str, what_en: &str, id: &str, list: &str) -> Self {
        let id: String = id.chars().take(80).collect();
        Self::new(
            StatusCode::NOT_FOUND,
            code,
            Text::new(format!("没有“{id}”这个{what}。"), format!("there is no {what_en} `{id}`")),
            Text::new(format!("用 {list} 列出的编号。"), format!("use one that {list} lists")),
        )
    }

    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            Text::new(format!("服务内部出错：{error}"), format!("internal error: {error}")),
            Text::new("请重试；若再次出现，请把这段文字报告给维护者。", "try again; if it stays, report this text"),
        )
    }

    pub(crate) fn not_found(path: &str) -> Self {
        let path: String = path.chars().take(120).collect();
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown-path",
            Text::new(format!("没有 {path} 这个接口。"), format!("there is nothing at {path}")),
            Text::new("接口列表见 /api/v1/openapi.json。", "/api/v1/openapi.json lists what there is"),
        )
    }

    pub(crate) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            Text::new("这里只能读取。", "this can only be read"),
            Text::new("用 GET 或 HEAD 请求。", "use GET or HEAD"),
        )
    }

    pub(crate) fn too_long() -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "address-too-long",
            Text::new("网址太长。", "the address is too long"),
            Text::new("网址最多 8192 字节。", "an address has at most 8192 bytes"),
        )
    }

    pub(crate) fn too_slow() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-slow",
            Text::new("计算超过一分钟，已停止等待。", "the answer took more than a minute and was given up"),
            Text::new("缩小时段或地点后再试。", "ask for fewer days or places"),
        )
    }

    /// An error of judging.
    pub(crate) fn of(error: AssessError) -> Self {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let english = error.to_string();
        match error {
            AssessError::Choice(ChoiceError::NotInForce { topic, region, day, known }) => Self::new(
                unprocessable,
                "no-rule",
                Text::new(
                    format!("{day} 这一天，{region} 没有生效的“{}”规则。", topic.zh()),
                    format!("no rule for {topic} is in force in {region} on {day}; {known}"),
                ),
                Text::new(
                    "换一个日期，或用参数 edition 指定标准版本。",
                    "ask for another day, or name an edition with `edition`",
                ),
            ),
            AssessError::Choice(ChoiceError::NoEdition { topic, edition, region, known }) => Self::new(
                unprocessable,
                "no-rule",
                Text::new(
                    format!("标准版本 {edition} 没有适用于 {region} 的“{}”规则。", topic.zh()),
                    format!("edition `{edition}` has no {topic} rule for {region}; {known}"),
                ),
                Text::new("用 /api/v1/meta 列出的标准版本。", "use an edition listed by /api/v1/meta"),
            ),
            AssessError::UnknownPlace(id) => Self::unknown_place(&id),
            AssessError::NoCity(stations) => Self::new(
                unprocessable,
                "no-city",
                Text::new(
                    format!("有 {} 个站点不知道属于哪个城市，不能按城市评价。", stations.len()),
                    format!("no city is known for {} station(s), so cities cannot be judged", stations.len()),
                ),
                Text::new(
                    "登记站点所属的城市，或改为按站点查询。",
                    "record the city of the stations, or ask for stations",
                ),
            ),
            AssessError::Empty(_) => Self::new(
                StatusCode::NOT_FOUND,
                "no-readings",
                Text::new("这段时间没有监测数据。", english),
                Text::new(
                    "换一个时段，或先导入数据（lanwan import）。",
                    "ask for another period, or import readings (lanwan import)",
                ),
            ),
            AssessError::NotAFinding(id) => Self::new(
                StatusCode::BAD_REQUEST,
                "not-a-finding",
                Text::new(format!("“{id}”不是结论编号。"), format!("`{id}` is no finding")),
                Text::new(
                    "用其他接口 finding 字段给出的编号，做百分号编码。",
                    "use the `finding` of another answer, percent-encoded",
                ),
            ),
            AssessError::Period { place, source } => Self::new(
                unprocessable,
                "too-many-sites",
                Text::new(format!("{place} 的统计量无法计算。"), format!("{place}: {source}")),
                Text::new("改为按站点评价。", "judge the sites one by one"),
            ),
            AssessError::Rulebook { id, reason } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "rulebook",
                Text::new(format!("规则文件 {id} 不能用：{reason}"), format!("rulebook {id}: {reason}")),
                Text::new(
                    "用 lanwan rulebook check 检查规则文件。",
                    "check the rule files with `lanwan rulebook check`",
                ),
            ),
            AssessError::Observations(StoreError::Asked(reason)) => Self::new(
                StatusCode::BAD_REQUEST,
                "bad-request",
                Text::new(format!("请求的内容不合理：{reason}"), reason),
                Text::new("检查请求的地点和时段。", "check the places and days asked for"),
            ),
            AssessError::Observations(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "readings-unreadable",
                Text::new(format!("监测数据读取失败：{english}"), english),
                Text::new(
                    "检查数据文件夹；损坏的文件从备份恢复。",
                    "check the data folder; restore damaged files from a backup",
                ),
            ),
        }
    }
}

impl From<AssessError> for Failure {
    fn from(error: AssessError) -> Self {
        Self::of(error)
    }
}

impl From<RecordsError> for Failure {
    fn from(error: RecordsError) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "records-unreadable",
            Text::new(format!("记录数据库读取失败：{error}"), error.to_string()),
            Text::new("检查记录数据库后重试。", "check the records database, then try again"),
        )
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&ApiError { error: *self.body }).unwrap_or_default();
        let mut response = json(body.into());
        *response.status_mut() = self.status;
        response
    }
}

/// A JSON answer. Browsers ask again each time: a correction may have come in.
pub(crate) fn json(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache"));
    response
}
