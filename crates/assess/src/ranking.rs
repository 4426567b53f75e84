use std::sync::Arc;

use lanwan_rulebook::{Rulebook, Ties};
use lanwan_standards::air::{change_rate, rank_ascending};
use lanwan_terms::{Decimal, MissingReason, Period};

use crate::{AirPeriod, AssessError, Assessor, By, EditionChoice, Options, PlaceKind, Request};

/// One place in a ranking.
#[derive(Clone, Debug)]
pub struct RankingRow {
    /// The place.
    pub place: String,
    /// Rank by composite index, 1 is best; `None` when there is no valid index.
    pub rank: Option<u32>,
    /// Rank by change of the index, 1 improved most; `None` without both indices.
    pub change_rank: Option<u32>,
    /// Index of the same period a year before, by this year's edition.
    pub index_before: Option<Decimal>,
    /// Change against the year before in percent; negative is better.
    pub change: Option<Decimal>,
    /// Whether the place is left out of the ranking of deterioration because all six meet class II.
    pub exempt_from_worsening: bool,
    /// Why there is no rank.
    pub reason: Option<MissingReason>,
    /// The assessment the row is drawn from.
    pub period: AirPeriod,
}

/// Places ranked by composite index.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The period.
    pub period: Period,
    /// How ties are numbered.
    pub ties: Ties,
    /// The ranking rule, when one is in force.
    pub rule: Option<Arc<Rulebook>>,
    /// By rank, then by place; places without a rank last.
    pub rows: Vec<RankingRow>,
}

impl Assessor {
    /// Ranks the places of a kind by the composite index of a month, quarter or year.
    ///
    /// `within` keeps the ranking to the places that lie in one; `ties` overrides how the rule numbers ties.
    ///
    /// # Errors
    /// When there is nothing to judge or no rule to judge by.
    pub fn ranking(
        &self,
        of: PlaceKind,
        period: Period,
        within: Option<&str>,
        ties: Option<Ties>,
        options: &Options,
    ) -> Result<Ranking, AssessError> {
        let by = match period {
            Period::Year(_) => By::Year,
            Period::Quarter(..) => By::Quarter,
            _ => By::Month,
        };
        let places = within.map(|outer| {
            self.places().of_kind(of).filter(|p| self.places().lies_in(&p.id, outer)).map(|p| p.id.clone()).collect()
        });
        let assess = |period: Period, options: &Options| {
            let days = Some((period.first_day(), period.last_day()));
            self.periods(of, by, &Request { places: places.clone(), days }, options)
        };
        let now = assess(period, options)?;
        let rules = self.rules(options, period.last_day(), period.last_day())?;
        // The year before is judged by the edition of this year: across a change of limits the index would not be comparable.
        let same = EditionChoice::Edition(rules.on(period.last_day()).edition().to_owned());
        let before = assess(period.year_before(), &Options { edition: same, ..options.clone() }).unwrap_or_default();
        let (rule, body) = rules.ranking().map(|(rule, body)| (rule.clone(), body)).unzip();
        let ties = ties.or(body.map(|b| b.order.ties)).unwrap_or(Ties::Competition);
        let decimals = body.map_or(1, |b| b.change.rate_decimals);
        let exempts = body.is_some_and(|b| b.change.worsening_excludes_class2);
        let mut rows: Vec<RankingRow> = now
            .into_iter()
            .filter_map(|(place, periods)| Some((place, periods.into_iter().find(|p| p.period == period)?)))
            .map(|(place, period)| {
                let index_before = before
                    .get(&place)
                    .and_then(|p| p.first())
                    .filter(|p| p.index_valid)
                    .and_then(|p| p.index.as_ref())
                    .map(|i| i.value);
                let index = period.index.as_ref().filter(|_| period.index_valid).map(|i| i.value);
                let change = index.zip(index_before).and_then(|(now, before)| change_rate(now, before, decimals));
                let reason = period.items.iter().find_map(|i| i.reason());
                RankingRow {
                    rank: None,
                    change_rank: None,
                    exempt_from_worsening: exempts && period.class2 == Some(true),
                    reason: if index.is_some() { None } else { Some(reason.unwrap_or(MissingReason::NoData)) },
                    place,
                    index_before,
                    change,
                    period,
                }
            })
            .collect();
        let ranks = rank_ascending(&rows.iter().map(RankingRow::index).collect::<Vec<_>>(), ties);
        let changes = rank_ascending(&rows.iter().map(|r| r.change).collect::<Vec<_>>(), ties);
        for (row, (rank, change)) in rows.iter_mut().zip(ranks.into_iter().zip(changes)) {
            (row.rank, row.change_rank) = (rank, change);
        }
        rows.sort_by(|a, b| (a.rank.unwrap_or(u32::MAX), &a.place).cmp(&(b.rank.unwrap_or(u32::MAX), &b.place)));
        Ok(Ranking { period, ties, rule, rows })
    }
}

impl RankingRow {
    /// The index that ranks, when it is valid.
    pub fn index(&self) -> Option<Decimal> {
        self.period.index.as_ref().filter(|_| self.period.index_valid).map(|i| i.value)
    }
}
