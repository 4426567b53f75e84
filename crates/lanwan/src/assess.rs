use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use lanwan_assess::{
    AirDay, AirHour, AirPeriod, AirRules, Assessor, By, DAY_INPUTS, DayBasis, Dust, EditionChoice, Memory, Options,
    Place, PlaceKind, Places, Request, Results, Source,
};
use lanwan_intake::MonitorKind;
use lanwan_rulebook::{Mode, Statistic};
use lanwan_standards::air::Room;
use lanwan_terms::{AIR_SIX, Averaging, DataStatus, Exact, MissingReason, Period, Pollutant, format_cst, utc_of_hour};
use serde::Serialize;

use crate::cli::{Answer, DataArgs, Failure, FileArgs, Format, parse_time, parse_with, runtime};
use crate::data::{DataFolder, region, rulebooks};
use crate::import::read;
use crate::output::{Row, print};

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ByArg {
    Hour,
    Day,
    Month,
    Quarter,
    Year,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OfArg {
    Station,
    District,
    City,
}

#[derive(Args)]
pub(crate) struct AirArgs {
    /// 要评价的文件，`-` 为标准输入；不给文件则评价数据文件夹。Files to judge, `-` for standard input; without one, the data folder.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 时段长度。Length of the periods.
    #[arg(long, value_enum, default_value = "day")]
    by: ByArg,
    /// 评价对象。What is judged: every station (or whatever has readings of its own), district or city.
    #[arg(long, value_enum, default_value = "station")]
    of: OfArg,
    /// 标准版本。in-force, GB3095-2012 or GB3095-2026; several, separated by commas, are put below each other.
    #[arg(long, value_delimiter = ',', default_value = "in-force")]
    edition: Vec<String>,
    /// 以何时所知。Only what was known then: a time such as 2024-03-05T12:00:00+08:00, or a day.
    #[arg(long, value_parser = parse_time, value_name = "T")]
    as_of: Option<DateTime<Utc>>,
    /// 实时报模式。Real-time index of HJ 633-2012: as-published (1 h particles) or as-text (24 h sliding).
    #[arg(long, value_parser = parse_mode, value_name = "as-published|as-text")]
    mode: Option<Mode>,
    /// 沙尘日。What becomes of the particle values of dust days in means and percentiles: keep or exclude.
    #[arg(long, value_parser = parse_dust, default_value = "keep", value_name = "keep|exclude")]
    dust: Dust,
    /// 只用此状态的数据。Use only data of this status.
    #[arg(long, value_parser = parse_with::<DataStatus>, value_name = "provisional|audited|final")]
    only: Option<DataStatus>,
    /// 只评价这些地点。Only these places, by id or name; may be repeated.
    #[arg(long = "place", value_name = "PLACE")]
    places: Vec<String>,
    /// First day.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Last day, inclusive.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
    /// Whose rules apply: CN or an adcode; the data folder's region when left out.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A folder of further rule files.
    #[arg(long, value_name = "DIR")]
    rulebooks: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    read: FileArgs,
    #[command(flatten)]
    data: DataArgs,
}

fn parse_mode(text: &str) -> Result<Mode, String> {
    [Mode::AsPublished, Mode::AsText]
        .into_iter()
        .find(|m| m.code() == text)
        .ok_or_else(|| format!("`{text}` is no mode (expected as-published or as-text)"))
}

fn parse_dust(text: &str) -> Result<Dust, String> {
    Dust::parse(text).ok_or_else(|| format!("`{text}` is no dust treatment (expected keep or exclude)"))
}

pub(crate) fn run(args: &AirArgs) -> Result<Answer, Failure> {
    if args.as_of.is_some() && !args.files.is_empty() {
        return Err(Failure::usage("--as-of asks what a data folder knew; a file has no such time: import it first"));
    }
    let whole = args.places.is_empty() && args.of == OfArg::Station && !matches!(args.by, ByArg::Hour | ByArg::Day);
    let assessor = if args.files.is_empty() {
        folder(&DataFolder::open(&args.data.data)?, whole)?
    } else {
        from_files(&args.files, &args.read, args.rulebooks.as_deref(), args.region.as_deref())?
    };
    let of = match args.of {
        OfArg::Station => PlaceKind::Station,
        OfArg::District => PlaceKind::District,
        OfArg::City => PlaceKind::City,
    };
    let places = (!args.places.is_empty()).then(|| args.places.iter().cloned().collect::<BTreeSet<_>>());
    let days = match (args.from, args.to) {
        (None, None) => None,
        (from, to) => {
            let (first, last) = assessor.extent().ok_or_else(|| Failure::input("there are no readings"))?;
            Some((from.unwrap_or(first), to.unwrap_or(last)))
        }
    };
    if let Some((from, to)) = days.filter(|(from, to)| from > to) {
        return Err(Failure::usage(format!("--from {from} is after --to {to}")));
    }
    let request = Request { places, days };
    let known: Vec<String> = assessor.rulebooks().editions().into_iter().map(|e| e.code).collect();
    if let Some(unknown) = args.edition.iter().find(|e| *e != "in-force" && !known.contains(e)) {
        return Err(Failure::usage(format!("unknown edition `{unknown}` (expected in-force, {})", known.join(", "))));
    }
    let all_options: Vec<Options> = args
        .edition
        .iter()
        .map(|edition| Options {
            edition: EditionChoice::parse(edition),
            dust: args.dust,
            mode: args.mode,
            only: args.only,
            as_of: args.as_of,
            ..Options::default()
        })
        .collect();
    let judged = |options: &Options| assessor.pin(options).map_err(Failure::input);
    if let (None, Some((first, _)), Some(judged_from)) =
        (days, assessor.extent(), all_options.iter().filter_map(|o| assessor.first_judged(o)).max())
        && first < judged_from
    {
        writeln!(
            std::io::stderr(),
            "readings from {first} to before {judged_from} are not judged: no rule is in force; name an edition with --edition"
        )?;
    }
    match args.by {
        ByArg::Hour => {
            let mut rows = Vec::new();
            for options in &all_options {
                rows.extend(hour_rows(&assessor, of, &request, &judged(options)?)?);
            }
            print(&rows, args.format)?;
        }
        ByArg::Day => {
            let mut rows = Vec::new();
            for options in &all_options {
                rows.extend(day_rows(&assessor, of, &request, &judged(options)?)?);
            }
            print(&rows, args.format)?;
        }
        _ => {
            let by = match args.by {
                ByArg::Month => By::Month,
                ByArg::Quarter => By::Quarter,
                _ => By::Year,
            };
            let mut rows = Vec::new();
            for options in &all_options {
                let options = judged(options)?;
                let periods = assessor.periods(of, by, &request, &options).map_err(Failure::input)?;
                rows.extend(
                    flat(&periods)
                        .map(|(place, period)| PeriodRow::new(&assessor, place, period, &options, args.format)),
                );
            }
            print(&rows, args.format)?;
        }
    }
    Ok(Answer::Yes)
}

/// Judges what a data folder holds.
pub(crate) fn from_folder(data: &DataFolder) -> Result<Assessor, Failure> {
    folder(data, false)
}

fn folder(folder: &DataFolder, all_stations: bool) -> Result<Assessor, Failure> {
    let places = runtime()?.block_on(async {
        let records = folder.records().await?;
        folder.places(&records).await
    })?;
    let source = Source::Table(folder.store()?.snapshot().map_err(Failure::input)?);
    let (rules, region) = (folder.rulebooks()?, folder.region()?);
    if all_stations
        && let Some(assessor) = Assessor::of_all_stations(rules.clone(), region, source.clone(), places.clone())
    {
        return Ok(assessor);
    }
    Assessor::new(rules, region, source, places).map_err(Failure::input)
}

/// Judges files without a data folder. What a file refuses is said on standard error.
pub(crate) fn from_files(
    files: &[PathBuf],
    options: &FileArgs,
    rules: Option<&Path>,
    of_region: Option<&str>,
) -> Result<Assessor, Failure> {
    let mut readings = Vec::new();
    let mut places = BTreeMap::new();
    for path in files {
        let intake = read(path, options)?;
        let mut err = std::io::stderr().lock();
        if intake.report.rejected > 0 {
            writeln!(err, "{}: {} values or rows rejected", intake.report.file, intake.report.rejected)?;
            for q in intake.quarantine.iter().take(5) {
                writeln!(err, "  row {} {} `{}`: {}; {}", q.row, q.field, q.text, q.reason_en, q.remedy_en)?;
            }
        }
        for monitor in intake.monitors {
            if let Some(city) = &monitor.city {
                places.entry(city.clone()).or_insert_with(|| place(city, city, PlaceKind::City, None));
            }
            let (kind, parent) = match monitor.kind {
                MonitorKind::City => (PlaceKind::City, None),
                MonitorKind::Station => (PlaceKind::Station, monitor.city),
            };
            places.insert(monitor.id.clone(), place(&monitor.id, &monitor.name, kind, parent));
        }
        readings.extend(intake.readings);
    }
    let readings = distinct(readings)?;
    let places = Places::new(places.into_values(), Vec::new());
    let source = Source::Memory(Arc::new(Memory::new(readings)));
    Assessor::new(rulebooks(rules)?, region(of_region)?, source, places).map_err(Failure::input)
}

/// Of several files each identity once; two different values for one are an error, because no file is the newer one.
fn distinct(mut readings: Vec<lanwan_terms::Reading>) -> Result<Vec<lanwan_terms::Reading>, Failure> {
    let key = |r: &lanwan_terms::Reading| (r.monitor.clone(), r.pollutant.clone(), r.span, r.start);
    readings.sort_by_cached_key(|r| (key(r), r.source.clone()));
    for pair in readings.windows(2) {
        if key(&pair[0]) == key(&pair[1]) && (pair[0].value, pair[0].status) != (pair[1].value, pair[1].status) {
            return Err(Failure::input(format!(
                "{} and {} say different things of {} at {}; import them one after the other, so that it is clear which is newer",
                pair[0].source,
                pair[1].source,
                pair[0].monitor,
                format_cst(pair[0].start)
            )));
        }
    }
    readings.dedup_by(|a, b| key(a) == key(b));
    Ok(readings)
}

fn place(id: &str, name: &str, kind: PlaceKind, parent: Option<String>) -> Place {
    Place { id: id.to_owned(), name: name.to_owned(), name_en: None, kind, parent, position: None }
}

fn flat<T>(results: &Results<T>) -> impl Iterator<Item = (&str, &T)> {
    results.iter().flat_map(|(place, all)| all.iter().map(move |one| (place.as_str(), one)))
}

/// Exact when it has at most six digits after the point, else rounded half-even to six.
fn shown(value: &Exact) -> String {
    value.round(6).normalized().to_string()
}

fn joined(pollutants: &[Pollutant]) -> String {
    pollutants.iter().map(|p| p.symbol()).collect::<Vec<_>>().join("|")
}

fn category(rules: &AirRules, level: Option<u8>) -> String {
    let level = level.and_then(|l| rules.air_index().levels.iter().find(|other| other.level == l));
    level.map(|l| l.zh.clone()).unwrap_or_default()
}

#[derive(Serialize)]
struct Value {
    pollutant: Pollutant,
    averaging: Averaging,
    value: Option<String>,
    unit: &'static str,
    iaqi: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    have: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    need: Option<u16>,
    reason: Option<MissingReason>,
}

#[derive(Serialize)]
struct IndexRow<const DAY: bool> {
    place: String,
    start: String,
    end: String,
    aqi: Option<u16>,
    level: Option<u8>,
    primary: String,
    category: String,
    exceeding: String,
    reason: Option<MissingReason>,
    values: Vec<Value>,
    status: String,
    generated: bool,
    dust: bool,
    basis: &'static str,
    edition: String,
    mode: Option<&'static str>,
    verification: &'static str,
    finding: String,
}

const VALUE_COLUMNS: [(Pollutant, Averaging, &str); 7] = [
    (Pollutant::So2, Averaging::Hour24, "SO2"),
    (Pollutant::No2, Averaging::Hour24, "NO2"),
    (Pollutant::Co, Averaging::Hour24, "CO"),
    (Pollutant::O3, Averaging::Hour8, "O3_8h"),
    (Pollutant::O3, Averaging::Hour1, "O3_1h"),
    (Pollutant::Pm10, Averaging::Hour24, "PM10"),
    (Pollutant::Pm25, Averaging::Hour24, "PM2.5"),
];

impl<const DAY: bool> Row for IndexRow<DAY> {
    fn header() -> Vec<String> {
        let mut names: Vec<String> =
            ["place", "start", "end", "aqi", "level", "primary", "category", "exceeding", "reason"]
                .map(str::to_owned)
                .into();
        names.extend(VALUE_COLUMNS.map(|(.., name)| name.to_owned()));
        names.extend(
            ["iaqi", "missing", "status", "generated", "dust", "basis", "edition", "mode", "verification", "finding"]
                .map(str::to_owned),
        );
        names
    }

    fn cells(&self) -> Vec<String> {
        let number = |n: Option<String>| n.unwrap_or_default();
        let mut cells = vec![
            self.place.clone(),
            self.start.clone(),
            self.end.clone(),
            number(self.aqi.map(|a| a.to_string())),
            number(self.level.map(|l| l.to_string())),
            self.primary.clone(),
            self.category.clone(),
            self.exceeding.clone(),
            self.reason.map(|r| r.code().to_owned()).unwrap_or_default(),
        ];
        // Of an hour, the one-hour values; of ozone both; of a day, the daily statistics.
        for (pollutant, averaging, _) in VALUE_COLUMNS {
            let wanted = |v: &&Value| {
                v.pollutant == pollutant
                    && (v.averaging == averaging
                        || (!DAY && pollutant != Pollutant::O3 && v.averaging == Averaging::Hour1))
            };
            cells.push(self.values.iter().find(wanted).and_then(|v| v.value.clone()).unwrap_or_default());
        }
        let named = |v: &Value| {
            if v.pollutant == Pollutant::O3 { format!("O3_{}", v.averaging.code()) } else { v.pollutant.to_string() }
        };
        let iaqi: Vec<String> = self.values.iter().filter_map(|v| Some(format!("{}:{}", named(v), v.iaqi?))).collect();
        let missing: Vec<String> =
            self.values.iter().filter_map(|v| Some(format!("{}:{}", named(v), v.reason?.code()))).collect();
        cells.extend([
            iaqi.join("|"),
            missing.join("|"),
            self.status.clone(),
            self.generated.to_string(),
            self.dust.to_string(),
            self.basis.to_owned(),
            self.edition.clone(),
            self.mode.unwrap_or_default().to_owned(),
            self.verification.to_owned(),
            self.finding.clone(),
        ]);
        cells
    }

    fn table_columns() -> Vec<usize> {
        vec![0, 1, 3, 6, 5, 9, 10, 11, 12, 13, 14, 15, 18, 22]
    }
}

fn hour_rows(
    assessor: &Assessor,
    of: PlaceKind,
    request: &Request,
    options: &Options,
) -> Result<Vec<IndexRow<false>>, Failure> {
    let results: Results<AirHour> = assessor.hours(of, request, options).map_err(Failure::input)?;
    let hours: Vec<i32> = flat(&results).map(|(_, h)| h.stats.hour).collect();
    let (Some(first), Some(last)) = (hours.iter().min(), hours.iter().max()) else { return Ok(Vec::new()) };
    let rules = assessor
        .rules(options, Period::Hour(*first).first_day(), Period::Hour(*last).first_day())
        .map_err(Failure::input)?;
    let row = |(place, hour): (&str, &AirHour)| {
        let air = rules.on(Period::Hour(hour.stats.hour).first_day());
        let inputs = &hour.stats.inputs;
        let values = inputs
            .iter()
            .enumerate()
            .map(|(i, input)| Value {
                pollutant: input.pollutant,
                averaging: input.mean,
                value: input.value.ok().map(|v| shown(&v.exact())),
                unit: input.pollutant.unit().code(),
                iaqi: hour.index.iaqi[i],
                have: None,
                need: None,
                reason: input.value.err(),
            })
            .collect();
        IndexRow {
            place: place.to_owned(),
            start: format_cst(utc_of_hour(hour.stats.hour)),
            end: format_cst(utc_of_hour(hour.stats.hour + 1)),
            aqi: hour.index.aqi.ok(),
            level: hour.index.level,
            primary: joined(&hour.index.primary_pollutants(inputs)),
            category: category(air, hour.index.level),
            exceeding: joined(&hour.index.exceeding_pollutants(inputs)),
            reason: hour.index.aqi.err(),
            values,
            status: hour.stats.status.to_string(),
            generated: hour.stats.generated,
            dust: false,
            basis: if of == PlaceKind::Station { "hourly" } else { "sites" },
            edition: air.edition().to_owned(),
            mode: Some(air.realtime().mode.code()),
            verification: air.realtime_verification().code(),
            finding: assessor.hour_id(place, hour, &rules, options),
        }
    };
    Ok(flat(&results).map(row).collect())
}

fn day_rows(
    assessor: &Assessor,
    of: PlaceKind,
    request: &Request,
    options: &Options,
) -> Result<Vec<IndexRow<true>>, Failure> {
    let results: Results<AirDay> = assessor.days(of, request, options).map_err(Failure::input)?;
    let days: Vec<NaiveDate> = flat(&results).map(|(_, d)| d.stats.day).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Ok(Vec::new()) };
    let rules = assessor.rules(options, *first, *last).map_err(Failure::input)?;
    // A day without data is a gap only between a place's first reading and its last.
    let extents: BTreeMap<&str, Option<(NaiveDate, NaiveDate)>> =
        results.keys().map(|place| (place.as_str(), assessor.extent_of_place(place))).collect();
    let known = |(place, day): &(&str, &AirDay)| {
        extents.get(place).copied().flatten().is_some_and(|(from, to)| (from..=to).contains(&day.stats.day))
    };
    let row = |(place, day): (&str, &AirDay)| {
        let air = rules.on(day.stats.day);
        let inputs = day.stats.inputs(air);
        let period = Period::Day(day.stats.day);
        let values = DAY_INPUTS
            .iter()
            .zip(&day.stats.values)
            .map(|((pollutant, averaging), value)| Value {
                pollutant: *pollutant,
                averaging: *averaging,
                value: value.value.ok().map(|v| shown(&v.exact())),
                unit: pollutant.unit().code(),
                iaqi: inputs
                    .iter()
                    .position(|i| i.pollutant == *pollutant && i.mean == *averaging)
                    .and_then(|i| day.index.iaqi[i]),
                have: Some(value.have),
                need: Some(value.need),
                reason: value.value.err(),
            })
            .collect();
        IndexRow {
            place: place.to_owned(),
            start: format_cst(period.start().to_utc()),
            end: format_cst(period.end().to_utc()),
            aqi: day.index.aqi.ok(),
            level: day.index.level,
            primary: joined(&day.index.primary_pollutants(&inputs)),
            category: category(air, day.index.level),
            exceeding: joined(&day.index.exceeding_pollutants(&inputs)),
            reason: day.index.aqi.err(),
            values,
            status: day.stats.status.to_string(),
            generated: day.stats.generated,
            dust: day.stats.dust != 0,
            basis: day.stats.basis.code(),
            edition: air.edition().to_owned(),
            mode: None,
            verification: air.daily_verification(day.stats.basis == DayBasis::Sites).code(),
            finding: assessor.day_id(place, day, &rules, options),
        }
    };
    Ok(flat(&results).filter(known).map(row).collect())
}

