//! Every layout is recognised by content, with its units, its time labels and its missing marks.

use crate::common::{bytes, conserved, refused, shown, try_bytes};
use chrono::FixedOffset;
use lanwan_intake::{InUnit, IntakeError, Layout, MonitorKind, Options, Origin, TimeLabel};
use lanwan_terms::{DataStatus, Pollutant, Span};

#[test]
fn a_tidy_table_is_known_in_english_and_chinese_and_in_any_order() {
    let english = bytes("a.csv", "Value,POLLUTANT,time,Station\n35,PM2.5,2024-01-05 03:00,1307A\n");
    let chinese = bytes("a.csv", "站点,时间,污染物,浓度\n1307A,2024年1月5日3时,细颗粒物,35\n");
    assert_eq!(shown(&english), ["1307A a34004 2024-01-05T02 hour 35"]);
    assert_eq!(shown(&english), shown(&chinese));
    assert_eq!(english.report.layout, Layout::Tidy);
    assert_eq!(english.report.time_label_origin, Origin::Assumed);
    assert_eq!(english.report.units[0].origin, Origin::Assumed);
    assert!(english.readings[0].source.starts_with("file:a.csv#"));
}

#[test]
fn a_tidy_table_may_give_unit_status_and_averaging_time() {
    let intake = bytes(
        "a.csv",
        "code,city,date,hour,item,value,unit,status,span\n\
         1307A,青岛,2024-01-05,3,CO,300,ug/m3,audited,1h\n\
         1307A,青岛,2024-01-05,3,O3,50,ppb,final,hour\n\
         1307A,青岛,2024-01-05,3,O3,90,,,8h\n\
         1307A,青岛,2024-01-05,3,PM10_24h,90,,,\n\
         1307A,青岛,2024-01-05,3,PM10,1,kg,,\n\
         1307A,青岛,2024-01-05,3,PM10,1,ppb,,\n\
         1307A,青岛,2024-01-05,3,PM10,1,,maybe,\n\
         1307A,青岛,2024-01-05,3,PM10,1,,,month\n\
         1307A,青岛,2024-01-05,3,AQI,77,,,\n",
    );
    assert_eq!(shown(&intake), ["1307A a05024 2024-01-05T02 hour 98.099326", "1307A a21005 2024-01-05T02 hour 0.3"]);
    assert_eq!(intake.readings[1].status, DataStatus::Audited);
    assert_eq!(intake.readings[0].status, DataStatus::Final);
    assert_eq!(refused(&intake), ["6 unit unit", "7 value unit", "8 status attribute", "9 span attribute"]);
    assert_eq!(intake.report.rows_other, 3);
    assert_eq!(intake.published[0].aqi, Some(77));
    assert_eq!(intake.report.ignored_columns, ["O3", "PM10_24h"]);
}

#[test]
fn a_date_without_a_time_is_a_day() {
    let intake = bytes("a.csv", "城市,日期,因子,监测值\n青岛,2024/1/5,PM2.5,35\n青岛,2024-01-05,O3_8h,120\n");
    assert_eq!(shown(&intake), ["青岛 a05024 2024-01-05T00 day 120", "青岛 a34004 2024-01-05T00 day 35"]);
    assert_eq!(intake.monitors[0].kind, MonitorKind::City);
}

#[test]
fn hours_are_named_by_their_end_unless_told_otherwise() {
    let csv = "station,time,pollutant,value\n\
               A,2024-01-05 00:00,SO2,1\nA,2024-01-04T23:00:00Z,SO2,2\nA,2024010524,SO2,3\nA,2024-01-05 25:00,SO2,4\nA,2024-01-05 03:30,SO2,5\n";
    let intake = bytes("a.csv", csv);
    assert_eq!(
        shown(&intake),
        ["A a21026 2024-01-04T23 hour 1", "A a21026 2024-01-05T06 hour 2", "A a21026 2024-01-05T23 hour 3"]
    );
    assert_eq!(refused(&intake), ["5 time time", "6 time time"]);
    let options = Options { time_label: Some(TimeLabel::Start), ..Options::default() };
    let start = try_bytes("a.csv", csv, &options).unwrap();
    assert_eq!(shown(&start)[0], "A a21026 2024-01-05T00 hour 1");
    let options = Options { utc_offset: FixedOffset::east_opt(0), ..Options::default() };
    assert_eq!(shown(&try_bytes("a.csv", csv, &options).unwrap())[0], "A a21026 2024-01-05T06 hour 2");
}

