//! The built binary on good files: what it prints, what it keeps, and what its exit code says.

mod support;

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;

use support::{Folder, Ran};

/// Two stations of a city over the four days around 2026-03-01, when the standards change.
fn hourly() -> String {
    let mut text = String::from("city,station,time,SO2,NO2,CO,O3,PM10,PM2.5\n");
    for (d, day) in ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"].iter().enumerate() {
        for hour in 1..=24 {
            for (s, station) in ["A", "B"].iter().enumerate() {
                let n = d * 53 + hour * 7 + s * 11;
                text.push_str(&format!(
                    "青岛,{station},{day} {hour:02}:00,{},{},0.{},{},{},{}\n",
                    6 + n % 7,
                    20 + n % 21,
                    3 + n % 6,
                    60 + n % 91,
                    40 + n % 51,
                    20 + n % 31,
                ));
            }
        }
    }
    text
}

/// The line of an import's summary that counts, without what the numbers are called.
fn counts(ran: &Ran) -> Vec<u32> {
    let line = ran.out.lines().find(|line| line.contains("accepted")).expect("a line of counts");
    let numbers = line.split(|c: char| !c.is_ascii_digit()).filter(|s| !s.is_empty());
    numbers.map(|n| n.parse().expect("a number")).collect()
}

const FIRST_COLUMNS: &str = "place,start,end,aqi,level,primary,";

#[test]
fn every_result_begins_with_place_start_end_aqi_level_primary() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    for by in ["hour", "day", "month", "quarter", "year"] {
        for of in ["station", "city"] {
            let csv = folder.run(&["assess", "air", "a.csv", "--by", by, "--of", of, "--format", "csv"]).exits(0);
            assert!(csv.out.starts_with(FIRST_COLUMNS), "{by} {of}: {}", csv.out);
            let json = folder.run(&["assess", "air", "a.csv", "--by", by, "--of", of, "--format", "json"]).exits(0);
            let first = json.out.lines().nth(1).expect("a row");
            let keys = ["place", "start", "end", "aqi", "level", "primary"].map(|k| first.find(&format!("\"{k}\":")));
            assert!(keys.iter().all(Option::is_some) && keys.is_sorted(), "{by} {of}: {first}");
            let rows: Vec<serde_json::Value> = serde_json::from_str(&json.out).expect("JSON");
            assert_eq!(rows.len(), csv.rows().len(), "{by} {of}");
        }
    }
}

#[test]
fn times_carry_their_offset_and_a_label_names_the_end_of_its_hour() {
    let folder = Folder::new();
    folder.write("a.csv", "station,time,PM2.5\nA,2025-03-05 01:00,35\nA,2025-03-05 24:00,36\n");
    let rows = folder.run(&["assess", "air", "a.csv", "--by", "hour", "--format", "csv"]).exits(0).rows();
    let spans: Vec<_> = rows.iter().map(|r| (r["start"].as_str(), r["end"].as_str())).collect();
    assert_eq!(
        spans,
        [
            ("2025-03-05T00:00:00+08:00", "2025-03-05T01:00:00+08:00"),
            ("2025-03-05T23:00:00+08:00", "2025-03-06T00:00:00+08:00"),
        ]
    );
    let start = folder.run(&["assess", "air", "a.csv", "--by", "hour", "--time-label", "start", "--format", "csv"]);
    assert_eq!(start.exits(0).rows()[0]["start"], "2025-03-05T01:00:00+08:00");
}

