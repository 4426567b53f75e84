//! What the table promises, statement by statement.

#[expect(dead_code, reason = "each test file uses a part of it")]
mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use common::{CODES, HOUR, O3, PM25, append, at, missing, reading, scan, with_status};
use lanwan_observations::{Cell, Error, NOTHING, Scan, Store, Why};
use lanwan_terms::{DataStatus, Decimal, MissingReason, Reading, Span, utc_of_hour};

fn table() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create_or_open(folder.path()).expect("a table");
    (folder, store)
}

fn files(root: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn there_is_nothing_to_open_in_an_empty_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(Store::open(folder.path()), Err(Error::NoTable(_))));
    Store::create_or_open(folder.path()).expect("a table");
    let store = Store::open(folder.path()).expect("the table");
    assert!(scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 5, None, 2).is_empty());
}

#[test]
fn before_a_correction_the_old_value_stands_and_after_it_the_new() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, vec![reading("A", PM25, HOUR, 35)], 0);
    let done = append(&mut committer, vec![reading("A", PM25, HOUR, 53)], 10);
    assert_eq!((done.accepted, done.superseded), (0, 1));
    assert_eq!(done.affected, [("A".to_owned(), HOUR, HOUR)]);
    let snapshot = store.snapshot().expect("a snapshot");
    let value = |as_of| scan(&snapshot, HOUR..HOUR + 1, as_of, 1).get("A").map(|(values, _)| values[0]);
    assert_eq!(value(Some(at(-1))), None);
    assert_eq!(value(Some(at(0))), Some(35_000_000));
    assert_eq!(value(Some(at(9))), Some(35_000_000));
    assert_eq!(value(Some(at(10))), Some(53_000_000));
    assert_eq!(value(None), Some(53_000_000));
    let history = snapshot.history("A", PM25, HOUR..HOUR + 1, Span::Hour, None).expect("a history");
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].superseded[0].reading.value, Ok(Decimal::new(35, 0)));
    assert_eq!(history[0].superseded[0].learned_at, at(0));
}

#[test]
fn importing_again_changes_nothing_not_even_the_version() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let rows = vec![reading("A", PM25, HOUR, 1), missing("A", O3, HOUR, MissingReason::Invalid)];
    let first = append(&mut committer, rows.clone(), 0);
    assert_eq!((first.accepted, first.missing), (2, 1));
    let again = append(&mut committer, rows, 5);
    assert_eq!((again.accepted, again.repeated, again.learned_at), (0, 2, None));
    assert_eq!((again.version, again.affected.len()), (first.version, 0));
}

#[test]
fn a_less_checked_value_is_refused_and_a_better_checked_one_supersedes() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let value = |v, status| with_status(reading("A", PM25, HOUR, v), status);
    append(&mut committer, vec![value(10, DataStatus::Audited)], 0);
    let lower = append(&mut committer, vec![value(11, DataStatus::Provisional)], 1);
    assert_eq!(lower.refused.len(), 1);
    assert_eq!(lower.refused[0].why, Why::LessChecked { current: DataStatus::Audited });
    let same = append(&mut committer, vec![value(10, DataStatus::Provisional)], 2);
    assert_eq!((same.repeated, same.refused.len()), (1, 0));
    let upgrade = append(&mut committer, vec![value(10, DataStatus::Final)], 3);
    assert_eq!(upgrade.superseded, 1);
    let (values, flags) = &scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 1, None, 1)["A"];
    assert_eq!((values[0], Cell(flags[0]).status()), (10_000_000, DataStatus::Final));
}

#[test]
fn different_readings_of_one_identity_in_one_batch_are_refused_unless_one_is_better_checked() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let twins = vec![reading("A", PM25, HOUR, 1), reading("A", PM25, HOUR, 2)];
    let done = append(&mut committer, twins, 0);
    assert_eq!((done.accepted, done.refused.len(), done.learned_at), (0, 2, None));
    assert!(done.refused.iter().all(|r| r.why == Why::Contradicted));
    let same = append(&mut committer, vec![reading("A", PM25, HOUR, 1), reading("A", PM25, HOUR, 1)], 1);
    assert_eq!((same.accepted, same.repeated), (1, 1));
    let checked = with_status(reading("A", PM25, HOUR + 1, 2), DataStatus::Final);
    let mixed = append(&mut committer, vec![reading("A", PM25, HOUR + 1, 1), checked], 2);
    assert_eq!((mixed.accepted, mixed.refused.len()), (1, 1));
}

