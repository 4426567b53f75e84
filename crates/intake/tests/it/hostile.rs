//! Files that are broken or meant to break: a clear error, never a panic, never half of the data.

use std::io::{Read, Write};
use std::sync::Arc;

use crate::common::{bytes, gzip, refused, shown, try_bytes};
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use lanwan_intake::{Input, IntakeError, Options, read};
use parquet::arrow::ArrowWriter;

fn error(name: &str, content: impl Into<Vec<u8>>) -> IntakeError {
    try_bytes(name, content, &Options::default()).unwrap_err()
}

const HEADER: &str = "station,time,pollutant,value\n";

/// A header, then one line without end.
struct Endless {
    header: &'static [u8],
    left: u64,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !self.header.is_empty() {
            return self.header.read(buffer);
        }
        let length = (buffer.len() as u64).min(self.left) as usize;
        buffer[..length].fill(b'7');
        self.left -= length as u64;
        Ok(length)
    }
}

#[test]
fn a_line_of_two_gigabytes_is_refused_before_it_is_read() {
    let reader = Box::new(Endless { header: HEADER.as_bytes(), left: 2 << 30 });
    let error = read(Input::Reader { name: "-".into(), reader }, &Options::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, IntakeError::LineTooLong { row: 2, .. }), "{error}");
    let reader = Box::new(Endless { header: b"", left: 2 << 30 });
    let error = read(Input::Reader { name: "-".into(), reader }, &Options::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(error, IntakeError::LineTooLong { row: 1, .. }), "{error}");
}

#[test]
fn a_long_line_in_a_file_is_named_by_its_row() {
    let mut file = format!("{HEADER}A,2024-01-05 03:00,SO2,1\n\"").into_bytes();
    file.resize(3 << 20, b'x');
    assert!(matches!(error("a.csv", file.clone()), IntakeError::LineTooLong { row: 3, .. }));
    assert!(matches!(error("a.csv.gz", gzip(&file)), IntakeError::LineTooLong { row: 3, .. }));
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(file.iter().flat_map(|b| [*b, 0])).collect();
    assert!(matches!(error("a.csv", wide), IntakeError::LineTooLong { row: 3, .. }));
}

#[test]
fn a_gzip_bomb_is_refused() {
    // 300 MiB of blank lines in some 300 KiB.
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(HEADER.as_bytes()).unwrap();
    let blank = vec![b'\n'; 1 << 20];
    for _ in 0..300 {
        encoder.write_all(&blank).unwrap();
    }
    let error = error("a.csv.gz", encoder.finish().unwrap());
    assert!(matches!(error, IntakeError::Bomb { .. }), "{error}");
}

#[test]
fn a_zip_bomb_in_a_workbook_is_refused() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("xl/workbook.xml", options).unwrap();
    zip.write_all(b"<workbook/>").unwrap();
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..80 {
        zip.write_all(&zeros).unwrap();
    }
    let mut content = zip.finish().unwrap().into_inner();
    let refused = error("a.xlsx", content.clone());
    assert!(matches!(refused, IntakeError::Bomb { .. }), "{refused}");
    // The directory lies about the size: it is what unpacks that counts.
    let size = (80u32 << 20).to_le_bytes();
    while let Some(at) = content.windows(4).position(|w| w == size) {
        content[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
    }
    let refused = error("a.xlsx", content);
    assert!(matches!(refused, IntakeError::Bomb { .. } | IntakeError::Damaged { .. }), "{refused}");
}

