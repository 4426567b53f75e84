use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::Args;
use lanwan_intake::{Input, Intake, MonitorKind};
use lanwan_observations::{Appended, Refused, Store};
use lanwan_records::{ImportRow, PlaceKind, PlaceRow, QuarantineRow, Records};
use lanwan_terms::{Pollutant, format_cst};
use serde::Serialize;

use crate::cli::{Answer, DataArgs, Failure, FileArgs, Format, runtime};
use crate::data::DataFolder;
use crate::progress;

#[derive(Args)]
pub(crate) struct ImportArgs {
    /// 要导入的文件；`-` 为标准输入。Files to import; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    read: FileArgs,
    /// Show at most this many rejected rows of each file.
    #[arg(long, default_value_t = 10)]
    show_rejected: usize,
    /// How to print the summary.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    data: DataArgs,
}

/// What became of one file.
#[derive(Serialize)]
pub(crate) struct Summary {
    pub(crate) import: i64,
    pub(crate) file: String,
    pub(crate) layout: String,
    pub(crate) encoding: Option<&'static str>,
    pub(crate) compression: Option<&'static str>,
    pub(crate) time_label: String,
    pub(crate) units: Vec<String>,
    pub(crate) assumptions: Vec<String>,
    pub(crate) assumptions_en: Vec<String>,
    pub(crate) ignored_columns: Vec<String>,
    pub(crate) rows: u64,
    pub(crate) accepted: u64,
    pub(crate) missing: u64,
    pub(crate) repeated: u64,
    pub(crate) superseded: u64,
    pub(crate) rejected: u64,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    pub(crate) learned_at: Option<String>,
    #[serde(skip)]
    quarantine: Vec<QuarantineRow>,
}

pub(crate) fn run(args: &ImportArgs) -> Result<Answer, Failure> {
    if args.format == Format::Csv {
        return Err(Failure::usage("the summary is no table; use --format table or json"));
    }
    let folder = DataFolder::create_or_open(&args.data.data)?;
    let store = folder.store()?;
    let runtime = runtime()?;
    let records = runtime.block_on(folder.records())?;
    let mut failed = Vec::new();
    let mut summaries = Vec::new();
    for path in &args.files {
        match read(path, &args.read) {
            Ok(intake) => {
                let summary = add(&runtime, &records, &store, intake)?;
                if args.format == Format::Table {
                    print(&summary, args.show_rejected)?;
                }
                summaries.push(summary);
            }
            Err(failure) => {
                writeln!(io::stderr(), "lanwan: {}", failure.message)?;
                failed.push(path.display().to_string());
            }
        }
    }
    if args.format == Format::Json {
        println!("{}", serde_json::to_string_pretty(&summaries).map_err(Failure::internal)?);
    }
    store.committer().map_err(Failure::input)?.maintain().map_err(Failure::input)?;
    runtime.block_on(records.close());
    if failed.is_empty() {
        Ok(Answer::Yes)
    } else {
        Err(Failure::input(format!(
            "{} of {} files not imported: {}",
            failed.len(),
            args.files.len(),
            failed.join(", ")
        )))
    }
}

/// Reads one file, or standard input.
pub(crate) fn read(path: &Path, options: &FileArgs) -> Result<Intake, Failure> {
    let bar = progress::bar(path.display().to_string(), true);
    let input = if path.as_os_str() == "-" {
        Input::Reader { name: "stdin".into(), reader: Box::new(io::stdin()) }
    } else {
        Input::Path(path.to_owned())
    };
    let intake = lanwan_intake::read(input, &options.options(), &mut |p| progress::tick(&bar, p.bytes, p.total));
    bar.finish_and_clear();
    intake.map_err(Failure::input)
}