#[test]
fn the_edition_in_force_changes_with_the_first_of_march_2026() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    let by_day = |edition: &str| {
        let ran = folder.run(&["assess", "air", "a.csv", "--edition", edition, "--place", "A", "--format", "csv"]);
        ran.exits(0).rows().iter().map(|r| r["edition"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(by_day("in-force"), ["GB3095-2012", "GB3095-2012", "GB3095-2026", "GB3095-2026"]);
    assert_eq!(by_day("GB3095-2012,GB3095-2026").len(), 8);
    assert_eq!(by_day("GB3095-2026").iter().collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn order_and_split_of_the_rows_do_not_change_a_byte() {
    let folder = Folder::new();
    let text = hourly();
    let (header, rows) = text.split_once('\n').expect("a header");
    let rows: Vec<&str> = rows.lines().collect();
    let with = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    // 89 and the number of rows have no common factor, so this visits every row once.
    let permuted: Vec<&str> = (0..rows.len()).map(|i| rows[i * 89 % rows.len()]).collect();
    folder.write("a.csv", &text).write("permuted.csv", with(&permuted));
    folder.write("one.csv", with(&permuted[..50])).write("two.csv", with(&permuted[50..]));
    folder.write("twice.csv", with(&[rows.as_slice(), &rows[..70]].concat()));
    for by in ["hour", "day", "month", "year"] {
        for of in ["station", "city"] {
            let assess = |files: &[&str]| {
                let args = [&["assess", "air"], files, &["--by", by, "--of", of, "--format", "csv"]].concat();
                folder.run(&args).exits(0).out
            };
            let whole = assess(&["a.csv"]);
            assert_eq!(whole, assess(&["permuted.csv"]), "{by} {of}");
            assert_eq!(whole, assess(&["two.csv", "one.csv"]), "{by} {of}");
            assert_eq!(whole, assess(&["twice.csv"]), "{by} {of}");
        }
    }
}

#[test]
fn importing_in_parts_gives_the_same_results_as_importing_at_once() {
    let folder = Folder::new();
    let text = hourly();
    let (header, rows) = text.split_once('\n').expect("a header");
    let at = rows.match_indices('\n').nth(76).expect("a row").0 + 1;
    folder.write("a.csv", &text);
    folder
        .write("two.csv", format!("{header}\n{}", &rows[at..]))
        .write("one.csv", format!("{header}\n{}", &rows[..at]));
    folder.run(&["import", "a.csv", "--data", "whole"]).exits(0);
    folder.run(&["import", "two.csv", "one.csv", "--data", "parts"]).exits(0);
    let assess = |data: &str| {
        let mut rows = folder.run(&["assess", "air", "--by", "day", "--format", "csv", "--data", data]).exits(0).rows();
        // The address names the as-of time, which is when each was imported.
        rows.iter_mut().for_each(|row| drop(row.remove("finding")));
        rows
    };
    assert_eq!(assess("whole"), assess("parts"));
}

#[test]
fn a_file_is_judged_from_standard_input_too() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    let file = folder.run(&["assess", "air", "a.csv", "--format", "csv"]).exits(0);
    let input = |stdin: &mut dyn Write| stdin.write_all(hourly().as_bytes()).expect("the binary reads on");
    let piped = folder.run_with(&["assess", "air", "-", "--format", "csv"], input).exits(0);
    assert_eq!(file.out, piped.out);
}

#[test]
fn importing_a_file_again_changes_nothing() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    // Accepted, of them missing, repeated, superseded, rejected.
    assert_eq!(counts(&folder.run(&["import", "a.csv"]).exits(0)), [1152, 0, 0, 0, 0]);
    let assess = || folder.run(&["assess", "air", "--by", "hour", "--format", "csv"]).exits(0).out;
    let before = assess();
    assert_eq!(counts(&folder.run(&["import", "a.csv"]).exits(0)), [0, 0, 1152, 0, 0]);
    assert_eq!(assess(), before);
}

#[test]
fn a_correction_supersedes_and_as_of_gives_what_was_known_before() {
    let folder = Folder::new();
    folder.write("a.csv", hourly()).write("b.csv", "city,station,time,PM2.5\n青岛,A,2026-02-28 12:00,450\n");
    let first = folder.run(&["import", "a.csv", "--format", "json"]).exits(0);
    let first: serde_json::Value = serde_json::from_str(&first.out).expect("JSON");
    let learned = first[0]["learned_at"].as_str().expect("when it was learned").to_owned();
    let day = |as_of: Option<&str>| {
        let mut args = vec!["assess", "air", "--place", "青岛/A", "--from", "2026-02-28", "--to", "2026-02-28"];
        args.extend(["--format", "csv"]);
        args.extend(as_of.into_iter().flat_map(|t| ["--as-of", t]));
        folder.run(&args).exits(0).rows().pop()
    };
    let before = day(None).expect("a day");
    assert_eq!(counts(&folder.run(&["import", "b.csv"]).exits(0)), [0, 0, 0, 1, 0]);
    let after = day(None).expect("a day");
    assert_ne!(after["PM2.5"], before["PM2.5"]);
    let then = day(Some(&learned)).expect("a day");
    assert_eq!((&then["PM2.5"], &then["aqi"]), (&before["PM2.5"], &before["aqi"]));
    assert_eq!(day(Some("2020-01-01")), None, "nothing was known then");

    let old = folder.run(&["explain", &before["finding"]]).exits(0);
    let new = folder.run(&["explain", &after["finding"], "--limit", "1000"]).exits(0);
    assert!(new.out.contains("450 ug/m3") && new.out.contains("原值 was"), "{}", new.out);
    assert!(!old.out.contains("450 ug/m3"), "{}", old.out);
}

#[test]
fn a_less_checked_value_does_not_replace_a_more_checked_one() {
    let folder = Folder::new();
    let row = |value: u32| format!("city,station,time,PM2.5\n青岛,A,2026-02-28 12:00,{value}\n");
    folder.write("audited.csv", row(30)).write("late.csv", row(99));
    folder.run(&["import", "audited.csv", "--status", "audited"]).exits(0);
    let refused = folder.run(&["import", "late.csv"]).exits(0);
    assert_eq!(counts(&refused), [0, 0, 0, 0, 1]);
    assert!(refused.out.contains("status audited already stands"), "{}", refused.out);
    let hour = || folder.run(&["assess", "air", "--by", "hour", "--format", "csv"]).exits(0).rows().remove(0);
    assert_eq!((hour()["PM2.5"].as_str(), hour()["status"].as_str()), ("30", "audited"));
    assert_eq!(counts(&folder.run(&["import", "late.csv", "--status", "final"]).exits(0)), [0, 0, 0, 1, 0]);
    assert_eq!((hour()["PM2.5"].as_str(), hour()["status"].as_str()), ("99", "final"));
}

#[test]
fn statuses_that_mix_are_said_and_one_can_be_asked_for() {
    let folder = Folder::new();
    folder.write("a.csv", hourly()).write("b.csv", "city,station,time,PM2.5\n青岛,A,2026-02-28 12:00,33\n");
    folder.run(&["import", "a.csv"]).exits(0);
    folder.run(&["import", "b.csv", "--status", "audited"]).exits(0);
    let days = |only: &[&str]| {
        let range = ["--from", "2026-02-28", "--to", "2026-02-28", "--format", "csv", "--place", "青岛/A"];
        folder.run(&[&["assess", "air"], range.as_slice(), only].concat()).exits(0).rows().remove(0)
    };
    assert_eq!(days(&[])["status"], "provisional+audited");
    let audited = days(&["--only", "audited"]);
    assert_eq!((audited["aqi"].as_str(), audited["status"].as_str()), ("", "audited"));
    assert!(audited["missing"].contains("PM2.5:too-few-hours"), "{audited:?}");
}

#[test]
fn a_second_writer_is_refused_and_readers_go_on() {
    let folder = Folder::new();
    folder.write("a.csv", hourly()).write("b.csv", "city,station,time,PM2.5\n青岛,A,2026-02-28 12:00,450\n");
    folder.run(&["import", "a.csv"]).exits(0);
    // This process holds the table's lock as another import would.
    let lock = folder.path("data/observations/_committer.lock");
    let lock = OpenOptions::new().read(true).write(true).open(lock).expect("the lock of the table");
    lock.lock().expect("nobody holds it");
    let refused = folder.run(&["import", "b.csv"]).exits(2);
    assert!(refused.err.contains("are being written by"), "{}", refused.err);
    folder.run(&["maintain"]).exits(2);
    folder.run(&["assess", "air", "--by", "year"]).exits(0);
    drop(lock);
    assert_eq!(counts(&folder.run(&["import", "b.csv"]).exits(0)), [0, 0, 0, 1, 0]);
    folder.run(&["maintain"]).exits(0);
}

#[test]
fn a_finding_is_explained_from_its_file_and_from_the_data_folder() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    folder.run(&["import", "a.csv"]).exits(0);
    for by in ["hour", "day", "month", "year"] {
        for of in ["station", "city"] {
            for from in [&["a.csv"][..], &[]] {
                let args = [&["assess", "air"], from, &["--by", by, "--of", of, "--format", "csv"]].concat();
                let finding = folder.run(&args).exits(0).rows().pop().expect("a row")["finding"].clone();
                let explained = folder.run(&[&["explain", finding.as_str()], from].concat()).exits(0);
                assert!(explained.out.contains("HJ 6"), "{by} {of}: {}", explained.out);
                let json = folder.run(&[&["explain", finding.as_str(), "--format", "json"], from].concat()).exits(0);
                let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
                assert_eq!((&json["id"], &json["reproduced"]), (&finding.as_str().into(), &true.into()));
            }
        }
    }
}

#[test]
fn a_finding_whose_content_no_longer_comes_out_answers_no() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    let finding =
        folder.run(&["assess", "air", "a.csv", "--format", "csv"]).exits(0).rows().remove(0)["finding"].clone();
    let (key, _) = finding.rsplit_once('~').expect("a hash");
    let no = folder.run(&["explain", &format!("{key}~0123456789ab"), "a.csv"]).exits(1);
    assert!(no.out.contains("no longer comes out the same") && no.out.contains(&finding), "{}", no.out);
    folder.run(&["explain", "nonsense", "a.csv"]).exits(2);
    folder.run(&["explain", &finding, "a.csv", "--format", "csv"]).exits(2);
}

