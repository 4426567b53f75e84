use std::fmt;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;

use crate::load::{Source, embedded, folder, read};
use crate::{ChoiceError, Region, Rulebook, RulebookError, RulebookErrors, Topic};

/// A set of rule files that has been read, checked one by one and checked against each other.
#[derive(Clone)]
pub struct Rulebooks {
    all: Vec<Arc<Rulebook>>,
}

impl fmt::Debug for Rulebooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all.iter().map(|r| &r.id)).finish()
    }
}

/// A family of documents that are judged together, and the days its limits apply to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The family: `GB3095-2026`.
    pub code: String,
    /// The documents of its limits.
    pub documents: Vec<String>,
    /// First day.
    #[serde(with = "crate::day")]
    pub from: NaiveDate,
    /// Last day; none while it is not replaced.
    #[serde(with = "crate::day::optional")]
    pub to: Option<NaiveDate>,
}

impl Rulebooks {
    /// The files that are part of the program.
    ///
    /// # Errors
    /// Everything wrong with them; none when the crate's own tests pass.
    pub fn builtin() -> Result<Self, RulebookErrors> {
        Self::builtin_and(None)
    }

    /// Every `*.toml` under `dir`, recursively.
    ///
    /// # Errors
    /// Everything wrong with the files and between them.
    pub fn load(dir: &Path) -> Result<Self, RulebookErrors> {
        let mut errors = Vec::new();
        let sources = folder(dir, &mut errors);
        let all = read_all(sources, &mut errors);
        Self::of(all, errors)
    }

    /// The program's own files, with those of `dir` added; a file with the same id replaces the program's.
    ///
    /// # Errors
    /// Everything wrong with the files and between them.
    pub fn builtin_and(dir: Option<&Path>) -> Result<Self, RulebookErrors> {
        let mut errors = Vec::new();
        let sources = embedded(&mut errors);
        let mut all = read_all(sources, &mut errors);
        if let Some(dir) = dir {
            let sources = folder(dir, &mut errors);
            let own = read_all(sources, &mut errors);
            all.retain(|builtin| own.iter().all(|o| o.id != builtin.id));
            all.extend(own);
        }
        Self::of(all, errors)
    }

    fn of(all: Vec<Rulebook>, mut errors: Vec<RulebookError>) -> Result<Self, RulebookErrors> {
        overlaps(&all, &mut errors);
        if !errors.is_empty() {
            return Err(RulebookErrors(errors));
        }
        let mut all: Vec<Arc<Rulebook>> = all.into_iter().map(Arc::new).collect();
        all.sort_by(|a, b| (a.topic, a.effective_from, &a.id).cmp(&(b.topic, b.effective_from, &b.id)));
        Ok(Self { all })
    }

    /// Every file, by topic, first day and id.
    pub fn all(&self) -> &[Arc<Rulebook>] {
        &self.all
    }

    /// The file of that id.
    pub fn get(&self, id: &str) -> Option<&Arc<Rulebook>> {
        self.all.iter().find(|r| r.id == id)
    }

    /// The rule that applies in `region` on `day`: of the region itself before its city's, its province's, the nation's.
    ///
    /// # Errors
    /// When there is none.
    pub fn in_force(&self, topic: Topic, day: NaiveDate, region: &Region) -> Result<&Arc<Rulebook>, ChoiceError> {
        self.in_force_all(topic, day, region).first().copied().ok_or_else(|| ChoiceError::NotInForce {
            topic,
            region: *region,
            day,
            known: self.known(topic, region),
        })
    }

    /// Every rule that applies in `region` on `day`, the most specific first. The later ones are those the first stands
    /// in front of: a province's plan whose thresholds are not known leaves the nation's to be shown beside it.
    pub fn in_force_all(&self, topic: Topic, day: NaiveDate, region: &Region) -> Vec<&Arc<Rulebook>> {
        let mut found: Vec<&Arc<Rulebook>> = self.candidates(topic, region).filter(|r| r.covers(day)).collect();
        found.sort_by_key(|r| std::cmp::Reverse(r.region.specificity()));
        found
    }