/// Adds what a file gave to the table, and what it refused to the quarantine.
pub(crate) fn add(
    runtime: &tokio::runtime::Runtime,
    records: &Records,
    store: &Store,
    mut intake: Intake,
) -> Result<Summary, Failure> {
    let known = runtime.block_on(records.places()).map_err(Failure::input)?;
    let (places, renamed) = places_of(&intake, &known);
    for reading in &mut intake.readings {
        if let Some(id) = renamed.get(&reading.monitor) {
            reading.monitor.clone_from(id);
        }
    }
    // The lock is taken before anything is recorded: of two imports at once one does nothing at all.
    let mut committer = store.committer().map_err(Failure::input)?;
    runtime.block_on(records.fill_places(&places)).map_err(Failure::input)?;
    let bar = progress::bar(format!("{} → 观测表", intake.report.file), false);
    let appended = committer
        .append(std::mem::take(&mut intake.readings), Utc::now(), &mut |p| {
            progress::tick(&bar, p.done as u64, p.total as u64);
        })
        .map_err(Failure::input)?;
    bar.finish_and_clear();
    drop(committer);
    record(runtime, records, &intake, &appended)
}

fn record(
    runtime: &tokio::runtime::Runtime,
    records: &Records,
    intake: &Intake,
    appended: &Appended,
) -> Result<Summary, Failure> {
    let report = &intake.report;
    let units: Vec<String> = report
        .units
        .iter()
        .map(|u| format!("{} {} → {} (×{}, {})", u.pollutant, u.given, u.stored.code(), u.factor, u.origin.code()))
        .collect();
    let quarantine = quarantine_of(intake, &appended.refused);
    let row = ImportRow {
        id: 0,
        file: report.file.clone(),
        sha256: report.sha256.clone(),
        bytes: report.bytes,
        layout: report.layout.code().to_owned(),
        encoding: report.encoding.map(str::to_owned),
        time_label: format!("{} ({})", report.time_label.code(), report.time_label_origin.code()),
        units: units.join("; "),
        at: Utc::now(),
        table_version: Some(appended.version),
        accepted: appended.accepted as u64,
        missing: appended.missing as u64,
        repeated: appended.repeated as u64 + report.repeated_in_file,
        superseded: appended.superseded as u64,
        rejected: report.rejected,
        refused: appended.refused.len() as u64,
        first: report.first,
        last: report.last,
        report_json: serde_json::to_string(report).map_err(Failure::internal)?,
    };
    let import = runtime.block_on(records.record_import(&row, &quarantine)).map_err(Failure::input)?;
    Ok(Summary {
        import,
        file: row.file,
        layout: row.layout,
        encoding: report.encoding,
        compression: report.compression,
        time_label: row.time_label,
        units,
        assumptions: report.assumptions.clone(),
        assumptions_en: report.assumptions_en.clone(),
        ignored_columns: report.ignored_columns.clone(),
        rows: report.rows,
        accepted: row.accepted,
        missing: row.missing,
        repeated: row.repeated,
        superseded: row.superseded,
        rejected: row.rejected + row.refused,
        first: report.first.map(format_cst),
        last: report.last.map(format_cst),
        learned_at: appended.learned_at.map(format_cst),
        quarantine,
    })
}

/// The places of a file, and the ids of those that the records know by another one (`青岛` is 370200).
fn places_of(intake: &Intake, known: &[PlaceRow]) -> (Vec<PlaceRow>, BTreeMap<String, String>) {
    let bare = |name: &str| name.trim_end_matches('市').to_owned();
    let named = |kind: PlaceKind, name: &str| {
        known.iter().find(|p| p.kind == kind && (p.id == name || bare(&p.name) == bare(name))).map(|p| p.id.clone())
    };
    let mut places: BTreeMap<String, PlaceRow> = BTreeMap::new();
    let mut renamed = BTreeMap::new();
    for monitor in &intake.monitors {
        match monitor.kind {
            MonitorKind::City => match named(PlaceKind::City, &monitor.id) {
                Some(id) if id != monitor.id => drop(renamed.insert(monitor.id.clone(), id)),
                _ => drop(places.insert(
                    monitor.id.clone(),
                    PlaceRow::new(monitor.id.clone(), PlaceKind::City, monitor.name.clone()),
                )),
            },
            MonitorKind::Station => {
                let mut place = PlaceRow::new(monitor.id.clone(), PlaceKind::Station, monitor.name.clone());
                if let Some(city) = &monitor.city {
                    let id = named(PlaceKind::City, city).unwrap_or_else(|| city.clone());
                    if !known.iter().any(|p| p.id == id) {
                        places.entry(id.clone()).or_insert_with(|| PlaceRow::new(id.clone(), PlaceKind::City, city));
                    }
                    let district = monitor.district.as_ref().and_then(|d| named(PlaceKind::District, d));
                    place.parent = Some(district.unwrap_or(id));
                }
                (place.longitude, place.latitude) = match (monitor.lon, monitor.lat) {
                    (Some(lon), Some(lat)) => (Some(lon), Some(lat)),
                    _ => (None, None),
                };
                places.insert(monitor.id.clone(), place);
            }
        }
    }
    (places.into_values().collect(), renamed)
}

