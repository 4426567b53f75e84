//! What the shape alone cannot say: ranges, orders, sums, completeness.

mod air;

use std::fmt::Display;

use lanwan_terms::{AIR_SIX, Decimal, Pollutant, Unit};

use crate::{Body, Rulebook, RulebookError};

/// Checks one file and adds everything found.
pub(crate) fn rulebook(book: &Rulebook, errors: &mut Vec<RulebookError>) {
    let mut check = Check { file: &book.path, errors };
    header(book, &mut check);
    match &book.body {
        Body::AirLimits(body) => air::limits(body, &mut check),
        Body::AirIndex(body) => air::index(body, &mut check),
        Body::AirAssessment(body) => air::assessment(body, &mut check),
        Body::AirComposite(body) => air::composite(body, &mut check),
        Body::AirRanking(body) => air::ranking(body, &mut check),
        Body::AirWarning(body) => air::warning(body, &mut check),
        Body::AirDust(body) => air::dust(body, &mut check),
        Body::AirCompensation(body) => air::compensation(body, &book.region, &mut check),
    }
}

/// Collects what is wrong with one file.
struct Check<'a> {
    file: &'a str,
    errors: &'a mut Vec<RulebookError>,
}

impl Check<'_> {
    fn wrong(&mut self, key: impl Display, reason: impl Display) {
        self.errors.push(RulebookError::Value {
            file: self.file.to_owned(),
            key: key.to_string(),
            reason: reason.to_string(),
        });
    }

    fn ensure(&mut self, right: bool, key: impl Display, reason: impl Display) {
        if !right {
            self.wrong(key, reason);
        }
    }

    /// `value` lies in the range, both ends included.
    fn within<T: PartialOrd + Display>(&mut self, value: T, low: T, high: T, key: impl Display) {
        if value < low || value > high {
            self.wrong(key, format!("{value} is out of range (expected {low} to {high})"));
        }
    }

    fn positive(&mut self, value: Decimal, key: impl Display) {
        self.ensure(value > Decimal::ZERO, key, format!("{value} must be above zero"));
    }

    /// Readings are stored in the pollutant's own unit, and rules must speak of the same.
    fn unit(&mut self, pollutant: Pollutant, unit: Unit, key: impl Display) {
        let own = pollutant.unit();
        self.ensure(unit == own, key, format!("{pollutant} is measured in {}, not {}", own.code(), unit.code()));
    }

    /// None of the keys comes twice.
    fn unique<K: PartialEq>(&mut self, items: &[K], key: impl Fn(usize) -> String, name: impl Fn(&K) -> String) {
        for (i, item) in items.iter().enumerate() {
            if let Some(first) = items[..i].iter().position(|earlier| earlier == item) {
                self.wrong(key(i), format!("{} is already given at {}; keep one of them", name(item), key(first)));
            }
        }
    }

    /// All six pollutants of ambient air are there.
    fn six(&mut self, there: impl Fn(Pollutant) -> bool, key: impl Display) {
        let missing: Vec<&str> = AIR_SIX.iter().filter(|p| !there(**p)).map(|p| p.symbol()).collect();
        self.ensure(
            missing.is_empty(),
            key,
            format!("missing {}; all six of SO2, NO2, CO, O3, PM10, PM2.5 are needed", missing.join(", ")),
        );
    }

    /// A percentile statistic names a percentile from 1 to 99, a mean names none.
    fn statistic(&mut self, statistic: crate::Statistic, percentile: Option<u8>, key: &str) {
        match (statistic, percentile) {
            (crate::Statistic::Percentile, Some(p)) => self.within(p, 1, 99, format!("{key}.percentile")),
            (crate::Statistic::Percentile, None) => {
                self.wrong(format!("{key}.percentile"), "missing; a percentile statistic needs one from 1 to 99");
            }
            (crate::Statistic::Mean, Some(p)) => {
                self.wrong(
                    format!("{key}.percentile"),
                    format!("{p} is given, but the statistic is a mean; remove it"),
                );
            }
            (crate::Statistic::Mean, None) => {}
        }
    }
}

fn header(book: &Rulebook, check: &mut Check<'_>) {
    let named =
        !book.id.is_empty() && book.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    check.ensure(named, "rule.id", format!("`{}` must consist of a-z, 0-9 and hyphens, such as gb3095-2012", book.id));
    for (key, text) in [
        ("edition", &book.edition),
        ("document", &book.document),
        ("title_zh", &book.title_zh),
        ("title_en", &book.title_en),
    ] {
        check.ensure(!text.trim().is_empty(), format!("rule.{key}"), "is empty");
    }
    check.ensure(!book.sources.is_empty(), "rule.sources", "is empty; name at least one source");
    if let Some(to) = book.effective_to
        && to < book.effective_from
    {
        check.wrong(
            "rule.effective_to",
            format!("{to} is before effective_from {}; the last day must not be before the first", book.effective_from),
        );
    }
}
