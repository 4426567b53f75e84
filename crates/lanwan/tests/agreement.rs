//! Agreement with air quality indices that others have published. The files have no licence to be shipped: they are read
//! from the folder that `LANWAN_REAL_DATA` names, and the tests say that they cannot run without it. What each count means,
//! and where the files come from, is in `docs/agreement.md`.

#[expect(dead_code, reason = "the support of all test binaries; this one needs a part of it")]
mod support;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use lanwan_intake::{Input, Published, read};
use lanwan_terms::{Span, format_cst};

use support::{Folder, Row};

/// What came of holding the computed index against the published one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Agreement {
    /// Both say an index.
    both: usize,
    /// And the same one.
    equal: usize,
    /// Of the equal ones: another level is published.
    other_level: usize,
    /// Of the equal ones above 50: another set of primary pollutants is published.
    other_primary: usize,
    /// Only the file says an index.
    only_published: usize,
}

/// The files named, or why they cannot be read here.
fn files(names: &[&str]) -> Option<Vec<PathBuf>> {
    let Some(root) = std::env::var_os("LANWAN_REAL_DATA") else {
        eprintln!("not run: LANWAN_REAL_DATA does not name a folder with {}", names.join(", "));
        return None;
    };
    let files: Vec<PathBuf> = names.iter().map(|n| Path::new(&root).join(n)).collect();
    for file in &files {
        assert!(file.is_file(), "LANWAN_REAL_DATA holds no {}", file.display());
    }
    Some(files)
}

/// The index values that the files state themselves.
fn published(files: &[PathBuf]) -> Vec<Published> {
    let read = |file: &PathBuf| {
        read(Input::Path(file.clone()), &lanwan_intake::Options::default(), &mut |_| ())
            .expect("a known layout")
            .published
    };
    files.iter().flat_map(read).collect()
}

/// The index values that the binary computes, by place and start.
fn computed(files: &[PathBuf], options: &[&str]) -> HashMap<(String, String), Row> {
    let files: Vec<&str> = files.iter().map(|f| f.to_str().expect("a path in UTF-8")).collect();
    let args = [&["assess", "air"], files.as_slice(), options, &["--format", "csv"]].concat();
    let rows = Folder::new().run(&args).exits(0).rows();
    rows.into_iter().map(|row| ((row["place"].clone(), row["start"].clone()), row)).collect()
}

fn agreement(files: &[PathBuf], options: &[&str]) -> (Agreement, Vec<String>) {
    let computed = computed(files, options);
    let mut counts = Agreement::default();
    let mut differences = Vec::new();
    for stated in published(files) {
        let Some(aqi) = stated.aqi.filter(|aqi| *aqi > 0) else { continue };
        if DOUBLED.contains(&stated.monitor.as_str()) {
            continue;
        }
        let start = format_cst(stated.start);
        let row = computed.get(&(stated.monitor.clone(), start.clone()));
        let Some(row) = row.filter(|row| !row["aqi"].is_empty()) else {
            counts.only_published += 1;
            continue;
        };
        counts.both += 1;
        if row["aqi"] != aqi.to_string() {
            if differences.len() < 20 {
                differences.push(format!("{} {start}: published {aqi}, computed {}", stated.monitor, row["aqi"]));
            }
            continue;
        }
        counts.equal += 1;
        counts.other_level += usize::from(stated.level.is_some_and(|level| level.to_string() != row["level"]));
        let mut primary: Vec<String> = stated.primary.iter().map(ToString::to_string).collect();
        let mut found: Vec<&str> = row["primary"].split('|').filter(|p| !p.is_empty()).collect();
        primary.sort_unstable();
        found.sort_unstable();
        counts.other_primary +=
            usize::from(aqi > 50 && stated.span == Span::Hour && !primary.is_empty() && primary != found);
    }
    (counts, differences)
}

/// Names that the file of 2020 gives to two stations each: their rows contradict each other and are refused on both sides.
const DOUBLED: [&str; 6] =
    ["南阳/环保局", "榆林/世纪广场", "榆林/环保监测大楼", "商丘/环境监测站", "商丘/睢阳区环保局", "商丘/粮食局"];

const HOURLY_2014: [&str; 2] =
    ["air-hourly-sites/china_sites_20140604.csv.gz", "air-hourly-sites/china_sites_20140605.csv.gz"];
