use std::collections::HashMap;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use lanwan_rulebook::{
    AirAssessment, AirComposite, AirIndex, AirLimits, AirRanking, Mode, RealtimeMode, Region, Rulebook, Rulebooks,
    Topic,
};
use lanwan_standards::air::{DayRules, FastIndex, IndexTable, SiteShare};
use lanwan_terms::Verification;

use crate::AssessError;

/// Which edition judges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EditionChoice {
    /// The one in force on the day judged.
    InForce,
    /// A named family, such as `GB3095-2026`, whatever the day.
    Edition(String),
}

impl EditionChoice {
    /// Reads `in-force` or the name of a family.
    pub fn parse(text: &str) -> Self {
        if text == "in-force" { Self::InForce } else { Self::Edition(text.to_owned()) }
    }

    /// `in-force` or the name of the family.
    pub fn code(&self) -> &str {
        match self {
            Self::InForce => "in-force",
            Self::Edition(name) => name,
        }
    }
}

/// The rules that judge air on a day, with what is prepared from them.
#[derive(Debug)]
pub struct AirRules {
    /// GB 3095.
    pub limits: Arc<Rulebook>,
    /// HJ 633.
    pub index: Arc<Rulebook>,
    /// HJ 663.
    pub assessment: Arc<Rulebook>,
    /// Composite index.
    pub composite: Arc<Rulebook>,
    /// Prepared: hours and windows of a day.
    pub day: DayRules,
    /// Prepared: the index.
    pub table: IndexTable,
    /// Prepared: share of sites.
    pub share: SiteShare,
    /// Prepared: the real-time index by table, when the mode needs no sliding means.
    pub fast: Option<FastIndex>,
    mode: usize,
}

impl AirRules {
    /// The edition family, such as `GB3095-2012`.
    pub fn edition(&self) -> &str {
        &self.limits.edition
    }

    /// Tables of GB 3095.
    pub fn air_limits(&self) -> &AirLimits {
        body(self.limits.air_limits())
    }

    /// Tables of HJ 633.
    pub fn air_index(&self) -> &AirIndex {
        body(self.index.air_index())
    }

    /// Tables of HJ 663.
    pub fn air_assessment(&self) -> &AirAssessment {
        body(self.assessment.air_assessment())
    }

    /// Tables of the composite index.
    pub fn air_composite(&self) -> &AirComposite {
        body(self.composite.air_composite())
    }

    /// The real-time mode in use.
    pub fn realtime(&self) -> &RealtimeMode {
        &self.air_index().realtime[self.mode]
    }

    /// Mark of the real-time index: of the breakpoints used, the mode and the levels.
    pub fn realtime_verification(&self) -> Verification {
        let index = self.air_index();
        let mode = self.realtime();
        let scales = mode.inputs.iter().filter_map(|i| index.scale(i.pollutant, i.scale)).map(|s| s.verification);
        scales.chain([mode.verification]).max().unwrap_or(Verification::Unverified)
    }

    /// Mark of a daily index: of the breakpoints used, the report, the validity of a day and, of a place with sites, the
    /// rules by which they stand for it.
    pub fn daily_verification(&self, of_sites: bool) -> Verification {
        let city = &self.air_assessment().city;
        let sites = [city.share.verification, city.statistics.verification].into_iter().filter(|_| of_sites).max();
        sites.max(Some(self.own_daily_verification())).unwrap_or(Verification::Unverified)
    }

    fn own_daily_verification(&self) -> Verification {
        let index = self.air_index();
        let scales = index.daily.inputs.iter().filter_map(|i| index.scale(i.pollutant, i.averaging));
        let hours = &self.air_assessment().hours;
        scales
            .map(|s| s.verification)
            .chain([index.daily.verification, hours.daily_mean.verification, hours.mda8.verification])
            .max()
            .unwrap_or(Verification::Unverified)
    }
}

#[expect(clippy::expect_used, reason = "AirRules::build has checked that every rulebook has the body of its topic")]
fn body<T>(body: Option<&T>) -> &T {
    body.expect("the body of the topic")
}

/// The rules over a stretch of days, chosen once.
#[derive(Debug)]
pub struct Rules {
    spans: Vec<(NaiveDate, Arc<AirRules>)>,
    ranking: Vec<Arc<Rulebook>>,
}

