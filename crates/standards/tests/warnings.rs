//! Levels of heavy-pollution warning: what counts as so many hours.

use lanwan_rulebook::Rulebooks;
use lanwan_standards::air::{Episode, highest_warning};

fn level(plan: &str, running: &[Option<u16>], hourly: &[Option<u16>]) -> Option<&'static str> {
    let rules = Rulebooks::builtin().expect("the shipped rule files");
    let rule = rules.get(plan).and_then(|r| r.air_warning()).expect(plan);
    highest_warning(rule, Episode { running_24h: running, hourly }).map(|l| l.level.code())
}

fn running(aqi: u16, count: usize) -> Vec<Option<u16>> {
    [vec![Some(90)], vec![Some(aqi); count], vec![Some(90)]].concat()
}

#[test]
fn one_running_mean_covers_24_hours_and_25_in_a_row_cover_48() {
    assert_eq!(level("warning-2016", &running(201, 0), &[]), None);
    assert_eq!(level("warning-2016", &running(201, 1), &[]), Some("blue"));
    assert_eq!(level("warning-2016", &running(201, 24), &[]), Some("blue"));
    assert_eq!(level("warning-2016", &running(201, 25), &[]), Some("yellow"));
    assert_eq!(level("warning-2016", &running(200, 96), &[]), None);
}

#[test]
fn a_missing_hour_breaks_the_run() {
    let mut broken = running(201, 25);
    broken[12] = None;
    assert_eq!(level("warning-2018", &broken, &[]), None);
    assert_eq!(level("warning-2018", &running(201, 25), &[]), Some("yellow"));
}

#[test]
fn a_level_applies_when_no_higher_one_does() {
    // 73 means above 200 are 96 hours; 25 of them above 300 are 48 hours.
    let orange = [vec![Some(301)], vec![Some(201); 72]].concat();
    assert_eq!(level("warning-2016", &orange, &[]), Some("orange"));
    let red = [vec![Some(301); 25], vec![Some(201); 48]].concat();
    assert_eq!(level("warning-2016", &red, &[]), Some("red"));
    assert_eq!(level("warning-2016", &[Some(500)], &[]), Some("red"));
    assert_eq!(level("warning-2016", &[Some(499)], &[]), Some("blue"));
}

#[test]
fn one_hour_is_enough_where_the_plan_looks_at_hours() {
    let days = running(151, 25);
    assert_eq!(level("shandong-warning-2022-draft", &days, &[Some(180)]), None);
    assert_eq!(level("shandong-warning-2022-draft", &days, &[Some(180), Some(201)]), Some("yellow"));
}
