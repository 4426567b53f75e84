use lanwan_assess::{AirRules, Dust};
use lanwan_terms::{AIR_SIX, MissingReason, Verification};
use rust_xlsxwriter::{Color, DocProperties, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::GeneratedSpan;
use crate::model::{Ranking, RankingRow};

/// The media type of `.xlsx`.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const NOTICE: u32 = 0x00C0_0000;
const HEADER: u32 = 0x00DD_E6EE;
/// Above this brightness a coloured header cell is written in black.
const BRIGHT: u32 = 140_000;

/// What a ranking sheet shows.
pub(crate) struct Sheet<'a> {
    pub(crate) ranking: &'a Ranking,
    pub(crate) found: &'a lanwan_assess::Ranking,
    pub(crate) as_of: Option<String>,
    pub(crate) dust: Dust,
    /// Generated stretches that touch the period.
    pub(crate) generated: Vec<&'a GeneratedSpan>,
    pub(crate) air: &'a AirRules,
}

/// A ranking as an Excel workbook of one sheet: what it is and by which rule on top, then a table with numbers as numbers.
pub(crate) fn workbook(sheet: &Sheet<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let title = title(sheet);
    workbook.set_properties(&DocProperties::new().set_title(&title).set_author("蓝湾 Lanwan"));
    let page = workbook.add_worksheet();
    page.set_name("排名 Ranking")?;
    page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let top = head(page, sheet, &title)?;
    let columns = columns(sheet.air);
    for (c, column) in columns.iter().enumerate() {
        let c = c as u16;
        page.set_column_width(c, column.width)?;
        page.write_string_with_format(top, c, format!("{}\n{}", column.zh, column.en), &column.format)?;
    }
    page.set_row_height(top, 32)?;
    page.set_freeze_panes(top + 1, 2)?;
    page.set_repeat_rows(top, top)?;
    let rows = sheet.ranking.rows.iter().zip(&sheet.found.rows);
    let mut last = top;
    for (row, found) in rows {
        last += 1;
        for (c, column) in columns.iter().enumerate() {
            write(page, last, c as u16, (column.cell)(row, found))?;
        }
    }
    if last > top {
        page.autofilter(top, 0, last, columns.len() as u16 - 1)?;
    }
    workbook.save_to_buffer()
}

fn title(sheet: &Sheet<'_>) -> String {
    let (zh, en) = match sheet.ranking.of.as_str() {
        "city" => ("城市", "cities"),
        "district" => ("区市", "districts"),
        _ => ("点位", "stations"),
    };
    let period = &sheet.ranking.period;
    format!("{period} {zh}环境空气质量综合指数排名 Air quality ranking of {en}")
}

/// Writes the rows above the table and gives the row of its header.
fn head(page: &mut Worksheet, sheet: &Sheet<'_>, title: &str) -> Result<u32, XlsxError> {
    page.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    let ranking = sheet.ranking;
    let rule = ranking.rule.as_ref().map_or_else(
        || "没有生效的排名规则 no ranking rule in force".to_owned(),
        |r| format!("{} {}（{}，{}）", r.title, r.document, r.clause, r.verification),
    );
    let composite = &sheet.air.composite;
    let dust = match sheet.dust {
        Dust::Keep => "计入 counted",
        Dust::Exclude => "剔除 left out",
    };
    let mut lines = vec![
        ("时段 Period", period_line(sheet)),
        ("标准版本 Edition", format!("{}（{}）", ranking.edition, sheet.air.limits.document)),
        ("综合指数 Index", format!("{} {}", composite.title_zh, composite.document)),
        ("排名规则 Rule", rule),
        ("沙尘日 Dust days", dust.to_owned()),
        ("数据截至 As of", sheet.as_of.clone().unwrap_or_else(|| "—".into())),
    ];
    let plain = Format::new();
    let notice = Format::new().set_bold().set_font_color(Color::RGB(NOTICE));
    let generated = ranking.rows.iter().any(|r| r.generated);
    if generated {
        let notes: Vec<String> =
            sheet.generated.iter().map(|g| format!("{} 至 {}：{} {}", g.from, g.to, g.note, g.note_en)).collect();
        let notes = if notes.is_empty() {
            "本表含生成数据，不是监测结果 contains generated data".into()
        } else {
            notes.join("；")
        };
        lines.push(("生成数据 Generated", notes));
    }
    let last = lines.len();
    for (i, (name, text)) in lines.into_iter().enumerate() {
        let format = if generated && i + 1 == last { &notice } else { &plain };
        page.write_string_with_format(i as u32 + 1, 0, format!("{name}：{text}"), format)?;
    }
    Ok(last as u32 + 2)
}

fn period_line(sheet: &Sheet<'_>) -> String {
    let period = sheet.found.period;
    format!("{period}（{} 至 {}）", period.first_day(), period.last_day())
}