#[test]
fn what_cannot_be_stored_is_refused_with_its_reason() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let ok = reading("A", PM25, HOUR, 1);
    let rows = vec![
        Reading { start: ok.start + chrono::TimeDelta::minutes(30), ..ok.clone() },
        Reading { value: Ok(Decimal::new(1, 7)), ..ok.clone() },
        Reading { value: Ok(Decimal::new(i64::MAX, 0)), ..ok.clone() },
        Reading { value: Ok(Decimal::new(i64::MIN, 6)), ..ok.clone() },
        Reading { monitor: String::new(), ..ok.clone() },
        Reading { span: Span::Day, start: utc_of_hour(HOUR + 1), ..ok.clone() },
        Reading { start: chrono::DateTime::<chrono::Utc>::MAX_UTC, ..ok.clone() },
        ok,
    ];
    let done = append(&mut committer, rows, 0);
    let whys: Vec<Why> = done.refused.into_iter().map(|r| r.why).collect();
    use Why::{DoesNotFit, NoName, OffGrid};
    assert_eq!(whys, [OffGrid, DoesNotFit, DoesNotFit, DoesNotFit, NoName, OffGrid, OffGrid]);
    assert_eq!(done.accepted, 1);
}

#[test]
fn learning_times_grow_even_when_the_clock_goes_back() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let first = append(&mut committer, vec![reading("A", PM25, HOUR, 1)], 10).learned_at.expect("written");
    let second = append(&mut committer, vec![reading("A", PM25, HOUR, 2)], 5).learned_at.expect("written");
    assert_eq!(second, first + chrono::TimeDelta::microseconds(1));
    let shown = scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 1, Some(first), 1);
    assert_eq!(shown["A"].0[0], 1_000_000);
}

#[test]
fn a_second_writer_is_told_who_writes() {
    let (folder, store) = table();
    let committer = store.committer().expect("the right to write");
    let other = Store::open(folder.path()).expect("the table");
    let error = other.committer().expect_err("one writer at a time");
    let text = error.to_string();
    assert!(text.contains(&format!("process {}", std::process::id())) && text.contains("+08:00"), "{text}");
    drop(committer);
    other.committer().expect("the right to write, now that it is free");
}

#[test]
fn a_grid_has_a_slot_an_hour_and_says_what_is_missing_and_why() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let generated = Reading { source: "generated:1".to_owned(), ..reading("A", O3, HOUR + 2, 9) };
    let rows = vec![reading("A", PM25, HOUR, 1), missing("A", PM25, HOUR + 1, MissingReason::Maintenance), generated];
    append(&mut committer, rows, 0);
    let (values, flags) = &scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 4, None, 1)["A"];
    assert_eq!(values[..4], [1_000_000, NOTHING, NOTHING, NOTHING]);
    assert_eq!(values[4..], [NOTHING, NOTHING, 9_000_000, NOTHING]);
    assert_eq!(Cell(flags[1]).reason(), Some(MissingReason::Maintenance));
    assert_eq!(Cell(flags[2]).reason(), None);
    assert!(Cell(flags[6]).generated() && !Cell(flags[0]).generated());
}

#[test]
fn daily_readings_have_a_slot_for_each_day_in_china() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    // 16:00 UTC is midnight in China.
    let first = HOUR - 4;
    let day = |n: i32, v| Reading { span: Span::Day, ..reading("A", PM25, first + 24 * n, v) };
    append(&mut committer, vec![day(0, 5), day(2, 7), reading("A", PM25, first, 99)], 0);
    let seen = Mutex::new(Vec::new());
    let wanted = BTreeSet::from(["A".to_owned()]);
    let query = Scan {
        span: Span::Day,
        pollutants: &[PM25],
        hours: first - 3..first + 60,
        monitors: Some(&wanted),
        as_of: None,
        threads: 1,
    };
    let snapshot = store.snapshot().expect("a snapshot");
    snapshot
        .scan(&query, |g| seen.lock().expect("no panic").push((g.start_hour, g.step, g.values.to_vec())))
        .expect("a scan");
    let seen = seen.into_inner().expect("no panic");
    assert_eq!(seen, [(first, 24, vec![5_000_000, NOTHING, 7_000_000])]);
    let other = BTreeSet::from(["B".to_owned()]);
    let none = snapshot.scan(&Scan { monitors: Some(&other), ..query }, |_| panic!("B has nothing")).expect("a scan");
    assert_eq!(none.monitors, 0);
}