#[test]
fn a_wide_table_honours_the_units_of_its_header() {
    let intake = bytes(
        "a.csv",
        "站名,时间,\"PM2.5(μg/m³)\",CO(μg/m³),O3_8h,O3 (ppb),温度,序号\n石化,2024-01-05 03:00,35.5,800,90,10,5,1\n",
    );
    assert_eq!(
        shown(&intake),
        [
            "石化 a05024 2024-01-05T02 hour 19.619865",
            "石化 a21005 2024-01-05T02 hour 0.8",
            "石化 a34004 2024-01-05T02 hour 35.5"
        ]
    );
    assert_eq!(intake.report.ignored_columns, ["O3_8h", "温度", "序号"]);
    let co = intake.report.units.iter().find(|u| u.pollutant == Pollutant::Co).unwrap();
    assert_eq!((co.given, co.factor.as_str(), co.origin), (InUnit::UgPerM3, "1/1000", Origin::Stated));
}

#[test]
fn units_may_be_overridden() {
    let options = Options { units: vec![(Pollutant::Co, InUnit::UgPerM3)], ..Options::default() };
    let intake = try_bytes("a.csv", "site,time,pm25,co\nA,2024-01-05 03:00,1,800\n", &options).unwrap();
    assert_eq!(shown(&intake)[0], "A a21005 2024-01-05T02 hour 0.8");
    let options = Options { units: vec![(Pollutant::Pm25, InUnit::Ppb)], ..Options::default() };
    assert!(matches!(try_bytes("a.csv", "x", &options), Err(IntakeError::UnitOverride { .. })));
}

#[test]
fn the_national_layout_takes_zero_and_blank_as_missing_and_one_hour_types_only() {
    let intake = bytes(
        "a.csv",
        "date,hour,type,1307A,1308A,青岛\n\
         20240105,0,AQI,73,,0\n20240105,0,PM2.5,47,0,\n20240105,0,PM2.5_24h,50,51,52\n20240105,0,O3_8h,1,2,3\n20240105,25,CO,1,1,1\n\
         20240105,1,XYZ,1,1,1\n",
    );
    assert_eq!(intake.report.layout, Layout::NationalHourly);
    assert_eq!(
        shown(&intake),
        [
            "1307A a34004 2024-01-04T23 hour 47",
            "1308A a34004 2024-01-04T23 hour not-reported",
            "青岛 a34004 2024-01-04T23 hour not-reported"
        ]
    );
    assert_eq!(refused(&intake), ["6 hour time", "7 type pollutant"]);
    assert_eq!(intake.published.len(), 1);
    assert_eq!(intake.report.ignored_columns, ["O3_8h", "PM2.5_24h"]);
    assert_eq!(intake.monitors[2].kind, MonitorKind::City);
    assert_eq!(intake.report.time_label_origin, Origin::Layout);
}

