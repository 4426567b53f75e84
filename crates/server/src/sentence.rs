//! A period in plain words. What the data do not carry is said as such, never left out.

use chrono::NaiveDate;
use lanwan_assess::{AirPeriod, EditionChoice, PeriodItem, Place};
use lanwan_terms::{Period, Pollutant, Unit};

/// What a sentence speaks of.
pub(crate) struct Said<'a> {
    pub(crate) place: &'a Place,
    pub(crate) period: Period,
    /// `None` when there are no readings in the period.
    pub(crate) found: Option<&'a AirPeriod>,
    pub(crate) edition: &'a EditionChoice,
    /// Last day with readings.
    pub(crate) last_data: NaiveDate,
}

/// In Chinese, with full-width punctuation.
pub(crate) fn sentence(said: &Said<'_>) -> String {
    let head = format!("{} {}", said.place.name, period_zh(said.period));
    let Some(found) = said.found else { return format!("{head}：没有监测数据。") };
    let mut notes = Vec::new();
    if let Some(room) = found.room() {
        notes.push(format!("截至 {}，还有 {} 天", said.last_data, room.days_left));
    }
    if let EditionChoice::Edition(edition) = said.edition {
        notes.push(format!("按 {edition} 评价"));
    }
    if found.generated {
        notes.push("含演示用生成数据".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!("（{}）", notes.join("，")) };
    if found.items.iter().all(|i| i.value.is_none()) {
        return format!("{head}{notes}：只有零散数据，没有一天足以评价。");
    }
    let mut parts = vec![days_zh(found, said.last_data)];
    parts.extend(found.item(Pollutant::Pm25, None).map(|item| mean_zh(item, said.period)));
    parts.extend(found.item(Pollutant::O3, Some(90)).map(ozone_zh));
    parts.push(overall_zh(found));
    if let Some(index) = found.index.as_ref().filter(|_| found.index_valid) {
        parts.push(format!("综合指数 {}，主要污染物为 {}", index.value, list(&index.leading, "、")));
    }
    format!("{head}{notes}：{}。", parts.join("；"))
}

/// In English.
pub(crate) fn sentence_en(said: &Said<'_>) -> String {
    let name = said.place.name_en.as_ref().unwrap_or(&said.place.name);
    let head = format!("{name}, {}", period_en(said.period));
    let Some(found) = said.found else { return format!("{head}: no readings.") };
    let mut notes = Vec::new();
    if let Some(room) = found.room() {
        notes.push(format!("until {}, {} days left", said.last_data, room.days_left));
    }
    if let EditionChoice::Edition(edition) = said.edition {
        notes.push(format!("judged by {edition}"));
    }
    if found.generated {
        notes.push("with generated demonstration data".to_owned());
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
    if found.items.iter().all(|i| i.value.is_none()) {
        return format!("{head}{notes}: too few readings to judge a single day.");
    }
    let mut parts = vec![days_en(found, said.last_data)];
    parts.extend(found.item(Pollutant::Pm25, None).map(|item| mean_en(item, said.period)));
    parts.extend(found.item(Pollutant::O3, Some(90)).map(ozone_en));
    parts.push(overall_en(found));
    if let Some(index) = found.index.as_ref().filter(|_| found.index_valid) {
        parts.push(format!("composite index {}, led by {}", index.value, list(&index.leading, ", ")));
    }
    format!("{head}{notes}: {}.", parts.join("; "))
}

fn period_zh(period: Period) -> String {
    match period {
        Period::Year(year) => format!("{year} 年"),
        Period::Quarter(year, quarter) => format!("{year} 年第 {quarter} 季度"),
        Period::Month(year, month) => format!("{year} 年 {month} 月"),
        other => other.to_string(),
    }
}

fn period_en(period: Period) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match period {
        Period::Quarter(year, quarter) => format!("quarter {quarter} of {year}"),
        Period::Month(year, month) => {
            let name = (month as usize).checked_sub(1).and_then(|m| MONTHS.get(m)).unwrap_or(&"");
            format!("{name} {year}")
        }
        other => other.to_string(),
    }
}

fn list(pollutants: &[Pollutant], between: &str) -> String {
    pollutants.iter().map(|p| p.symbol()).collect::<Vec<_>>().join(between)
}

/// Days up to the last one with readings that have no index.
fn gaps(found: &AirPeriod, last_data: NaiveDate) -> usize {
    found.days.missing.iter().filter(|(day, _)| *day <= last_data).count()
}

fn days_zh(found: &AirPeriod, last_data: NaiveDate) -> String {
    let days = &found.days;
    let Some(ratio) = days.good_ratio else { return "没有一天的数据足以给出空气质量指数".to_owned() };
    let mut text = format!("优良天数 {} 天（优良率 {ratio}%）", days.good);
    if days.heavy > 0 {
        text += &format!("，重度及以上污染 {} 天", days.heavy);
    }
    match gaps(found, last_data) {
        0 => text,
        gaps => text + &format!("，另有 {gaps} 天数据不足"),
    }
}

fn days_en(found: &AirPeriod, last_data: NaiveDate) -> String {
    let days = &found.days;
    let Some(ratio) = days.good_ratio else { return "no day has enough data for an index".to_owned() };
    let mut text = format!("{} good days ({ratio} %)", days.good);
    if days.heavy > 0 {
        text += &format!(", {} of heavy pollution", days.heavy);
    }
    match gaps(found, last_data) {
        0 => text,
        gaps => text + &format!(", {gaps} without enough data"),
    }
}

fn mean_of(period: Period) -> &'static str {
    match period {
        Period::Year(_) => "年均",
        Period::Quarter(..) => "季均",
        _ => "月均",
    }
}