#[test]
fn leftovers_of_a_crash_do_not_show_and_are_removed_later() {
    let (folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, vec![reading("A", PM25, HOUR, 1)], 0);
    let good = files(folder.path(), ".parquet").pop().expect("a data file");
    let month = good.parent().expect("a folder");
    // A whole file that was never committed, half a file, and files being written when the power went.
    fs::copy(&good, month.join("part-0-0-0123456789abcdef.parquet")).expect("a copy");
    fs::write(month.join("part-1-1-0123456789abcdef.parquet"), b"PAR1").expect("half a file");
    fs::write(month.join("part-2-2-0123456789abcdef.parquet#1000001"), b"PA").expect("a staged file");
    fs::write(folder.path().join("_delta_log/00000000000000000002.json#1000002"), b"{\"commit")
        .expect("a staged commit");
    drop((committer, store));

    let store = Store::open(folder.path()).expect("the table");
    let expected = scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 2, None, 1);
    assert_eq!(expected["A"].0[0], 1_000_000);
    let mut committer = store.committer().expect("the right to write");
    let kept = committer.maintain().expect("maintenance");
    assert_eq!(kept.deleted, 0, "they may belong to somebody for an hour");
    let done = committer.maintain_with(Duration::ZERO).expect("maintenance");
    assert_eq!(done.deleted, 3);
    assert_eq!(files(folder.path(), ".parquet"), [good]);
    append(&mut committer, vec![reading("A", PM25, HOUR + 1, 2)], 1);
    assert_eq!(scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 2, None, 1)["A"].0[1], 2_000_000);
}

#[test]
fn a_damaged_file_is_named() {
    let (folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, (0..500).map(|h| reading("A", PM25, HOUR + h, i64::from(h))).collect(), 0);
    let file = files(folder.path(), ".parquet").pop().expect("a data file");
    let whole = fs::read(&file).expect("its bytes");
    for cut in [0, 4, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..cut]).expect("a cut file");
        let error = try_scan(folder.path()).expect_err("it is damaged");
        assert!(error.to_string().contains(file.to_str().expect("a name")), "{error}");
    }
    for at in (4..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&file, &bytes).expect("a changed file");
        // Whatever comes of it, it is an answer or an error, never a panic.
        let _ = try_scan(folder.path());
    }
}

fn try_scan(root: &Path) -> Result<(), Error> {
    let snapshot = Store::open(root)?.snapshot()?;
    let query =
        Scan { span: Span::Hour, pollutants: &CODES, hours: HOUR..HOUR + 600, monitors: None, as_of: None, threads: 2 };
    snapshot.scan(&query, |_| {})?;
    snapshot.history("A", PM25, HOUR..HOUR + 600, Span::Hour, None)?;
    snapshot.monitors(Span::Hour).map(|_| ())
}

