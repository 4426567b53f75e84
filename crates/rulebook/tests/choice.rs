//! The rule in force is chosen by the day and the place of the thing judged.

use chrono::{Days, NaiveDate};
use lanwan_rulebook::{ChoiceError, Region, Rulebooks, Topic};
use proptest::prelude::*;
use std::sync::LazyLock;

static RULES: LazyLock<Rulebooks> = LazyLock::new(|| Rulebooks::builtin().unwrap_or_else(|e| panic!("{e}")));

fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

fn region(text: &str) -> Region {
    text.parse().expect(text)
}

fn chosen(topic: Topic, on: &str, place: &str) -> String {
    RULES.in_force(topic, day(on), &region(place)).map_or_else(|e| e.to_string(), |r| r.id.clone())
}

#[test]
fn limits_change_on_the_first_of_march_2026_and_on_new_year_2031() {
    for (on, id) in [
        ("2013-01-01", "gb3095-2012"),
        ("2026-02-28", "gb3095-2012"),
        ("2026-03-01", "gb3095-2026-transition"),
        ("2030-12-31", "gb3095-2026-transition"),
        ("2031-01-01", "gb3095-2026-final"),
    ] {
        assert_eq!(chosen(Topic::AirLimits, on, "370200"), id, "{on}");
    }
    assert_eq!(chosen(Topic::AirIndex, "2026-02-28", "CN"), "hj633-2012");
    assert_eq!(chosen(Topic::AirIndex, "2035-06-01", "CN"), "hj633-2026");
    assert_eq!(chosen(Topic::AirAssessment, "2026-03-01", "CN"), "hj663-2026");
    assert_eq!(chosen(Topic::AirRanking, "2017-12-31", "CN"), "ranking-2014");
    assert_eq!(chosen(Topic::AirRanking, "2018-01-01", "CN"), "ranking-2018");
}

#[test]
fn the_most_specific_region_wins() {
    assert_eq!(chosen(Topic::AirWarning, "2016-06-01", "370200"), "qingdao-warning-2016");
    assert_eq!(chosen(Topic::AirWarning, "2016-06-01", "370202"), "qingdao-warning-2016");
    assert_eq!(chosen(Topic::AirWarning, "2016-06-01", "370100"), "warning-2016");
    assert_eq!(chosen(Topic::AirWarning, "2023-06-01", "370200"), "shandong-warning-2023");
    assert_eq!(chosen(Topic::AirWarning, "2023-06-01", "320100"), "warning-2018");
    let all = RULES.in_force_all(Topic::AirWarning, day("2024-10-01"), &region("370200"));
    let ids: Vec<_> = all.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["shandong-warning-2024", "warning-2024"]);
}

#[test]
fn the_settling_body_chooses_the_compensation_scheme() {
    assert_eq!(chosen(Topic::AirCompensation, "2016-06-30", "370000"), "shandong-compensation-2015-12");
    assert_eq!(chosen(Topic::AirCompensation, "2016-06-30", "370200"), "qingdao-compensation-2016");
    assert_eq!(chosen(Topic::AirCompensation, "2017-03-31", "370000"), "shandong-compensation-2015-12");
    assert_eq!(chosen(Topic::AirCompensation, "2017-04-01", "370000"), "shandong-compensation-2017");
}

#[test]
fn a_draft_is_shown_and_never_chosen() {
    assert!(RULES.get("shandong-warning-2022-draft").is_some_and(|r| r.draft));
    assert_eq!(chosen(Topic::AirWarning, "2022-12-01", "370200"), "warning-2018");
    let draft =
        RULES.of_edition(Topic::AirWarning, "shandong-warning-2022-draft", day("2022-12-01"), &region("370200"));
    assert!(matches!(draft, Err(ChoiceError::NoEdition { .. })));
}

#[test]
fn no_rule_in_force_says_what_there_is() {
    let told = chosen(Topic::AirLimits, "2012-12-31", "370200");
    assert!(told.contains("air-limits") && told.contains("2012-12-31") && told.contains("370200"), "{told}");
    assert!(told.contains("gb3095-2012 (GB3095-2012, 2013-01-01 to 2026-02-28)"), "{told}");
}

