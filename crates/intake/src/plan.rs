//! Which layout a header is of, and which column holds what.

use chrono::FixedOffset;
use lanwan_terms::Pollutant;

use crate::header::{Avg, Item, Role, fold, is_code, role};
use crate::{InUnit, Layout, TimeLabel};

/// The longest name of a column in characters; what is longer is running text.
const MAX_HEADER: usize = 64;

/// Columns that say when.
#[derive(Clone, Debug, Default)]
pub(crate) struct When {
    pub(crate) time: Option<usize>,
    pub(crate) date: Option<usize>,
    pub(crate) hour: Option<usize>,
    pub(crate) ymd: Option<[usize; 3]>,
}

impl When {
    fn is_given(&self) -> bool {
        self.time.is_some() || self.date.is_some() || self.ymd.is_some()
    }
}

/// Columns that say where.
#[derive(Clone, Debug, Default)]
pub(crate) struct Where {
    pub(crate) code: Option<usize>,
    pub(crate) station: Option<usize>,
    pub(crate) city: Option<usize>,
    pub(crate) district: Option<usize>,
    pub(crate) lon: Option<usize>,
    pub(crate) lat: Option<usize>,
}

/// A pollutant's column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) index: usize,
    pub(crate) pollutant: Pollutant,
    pub(crate) avg: Avg,
    pub(crate) unit: Option<InUnit>,
}

/// Columns of the published index.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IndexColumns {
    pub(crate) aqi: Option<usize>,
    pub(crate) level: Option<usize>,
    pub(crate) primary: Option<usize>,
}

/// How the rows are laid out.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A row a value.
    Long {
        pollutant: usize,
        value: usize,
        value_unit: Option<InUnit>,
        unit: Option<usize>,
        status: Option<usize>,
        span: Option<usize>,
    },
    /// A column a pollutant: those of hourly rows, and those of daily rows.
    Wide { all: Vec<Column>, hourly: Vec<Column>, daily: Vec<Column>, index: IndexColumns, status: Option<usize> },
    /// A column a place, a row an hour and type.
    National { places: Vec<(usize, String)> },
    /// A row a station.
    Stations,
}

/// A recognised header.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) layout: Layout,
    pub(crate) shape: Shape,
    pub(crate) at: Where,
    pub(crate) when: When,
    pub(crate) header: Vec<String>,
    /// Columns that hold no reading.
    pub(crate) ignored: Vec<usize>,
    /// The label the layout is known to have; `None` assumes the national convention.
    pub(crate) label: Option<TimeLabel>,
    /// The offset the layout is known to have.
    pub(crate) offset: Option<FixedOffset>,
}

/// Two columns for one thing.
#[derive(Debug)]
pub(crate) struct TwoColumns {
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) what: String,
}

impl Plan {
    /// The unit that the layout, not the header, gives a pollutant in.
    pub(crate) fn layout_unit(&self, pollutant: Pollutant) -> Option<InUnit> {
        match (self.layout, pollutant) {
            (Layout::Prsa, _) => Some(InUnit::UgPerM3),
            (Layout::Openair, Pollutant::Co) => Some(InUnit::Ppm),
            (Layout::Openair, Pollutant::Pm10 | Pollutant::Pm25) => Some(InUnit::UgPerM3),
            (Layout::Openair, _) => Some(InUnit::Ppb),
            (Layout::NationalHourly | Layout::Snapshot, Pollutant::Co) => Some(InUnit::MgPerM3),
            (Layout::NationalHourly | Layout::Snapshot, _) => Some(InUnit::UgPerM3),
            _ => None,
        }
    }

    /// Recognises a header; `None` when it is of no layout.
    pub(crate) fn recognise(header: &[&str], snapshot: bool) -> Result<Option<Self>, TwoColumns> {
        let header: Vec<String> = header.iter().map(|h| h.trim().trim_start_matches('\u{feff}').to_owned()).collect();
        if header.iter().any(|h| h.chars().count() > MAX_HEADER) {
            return Ok(None);
        }
        if let Some(plan) = national(&header) {
            return Ok(Some(plan));
        }
        let mut found = Found::default();
        let prsa = is_prsa(&header);
        for (index, name) in header.iter().enumerate() {
            found.put(index, name, &header)?;
        }
        found.plan(header, prsa, snapshot)
    }
}

