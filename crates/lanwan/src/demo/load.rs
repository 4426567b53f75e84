use std::fs;

use chrono::{NaiveDate, Utc};
use lanwan_intake::{Input, Options};
use lanwan_records::{DustMark, ImportRow, PlaceKind, PlaceRow, Records};
use lanwan_terms::{DataStatus, Pollutant, Reading};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::{dust_days, generated_months};
use crate::cli::{Failure, runtime};
use crate::data::{DataFolder, Generated};
use crate::import;

#[derive(RustEmbed)]
#[folder = "../../samples/qingdao"]
struct Sample;

const SEED: u64 = 1;
const HOURLY: &str = "hourly-shandong-2020-04.csv.gz";
/// Years generated, each up to a day.
const YEARS: [(i32, (u32, u32)); 2] = [(2025, (12, 31)), (2026, (10, 31))];

/// Loads the sample city into a folder; what is there already stays.
pub(crate) fn load(folder: &mut DataFolder, say: &mut dyn FnMut(String)) -> Result<(), Failure> {
    folder.config.region = Some("370200".to_owned());
    folder.config.city = Some("370200".to_owned());
    folder.config.generated = YEARS
        .iter()
        .map(|(year, end)| Generated {
            from: day(*year, (1, 1)),
            to: day(*year, *end),
            note: format!("{year} 年的小时数据由程序生成（种子 {SEED}），不是监测数据，仅供演示"),
            note_en: format!(
                "The hourly readings of {year} are generated (seed {SEED}), not measured; for demonstration only"
            ),
        })
        .collect();
    folder.save()?;
    fs::write(folder.root.join("districts.geojson"), sample("districts.geojson")?).map_err(Failure::internal)?;
    let runtime = runtime()?;
    let records = runtime.block_on(folder.records())?;
    let places = places()?;
    runtime.block_on(records.upsert_places(&places)).map_err(Failure::input)?;
    let count = |kind| places.iter().filter(|p| p.kind == kind).count();
    say(format!(
        "地点 places: {} cities, {} districts, {} stations",
        count(PlaceKind::City),
        count(PlaceKind::District),
        count(PlaceKind::Station)
    ));
    let store = folder.store()?;
    // Every part is recorded when it is complete, so a load that was interrupted goes on where it stopped.
    let last = runtime.block_on(records.import_by_sha256(&stamp(YEARS[YEARS.len() - 1].0))).map_err(Failure::input)?;
    if last.is_some() {
        say("数据已在 readings are there already".to_owned());
    } else {
        let input = Input::bytes(HOURLY, sample(HOURLY)?);
        let intake = lanwan_intake::read(input, &Options::default(), &mut |_| ()).map_err(Failure::input)?;
        let summary = import::add(&runtime, &records, &store, intake)?;
        say(format!(
            "实测小时数据 measured: {} readings ({} missing, {} rejected), {} .. {}",
            summary.accepted,
            summary.missing,
            summary.rejected,
            summary.first.unwrap_or_default(),
            summary.last.unwrap_or_default()
        ));
        for (year, end) in YEARS {
            let accepted = generate(&runtime, &records, &store, year, end)?;
            say(format!("生成的演示数据 generated {year}: {accepted} readings (seed {SEED})"));
        }
        store.committer().map_err(Failure::input)?.maintain().map_err(Failure::input)?;
    }
    mark_dust(&runtime, &records)?;
    runtime.block_on(records.close());
    Ok(())
}

