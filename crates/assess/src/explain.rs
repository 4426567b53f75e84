//! The walk back from a finding to the rules and readings it rests on. The finding is computed again by the same functions
//! that made it, from what was known at its as-of time, and held against its hash; nothing is recomputed for the screen.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use lanwan_observations::Stored;
use lanwan_rulebook::RuleRef;
use lanwan_standards::air::{Concentration, IndexInput, Room};
use lanwan_terms::{AIR_SIX, Averaging, Exact, MissingReason, Period, Pollutant, Span, StatusSet, Verification};

use crate::finding::{FindingKey, FindingKind, id_of};
use crate::{
    AirDay, AirHour, AirPeriod, AirRules, AssessError, Assessor, By, DAY_INPUTS, DayBasis, Dust, Options, Place,
    PlaceKind, Request, Rules,
};

/// A named result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// The value as text, or `—`.
    pub value: String,
    /// Its unit, may be empty.
    pub unit: String,
}

/// One step of the reasoning, with the clause that asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplanationStep {
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// The clause.
    pub rule: Option<RuleRef>,
}

/// A finding that this one rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerFinding {
    /// Its address.
    pub id: String,
    /// The place and period it speaks of.
    pub title: String,
    /// What it contributes.
    pub value: String,
}

/// A version of a reading that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superseded {
    /// The value, or the reason code of its absence.
    pub value: String,
    /// When it was learned.
    pub learned_at: DateTime<Utc>,
}

/// A reading under a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRow {
    /// The reading with when it was learned.
    pub stored: Stored,
    /// The pollutant.
    pub pollutant: Pollutant,
    /// What it replaced, newest first.
    pub superseded: Vec<Superseded>,
}

/// A finding explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The address of what comes out now; the one asked for when it is reproduced.
    pub id: String,
    /// What the finding is a function of.
    pub key: FindingKey,
    /// Title in Chinese.
    pub title: String,
    /// Title in English.
    pub title_en: String,
    /// Edition family that judged.
    pub edition: String,
    /// Whether the same content comes out again.
    pub reproduced: bool,
    /// Statuses of the readings.
    pub status: StatusSet,
    /// Whether generated readings are among them.
    pub generated: bool,
    /// The worst mark of the rules used.
    pub verification: Verification,
    /// Results.
    pub result: Vec<Figure>,
    /// Steps.
    pub steps: Vec<ExplanationStep>,
    /// Rules cited, each once.
    pub rules: Vec<RuleRef>,
    /// Findings below.
    pub inputs: Vec<LowerFinding>,
    /// Readings, for findings that rest on readings directly.
    pub readings: Vec<ReadingRow>,
}

impl Assessor {
    /// Options whose as-of time is fixed: where none is given, when the newest reading or dust mark was learned (or a mark withdrawn).
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn pin(&self, options: &Options) -> Result<Options, AssessError> {
        let newest = || -> Result<Option<DateTime<Utc>>, AssessError> {
            let Some(learned) = self.source().learned_at()? else { return Ok(None) };
            let marks = self.places().dust_marks().iter().flat_map(|m| [Some(m.learned_at), m.withdrawn_at]);
            // An address carries microseconds.
            Ok(marks.flatten().map(to_next_micro).chain([learned]).max())
        };
        let as_of = match options.as_of {
            Some(t) => Some(t),
            None => newest()?,
        };
        Ok(Options { as_of, ..options.clone() })
    }

    /// The address of a day's finding. `options` must be pinned.
    pub fn day_id(&self, place: &str, day: &AirDay, rules: &Rules, options: &Options) -> String {
        id_of(place, Period::Day(day.stats.day), options, &day_content(day, rules.on(day.stats.day)))
    }

    /// The address of an hour's finding. `options` must be pinned.
    pub fn hour_id(&self, place: &str, hour: &AirHour, rules: &Rules, options: &Options) -> String {
        let period = Period::Hour(hour.stats.hour);
        id_of(place, period, options, &hour_content(hour, rules.on(period.first_day())))
    }

    /// The address of a period's finding. `options` must be pinned.
    pub fn period_id(&self, place: &str, period: &AirPeriod, options: &Options) -> String {
        id_of(place, period.period, options, &period_content(period))
    }