/// `date,hour,type,<place>…`
fn national(header: &[String]) -> Option<Plan> {
    let first: Vec<String> = header.iter().take(3).map(|h| fold(h)).collect();
    if header.len() < 4 || first != ["date", "hour", "type"] {
        return None;
    }
    let mut places: Vec<(usize, String)> = Vec::new();
    // A place may have two columns: what they say is judged like any repeat.
    for (index, name) in header.iter().enumerate().skip(3).filter(|(_, name)| !name.is_empty()) {
        places.push((index, name.clone()));
    }
    // `date,hour,type,value` is a tidy table.
    if places.iter().any(|(_, name)| !is_code(name) && role(name) != Role::Unknown) {
        return None;
    }
    Some(Plan {
        layout: Layout::NationalHourly,
        shape: Shape::National { places },
        at: Where::default(),
        when: When { date: Some(0), hour: Some(1), ..When::default() },
        header: header.to_vec(),
        ignored: Vec::new(),
        label: Some(TimeLabel::End),
        offset: None,
    })
}

fn is_prsa(header: &[String]) -> bool {
    ["No", "year", "month", "day", "hour", "TEMP", "PRES", "DEWP", "RAIN", "wd", "WSPM", "station"]
        .iter()
        .all(|want| header.iter().any(|h| h == want))
}

#[derive(Default)]
struct Found {
    at: Where,
    when: When,
    year: Option<usize>,
    month: Option<usize>,
    day: Option<usize>,
    pollutant: Option<usize>,
    value: Option<usize>,
    value_unit: Option<InUnit>,
    unit: Option<usize>,
    status: Option<usize>,
    span: Option<usize>,
    index: IndexColumns,
    columns: Vec<Column>,
    unknown: Vec<usize>,
}

impl Found {
    fn put(&mut self, index: usize, name: &str, header: &[String]) -> Result<(), TwoColumns> {
        let two = |first: usize, what: &str| TwoColumns {
            first: header.get(first).cloned().unwrap_or_default(),
            second: name.to_owned(),
            what: what.to_owned(),
        };
        let role = role(name);
        let (slot, what) = match role {
            Role::Station => (&mut self.at.station, "the station (站点)"),
            Role::StationCode => (&mut self.at.code, "the station's code (站点编码)"),
            Role::City => (&mut self.at.city, "the city (城市)"),
            Role::District => (&mut self.at.district, "the district (区县)"),
            Role::Lon => (&mut self.at.lon, "the longitude (经度)"),
            Role::Lat => (&mut self.at.lat, "the latitude (纬度)"),
            Role::Time => (&mut self.when.time, "the time (时间)"),
            Role::Date => (&mut self.when.date, "the date (日期)"),
            Role::Hour => (&mut self.when.hour, "the hour (小时)"),
            Role::Year => (&mut self.year, "the year (年)"),
            Role::Month => (&mut self.month, "the month (月)"),
            Role::Day => (&mut self.day, "the day (日)"),
            Role::Pollutant => (&mut self.pollutant, "the pollutant (污染物)"),
            Role::Value(unit) => {
                if self.value.is_none() {
                    self.value_unit = unit;
                }
                (&mut self.value, "the value (浓度)")
            }
            Role::Unit => (&mut self.unit, "the unit (单位)"),
            Role::Status => (&mut self.status, "the status (状态)"),
            Role::Span => (&mut self.span, "the averaging time (平均时间)"),
            Role::Item(Item::Aqi) => (&mut self.index.aqi, "the index (AQI)"),
            Role::Item(Item::Level) => (&mut self.index.level, "the level (级别)"),
            Role::Item(Item::Primary) => (&mut self.index.primary, "the primary pollutant (首要污染物)"),
            Role::Item(Item::Value { pollutant, avg, unit }) => {
                if let Some(other) = self.columns.iter().find(|c| (c.pollutant, c.avg) == (pollutant, avg)) {
                    return Err(two(other.index, pollutant.symbol()));
                }
                self.columns.push(Column { index, pollutant, avg, unit });
                return Ok(());
            }
            Role::Unknown => {
                self.unknown.push(index);
                return Ok(());
            }
        };
        match *slot {
            Some(first) => Err(two(first, what)),
            None => {
                *slot = Some(index);
                Ok(())
            }
        }
    }

