//! The rows of each shape of table: a row a value, a column a pollutant, a column a place, a row a station.

use lanwan_terms::{DataStatus, Decimal, Pollutant, Span};

use crate::collect::{Index, Of};
use crate::header::{Avg, Item, fold, item};
use crate::plan::{Column, IndexColumns, Shape};
use crate::reject::Problem;
use crate::row::Record;
use crate::table::{At, Refused, Table};
use crate::time::{day_start, parse_moment};
use crate::value::{Cell, is_blank_mark, parse_cell};
use crate::{Layout, Monitor};

impl Table<'_> {
    pub(crate) fn long(&mut self, record: &Record, shape: &Shape) -> Result<(), Refused> {
        let Shape::Long { pollutant, value, value_unit, unit, status, span } = shape else { return Ok(()) };
        let monitor = self.place(record)?;
        let mut at = self.when(record)?;
        let name = record.get(*pollutant);
        let found = match self.items.get(name) {
            Some(found) => *found,
            None => {
                let found = item(name);
                if self.items.len() < 1000 {
                    self.items.insert(name.to_owned(), found);
                }
                found
            }
        };
        let status = self.status(record, *status)?;
        let text = record.get(*value);
        let (pollutant, mut avg, named_unit) = match found {
            None => return Err((Some(*pollutant), Problem::UnknownPollutant)),
            Some(Item::Value { pollutant, avg, unit }) => (pollutant, avg, unit),
            Some(index) => {
                self.collector.counts.rows_other += 1;
                let mut entry =
                    Index { monitor, span: at.0, start: at.1, aqi: None, level: None, primary: None, row: record.row };
                let read = match index {
                    Item::Aqi => index_aqi(text).map(|aqi| entry.aqi = aqi),
                    Item::Level => index_level(text).map(|level| entry.level = level),
                    _ => index_primary(text).map(|primary| entry.primary = primary),
                };
                if let Err(problem) = read {
                    let field = self.plan.header.get(*value).cloned().unwrap_or_default();
                    self.collector.reject(Of::Other, record.row, &field, text, &problem);
                }
                self.collector.index(entry);
                return Ok(());
            }
        };
        if let Some(span) = span {
            let word = fold(record.get(*span));
            let given = span_of(&word).ok_or((Some(*span), Problem::UnknownSpan))?;
            match (given, at.0) {
                (Given::Nothing, _) | (Given::Hour, Span::Hour) | (Given::Day | Given::Hours24, Span::Day) => {}
                (Given::Hours8, _) if avg == Avg::Plain => avg = Avg::Hour8,
                (Given::Hours24, Span::Hour) if avg == Avg::Plain => avg = Avg::Day24,
                (Given::Hours8 | Given::Hours24, _) => {}
                (Given::Hour, Span::Day) => {
                    return Err((self.plan.when.time.or(self.plan.when.date), Problem::TimeFormat));
                }
                (Given::Day, Span::Hour) => at = self.day_of(record)?,
            }
        }
        self.count_row(at.0);
        let reading = match (at.0, avg) {
            (_, Avg::Plain) | (Span::Hour, Avg::Hour1) => true,
            (Span::Day, Avg::Hour8 | Avg::Max8) => pollutant == Pollutant::O3,
            (Span::Day, Avg::Day24) => pollutant != Pollutant::O3,
            _ => false,
        };
        if !reading {
            self.collector.counts.rows_other += 1;
            self.other_items.insert(name.to_owned());
            return Ok(());
        }
        let stated = match unit.map(|u| record.get(u)).filter(|u| !is_blank_mark(u)) {
            Some(text) => Some(text.parse().map_err(|_| (*unit, Problem::UnknownUnit))?),
            None => named_unit.or(*value_unit),
        };
        self.collector.counts.values += 1;
        match self.measure(pollutant, text, stated, false) {
            Ok(measured) => self.collector.value(monitor, pollutant, at, measured, status, record.row),
            Err(problem) => {
                let field = self.plan.header.get(*value).cloned().unwrap_or_default();
                self.collector.reject(Of::Value, record.row, &field, text, &problem);
            }
        }
        Ok(())
    }

    fn count_row(&mut self, span: Span) {
        self.hour_rows |= span == Span::Hour;
        self.day_rows |= span == Span::Day;
    }

    /// A row marked as a day whose time is written with a midnight.
    fn day_of(&self, record: &Record) -> Result<At, Refused> {
        let column = self.plan.when.time.or(self.plan.when.date);
        let moment = parse_moment(column.map_or("", |c| record.get(c))).map_err(|p| (column, p))?;
        match moment.time {
            Some((0, 0, 0)) | None => Ok((Span::Day, day_start(moment.date))),
            Some(_) => Err((column, Problem::DateHasTime)),
        }
    }

    fn status(&self, record: &Record, column: Option<usize>) -> Result<DataStatus, Refused> {
        let text = column.map_or("", |c| record.get(c));
        if is_blank_mark(text) {
            return Ok(self.options.status);
        }
        match fold(text).as_str() {
            "provisional" | "实时" | "未审核" | "原始" | "待审核" => Ok(DataStatus::Provisional),
            "audited" | "已审核" | "审核" => Ok(DataStatus::Audited),
            "final" | "已定稿" | "定稿" | "最终" => Ok(DataStatus::Final),
            _ => Err((column, Problem::UnknownStatus)),
        }
    }

    pub(crate) fn wide(&mut self, record: &Record, shape: &Shape) -> Result<(), Refused> {
        let Shape::Wide { all, hourly, daily, index, status } = shape else { return Ok(()) };
        let monitor = self.place(record)?;
        let at = self.when(record)?;
        let status = self.status(record, *status)?;
        self.count_row(at.0);
        let columns = if at.0 == Span::Hour { hourly } else { daily };
        if columns.is_empty() {
            self.collector.counts.rows_other += 1;
        }
        for column in columns {
            self.collector.counts.values += 1;
            let text = record.get(column.index);
            let measured = self
                .ordered(record, column, all)
                .and_then(|()| self.measure(column.pollutant, text, column.unit, false));
            match measured {
                Ok(measured) => self.collector.value(monitor, column.pollutant, at, measured, status, record.row),
                Err(problem) => {
                    let field = self.plan.header.get(column.index).map_or("", String::as_str);
                    self.collector.reject(Of::Value, record.row, field, text, &problem);
                }
            }
        }
        self.published(record, monitor, at, index);
        Ok(())
    }

    /// In the snapshot, an hour's ozone above the 24-hour maximum beside it is one of two values that cannot both be right.
    fn ordered(&self, record: &Record, column: &Column, all: &[Column]) -> Result<(), Problem> {
        if self.plan.layout != Layout::Snapshot || column.pollutant != Pollutant::O3 {
            return Ok(());
        }
        let Some(day) = all.iter().find(|c| c.pollutant == Pollutant::O3 && c.avg == Avg::Day24) else { return Ok(()) };
        match (parse_cell(record.get(column.index)), parse_cell(record.get(day.index))) {
            (Ok(Cell::Value(hour)), Ok(Cell::Value(most))) if hour > most => Err(Problem::OzoneOrder),
            _ => Ok(()),
        }
    }

    fn published(&mut self, record: &Record, monitor: u32, at: At, columns: &IndexColumns) {
        let mut entry =
            Index { monitor, span: at.0, start: at.1, aqi: None, level: None, primary: None, row: record.row };
        let mut refused = Vec::new();
        if let Some(column) = columns.aqi {
            index_aqi(record.get(column)).map_or_else(|p| refused.push((column, p)), |aqi| entry.aqi = aqi);
        }
        if let Some(column) = columns.level {
            index_level(record.get(column)).map_or_else(|p| refused.push((column, p)), |level| entry.level = level);
        }
        if let Some(column) = columns.primary {
            index_primary(record.get(column))
                .map_or_else(|p| refused.push((column, p)), |primary| entry.primary = primary);
        }
        for (column, problem) in refused {
            let field = self.plan.header.get(column).cloned().unwrap_or_default();
            self.collector.reject(Of::Other, record.row, &field, record.get(column), &problem);
        }
        self.collector.index(entry);
    }

    pub(crate) fn national(&mut self, record: &Record, places: &[(usize, u32)]) -> Result<(), Refused> {
        let at = self.when(record)?;
        let name = record.get(2);
        let found = item(name).ok_or((Some(2), Problem::UnknownPollutant))?;
        self.count_row(at.0);
        let status = self.options.status;
        match found {
            Item::Value { pollutant, avg: Avg::Plain | Avg::Hour1, unit } => {
                for &(column, monitor) in places {
                    self.collector.counts.values += 1;
                    let text = record.get(column);
                    match self.measure(pollutant, text, unit, true) {
                        Ok(measured) => self.collector.value(monitor, pollutant, at, measured, status, record.row),
                        Err(problem) => {
                            let field = self.plan.header.get(column).map_or("", String::as_str);
                            self.collector.reject(Of::Value, record.row, field, text, &problem);
                        }
                    }
                }
            }
            Item::Aqi => {
                self.collector.counts.rows_other += 1;
                for &(column, monitor) in places {
                    match index_aqi(record.get(column)) {
                        Ok(aqi) => {
                            let aqi = aqi.filter(|a| *a > 0);
                            let (span, start) = at;
                            self.collector.index(Index {
                                monitor,
                                span,
                                start,
                                aqi,
                                level: None,
                                primary: None,
                                row: record.row,
                            });
                        }
                        Err(problem) => {
                            let field = self.plan.header.get(column).map_or("", String::as_str);
                            self.collector.reject(Of::Other, record.row, field, record.get(column), &problem);
                        }
                    }
                }
            }
            Item::Value { .. } | Item::Level | Item::Primary => {
                self.collector.counts.rows_other += 1;
                self.other_items.insert(name.to_owned());
            }
        }
        Ok(())
    }

    pub(crate) fn station(&mut self, record: &Record, list: &mut Vec<(Monitor, u64)>) -> Result<(), Refused> {
        let at = &self.plan.at;
        let get = |column: Option<usize>| {
            let text = column.map_or("", |c| record.get(c));
            if is_blank_mark(text) { "" } else { text }
        };
        let parts = [get(at.code), get(at.station), get(at.city), get(at.district), get(at.lon), get(at.lat)];
        let monitor = self.new_monitor(parts)?;
        if monitor.lon.is_none() && !(parts[4].is_empty() && parts[5].is_empty()) {
            return Err((at.lon, Problem::NotDegrees));
        }
        self.collector.counts.rows_other += 1;
        list.push((monitor, record.row));
        Ok(())
    }
}

