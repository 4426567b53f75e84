use lanwan_rulebook::Ties;
use lanwan_terms::{Decimal, Exact};

/// Ranks by ascending key; equal keys share a rank. `None` keys get no rank.
///
/// [`Ties::Competition`] numbers 1, 2, 2, 4; [`Ties::Dense`] numbers 1, 2, 2, 3. The result is in the order of `keys`.
///
/// ```
/// use lanwan_rulebook::Ties;
/// use lanwan_standards::air::rank_ascending;
/// assert_eq!(rank_ascending(&[Some(7), Some(6), Some(7), None, Some(9)], Ties::Competition),
///            [Some(2), Some(1), Some(2), None, Some(4)]);
/// ```
pub fn rank_ascending<K: Ord + Clone>(keys: &[Option<K>], ties: Ties) -> Vec<Option<u32>> {
    let mut sorted: Vec<&K> = keys.iter().flatten().collect();
    sorted.sort();
    if ties == Ties::Dense {
        sorted.dedup();
    }
    keys.iter().map(|key| key.as_ref().map(|key| sorted.partition_point(|other| *other < key) as u32 + 1)).collect()
}

/// Change rate `(now - before) / before × 100 %`, to `decimals` digits; negative is better. `None` when `before` is zero.
pub fn change_rate(now: Decimal, before: Decimal, decimals: u8) -> Option<Decimal> {
    let change = now.exact() - before.exact();
    (change * Exact::integer(100)).checked_div(&before.exact()).map(|r| r.round(decimals))
}
