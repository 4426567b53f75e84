//! What is told of a file at the end.

use lanwan_terms::Pollutant;

use crate::run::slot;
use crate::table::Table;
use crate::time::instant;
use crate::value::Factor;
use crate::{InUnit, Intake, Layout, Origin, Report, TimeLabel, UnitUse};

impl Table<'_> {
    /// Closes the table.
    pub(crate) fn report(mut self) -> Intake {
        let ignored_columns = self.ignored();
        let units = self.units();
        let mut notes = std::mem::take(&mut self.meta.notes);
        self.notes(&units, &mut notes);
        let source = format!("file:{}#{}", self.meta.file, self.meta.sha256.get(..12).unwrap_or_default());
        let collected = self.collector.finish(&source);
        let counts = collected.counts;
        let (assumptions, assumptions_en) = notes.into_iter().unzip();
        let meta = self.meta;
        let report = Report {
            file: meta.file,
            sha256: meta.sha256,
            bytes: meta.bytes,
            layout: self.plan.layout,
            format: meta.format,
            encoding: meta.encoding,
            compression: meta.gzip.then_some("gzip"),
            delimiter: meta.delimiter,
            sheet: meta.sheet,
            time_label: self.label,
            time_label_origin: self.label_origin,
            utc_offset_seconds: self.offset.local_minus_utc(),
            units,
            assumptions,
            assumptions_en,
            rows: counts.rows,
            rows_rejected: counts.rows_rejected,
            rows_other: counts.rows_other,
            values: counts.values,
            accepted: collected.readings.len() as u64,
            missing: counts.missing,
            repeated_in_file: counts.repeated,
            rejected_values: counts.rejected_values,
            rejected_other: counts.rejected_other,
            rejected: counts.rows_rejected + counts.rejected_values + counts.rejected_other,
            ignored_columns,
            first: collected.first.map(instant),
            last: collected.last.map(instant),
        };
        Intake {
            readings: collected.readings,
            monitors: collected.monitors,
            quarantine: collected.quarantine,
            published: collected.published,
            report,
        }
    }

    fn units(&self) -> Vec<UnitUse> {
        let mut units = Vec::new();
        for ((pollutant, given), origin) in self.unit_uses() {
            let Some(factor) = Factor::new(pollutant, given) else { continue };
            let (stored, rounded) = (pollutant.unit(), factor.rounded);
            units.push(UnitUse { pollutant, given, stored, factor: factor.text(pollutant, given), rounded, origin });
        }
        units.sort_by_key(|u| (slot(u.pollutant), u.given));
        units
    }

    fn notes(&self, units: &[UnitUse], notes: &mut Vec<(String, String)>) {
        let mut note = |zh: String, en: String| notes.push((zh, en));
        if self.meta.header_row > 1 {
            let row = self.meta.header_row;
            note(
                format!("表头在第 {row} 行，其上各行视为标题"),
                format!("the header is row {row}; the rows above are titles"),
            );
        }
        if self.hour_rows && self.label_origin == Origin::Assumed {
            note(
                "文件没有说明小时标签，按国家惯例视为小时结束：03:00 是 02:00 至 03:00（可用 --time-label start 更改）".into(),
                "the file does not say which end its hours name: the end, by national convention (03:00 is 02:00 to 03:00); \
                 --time-label start changes it"
                    .into(),
            );
        }
        if self.local_times && self.offset_origin == Origin::Assumed {
            note(
                format!("没有时区的时间按 {} 处理", self.offset),
                format!("times without an offset are taken as {}", self.offset),
            );
        }
        if self.hour_rows && self.day_rows {
            note(
                "文件里既有小时值也有日值：只有日期、没有时刻的行按日值处理".into(),
                "the file has hours and days: rows with a date and no time of day are taken as days".into(),
            );
        }
        self.unit_notes(units, &mut note);
        if self.plan.layout == Layout::NationalHourly {
            note("本格式中 0 和空白都表示缺测".into(), "in this layout 0 and blank both mean missing".into());
        }
        if self.plan.layout == Layout::Openair && self.label == TimeLabel::Start && self.label_origin == Origin::Layout
        {
            note(
                "openair 格式：时间为 UTC，标签为小时开始".into(),
                "openair layout: times are UTC and name the start of the hour".into(),
            );
        }
        let sentinels = self.collector.counts.sentinels;
        if sentinels > 0 {
            note(
                format!("{sentinels} 个值为 -99、-999 或 -9999，视为缺测"),
                format!("{sentinels} values of -99, -999 or -9999 are taken as missing"),
            );
        }
    }

    fn unit_notes(&self, units: &[UnitUse], note: &mut dyn FnMut(String, String)) {
        let list = |wanted: &dyn Fn(&&UnitUse) -> bool| {
            let text: Vec<String> =
                units.iter().filter(wanted).map(|u| format!("{} {}", u.pollutant, u.given)).collect();
            text.join(", ")
        };
        let assumed = list(&|u| u.origin == Origin::Assumed);
        if !assumed.is_empty() {
            note(
                format!("文件没有说明单位，视为：{assumed}"),
                format!("the file does not state its units; taken: {assumed}"),
            );
        }
        let co = units.iter().any(|u| u.pollutant == Pollutant::Co && u.given == InUnit::UgPerM3);
        if self.plan.layout == Layout::Prsa && co {
            note(
                "UCI PRSA 格式的 CO 单位是 ug/m3，已换算为 mg/m3（除以 1000，精确）".into(),
                "the UCI PRSA layout gives CO in ug/m3: converted to mg/m3 (exactly, by 1000)".into(),
            );
        }
        let rounded = list(&|u| u.rounded);
        if !rounded.is_empty() {
            note(
                format!(
                    "由体积分数换算为质量浓度（298.15 K、1013.25 hPa，摩尔体积 24.465 L/mol），四舍六入五成双到六位小数：{rounded}"
                ),
                format!(
                    "mixing ratios converted to concentrations at 298.15 K and 1013.25 hPa (24.465 L/mol), rounded half to even \
                     to six digits: {rounded}"
                ),
            );
        }
    }
}