#[derive(Serialize)]
struct Item {
    pollutant: Pollutant,
    statistic: &'static str,
    percentile: Option<u8>,
    value: Option<String>,
    exact: Option<String>,
    compared: Option<String>,
    unit: &'static str,
    limit1: Option<String>,
    limit2: Option<String>,
    class1: Option<bool>,
    class2: Option<bool>,
    exceedance_multiple: Option<String>,
    days: u32,
    need: u32,
    valid: bool,
    reason: Option<MissingReason>,
    clause: String,
    verification: &'static str,
}

#[derive(Serialize)]
struct RoomLine {
    pollutant: Pollutant,
    target: String,
    so_far: String,
    days_left: u32,
    room: Option<String>,
    lost: bool,
}

#[derive(Serialize)]
struct PeriodRow {
    place: String,
    start: String,
    end: String,
    aqi: Option<u16>,
    level: Option<u8>,
    primary: String,
    period: String,
    class: Option<u8>,
    class2: Option<bool>,
    index: Option<String>,
    index_valid: bool,
    leading: String,
    items: Vec<Item>,
    days: u32,
    valid_days: u32,
    by_level: [u32; 6],
    good_days: u32,
    good_ratio: Option<String>,
    heavy_days: u32,
    heavy_ratio: Option<String>,
    pm25_primary_days: u32,
    o3_primary_days: u32,
    pm25_o3_both_days: u32,
    dust_days: u32,
    dust: &'static str,
    missing_days: Vec<(NaiveDate, MissingReason)>,
    room: Vec<RoomLine>,
    status: String,
    generated: bool,
    edition: String,
    verification: &'static str,
    finding: String,
}

