//! What the names of columns mean.

use lanwan_terms::Pollutant;

use crate::InUnit;

/// The averaging time a column's name speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Avg {
    /// None: the row's own span.
    Plain,
    Hour1,
    Hour8,
    /// The largest 8-hour mean of a day.
    Max8,
    Day24,
}

/// What a pollutant column, an entry of a pollutant column or a row type means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Value { pollutant: Pollutant, avg: Avg, unit: Option<InUnit> },
    Aqi,
    Level,
    Primary,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Station,
    StationCode,
    City,
    District,
    Time,
    Date,
    Hour,
    Year,
    Month,
    Day,
    Pollutant,
    Value(Option<InUnit>),
    Unit,
    Status,
    Span,
    Lon,
    Lat,
    Item(Item),
    Unknown,
}

/// Lower case, ASCII brackets and digits, no separators but `/`.
pub(crate) fn fold(text: &str) -> String {
    text.trim_start_matches('\u{feff}')
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            '（' | '【' | '［' | '[' | '〔' => Some('('),
            '）' | '】' | '］' | ']' | '〕' => Some(')'),
            '₀'..='₉' => char::from_digit(c as u32 - '₀' as u32, 10),
            'µ' | 'μ' => Some('u'),
            '³' => Some('3'),
            '／' => Some('/'),
            '_' | '-' | '.' | '·' | '^' | '"' => None,
            c if c.is_whitespace() => None,
            c => Some(c),
        })
        .collect()
}

/// The name without the unit at its end, and the unit.
fn split_unit(folded: &str) -> (&str, Option<InUnit>) {
    if let Some(inner) = folded.strip_suffix(')')
        && let Some(open) = inner.rfind('(')
    {
        let text = inner[open + 1..].trim_start_matches("单位").trim_start_matches([':', '：']);
        if let Ok(unit) = text.parse() {
            return (folded[..open].trim_end_matches(['/', ',', '，']), Some(unit));
        }
    }
    for (suffix, unit) in [
        ("ug/m3", InUnit::UgPerM3),
        ("ugm3", InUnit::UgPerM3),
        ("mg/m3", InUnit::MgPerM3),
        ("mgm3", InUnit::MgPerM3),
        ("ppbv", InUnit::Ppb),
        ("ppb", InUnit::Ppb),
        ("ppmv", InUnit::Ppm),
        ("ppm", InUnit::Ppm),
    ] {
        if let Some(name) = folded.strip_suffix(suffix)
            && !name.is_empty()
        {
            return (name.trim_end_matches(['/', ',', '，']), Some(unit));
        }
    }
    (folded, None)
}

const SUFFIXES: &[(&str, Avg)] = &[
    ("8h24h", Avg::Max8),
    ("8hmax", Avg::Max8),
    ("max8h", Avg::Max8),
    ("mda8", Avg::Max8),
    ("日最大8小时滑动平均", Avg::Max8),
    ("日最大8小时平均", Avg::Max8),
    ("日最大8小时", Avg::Max8),
    ("8小时滑动平均", Avg::Hour8),
    ("8小时平均", Avg::Hour8),
    ("8小时", Avg::Hour8),
    ("8h", Avg::Hour8),
    ("24小时滑动平均", Avg::Day24),
    ("24小时平均", Avg::Day24),
    ("24小时", Avg::Day24),
    ("24h", Avg::Day24),
    ("日均浓度", Avg::Day24),
    ("日平均", Avg::Day24),
    ("日均值", Avg::Day24),
    ("日均", Avg::Day24),
    ("daily", Avg::Day24),
    ("1小时平均", Avg::Hour1),
    ("1小时", Avg::Hour1),
    ("小时平均", Avg::Hour1),
    ("小时均值", Avg::Hour1),
    ("小时浓度", Avg::Hour1),
    ("小时值", Avg::Hour1),
    ("1h", Avg::Hour1),
    ("hourly", Avg::Hour1),
    ("平均浓度", Avg::Plain),
    ("监测浓度", Avg::Plain),
    ("浓度", Avg::Plain),
    ("concentration", Avg::Plain),
    ("conc", Avg::Plain),
    ("value", Avg::Plain),
];