    fn plan(mut self, header: Vec<String>, prsa: bool, snapshot: bool) -> Result<Option<Plan>, TwoColumns> {
        match (self.year, self.month, self.day) {
            (Some(y), Some(m), Some(d)) => self.when.ymd = Some([y, m, d]),
            // A lone `day` column names the date.
            (None, None, Some(d)) if self.when.date.is_none() => self.when.date = Some(d),
            _ => {}
        }
        // A date beside a time: the time is the hour of the day.
        if self.when.date.is_some() && self.when.time.is_some() && self.when.hour.is_none() {
            self.when.hour = self.when.time.take();
        }
        let when = self.when.is_given();
        let at_list =
            (self.at.code.is_some() || self.at.station.is_some()) && self.at.lon.is_some() && self.at.lat.is_some();
        let (layout, shape) = match (self.pollutant, self.value) {
            (Some(pollutant), Some(value)) if when => {
                let shape = Shape::Long {
                    pollutant,
                    value,
                    value_unit: self.value_unit,
                    unit: self.unit,
                    status: self.status,
                    span: self.span,
                };
                (Layout::Tidy, shape)
            }
            _ if when && !self.columns.is_empty() => self.wide(&header, prsa, snapshot),
            _ if at_list && !when && self.columns.is_empty() => (Layout::StationList, Shape::Stations),
            _ => return Ok(None),
        };
        let ignored = self.ignored(&shape);
        let openair = layout == Layout::Openair;
        Ok(Some(Plan {
            layout,
            shape,
            at: self.at,
            when: self.when,
            ignored,
            header,
            label: match layout {
                Layout::Openair => Some(TimeLabel::Start),
                Layout::Snapshot | Layout::StationHourly => Some(TimeLabel::End),
                _ => None,
            },
            offset: if openair { FixedOffset::east_opt(0) } else { None },
        }))
    }

    fn wide(&self, header: &[String], prsa: bool, snapshot: bool) -> (Layout, Shape) {
        let has = |name: &str| header.iter().any(|h| h == name);
        let placed = self.at.station.is_some() || self.at.code.is_some() || self.at.city.is_some();
        let layout = if prsa {
            Layout::Prsa
        } else if snapshot {
            Layout::Snapshot
        } else if !placed && has("date") && has("ws") && has("wd") {
            Layout::Openair
        } else if self.at.station.is_some()
            && self.at.city.is_some()
            && self.index.aqi.is_some()
            && self.when.hour.is_some()
        {
            Layout::StationHourly
        } else if self.at.city.is_some()
            && self.at.station.is_none()
            && self.at.code.is_none()
            && self.when.hour.is_none()
        {
            Layout::DailyListing
        } else {
            Layout::Wide
        };
        let best = |order: &dyn Fn(Pollutant) -> &'static [Avg]| -> Vec<Column> {
            Pollutant::ALL
                .iter()
                .filter_map(|p| {
                    order(*p)
                        .iter()
                        .find_map(|avg| self.columns.iter().find(|c| c.pollutant == *p && c.avg == *avg))
                        .copied()
                })
                .collect()
        };
        let hourly = best(&|_| &[Avg::Hour1, Avg::Plain]);
        // A day's ozone is its largest 8-hour mean; of the others it is the 24-hour mean.
        let daily = best(&|p| match p {
            Pollutant::O3 => &[Avg::Max8, Avg::Hour8, Avg::Plain],
            _ => &[Avg::Day24, Avg::Plain],
        });
        let all = self.columns.clone();
        (layout, Shape::Wide { all, hourly, daily, index: self.index, status: self.status })
    }

    /// Columns that give no reading. Those of pollutants in a wide table are told by the reader, which knows the spans.
    fn ignored(&self, shape: &Shape) -> Vec<usize> {
        let mut indices: Vec<usize> = self.unknown.clone();
        match shape {
            Shape::Wide { .. } => {
                indices.extend([self.pollutant, self.value, self.unit, self.span].into_iter().flatten());
            }
            Shape::Long { .. } => {
                indices.extend(self.columns.iter().map(|c| c.index));
                indices.extend([self.index.aqi, self.index.level, self.index.primary].into_iter().flatten());
            }
            Shape::National { .. } | Shape::Stations => {
                indices.extend([self.pollutant, self.value, self.unit, self.status, self.span].into_iter().flatten());
                indices.extend([self.index.aqi, self.index.level, self.index.primary].into_iter().flatten());
            }
        }
        indices
    }
}
