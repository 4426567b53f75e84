use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use lanwan_rulebook::{Mode, Region, Rulebooks, Topic};
use lanwan_terms::{DataStatus, Period, Pollutant, Span, cst, utc_of_hour};

use crate::day::{MonitorDay, of_sites};
use crate::hour::LEAD_HOURS;
use crate::source::MonitorHours;
use crate::{
    AirDay, AirHour, AirPeriod, AssessError, DayBasis, EditionChoice, Place, PlaceHour, PlaceKind, Places, Rules,
    Source,
};

/// The length of the periods judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Every hour.
    Hour,
    /// Every natural day.
    Day,
    /// Every calendar month.
    Month,
    /// Every calendar quarter.
    Quarter,
    /// Every calendar year.
    Year,
}

impl By {
    /// The period of this length that holds a day; for hours, the day.
    pub fn period(self, day: NaiveDate) -> Period {
        match self {
            Self::Hour | Self::Day => Period::Day(day),
            Self::Month => Period::Month(day.year(), day.month()),
            Self::Quarter => Period::Quarter(day.year(), day.month0() / 3 + 1),
            Self::Year => Period::Year(day.year()),
        }
    }
}

/// What becomes of the particle values of dust days in means, percentiles and the composite index. Ratios of days keep them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dust {
    /// They count like any other.
    #[default]
    Keep,
    /// They are left out (环办监测〔2016〕120号).
    Exclude,
}

impl Dust {
    /// `keep` or `exclude`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Exclude => "exclude",
        }
    }

    /// Reads `keep` or `exclude`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Keep, Self::Exclude].into_iter().find(|d| d.code() == text)
    }
}

/// How to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Which edition.
    pub edition: EditionChoice,
    /// What becomes of dust days.
    pub dust: Dust,
    /// Which real-time mode; the edition's default when `None`.
    pub mode: Option<Mode>,
    /// Use only readings of this status.
    pub only: Option<DataStatus>,
    /// Use only what was known then; everything when `None`.
    pub as_of: Option<DateTime<Utc>>,
    /// Threads for reading; no result depends on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            edition: EditionChoice::InForce,
            dust: Dust::Keep,
            mode: None,
            only: None,
            as_of: None,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// What to judge.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Only these places; all of the kind asked for when `None`.
    pub places: Option<BTreeSet<String>>,
    /// First and last day; all there is when `None`.
    pub days: Option<(NaiveDate, NaiveDate)>,
}

/// Results by place, in the order of their ids.
pub type Results<T> = BTreeMap<String, Vec<T>>;

/// Judges the readings of a source by the rules of a region.
#[derive(Clone)]
pub struct Assessor {
    rulebooks: Arc<Rulebooks>,
    region: Region,
    source: Source,
    places: Arc<Places>,
    hourly: Arc<MonitorHours>,
    daily: Arc<MonitorHours>,
    /// First and last hour of all readings, where the monitors were not listed.
    unlisted: Option<(i32, i32)>,
}