fn quarantine_of(intake: &Intake, refused: &[Refused]) -> Vec<QuarantineRow> {
    let of_file = intake.quarantine.iter().map(|q| QuarantineRow {
        import_id: 0,
        number: 0,
        file: q.file.clone(),
        row: q.row,
        field: q.field.clone(),
        text: q.text.clone(),
        kind: q.kind.code().to_owned(),
        reason: q.reason.clone(),
        reason_en: q.reason_en.clone(),
        remedy: q.remedy.clone(),
        remedy_en: q.remedy_en.clone(),
    });
    let of_table = refused.iter().map(|r| {
        let pollutant = r.reading.pollutant.parse::<Pollutant>().map_or(r.reading.pollutant.clone(), |p| p.to_string());
        let value = r.reading.value.map_or_else(|reason| reason.code().to_owned(), |v| v.to_string());
        QuarantineRow {
            import_id: 0,
            number: 0,
            file: intake.report.file.clone(),
            row: 0,
            field: "value".to_owned(),
            text: format!("{} {pollutant} {} {value}", r.reading.monitor, format_cst(r.reading.start)),
            kind: "refused".to_owned(),
            reason: "已有审核程度更高的数据，或与表中数据不容".to_owned(),
            reason_en: r.why.to_string(),
            remedy: "如确需更正，请以相同或更高的数据状态导入（--status audited|final）".to_owned(),
            remedy_en: "to correct it, import with the same or a higher status (--status audited|final)".to_owned(),
        }
    });
    of_file.chain(of_table).collect()
}

fn print(summary: &Summary, show: usize) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let s = summary;
    let compression = s.compression.map(|c| format!(", {c}")).unwrap_or_default();
    writeln!(out, "{}  [{}{compression}, {}]", s.file, s.layout, s.encoding.unwrap_or("binary"))?;
    writeln!(out, "  时间标签 time label  {}", s.time_label)?;
    for unit in &s.units {
        writeln!(out, "  单位 unit            {unit}")?;
    }
    for (zh, en) in s.assumptions.iter().zip(&s.assumptions_en) {
        writeln!(out, "  假定 assumed         {zh} / {en}")?;
    }
    if !s.ignored_columns.is_empty() {
        writeln!(out, "  未用的列 not used    {}", s.ignored_columns.join(", "))?;
    }
    if let (Some(first), Some(last)) = (&s.first, &s.last) {
        writeln!(out, "  时段 from .. to      {first} .. {last}")?;
    }
    writeln!(
        out,
        "  接受 accepted {} (缺测 missing {})  重复 repeated {}  更正 superseded {}  拒收 rejected {}",
        s.accepted, s.missing, s.repeated, s.superseded, s.rejected
    )?;
    for q in s.quarantine.iter().take(show) {
        writeln!(
            out,
            "  拒收 row {} {} `{}`: {} / {}；{} / {}",
            q.row, q.field, q.text, q.reason, q.reason_en, q.remedy, q.remedy_en
        )?;
    }
    if s.quarantine.len() > show {
        writeln!(out, "  … {} more in quarantine, import {}", s.quarantine.len() - show, s.import)?;
    }
    Ok(())
}
