use super::{Concentration, MISSING};

/// Mean of the `window` hours that end with the last of `hours`, or `None` with fewer than `min_hours` of them.
pub fn sliding_mean(hours: &[i64], window: usize, min_hours: usize) -> Option<Concentration> {
    let from = hours.len().saturating_sub(window);
    let (mut sum, mut count) = (0i128, 0i128);
    for &hour in &hours[from..] {
        if hour != MISSING {
            sum += i128::from(hour);
            count += 1;
        }
    }
    (count >= min_hours.max(1) as i128).then(|| Concentration::new(sum, count * 1_000_000))
}

/// Sliding means over a series of hours: element `i` is the mean of the hours `i + 1 - window ..= i`.
///
/// Unlike the daily maximum of ozone, windows may cross midnight (HJ 633-2012, real-time reports).
pub fn sliding_means(hours: &[i64], window: usize, min_hours: usize) -> Vec<Option<Concentration>> {
    let (mut sum, mut count) = (0i128, 0usize);
    let mut means = Vec::with_capacity(hours.len());
    for (i, &hour) in hours.iter().enumerate() {
        if hour != MISSING {
            sum += i128::from(hour);
            count += 1;
        }
        if i >= window && hours[i - window] != MISSING {
            sum -= i128::from(hours[i - window]);
            count -= 1;
        }
        means.push((count >= min_hours.max(1)).then(|| Concentration::new(sum, count as i128 * 1_000_000)));
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_sum_equals_the_window_itself() {
        let hours: Vec<i64> = (0..50).map(|i| if i % 5 == 3 { MISSING } else { i * 1_000 }).collect();
        for (i, mean) in sliding_means(&hours, 8, 6).into_iter().enumerate() {
            assert_eq!(mean, sliding_mean(&hours[..=i], 8, 6), "hour {i}");
        }
    }
}
