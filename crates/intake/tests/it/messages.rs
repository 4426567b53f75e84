//! What a person reads when something is wrong.

use crate::common::{bytes, try_bytes};
use lanwan_intake::{Layout, Options};

#[test]
fn a_wrong_header_lists_what_was_seen_and_what_is_known() {
    let error = try_bytes("a.csv", "foo,bar,baz\n1,2,3\n", &Options::default()).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @r"
    a.csv: no header of a known layout in the first 2 rows
      seen: foo, bar, baz
      known layouts:
        Tidy: station,time,pollutant,value
        Wide: station,time, and a column a pollutant
        National hourly: date,hour,type, and a column a place
        Stations of cities by the hour: city,date,hour,station,aqi,…
        Daily listing of cities: city,date,aqi,…,pm25,…
        UCI PRSA: No,year,month,day,hour,PM2.5,…,station
        openair: date,ws,wd,nox,no2,o3,…
        GeoJSON snapshot: stationcode,timepoint,pm2_5,…
        Station list: station_code,name,city,lon,lat
    ");
    assert!(Layout::ALL.iter().all(|l| error.zh().contains(l.zh())));
}

#[test]
fn two_columns_for_one_thing_are_named() {
    let error = try_bytes("a.csv", "站点,监测点,时间,pm25\n", &Options::default()).unwrap_err();
    insta::assert_snapshot!(
        error,
        @"a.csv, row 1: the columns `站点` and `监测点` both give the station (站点); remove or rename one"
    );
    insta::assert_snapshot!(error.zh(), @"a.csv，第 1 行：列“站点”和“监测点”重复，都表示 the station (站点)；请删除或改名其中一列");
}

#[test]
fn every_refusal_has_a_reason_and_a_remedy_in_both_languages() {
    let intake = bytes(
        "a.csv",
        "station,time,pollutant,value\nA,2024-01-05 25:00,SO2,1\nA,2024-01-05 03:00,PM1,1\nA,2024-01-05 03:00,CO,5000\n\
         A,2024-01-05 04:00,SO2,<0.05\nA,2024-01-05 05:00,SO2,1\nA,2024-01-05 05:00,SO2,2\nA,2024-01-05 05:00,SO2\n",
    );
    let lines: Vec<String> = intake
        .quarantine
        .iter()
        .flat_map(|q| {
            let at = format!("{}:{} {} `{}`", q.file, q.row, q.field, q.text);
            [format!("{at}: {}; {}", q.reason_en, q.remedy_en), format!("  {}；{}", q.reason, q.remedy)]
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