    /// Explains a finding by its address.
    ///
    /// # Errors
    /// When the address does not parse, or names a place or period of which nothing is known.
    pub fn explain(&self, id: &str) -> Result<Explanation, AssessError> {
        let key: FindingKey = id.parse()?;
        let place = self.places().get(&key.place).ok_or_else(|| AssessError::UnknownPlace(key.place.clone()))?.clone();
        let request = Request {
            places: Some([key.place.clone()].into()),
            days: Some((key.period.first_day(), key.period.last_day())),
        };
        let nothing = || AssessError::Empty(request.days);
        match key.kind {
            FindingKind::Day => {
                let rules = self.rules(&key.options, key.period.first_day(), key.period.last_day())?;
                let days = self.days(place.kind, &request, &key.options)?;
                let day = days.into_values().flatten().next().ok_or_else(nothing)?;
                self.explain_day(&key, &place, &day, &rules)
            }
            FindingKind::Hour => {
                let rules = self.rules(&key.options, key.period.first_day(), key.period.last_day())?;
                let hours = self.hours(place.kind, &request, &key.options)?;
                let hour = hours.into_values().flatten().find(|h| Period::Hour(h.stats.hour) == key.period);
                self.explain_hour(&key, &place, &hour.ok_or_else(nothing)?, &rules)
            }
            FindingKind::Period => {
                let by = match key.period {
                    Period::Year(_) => By::Year,
                    Period::Quarter(..) => By::Quarter,
                    _ => By::Month,
                };
                let periods = self.periods(place.kind, by, &request, &key.options)?;
                let period = periods.into_values().flatten().next().ok_or_else(nothing)?;
                self.explain_period(&key, &place, &period, &request)
            }
        }
    }

    fn explain_day(
        &self,
        key: &FindingKey,
        place: &Place,
        day: &AirDay,
        rules: &Rules,
    ) -> Result<Explanation, AssessError> {
        let date = day.stats.day;
        let air = rules.on(date);
        let inputs = day.stats.inputs(air);
        let mut steps = Vec::new();
        for input in inputs.iter() {
            let at = DAY_INPUTS.iter().position(|(p, a)| *p == input.pollutant && *a == input.mean);
            if let Some(at) = at {
                steps.push(statistic_step(day, at, air));
            }
        }
        let iaqi = |i: usize| day.index.iaqi[i];
        steps.extend(inputs.iter().enumerate().filter_map(|(i, input)| iaqi_step(input, iaqi(i), air)));
        steps.push(index_step(day.index.aqi, &day.index.primary_pollutants(&inputs), air));
        let removed: Vec<&str> =
            (0..AIR_SIX.len()).filter(|p| day.stats.is_dusty(*p)).map(|p| AIR_SIX[p].symbol()).collect();
        if !removed.is_empty() {
            let list = removed.join("、");
            let dust = self.rulebooks().in_force(lanwan_rulebook::Topic::AirDust, date, self.region()).ok();
            steps.push(ExplanationStep {
                text: format!("当日标记为沙尘日：{list} 不计入均值、百分位数和综合指数，天数比例仍计入"),
                text_en: format!(
                    "Marked as a dust day: {} left out of means, percentiles and the composite index, kept in ratios of days",
                    removed.join(", ")
                ),
                rule: dust.and_then(|d| d.air_dust().map(|body| d.cite(&body.scope))),
            });
        }
        let (mut lower, mut readings) = (Vec::new(), Vec::new());
        match day.stats.basis {
            DayBasis::Sites => {
                let sites = self.open_sites(place, date);
                let request = Request { places: Some(sites.into_iter().collect()), days: Some((date, date)) };
                for (site, days) in self.days(PlaceKind::Station, &request, &key.options)? {
                    for of_site in days {
                        let value = aqi_text(of_site.index.aqi);
                        let id = self.day_id(&site, &of_site, rules, &key.options);
                        lower.push(LowerFinding { id, title: format!("{} {date}", self.name(&site)), value });
                    }
                }
            }
            DayBasis::Hourly => readings = self.readings(place, Period::Day(date), Span::Hour, &AIR_SIX, key)?,
            DayBasis::Daily => readings = self.readings(place, Period::Day(date), Span::Day, &AIR_SIX, key)?,
            DayBasis::None => {}
        }
        let title = format!("{} {date} 空气质量指数日报", place.name);
        let title_en = format!("{} {date}: daily air quality index", place.name_en.as_ref().unwrap_or(&place.name));
        let mut result = vec![figure("空气质量指数", "AQI", aqi_text(day.index.aqi), "")];
        result.extend(level_figures(day.index.level, air));
        result.push(figure("首要污染物", "primary pollutant", symbols(&day.index.primary_pollutants(&inputs)), ""));
        Ok(self.assemble(Parts {
            key,
            title,
            title_en,
            air,
            content: day_content(day, air),
            status: day.stats.status,
            generated: day.stats.generated,
            result,
            steps,
            lower,
            readings,
        }))
    }

