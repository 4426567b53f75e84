use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{Datelike, Days, NaiveDate, Utc};
use lanwan_assess::{
    AssessError, Assessor, DayBasis, Options, Place, PlaceKind, Places, Request, Results, Rules, Source,
};
use lanwan_observations::Snapshot;
use lanwan_terms::{Period, cst};

use crate::app::{AppConfig, lock};
use crate::cache::Stamp;
use crate::failure::Failure;
use crate::query::Judging;

/// Days at the end of the data in which a station's generated readings are looked for.
const RECENT_DAYS: u64 = 31;

/// One version of readings and records, ready to be judged.
pub(crate) struct Current {
    pub(crate) assessor: Assessor,
    pub(crate) snapshot: Snapshot,
    /// The city that pages open with.
    pub(crate) city: Option<Place>,
    stamp: Stamp,
    known: Arc<Mutex<Known>>,
    overview: OnceLock<Overview>,
}

/// What was found out about earlier versions and stays true, because readings are only ever added.
#[derive(Default)]
pub(crate) struct Known {
    years: BTreeSet<i32>,
    generated: BTreeSet<String>,
}

/// What is said of the data as a whole.
pub(crate) struct Overview {
    /// Years with readings.
    pub(crate) years: BTreeSet<i32>,
    /// Stations with generated readings, as far as was looked.
    pub(crate) generated: BTreeSet<String>,
}

impl Current {
    pub(crate) fn new(
        config: &AppConfig,
        snapshot: Snapshot,
        places: Places,
        records_version: u64,
        known: Arc<Mutex<Known>>,
    ) -> Result<Self, Failure> {
        let stamp = (snapshot.version(), records_version);
        let source = Source::Table(snapshot.clone());
        let assessor = Assessor::new(config.rulebooks.clone(), config.region, source, places)?;
        let places = assessor.places();
        let region = config.region.to_string();
        let city = config
            .city
            .as_deref()
            .and_then(|id| places.get(id))
            .or_else(|| places.get(&region))
            .or_else(|| places.of_kind(PlaceKind::City).next())
            .cloned();
        Ok(Self { assessor, snapshot, city, stamp, known, overview: OnceLock::new() })
    }

    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }

    pub(crate) fn places(&self) -> &Places {
        self.assessor.places()
    }

    /// The place of that id or name.
    pub(crate) fn place(&self, text: &str) -> Result<&Place, Failure> {
        self.places().find(text).ok_or_else(|| Failure::unknown_place(text))
    }

    /// Last day with readings; today while there are none.
    pub(crate) fn last_day(&self) -> NaiveDate {
        self.assessor.extent().map_or_else(|| cst(Utc::now()).date_naive(), |(_, last)| last)
    }

    /// How to judge, with the as-of time fixed: findings made from it can be made again later.
    pub(crate) fn options(&self, judging: &Judging<'_>) -> Result<Options, Failure> {
        Ok(self.assessor.pin(&judging.options(self.assessor.rulebooks())?)?)
    }

    /// The days of a place, one for every day from `first` to `last`; `None` where nothing is known.
    pub(crate) fn results<T>(
        &self,
        judge: impl FnOnce(PlaceKind, &Request) -> Result<Results<T>, AssessError>,
        place: &Place,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<T>, Failure> {
        let request = Request { places: Some([place.id.clone()].into()), days: Some(days) };
        Ok(judge(place.kind, &request)?.remove(&place.id).unwrap_or_default())
    }

    /// The results of all places of all kinds.
    pub(crate) fn everywhere<T>(
        &self,
        judge: impl Fn(PlaceKind, &Request) -> Result<Results<T>, AssessError>,
        days: (NaiveDate, NaiveDate),
    ) -> Result<BTreeMap<String, Vec<T>>, Failure> {
        let request = Request { places: None, days: Some(days) };
        let mut all = BTreeMap::new();
        for kind in [PlaceKind::City, PlaceKind::District, PlaceKind::Station] {
            match judge(kind, &request) {
                Ok(found) => all.extend(found),
                // Stations that belong to no city can still be shown one by one.
                Err(AssessError::NoCity(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(all)
    }

    pub(crate) fn rules(&self, options: &Options, days: (NaiveDate, NaiveDate)) -> Result<Rules, Failure> {
        Ok(self.assessor.rules(options, days.0, days.1)?)
    }

    /// Whether dust was marked for a place on a day.
    pub(crate) fn is_dusty(&self, place: &Place, day: NaiveDate, options: &Options) -> bool {
        !self.places().dust_on(&place.id, day, options.as_of).is_empty()
    }

    /// Years with readings and stations with generated ones. Looks once; later versions look only at what may have changed.
    pub(crate) fn overview(&self) -> &Overview {
        self.overview.get_or_init(|| {
            let mut known = lock(&self.known);
            if let Some((first, last)) = self.assessor.extent() {
                for year in first.year()..=last.year() {
                    if !known.years.contains(&year) && self.has_readings(year, &mut known.generated) {
                        known.years.insert(year);
                    }
                }
                let from = last.checked_sub_days(Days::new(RECENT_DAYS - 1)).unwrap_or(last).max(first);
                self.any_readings(from, last, &mut known.generated);
            }
            Overview { years: known.years.clone(), generated: known.generated.clone() }
        })
    }

    fn has_readings(&self, year: i32, generated: &mut BTreeSet<String>) -> bool {
        (1..=12).any(|month| {
            let month = Period::Month(year, month);
            self.any_readings(month.first_day(), month.last_day(), generated)
        })
    }

    fn any_readings(&self, from: NaiveDate, to: NaiveDate, generated: &mut BTreeSet<String>) -> bool {
        let request = Request { places: None, days: Some((from, to)) };
        // Before the first rule nothing can be judged, but there are readings to be spoken of.
        let Ok(days) = self.assessor.days(PlaceKind::Station, &request, &Options::default()) else { return true };
        let with_generated = days.iter().filter(|(_, days)| days.iter().any(|d| d.stats.generated));
        generated.extend(with_generated.map(|(station, _)| station.clone()));
        days.values().flatten().any(|d| d.stats.basis != DayBasis::None)
    }
}
