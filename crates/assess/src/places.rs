use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use lanwan_terms::{Decimal, Pollutant};

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceKind {
    /// A city, judged by the mean of its assessment sites.
    City,
    /// A district or county of a city.
    District,
    /// A monitoring station (点位).
    Station,
}

/// A place that can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Names it everywhere: an adcode, a station code, or `city/station`.
    pub id: String,
    /// Name for readers.
    pub name: String,
    /// English name, when known.
    pub name_en: Option<String>,
    /// What it is.
    pub kind: PlaceKind,
    /// The place it lies in: of a station its district or city, of a district its city.
    pub parent: Option<String>,
    /// Longitude and latitude in degrees, WGS 84, when known.
    pub position: Option<(Decimal, Decimal)>,
}

/// A day on which dust corrupts the particle values of a place (环办监测〔2016〕120号). It marks the data, it deletes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DustMark {
    /// The place, and with it all that lies in it.
    pub place: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// The values that it removes.
    pub pollutants: Vec<Pollutant>,
    /// The document that says so.
    pub document: String,
    /// When Lanwan learned it.
    pub learned_at: DateTime<Utc>,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// The places known, with the stations of each, and the marks on them.
#[derive(Clone, Debug, Default)]
pub struct Places {
    all: BTreeMap<String, Place>,
    dust: Vec<DustMark>,
}

impl Places {
    /// Of the places given; a later one replaces an earlier one of the same id.
    pub fn new(places: impl IntoIterator<Item = Place>, dust: Vec<DustMark>) -> Self {
        Self { all: places.into_iter().map(|p| (p.id.clone(), p)).collect(), dust }
    }

    /// The place of that id.
    pub fn get(&self, id: &str) -> Option<&Place> {
        self.all.get(id)
    }

    /// The place of that id, or the only one of that name.
    pub fn find(&self, text: &str) -> Option<&Place> {
        self.get(text).or_else(|| {
            let bare = |name: &str| name.trim_end_matches(['市', '区']).to_owned();
            let mut named = self.all.values().filter(|p| p.name == text || bare(&p.name) == bare(text));
            named.next().filter(|_| named.next().is_none())
        })
    }

    /// All places, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.all.values()
    }

    /// All places of a kind, by id.
    pub fn of_kind(&self, kind: PlaceKind) -> impl Iterator<Item = &Place> {
        self.iter().filter(move |p| p.kind == kind)
    }

    /// The stations that lie in a place, directly or through its districts; for a station, itself.
    pub fn stations(&self, id: &str) -> BTreeSet<String> {
        self.of_kind(PlaceKind::Station).filter(|s| self.lies_in(&s.id, id)).map(|s| s.id.clone()).collect()
    }

    /// Whether `id` is `outer` or lies in it.
    pub fn lies_in(&self, id: &str, outer: &str) -> bool {
        let mut at = Some(id);
        for _ in 0..4 {
            match at {
                Some(place) if place == outer => return true,
                Some(place) => at = self.all.get(place).and_then(|p| p.parent.as_deref()),
                None => return false,
            }
        }
        false
    }

    /// Adds the places of `other` that are not known yet.
    pub fn add_missing(&mut self, other: impl IntoIterator<Item = Place>) {
        for place in other {
            self.all.entry(place.id.clone()).or_insert(place);
        }
    }

    /// The dust marks, as given.
    pub fn dust_marks(&self) -> &[DustMark] {
        &self.dust
    }

    /// The values that dust removes for a place on a day, as known at `as_of`.
    pub fn dust_on(&self, place: &str, day: NaiveDate, as_of: Option<DateTime<Utc>>) -> Vec<Pollutant> {
        let mut removed: Vec<Pollutant> = self
            .dust
            .iter()
            .filter(|m| m.from <= day && day <= m.to)
            .filter(|m| as_of.is_none_or(|t| m.learned_at <= t))
            .filter(|m| m.withdrawn_at.is_none_or(|w| as_of.is_some_and(|t| t < w)))
            .filter(|m| self.lies_in(place, &m.place))
            .flat_map(|m| m.pollutants.iter().copied())
            .collect();
        removed.sort_unstable();
        removed.dedup();
        removed
    }
}