    fn explain_hour(
        &self,
        key: &FindingKey,
        place: &Place,
        hour: &AirHour,
        rules: &Rules,
    ) -> Result<Explanation, AssessError> {
        let air = rules.on(key.period.first_day());
        let mode = air.realtime();
        let mut steps = vec![ExplanationStep {
            text: format!(
                "实时报模式：{}（{}）",
                mode.mode.code(),
                if mode.mode == lanwan_rulebook::Mode::AsPublished {
                    "与全国实时发布一致：颗粒物用1小时均值、24小时分指数限值，不用臭氧8小时"
                } else {
                    "按标准文本：颗粒物用24小时滑动均值，含臭氧8小时滑动均值"
                }
            ),
            text_en: format!("Real-time mode: {}", mode.mode.code()),
            rule: Some(air.index.cite(mode)),
        }];
        for (i, input) in hour.stats.inputs.iter().enumerate() {
            if let Err(reason) = input.value {
                steps.push(ExplanationStep {
                    text: format!("{} {}：无值（{}）", input.pollutant, averaging_zh(input.mean), reason.zh()),
                    text_en: format!("{} {}: no value ({})", input.pollutant, input.mean.code(), reason.code()),
                    rule: None,
                });
            }
            steps.extend(iaqi_step(input, hour.index.iaqi[i], air));
        }
        let primary = hour.index.primary_pollutants(&hour.stats.inputs);
        steps.push(index_step(hour.index.aqi, &primary, air));
        let (mut lower, mut readings) = (Vec::new(), Vec::new());
        let sites =
            if place.kind == PlaceKind::Station { Vec::new() } else { self.open_sites(place, key.period.first_day()) };
        if sites.is_empty() {
            readings = self.readings(place, key.period, Span::Hour, &AIR_SIX, key)?;
        } else {
            let day = key.period.first_day();
            let request = Request { places: Some(sites.into_iter().collect()), days: Some((day, day)) };
            for (site, hours) in self.hours(PlaceKind::Station, &request, &key.options)? {
                for of_site in hours.iter().filter(|h| h.stats.hour == hour.stats.hour) {
                    let id = self.hour_id(&site, of_site, rules, &key.options);
                    let title = format!("{} {}", self.name(&site), key.period);
                    lower.push(LowerFinding { id, title, value: aqi_text(of_site.index.aqi) });
                }
            }
        }
        let mut result = vec![figure("空气质量指数", "AQI", aqi_text(hour.index.aqi), "")];
        result.extend(level_figures(hour.index.level, air));
        result.push(figure("首要污染物", "primary pollutant", symbols(&primary), ""));
        Ok(self.assemble(Parts {
            key,
            title: format!("{} {} 空气质量指数实时报", place.name, key.period),
            title_en: format!(
                "{} {}: hourly air quality index",
                place.name_en.as_ref().unwrap_or(&place.name),
                key.period
            ),
            air,
            content: hour_content(hour, air),
            status: hour.stats.status,
            generated: hour.stats.generated,
            result,
            steps,
            lower,
            readings,
        }))
    }

