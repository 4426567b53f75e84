use lanwan_rulebook::AirComposite;
use lanwan_terms::{Decimal, Pollutant};

use super::Concentration;

/// One single index `C / S` of the composite index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompositeTerm {
    /// The pollutant.
    pub pollutant: Pollutant,
    /// The concentration as it enters, rounded.
    pub concentration: Decimal,
    /// The divisor.
    pub divisor: Decimal,
    /// The single index, rounded half-even before it is added.
    pub term: Decimal,
}

/// The ambient air quality composite index (环境空气质量综合指数).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompositeIndex {
    /// The sum of the rounded terms.
    pub value: Decimal,
    /// The terms in the order of the rule.
    pub terms: Vec<CompositeTerm>,
    /// Pollutants with the largest term (主要污染物).
    pub leading: Vec<Pollutant>,
}

/// Sum of the single indices: concentrations rounded as the rule says, each term rounded half-even, then added.
///
/// `statistic` gives the unrounded statistic of a pollutant. `None` when one of the six is missing.
pub fn composite_index(
    rule: &AirComposite,
    mut statistic: impl FnMut(Pollutant) -> Option<Concentration>,
) -> Option<CompositeIndex> {
    let mut terms = Vec::with_capacity(rule.terms.len());
    let mut sum = Concentration::new(0, 1);
    for part in &rule.terms {
        let concentration = statistic(part.pollutant)?.round(part.concentration_decimals);
        let (of, by) = (Concentration::from(concentration), Concentration::from(part.divisor));
        if by.num() <= 0 {
            return None;
        }
        let term = Concentration::new(of.num() * by.den(), of.den() * by.num()).round(rule.term_decimals);
        // Terms and weights have few digits: their products and sum are exact in 128 bits.
        let weighted = Concentration::from(term).times(part.weight);
        sum = sum.plus(weighted);
        terms.push(CompositeTerm { pollutant: part.pollutant, concentration, divisor: part.divisor, term });
    }
    let most = terms.iter().map(|t| t.term).max()?;
    let leading = terms.iter().filter(|t| t.term == most).map(|t| t.pollutant).collect();
    Some(CompositeIndex { value: sum.round(rule.index_decimals), terms, leading })
}