fn parquet() -> Vec<u8> {
    let names: Vec<String> = (0..1000).map(|i| format!("S{i}")).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("station", Arc::new(StringArray::from(names))),
        ("time", Arc::new(StringArray::from(vec!["2024-01-05 03:00"; 1000]))),
        ("pm25", Arc::new(Int64Array::from_iter_values(0..1000))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["station", "time", "pm25"]).unwrap();
    for row in 1..200 {
        sheet.write(row, 0, format!("S{row}")).unwrap();
        sheet.write(row, 1, "2024-01-05 03:00").unwrap().write(row, 2, row).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn half_written_files_give_nothing_at_all() {
    let mut csv = String::from(HEADER);
    for i in 0..5000 {
        csv.push_str(&format!("S{i},2024-01-05 03:00,SO2,{i}\n"));
    }
    for (name, content) in [("a.csv.gz", gzip(csv.as_bytes())), ("a.parquet", parquet()), ("a.xlsx", workbook())] {
        assert!(!bytes(name, content.clone()).readings.is_empty(), "{name}");
        for part in [1, 3, 5, 9] {
            let half = content[..content.len() * part / 10].to_vec();
            let error = error(name, half);
            assert!(matches!(error, IntakeError::Damaged { .. }), "{name} {part}: {error}");
            assert!(error.to_string().starts_with(name));
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    for (name, content) in [("a.parquet", parquet()), ("a.xlsx", workbook()), ("a.csv.gz", gzip(HEADER.as_bytes()))] {
        let step = (content.len() / 150).max(1);
        for at in (0..content.len()).step_by(step) {
            let mut damaged = content.clone();
            damaged[at] ^= 0x55;
            let _ = try_bytes(name, damaged, &Options::default());
        }
    }
}

#[test]
fn what_is_no_table_is_told_apart() {
    assert!(matches!(error("a.csv", ""), IntakeError::Empty { .. }));
    assert!(matches!(error("a.csv.gz", gzip(b"")), IntakeError::Empty { .. }));
    assert!(matches!(error("a.csv", "a,b,c\n1,2,3\n"), IntakeError::NoLayout { .. }));
    assert!(matches!(error("a.pdf", "%PDF-1.7\n"), IntakeError::Unsupported { .. }));
    assert!(matches!(error("a.gz", gzip(&gzip(b"x"))), IntakeError::Unsupported { .. }));
    assert!(matches!(error("a.json", "{\"a\":"), IntakeError::Damaged { .. }));
    assert!(matches!(error("a.json", "{\"a\":1}"), IntakeError::Unsupported { .. }));
    assert!(matches!(
        error("a.csv", "station,time,pm25,PM2.5\nA,2024-01-05 03:00,1,2\n"),
        IntakeError::Ambiguous { .. }
    ));
    let path = |p: &std::path::Path| read(Input::Path(p.into()), &Options::default(), &mut |_| ()).unwrap_err();
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(path(folder.path()), IntakeError::Directory { .. }));
    assert!(matches!(path(&folder.path().join("none.csv")), IntakeError::NotFound { .. }));
}

#[cfg(unix)]
#[test]
fn a_device_without_end_is_refused() {
    let zero = read(Input::Path("/dev/zero".into()), &Options::default(), &mut |_| ()).unwrap_err();
    assert!(matches!(zero, IntakeError::LineTooLong { .. }), "{zero}");
}

#[test]
fn zero_bytes_and_open_quotes_cost_one_row_each() {
    let intake = bytes(
        "a.csv",
        format!(
            "{HEADER}A,2024-01-05 03:00,SO2,1\nA,2024-01-05 04:00,SO2\0,1\n\"A,2024-01-05 05:00,SO2,1\nB,2024-01-05 03:00,SO2,1\n"
        ),
    );
    assert_eq!(shown(&intake), ["A a21026 2024-01-05T02 hour 1", "B a21026 2024-01-05T02 hour 1"]);
    assert_eq!(refused(&intake), ["3  malformed", "4  malformed"]);
}

#[test]
fn a_long_file_is_read_from_the_disk_and_a_long_stream_through_one() {
    // More than is kept in memory; half of it an ignored remark.
    let row = format!("A,2024-01-05 03:00,SO2,1,{}\n", "x".repeat(100_000));
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"station,time,pollutant,value,remark\n").unwrap();
    for _ in 0..700 {
        file.write_all(row.as_bytes()).unwrap();
    }
    file.flush().unwrap();
    let mut seen = 0;
    let a = read(Input::Path(file.path().into()), &Options::default(), &mut |p| seen = p.bytes).unwrap();
    assert_eq!((a.report.accepted, a.report.repeated_in_file, seen), (1, 699, a.report.bytes));
    let reader = Box::new(std::fs::File::open(file.path()).unwrap());
    let name = file.path().to_string_lossy().into_owned();
    let b = read(Input::Reader { name, reader }, &Options::default(), &mut |_| ()).unwrap();
    assert_eq!(a, b);
}