impl Rules {
    /// Chooses the rules for every day from `first` to `last`.
    ///
    /// # Errors
    /// When a day has no rule in force or the edition is unknown.
    pub fn choose(
        rulebooks: &Rulebooks,
        region: &Region,
        edition: &EditionChoice,
        mode: Option<Mode>,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Self, AssessError> {
        let pick = |topic: Topic, day: NaiveDate| match edition {
            EditionChoice::InForce => rulebooks.in_force(topic, day, region),
            EditionChoice::Edition(name) => rulebooks.of_edition(topic, name, day, region),
        };
        let mut spans: Vec<(NaiveDate, Arc<AirRules>)> = Vec::new();
        let mut built: HashMap<[String; 4], Arc<AirRules>> = HashMap::new();
        let mut day = first;
        while day <= last {
            let parts = [
                pick(Topic::AirLimits, day)?,
                pick(Topic::AirIndex, day)?,
                pick(Topic::AirAssessment, day)?,
                pick(Topic::AirComposite, day)?,
            ];
            let key = parts.map(|p| p.id.clone());
            let rules = match built.get(&key) {
                Some(rules) => rules.clone(),
                None => {
                    let rules = Arc::new(AirRules::build(parts.map(Arc::clone), mode)?);
                    built.insert(key, rules.clone());
                    rules
                }
            };
            if spans.last().is_none_or(|(_, last)| !Arc::ptr_eq(last, &rules)) {
                spans.push((day, rules));
            }
            // Rules change on named days only: jump to the next one.
            day = next_change(rulebooks, day).unwrap_or(last + Days::new(1));
        }
        let ranking = rulebooks.in_force(Topic::AirRanking, last, region).ok().cloned().into_iter().collect();
        Ok(Self { spans, ranking })
    }

    /// The rules of a day inside the stretch.
    pub fn on(&self, day: NaiveDate) -> &Arc<AirRules> {
        let at = self.spans.partition_point(|(from, _)| *from <= day);
        &self.spans[at.saturating_sub(1)].1
    }

    /// The ranking rule at the end of the stretch.
    pub fn ranking(&self) -> Option<(&Arc<Rulebook>, &AirRanking)> {
        self.ranking.first().and_then(|r| r.air_ranking().map(|body| (r, body)))
    }
}

fn next_change(rulebooks: &Rulebooks, after: NaiveDate) -> Option<NaiveDate> {
    let starts = rulebooks.all().iter().map(|r| r.effective_from);
    let ends = rulebooks.all().iter().filter_map(|r| r.effective_to).filter_map(|d| d.checked_add_days(Days::new(1)));
    starts.chain(ends).filter(|d| *d > after).min()
}

impl AirRules {
    fn build(parts: [Arc<Rulebook>; 4], mode: Option<Mode>) -> Result<Self, AssessError> {
        let [limits, index, assessment, composite] = parts;
        let wrong = |rulebook: &Rulebook, reason: String| AssessError::Rulebook { id: rulebook.id.clone(), reason };
        let no_body = |rulebook: &Rulebook| wrong(rulebook, "the body does not fit the topic".into());
        let limits_body = limits.air_limits().ok_or_else(|| no_body(&limits))?;
        let index_body = index.air_index().ok_or_else(|| no_body(&index))?;
        let assessment_body = assessment.air_assessment().ok_or_else(|| no_body(&assessment))?;
        composite.air_composite().ok_or_else(|| no_body(&composite))?;
        let table = IndexTable::new(index_body).map_err(|e| wrong(&index, e.to_string()))?;
        let at = |wanted: &dyn Fn(&RealtimeMode) -> bool| index_body.realtime.iter().position(wanted);
        // An edition with one way only (2026) is judged that way whatever mode is asked for.
        let mode = mode
            .and_then(|mode| at(&|m| m.mode == mode))
            .or_else(|| at(&|m| m.default))
            .ok_or_else(|| wrong(&index, "no real-time mode is the default".into()))?;
        let fast = FastIndex::new(&table, &index_body.realtime[mode]).map_err(|e| wrong(&index, e.to_string()))?;
        let (day, share) = (DayRules::new(assessment_body, limits_body), SiteShare::new(assessment_body));
        Ok(Self { day, share, table, fast, mode, limits, index, assessment, composite })
    }
}