    /// The file of an edition family for `day`: the one in force that day, else the earliest when the day is before the
    /// family, else the latest that had begun. "What would 2024 look like under GB3095-2026?" gives its transition limits.
    ///
    /// # Errors
    /// When the topic has no file of the edition that applies in the region.
    pub fn of_edition(
        &self,
        topic: Topic,
        edition: &str,
        day: NaiveDate,
        region: &Region,
    ) -> Result<&Arc<Rulebook>, ChoiceError> {
        let family: Vec<&Arc<Rulebook>> = self.candidates(topic, region).filter(|r| r.edition == edition).collect();
        let specific = |r: &&&Arc<Rulebook>| r.region.specificity();
        let begun = |r: &&&Arc<Rulebook>| r.effective_from <= day;
        let in_force = family.iter().filter(|r| r.covers(day)).max_by_key(specific);
        let latest = || family.iter().filter(begun).max_by_key(|r| (r.effective_from, specific(r)));
        let earliest = || family.iter().min_by_key(|r| (r.effective_from, std::cmp::Reverse(specific(r))));
        in_force.or_else(latest).or_else(earliest).copied().ok_or_else(|| ChoiceError::NoEdition {
            topic,
            edition: edition.chars().take(60).collect(),
            region: *region,
            known: self.known(topic, region),
        })
    }

    /// The edition families of the air limits, by first day.
    pub fn editions(&self) -> Vec<Edition> {
        let mut editions: Vec<Edition> = Vec::new();
        for rulebook in self.all.iter().filter(|r| r.topic == Topic::AirLimits && !r.draft) {
            let known = editions.iter_mut().find(|e| e.code == rulebook.edition);
            let Some(edition) = known else {
                editions.push(Edition {
                    code: rulebook.edition.clone(),
                    documents: vec![rulebook.document.clone()],
                    from: rulebook.effective_from,
                    to: rulebook.effective_to,
                });
                continue;
            };
            edition.from = edition.from.min(rulebook.effective_from);
            edition.to = edition.to.zip(rulebook.effective_to).map(|(a, b)| a.max(b));
            if !edition.documents.contains(&rulebook.document) {
                edition.documents.push(rulebook.document.clone());
            }
        }
        editions.sort_by(|a, b| (a.from, &a.code).cmp(&(b.from, &b.code)));
        editions
    }

    fn candidates(&self, topic: Topic, region: &Region) -> impl Iterator<Item = &Arc<Rulebook>> {
        let region = *region;
        self.all.iter().filter(move |r| r.topic == topic && !r.draft && r.region.contains(&region))
    }

    fn known(&self, topic: Topic, region: &Region) -> String {
        let list: Vec<String> = self
            .candidates(topic, region)
            .map(|r| match r.effective_to {
                Some(to) => format!("{} ({}, {} to {to})", r.id, r.edition, r.effective_from),
                None => format!("{} ({}, from {})", r.id, r.edition, r.effective_from),
            })
            .collect();
        if list.is_empty() {
            "no file of that topic applies there".to_owned()
        } else {
            format!("known: {}", list.join(", "))
        }
    }
}

fn read_all(sources: Vec<Source>, errors: &mut Vec<RulebookError>) -> Vec<Rulebook> {
    let mut all: Vec<Rulebook> = Vec::new();
    for source in sources {
        let Some(rulebook) = read(source, errors) else { continue };
        match all.iter().find(|r| r.id == rulebook.id) {
            Some(first) => errors.push(RulebookError::DuplicateId {
                id: rulebook.id,
                first: first.path.clone(),
                second: rulebook.path,
            }),
            None => all.push(rulebook),
        }
    }
    all
}

/// Two rules of the same topic and region must not share a day. Drafts are never chosen and may.
fn overlaps(all: &[Rulebook], errors: &mut Vec<RulebookError>) {
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            if a.draft || b.draft || (a.topic, a.region) != (b.topic, b.region) {
                continue;
            }
            let from = a.effective_from.max(b.effective_from);
            let to = match (a.effective_to, b.effective_to) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            if to.is_none_or(|to| from <= to) {
                let (first, second) = if a.effective_from <= b.effective_from { (a, b) } else { (b, a) };
                errors.push(RulebookError::Overlap {
                    topic: a.topic,
                    region: a.region,
                    first: first.path.clone(),
                    second: second.path.clone(),
                    from,
                    to,
                });
            }
        }
    }
}
