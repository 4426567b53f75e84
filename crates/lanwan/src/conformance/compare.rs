//! When a result agrees with what a case expects.

use lanwan_terms::{Averaging, Decimal, Exact, Pollutant};

use super::inputs::{is_blank, named_pollutant};
use super::json::Json;

/// A computed result.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// A number no rule has rounded: it agrees when it equals the expected number once rounded to its digits.
    Number(Exact),
    /// A number rounded by the rule: it agrees when it equals the expected number.
    Fixed(Decimal),
    /// One thing with several names, such as `良` and `good`; the first is shown.
    Names(Vec<String>),
    /// A set of pollutants with the averaging time that counted.
    Pollutants(Vec<(Pollutant, Averaging)>),
    /// True or false.
    Flag(bool),
    /// No value.
    Nothing,
}

impl Found {
    pub(super) fn integer(value: impl Into<i128>) -> Self {
        Self::Number(Exact::integer(value.into()))
    }

    pub(super) fn number(value: Option<Exact>) -> Self {
        value.map_or(Self::Nothing, Self::Number)
    }

    pub(super) fn fixed(value: Option<Decimal>) -> Self {
        value.map_or(Self::Nothing, Self::Fixed)
    }

    pub(super) fn agrees(&self, want: &Json) -> bool {
        match (want, self) {
            (Json::Number(text), Self::Number(_) | Self::Fixed(_)) => self.is_number(text),
            (Json::Text(text), Self::Number(_) | Self::Fixed(_)) => self.is_number(text.trim_end_matches('%').trim()),
            (Json::Number(text), Self::Names(names)) => names.contains(text),
            (Json::Text(text), Self::Names(names)) => names.iter().any(|n| n.eq_ignore_ascii_case(text.trim())),
            (Json::List(_), Self::Names(names)) => {
                let joined = want.to_string();
                names.iter().any(|n| joined.trim_matches(['[', ']']) == n)
            }
            (Json::Null, Self::Pollutants(have)) => have.is_empty(),
            (Json::Text(text), Self::Pollutants(have)) if is_blank(text) => have.is_empty(),
            (Json::Text(text), Self::Pollutants(have)) => same_pollutants(text.split(['|', ',', '、', ';', '+']), have),
            (Json::List(list), Self::Pollutants(have)) => {
                let texts: Option<Vec<&str>> = list.iter().map(Json::text).collect();
                texts.is_some_and(|texts| same_pollutants(texts.into_iter(), have))
            }
            (Json::Flag(flag), Self::Flag(have)) => flag == have,
            (Json::Text(text), Self::Flag(have)) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "是" => *have,
                "false" | "no" | "否" => !*have,
                _ => false,
            },
            (Json::Null, Self::Nothing) => true,
            (Json::Text(text), Self::Nothing) => is_blank(text),
            (Json::List(list), Self::Nothing) => list.is_empty(),
            _ => false,
        }
    }

    fn is_number(&self, text: &str) -> bool {
        let Ok(want) = text.parse::<Decimal>() else { return false };
        match self {
            Self::Number(exact) => want.exact() == *exact || want == exact.round(decimals_of(text)),
            Self::Fixed(decimal) => want == *decimal,
            _ => false,
        }
    }

    /// The result as it would have to be written in place of `want`.
    pub(super) fn shown(&self, want: &Json) -> String {
        match self {
            Self::Number(exact) => match want {
                Json::Number(text) => format!("{} (exactly {})", exact.round(decimals_of(text)), exact.display()),
                _ => exact.display(),
            },
            Self::Fixed(decimal) => decimal.to_string(),
            Self::Names(names) => format!("{:?}", names.first().map_or("", String::as_str)),
            Self::Pollutants(list) => {
                let names: Vec<String> = list.iter().map(|(p, a)| format!("\"{p}_{}\"", a.code())).collect();
                format!("[{}]", names.join(","))
            }
            Self::Flag(flag) => flag.to_string(),
            Self::Nothing => "\"NA\"".to_owned(),
        }
    }
}

/// Digits after the point of a number as written; `2.50` has two.
fn decimals_of(text: &str) -> u8 {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.trim().len().min(12) as u8)
}

/// The same set; a name without an averaging time stands for the pollutant at any.
fn same_pollutants<'a>(want: impl Iterator<Item = &'a str>, have: &[(Pollutant, Averaging)]) -> bool {
    let mut wanted = Vec::new();
    for name in want.map(str::trim).filter(|n| !n.is_empty()) {
        match named_pollutant(name) {
            Some(found) => wanted.push(found),
            None => return false,
        }
    }
    let is = |w: &(Pollutant, Option<Averaging>), h: &(Pollutant, Averaging)| {
        w.0 == h.0 && w.1.is_none_or(|averaging| averaging == h.1)
    };
    wanted.iter().all(|w| have.iter().any(|h| is(w, h))) && have.iter().all(|h| wanted.iter().any(|w| is(w, h)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text).expect("JSON")
    }

    #[test]
    fn an_unrounded_result_is_rounded_once_to_the_digits_of_the_case() {
        let third = Found::Number(Exact::ratio(61, 2));
        assert!(third.agrees(&json("30.5")) && third.agrees(&json("30")) && third.agrees(&json("30.50")));
        assert!(!third.agrees(&json("31")) && !third.agrees(&json("30.6")));
    }

    #[test]
    fn a_rounded_result_must_be_equal() {
        let index = Found::Fixed(Decimal::new(296, 2));
        assert!(index.agrees(&json("2.96")) && index.agrees(&json("\"2.96\"")));
        assert!(!index.agrees(&json("3.0")) && !index.agrees(&json("2.9")));
        assert!(Found::Fixed(Decimal::new(240, 2)).agrees(&json("2.4")));
    }

    #[test]
    fn a_set_of_pollutants_is_a_list_or_joined_with_or_without_averaging_times() {
        let both = Found::Pollutants(vec![(Pollutant::Pm25, Averaging::Hour24), (Pollutant::O3, Averaging::Hour8)]);
        for text in [r#"["O3_8h","PM2.5"]"#, r#""PM2.5|O3""#, r#""O3_mda8,PM25_24h""#, r#"["臭氧","PM2.5"]"#] {
            assert!(both.agrees(&json(text)), "{text}");
        }
        for text in [r#"["O3_1h","PM2.5"]"#, r#""PM2.5""#, r#""PM2.5|O3|CO""#, "null", "[]"] {
            assert!(!both.agrees(&json(text)), "{text}");
        }
        for text in ["[]", "null", r#""""#, r#""NA""#] {
            assert!(Found::Pollutants(Vec::new()).agrees(&json(text)), "{text}");
        }
    }

    #[test]
    fn no_value_is_null_or_a_word_for_it_and_never_zero() {
        for text in ["null", r#""NA""#, r#""-""#] {
            assert!(Found::Nothing.agrees(&json(text)), "{text}");
        }
        assert!(!Found::Nothing.agrees(&json("0")));
        assert!(!Found::integer(0).agrees(&json("null")));
    }
}
