//! A recognised table: where and when each row is, and what its values are in the stored units.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::FixedOffset;
use lanwan_terms::{Decimal, MissingReason, Pollutant, Span};

use crate::collect::{Collector, Of, settle_stations};
use crate::header::{Item, is_code};
use crate::plan::{Column, Plan, Shape};
use crate::reject::Problem;
use crate::row::{Record, Rows};
use crate::run::{Meta, slot};
use crate::time::{day_start, hour_start, parse_hour, parse_moment};
use crate::value::{Cell, Factor, is_blank_mark, parse_cell, plausible};
use crate::{InUnit, Intake, IntakeError, Monitor, MonitorKind, Options, Origin, Progress, TimeLabel};

/// Rows between two reports of progress.
const PROGRESS_EVERY: u64 = 1 << 16;
/// The longest name of a monitor, in characters.
const MAX_NAME: usize = 200;

/// A refused field: its column and what is wrong.
pub(crate) type Refused = (Option<usize>, Problem);
/// A span and the hour since 1970 at which it starts.
pub(crate) type At = (Span, i32);

pub(crate) struct Table<'a> {
    pub(crate) plan: Plan,
    pub(crate) meta: Meta,
    pub(crate) options: &'a Options,
    pub(crate) label: TimeLabel,
    pub(crate) label_origin: Origin,
    pub(crate) offset: FixedOffset,
    pub(crate) offset_origin: Origin,
    pub(crate) collector: Collector,
    /// Units met, by pollutant, and why they are taken to be so.
    pub(crate) units: [[Option<Origin>; 4]; Pollutant::ALL.len()],
    factors: [[Option<Factor>; 4]; Pollutant::ALL.len()],
    overrides: [Option<InUnit>; Pollutant::ALL.len()],
    /// The monitor of rows that name none.
    default_monitor: Option<u32>,
    /// Row types and items that hold no reading.
    pub(crate) other_items: BTreeSet<String>,
    /// Whether a time without offset was read.
    pub(crate) local_times: bool,
    pub(crate) hour_rows: bool,
    pub(crate) day_rows: bool,
    want_fields: usize,
    places: HashMap<String, u32>,
    key: String,
    last_time: Option<(String, Result<At, Problem>)>,
    /// What the entries of a pollutant column mean, by their text.
    pub(crate) items: HashMap<String, Option<Item>>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(plan: Plan, meta: Meta, options: &'a Options) -> Result<Self, IntakeError> {
        let (label, label_origin) = match (options.time_label, plan.label) {
            (Some(label), _) => (label, Origin::Override),
            (None, Some(label)) => (label, Origin::Layout),
            (None, None) => (TimeLabel::End, Origin::Assumed),
        };
        let (offset, offset_origin) = match (options.utc_offset, plan.offset) {
            (Some(offset), _) => (offset, Origin::Override),
            (None, Some(offset)) => (offset, Origin::Layout),
            (None, None) => (Options::DEFAULT_OFFSET, Origin::Assumed),
        };
        let mut factors = [[None; 4]; Pollutant::ALL.len()];
        for pollutant in Pollutant::ALL {
            for unit in InUnit::ALL {
                factors[slot(*pollutant)][unit as usize] = Factor::new(*pollutant, unit);
            }
        }
        let mut overrides = [None; Pollutant::ALL.len()];
        for (pollutant, unit) in &options.units {
            overrides[slot(*pollutant)] = Some(*unit);
        }
        let want_fields = plan.header.iter().rposition(|h| !h.is_empty()).map_or(0, |i| i + 1);
        let collector = Collector::new(meta.file.clone(), options.max_quarantine_detail);
        let mut table = Self {
            plan,
            meta,
            options,
            label,
            label_origin,
            offset,
            offset_origin,
            collector,
            units: [[None; 4]; Pollutant::ALL.len()],
            factors,
            overrides,
            default_monitor: None,
            other_items: BTreeSet::new(),
            local_times: false,
            hour_rows: false,
            day_rows: false,
            want_fields,
            places: HashMap::new(),
            key: String::new(),
            last_time: None,
            items: HashMap::new(),
        };
        table.name_default_monitor()?;
        Ok(table)
    }

    /// Where no column names the monitor: the options do, or the file's name.
    fn name_default_monitor(&mut self) -> Result<(), IntakeError> {
        let at = &self.plan.at;
        let named = at.code.is_some() || at.station.is_some() || at.city.is_some();
        if named || matches!(self.plan.shape, Shape::National { .. } | Shape::Stations) {
            return Ok(());
        }
        let (station, city) = (self.options.station.clone(), self.options.city.clone());
        let monitor = match (station, city) {
            (Some(station), city) => station_monitor("", &station, city.as_deref().unwrap_or("")),
            (None, Some(city)) => city_monitor(&city),
            (None, None) => {
                let stem = stem(&self.meta.file);
                if stem.is_empty() || matches!(stem, "-" | "stdin") {
                    return Err(IntakeError::NoStation { file: self.meta.file.clone() });
                }
                self.meta.notes.push((
                    format!("没有站点列，以文件名“{stem}”作为站点（可用 --station 指定）"),
                    format!("no column names the station: the file's name `{stem}` is taken (or give --station)"),
                ));
                station_monitor("", stem, "")
            }
        };
        self.default_monitor = Some(self.collector.monitor(monitor));
        Ok(())
    }

    pub(crate) fn run(
        mut self,
        rows: &mut dyn Rows,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Intake, IntakeError> {
        let shape = self.plan.shape.clone();
        let mut record = Record::default();
        let mut list = Vec::new();
        let places: Vec<(usize, u32)> = match &shape {
            Shape::National { places } => {
                places.iter().map(|(i, name)| (*i, self.collector.monitor(place_monitor(name)))).collect()
            }
            _ => Vec::new(),
        };
        let ragged = rows.is_ragged();
        while rows.next(&mut record)? {
            self.collector.counts.rows += 1;
            if self.collector.counts.rows.is_multiple_of(PROGRESS_EVERY) {
                progress(Progress { bytes: rows.position(), total: self.meta.bytes, rows: self.collector.counts.rows });
            }
            let done = self.check(&record, ragged).and_then(|()| match &shape {
                Shape::Long { .. } => self.long(&record, &shape),
                Shape::Wide { .. } => self.wide(&record, &shape),
                Shape::National { .. } => self.national(&record, &places),
                Shape::Stations => self.station(&record, &mut list),
            });
            if let Err((column, problem)) = done {
                let field = column.and_then(|c| self.plan.header.get(c)).cloned().unwrap_or_default();
                let text = match column {
                    Some(column) => record.get(column),
                    None => &record.text,
                };
                self.collector.reject(Of::Row, record.row, &field, text, &problem);
            }
        }
        let total = self.meta.bytes;
        progress(Progress { bytes: total, total, rows: self.collector.counts.rows });
        settle_stations(&mut self.collector, list);
        Ok(self.report())
    }

    fn check(&self, record: &Record, ragged: bool) -> Result<(), Refused> {
        if let Some(problem) = &record.fault {
            return Err((None, problem.clone()));
        }
        let have = record.len();
        let surplus = (self.want_fields..have).any(|i| !record.get(i).is_empty());
        if ragged && (have < self.want_fields || surplus) {
            return Err((None, Problem::FieldCount { want: self.want_fields, have }));
        }
        Ok(())
    }

    /// The monitor of a row.
    pub(crate) fn place(&mut self, record: &Record) -> Result<u32, Refused> {
        if let Some(monitor) = self.default_monitor {
            return Ok(monitor);
        }
        let at = &self.plan.at;
        let get = |column: Option<usize>| {
            let text = column.map_or("", |c| record.get(c));
            if is_blank_mark(text) { "" } else { text }
        };
        let parts = [get(at.code), get(at.station), get(at.city), get(at.district), get(at.lon), get(at.lat)];
        self.key.clear();
        for part in parts {
            self.key.push_str(part);
            self.key.push('\u{1f}');
        }
        if let Some(&known) = self.places.get(&self.key) {
            return Ok(known);
        }
        let monitor = self.new_monitor(parts)?;
        let number = self.collector.monitor(monitor);
        self.places.insert(self.key.clone(), number);
        Ok(number)
    }

    pub(crate) fn new_monitor(&self, [code, station, city, district, lon, lat]: [&str; 6]) -> Result<Monitor, Refused> {
        let at = &self.plan.at;
        for (column, text) in [(at.code, code), (at.station, station), (at.city, city), (at.district, district)] {
            if text.chars().count() > MAX_NAME || text.chars().any(char::is_control) {
                return Err((column, Problem::BadName));
            }
        }
        let city = if city.is_empty() { self.options.city.as_deref().unwrap_or("") } else { city };
        let mut monitor = if !code.is_empty() || !station.is_empty() {
            station_monitor(code, station, city)
        } else if at.code.is_none() && at.station.is_none() && !city.is_empty() {
            city_monitor(city)
        } else {
            return Err((at.code.or(at.station).or(at.city), Problem::NoMonitor));
        };
        if !district.is_empty() {
            monitor.district = Some(district.to_owned());
        }
        let degrees = |text: &str, most: i64| {
            text.parse::<Decimal>().ok().filter(|d| *d <= Decimal::new(most, 0) && *d >= Decimal::new(-most, 0))
        };
        monitor.lon = degrees(lon, 180);
        monitor.lat = degrees(lat, 90);
        if monitor.lon.is_none() || monitor.lat.is_none() {
            (monitor.lon, monitor.lat) = (None, None);
        }
        Ok(monitor)
    }

    /// The time of a row.
    pub(crate) fn when(&mut self, record: &Record) -> Result<At, Refused> {
        let when = &self.plan.when;
        if let Some([y, m, d]) = when.ymd {
            let date = crate::time::date_of(record.get(y), record.get(m), record.get(d)).map_err(|p| (Some(d), p))?;
            let Some(hour) = when.hour else { return Ok((Span::Day, day_start(date))) };
            let time = parse_hour(record.get(hour)).map_err(|p| (Some(hour), p))?;
            self.local_times = true;
            return hour_start(date, time, self.offset, self.label)
                .map(|h| (Span::Hour, h))
                .map_err(|p| (Some(hour), p));
        }
        let (date, hour) = (when.time.or(when.date).unwrap_or(0), when.hour);
        if let Some(hour) = hour {
            let moment = parse_moment(record.get(date)).map_err(|p| (Some(date), p))?;
            let time = match parse_hour(record.get(hour)) {
                Ok(time) => time,
                // The hour's column may repeat the date.
                Err(Problem::TimeFormat) => match parse_moment(record.get(hour)) {
                    Ok(full) if full.date == moment.date && full.offset.is_none() => {
                        full.time.ok_or((Some(hour), Problem::TimeFormat))?
                    }
                    _ => return Err((Some(hour), Problem::TimeFormat)),
                },
                Err(problem) => return Err((Some(hour), problem)),
            };
            if moment.time.is_some_and(|t| t != (0, 0, 0)) || moment.offset.is_some() {
                return Err((Some(date), Problem::DateHasTime));
            }
            self.local_times = true;
            let start = hour_start(moment.date, time, self.offset, self.label).map_err(|p| (Some(hour), p))?;
            return Ok((Span::Hour, start));
        }
        let text = record.get(date);
        if let Some((last, at)) = &self.last_time
            && last == text
        {
            return at.clone().map_err(|p| (Some(date), p));
        }
        let at = self.moment(text);
        self.last_time = Some((text.to_owned(), at.clone()));
        at.map_err(|p| (Some(date), p))
    }

    fn moment(&mut self, text: &str) -> Result<At, Problem> {
        let moment = parse_moment(text)?;
        let Some(time) = moment.time else { return Ok((Span::Day, day_start(moment.date))) };
        self.local_times |= moment.offset.is_none();
        hour_start(moment.date, time, moment.offset.unwrap_or(self.offset), self.label).map(|h| (Span::Hour, h))
    }

    /// The value of a cell in millionths of the stored unit.
    pub(crate) fn measure(
        &mut self,
        pollutant: Pollutant,
        text: &str,
        stated: Option<InUnit>,
        zero_is_missing: bool,
    ) -> Result<Result<i64, MissingReason>, Problem> {
        let mut cut = false;
        let value = match parse_cell(text)? {
            Cell::Value(value) if zero_is_missing && value.unscaled() == 0 => {
                return Ok(Err(MissingReason::NotReported));
            }
            Cell::Value(value) => value,
            Cell::Cut(value) => {
                cut = true;
                value
            }
            Cell::Missing { reason, sentinel } => {
                self.collector.counts.sentinels += u64::from(sentinel);
                return Ok(Err(reason));
            }
        };
        let (unit, origin) = if let Some(unit) = self.overrides[slot(pollutant)] {
            (unit, Origin::Override)
        } else if let Some(unit) = stated {
            (unit, Origin::Stated)
        } else if let Some(unit) = self.plan.layout_unit(pollutant) {
            (unit, Origin::Layout)
        } else {
            let unit = match pollutant.unit() {
                lanwan_terms::Unit::UgPerM3 => InUnit::UgPerM3,
                lanwan_terms::Unit::MgPerM3 => InUnit::MgPerM3,
            };
            (unit, Origin::Assumed)
        };
        let factor = self.factors[slot(pollutant)][unit as usize].ok_or(Problem::UnitOfGas(pollutant))?;
        if cut && !factor.rounded {
            return Err(Problem::TooFine);
        }
        let known = &mut self.units[slot(pollutant)][unit as usize];
        *known = Some(known.map_or(origin, |k| k.min(origin)));
        plausible(pollutant, factor.apply(value)?).map(Ok)
    }

    /// Columns that were not used, in their order, then row types and items.
    pub(crate) fn ignored(&self) -> Vec<String> {
        let mut columns = self.plan.ignored.clone();
        if let Shape::Wide { all, hourly, daily, .. } = &self.plan.shape {
            let used = |c: &Column| {
                (self.hour_rows && hourly.iter().any(|h| h.index == c.index))
                    || (self.day_rows && daily.iter().any(|d| d.index == c.index))
            };
            let read = self.hour_rows || self.day_rows;
            columns.extend(all.iter().filter(|c| read && !used(c)).map(|c| c.index));
        }
        columns.sort_unstable();
        let named = columns.into_iter().filter_map(|c| self.plan.header.get(c)).filter(|h| !h.is_empty()).cloned();
        named.chain(self.other_items.iter().cloned()).collect()
    }

    /// Units met, in the order of the pollutants.
    pub(crate) fn unit_uses(&self) -> BTreeMap<(Pollutant, InUnit), Origin> {
        let mut uses = BTreeMap::new();
        for pollutant in Pollutant::ALL {
            for unit in InUnit::ALL {
                if let Some(origin) = self.units[slot(*pollutant)][unit as usize] {
                    uses.insert((*pollutant, unit), origin);
                }
            }
        }
        uses
    }
}

fn stem(file: &str) -> &str {
    let file = file.strip_suffix(".gz").unwrap_or(file);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}

fn station_monitor(code: &str, station: &str, city: &str) -> Monitor {
    let id = match (code.is_empty(), is_code(station) || city.is_empty()) {
        (false, _) => code.to_owned(),
        (true, true) => station.to_owned(),
        (true, false) => format!("{city}/{station}"),
    };
    Monitor {
        id,
        name: if station.is_empty() { code } else { station }.to_owned(),
        kind: MonitorKind::Station,
        city: (!city.is_empty()).then(|| city.to_owned()),
        district: None,
        lon: None,
        lat: None,
    }
}

fn city_monitor(city: &str) -> Monitor {
    Monitor {
        id: city.to_owned(),
        name: city.to_owned(),
        kind: MonitorKind::City,
        city: Some(city.to_owned()),
        district: None,
        lon: None,
        lat: None,
    }
}

/// A place of the national layout: a station when its column is named by a code, else a city.
fn place_monitor(name: &str) -> Monitor {
    if is_code(name) { station_monitor(name, "", "") } else { city_monitor(name) }
}