#[test]
fn a_dust_day_is_left_out_of_means_only_when_asked() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    folder.run(&["import", "a.csv"]).exits(0);
    let mark = ["dust", "add", "--place", "青岛", "--from", "2026-02-28", "--document", "沙尘认定"];
    assert_eq!(folder.run(&mark).exits(0).out.trim(), "1");
    let february = |dust: &str, as_of: &[&str]| {
        let args = ["assess", "air", "--by", "month", "--of", "city", "--format", "csv", "--dust", dust];
        folder.run(&[args.as_slice(), as_of].concat()).exits(0).rows().remove(0)
    };
    let (kept, excluded) = (february("keep", &[]), february("exclude", &[]));
    assert_eq!((kept["dust_days"].as_str(), excluded["dust_days"].as_str()), ("1", "1"));
    // The month's mean without the day, to all digits: rounded both may be the same.
    let exact = |dust: &str| {
        let args = ["assess", "air", "--by", "month", "--of", "city", "--format", "json", "--dust", dust];
        let rows: serde_json::Value = serde_json::from_str(&folder.run(&args).exits(0).out).expect("JSON");
        let items = rows[0]["items"].as_array().expect("items").clone();
        items.into_iter().find(|i| i["pollutant"] == "PM10").expect("PM10")["exact"].clone()
    };
    assert_ne!(exact("keep"), exact("exclude"));
    assert_eq!((&kept["SO2"], &kept["good_days"]), (&excluded["SO2"], &excluded["good_days"]));
    folder.run(&["dust", "withdraw", "1"]).exits(0);
    assert_eq!(february("exclude", &[])["PM10"], kept["PM10"]);
    folder.run(&["dust", "withdraw", "1"]).exits(2);
    assert!(folder.run(&["dust", "list", "--format", "csv"]).exits(0).rows()[0]["withdrawn_at"].starts_with("20"));
}