#[test]
fn the_stations_of_cities_are_named_by_city_and_station() {
    let intake = bytes(
        "a.csv",
        "city,date,hour,station,aqi,level,primary_pollutant,pm25,pm10,co,no2,o3_1h,o3_8h,so2\n\
         青岛,20240105,08,市南,70,良,颗粒物(PM10)|臭氧1小时,34,89,0.5,62,27,14,24\n\
         青岛,20240105,08,市北,NaN,,—,NaN,—,,NaN,NaN,NaN,NaN\n\
         青岛,20240105,09,市南,x,很好,大象,34,89,0.5,62,27,14,24\n",
    );
    assert_eq!(intake.report.layout, Layout::StationHourly);
    assert_eq!(intake.monitors[0].id, "青岛/市北");
    assert_eq!(intake.monitors[0].city.as_deref(), Some("青岛"));
    assert_eq!(intake.readings.len(), 18);
    assert_eq!(intake.report.missing, 6);
    assert_eq!(intake.published.len(), 1);
    assert_eq!(intake.published[0].level, Some(2));
    assert_eq!(intake.published[0].primary, [Pollutant::O3, Pollutant::Pm10]);
    assert_eq!(refused(&intake), ["4 aqi published", "4 level published", "4 primary_pollutant published"]);
    assert_eq!(intake.report.ignored_columns, ["o3_8h"]);
}

#[test]
fn a_daily_listing_gives_days_of_cities() {
    let intake = bytes(
        "a.csv",
        "city,date,aqi,aqi_range,level,pm25,pm10,so2,co,no2,o3,rank\n三门峡,2013-12-31,88,84~90,良,26.6,101.2,41.1,1.856,55,60,27\n",
    );
    assert_eq!(intake.report.layout, Layout::DailyListing);
    assert_eq!(intake.readings.len(), 6);
    assert!(intake.readings.iter().all(|r| r.span == Span::Day));
    assert_eq!(shown(&intake)[0], "三门峡 a05024 2013-12-31T00 day 60");
    assert_eq!(intake.report.ignored_columns, ["aqi_range", "rank"]);
}

#[test]
fn days_take_the_columns_of_their_averaging_time() {
    let intake = bytes("a.csv", "city,date,pm25_24h,o3_1h,o3_8h,o3\n甲,2024-01-05,30,200,150,190\n");
    assert_eq!(shown(&intake), ["甲 a05024 2024-01-05T00 day 150", "甲 a34004 2024-01-05T00 day 30"]);
    assert_eq!(intake.report.ignored_columns, ["o3_1h", "o3"]);
}

#[test]
fn the_uci_layout_gives_carbon_monoxide_in_micrograms() {
    let intake = bytes(
        "PRSA.csv",
        "\"No\",\"year\",\"month\",\"day\",\"hour\",\"PM2.5\",\"PM10\",\"SO2\",\"NO2\",\"CO\",\"O3\",\"TEMP\",\"PRES\",\"DEWP\",\"RAIN\",\"wd\",\"WSPM\",\"station\"\r\n\
         1,2013,3,1,0,4,4,4,7,300,77,-0.7,1023,-18.8,0,\"NNW\",4.4,\"Dingling\"\r\n\
         2,2013,2,29,0,4,4,4,7,NA,77,-0.7,1023,-18.8,0,\"NNW\",4.4,\"Dingling\"\r\n",
    );
    assert_eq!(intake.report.layout, Layout::Prsa);
    assert_eq!(shown(&intake)[2], "Dingling a21005 2013-02-28T23 hour 0.3");
    assert_eq!(intake.report.units[2].origin, Origin::Layout);
    assert_eq!(refused(&intake), ["3 day time"]);
    assert!(intake.report.ignored_columns.contains(&"No".to_owned()));
}

#[test]
fn the_openair_layout_is_in_mixing_ratios_and_universal_time() {
    let intake = bytes(
        "my.csv.gz",
        "date,ws,wd,nox,no2,o3,pm10,so2,co,pm25\n1998-01-01 00:00,0.6,280,285,39,1,29,4.7225,3.3725,\n",
    );
    assert_eq!(intake.report.layout, Layout::Openair);
    assert_eq!(intake.readings[0].start.to_rfc3339(), "1998-01-01T00:00:00+00:00");
    assert_eq!(
        shown(&intake),
        [
            "my a05024 1998-01-01T08 hour 1.961987",
            "my a21002 1998-01-01T08 hour 535.984059",
            "my a21004 1998-01-01T08 hour 73.345187",
            "my a21005 1998-01-01T08 hour 3.861178",
            "my a21026 1998-01-01T08 hour 12.367487",
            "my a34002 1998-01-01T08 hour 29",
            "my a34004 1998-01-01T08 hour not-reported"
        ]
    );
    assert!(intake.report.units.iter().filter(|u| u.rounded).count() == 5);
    assert_eq!(intake.report.time_label, TimeLabel::Start);
}