    fn explain_period(
        &self,
        key: &FindingKey,
        place: &Place,
        period: &AirPeriod,
        request: &Request,
    ) -> Result<Explanation, AssessError> {
        let air = &period.rules;
        let mut steps: Vec<ExplanationStep> = period.items.iter().map(|item| item_step(item, air)).collect();
        steps.extend(composite_steps(period, air));
        steps.push(days_step(period, key.options.dust, air));
        steps.extend(room_steps(period));
        let rules = self.rules(&key.options, key.period.first_day(), key.period.last_day())?;
        let days = self.days(place.kind, request, &key.options)?;
        let lower = days
            .into_values()
            .flatten()
            .filter(|day| day.stats.basis != DayBasis::None)
            .map(|day| LowerFinding {
                id: self.day_id(&place.id, &day, &rules, &key.options),
                title: day.stats.day.to_string(),
                value: aqi_text(day.index.aqi),
            })
            .collect();
        let class = match period.class {
            Some(1) => "达到一级",
            Some(2) => "达到二级",
            Some(_) => "超过二级",
            None => "数据不足，不予评价",
        };
        let class_en = match period.class {
            Some(1) => "meets class I",
            Some(2) => "meets class II",
            Some(_) => "worse than class II",
            None => "not judged, too few valid days",
        };
        let mut result = vec![figure("达标评价", "attainment", format!("{class} / {class_en}"), "")];
        result.extend(period.items.iter().filter_map(|item| {
            let value = item.reported?.to_string();
            Some(figure(&item_zh(item), &item.name(), value, item.pollutant.unit().symbol()))
        }));
        if let Some(index) = &period.index {
            result.push(figure("综合指数", "composite index", index.value.to_string(), ""));
        }
        Ok(self.assemble(Parts {
            key,
            title: format!("{} {} 环境空气质量评价", place.name, key.period),
            title_en: format!(
                "{} {}: air quality assessment",
                place.name_en.as_ref().unwrap_or(&place.name),
                key.period
            ),
            air,
            content: period_content(period),
            status: period.status,
            generated: period.generated,
            result,
            steps,
            lower,
            readings: Vec::new(),
        }))
    }

    fn readings(
        &self,
        place: &Place,
        period: Period,
        span: Span,
        pollutants: &[Pollutant],
        key: &FindingKey,
    ) -> Result<Vec<ReadingRow>, AssessError> {
        let mut rows = Vec::new();
        for pollutant in pollutants {
            for stored in self.source().history(&place.id, *pollutant, period.hours(), span, key.options.as_of)? {
                let superseded = stored
                    .superseded
                    .iter()
                    .map(|old| Superseded { value: value_text(&old.reading.value), learned_at: old.learned_at })
                    .collect();
                rows.push(ReadingRow { stored, pollutant: *pollutant, superseded });
            }
        }
        Ok(rows)
    }

    fn name<'a>(&'a self, place: &'a str) -> &'a str {
        self.places().get(place).map_or(place, |p| &p.name)
    }

    fn assemble(&self, parts: Parts<'_>) -> Explanation {
        let mut rules: Vec<RuleRef> = parts.steps.iter().filter_map(|s| s.rule.clone()).collect();
        rules.sort();
        rules.dedup();
        let again = id_of(&parts.key.place, parts.key.period, &parts.key.options, &parts.content);
        let reproduced = again.rsplit('~').next() == Some(parts.key.hash.as_str());
        Explanation {
            id: again,
            key: parts.key.clone(),
            title: parts.title,
            title_en: parts.title_en,
            edition: parts.air.edition().to_owned(),
            reproduced,
            status: parts.status,
            generated: parts.generated,
            verification: rules.iter().map(|r| r.verification).max().unwrap_or(Verification::Unverified),
            result: parts.result,
            steps: parts.steps,
            rules,
            inputs: parts.lower,
            readings: parts.readings,
        }
    }
}

struct Parts<'a> {
    key: &'a FindingKey,
    title: String,
    title_en: String,
    air: &'a AirRules,
    content: String,
    status: StatusSet,
    generated: bool,
    result: Vec<Figure>,
    steps: Vec<ExplanationStep>,
    lower: Vec<LowerFinding>,
    readings: Vec<ReadingRow>,
}

fn value_content(value: Result<Concentration, MissingReason>) -> String {
    match value {
        Ok(c) => c.fraction(),
        Err(reason) => reason.code().to_owned(),
    }
}

fn rules_content(air: &AirRules) -> String {
    [&air.limits, &air.index, &air.assessment, &air.composite].map(|r| format!("{}@{}", r.id, r.hash)).join(",")
}

fn inputs_content(inputs: &[IndexInput]) -> String {
    let one = |i: &IndexInput| format!("{} {} {}", i.pollutant, i.mean.code(), value_content(i.value));
    inputs.iter().map(one).collect::<Vec<_>>().join(";")
}

fn day_content(day: &AirDay, air: &AirRules) -> String {
    let values: Vec<String> =
        day.stats.values.iter().map(|v| format!("{} {}/{}", value_content(v.value), v.have, v.need)).collect();
    format!(
        "{}|{}|{}|{}|{}|{}|{}",
        values.join(";"),
        inputs_content(&day.stats.inputs(air)),
        aqi_text(day.index.aqi),
        day.stats.dust,
        day.stats.status,
        day.stats.generated,
        rules_content(air),
    )
}

