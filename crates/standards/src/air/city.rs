use lanwan_rulebook::AirAssessment;
use lanwan_terms::MissingReason;

use super::Concentration;

/// How many sites of a city must have a value (HJ 663: three quarters; half when there are fewer than four).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SiteShare {
    /// Least share in percent.
    pub percent: u32,
    /// Below this number of sites the other share applies.
    pub few_sites_below: u32,
    /// Least share in percent when there are few sites.
    pub few_percent: u32,
}

impl SiteShare {
    /// The shares of one assessment standard.
    pub fn new(assessment: &AirAssessment) -> Self {
        let share = &assessment.city.share;
        Self {
            percent: share.site_share_percent,
            few_sites_below: share.few_sites_below,
            few_percent: share.few_share_percent,
        }
    }

    /// The least number of sites with a value among `sites`.
    pub fn need(self, sites: u32) -> u32 {
        let percent = if sites < self.few_sites_below { self.few_percent } else { self.percent };
        (sites * percent).div_ceil(100).max(1)
    }
}

/// City value: the mean of the sites' own values (HJ 663-2026, Table A.2). For ozone these are the sites' own daily maxima.
///
/// `values` has an entry for every assessment site of the city. The order of the sites does not matter.
///
/// # Errors
/// [`MissingReason::TooFewSites`] when the share of sites with a value is too small, [`MissingReason::NoData`] when none has one.
pub fn city_mean(values: &[Option<Concentration>], share: SiteShare) -> Result<Concentration, MissingReason> {
    let present: Vec<Concentration> = values.iter().copied().flatten().collect();
    if present.is_empty() {
        return Err(MissingReason::NoData);
    }
    if (present.len() as u32) < share.need(values.len() as u32) {
        return Err(MissingReason::TooFewSites);
    }
    // The denominators of one statistic are few (hours of a window), so their common multiple stays small.
    let den = present.iter().try_fold(1i128, |den, c| lcm(den, c.den())).ok_or(MissingReason::Invalid)?;
    let sum: i128 = present.iter().map(|c| c.num() * (den / c.den())).sum();
    Ok(Concentration::new(sum, den * present.len() as i128))
}

/// Least common multiple of two positive numbers; `None` when it does not fit.
pub(crate) fn lcm(a: i128, b: i128) -> Option<i128> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x).checked_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARE: SiteShare = SiteShare { percent: 75, few_sites_below: 4, few_percent: 50 };

    #[test]
    fn three_quarters_of_the_sites_or_half_of_a_few() {
        assert_eq!((1..=9).map(|n| SHARE.need(n)).collect::<Vec<_>>(), [1, 1, 2, 3, 4, 5, 6, 6, 7]);
    }

    #[test]
    fn the_city_is_the_mean_of_the_sites_that_have_a_value() {
        let c = |n| Some(Concentration::new(n, 1));
        assert_eq!(city_mean(&[c(10), c(20), c(31), None], SHARE), Ok(Concentration::new(61, 3)));
        assert_eq!(city_mean(&[c(10), c(20), None, None], SHARE), Err(MissingReason::TooFewSites));
        assert_eq!(city_mean(&[None, None], SHARE), Err(MissingReason::NoData));
    }
}
