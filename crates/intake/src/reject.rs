use lanwan_terms::Pollutant;
use serde::Serialize;

/// A row or a value that was refused, with the reason and what to do, in Chinese and English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The file's name.
    pub file: String,
    /// The row: the line of a text file and the row of a sheet, both from 1; of Parquet and JSON the entry, from 1.
    pub row: u64,
    /// The column, or empty when the whole row is refused.
    pub field: String,
    /// What stood there, cut to 200 characters.
    pub text: String,
    /// Why it was refused, in Chinese.
    pub reason: String,
    /// Why it was refused.
    pub reason_en: String,
    /// What to do, in Chinese.
    pub remedy: String,
    /// What to do.
    pub remedy_en: String,
    /// The kind, for counting.
    pub kind: RejectKind,
}

macro_rules! kinds {
    ($($variant:ident $code:literal $doc:literal;)*) => {
        /// Why something was refused, for counting.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RejectKind { $(#[doc = $doc] $variant,)* }
        impl RejectKind {
            /// The code.
            pub fn code(self) -> &'static str { match self { $(Self::$variant => $code),* } }
        }
    };
}

kinds! {
    Encoding "encoding" "Not valid in the file's text encoding.";
    Malformed "malformed" "Not a row of the table: an open quote, a wrong number of fields, a zero byte.";
    Monitor "monitor" "No station or city, or none that could be a name.";
    Time "time" "No time, an impossible one, or one between the hours.";
    Pollutant "pollutant" "An unknown pollutant.";
    Number "number" "Not a number, or with more digits than a reading holds.";
    Negative "negative" "Below zero.";
    Implausible "implausible" "More than ambient air can hold.";
    Unit "unit" "An unknown or impossible unit.";
    Attribute "attribute" "An unknown status or averaging time.";
    Conflict "conflict" "Several different values for the same monitor, pollutant and time.";
    Published "published" "An index, level or primary pollutant that cannot be read.";
    Contradiction "contradiction" "Two values of a row that cannot both be right.";
}

/// What is wrong, with what the messages need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    BadEncoding(&'static str),
    NulByte,
    OpenQuote,
    StrayQuote,
    FieldCount { want: usize, have: usize },
    NoMonitor,
    BadName,
    NoTime,
    TimeFormat,
    NoSuchDate,
    NoSuchHour,
    NotFullHour,
    DateHasTime,
    UnknownPollutant,
    NotNumber,
    DetectionLimit,
    TooFine,
    Negative,
    Implausible { most: i64, unit: &'static str },
    UnknownUnit,
    UnitOfGas(Pollutant),
    UnknownStatus,
    UnknownSpan,
    Conflict { rows: Vec<u64>, more: usize },
    NotIndex,
    NotLevel,
    NotPrimary,
    OzoneOrder,
    NotDegrees,
}

impl Problem {
    pub(crate) fn kind(&self) -> RejectKind {
        match self {
            Self::BadEncoding(_) => RejectKind::Encoding,
            Self::NulByte | Self::OpenQuote | Self::StrayQuote | Self::FieldCount { .. } => RejectKind::Malformed,
            Self::NoMonitor | Self::BadName | Self::NotDegrees => RejectKind::Monitor,
            Self::NoTime
            | Self::TimeFormat
            | Self::NoSuchDate
            | Self::NoSuchHour
            | Self::NotFullHour
            | Self::DateHasTime => RejectKind::Time,
            Self::UnknownPollutant => RejectKind::Pollutant,
            Self::NotNumber | Self::DetectionLimit | Self::TooFine => RejectKind::Number,
            Self::Negative => RejectKind::Negative,
            Self::Implausible { .. } => RejectKind::Implausible,
            Self::UnknownUnit | Self::UnitOfGas(_) => RejectKind::Unit,
            Self::UnknownStatus | Self::UnknownSpan => RejectKind::Attribute,
            Self::Conflict { .. } => RejectKind::Conflict,
            Self::NotIndex | Self::NotLevel | Self::NotPrimary => RejectKind::Published,
            Self::OzoneOrder => RejectKind::Contradiction,
        }
    }