fn hour_content(hour: &AirHour, air: &AirRules) -> String {
    format!(
        "{}|{}|{}|{}|{}",
        inputs_content(&hour.stats.inputs),
        aqi_text(hour.index.aqi),
        hour.stats.status,
        hour.stats.generated,
        rules_content(air)
    )
}

fn period_content(period: &AirPeriod) -> String {
    let items: Vec<String> = period
        .items
        .iter()
        .map(|i| {
            let value = i.value.map_or("-".to_owned(), Concentration::fraction);
            format!("{} {value} {} {:?}", i.name(), i.days.have, i.class2)
        })
        .collect();
    let index = period.index.as_ref().map_or("-".to_owned(), |i| i.value.to_string());
    format!(
        "{}|{index}|{:?}|{}|{}|{}|{}",
        items.join(";"),
        period.days.by_level,
        period.days.valid,
        period.status,
        period.generated,
        rules_content(&period.rules)
    )
}

fn figure(name: &str, name_en: &str, value: String, unit: &str) -> Figure {
    Figure { name: name.to_owned(), name_en: name_en.to_owned(), value, unit: unit.to_owned() }
}

fn level_figures(level: Option<u8>, air: &AirRules) -> Vec<Figure> {
    let found = level.and_then(|l| air.air_index().levels.iter().find(|other| other.level == l));
    found.map_or_else(Vec::new, |l| vec![figure("级别", "level", format!("{} {} / {}", l.level, l.zh, l.en), "")])
}

fn aqi_text(aqi: Result<u16, MissingReason>) -> String {
    aqi.map_or_else(|reason| format!("—（{}）", reason.zh()), |aqi| aqi.to_string())
}

fn value_text(value: &Result<lanwan_terms::Decimal, MissingReason>) -> String {
    match value {
        Ok(value) => value.to_string(),
        Err(reason) => reason.code().to_owned(),
    }
}

fn symbols(pollutants: &[Pollutant]) -> String {
    if pollutants.is_empty() {
        return "—".into();
    }
    pollutants.iter().map(|p| p.symbol()).collect::<Vec<_>>().join("、")
}

fn averaging_zh(averaging: Averaging) -> &'static str {
    match averaging {
        Averaging::Hour1 => "1小时均值",
        Averaging::Hour8 => "8小时均值",
        Averaging::Hour24 => "24小时均值",
        Averaging::Quarter => "季均值",
        Averaging::Annual => "年均值",
    }
}

fn statistic_step(day: &AirDay, at: usize, air: &AirRules) -> ExplanationStep {
    let (pollutant, averaging) = DAY_INPUTS[at];
    let v = day.stats.values[at];
    let hours = &air.air_assessment().hours;
    let (what, what_en, counted, counted_en, rule) = match averaging {
        Averaging::Hour8 => (
            "日最大8小时均值",
            "daily maximum 8-hour mean",
            "个8小时窗口",
            "8-hour windows",
            air.assessment.cite(&hours.mda8),
        ),
        Averaging::Hour1 => (
            "日最大1小时均值",
            "daily maximum 1-hour mean",
            "个小时均值",
            "hourly means",
            air.assessment.cite(&hours.max_1h),
        ),
        _ => ("日均值", "daily mean", "个小时均值", "hourly means", air.assessment.cite(&hours.daily_mean)),
    };
    let (counted, counted_en, rule) = match day.stats.basis {
        DayBasis::Sites => ("个点位", "sites", air.assessment.cite(&air.air_assessment().city.share)),
        _ => (counted, counted_en, rule),
    };
    let unit = pollutant.unit().symbol();
    let (text, text_en) = match v.value {
        Ok(value) if averaging == Averaging::Hour24 && day.stats.basis == DayBasis::Hourly => {
            let sum = (value.exact() * Exact::integer(i128::from(v.have))).display();
            let mean = value.exact().display();
            (
                format!(
                    "{pollutant} {what} = {} {counted}之和 {sum} ÷ {} = {mean} {unit}（至少需 {}）",
                    v.have, v.have, v.need
                ),
                format!(
                    "{pollutant} {what_en} = sum of {} {counted_en} {sum} ÷ {} = {mean} {unit} (at least {})",
                    v.have, v.have, v.need
                ),
            )
        }
        Ok(value) if day.stats.basis == DayBasis::Daily => (
            format!("{pollutant} {what} = {} {unit}（来源直接给出日值）", value.exact().display()),
            format!("{pollutant} {what_en} = {} {unit} (delivered as a daily value)", value.exact().display()),
        ),
        Ok(value) => (
            format!(
                "{pollutant} {what} = {} {unit}（{} {counted}，至少需 {}）",
                value.exact().display(),
                v.have,
                v.need
            ),
            format!(
                "{pollutant} {what_en} = {} {unit} ({} {counted_en}, at least {})",
                value.exact().display(),
                v.have,
                v.need
            ),
        ),
        Err(reason) => (
            format!("{pollutant} {what}：无有效值（{}；有 {}，至少需 {} {counted}）", reason.zh(), v.have, v.need),
            format!(
                "{pollutant} {what_en}: not valid ({}; {} of at least {} {counted_en})",
                reason.code(),
                v.have,
                v.need
            ),
        ),
    };
    ExplanationStep { text, text_en, rule: Some(rule) }
}