const HOURLY_2020: [&str; 2] = ["air-hourly-2020/hourly_shandong.csv", "air-hourly-2020/hourly_other.csv.gz"];
const SNAPSHOT_2018: [&str; 1] = ["air-national-snapshot/cnemc_2018-02-20T07.json.gz"];
const DAILY_2014: [&str; 1] = ["air-daily-2014/daily_2013-12_2017-01.csv.gz"];
const DAILY_2025: [&str; 1] = ["air-daily-2025/daily_2025-01_2026-06.csv"];

#[test]
fn the_hourly_index_of_june_2014_is_the_published_one_at_every_station_and_hour() {
    let Some(files) = files(&HOURLY_2014) else { return };
    let (counts, differences) = agreement(&files, &["--by", "hour"]);
    assert_eq!(counts, Agreement { both: 42_648, equal: 42_648, ..Agreement::default() }, "{differences:#?}");
}

#[test]
fn the_hourly_index_of_april_2020_is_the_published_one_but_for_one_stale_row() {
    let Some(files) = files(&HOURLY_2020) else { return };
    let (counts, differences) = agreement(&files, &["--by", "hour"]);
    assert_eq!(differences, ["三沙/西沙 2017-01-04T09:00:00+08:00: published 30, computed 20"]);
    assert_eq!((counts.both, counts.equal, counts.only_published), (77_061, 77_060, 0));
    assert_eq!((counts.other_level, counts.other_primary), (0, 0));
}

#[test]
fn the_snapshot_of_2018_is_the_published_one_once_its_exchanged_ozone_columns_are_put_right() {
    let Some(files) = files(&SNAPSHOT_2018) else { return };
    let (counts, differences) = agreement(&files, &["--by", "hour"]);
    assert_eq!(counts, Agreement { both: 1_475, equal: 1_475, ..Agreement::default() }, "{differences:#?}");
}

#[test]
fn the_index_as_the_text_of_hj633_2012_has_it_is_not_what_was_published() {
    let Some(files) = files(&HOURLY_2014) else { return };
    let (counts, _) = agreement(&files, &["--by", "hour", "--mode", "as-text"]);
    assert_eq!((counts.both, counts.equal, counts.only_published), (42_592, 2_053, 56));
}

#[test]
fn a_daily_listing_of_mean_hourly_indices_agrees_in_one_row_of_eight() {
    let Some(files) = files(&DAILY_2014) else { return };
    let (counts, _) = agreement(&files, &["--by", "day"]);
    assert_eq!((counts.both, counts.equal, counts.only_published), (53_166, 6_626, 1));
}

#[test]
fn a_daily_listing_without_ozone_is_never_far_below_what_its_own_numbers_give() {
    let Some(files) = files(&DAILY_2025) else { return };
    let computed = computed(&files, &["--by", "day", "--edition", "GB3095-2012"]);
    let (mut higher, mut equal, mut lower_by_one, mut capped, mut other) = (0, 0, 0, 0, Vec::new());
    for stated in published(&files) {
        let start = format_cst(stated.start);
        let stated_aqi = stated.aqi.expect("an index in every row");
        let row = &computed[&(stated.monitor.clone(), start.clone())];
        let found: u16 = row["aqi"].parse().expect("an index in every row");
        match stated_aqi {
            s if s > found => higher += 1,
            s if s == found => equal += 1,
            s if s + 1 == found => lower_by_one += 1,
            300 => capped += 1,
            s => other.push(format!("{} {start}: published {s}, computed {found}", stated.monitor)),
        }
    }
    assert_eq!((higher, equal, lower_by_one, capped, other), (5_000, 3_599, 1_321, 17, Vec::new()));
}

#[test]
fn from_march_2026_an_index_without_ozone_is_published_only_above_100() {
    let Some(files) = files(&DAILY_2025) else { return };
    let rows = computed(&files, &["--by", "day", "--from", "2026-03-01"]);
    let without: Vec<&Row> = rows.values().filter(|row| row["aqi"].is_empty()).collect();
    assert_eq!((rows.len(), without.len()), (1_881, 1_729));
    assert!(without.iter().all(|row| row["reason"] == "not-published" && row["edition"] == "GB3095-2026"));
    assert!(rows.values().all(|row| row["aqi"].is_empty() || row["aqi"].parse::<u16>().is_ok_and(|aqi| aqi > 100)));
}