#[test]
fn the_snapshot_is_put_right_when_hour_and_maximum_are_exchanged() {
    let feature = |code: &str, o3: &str, day: &str| {
        format!(
            r#"{{"geometry":{{"coordinates":[120.38,36.07],"type":"Point"}},"properties":{{"aqi":"54","area":"青岛市","co":"0.7","o3":"{o3}",
            "o3_24h":"{day}","o3_8h":"1","pm10":"-;","pm2_5":"38","pm2_5_24h":"50","positionname":"市南","primarypollutant":"-;",
            "quality":"良","stationcode":"{code}","timepoint":"2018-02-20T07:00:00"}},"type":"Feature"}}"#
        )
    };
    let all = |features: &[String]| format!(r#"{{"features":[{}],"type":"FeatureCollection"}}"#, features.join(","));
    let swapped =
        bytes("s.json", all(&[feature("1001A", "84", "62"), feature("1002A", "9", "9"), feature("1003A", "9", "10")]));
    // One against one proves nothing.
    assert!(!swapped.report.assumptions_en.iter().any(|n| n.contains("exchanged")));
    let swapped = bytes(
        "s.json",
        all(&[feature("1001A", "84", "62"), feature("1002A", "80", "61"), feature("1003A", "9", "10")]),
    );
    assert_eq!(swapped.report.layout, Layout::Snapshot);
    assert!(
        swapped.report.assumptions_en.iter().any(|n| n.contains("exchanged")),
        "{:?}",
        swapped.report.assumptions_en
    );
    let ozone: Vec<String> = shown(&swapped).into_iter().filter(|s| s.contains("a05024")).collect();
    assert_eq!(ozone, ["1001A a05024 2018-02-20T06 hour 62", "1002A a05024 2018-02-20T06 hour 61"]);
    assert_eq!(refused(&swapped), ["3 o3 contradiction"]);
    assert_eq!(swapped.monitors[0].lon.unwrap().to_string(), "120.38");
    assert_eq!(swapped.monitors[0].name, "市南");
}

#[test]
fn a_station_list_gives_monitors_only() {
    let intake = bytes(
        "s.csv",
        "station_code,name,city,lon,lat\n1001A,万寿西宫,北京市,116.366,39.8673\n1002A,定陵,北京市,abc,39\n1003A,甲,乙,1,1\n1003A,甲,乙,1,2\n",
    );
    assert_eq!(intake.report.layout, Layout::StationList);
    assert_eq!(intake.monitors.len(), 1);
    assert_eq!(intake.monitors[0].name, "万寿西宫");
    assert_eq!(refused(&intake), ["3 lon monitor", "4 station conflict", "5 station conflict"]);
    assert!(intake.readings.is_empty());
}

#[test]
fn bad_rows_go_to_quarantine_with_row_field_and_text() {
    let intake = bytes(
        "a.csv",
        "station,time,pollutant,value\n\
         A,2024-01-05 03:00,PM1,35\n\
         A,2024-02-30 03:00,PM2.5,35\n\
         A,2024-01-05 03:00,PM2.5,-3\n\
         A,2024-01-05 04:00,PM2.5,many\n\
         A,2024-01-05 05:00,PM2.5,0.05L\n\
         A,2024-01-05 06:00,PM2.5,999999\n\
         A,2024-01-05 07:00,PM2.5,1.2345678\n\
         ,2024-01-05 08:00,PM2.5,1\n\
         A,,PM2.5,1\n\
         A,2024-01-05 08:00,PM2.5\n\
         A,2024-01-05 08:00,PM2.5,1,2\n\
         A,2024-01-05 09:00,PM2.5,7\n",
    );
    assert_eq!(
        refused(&intake),
        [
            "2 pollutant pollutant",
            "3 time time",
            "4 value negative",
            "5 value number",
            "6 value number",
            "7 value implausible",
            "8 value number",
            "9 station monitor",
            "10 time time",
            "11  malformed",
            "12  malformed"
        ]
    );
    assert_eq!(intake.quarantine[3].text, "many");
    assert_eq!(intake.report.accepted, 1);
}