fn iaqi_step(input: &IndexInput, iaqi: Option<u16>, air: &AirRules) -> Option<ExplanationStep> {
    let value = input.value.ok()?;
    let rulebook = air.air_index();
    let scale = rulebook.scale(input.pollutant, input.scale)?;
    let rule = Some(air.index.cite(scale));
    let prepared = air.table.scale(input.pollutant, input.scale)?;
    let used = prepared.round_to.map(|d| value.round(d));
    let shown = used.map_or_else(|| value.exact().display(), |d| d.to_string());
    let exact = used.map_or_else(|| value.exact(), |d| d.exact());
    let name = format!("IAQI({} {})", input.pollutant, input.scale.code());
    let Some(iaqi) = iaqi else {
        return Some(ExplanationStep {
            text: format!("{name}：浓度 {shown} 超出表格范围，本标准不给出该平均时间的分指数"),
            text_en: format!("{name}: {shown} is above the scale, the edition gives no index at this averaging time"),
            rule,
        });
    };
    let segment = scale.points.windows(2).find(|pair| exact <= pair[1].concentration.exact());
    let formula = match segment {
        Some(pair) => {
            let (low, high) = (pair[0], pair[1]);
            format!(
                "({} − {}) ÷ ({} − {}) × ({shown} − {}) + {} → {iaqi}",
                high.iaqi, low.iaqi, high.concentration, low.concentration, low.concentration, low.iaqi
            )
        }
        None => format!("{shown} → {iaqi}"),
    };
    Some(ExplanationStep {
        text: format!("{name} = {formula}（向上取整）"),
        text_en: format!("{name} = {formula} (rounded up)"),
        rule,
    })
}

fn index_step(aqi: Result<u16, MissingReason>, primary: &[Pollutant], air: &AirRules) -> ExplanationStep {
    let body = air.air_index();
    match aqi {
        Ok(aqi) => ExplanationStep {
            text: format!("AQI = 各分指数的最大值 = {aqi}；首要污染物：{}", symbols(primary)),
            text_en: format!("AQI = the largest individual index = {aqi}; primary: {}", symbols(primary)),
            rule: Some(air.index.cite(&body.definitions)),
        },
        Err(reason) => ExplanationStep {
            text: format!("不给出 AQI：{}", reason.zh()),
            text_en: format!("no AQI: {}", reason.code()),
            rule: Some(air.index.cite(&body.missing)),
        },
    }
}

fn item_zh(item: &crate::PeriodItem) -> String {
    match item.percentile {
        Some(p) => format!("{} 第{p}百分位数", item.pollutant),
        None => format!("{} 均值", item.pollutant),
    }
}