#[test]
fn many_small_appends_leave_few_files_and_a_short_log() {
    let (folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let old = store.snapshot().expect("a snapshot");
    for n in 0..130 {
        append(
            &mut committer,
            vec![reading("A", PM25, HOUR + n, i64::from(n)), reading("B", O3, HOUR - 1, i64::from(n))],
            i64::from(n),
        );
        if n % 10 == 9 {
            committer.maintain_with(Duration::ZERO).expect("maintenance");
        }
    }
    let before = scan(&store.snapshot().expect("a snapshot"), HOUR - 5..HOUR + 140, None, 2);
    let done = committer.maintain_with(Duration::ZERO).expect("maintenance");
    assert!(done.files_after <= 2 * 9, "{done:?}");
    assert_eq!(
        files(folder.path(), ".parquet").iter().filter(|f| !f.to_string_lossy().contains("_delta_log")).count(),
        done.files_after
    );
    assert!(files(folder.path(), ".json").len() < 60, "{}", files(folder.path(), ".json").len());
    let fresh = Store::open(folder.path()).expect("the table").snapshot().expect("a snapshot");
    assert_eq!(fresh.row_count(), 260);
    assert_eq!(scan(&fresh, HOUR - 5..HOUR + 140, None, 2), before);
    assert_eq!(old.version(), 0);
    let history = fresh.history("B", O3, HOUR - 1..HOUR, Span::Hour, None).expect("a history");
    assert_eq!((history.len(), history[0].superseded.len()), (1, 129));
}

#[test]
fn a_reader_in_another_process_sees_new_versions_and_keeps_its_own() {
    let (folder, store) = table();
    let reader = Store::open(folder.path()).expect("the table");
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, vec![reading("A", PM25, HOUR, 1)], 0);
    let held = reader.snapshot().expect("a snapshot");
    for n in 0..45 {
        append(&mut committer, vec![reading("A", PM25, HOUR, i64::from(n) + 2)], i64::from(n) + 1);
    }
    committer.maintain().expect("maintenance");
    let newest = reader.snapshot().expect("a snapshot");
    assert_eq!(newest.version(), store.snapshot().expect("a snapshot").version());
    assert_eq!(scan(&held, HOUR..HOUR + 1, None, 1)["A"].0[0], 1_000_000);
    assert_eq!(scan(&newest, HOUR..HOUR + 1, None, 1)["A"].0[0], 46_000_000);
    committer.maintain_with(Duration::ZERO).expect("maintenance");
    assert_eq!(scan(&reader.snapshot().expect("a snapshot"), HOUR..HOUR + 1, None, 1)["A"].0[0], 46_000_000);
}

#[test]
fn monitors_are_listed_with_their_first_and_last_hour() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    append(
        &mut committer,
        vec![reading("B", PM25, HOUR, 1), reading("A", PM25, HOUR + 9, 1), reading("B", O3, HOUR - 9, 1)],
        0,
    );
    append(&mut committer, vec![reading("B", PM25, HOUR, 2)], 1);
    let monitors = store.snapshot().expect("a snapshot").monitors(Span::Hour).expect("monitors");
    let seen: Vec<_> = monitors.iter().map(|m| (m.monitor.as_str(), m.first_hour, m.last_hour, m.rows)).collect();
    assert_eq!(seen, [("A", HOUR + 9, HOUR + 9, 1), ("B", HOUR - 9, HOUR, 3)]);
}

#[test]
fn datafusion_sees_every_row_and_reads_only_the_files_it_must() {
    use datafusion::prelude::{col, lit};
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, (0..48).map(|h| reading("A", PM25, HOUR + h, i64::from(h))).collect(), 0);
    append(&mut committer, vec![reading("A", PM25, HOUR, 77)], 1);
    let snapshot = store.snapshot().expect("a snapshot");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let count = |frame: datafusion::prelude::DataFrame| runtime.block_on(frame.count()).expect("a count");
    assert_eq!(count(snapshot.dataframe().expect("a frame")), 49);
    let january = snapshot.dataframe().expect("a frame").filter(col("month").eq(lit("2024-01"))).expect("a filter");
    assert_eq!(count(january.clone()), 5);
    let plan = runtime.block_on(january.create_physical_plan()).expect("a plan");
    let text = datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string();
    assert!(text.contains("month=2024-01") && !text.contains("month=2024-02"), "{text}");
    let none = snapshot.dataframe().expect("a frame").filter(col("monitor").eq(lit("Z"))).expect("a filter");
    assert_eq!(count(none), 0);
    assert_eq!(snapshot.table_provider().version(), snapshot.version());
}