impl Assessor {
    /// Prepares to judge. Monitors that are not among `places` are added as stations of no city.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn new(
        rulebooks: Arc<Rulebooks>,
        region: Region,
        source: Source,
        mut places: Places,
    ) -> Result<Self, AssessError> {
        let (hourly, daily) = (source.monitors(Span::Hour)?, source.monitors(Span::Day)?);
        places.add_missing(hourly.keys().chain(daily.keys()).map(|monitor| Place {
            id: monitor.clone(),
            name: monitor.rsplit('/').next().unwrap_or(monitor).to_owned(),
            name_en: None,
            kind: PlaceKind::Station,
            parent: None,
            position: None,
        }));
        Ok(Self {
            rulebooks,
            region,
            source,
            places: Arc::new(places),
            hourly: Arc::new(hourly),
            daily: Arc::new(daily),
            unlisted: None,
        })
    }

    /// Prepares to judge periods of all stations of a large table at once, without listing them first. `None` when the source is
    /// not such a table: when it holds daily values, or is a file.
    pub fn of_all_stations(rulebooks: Arc<Rulebooks>, region: Region, source: Source, places: Places) -> Option<Self> {
        let unlisted = match &source {
            Source::Table(snapshot) if snapshot.hours(Span::Day).is_none() => snapshot.hours(Span::Hour)?,
            _ => return None,
        };
        Some(Self {
            rulebooks,
            region,
            source,
            places: Arc::new(places),
            hourly: Arc::default(),
            daily: Arc::default(),
            unlisted: Some(unlisted),
        })
    }

    /// The places that can be judged.
    pub fn places(&self) -> &Places {
        &self.places
    }

    /// The rulebooks it judges by.
    pub fn rulebooks(&self) -> &Arc<Rulebooks> {
        &self.rulebooks
    }

    /// The region whose rules apply.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Where the readings come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Number of monitors with readings.
    pub fn monitor_count(&self) -> usize {
        self.hourly.keys().chain(self.daily.keys()).collect::<BTreeSet<_>>().len()
    }

    /// First and last day of the readings there are.
    pub fn extent(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.extent_of(|_| true)
    }

    /// First and last day of the readings of a place.
    pub fn extent_of_place(&self, place: &str) -> Option<(NaiveDate, NaiveDate)> {
        self.extent_of(|monitor| self.places.lies_in(monitor, place))
    }

    fn extent_of(&self, wanted: impl Fn(&str) -> bool) -> Option<(NaiveDate, NaiveDate)> {
        let all = || self.hourly.iter().chain(self.daily.iter()).filter(|(m, _)| wanted(m)).map(|(_, hours)| hours);
        let day = |hour: i32| cst(utc_of_hour(hour)).date_naive();
        let first = all().map(|h| h.0).chain(self.unlisted.map(|h| h.0)).min()?;
        let last = all().map(|h| h.1).chain(self.unlisted.map(|h| h.1)).max()?;
        Some((day(first), day(last)))
    }

    /// The rules for a stretch of days.
    ///
    /// # Errors
    /// When a day has none in force.
    pub fn rules(&self, options: &Options, first: NaiveDate, last: NaiveDate) -> Result<Rules, AssessError> {
        Rules::choose(&self.rulebooks, &self.region, &options.edition, options.mode, first, last)
    }

    /// Every day of the places of a kind.
    ///
    /// # Errors
    /// When there is nothing to judge or no rule to judge by.
    pub fn days(&self, of: PlaceKind, request: &Request, options: &Options) -> Result<Results<AirDay>, AssessError> {
        self.each_place(of, request, options, |_, days, _| Ok(days.to_vec()))
    }

    /// Every month, quarter or year of the places of a kind.
    ///
    /// # Errors
    /// When there is nothing to judge or no rule to judge by.
    pub fn periods(
        &self,
        of: PlaceKind,
        by: By,
        request: &Request,
        options: &Options,
    ) -> Result<Results<AirPeriod>, AssessError> {
        let last_data = self.extent().map(|(_, last)| last);
        // A period is judged whole, so its first and last days are those of the calendar.
        let days = self.days_of(request, options)?;
        let whole = (by.period(days.0).first_day(), by.period(days.1).last_day());
        let request = Request { places: request.places.clone(), days: Some(whole) };
        self.each_place(of, &request, options, |place, days, rules| {
            let mut periods = Vec::new();
            for of_period in days.chunk_by(|a, b| by.period(a.stats.day) == by.period(b.stats.day)) {
                let period = by.period(of_period[0].stats.day);
                if of_period.iter().all(|d| d.stats.basis == DayBasis::None) {
                    continue;
                }
                let assessed = AirPeriod::assess(period, of_period, rules, options.dust, last_data)
                    .map_err(|source| AssessError::Period { place: place.to_owned(), source })?;
                periods.push(assessed);
            }
            Ok(periods)
        })
    }

    /// Every hour of the places of a kind.
    ///
    /// # Errors
    /// When there is nothing to judge or no rule to judge by.
    pub fn hours(&self, of: PlaceKind, request: &Request, options: &Options) -> Result<Results<AirHour>, AssessError> {
        let (first, last) = self.days_of(request, options)?;
        let rules = self.rules(options, first, last)?;
        let hours = Period::Day(first).hours().start..Period::Day(last).hours().end;
        let lead = hours.start - LEAD_HOURS..hours.end;
        let of_monitors: Mutex<Results<PlaceHour>> = Mutex::default();
        let wanted = self.wanted(of, request)?;
        self.source.scan(Span::Hour, lead.clone(), wanted.as_ref(), options.as_of, options.threads, |grid| {
            let of_monitor: Vec<PlaceHour> = hours
                .clone()
                .map(|hour| {
                    let rules = rules.on(cst(utc_of_hour(hour)).date_naive());
                    PlaceHour::of_grid(grid, (hour - lead.start) as usize, rules, options.only)
                })
                .filter(|h| h.known)
                .collect();
            lock(&of_monitors).insert(grid.monitor.to_owned(), of_monitor);
        })?;
        let of_monitors = of_monitors.into_inner().unwrap_or_else(PoisonError::into_inner);
        let rules_of = |hour: i32| rules.on(cst(utc_of_hour(hour)).date_naive());
        let judge =
            |hours: Vec<PlaceHour>| -> Vec<AirHour> { hours.into_iter().map(|h| h.judge(rules_of(h.hour))).collect() };
        let mut results = Results::new();
        for place in self.asked(of, request)? {
            let mut sites: BTreeMap<i32, Vec<&PlaceHour>> = BTreeMap::new();
            for monitor in self.monitors_of(place) {
                for hour in of_monitors.get(&monitor).into_iter().flatten() {
                    sites.entry(hour.hour).or_default().push(hour);
                }
            }
            let hours = sites.into_iter().filter_map(|(hour, sites)| match sites[..] {
                [own] if place.kind == PlaceKind::Station => Some(*own),
                _ => PlaceHour::of_sites(&sites, rules_of(hour)),
            });
            let hours = judge(hours.collect());
            if !hours.is_empty() {
                results.insert(place.id.clone(), hours);
            }
        }
        Ok(results)
    }

    /// The days asked for. Where none are named, those with readings, from the first day that has rules in force: a stray
    /// reading of long ago must not keep the rest from being judged.
    fn days_of(&self, request: &Request, options: &Options) -> Result<(NaiveDate, NaiveDate), AssessError> {
        if let Some(days) = request.days {
            return Ok(days);
        }
        let (first, last) = self.extent().ok_or(AssessError::Empty(None))?;
        Ok((self.first_judged(options).filter(|day| *day <= last).map_or(first, |day| first.max(day)), last))
    }

    /// The first day on which the rules asked for are in force; `None` when an edition is asked for by name.
    pub fn first_judged(&self, options: &Options) -> Option<NaiveDate> {
        let topics = [Topic::AirLimits, Topic::AirIndex, Topic::AirAssessment, Topic::AirComposite];
        let first = |topic: Topic| {
            let of_topic = self.rulebooks.all().iter().filter(|r| r.topic == topic && !r.draft);
            of_topic.filter(|r| r.region.contains(&self.region)).map(|r| r.effective_from).min()
        };
        match options.edition {
            EditionChoice::InForce => topics.into_iter().filter_map(first).max(),
            EditionChoice::Edition(_) => None,
        }
    }

    fn asked(&self, of: PlaceKind, request: &Request) -> Result<Vec<&Place>, AssessError> {
        match &request.places {
            Some(ids) => {
                ids.iter().map(|id| self.places.find(id).ok_or_else(|| AssessError::UnknownPlace(id.clone()))).collect()
            }
            // By station means by monitor: a city that is reported directly has a row of its own.
            None => Ok(self
                .places
                .iter()
                .filter(|p| p.kind == of || (of == PlaceKind::Station && self.has_readings(&p.id)))
                .collect()),
        }
    }

    /// The monitors whose readings the places asked for need; `None` for all.
    fn wanted(&self, of: PlaceKind, request: &Request) -> Result<Option<BTreeSet<String>>, AssessError> {
        if request.places.is_none() && of == PlaceKind::Station {
            return Ok(None);
        }
        let asked = self.asked(of, request)?;
        if request.places.is_none() {
            if of == PlaceKind::City {
                let orphan =
                    |m: &&String| self.places.get(m).is_none_or(|p| p.kind == PlaceKind::Station && p.parent.is_none());
                let orphans: Vec<String> =
                    self.hourly.keys().chain(self.daily.keys()).filter(orphan).cloned().collect();
                if !orphans.is_empty() && asked.iter().all(|p| self.monitors_of(p).is_empty()) {
                    return Err(AssessError::NoCity(orphans));
                }
            }
            return Ok(None);
        }
        Ok(Some(asked.into_iter().flat_map(|place| self.monitors_of(place)).collect()))
    }

    /// The monitors of a place: of a station itself; of a city its stations, or itself when it is reported directly.
    fn monitors_of(&self, place: &Place) -> BTreeSet<String> {
        let known = |m: &String| self.has_readings(m);
        let mut monitors: BTreeSet<String> = self.places.stations(&place.id).into_iter().filter(known).collect();
        if known(&place.id) {
            monitors.insert(place.id.clone());
        }
        monitors
    }

    fn has_readings(&self, monitor: &str) -> bool {
        self.hourly.contains_key(monitor) || self.daily.contains_key(monitor)
    }

    /// Calls `f` with the days of every place, and gathers what it returns.
    fn each_place<T: Send>(
        &self,
        of: PlaceKind,
        request: &Request,
        options: &Options,
        f: impl Fn(&str, &[AirDay], &Rules) -> Result<Vec<T>, AssessError> + Sync,
    ) -> Result<Results<T>, AssessError> {
        let (first, last) = self.days_of(request, options)?;
        let rules = self.rules(options, first, last)?;
        let wanted = self.wanted(of, request)?;
        let hours = Period::Day(first).hours().start..Period::Day(last).hours().end;
        let dates: Vec<NaiveDate> = first.iter_days().take_while(|d| *d <= last).collect();
        let results: Mutex<Results<T>> = Mutex::default();
        let failed: Mutex<Option<AssessError>> = Mutex::default();
        let finish = |place: &str, days: Vec<AirDay>| match f(place, &days, &rules) {
            Ok(found) if found.is_empty() => {}
            Ok(found) => drop(lock(&results).insert(place.to_owned(), found)),
            Err(error) => drop(lock(&failed).get_or_insert(error)),
        };
        let days_of_grid = |grid: &lanwan_observations::Grid<'_>| -> Vec<MonitorDay> {
            let day =
                |(i, date): (usize, &NaiveDate)| MonitorDay::of_hours(grid, i * 24, &rules.on(*date).day, options.only);
            dates.iter().enumerate().map(day).collect()
        };
        let judge = |place: &str, mut day: crate::PlaceDay| -> AirDay {
            for pollutant in self.places.dust_on(place, day.day, options.as_of) {
                day.dust |= pollutant.six_index().map_or(0, |p| 1 << p);
            }
            day.judge(rules.on(day.day))
        };
        let any_daily = self.daily.keys().any(|m| wanted.as_ref().is_none_or(|w| w.contains(m)));
        if of == PlaceKind::Station && !any_daily {
            self.source.scan(Span::Hour, hours, wanted.as_ref(), options.as_of, options.threads, |grid| {
                let day = |(i, date): (usize, &NaiveDate)| {
                    let day = MonitorDay::of_hours(grid, i * 24, &rules.on(*date).day, options.only);
                    judge(grid.monitor, day.place_day(*date))
                };
                finish(grid.monitor, dates.iter().enumerate().map(day).collect());
            })?;
        } else {
            let monitors = self.collect_days(&hours, &dates, wanted.as_ref(), options, days_of_grid)?;
            for place in self.asked(of, request)? {
                let days = self.days_of_place(place, &monitors, &dates, &rules);
                if let Some(days) = days {
                    finish(&place.id, days.into_iter().map(|day| judge(&place.id, day)).collect());
                }
            }
        }
        match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error),
            None => Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    fn collect_days(
        &self,
        hours: &std::ops::Range<i32>,
        dates: &[NaiveDate],
        wanted: Option<&BTreeSet<String>>,
        options: &Options,
        days_of_grid: impl Fn(&lanwan_observations::Grid<'_>) -> Vec<MonitorDay> + Sync,
    ) -> Result<BTreeMap<String, Vec<MonitorDay>>, AssessError> {
        let monitors: Mutex<BTreeMap<String, Vec<MonitorDay>>> = Mutex::default();
        self.source.scan(Span::Hour, hours.clone(), wanted, options.as_of, options.threads, |grid| {
            let days = days_of_grid(grid);
            lock(&monitors).insert(grid.monitor.to_owned(), days);
        })?;
        // Daily values stand in only where there is no hourly reading on the day.
        self.source.scan(Span::Day, hours.clone(), wanted, options.as_of, options.threads, |grid| {
            let mut monitors = lock(&monitors);
            let days = monitors.entry(grid.monitor.to_owned()).or_insert_with(|| vec![MonitorDay::EMPTY; dates.len()]);
            for (at, day) in days.iter_mut().enumerate().filter(|(_, d)| d.basis == DayBasis::None) {
                *day = MonitorDay::of_daily(grid, at, options.only);
            }
        })?;
        Ok(monitors.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn days_of_place(
        &self,
        place: &Place,
        monitors: &BTreeMap<String, Vec<MonitorDay>>,
        dates: &[NaiveDate],
        rules: &Rules,
    ) -> Option<Vec<crate::PlaceDay>> {
        let own = monitors.get(&place.id);
        let sites: Vec<(&Vec<MonitorDay>, (NaiveDate, NaiveDate))> = self
            .monitors_of(place)
            .iter()
            .filter(|m| **m != place.id)
            .filter_map(|m| monitors.get(m).zip(self.extent_of(|other| other == m)))
            .collect();
        if own.is_none() && sites.is_empty() {
            return None;
        }
        let day = |(i, date): (usize, &NaiveDate)| {
            // A site counts from its first reading to its last: stations are opened and closed.
            let open: Vec<&MonitorDay> =
                sites.iter().filter(|(_, (from, to))| from <= date && date <= to).map(|(days, _)| &days[i]).collect();
            let from_sites = (!open.is_empty()).then(|| of_sites(*date, &open, rules.on(*date)));
            match (from_sites, own) {
                (Some(day), None) => day,
                (Some(day), Some(_)) if day.basis != DayBasis::None => day,
                (_, Some(own)) => own[i].place_day(*date),
                (None, None) => MonitorDay::EMPTY.place_day(*date),
            }
        };
        Some(dates.iter().enumerate().map(day).collect())
    }

    /// What the dust rule in force on a day removes.
    pub fn dust_removes(&self, day: NaiveDate) -> Vec<Pollutant> {
        let rule = self.rulebooks.in_force(Topic::AirDust, day, &self.region).ok();
        rule.and_then(|r| r.air_dust()).map_or_else(Vec::new, |d| d.scope.removes.clone())
    }

    /// The sites of a place that are open on a day.
    pub fn open_sites(&self, place: &Place, day: NaiveDate) -> Vec<String> {
        let open = |m: &String| self.extent_of(|other| other == m).is_some_and(|(from, to)| from <= day && day <= to);
        self.monitors_of(place).into_iter().filter(|m| *m != place.id).filter(open).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