fn generate(
    runtime: &tokio::runtime::Runtime,
    records: &Records,
    store: &lanwan_observations::Store,
    year: i32,
    end: (u32, u32),
) -> Result<usize, Failure> {
    let end_of =
        |(month, day_of_month): (u32, u32)| lanwan_terms::Period::Day(day(year, (month, day_of_month))).end().to_utc();
    let (last, checked) = (end_of(end), end_of(end) - chrono::TimeDelta::days(10));
    let mut committer = store.committer().map_err(Failure::input)?;
    let mut row = ImportRow {
        id: 0,
        file: format!("generated-{year}"),
        sha256: stamp(year),
        bytes: 0,
        layout: "generated".to_owned(),
        encoding: None,
        time_label: "start (layout)".to_owned(),
        units: String::new(),
        at: Utc::now(),
        table_version: None,
        accepted: 0,
        missing: 0,
        repeated: 0,
        superseded: 0,
        rejected: 0,
        refused: 0,
        first: None,
        last: None,
        report_json: "{}".to_owned(),
    };
    let mut year_of: Vec<Reading> = Vec::new();
    for month in generated_months(year, &stations()?, SEED) {
        year_of.extend(month.into_iter().filter(|r| r.start < last).map(|mut r| {
            r.status = if r.start < checked { DataStatus::Final } else { DataStatus::Provisional };
            r
        }));
        // A commit a quarter keeps the memory of a start small.
        if year_of.len() > 500_000 {
            append(&mut committer, std::mem::take(&mut year_of), &mut row)?;
        }
    }
    append(&mut committer, year_of, &mut row)?;
    runtime.block_on(records.record_import(&row, &[])).map_err(Failure::input)?;
    Ok(row.accepted as usize)
}

/// Stands for the file that a generated year does not come from.
fn stamp(year: i32) -> String {
    Sha256::digest(format!("generated:{SEED}:{year}")).iter().map(|b| format!("{b:02x}")).collect()
}

fn append(
    committer: &mut lanwan_observations::Committer,
    readings: Vec<Reading>,
    row: &mut ImportRow,
) -> Result<(), Failure> {
    let first = readings.iter().map(|r| r.start).min();
    let last = readings.iter().map(|r| r.start).max();
    let appended = committer.append(readings, Utc::now(), &mut |_| ()).map_err(Failure::input)?;
    row.accepted += appended.accepted as u64;
    row.missing += appended.missing as u64;
    row.table_version = Some(appended.version);
    row.first = row.first.or(first);
    row.last = last.or(row.last);
    Ok(())
}

fn mark_dust(runtime: &tokio::runtime::Runtime, records: &Records) -> Result<(), Failure> {
    runtime.block_on(async {
        if !records.dust_marks().await.map_err(Failure::input)?.is_empty() {
            return Ok(());
        }
        for (year, _) in YEARS {
            for (from_day, to_day) in dust_days(year, SEED) {
                let mark = DustMark {
                    place: "370200".to_owned(),
                    from_day,
                    to_day,
                    pollutants: vec![Pollutant::Pm10, Pollutant::Pm25],
                    document: format!("演示沙尘过程（生成，种子 {SEED}）generated dust episode"),
                    learned_at: Utc::now(),
                };
                records.add_dust_mark(&mark).await.map_err(Failure::input)?;
            }
        }
        Ok(())
    })
}

fn sample(name: &str) -> Result<Vec<u8>, Failure> {
    let file =
        Sample::get(name).ok_or_else(|| Failure::internal(format!("the sample file {name} is not in this binary")))?;
    Ok(file.data.into_owned())
}

fn day(year: i32, (month, day): (u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn places() -> Result<Vec<PlaceRow>, Failure> {
    let bytes = sample("places.csv")?;
    let mut rows = Vec::new();
    for record in csv::Reader::from_reader(bytes.as_slice()).records() {
        let record = record.map_err(Failure::internal)?;
        let field = |i: usize| record.get(i).unwrap_or("");
        let optional = |i: usize| Some(field(i).to_owned()).filter(|f| !f.is_empty());
        let kind: PlaceKind = field(3).parse().map_err(Failure::internal)?;
        let mut row = PlaceRow::new(field(0), kind, field(1));
        row.name_en = optional(2);
        row.parent = optional(4);
        let decimal = |i: usize| optional(i).map(|t| t.parse()).transpose().map_err(Failure::internal);
        (row.longitude, row.latitude) = (decimal(5)?, decimal(6)?);
        if kind != PlaceKind::Station {
            row.adcode = Some(row.id.clone());
        }
        rows.push(row);
    }
    Ok(rows)
}

fn stations() -> Result<Vec<(String, u64)>, Failure> {
    let bytes = sample("generated.csv")?;
    csv::Reader::from_reader(bytes.as_slice())
        .records()
        .map(|record| {
            let record = record.map_err(Failure::internal)?;
            let character = record.get(1).unwrap_or("").parse().map_err(Failure::internal)?;
            Ok((record.get(0).unwrap_or("").to_owned(), character))
        })
        .collect()
}