#[test]
fn a_bulk_load_takes_only_sorted_rows_into_empty_months() {
    let (_folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    let mut bulk = committer.bulk(at(0)).expect("a bulk load");
    let mut push =
        |monitor: &str, hour, value| bulk.push(Span::Hour, monitor, PM25, hour, value, DataStatus::Final, "file:x#0");
    push("A", HOUR, Ok(1_500_000)).expect("a row");
    push("A", HOUR + 1, Err(MissingReason::NotReported)).expect("a row");
    assert!(matches!(push("A", HOUR + 1, Ok(1)), Err(Error::Asked(_))));
    push("B", HOUR, Ok(1)).expect("a row");
    push("A", HOUR + 30, Ok(2)).expect("a row of the next month");
    assert!(matches!(push("C", HOUR, Ok(2)), Err(Error::Asked(_))));
    assert_eq!(bulk.finish().expect("a commit").0, 4);
    let mut again = committer.bulk(at(1)).expect("a bulk load");
    assert!(again.push(Span::Hour, "Z", PM25, HOUR, Ok(1), DataStatus::Final, "file:x#0").is_err());
    drop(again);
    let shown = scan(&store.snapshot().expect("a snapshot"), HOUR..HOUR + 31, None, 1);
    assert_eq!((shown["A"].0[0], shown["A"].0[30], shown["B"].0[0]), (1_500_000, 2, 1));
}

#[test]
fn another_kind_of_delta_table_is_not_touched() {
    use deltalake::DeltaTable;
    use deltalake::kernel::{DataType, StructField};
    let folder = tempfile::tempdir().expect("a folder");
    let url = url::Url::from_directory_path(folder.path()).expect("an address");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let other = deltalake::DeltaTableBuilder::from_url(url).expect("a builder").build().expect("a table");
    let created = other.create().with_columns([StructField::new("id", DataType::STRING, true)]);
    let _: DeltaTable = runtime.block_on(async { created.await }).expect("a table");
    for opened in [Store::open(folder.path()), Store::create_or_open(folder.path())] {
        let error = opened.expect_err("not readings");
        assert!(matches!(&error, Error::Foreign { why, .. } if why.contains("monitor")), "{error}");
    }
}

#[test]
fn files_of_two_writers_whose_times_overlap_are_compared_row_by_row() {
    let (folder, store) = table();
    let mut committer = store.committer().expect("the right to write");
    append(&mut committer, vec![reading("A", PM25, HOUR + 1, 7)], 0);
    for n in 1..10 {
        append(&mut committer, vec![reading("A", PM25, HOUR, n)], n * 10);
    }
    committer.maintain_with(Duration::ZERO).expect("maintenance");
    assert_eq!(committer.snapshot().expect("a snapshot").file_count(), 1);
    drop(committer);

    // Another writer's file, learned in between, comes into the same table.
    let (other_folder, other) = table();
    let rows = (0..3).map(|h| reading("A", PM25, HOUR + h, 99)).collect();
    append(&mut other.committer().expect("the right to write"), rows, 45);
    let file = files(other_folder.path(), ".parquet").pop().expect("a data file");
    let relative = file.strip_prefix(other_folder.path()).expect("inside");
    fs::copy(&file, folder.path().join(relative)).expect("a copy");
    let log = |root: &Path, v: u64| root.join(format!("_delta_log/{v:020}.json"));
    let next = store.snapshot().expect("a snapshot").version() + 1;
    fs::copy(log(other_folder.path(), 1), log(folder.path(), next)).expect("a commit");

    let snapshot = store.snapshot().expect("a snapshot");
    assert_eq!((snapshot.version(), snapshot.file_count()), (next, 2));
    let shown = |as_of, threads| scan(&snapshot, HOUR..HOUR + 3, as_of, threads)["A"].0[..3].to_vec();
    let million = |v: [i64; 3]| v.map(|v| v * 1_000_000).to_vec();
    assert_eq!(shown(None, 1), million([9, 99, 99]));
    assert_eq!(shown(Some(at(50)), 2), million([5, 99, 99]));
    assert_eq!(shown(Some(at(49)), 2), million([99, 99, 99]));
    let mut committer = store.committer().expect("the right to write");
    let again = append(&mut committer, vec![reading("A", PM25, HOUR, 9), reading("A", PM25, HOUR + 1, 99)], 100);
    assert_eq!(again.repeated, 2);
}
