//! What a case gives: concentrations by name, numbers, lists.

use lanwan_standards::air::Concentration;
use lanwan_terms::{Averaging, Decimal, MissingReason, NumberError, Pollutant, PollutantError};

use super::json::{Json, Object};

/// Words for "no value".
pub(super) fn is_blank(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "" | "na" | "n/a" | "-" | "--" | "—" | "null" | "none" | "无")
}

/// A number, or `None` for null and the words for it.
pub(super) fn decimal(value: &Json) -> Result<Option<Decimal>, String> {
    let parse = |text: &str| text.parse().map(Some).map_err(|e: NumberError| e.to_string());
    match value {
        Json::Null => Ok(None),
        Json::Number(text) => parse(text),
        Json::Text(text) if is_blank(text) => Ok(None),
        Json::Text(text) => parse(text),
        other => Err(format!("`{other}` is no number")),
    }
}

/// The number under the first of `keys` that is there.
pub(super) fn number_of(inputs: &Object, keys: &[&str]) -> Result<Option<Decimal>, String> {
    match keys.iter().find_map(|key| Some((key, inputs.get(*key)?))) {
        Some((key, value)) => decimal(value).map_err(|e| format!("`{key}`: {e}")),
        None => Ok(None),
    }
}

/// As [`number_of`], but it must be there.
pub(super) fn number(inputs: &Object, keys: &[&str]) -> Result<Decimal, String> {
    number_of(inputs, keys)?.ok_or_else(|| format!("inputs_json has no `{}`, or it is null", keys[0]))
}

pub(super) fn text<'a>(inputs: &'a Object, keys: &[&str]) -> Option<&'a str> {
    keys.iter().find_map(|key| inputs.get(*key)?.text())
}

/// A whole number of at least zero.
pub(super) fn whole(inputs: &Object, keys: &[&str]) -> Result<u32, String> {
    let value = number(inputs, keys)?;
    let count = (value.normalized().scale() == 0).then(|| u32::try_from(value.normalized().unscaled()).ok()).flatten();
    count.ok_or_else(|| format!("`{}` is {value}, not a count", keys[0]))
}

pub(super) fn pollutant(inputs: &Object) -> Result<Pollutant, String> {
    let name = text(inputs, &["pollutant", "item"]).ok_or("inputs_json has no `pollutant`")?;
    name.parse().map_err(|e: PollutantError| e.to_string())
}

/// A list: JSON, joined by commas, or a range of integers such as `1..365`.
pub(super) fn list(inputs: &Object, keys: &[&str]) -> Result<Vec<Option<Decimal>>, String> {
    let found = keys.iter().find_map(|key| Some((*key, inputs.get(*key)?)));
    let (key, value) = found.ok_or_else(|| format!("inputs_json has no list `{}`", keys[0]))?;
    let at = |e: String| format!("`{key}`: {e}");
    match value {
        Json::List(list) => list.iter().map(decimal).collect::<Result<_, _>>().map_err(at),
        // `{"1": 31, "2": 28}`: by number, such as months or hours.
        Json::Object(map) => {
            let mut numbered = Vec::new();
            for (name, value) in map {
                let n: usize = name.parse().map_err(|_| at(format!("`{name}` is no number")))?;
                numbered.push((n, decimal(value).map_err(at)?));
            }
            numbered.sort_unstable_by_key(|(n, _)| *n);
            Ok(numbered.into_iter().map(|(_, value)| value).collect())
        }
        Json::Text(text) => match text.split_once("..") {
            Some((from, to)) => {
                let bound = |s: &str| s.trim().parse::<i64>().map_err(|_| at(format!("`{text}` is no range")));
                let (from, to) = (bound(from)?, bound(to)?);
                if to.checked_sub(from).is_none_or(|n| n > 1_000_000) {
                    return Err(at(format!("`{text}` is too long")));
                }
                Ok((from..=to).map(|v| Some(Decimal::new(v, 0))).collect())
            }
            None => text.split(',').map(|s| decimal(&Json::Text(s.to_owned()))).collect::<Result<_, _>>().map_err(at),
        },
        _ => Err(at("no list".to_owned())),
    }
}

pub(super) fn averaging(text: &str) -> Option<Averaging> {
    Some(match text.trim().to_ascii_lowercase().replace(['_', ' ', '-'], "").as_str() {
        "24h" | "24hr" | "day" | "daily" | "mean" | "dailymean" | "24hmean" | "d" => Averaging::Hour24,
        "8h" | "8hr" | "mda8" | "8hmax" | "max8h" | "mda8h" | "dailymax8h" => Averaging::Hour8,
        "1h" | "1hr" | "hour" | "hourly" | "1hmax" | "max1h" | "h" => Averaging::Hour1,
        "annual" | "year" | "yearly" => Averaging::Annual,
        "quarter" | "quarterly" => Averaging::Quarter,
        _ => return None,
    })
}