/// One cell.
enum Cell {
    Blank,
    Text(String),
    /// A decimal with its digits after the point.
    Number(String),
}

/// What a column shows of a row.
type CellOf = dyn Fn(&RankingRow, &lanwan_assess::RankingRow) -> Cell;

struct Column {
    zh: String,
    en: String,
    width: f64,
    format: Format,
    cell: Box<CellOf>,
}

fn columns(air: &AirRules) -> Vec<Column> {
    let plain = header_format().set_background_color(Color::RGB(HEADER));
    let column = |zh: &str, en: &str, width: f64, cell: fn(&RankingRow, &lanwan_assess::RankingRow) -> Cell| Column {
        zh: zh.to_owned(),
        en: en.to_owned(),
        width,
        format: plain.clone(),
        cell: Box::new(cell),
    };
    let mut columns = vec![
        column("排名", "rank", 8.0, |r, _| count(r.rank)),
        column("名称", "name", 18.0, |r, _| Cell::Text(r.name.clone())),
        column("综合指数", "index", 11.0, |r, _| number(&r.index)),
        column("上年同期", "year before", 11.0, |r, _| number(&r.index_before)),
        column("变化 %", "change %", 11.0, |r, _| number(&r.change)),
        column("改善排名", "rank of change", 13.0, |r, _| count(r.change_rank)),
        column("主要污染物", "leading", 13.0, |r, _| Cell::Text(r.leading.join("、"))),
        column("优良率 %", "good days %", 11.0, |r, _| number(&r.good_ratio)),
        column("有效天数", "valid days", 11.0, |_, f| count(Some(i64::from(f.period.days.valid)))),
    ];
    for (i, level) in air.air_index().levels.iter().enumerate().take(6) {
        columns.push(Column {
            zh: format!("{}（天）", level.zh),
            en: level.en.clone(),
            width: 12.0,
            format: level_format(level.rgb),
            cell: Box::new(move |_, f| count(Some(i64::from(f.period.days.by_level[i])))),
        });
    }
    for pollutant in AIR_SIX {
        let percentile = air.air_composite().term(pollutant).and_then(|t| t.percentile);
        let statistic = percentile.map_or_else(|| "均值 mean".to_owned(), |p| format!("P{p}"));
        columns.push(Column {
            zh: format!("{pollutant} {statistic}"),
            en: pollutant.unit().symbol().to_owned(),
            width: 13.0,
            format: plain.clone(),
            cell: Box::new(move |r, _| number(r.values.get(pollutant.symbol()).unwrap_or(&None))),
        });
    }
    columns.push(column("数据状态", "status", 16.0, |r, _| Cell::Text(r.status.clone())));
    columns.push(column("规则核实", "rules checked", 14.0, |r, _| Cell::Text(verification(&r.verification))));
    columns.push(column("说明", "remarks", 26.0, |r, _| Cell::Text(remarks(r))));
    columns
}

fn header_format() -> Format {
    let format = Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin);
    format.set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter)
}

/// The official colour of a level, with a text colour that can be read on it.
fn level_format([red, green, blue]: [u8; 3]) -> Format {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    let bright = 299 * red + 587 * green + 114 * blue > BRIGHT;
    let font = if bright { Color::Black } else { Color::White };
    header_format().set_background_color(Color::RGB(red << 16 | green << 8 | blue)).set_font_color(font)
}

fn count(count: Option<i64>) -> Cell {
    count.map_or(Cell::Blank, |n| Cell::Number(n.to_string()))
}

fn number(text: &Option<String>) -> Cell {
    text.as_ref().map_or(Cell::Blank, |t| Cell::Number(t.clone()))
}

fn verification(code: &str) -> String {
    let marks = [Verification::Verified, Verification::OneSource, Verification::Unverified];
    let mark = marks.into_iter().find(|m| m.code() == code);
    mark.map_or_else(|| code.to_owned(), |m| format!("{} {}", m.zh(), m.code()))
}

fn remarks(row: &RankingRow) -> String {
    let reason = row.reason.as_ref().map(|code| match code.parse::<MissingReason>() {
        Ok(reason) => format!("不排名：{} {code}", reason.zh()),
        Err(_) => code.clone(),
    });
    let generated = row.generated.then(|| "含生成数据 generated".to_owned());
    reason.into_iter().chain(generated).collect::<Vec<_>>().join("；")
}

fn write(page: &mut Worksheet, row: u32, column: u16, cell: Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Blank => {}
        Cell::Text(text) => {
            page.write_string(row, column, text)?;
        }
        Cell::Number(text) => {
            let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
            let format = match decimals {
                0 => "0".to_owned(),
                n => format!("0.{}", "0".repeat(n)),
            };
            match text.parse::<f64>() {
                Ok(value) => {
                    page.write_number_with_format(row, column, value, &Format::new().set_num_format(format))?
                }
                Err(_) => page.write_string(row, column, text)?,
            };
        }
    }
    Ok(())
}