impl PeriodRow {
    fn new(assessor: &Assessor, place: &str, period: &AirPeriod, options: &Options, format: Format) -> Self {
        let text = |d: Option<lanwan_terms::Decimal>| d.map(|d| d.to_string());
        let items = period
            .items
            .iter()
            .map(|i| Item {
                pollutant: i.pollutant,
                statistic: if i.statistic == Statistic::Mean { "mean" } else { "percentile" },
                percentile: i.percentile,
                value: text(i.reported),
                exact: i.value.map(lanwan_standards::air::Concentration::display),
                compared: text(i.compared),
                unit: i.pollutant.unit().code(),
                limit1: text(i.limit.as_ref().map(|l| l.class1)),
                limit2: text(i.limit.as_ref().map(|l| l.class2)),
                class1: i.class1,
                class2: i.class2,
                exceedance_multiple: text(i.multiple),
                days: i.days.have,
                need: i.days.need,
                valid: i.reason().is_none(),
                reason: i.reason(),
                clause: i.clause.clone(),
                verification: i.verification.code(),
            })
            .collect();
        // Only JSON has room for it.
        let room = if format == Format::Json { period.room() } else { None };
        let days_left = room.as_ref().map_or(0, |r| r.days_left);
        let room = room.into_iter().flat_map(|r| r.items).map(|i| RoomLine {
            pollutant: i.pollutant,
            target: i.target.to_string(),
            so_far: i.so_far.to_string(),
            days_left,
            room: match i.room {
                Room::Mean(mean) => Some(mean.to_string()),
                Room::Over { .. } | Room::Lost => None,
            },
            lost: i.room == Room::Lost,
        });
        Self {
            place: place.to_owned(),
            start: format_cst(period.period.start().to_utc()),
            end: format_cst(period.period.end().to_utc()),
            aqi: None,
            level: None,
            primary: String::new(),
            period: period.period.to_string(),
            class: period.class,
            class2: period.class2,
            index: period.index.as_ref().map(|i| i.value.to_string()),
            index_valid: period.index_valid,
            leading: period.index.as_ref().map(|i| joined(&i.leading)).unwrap_or_default(),
            items,
            days: period.days.total,
            valid_days: period.days.valid,
            by_level: period.days.by_level,
            good_days: period.days.good,
            good_ratio: text(period.days.good_ratio),
            heavy_days: period.days.heavy,
            heavy_ratio: text(period.days.heavy_ratio),
            pm25_primary_days: period.coordination.pm25_primary_days,
            o3_primary_days: period.coordination.o3_primary_days,
            pm25_o3_both_days: period.coordination.both_exceed_days,
            dust_days: period.days.dust,
            dust: options.dust.code(),
            missing_days: period.days.missing.clone(),
            room: room.collect(),
            status: period.status.to_string(),
            generated: period.generated,
            edition: period.rules.edition().to_owned(),
            verification: period.verification().code(),
            finding: assessor.period_id(place, period, options),
        }
    }
}