#[test]
fn usage_errors_exit_with_2_and_say_what_would_be_right() {
    let folder = Folder::new();
    folder.write("a.csv", hourly());
    for (args, says) in [
        (&["assess", "air", "a.csv", "--by", "fortnight"][..], "hour, day, month, quarter, year"),
        (&["assess", "air", "a.csv", "--edition", "GB3095-1996"], "expected in-force, GB3095-2012, GB3095-2026"),
        (&["assess", "air", "a.csv", "--from", "2026-03-02", "--to", "2026-03-01"], "is after"),
        (&["assess", "air", "a.csv", "--place", "火星"], "unknown place `火星`"),
        (&["assess", "air", "a.csv", "--region", "999999"], "six-digit adcode"),
        (&["assess", "air", "a.csv", "--as-of", "tomorrow"], "2024-03-05T12:00:00+08:00"),
        (&["assess", "air", "a.csv", "--unit", "CO=stone"], "ug/m3, mg/m3, ppb or ppm"),
        (&["assess", "air", "a.csv", "--unit", "PM2.5=ppb"], "no single gas"),
        (&["assess", "air"], "import a file first"),
        (&["assess", "air", "nowhere.csv"], "no such file"),
        (&["assess", "air", "."], "folder"),
        (&["serve"], "import a file first"),
        (&["rulebook", "show", "nothing"], "lanwan rulebook list"),
        (&[], "Usage"),
    ] {
        let ran = folder.run(args).exits(2);
        assert!(ran.err.contains(says), "{args:?}: {}", ran.err);
    }
    folder.run(&["--version"]).exits(0);
    folder.run(&["assess", "air", "--help"]).exits(0);
}

