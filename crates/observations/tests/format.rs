//! The stored form outlives releases: a table written by the first version stays readable, and can be added to.

#[expect(dead_code, reason = "each test file uses a part of it")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{HOUR, O3, PM25, append, at, missing, reading, scan, with_status};
use lanwan_observations::Store;
use lanwan_terms::{DataStatus, MissingReason, Reading, Span};

fn fixture(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(version)
}

fn base() -> Vec<Reading> {
    let generated = Reading { source: "generated:20240101".to_owned(), ..reading("1002A", O3, HOUR + 5, 160) };
    let day = Reading { span: Span::Day, ..reading("1001A", PM25, HOUR - 4, 42) };
    let mut rows: Vec<Reading> = (0..8).map(|h| reading("1001A", PM25, HOUR + h, 30 + i64::from(h))).collect();
    rows.extend([generated, day, missing("1002A", O3, HOUR, MissingReason::Maintenance)]);
    rows
}

/// Run with `--ignored` when a new version of the form is begun; never to change an old fixture.
#[test]
#[ignore = "writes a fixture"]
fn write_the_fixture() {
    let root = fixture("v1");
    assert!(!root.exists(), "{} is there already and stays as it is", root.display());
    let store = Store::create_or_open(&root).expect("a table");
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, base(), 0);
    append(&mut committer, vec![with_status(reading("1001A", PM25, HOUR + 2, 99), DataStatus::Audited)], 1);
    drop(committer);
    fs::remove_file(root.join("_committer.lock")).expect("the lock file");
    // The log names the folder it was made in, which is nobody's business.
    let first = root.join("_delta_log/00000000000000000000.json");
    let text = fs::read_to_string(&first).expect("a commit");
    let here = url::Url::from_directory_path(root.canonicalize().expect("a path")).expect("an address");
    fs::write(first, text.replace(here.as_str(), "file:///data/readings/")).expect("the commit");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[test]
fn a_table_of_version_1_is_read_and_added_to() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("v1"), folder.path());
    let store = Store::open(folder.path()).expect("the table");
    let snapshot = store.snapshot().expect("a snapshot");
    assert_eq!(snapshot.version(), 2);
    let shown = scan(&snapshot, HOUR..HOUR + 8, None, 1);
    assert_eq!(shown["1001A"].0[..4], [30_000_000, 31_000_000, 99_000_000, 33_000_000]);
    assert_eq!(shown["1001A"].1[..4], [0, 0, 1, 0]);
    assert_eq!((shown["1002A"].1[8], shown["1002A"].0[13], shown["1002A"].1[13]), (8 | 7 << 4, 160_000_000, 4));
    assert_eq!(scan(&snapshot, HOUR..HOUR + 8, Some(at(0)), 1)["1001A"].0[2], 32_000_000);
    let days = snapshot.history("1001A", PM25, HOUR - 4..HOUR, Span::Day, None).expect("a history");
    assert_eq!((days.len(), days[0].learned_at), (1, at(0)));

    let mut committer = store.committer().expect("the right to write");
    let mut again = base();
    again.retain(|r| !(r.monitor == "1001A" && r.start == lanwan_terms::utc_of_hour(HOUR + 2)));
    assert_eq!(append(&mut committer, again, 7).repeated, 10);
    assert_eq!(append(&mut committer, vec![reading("1003A", O3, HOUR, 1)], 8).version, 3);
}
