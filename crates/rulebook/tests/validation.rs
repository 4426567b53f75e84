//! A wrong file is refused with its name, the key, and what would be right.

use std::fs;
use std::path::Path;
use std::time::Instant;

use lanwan_rulebook::{RulebookError, RulebookErrors, Rulebooks};

/// A copy of shipped files in a folder of its own.
struct Folder(tempfile::TempDir);

impl Folder {
    fn of(ids: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        let rules = Rulebooks::builtin().expect("shipped files");
        for id in ids {
            folder.write(&format!("{id}.toml"), &rules.get(id).expect(id).text);
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file");
    }

    fn load(&self) -> Result<Rulebooks, RulebookErrors> {
        Rulebooks::load(self.path())
    }
}

/// The errors after one replacement in a shipped file.
fn after(id: &str, from: &str, to: &str) -> Vec<RulebookError> {
    let folder = Folder::of(&[id]);
    let text = Rulebooks::builtin().expect("shipped files").get(id).expect(id).text.clone();
    assert!(text.contains(from), "{id} has no `{from}`");
    folder.write(&format!("{id}.toml"), &text.replacen(from, to, 1));
    folder.load().expect_err("an error").0
}

/// One of the errors names the file and every one of the words.
fn told(errors: &[RulebookError], file: &str, words: &[&str]) {
    let found = errors.iter().map(ToString::to_string).any(|e| e.contains(file) && words.iter().all(|w| e.contains(w)));
    assert!(found, "no error with {words:?} in {errors:#?}");
}

macro_rules! refused {
    ($($name:ident: $id:literal, $from:literal => $to:literal, $words:expr;)*) => {$(
        #[test]
        fn $name() {
            told(&after($id, $from, $to), concat!($id, ".toml"), &$words);
        }
    )*};
}

refused! {
    not_toml: "gb3095-2012", "[rule]" => "[rule", [".toml:4:", "not valid TOML"];
    unknown_key_in_the_header:
        "gb3095-2012", "region =" => "regoin =", [":11: `rule.regoin`", "unknown field `regoin`", "`region`"];
    unknown_key_in_a_row:
        "gb3095-2012", "class1 = 50" => "class9 = 50",
        ["`body.limits[1].class9`", "unknown field `class9`", "`class1`"];
    unknown_topic:
        "gb3095-2012", "\"air-limits\"" => "\"air\"", ["`rule.topic`", "`air` is no topic", "air-limits, air-index"];
    missing_topic: "gb3095-2012", "topic =" => "tpic =", ["`rule.topic`", "missing"];
    unknown_region: "gb3095-2012", "\"CN\"" => "\"990000\"", ["`rule.region`", "`990000` is no region", "370200"];
    impossible_date:
        "gb3095-2012", "\"2013-01-01\"" => "\"2013-02-30\"",
        ["`rule.effective_from`", "2013-02-30", "expected one such as"];
    date_order:
        "gb3095-2012", "\"2026-02-28\"" => "\"2012-02-28\"",
        ["`rule.effective_to`", "before effective_from 2013-01-01"];
    bad_id: "gb3095-2012", "id = \"gb3095-2012\"" => "id = \"GB 3095\"", ["`rule.id`", "hyphens"];
    number_with_a_point_is_quoted:
        "gb3095-2012", "class1 = \"0.5\"" => "class1 = 0.5", ["body.limits[", "class1`", "decimal in quotes"];
    unknown_pollutant:
        "gb3095-2012", "\"SO2\"" => "\"SO3\"", ["`body.limits[0].pollutant`", "unknown pollutant `SO3`"];
    unknown_unit: "gb3095-2012", "\"ug/m3\"" => "\"ug\"", ["`body.limits[0].unit`", "ug/m3"];
    wrong_unit: "gb3095-2012", "\"ug/m3\"" => "\"mg/m3\"", ["`body.limits[0].unit`", "SO2 is measured in ug/m3"];
    unknown_mark: "gb3095-2012", "\"verified\"" => "\"sure\"", ["`body.limits[0].verification`", "verified"];
    empty_clause: "gb3095-2012", "clause = \"表 1\"" => "clause = \" \"", ["`body.limits[0].clause`", "is empty"];
    better_than_its_entries:
        "gb3095-2012", "region =" => "verification = \"verified\"\nregion =",
        ["`rule.verification`", "better than the worst entry, `one-source`"];
    repeated_limit:
        "gb3095-2012", "averaging = \"24h\"" => "averaging = \"annual\"",
        ["`body.limits[1]`", "SO2 annual is already given at body.limits[0]"];
    missing_limit:
        "gb3095-2012", "averaging = \"8h\"" => "averaging = \"annual\"", ["`body.limits`", "missing O3 8h"];
    looser_class_one:
        "gb3095-2012", "class1 = 20" => "class1 = 70", ["`body.limits[0].class1`", "70 is above class2 60"];
    limit_of_zero: "gb3095-2012", "class1 = 20" => "class1 = 0", ["`body.limits[0].class1`", "above zero"];
    breakpoints_fall:
        "hj633-2012", "[150, 475]" => "[150, 149]",
        ["`body.scales[0].points[3]`", "[150, 149] does not increase on [100, 150]"];
    breakpoints_start_late:
        "hj633-2012", "[[0, 0], [50, 50]" => "[[0, 1], [50, 50]", ["`body.scales[0].points`", "begin with [0, 0]"];
    fallback_to_nothing:
        "hj633-2012", "fallback = \"24h\"" => "fallback = \"8h\"",
        ["`body.scales[1].above_top`", "no other scale of SO2 8h"];
    levels_with_a_gap: "hj633-2012", "min = 51" => "min = 52", ["`body.levels[1].min`", "is 52, expected 51"];
    levels_that_end_early:
        "hj633-2012", "min = 301, max = 500" => "min = 301, max = 400", ["`body.levels`", "must end at aqi_max 500"];
    two_default_modes:
        "hj633-2012", "default = false" => "default = true", ["`body.realtime`", "2 modes are the default"];
    input_without_a_scale:
        "hj633-2026", "{ pollutant = \"PM10\", averaging = \"24h\" }" => "{ pollutant = \"PM10\", averaging = \"1h\" }",
        ["`body.daily.inputs[3]`", "no scale of PM10 1h"];
    five_pollutants:
        "hj633-2026", "  { pollutant = \"CO\", decimals = 1 },\n" => "",
        ["`body.rounding.before_iaqi`", "missing CO"];
    percentile_out_of_range:
        "hj663-2013", "percentile = 98" => "percentile = 100",
        ["`body.items[1].percentile`", "100 is out of range (expected 1 to 99)"];
    percentile_of_a_mean:
        "hj663-2013", "statistic = \"mean\", limit" => "statistic = \"mean\", percentile = 50, limit",
        ["`body.items[0].percentile`", "the statistic is a mean"];
    hours_of_a_day:
        "hj663-2013", "min_hours = 20" => "min_hours = 25", ["`body.hours.daily_mean.min_hours`", "expected 1 to 24"];
    more_windows_than_a_day_has:
        "hj663-2013", "min_windows = 14" => "min_windows = 18", ["`body.hours.mda8.min_windows`", "expected 1 to 17"];
    six_items:
        "hj663-2013", "{ pollutant = \"CO\", statistic" => "{ pollutant = \"TSP\", statistic",
        ["`body.items`", "missing CO"];
    composite_of_five:
        "composite-2012", "{ pollutant = \"CO\"" => "{ pollutant = \"SO2\"", ["`body.terms`", "missing CO"];
    composite_divisor: "composite-2012", "divisor = 60" => "divisor = 0", ["`body.terms[0].divisor`", "above zero"];
    warning_without_threshold:
        "warning-2016", "aqi_above = 200, " => "",
        ["`body.levels[0].any_of[0][0]`", "exactly one of aqi_above and aqi_at_least"];
    warning_out_of_order:
        "warning-2016", "level = \"blue\"" => "level = \"red\"", ["`body.levels[1].level`", "yellow after red"];
    dust_both_ways: "dust-2016", "\"good-ratio\"" => "\"pm10\"", ["`body.scope.kept[0]`", "one or the other"];
    weights_off:
        "shandong-compensation-2014", "weight = 60" => "weight = 61", ["`body.weights`", "sum to 101, expected 100"];
    factor_elsewhere:
        "shandong-compensation-2014", "\"370200\"" => "\"320200\"",
        ["`body.factors[0].place`", "does not lie in 370000"];
    award_class:
        "shandong-compensation-2017", "class = 2" => "class = 3", ["`body.awards[0].class`", "expected 1 to 2"];
}

#[test]
fn a_rule_without_a_source_is_refused() {
    let folder = Folder::of(&["dust-2016"]);
    let text = fs::read_to_string(folder.path().join("dust-2016.toml")).expect("a file");
    let (before, rest) = text.split_once("sources = [").expect("sources");
    let (_, after) = rest.split_once("\n]\n").expect("the end of the sources");
    folder.write("dust-2016.toml", &format!("{before}sources = []\n{after}"));
    told(&folder.load().expect_err("an error").0, "dust-2016.toml", &["`rule.sources`", "at least one source"]);
}

#[test]
fn an_id_is_given_once() {
    let folder = Folder::of(&["gb3095-2012"]);
    let text = Rulebooks::builtin().expect("shipped files").get("gb3095-2012").expect("a file").text.clone();
    folder.write("other.toml", &text);
    let errors = folder.load().expect_err("an error").0;
    told(&errors, "other.toml", &["`gb3095-2012` is already the id of", "gb3095-2012.toml"]);
}

#[test]
fn two_rules_for_the_same_thing_at_the_same_time_are_refused() {
    let folder = Folder::of(&["gb3095-2012", "gb3095-2026-transition"]);
    let text = Rulebooks::builtin().expect("shipped files").get("gb3095-2012").expect("a file").text.clone();
    folder.write("gb3095-2012.toml", &text.replacen("2026-02-28", "2026-03-31", 1));
    let errors = folder.load().expect_err("an error").0;
    assert_eq!(errors.len(), 1);
    told(
        &errors,
        "gb3095-2012.toml",
        &["gb3095-2026-transition.toml", "from 2026-03-01 to 2026-03-31", "air-limits in CN"],
    );
    folder.write("gb3095-2012.toml", &text.replacen("effective_to = \"2026-02-28\"\n", "", 1));
    told(&folder.load().expect_err("an error").0, "gb3095-2012.toml", &["from 2026-03-01 to 2030-12-31"]);
}

#[test]
fn every_error_of_every_file_is_told_at_once() {
    let folder = Folder::of(&[]);
    folder.write("a.toml", "[rule]\ntopic = 3\n");
    fs::write(folder.path().join("b.toml"), [0xff, 0xfe, 0x00]).expect("a file");
    folder.write("c.toml", "");
    folder.write("ignored.txt", "not a rule file");
    let errors = folder.load().expect_err("an error").0;
    assert_eq!(errors.len(), 3, "{errors:#?}");
    told(&errors, "a.toml", &[":2:", "`rule.topic`", "expected text"]);
    told(&errors, "b.toml", &["not UTF-8"]);
    told(&errors, "c.toml", &["`rule.topic`", "missing"]);
}

#[test]
fn a_missing_folder_is_an_error() {
    let folder = Folder::of(&[]);
    let errors = Rulebooks::load(&folder.path().join("nowhere")).expect_err("an error").0;
    told(&errors, "nowhere", &["cannot be read"]);
}

#[test]
fn a_city_adds_files_and_replaces_shipped_ones() {
    let folder = Folder::of(&["qingdao-compensation-2019"]);
    let shipped = Rulebooks::builtin().expect("shipped files");
    let text = &shipped.get("qingdao-compensation-2019").expect("a file").text;
    fs::create_dir(folder.path().join("deep")).expect("a folder");
    let added = text
        .replace("qingdao-compensation-2019", "my-2020")
        .replace("2019-01-01", "2020-01-01")
        .replace("2019-12-31", "2020-12-31");
    folder.write("deep/2020.toml", &added);
    folder.write("qingdao-compensation-2019.toml", &text.replacen("2019-12-31", "2019-11-30", 1));
    let rules = Rulebooks::builtin_and(Some(folder.path())).expect("a set");
    assert_eq!(rules.all().len(), shipped.all().len() + 1);
    let to = rules.get("qingdao-compensation-2019").and_then(|r| r.effective_to).map(|d| d.to_string());
    assert_eq!(to.as_deref(), Some("2019-11-30"));
    assert!(rules.get("my-2020").is_some());
}

#[test]
fn shipped_files_load_from_a_folder_as_they_do_from_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks");
    let (from_folder, builtin) = (Rulebooks::load(&folder).expect("a set"), Rulebooks::builtin().expect("a set"));
    let hashes = |set: &Rulebooks| set.all().iter().map(|r| r.hash.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&from_folder), hashes(&builtin));
}

#[test]
fn the_shipped_files_load_quickly() {
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            Rulebooks::builtin().expect("a set");
            start.elapsed()
        })
        .min()
        .expect("a time");
    println!("loaded in {best:?}");
    // Unoptimised builds take several times as long as the program.
    assert!(best.as_millis() < if cfg!(debug_assertions) { 500 } else { 20 }, "{best:?}");
}