fn item_step(item: &crate::PeriodItem, air: &AirRules) -> ExplanationStep {
    let rule = RuleRef { verification: item.verification, ..air.assessment.reference(&item.clause, item.verification) };
    let Some((value, compared)) = item.value.zip(item.compared) else {
        return ExplanationStep {
            text: format!("{}：无有效日值", item_zh(item)),
            text_en: format!("{}: no valid day", item.name()),
            rule: Some(rule),
        };
    };
    let (exact, unit) = (value.exact().display(), item.pollutant.unit().symbol());
    let (limit1, limit2) =
        item.limit.as_ref().map_or(("—".into(), "—".into()), |l| (l.class1.to_string(), l.class2.to_string()));
    let verdict = match (item.class1, item.class2) {
        (Some(true), _) => ("达到一级", "meets class I"),
        (_, Some(true)) => ("达到二级", "meets class II"),
        (_, Some(false)) => ("超过二级", "exceeds class II"),
        _ => ("有效天数不足，不予评价", "too few valid days, not judged"),
    };
    ExplanationStep {
        text: format!(
            "{} = {exact} {unit} → 修约 {compared}；限值 一级 {limit1}、二级 {limit2}：{}（有效 {} 天，需 {}）",
            item_zh(item),
            verdict.0,
            item.days.have,
            item.days.need
        ),
        text_en: format!(
            "{} = {exact} {unit} → rounded {compared}; limits {limit1} (I), {limit2} (II): {} ({} valid days of {})",
            item.name(),
            verdict.1,
            item.days.have,
            item.days.need
        ),
        rule: Some(rule),
    }
}

fn composite_steps(period: &AirPeriod, air: &AirRules) -> Vec<ExplanationStep> {
    let Some(index) = &period.index else { return Vec::new() };
    let body = air.air_composite();
    let mut steps: Vec<ExplanationStep> = index
        .terms
        .iter()
        .map(|t| ExplanationStep {
            text: format!("单项指数 {} = {} ÷ {} = {}", t.pollutant, t.concentration, t.divisor, t.term),
            text_en: format!("single index {} = {} ÷ {} = {}", t.pollutant, t.concentration, t.divisor, t.term),
            rule: body.term(t.pollutant).map(|term| air.composite.cite(term)),
        })
        .collect();
    let terms: Vec<String> = index.terms.iter().map(|t| t.term.to_string()).collect();
    steps.push(ExplanationStep {
        text: format!("综合指数 = {} = {}；主要污染物：{}", terms.join(" + "), index.value, symbols(&index.leading)),
        text_en: format!(
            "composite index = {} = {}; leading: {}",
            terms.join(" + "),
            index.value,
            symbols(&index.leading)
        ),
        rule: Some(air.composite.cite(&body.method)),
    });
    steps
}

fn days_step(period: &AirPeriod, dust: Dust, air: &AirRules) -> ExplanationStep {
    let days = &period.days;
    let ratio = days.good_ratio.map_or("—".to_owned(), |r| r.to_string());
    let note = match dust {
        Dust::Keep => ("含沙尘日", "dust days included"),
        Dust::Exclude => ("均值、百分位数不含沙尘日，比例含沙尘日", "means without dust days, ratios with them"),
    };
    ExplanationStep {
        text: format!(
            "优良天数 {} ÷ 有效天数 {} = {ratio} %；重度及以上 {} 天（{}）",
            days.good, days.valid, days.heavy, note.0
        ),
        text_en: format!(
            "good days {} ÷ valid days {} = {ratio} %; heavy {} days ({})",
            days.good, days.valid, days.heavy, note.1
        ),
        rule: Some(air.assessment.cite(&air.air_assessment().ratios)),
    }
}

fn room_steps(period: &AirPeriod) -> Vec<ExplanationStep> {
    let Some(room) = period.room() else { return Vec::new() };
    room.items
        .iter()
        .map(|item| {
            let (zh, en) = match item.room {
                Room::Mean(mean) => (
                    format!("其余 {} 天均值不超过 {mean}", room.days_left),
                    format!("the other {} days may average {mean}", room.days_left),
                ),
                Room::Lost => ("已不可能达标".into(), "the target can no longer be met".into()),
                Room::Over { met } => (
                    if met { "已达标".into() } else { "未达标".into() },
                    if met { "met".into() } else { "missed".into() },
                ),
            };
            ExplanationStep {
                text: format!("余量 {}：目标 {}，至今 {}；{zh}", item.pollutant, item.target, item.so_far),
                text_en: format!("room left {}: target {}, so far {}; {en}", item.pollutant, item.target, item.so_far),
                rule: None,
            }
        })
        .collect()
}

/// As-of times have microseconds; one rounded down would miss what it was taken from.
fn to_next_micro(time: DateTime<Utc>) -> DateTime<Utc> {
    let beyond = time.nanosecond() % 1000;
    if beyond == 0 { time } else { time + TimeDelta::nanoseconds(i64::from(1000 - beyond)) }
}
