use lanwan_rulebook::AirCompensation;
use lanwan_terms::{Decimal, Exact, Pollutant};

/// The change of one pollutant that enters a compensation score.
#[derive(Clone, Debug)]
pub struct CompensationTerm {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// Mean of the period before.
    pub before: Decimal,
    /// Mean of the period settled.
    pub now: Decimal,
}

/// Weighted improvement `Σ weight (before - now)`, weights in percent; positive is better. `None` when a weighted pollutant is missing.
pub fn improvement_score(rule: &AirCompensation, terms: &[CompensationTerm]) -> Option<Exact> {
    let mut score = Exact::integer(0);
    for weight in &rule.weights {
        let term = terms.iter().find(|t| t.pollutant == weight.pollutant)?;
        score = score + (term.before.exact() - term.now.exact()) * weight.weight.exact();
    }
    Some(score / 100)
}

/// Amount in ten thousand yuan: score × factor of the place × coefficient; positive is paid to the place.
pub fn compensation_amount(score: &Exact, factor: Decimal, coefficient: Decimal) -> Exact {
    score.clone() * factor.exact() * coefficient.exact()
}