    /// Reason and remedy in English.
    pub(crate) fn en(&self) -> (String, String) {
        let (reason, remedy): (&str, &str) = match self {
            Self::BadEncoding(encoding) => {
                return (
                    format!("the row is not valid {encoding}, the encoding of the rest of the file"),
                    "save the whole file in one encoding, best UTF-8".into(),
                );
            }
            Self::FieldCount { want, have } => {
                return (
                    format!("the row has {have} fields, the header has {want}"),
                    "add the missing fields, or quote a field that holds the delimiter".into(),
                );
            }
            Self::Implausible { most, unit } => {
                return (
                    format!("more than ambient air can hold (above {most} {unit})"),
                    "check the value and the unit of its column".into(),
                );
            }
            Self::UnitOfGas(p) => {
                return (
                    format!("{p} cannot be given in ppb or ppm: it is no single gas"),
                    "give it in ug/m3 or mg/m3".into(),
                );
            }
            Self::Conflict { rows, more } => {
                return (
                    format!("the same monitor, pollutant and time has another value in row {}", list(rows, *more)),
                    "keep one of these rows, or tell their monitors apart by a code".into(),
                );
            }
            Self::NulByte => ("the row holds a zero byte", "export the file again as text"),
            Self::OpenQuote => ("a quotation mark is opened and not closed", "close it, or double it inside a field"),
            Self::StrayQuote => ("text follows a closing quotation mark", "double quotation marks inside a field"),
            Self::NoMonitor => ("no station or city", "fill in the station, or the city for values of a city"),
            Self::BadName => {
                ("no name of a monitor (longer than 200 characters, or with control characters)", "correct the name")
            }
            Self::NoTime => ("no time", "fill in the time, such as 2024-01-05 03:00"),
            Self::TimeFormat => ("no time that is understood", "write it as 2024-01-05 03:00, a day as 2024-01-05"),
            Self::NoSuchDate => ("no such date", "correct the date; years run from 1950 to 2199"),
            Self::NoSuchHour => ("no such hour", "hours run from 0 to 24; hour 24 ends the day"),
            Self::NotFullHour => {
                ("the time is not a full hour", "give hourly means at full hours; shorter spans are not read")
            }
            Self::DateHasTime => {
                ("the date has a time of day although the hour has its own column", "leave the time out of the date")
            }
            Self::UnknownPollutant => (
                "unknown pollutant",
                "use SO2, NO2, CO, O3, PM10, PM2.5, TSP, NOx, NO, Pb, BaP, their HJ 524 codes or Chinese names",
            ),
            Self::NotNumber => {
                ("not a number", "write digits with at most one point, such as 12.5; leave a missing value empty")
            }
            Self::DetectionLimit => (
                "a value below a detection limit (`<` or `L`) is no reading of an air monitor",
                "give the measured number, or leave the value empty",
            ),
            Self::TooFine => {
                ("more than six digits after the point (in the stored unit)", "round it to at most six digits")
            }
            Self::Negative => ("a concentration below zero", "correct it; missing is empty, -99, -999 or -9999"),
            Self::UnknownUnit => ("unknown unit", "use ug/m3, mg/m3, ppb or ppm"),
            Self::UnknownStatus => ("unknown status", "use provisional (未审核), audited (已审核) or final (已定稿)"),
            Self::UnknownSpan => ("unknown averaging time", "use hour (1h), day (24h) or 8h"),
            Self::NotIndex => ("no air quality index", "an index is a whole number, 0 to 500 by HJ 633"),
            Self::NotLevel => {
                ("no level of air quality", "use 1 to 6, or 优, 良, 轻度污染, 中度污染, 重度污染, 严重污染")
            }
            Self::NotPrimary => ("no primary pollutant that is known", "use names such as PM2.5, joined by `|`"),
            Self::OzoneOrder => (
                "the hour's ozone and the 24-hour maximum contradict the order in the rest of the file",
                "check which of the two is the hour's value",
            ),
            Self::NotDegrees => ("no longitude or latitude", "give decimal degrees, such as 120.3826"),
        };
        (reason.into(), remedy.into())
    }