/// `PM2.5`, `PM2.5_24h`, `pm25_24h`, `O3_mda8`, `O3_max_8h`, `SO2(1h)` to pollutant and averaging time.
pub(super) fn named_pollutant(name: &str) -> Option<(Pollutant, Option<Averaging>)> {
    if let Ok(pollutant) = name.parse() {
        return Some((pollutant, None));
    }
    let name = name.replace(['-', ' ', '('], "_").replace(')', "");
    name.char_indices()
        .filter(|(_, c)| *c == '_')
        .find_map(|(at, _)| Some((name[..at].trim_end_matches('_').parse().ok()?, Some(averaging(&name[at + 1..])?))))
}

/// Concentrations by pollutant and averaging time; a missing one with its reason.
pub(super) type Concentrations = Vec<(Pollutant, Averaging, Result<Concentration, MissingReason>)>;

/// Reads every concentration. `bare` is the averaging time of a pollutant without one.
///
/// Null is a missing value; `/`, as in the forms of HJ 633-2026, and the names under `not_monitored` are outside the
/// monitoring plan. Other keys may hold text for readers, but no number, so that a slip in a name is found.
pub(super) fn concentrations(inputs: &Object, bare: fn(Pollutant) -> Averaging) -> Result<Concentrations, String> {
    let mut found = Concentrations::new();
    let mut add = |pollutant, averaging: Option<Averaging>, key: &str, value: &Json| -> Result<(), String> {
        let value = match value {
            Json::Text(slash) if slash.trim() == "/" => Err(MissingReason::NotMonitored),
            value => match decimal(value).map_err(|e| format!("`{key}`: {e}"))? {
                Some(value) if value.is_negative() => return Err(format!("`{key}` is negative")),
                Some(value) => Ok(Concentration::from(value)),
                None => Err(MissingReason::NotReported),
            },
        };
        found.push((pollutant, averaging.unwrap_or_else(|| bare(pollutant)), value));
        Ok(())
    };
    if let (Ok(pollutant), Some(value)) =
        (pollutant(inputs), ["concentration", "value", "C"].iter().find_map(|key| inputs.get(*key)))
    {
        let time = text(inputs, &["averaging", "period"]).map(|t| averaging(t).ok_or(t)).transpose();
        add(pollutant, time.map_err(|t| format!("`{t}` is no averaging time"))?, "value", value)?;
        return Ok(found);
    }
    for (key, value) in inputs {
        match (named_pollutant(key), value) {
            (Some((pollutant, averaging)), value) => add(pollutant, averaging, key, value)?,
            (None, Json::Text(note)) if note.parse::<Decimal>().is_err() => {}
            (None, Json::List(names)) if key == "not_monitored" => {
                for name in names {
                    let named = name.text().and_then(named_pollutant);
                    let (pollutant, averaging) = named.ok_or_else(|| format!("`{name}` is no pollutant"))?;
                    add(pollutant, averaging, key, &Json::Text("/".to_owned()))?;
                }
            }
            _ => return Err(format!("`{key}` is no concentration (expected such as PM2.5_24h, O3_8h, SO2_1h)")),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concentration_is_found_under_the_names_in_use() {
        use Averaging::*;
        for (name, pollutant, averaging) in [
            ("PM2.5_24h", Pollutant::Pm25, Some(Hour24)),
            ("PM25_24h", Pollutant::Pm25, Some(Hour24)),
            ("pm2_5_24h", Pollutant::Pm25, Some(Hour24)),
            ("PM2_5", Pollutant::Pm25, None),
            ("O3_mda8", Pollutant::O3, Some(Hour8)),
            ("O3_8h", Pollutant::O3, Some(Hour8)),
            ("O3_8h_max", Pollutant::O3, Some(Hour8)),
            ("O3_max_1h", Pollutant::O3, Some(Hour1)),
            ("SO2(1h)", Pollutant::So2, Some(Hour1)),
            ("a34004_24h", Pollutant::Pm25, Some(Hour24)),
            ("臭氧", Pollutant::O3, None),
        ] {
            assert_eq!(named_pollutant(name), Some((pollutant, averaging)), "{name}");
        }
        for name in ["PM1_24h", "O3_9h", "date", "AQI", "", "_"] {
            assert_eq!(named_pollutant(name), None, "{name}");
        }
    }

    #[test]
    fn a_slip_in_a_name_is_found() {
        let inputs = |text: &str| match Json::parse(text) {
            Ok(Json::Object(object)) => object,
            other => panic!("{other:?}"),
        };
        let daily = |text: &str| concentrations(&inputs(text), |_| Averaging::Hour24);
        assert!(daily(r#"{"PM2.5_24h": "60.4", "city": "青岛", "SO2_24h": "/", "CO_24h": "NA"}"#).is_ok());
        assert!(daily(r#"{"PM2.5_23h": 60}"#).is_err());
        assert!(daily(r#"{"PM2.5_24h": -1}"#).is_err());
        assert!(daily(r#"{"PM2.5_24h": "sixty"}"#).is_err());
    }
}
