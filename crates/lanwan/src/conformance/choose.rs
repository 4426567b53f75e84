//! Which rule file the text of a case's `rule` means.

use lanwan_rulebook::{Region, Rulebook, Rulebooks, Topic};

/// The rule file of a topic that the text names: by id, by document, by the number of the document, or by year.
///
/// `final` or `2031` means the limits from 2031-01-01; otherwise `2026` means the transitional ones.
pub(super) fn rulebook<'a>(rulebooks: &'a Rulebooks, topic: Topic, rule: &str) -> Result<&'a Rulebook, String> {
    let wanted = squeezed(rule);
    let is_final = wanted.contains("final") || wanted.contains("2031");
    let is_draft = wanted.contains("draft") || rule.contains("征求意见");
    let region = region(rule);
    let regional = matches!(topic, Topic::AirWarning | Topic::AirCompensation);
    let all: Vec<&Rulebook> = rulebooks.all().iter().map(|r| &**r).filter(|r| r.topic == topic).collect();
    if let Some(found) = all.iter().find(|r| squeezed(&r.id) == wanted) {
        return Ok(found);
    }
    let phased = all.iter().any(|r| r.id.ends_with("-final"));
    let all = &all;
    let of = || {
        all.iter().copied().filter(move |r| {
            (!r.draft || is_draft)
                && (!regional || r.region == region)
                && (!phased || r.id.ends_with("-final") == is_final)
        })
    };
    let by_draft = || of().find(|r| is_draft && r.draft);
    let by_id = || of().filter(|r| wanted.contains(&squeezed(&r.id))).max_by_key(|r| r.id.len());
    let by_document = || of().find(|r| wanted.contains(&squeezed(designation(&r.document))));
    let groups = digit_groups(rule);
    let by_number =
        || of().find(|r| document_number(&r.document).is_some_and(|pair| groups.windows(2).any(|w| w == pair)));
    let three_levels = wanted.contains("threelevel") || rule.contains("三级");
    let by_levels = || of().find(|r| topic == Topic::AirWarning && three_levels && r.id == "warning-2018");
    by_draft()
        .or_else(by_id)
        .or_else(by_document)
        .or_else(by_number)
        .or_else(by_levels)
        .or_else(|| by_year(&groups, of))
        .ok_or_else(|| format!("no rule file of topic {topic} is named by `{rule}`"))
}

/// The first year named decides: with its month (`2015-12`), as the edition's or the file's own, or as one it covers.
fn by_year<'a, I: Iterator<Item = &'a Rulebook>>(groups: &[&str], of: impl Fn() -> I) -> Option<&'a Rulebook> {
    let at = groups.iter().position(|g| g.len() == 4 && (g.starts_with("19") || g.starts_with("20")))?;
    let year = groups[at];
    let month = groups.get(at + 1).filter(|m| m.len() == 2);
    let with_month = month.and_then(|month| of().find(|r| r.id.ends_with(&format!("{year}-{month}"))));
    let day = format!("{year}-06-30").parse().ok();
    with_month
        .or_else(|| of().find(|r| r.edition.ends_with(year) || r.id.ends_with(year)))
        .or_else(|| of().find(|r| r.effective_from.to_string().starts_with(year)))
        .or_else(|| of().find(|r| day.is_some_and(|day| r.covers(day))))
}

/// Whose scheme or plan the text speaks of; the nation's when it names none.
fn region(rule: &str) -> Region {
    let lower = rule.to_lowercase();
    let first = |words: &[&str]| words.iter().filter_map(|w| lower.find(w)).min();
    let places = [
        (first(&["qingdao", "qinghuanfa", "青岛", "青环发"]), "370200"),
        (first(&["shandong", "luzhengban", "山东", "鲁政办"]), "370000"),
    ];
    let named = places.iter().filter_map(|(at, code)| Some((at.as_ref()?, code))).min();
    named.and_then(|(_, code)| Region::parse(code).ok()).unwrap_or(Region::NATION)
}

fn squeezed(text: &str) -> String {
    text.replace([' ', '-', '—', '_'], "").to_lowercase()
}

/// `HJ 633-2012` of `HJ 633-2012 环境空气质量指数…`, `GB 3095-2012` of `GB 3095-2012 及 2018 年修改单`.
fn designation(document: &str) -> &str {
    let end = document.char_indices().filter(|(_, c)| *c == ' ' || !c.is_ascii()).map(|(i, _)| i).nth(1);
    let words = document[..end.unwrap_or(document.len())].trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    if words.is_empty() { document } else { words }
}

/// Year and number of `鲁政办字〔2015〕241号`, which romanised texts keep.
fn document_number(document: &str) -> Option<[&str; 2]> {
    let (year, rest) = document.split_once('〔')?.1.split_once('〕')?;
    Some([year, rest.split_once('号')?.0])
}

fn digit_groups(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_under_the_names_in_use() {
        let rules = Rulebooks::builtin().expect("rule files");
        for (topic, text, id) in [
            (Topic::AirIndex, "HJ 633-2012", "hj633-2012"),
            (Topic::AirIndex, "HJ 633—2026", "hj633-2026"),
            (Topic::AirIndex, "hj633-2026", "hj633-2026"),
            (Topic::AirComposite, "composite index, GB 3095-2012 limits", "composite-2012"),
            (Topic::AirComposite, "2026-transition-limits", "composite-2026-transition"),
            (Topic::AirComposite, "composite index, GB 3095-2026 final limits", "composite-2026-final"),
            (Topic::AirLimits, "GB 3095-2026", "gb3095-2026-transition"),
            (Topic::AirLimits, "GB 3095-2026, from 2031", "gb3095-2026-final"),
            (Topic::AirLimits, "GB 3095-2012 class II", "gb3095-2012"),
            (Topic::AirWarning, "national Huandaqi [2024] 6", "warning-2024"),
            (Topic::AirWarning, "MEP unified (Jing-Jin-Ji 2016; national 2017)", "warning-2016"),
            (Topic::AirWarning, "three-level national scheme (as used by Xinzhou)", "warning-2018"),
            (Topic::AirWarning, "Shandong draft of 2022-11", "shandong-warning-2022-draft"),
            (Topic::AirWarning, "Qingdao 2016", "qingdao-warning-2016"),
            (Topic::AirCompensation, "Shandong 2014: score x factor x 20", "shandong-compensation-2014"),
            (Topic::AirCompensation, "Shandong 2015: score x 1.5 x 20", "shandong-compensation-2015-03"),
            (Topic::AirCompensation, "Shandong 2015-12: score x 1 x 40", "shandong-compensation-2015-12"),
            (Topic::AirCompensation, "Shandong 2016", "shandong-compensation-2015-12"),
            (Topic::AirCompensation, "Luzhengbanzi [2015] 241 (2015-12-08)", "shandong-compensation-2015-12"),
            (Topic::AirCompensation, "鲁政办字〔2017〕43号", "shandong-compensation-2017"),
            (Topic::AirCompensation, "Qingdao 2016: 40 x (0.60 dPM2.5 + 0.40 dPM10)", "qingdao-compensation-2016"),
            (Topic::AirCompensation, "青岛 2017", "qingdao-compensation-2017"),
        ] {
            assert_eq!(rulebook(&rules, topic, text).map(|r| r.id.as_str()), Ok(id), "{text}");
        }
        assert!(rulebook(&rules, Topic::AirIndex, "US EPA").is_err());
        assert!(rulebook(&rules, Topic::AirCompensation, "Taian 2017").is_err());
    }
}