/// A pollutant's name with, perhaps, an averaging time and a unit: `PM2.5`, `pm25_24h`, `O3-1小时平均(μg/m³)`.
pub(crate) fn item(text: &str) -> Option<Item> {
    let folded = fold(text);
    match folded.as_str() {
        "aqi" | "空气质量指数" | "空气质量指数(aqi)" | "aqi指数" => return Some(Item::Aqi),
        "level"
        | "quality"
        | "等级"
        | "级别"
        | "类别"
        | "aqilevel"
        | "空气质量等级"
        | "空气质量级别"
        | "空气质量类别"
        | "质量等级"
        | "空气质量指数级别"
        | "空气质量指数类别"
        | "空气质量状况"
        | "aqi类别"
        | "aqi级别" => {
            return Some(Item::Level);
        }
        "primary" | "primarypollutant" | "首要污染物" => return Some(Item::Primary),
        _ => {}
    }
    // A column named so numbers the rows; nitrogen monoxide is NO.
    if matches!(text.trim(), "No" | "No." | "NO." | "no.") {
        return None;
    }
    if let Some(found) = named(&folded, None) {
        return Some(found);
    }
    let (name, unit) = split_unit(&folded);
    unit.and_then(|unit| named(name, Some(unit)))
}

fn named(folded: &str, unit: Option<InUnit>) -> Option<Item> {
    let value = |pollutant, avg| Some(Item::Value { pollutant, avg, unit });
    if let Ok(pollutant) = folded.parse::<Pollutant>() {
        return value(pollutant, Avg::Plain);
    }
    // `颗粒物(PM2.5)`, `PM2.5(细颗粒物)`: the official name with the symbol, in either order.
    if let Some((outer, inner)) = folded.strip_suffix(')').and_then(|f| f.split_once('('))
        && let (Ok(a), Ok(b)) = (outer.parse::<Pollutant>(), inner.parse::<Pollutant>())
    {
        return if a == b { value(a, Avg::Plain) } else { None };
    }
    let (suffix, avg) = SUFFIXES.iter().find(|(suffix, _)| folded.len() > suffix.len() && folded.ends_with(suffix))?;
    let rest = folded[..folded.len() - suffix.len()].trim_end_matches(['/', ',', '(']);
    match named(rest, unit)? {
        Item::Value { pollutant, avg: Avg::Plain, unit } => Some(Item::Value { pollutant, avg: *avg, unit }),
        found @ Item::Value { .. } if *avg == Avg::Plain => Some(found),
        _ => None,
    }
}

