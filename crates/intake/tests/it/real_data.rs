//! Real files, read where they are: set `LANWAN_REAL_DATA` to the folder that holds them.

use std::path::PathBuf;

use crate::common::conserved;
use lanwan_intake::{Input, Intake, Layout, Options, RejectKind, read};
use lanwan_terms::Pollutant;

fn real(path: &str) -> Option<Intake> {
    let Some(folder) = std::env::var_os("LANWAN_REAL_DATA").map(PathBuf::from) else {
        println!("real data not available");
        return None;
    };
    let intake = read(Input::Path(folder.join(path)), &Options::default(), &mut |_| ()).unwrap();
    conserved(&intake);
    Some(intake)
}

fn clean(path: &str, layout: Layout, rows: u64, accepted: u64) -> Option<Intake> {
    let intake = real(path)?;
    let r = &intake.report;
    assert_eq!(
        (r.layout, r.rows, r.accepted, r.rejected),
        (layout, rows, accepted, 0),
        "{path}: {:?}",
        intake.quarantine.first()
    );
    Some(intake)
}

#[test]
fn the_national_hours_of_2014_are_read_whole() {
    for day in ["04", "05"] {
        let path = format!("air-hourly-sites/china_sites_201406{day}.csv.gz");
        if let Some(intake) = clean(&path, Layout::NationalHourly, 360, 945 * 24 * 6) {
            // 1441A has two columns with the same values.
            assert_eq!((intake.monitors.len(), intake.report.repeated_in_file), (945, 144));
            assert!(intake.published.iter().all(|p| p.aqi.is_some()));
        }
    }
}

#[test]
fn the_stations_of_2020_are_read_but_for_two_stations_of_one_name() {
    clean("air-hourly-2020/hourly_shandong.csv", Layout::StationHourly, 10_803, 10_803 * 6);
    if let Some(intake) = real("air-hourly-2020/hourly_other.csv.gz") {
        assert_eq!(intake.report.rows, 78_662);
        assert!(intake.quarantine.iter().all(|q| q.kind == RejectKind::Conflict));
        assert_eq!(intake.report.rows_rejected, 0);
        // 561 hours of 南阳/环保局 are told twice and differently.
        assert_eq!((intake.report.rejected_values, intake.report.rejected_other), (6_672, 1_092));
    }
}

#[test]
fn the_daily_listings_are_read_whole() {
    clean("air-daily-2014/daily_2013-12_2017-01.csv.gz", Layout::DailyListing, 53_174, 53_174 * 6);
    clean("air-daily-2025/daily_2025-01_2026-06.csv", Layout::DailyListing, 9_937, 9_937 * 5);
}

#[test]
fn the_beijing_stations_are_read_whole_with_carbon_monoxide_in_milligrams() {
    for station in ["Aotizhongxin", "Dingling", "Wanshouxigong"] {
        let path = format!("air-beijing-prsa/PRSA_Data_{station}_20130301-20170228.csv.gz");
        if let Some(intake) = clean(&path, Layout::Prsa, 35_064, 35_064 * 6) {
            let co = intake.report.units.iter().find(|u| u.pollutant == Pollutant::Co).unwrap();
            assert_eq!(co.factor, "1/1000");
        }
    }
}

#[test]
fn the_london_hours_are_read_whole() {
    clean("openair-mydata/mydata.csv.gz", Layout::Openair, 65_533, 65_533 * 7);
}

#[test]
fn the_snapshot_is_read_with_its_ozone_put_right() {
    if let Some(intake) = clean("air-national-snapshot/cnemc_2018-02-20T07.json.gz", Layout::Snapshot, 1_495, 1_495 * 6)
    {
        assert!(intake.report.assumptions_en.iter().any(|n| n.contains("exchanged")));
        let first = intake.readings.iter().find(|r| r.monitor == "1001A" && r.pollutant == "a05024").unwrap();
        assert_eq!(first.value.unwrap().to_string(), "62");
    }
}

#[test]
fn the_station_list_is_read_whole() {
    if let Some(intake) = clean("air-stations/stations_2018.csv", Layout::StationList, 1_495, 0) {
        assert_eq!(intake.monitors.len(), 1_495);
    }
}