    /// Reason and remedy in Chinese.
    pub(crate) fn zh(&self) -> (String, String) {
        let (reason, remedy): (&str, &str) = match self {
            Self::BadEncoding(encoding) => {
                return (
                    format!("本行不是有效的 {encoding} 编码，与文件其余部分不一致"),
                    "请把整个文件存为同一种编码，最好是 UTF-8".into(),
                );
            }
            Self::FieldCount { want, have } => {
                return (
                    format!("本行有 {have} 个字段，表头有 {want} 个"),
                    "补全缺少的字段；字段中含分隔符时请加引号".into(),
                );
            }
            Self::Implausible { most, unit } => {
                return (format!("超出环境空气的可能范围（大于 {most} {unit}）"), "请检查数值和该列的单位".into());
            }
            Self::UnitOfGas(p) => {
                return (format!("{p} 不能用 ppb 或 ppm 表示：它不是单一气体"), "请用 ug/m3 或 mg/m3".into());
            }
            Self::Conflict { rows, more } => {
                return (
                    format!("同一站点、污染物和时间在第 {} 行还有不同的值", list(rows, *more)),
                    "只保留其中一行，或用编码区分站点".into(),
                );
            }
            Self::NulByte => ("本行含有零字节", "请重新导出为文本文件"),
            Self::OpenQuote => ("引号没有闭合", "请闭合引号；字段中的引号要写两遍"),
            Self::StrayQuote => ("闭合的引号后面还有文字", "字段中的引号要写两遍"),
            Self::NoMonitor => ("没有站点或城市", "请填写站点；城市数据请填写城市"),
            Self::BadName => ("不是站点名称（超过 200 字或含控制字符）", "请改正名称"),
            Self::NoTime => ("没有时间", "请填写时间，如 2024-01-05 03:00"),
            Self::TimeFormat => ("看不懂的时间", "请写作 2024-01-05 03:00，日数据写作 2024-01-05"),
            Self::NoSuchDate => ("没有这一天", "请改正日期；年份限 1950 至 2199"),
            Self::NoSuchHour => ("没有这个小时", "小时为 0 至 24，24 时是当日最后一小时"),
            Self::NotFullHour => ("不是整点", "小时值的时间应为整点；更短时段的数据不在此读取"),
            Self::DateHasTime => ("小时另有一列，日期却带有时刻", "请去掉日期中的时刻"),
            Self::UnknownPollutant => {
                ("未知的污染物", "请用 SO2、NO2、CO、O3、PM10、PM2.5、TSP、NOx、NO、Pb、BaP，或其 HJ 524 代码、中文名")
            }
            Self::NotNumber => ("不是数字", "请写数字，至多一个小数点，如 12.5；缺测请留空"),
            Self::DetectionLimit => ("低于检出限的写法（“<”或“L”）不是自动监测值", "请给出测得的数值，或留空"),
            Self::TooFine => ("小数超过六位（按入库单位）", "请修约到至多六位小数"),
            Self::Negative => ("浓度为负", "请改正；缺测请留空或写 -99、-999、-9999"),
            Self::UnknownUnit => ("未知的单位", "请用 ug/m3、mg/m3、ppb 或 ppm"),
            Self::UnknownStatus => {
                ("未知的数据状态", "请用 provisional（未审核）、audited（已审核）或 final（已定稿）")
            }
            Self::UnknownSpan => ("未知的平均时间", "请用 hour（1h）、day（24h）或 8h"),
            Self::NotIndex => ("不是空气质量指数", "指数是整数，按 HJ 633 为 0 至 500"),
            Self::NotLevel => ("不是空气质量级别", "请用 1 至 6，或优、良、轻度污染、中度污染、重度污染、严重污染"),
            Self::NotPrimary => ("不是已知的首要污染物", "请用 PM2.5 之类的名称，多个以“|”分隔"),
            Self::OzoneOrder => ("臭氧小时值与24小时最大值的大小关系同文件其余部分矛盾", "请核对两者哪个是小时值"),
            Self::NotDegrees => ("不是经纬度", "请用十进制度，如 120.3826"),
        };
        (reason.into(), remedy.into())
    }
}

/// `4, 9`, or `4, 9 and 12 others`.
fn list(rows: &[u64], more: usize) -> String {
    let mut text = rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" (+{more})"));
    }
    text
}