const ITEM_COLUMNS: [(usize, Option<u8>, &str); 10] = [
    (0, None, "SO2"),
    (0, Some(98), "SO2_p98"),
    (1, None, "NO2"),
    (1, Some(98), "NO2_p98"),
    (2, Some(95), "CO_p95"),
    (3, Some(90), "O3_8h_p90"),
    (4, None, "PM10"),
    (4, Some(95), "PM10_p95"),
    (5, None, "PM2.5"),
    (5, Some(95), "PM2.5_p95"),
];

impl Row for PeriodRow {
    fn header() -> Vec<String> {
        let mut names: Vec<String> =
            ["place", "start", "end", "aqi", "level", "primary", "period", "class", "index", "index_valid", "leading"]
                .map(str::to_owned)
                .into();
        names.extend(ITEM_COLUMNS.map(|(.., name)| name.to_owned()));
        names.extend(
            [
                "exceeds",
                "not_valid",
                "days",
                "valid_days",
                "good_days",
                "good_ratio",
                "heavy_days",
                "heavy_ratio",
                "level_1",
                "level_2",
                "level_3",
                "level_4",
                "level_5",
                "level_6",
                "dust_days",
                "dust",
                "status",
                "generated",
                "edition",
                "verification",
                "finding",
            ]
            .map(str::to_owned),
        );
        names
    }

