//! The built binary on input that is wrong: never a panic, never a silent drop, always what, where and what would be right.

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use support::{Folder, Ran};

fn tidy(rows: &[&str]) -> String {
    format!("站点,时间,污染物,浓度\n{}\n", rows.join("\n"))
}

/// Imports a file that is read, and gives what was printed of it.
fn imported(name: &str, content: impl AsRef<[u8]>) -> (Folder, Ran) {
    let folder = Folder::new();
    folder.write(name, content);
    let ran = folder.run(&["import", name, "--show-rejected", "100"]).exits(0);
    (folder, ran)
}

/// Imports a file that must be refused as a whole, and gives the message.
fn refused(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write(name, content);
    let ran = folder.run(&["import", name]).exits(2);
    assert!(ran.err.contains(name), "the message names the file: {}", ran.err);
    let assessed = folder.run(&["assess", "air", name]).exits(2);
    assert!(assessed.err.contains(name), "{}", assessed.err);
    ran.err
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_was_seen_and_what_is_known() {
    let message = refused("a.csv", "foo,bar\n1,2\n");
    assert!(message.contains("seen: foo, bar") && message.contains("Tidy: station,time,pollutant,value"), "{message}");
    assert!(refused("a.csv", "").contains("empty"));
    refused("a.csv", [0u8, 159, 146, 150].repeat(100));
}

#[test]
fn values_that_cannot_be_go_to_quarantine_with_row_field_and_remedy() {
    let (_, ran) = imported(
        "a.csv",
        tidy(&[
            "A,2025-03-05 01:00,PM2.5,35",
            "A,2025-03-05 02:00,PM2.5,-4",
            "A,2025-03-05 03:00,PM2.5,abc",
            "A,2025-03-05 04:00,PM2.5,<3",
            "A,2025-03-05 05:00,PM1,40",
            "A,2025-03-05 25:00,PM2.5,40",
            "A,2025-02-29 01:00,PM2.5,40",
            ",2025-03-05 06:00,PM2.5,40",
            "A,2025-03-05 07:00,PM2.5,999999",
            "A,2025-03-05 08:30,PM2.5,40",
            "A,2025-03-05 09:00,PM2.5",
        ]),
    );
    for (row, reason) in [
        (3, "a concentration below zero"),
        (4, "not a number"),
        (5, "detection limit"),
        (6, "unknown pollutant"),
        (7, "no such hour"),
        (8, "no such date"),
        (9, "no station or city"),
        (10, "more than ambient air can hold"),
        (11, "not a full hour"),
    ] {
        let line = ran.out.lines().find(|line| line.contains(&format!("row {row} "))).unwrap_or_default();
        assert!(line.contains(reason), "row {row}: {}", ran.out);
    }
    assert!(ran.out.contains("accepted 1 ") && ran.out.contains("rejected 10"), "{}", ran.out);
}

#[test]
fn two_values_for_one_key_are_refused_on_both_sides() {
    let (folder, ran) = imported(
        "a.csv",
        tidy(&["A,2025-03-05 01:00,PM2.5,35", "A,2025-03-05 01:00,PM2.5,36", "A,2025-03-05 02:00,PM2.5,40"]),
    );
    assert!(ran.out.contains("another value in row 3") && ran.out.contains("another value in row 2"), "{}", ran.out);
    let rows = folder.run(&["assess", "air", "--by", "hour", "--format", "csv"]).exits(0).rows();
    let read: Vec<&str> = rows.iter().map(|r| r["PM2.5"].as_str()).filter(|v| !v.is_empty()).collect();
    assert_eq!(read, ["40"]);
}

#[test]
fn files_that_contradict_each_other_are_not_judged_together() {
    let folder = Folder::new();
    folder
        .write("a.csv", tidy(&["A,2025-03-05 01:00,PM2.5,35"]))
        .write("b.csv", tidy(&["A,2025-03-05 01:00,PM2.5,36"]));
    let ran = folder.run(&["assess", "air", "a.csv", "b.csv", "--by", "hour"]).exits(2);
    assert!(
        ran.err.contains("a.csv") && ran.err.contains("b.csv") && ran.err.contains("one after the other"),
        "{}",
        ran.err
    );
}

#[test]
fn a_row_in_another_encoding_is_refused_and_the_rest_is_kept() {
    let mut bytes = tidy(&["青岛,2025-03-05 01:00,PM2.5,35"]).into_bytes();
    // `青岛` in GB 18030.
    bytes.extend(b"\xc7\xe0\xb5\xba,2025-03-05 02:00,PM2.5,36\n");
    bytes.extend("青岛,2025-03-05 03:00,PM2.5,37\n".as_bytes());
    let (_, ran) = imported("a.csv", bytes);
    assert!(ran.out.contains("row 3 ") && ran.out.contains("not valid UTF-8"), "{}", ran.out);
    assert!(ran.out.contains("accepted 2 "), "{}", ran.out);
}

#[test]
fn a_file_that_is_all_in_gb18030_is_read() {
    // `站点,时间,污染物,浓度` and `青岛`.
    let mut bytes = b"\xd5\xbe\xb5\xe3,\xca\xb1\xbc\xe4,\xce\xdb\xc8\xbe\xce\xef,\xc5\xa8\xb6\xc8\n".to_vec();
    bytes.extend(b"\xc7\xe0\xb5\xba,2025-03-05 02:00,PM2.5,36\n");
    let (folder, ran) = imported("a.csv", bytes);
    assert!(ran.out.contains("GB18030"), "{}", ran.out);
    assert!(folder.run(&["places"]).exits(0).out.contains("青岛"));
}

#[test]
fn half_a_gzip_file_gives_nothing() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    for hour in 0..20_000 {
        writeln!(
            packed,
            "{}",
            if hour == 0 { tidy(&[]) } else { format!("A{hour},2025-03-05 01:00,PM2.5,{}", hour % 97) }
        )
        .expect("memory");
    }
    let packed = packed.finish().expect("memory");
    let message = refused("a.csv.gz", &packed[..packed.len() / 2]);
    assert!(message.contains("half-written") && message.contains("nothing of it was taken"), "{message}");
}

