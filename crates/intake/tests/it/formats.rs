//! The same table gives the same readings in every format, encoding and packing.

use std::sync::Arc;

use crate::common::{bytes, gzip, refused, shown};
use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray, TimestampMillisecondArray,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const CSV: &str = "站点,时间,污染物,浓度\n市南,2024-01-05 03:00,PM2.5,35.5\n市北,2024-01-05 04:00,臭氧,\n";

fn want() -> Vec<String> {
    shown(&bytes("a.csv", CSV))
}

#[test]
fn encodings_give_the_same() {
    let gb = encoding_rs::GB18030.encode(CSV).0.into_owned();
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(CSV.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let utf16be: Vec<u8> = [0xfe, 0xff].into_iter().chain(CSV.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for (content, name) in [
        (CSV.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{feff}{CSV}").into_bytes(), "UTF-8 with BOM"),
        (gb, "GB18030"),
        (utf16, "UTF-16LE"),
        (utf16be, "UTF-16BE"),
        (CSV.replace('\n', "\r\n").into_bytes(), "UTF-8"),
        (CSV.trim_end().as_bytes().to_vec(), "UTF-8"),
    ] {
        let intake = bytes("a.csv", content);
        assert_eq!(intake.report.encoding, Some(name));
        assert_eq!(shown(&intake), want(), "{name}");
    }
}

#[test]
fn delimiters_and_quotes_give_the_same() {
    for delimiter in [';', '\t', '|'] {
        let intake = bytes("a.csv", CSV.replace(',', &delimiter.to_string()));
        assert_eq!((shown(&intake), intake.report.delimiter), (want(), Some(delimiter)));
    }
    let quoted: String = CSV.lines().map(|l| format!("\"{}\"\n", l.replace(',', "\",\""))).collect();
    assert_eq!(shown(&bytes("a.csv", quoted)), want());
}

#[test]
fn gzip_gives_the_same_also_in_several_members() {
    let intake = bytes("a.csv.gz", gzip(CSV.as_bytes()));
    assert_eq!((shown(&intake), intake.report.compression), (want(), Some("gzip")));
    let (a, b) = CSV.as_bytes().split_at(60);
    assert_eq!(shown(&bytes("a", [gzip(a), gzip(b)].concat())), want());
}

#[test]
fn titles_above_the_header_are_told() {
    let intake = bytes("a.csv", format!("青岛市空气质量小时报\n\n{CSV}"));
    assert_eq!(shown(&intake), want());
    assert!(intake.report.assumptions_en[0].contains("the header is row 3"), "{:?}", intake.report.assumptions_en);
}

#[test]
fn a_row_of_another_encoding_is_refused_alone() {
    let mut mixed = CSV.as_bytes().to_vec();
    mixed.extend_from_slice(&encoding_rs::GB18030.encode("市北,2024-01-05 05:00,PM2.5,3\n").0);
    let intake = bytes("a.csv", mixed);
    assert_eq!((shown(&intake), refused(&intake)), (want(), vec!["4  encoding".to_owned()]));
    let mut mixed = encoding_rs::GB18030.encode(CSV).0.into_owned();
    mixed.extend_from_slice("市北,2024-01-05 05:00,PM2.5,3\n".as_bytes());
    let intake = bytes("a.csv", mixed);
    assert_eq!((shown(&intake), refused(&intake)), (want(), vec!["4  encoding".to_owned()]));
}

fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("说明").unwrap().write(0, 0, "填报说明").unwrap();
    fill(book.add_worksheet().set_name("数据").unwrap());
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_the_same_with_titles_real_dates_and_merged_cells() {
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let content = workbook(|sheet| {
        sheet.merge_range(0, 0, 0, 3, "青岛市空气质量", &Format::new()).unwrap();
        sheet.write_row(2, 0, ["站点", "时间", "污染物", "浓度"]).unwrap();
        sheet.merge_range(3, 0, 4, 0, "市南", &Format::new()).unwrap();
        let hour = |h: u16| ExcelDateTime::from_ymd(2024, 1, 5).unwrap().and_hms(h, 0, 0).unwrap();
        for (row, h, pollutant, value) in [(3, 3, "PM2.5", 35.5), (4, 0, "PM10", 0.1)] {
            sheet.write_datetime_with_format(row, 1, hour(h), &date).unwrap();
            sheet.write(row, 2, pollutant).unwrap().write(row, 3, value).unwrap();
        }
        sheet.write(5, 0, "市北").unwrap().write(5, 1, "2024/1/5 4:00").unwrap().write(5, 2, "臭氧").unwrap();
        // A serial number without a date format, and a mean with its floating tail.
        sheet.write(6, 0, "市北").unwrap().write(6, 1, 45296.0 + 7.0 / 24.0).unwrap();
        sheet.write(6, 2, "O3").unwrap().write(6, 3, 106.0 / 3.0).unwrap();
        sheet.write(7, 0, "注：数据未经审核").unwrap();
    });
    let intake = bytes("a.xlsx", content.clone());
    assert_eq!(
        shown(&intake),
        [
            "市北 a05024 2024-01-05T03 hour not-reported",
            "市南 a34002 2024-01-04T23 hour 0.1",
            "市南 a34004 2024-01-05T02 hour 35.5"
        ]
    );
    assert_eq!(refused(&intake), ["7 浓度 number", "8 时间 time"]);
    assert_eq!(intake.report.sheet.as_deref(), Some("数据"));
    assert!(intake.report.assumptions_en.iter().any(|n| n.contains("not: 说明")));
    assert_eq!(shown(&bytes("a.xlsx.gz", gzip(&content))), shown(&intake));
}

#[test]
fn a_workbook_of_days_gives_days() {
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let content = workbook(|sheet| {
        sheet.write_row(0, 0, ["城市", "日期", "PM2.5", "CO(mg/m³)"]).unwrap();
        sheet.write(1, 0, "青岛").unwrap().write(1, 2, 35).unwrap().write(1, 3, 0.7).unwrap();
        sheet.write_datetime_with_format(1, 1, ExcelDateTime::from_ymd(2024, 1, 5).unwrap(), &date).unwrap();
    });
    assert_eq!(
        shown(&bytes("a.xlsx", content)),
        ["青岛 a21005 2024-01-05T00 day 0.7", "青岛 a34004 2024-01-05T00 day 35"]
    );
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out
}

/// Microseconds of 2024-01-05 03:00.
const THREE: i64 = 1_704_423_600_000_000;
const HOUR: i64 = 3_600_000_000;

#[test]
fn parquet_gives_the_same_tidy() {
    let content = parquet(vec![
        ("站点", Arc::new(vec!["市南", "市北"].into_iter().collect::<DictionaryArray<Int32Type>>()) as ArrayRef),
        ("时间", Arc::new(TimestampMicrosecondArray::from(vec![THREE, THREE + HOUR]))),
        ("污染物", Arc::new(StringArray::from(vec!["PM2.5", "O3"]))),
        ("浓度", Arc::new(Float64Array::from(vec![Some(35.5), None]))),
    ]);
    assert_eq!(shown(&bytes("a.parquet", content.clone())), want());
    assert_eq!(shown(&bytes("a.parquet.gz", gzip(&content))), want());
}

#[test]
fn parquet_keeps_decimals_floats_and_offsets() {
    let time = TimestampMillisecondArray::from(vec![(THREE - 8 * HOUR) / 1000]).with_timezone("Asia/Shanghai");
    let content = parquet(vec![
        ("code", Arc::new(Int64Array::from(vec![370_200_051])) as ArrayRef),
        ("datetime", Arc::new(time)),
        ("pm2_5", Arc::new(Float32Array::from(vec![0.1]))),
        ("co", Arc::new(Decimal128Array::from(vec![1_234_560]).with_precision_and_scale(18, 6).unwrap())),
        ("so2", Arc::new(Int64Array::from(vec![7]))),
    ]);
    assert_eq!(
        shown(&bytes("a.parquet", content)),
        [
            "370200051 a21005 2024-01-05T02 hour 1.23456",
            "370200051 a21026 2024-01-05T02 hour 7",
            "370200051 a34004 2024-01-05T02 hour 0.1"
        ]
    );
}

#[test]
fn parquet_days_are_dates_or_midnights_throughout() {
    let midnight = THREE - 3 * HOUR;
    for time in [
        Arc::new(Date32Array::from(vec![19_727])) as ArrayRef,
        Arc::new(TimestampMicrosecondArray::from(vec![midnight])),
    ] {
        let content = parquet(vec![
            ("city", Arc::new(StringArray::from(vec!["青岛"])) as ArrayRef),
            ("date", time),
            ("pm25", Arc::new(Int64Array::from(vec![35]))),
        ]);
        assert_eq!(shown(&bytes("a.parquet", content)), ["青岛 a34004 2024-01-05T00 day 35"]);
    }
}

#[test]
fn an_array_of_json_objects_is_a_table() {
    let json = r#"[{"station":"市南","time":"2024-01-05 03:00","pm25":35.5},{"station":"市北","time":"2024-01-05T04:00:00+08:00","pm25":null}]"#;
    let intake = bytes("a.json", json);
    assert_eq!(shown(&intake), ["市北 a34004 2024-01-05T03 hour not-reported", "市南 a34004 2024-01-05T02 hour 35.5"]);
}