#[test]
fn an_edition_can_be_asked_for_on_days_outside_it() {
    for (topic, edition, on, id) in [
        (Topic::AirLimits, "GB3095-2026", "2024-06-01", "gb3095-2026-transition"),
        (Topic::AirLimits, "GB3095-2026", "2026-06-01", "gb3095-2026-transition"),
        (Topic::AirLimits, "GB3095-2026", "2040-06-01", "gb3095-2026-final"),
        (Topic::AirLimits, "GB3095-2012", "2040-06-01", "gb3095-2012"),
        (Topic::AirLimits, "GB3095-2012", "2010-06-01", "gb3095-2012"),
        (Topic::AirIndex, "GB3095-2026", "2024-06-01", "hj633-2026"),
        (Topic::AirAssessment, "GB3095-2012", "2027-06-01", "hj663-2013"),
        (Topic::AirComposite, "GB3095-2026", "2024-06-01", "composite-2026-transition"),
        (Topic::AirComposite, "GB3095-2012", "2040-06-01", "composite-2012"),
    ] {
        let found = RULES.of_edition(topic, edition, day(on), &region("370200")).map(|r| r.id.as_str());
        assert_eq!(found, Ok(id), "{topic} {edition} {on}");
    }
    let none = RULES.of_edition(Topic::AirLimits, "GB3095-1996", day("2024-06-01"), &Region::NATION);
    let told = none.map(|r| r.id.clone()).expect_err("no such edition").to_string();
    assert!(told.contains("GB3095-1996") && told.contains("GB3095-2026"), "{told}");
}

#[test]
fn there_are_two_editions() {
    let found: Vec<_> = RULES.editions().into_iter().map(|e| (e.code, e.from, e.to)).collect();
    assert_eq!(
        found,
        [
            ("GB3095-2012".to_owned(), day("2013-01-01"), Some(day("2026-02-28"))),
            ("GB3095-2026".to_owned(), day("2026-03-01"), None),
        ]
    );
}

#[test]
fn files_are_sorted_by_topic_first_day_and_id() {
    let keys: Vec<_> = RULES.all().iter().map(|r| (r.topic, r.effective_from, &r.id)).collect();
    assert!(keys.is_sorted());
    let folders: std::collections::BTreeSet<_> = RULES.all().iter().filter_map(|r| r.path.split('/').next()).collect();
    assert_eq!(folders.into_iter().collect::<Vec<_>>(), ["national", "qingdao", "shandong"]);
}

#[test]
fn every_day_of_qingdao_has_exactly_one_rule_of_each_edition_topic() {
    let place = region("370200");
    for on in day("2013-01-01").iter_days().take_while(|d| *d <= day("2040-12-31")) {
        for topic in [Topic::AirLimits, Topic::AirIndex, Topic::AirAssessment, Topic::AirComposite] {
            assert_eq!(RULES.in_force_all(topic, on, &place).len(), 1, "{topic} {on}");
        }
        assert!(RULES.in_force(Topic::AirWarning, on, &place).is_ok(), "{on}");
    }
}

proptest! {
    #[test]
    fn the_choice_covers_the_day_and_the_place_and_nothing_more_specific_does(
        offset in 0u64..12_000,
        place in prop::sample::select(vec!["CN", "370000", "370100", "370200", "370212", "110000"]),
        topic in prop::sample::select(Topic::ALL),
    ) {
        let (on, place) = (day("2013-01-01") + Days::new(offset), region(place));
        let applies = |r: &&std::sync::Arc<lanwan_rulebook::Rulebook>| {
            r.topic == topic && !r.draft && r.covers(on) && r.region.contains(&place)
        };
        let best = RULES.all().iter().filter(applies).map(|r| r.region.specificity()).max();
        match RULES.in_force(topic, on, &place) {
            Ok(rule) => {
                prop_assert!(applies(&rule));
                prop_assert_eq!(Some(rule.region.specificity()), best);
                prop_assert_eq!(RULES.of_edition(topic, &rule.edition, on, &place), Ok(rule));
            }
            Err(_) => prop_assert_eq!(best, None),
        }
    }
}