/// What an averaging column says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Nothing,
    Hour,
    Day,
    Hours8,
    Hours24,
}

fn span_of(word: &str) -> Option<Given> {
    match word {
        "" => Some(Given::Nothing),
        "hour" | "hourly" | "1h" | "1hour" | "小时" | "1小时" | "小时值" | "小时均值" | "pt1h" => {
            Some(Given::Hour)
        }
        "day" | "daily" | "日" | "日均" | "日均值" | "日值" | "1d" | "p1d" => Some(Given::Day),
        "8h" | "8小时" | "8hour" => Some(Given::Hours8),
        "24h" | "24小时" | "24hour" => Some(Given::Hours24),
        _ => None,
    }
}

fn index_aqi(text: &str) -> Result<Option<u16>, Problem> {
    if is_blank_mark(text) {
        return Ok(None);
    }
    let value: Decimal = text.parse().map_err(|_| Problem::NotIndex)?;
    let whole = value.normalized();
    match u16::try_from(whole.unscaled()) {
        Ok(aqi) if whole.scale() == 0 && aqi <= 1_000 => Ok(Some(aqi)),
        _ => Err(Problem::NotIndex),
    }
}

fn index_level(text: &str) -> Result<Option<u8>, Problem> {
    if is_blank_mark(text) {
        return Ok(None);
    }
    let level = match fold(text).as_str() {
        "1" | "优" | "一级" | "一级(优)" | "i" | "ⅰ" => 1,
        "2" | "良" | "良好" | "二级" | "二级(良)" | "ii" | "ⅱ" => 2,
        "3" | "轻度污染" | "轻度" | "三级" | "三级(轻度污染)" | "iii" | "ⅲ" => 3,
        "4" | "中度污染" | "中度" | "四级" | "四级(中度污染)" | "iv" | "ⅳ" => 4,
        "5" | "重度污染" | "重度" | "五级" | "五级(重度污染)" | "v" | "ⅴ" => 5,
        "6" | "严重污染" | "严重" | "六级" | "六级(严重污染)" | "vi" | "ⅵ" => 6,
        _ => return Err(Problem::NotLevel),
    };
    Ok(Some(level))
}

fn index_primary(text: &str) -> Result<Option<Vec<Pollutant>>, Problem> {
    if is_blank_mark(text) {
        return Ok(None);
    }
    let mut primary = Vec::new();
    for part in text.split(['|', ',', '，', '、', ';', '；', '/', '\n', '+']).map(str::trim).filter(|p| !p.is_empty())
    {
        match item(part) {
            Some(Item::Value { pollutant, .. }) => primary.push(pollutant),
            _ => return Err(Problem::NotPrimary),
        }
    }
    primary.sort_unstable();
    primary.dedup();
    Ok(Some(primary))
}
