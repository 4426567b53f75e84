use lanwan_terms::{Decimal, Exact};

/// What the rest of a period may bring while a mean still meets its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The largest mean of the remaining days, to the digits asked for.
    Mean(Decimal),
    /// No day is left, and the target is met or not.
    Over {
        /// Whether the target is met.
        met: bool,
    },
    /// Even zero on every remaining day would miss the target.
    Lost,
}

/// The largest mean that `days_left` more days may have so that the mean of all days, rounded to `compliance_decimals`
/// half-even, is still at most `target`.
///
/// `sum` and `days_so_far` are of the valid days until now. The answer is rounded down to `decimals` digits.
pub fn room_left(
    target: Decimal,
    sum: &Exact,
    days_so_far: u32,
    days_left: u32,
    compliance_decimals: u8,
    decimals: u8,
) -> Room {
    let all = i128::from(days_so_far) + i128::from(days_left);
    let meets = |rest: &Exact| {
        let total = sum.clone() + rest.clone() * Exact::integer(i128::from(days_left));
        total.checked_div(&Exact::integer(all)).is_some_and(|mean| mean.round(compliance_decimals) <= target)
    };
    if days_left == 0 {
        return Room::Over { met: days_so_far > 0 && meets(&Exact::integer(0)) };
    }
    // A mean of up to half a digit above the target still rounds down to it.
    let step = 10i128.pow(u32::from(compliance_decimals));
    let highest = target.exact() + Exact::ratio(1, 2 * step);
    let rest = (highest * Exact::integer(all) - sum.clone()) / i64::from(days_left);
    let scale = 10i128.pow(u32::from(decimals));
    let mut units = i128::from((rest * Exact::integer(scale)).floor());
    // At exactly half a digit the even neighbour wins, which may be the one above the target.
    if !meets(&Exact::ratio(units, scale)) {
        units -= 1;
    }
    if units < 0 {
        return Room::Lost;
    }
    Room::Mean(Decimal::new(i64::try_from(units).unwrap_or(i64::MAX), decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean_of(target: i64, sum: i128, so_far: u32, left: u32) -> Room {
        room_left(Decimal::new(target, 0), &Exact::integer(sum), so_far, left, 0, 1)
    }

    #[test]
    fn the_room_is_what_brings_the_rounded_mean_to_the_target() {
        // 10 days at 40, 10 left, target 30: 30.5 rounds to 30, so the rest may average 21.
        assert_eq!(mean_of(30, 400, 10, 10), Room::Mean(Decimal::new(210, 1)));
        // Target 35 is odd: 35.5 would round to 36, so just below.
        assert_eq!(mean_of(35, 400, 10, 10), Room::Mean(Decimal::new(309, 1)));
    }

    #[test]
    fn a_lost_target_and_a_finished_period_say_so() {
        assert_eq!(mean_of(30, 4000, 10, 10), Room::Lost);
        assert_eq!(mean_of(30, 305, 10, 0), Room::Over { met: true });
        assert_eq!(mean_of(30, 306, 10, 0), Room::Over { met: false });
    }
}