#[test]
fn rulebooks_are_listed_shown_and_checked() {
    let folder = Folder::new();
    let on = |day: &str| {
        let rows =
            folder.run(&["rulebook", "list", "--on", day, "--topic", "air-limits", "--format", "csv"]).exits(0).rows();
        rows.into_iter().map(|mut r| r.remove("id").unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(on("2026-02-28"), ["gb3095-2012"]);
    assert_eq!(on("2026-03-01"), ["gb3095-2026-transition"]);
    assert_eq!(on("2031-01-01"), ["gb3095-2026-final"]);
    assert!(folder.run(&["rulebook", "show", "hj633-2026"]).exits(0).out.contains("HJ 633-2026"));
    folder.run(&["rulebook", "check"]).exits(0);
    std::fs::create_dir(folder.path("own")).expect("a folder");
    folder.write("own/wrong.toml", "[rule]\nid = \"x\"\ntopic = \"air-weather\"\n");
    let wrong = folder.run(&["rulebook", "check", "own"]).exits(1);
    assert!(wrong.out.contains("wrong.toml") && wrong.out.contains("topic"), "{}", wrong.out);
}

#[test]
fn conformance_answers_no_when_a_case_fails() {
    let folder = Folder::new();
    let header = "topic,rule,inputs_json,expected_json\n";
    folder
        .write("pass.csv", format!("{header}aqi_level,HJ 633-2012,\"{{\"\"aqi\"\":101}}\",\"{{\"\"level\"\":3}}\"\n"));
    folder
        .write("fail.csv", format!("{header}aqi_level,HJ 633-2012,\"{{\"\"aqi\"\":101}}\",\"{{\"\"level\"\":2}}\"\n"));
    folder.write("none.csv", format!("{header}weather,x,{{}},{{}}\n")).write("header.csv", "a,b\n1,2\n");
    let pass = folder.run(&["conformance", "pass.csv"]).exits(0);
    assert!(pass.out.contains("1 passed, 0 failed"), "{}", pass.out);
    let fail = folder.run(&["conformance", "pass.csv", "fail.csv"]).exits(1);
    assert!(fail.out.contains("level: expected 2") && fail.out.contains("1 passed, 1 failed"), "{}", fail.out);
    assert!(folder.run(&["conformance", "none.csv"]).exits(0).out.contains("1 with no such topic"));
    assert!(folder.run(&["conformance", "header.csv"]).exits(2).err.contains("topic,rule,inputs_json,expected_json"));
}