#[test]
fn repeats_are_counted_and_contradictions_refused_on_all_sides() {
    let intake = bytes(
        "a.csv",
        "station,time,pollutant,value\n\
         A,2024-01-05 03:00,SO2,1\nA,2024-01-05 03:00,SO2,1.0\nA,2024-01-05 03:00,SO2,\n\
         A,2024-01-05 04:00,SO2,1\nA,2024-01-05 04:00,SO2,2\nA,2024-01-05 04:00,SO2,2\nA,2024-01-05 04:00,SO2,\n",
    );
    assert_eq!(shown(&intake), ["A a21026 2024-01-05T02 hour 1"]);
    assert_eq!(intake.report.repeated_in_file, 2);
    assert_eq!(refused(&intake), ["5 SO2 conflict", "6 SO2 conflict", "7 SO2 conflict", "8 SO2 conflict"]);
    assert!(intake.quarantine[0].reason_en.ends_with("row 6, 7, 8"), "{}", intake.quarantine[0].reason_en);
    assert!(intake.quarantine[1].reason_en.ends_with("row 5, 7, 8"));
}

#[test]
fn what_contradictory_rows_happen_to_agree_on_is_refused_with_the_rest() {
    let intake = bytes(
        "a.csv",
        "station,time,so2,no2\nA,2024-01-05 03:00,1,7\nA,2024-01-05 03:00,2,7\nB,2024-01-05 03:00,1,7\n",
    );
    assert_eq!(intake.readings.iter().map(|r| r.monitor.as_str()).collect::<Vec<_>>(), ["B", "B"]);
    assert_eq!(refused(&intake), ["2 NO2 conflict", "2 SO2 conflict", "3 NO2 conflict", "3 SO2 conflict"]);
}

#[test]
fn a_sentinel_is_missing_and_told() {
    let intake = bytes("a.csv", "station;time;pm25\nA;2024-01-05 03:00;-999\nB;2024-01-05 03:00;/\n");
    assert_eq!(
        shown(&intake),
        ["A a34004 2024-01-05T02 hour not-reported", "B a34004 2024-01-05T02 hour not-monitored"]
    );
    assert!(intake.report.assumptions_en.iter().any(|n| n.starts_with("1 values of -99")));
    assert_eq!(intake.report.delimiter, Some(';'));
}

#[test]
fn the_station_may_come_from_the_options_or_the_file_name() {
    let csv = "time,pm25\n2024-01-05 03:00,1\n";
    assert!(matches!(
        try_bytes("-", format!("no2,{csv}").replace("\n2024", "\n1,2024"), &Options::default()),
        Err(IntakeError::NoStation { .. })
    ));
    let csv = "time,pm25,so2\n2024-01-05 03:00,1,2\n";
    assert_eq!(bytes("石化.csv", csv).monitors[0].id, "石化");
    let options = Options { station: Some("市南".into()), city: Some("青岛".into()), ..Options::default() };
    let intake = try_bytes("-", csv, &options).unwrap();
    conserved(&intake);
    assert_eq!(intake.monitors[0].id, "青岛/市南");
}

#[test]
fn details_of_the_quarantine_are_bounded_and_its_count_is_not() {
    let mut csv = String::from("station,time,pollutant,value\n");
    for _ in 0..100 {
        csv.push_str("A,never,SO2,1\n");
    }
    let options = Options { max_quarantine_detail: 7, ..Options::default() };
    let intake = try_bytes("a.csv", csv, &options).unwrap();
    assert_eq!((intake.quarantine.len(), intake.report.rejected), (7, 100));
}