#[test]
fn half_a_parquet_file_gives_nothing() {
    let folder = Folder::new();
    folder.write("a.csv", tidy(&["A,2025-03-05 01:00,PM2.5,35"]));
    folder.run(&["import", "a.csv"]).exits(0);
    // The table itself is of Parquet files.
    let parquet = find(&folder.path("data/observations"), "parquet").expect("a data file");
    let whole = fs::read(parquet).expect("the data file");
    let message = refused("half.parquet", &whole[..whole.len() / 2]);
    assert!(message.contains("half-written"), "{message}");
}

fn find(folder: &Path, extension: &str) -> Option<PathBuf> {
    fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).find_map(|path| {
        if path.is_dir() {
            find(&path, extension)
        } else {
            path.extension().is_some_and(|e| e == extension).then_some(path)
        }
    })
}

#[test]
fn a_damaged_data_file_of_the_table_is_named() {
    let folder = Folder::new();
    folder.write("a.csv", tidy(&["A,2025-03-05 01:00,PM2.5,35"]));
    folder.run(&["import", "a.csv"]).exits(0);
    let parquet = find(&folder.path("data/observations"), "parquet").expect("a data file");
    let whole = fs::read(&parquet).expect("the data file");
    fs::write(&parquet, &whole[..whole.len() / 2]).expect("the data file");
    let ran = folder.run(&["assess", "air", "--by", "hour"]).exits(2);
    assert!(ran.err.contains(".parquet") && ran.err.contains("damaged"), "{}", ran.err);
}

/// A workbook whose only sheet unpacks to this many spaces.
fn workbook_of_spaces(bytes: usize) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut zip = ZipWriter::new(&mut file);
    zip.start_file("[Content_Types].xml", SimpleFileOptions::default()).expect("memory");
    zip.write_all(b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>").expect("memory");
    zip.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).expect("memory");
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        zip.write_all(&spaces).expect("memory");
    }
    zip.finish().expect("memory");
    file.into_inner()
}

#[test]
fn a_workbook_that_unpacks_to_far_more_than_a_table_is_refused_before_it_is_unpacked() {
    let bomb = workbook_of_spaces(600 << 20);
    assert!(bomb.len() < 1 << 20);
    let message = refused("a.xlsx", bomb);
    assert!(message.contains("unpacks to") && message.contains("sheet1.xml"), "{message}");
}

#[test]
fn a_line_that_never_ends_is_refused_without_being_held() {
    let folder = Folder::new();
    // 2 GB would come if it were read to the end; the binary stops reading long before.
    let mut written = 0usize;
    let ran = folder.run_with(&["assess", "air", "-"], |stdin| {
        let block = vec![b'x'; 1 << 20];
        let _ = stdin.write_all(tidy(&["A,2025-03-05 01:00,PM2.5,35"]).as_bytes());
        while written < 2048 && stdin.write_all(&block).is_ok() {
            written += 1;
        }
    });
    let ran = ran.exits(2);
    assert!(ran.err.contains("line 3") && ran.err.contains("longer than"), "{}", ran.err);
    assert!(written < 200, "{written} MiB were read");
}

#[test]
fn a_long_line_in_a_file_is_refused_with_its_number() {
    let mut text = tidy(&["A,2025-03-05 01:00,PM2.5,35"]);
    text.push_str(&"x".repeat(5 << 20));
    let message = refused("a.csv", text);
    assert!(message.contains("line 3"), "{message}");
}

#[test]
fn settings_with_an_unknown_key_are_refused_with_the_keys_there_are() {
    let folder = Folder::new();
    folder.write("a.csv", tidy(&["A,2025-03-05 01:00,PM2.5,35"]));
    fs::create_dir(folder.path("data")).expect("a folder");
    folder.write("data/lanwan.toml", "colour = \"blue\"\n");
    let ran = folder.run(&["import", "a.csv"]).exits(2);
    assert!(ran.err.contains("lanwan.toml") && ran.err.contains("`region`"), "{}", ran.err);
}
