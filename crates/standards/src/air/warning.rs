use lanwan_rulebook::{AirWarning, Condition, Measure, WarningLevel};

/// Index values in time order, one an hour, `None` where there is none.
#[derive(Clone, Copy, Debug)]
pub struct Episode<'a> {
    /// AQI of the running 24-hour means, one an hour.
    pub running_24h: &'a [Option<u16>],
    /// Hourly AQI.
    pub hourly: &'a [Option<u16>],
}

/// The highest level of a heavy-pollution plan whose condition the episode meets, or `None`.
///
/// A condition of `hours` on running 24-hour means asks that they cover that many hours: 24 is one mean, 48 is 25
/// consecutive ones, of which the first and the last lie end to end. On hourly values it asks for that many consecutive
/// hours. Levels are ordered from lowest to highest in the rule; a level applies only when no higher one does.
pub fn highest_warning<'r>(rule: &'r AirWarning, episode: Episode<'_>) -> Option<&'r WarningLevel> {
    rule.levels.iter().rev().find(|level| level.any_of.iter().any(|all| all.iter().all(|c| meets(c, episode))))
}

fn meets(condition: &Condition, episode: Episode<'_>) -> bool {
    let (series, consecutive) = match condition.measure {
        Measure::Running24h => (episode.running_24h, condition.hours.saturating_sub(23)),
        Measure::Hourly => (episode.hourly, condition.hours),
    };
    let (above, at_least) = (condition.aqi_above, condition.aqi_at_least);
    let mut run = 0u32;
    series.iter().any(|aqi| {
        let hit = aqi.is_some_and(|a| above.is_none_or(|t| a > t) && at_least.is_none_or(|t| a >= t));
        run = if hit { run + 1 } else { 0 };
        hit && run >= consecutive.max(1)
    })
}