    fn cells(&self) -> Vec<String> {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let mut cells = vec![
            self.place.clone(),
            self.start.clone(),
            self.end.clone(),
            String::new(),
            String::new(),
            String::new(),
            self.period.clone(),
            self.class.map(|c| c.to_string()).unwrap_or_default(),
            text(&self.index),
            self.index_valid.to_string(),
            self.leading.clone(),
        ];
        for (pollutant, percentile, _) in ITEM_COLUMNS {
            let item = self.items.iter().find(|i| i.pollutant == AIR_SIX[pollutant] && i.percentile == percentile);
            cells.push(item.and_then(|i| i.value.clone()).unwrap_or_default());
        }
        let name = |i: &Item| {
            let column = ITEM_COLUMNS
                .iter()
                .find(|(p, percentile, _)| AIR_SIX[*p] == i.pollutant && *percentile == i.percentile);
            column.map_or(i.pollutant.to_string(), |(.., name)| (*name).to_owned())
        };
        let exceeds: Vec<String> = self.items.iter().filter(|i| i.class2 == Some(false)).map(name).collect();
        let not_valid: Vec<String> = self.items.iter().filter(|i| !i.valid).map(name).collect();
        cells.extend([
            exceeds.join("|"),
            not_valid.join("|"),
            self.days.to_string(),
            self.valid_days.to_string(),
            self.good_days.to_string(),
            text(&self.good_ratio),
            self.heavy_days.to_string(),
            text(&self.heavy_ratio),
        ]);
        cells.extend(self.by_level.map(|d| d.to_string()));
        cells.extend([
            self.dust_days.to_string(),
            self.dust.to_owned(),
            self.status.clone(),
            self.generated.to_string(),
            self.edition.clone(),
            self.verification.to_owned(),
            self.finding.clone(),
        ]);
        cells
    }

    fn table_columns() -> Vec<usize> {
        vec![0, 6, 7, 8, 11, 13, 15, 16, 17, 19, 25, 26, 37, 39]
    }
}