fn mean_zh(item: &PeriodItem, period: Period) -> String {
    format!("{} {}{}", item.pollutant, mean_of(period), value_zh(item))
}

fn mean_en(item: &PeriodItem, period: Period) -> String {
    let what = match period {
        Period::Year(_) => "annual",
        Period::Quarter(..) => "quarterly",
        _ => "monthly",
    };
    format!("{} {what} mean {}", item.pollutant, value_en(item))
}

fn ozone_zh(item: &PeriodItem) -> String {
    format!("臭氧日最大 8 小时均值第 90 百分位数{}", value_zh(item))
}

fn ozone_en(item: &PeriodItem) -> String {
    format!("90th percentile of ozone's daily maximum 8-hour mean {}", value_en(item))
}

fn value_zh(item: &PeriodItem) -> String {
    let unit = match item.pollutant.unit() {
        Unit::UgPerM3 => "微克/立方米",
        Unit::MgPerM3 => "毫克/立方米",
    };
    let Some(compared) = item.compared else { return "没有有效数据".to_owned() };
    let verdict = match (item.class1, item.class2) {
        (Some(true), _) => "达到一级标准".to_owned(),
        (_, Some(true)) => "达到二级标准".to_owned(),
        (_, Some(false)) => match item.multiple {
            Some(multiple) => format!("超过二级标准 {multiple} 倍"),
            None => "超过二级标准".to_owned(),
        },
        _ => format!("有效天数只有 {} 天，数据不足，不予评价", item.days.have),
    };
    format!(" {compared} {unit}，{verdict}")
}

fn value_en(item: &PeriodItem) -> String {
    let Some(compared) = item.compared else { return "without any valid day".to_owned() };
    let verdict = match (item.class1, item.class2) {
        (Some(true), _) => "meets class I".to_owned(),
        (_, Some(true)) => "meets class II".to_owned(),
        (_, Some(false)) => match item.multiple {
            Some(multiple) => format!("above class II by {multiple} times the limit"),
            None => "above class II".to_owned(),
        },
        _ => format!("not judged, only {} valid days", item.days.have),
    };
    format!("{compared} {}, {verdict}", item.pollutant.unit().symbol())
}

fn short_of_data(found: &AirPeriod) -> Vec<Pollutant> {
    let mut pollutants: Vec<Pollutant> =
        found.items.iter().filter(|i| i.reason().is_some()).map(|i| i.pollutant).collect();
    pollutants.sort_unstable();
    pollutants.dedup();
    pollutants
}

fn overall_zh(found: &AirPeriod) -> String {
    match found.class {
        Some(1) => "六项污染物全部达到一级标准".to_owned(),
        Some(2) => "六项污染物全部达到二级标准".to_owned(),
        Some(_) => {
            let exceeding = found.items.iter().filter(|i| i.class2 == Some(false));
            let names: Vec<String> = exceeding
                .map(|i| match i.percentile {
                    Some(p) => format!("{} 第 {p} 百分位数", i.pollutant),
                    None => format!("{} {}", i.pollutant, mean_of(found.period)),
                })
                .collect();
            format!("超过二级标准的有 {}", names.join("、"))
        }
        None => {
            let short = short_of_data(found);
            format!("{} 数据不足，总体是否达标不予评价", list(&short, "、"))
        }
    }
}

fn overall_en(found: &AirPeriod) -> String {
    match found.class {
        Some(1) => "all six pollutants meet class I".to_owned(),
        Some(2) => "all six pollutants meet class II".to_owned(),
        Some(_) => {
            let exceeding = found.items.iter().filter(|i| i.class2 == Some(false));
            let names: Vec<String> = exceeding
                .map(|i| match i.percentile {
                    Some(p) => format!("the {p}th percentile of {}", i.pollutant),
                    None => format!("the mean of {}", i.pollutant),
                })
                .collect();
            format!("above class II: {}", names.join(", "))
        }
        None => {
            let short = short_of_data(found);
            format!("attainment as a whole is not judged, too few data of {}", list(&short, ", "))
        }
    }
}