/// What a column of this name holds.
pub(crate) fn role(text: &str) -> Role {
    let folded = fold(text);
    match folded.as_str() {
        "station" | "site" | "monitor" | "monitorid" | "stationname" | "sitename" | "positionname" | "站点"
        | "站点名称" | "点位" | "点位名称" | "监测点" | "监测点位" | "监测点名称" | "监测点位名称" | "监测站"
        | "监测站点" | "监测站名称" | "站名" | "测点" | "测点名称" | "name" => Role::Station,
        "code" | "stationcode" | "sitecode" | "stationid" | "siteid" | "monitorcode" | "站点编号" | "站点编码"
        | "站点代码" | "点位编码" | "点位编号" | "点位代码" | "监测点编码" | "监测点编号" | "监测点位编码" | "编码"
        | "测点编码" => Role::StationCode,
        "city" | "cityname" | "area" | "城市" | "城市名称" | "地市" | "市" => Role::City,
        "district" | "county" | "区县" | "县区" | "区市" | "行政区" | "区" => Role::District,
        "time" | "datetime" | "timestamp" | "timepoint" | "时间" | "日期时间" | "监测时间" | "数据时间"
        | "采样时间" | "发布时间" => Role::Time,
        "date" | "日期" | "监测日期" | "数据日期" => Role::Date,
        "hour" | "小时" | "时" | "时次" => Role::Hour,
        "year" | "年" | "年份" => Role::Year,
        "month" | "月" | "月份" => Role::Month,
        "day" | "日" => Role::Day,
        "pollutant" | "pollutantcode" | "item" | "parameter" | "param" | "species" | "type" | "污染物"
        | "污染物名称" | "因子" | "因子名称" | "监测因子" | "监测项目" | "项目" | "指标" | "污染因子" => {
            Role::Pollutant
        }
        "unit" | "units" | "单位" | "浓度单位" => Role::Unit,
        "status" | "datastatus" | "状态" | "审核状态" | "数据状态" => Role::Status,
        "span" | "averaging" | "avg" | "平均时间" | "平均周期" | "时段" => Role::Span,
        "lon" | "lng" | "longitude" | "经度" => Role::Lon,
        "lat" | "latitude" | "纬度" => Role::Lat,
        _ => {
            if let Some(item) = item(text) {
                return Role::Item(item);
            }
            let value = |name: &str| {
                matches!(
                    name,
                    "value" | "concentration" | "conc" | "浓度" | "浓度值" | "监测值" | "监测浓度" | "数值" | "值"
                )
            };
            if value(&folded) {
                return Role::Value(None);
            }
            let (name, unit) = split_unit(&folded);
            if value(name) { Role::Value(unit) } else { Role::Unknown }
        }
    }
}

/// Whether the text is a national station code such as `1307A`, or a longer code of digits.
pub(crate) fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |b: &[u8]| b.iter().all(u8::is_ascii_digit);
    match bytes {
        [head @ .., last] if last.is_ascii_uppercase() => matches!(head.len(), 3 | 4) && digits(head),
        _ => bytes.len() >= 6 && digits(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pollutant_columns_are_known_with_their_averaging_time_and_unit() {
        use Pollutant::*;
        let ug = Some(InUnit::UgPerM3);
        for (text, pollutant, avg, unit) in [
            ("pm25", Pm25, Avg::Plain, None),
            ("PM2.5", Pm25, Avg::Plain, None),
            ("pm2_5_24h", Pm25, Avg::Day24, None),
            ("PM2.5(μg/m³)", Pm25, Avg::Plain, ug),
            ("PM2.5（µg/m3）", Pm25, Avg::Plain, ug),
            ("pm25_ugm3", Pm25, Avg::Plain, ug),
            ("细颗粒物(PM2.5)", Pm25, Avg::Plain, None),
            ("PM2.5浓度(μg/m³)", Pm25, Avg::Plain, ug),
            ("CO_mg/m3", Co, Avg::Plain, Some(InUnit::MgPerM3)),
            ("CO(毫克/立方米)", Co, Avg::Plain, Some(InUnit::MgPerM3)),
            ("o3_1h", O3, Avg::Hour1, None),
            ("O3_8h_24h", O3, Avg::Max8, None),
            ("O3-8h", O3, Avg::Hour8, None),
            ("臭氧1小时平均", O3, Avg::Hour1, None),
            ("so2_24h", So2, Avg::Day24, None),
            ("o3 ppb", O3, Avg::Plain, Some(InUnit::Ppb)),
            ("NO", No, Avg::Plain, None),
            ("nox", Nox, Avg::Plain, None),
        ] {
            assert_eq!(item(text), Some(Item::Value { pollutant, avg, unit }), "{text}");
        }
        for text in ["No", "temp", "wd", "aqi_range", "PM2.5分指数", "", "PM1", "rank"] {
            assert_eq!(item(text), None, "{text}");
        }
    }

    #[test]
    fn a_national_code_is_three_or_four_digits_and_a_letter() {
        assert!(is_code("1307A") && is_code("307B") && is_code("370200051"));
        assert!(!is_code("A1307") && !is_code("13A") && !is_code("青岛") && !is_code("13071A"));
    }
}
