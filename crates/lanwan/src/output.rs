//! Rows as a table, as CSV or as JSON.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::cli::{Failure, Format};

/// A row that can be printed three ways. JSON is the row serialised; CSV and the table share its cells.
pub(crate) trait Row: Serialize {
    /// Column names of the CSV form.
    fn header() -> Vec<String>;
    /// One cell a column, empty where there is nothing.
    fn cells(&self) -> Vec<String>;
    /// Positions of the columns that the table shows.
    fn table_columns() -> Vec<usize> {
        (0..Self::header().len()).collect()
    }
}

/// Prints rows to standard output.
pub(crate) fn print<R: Row>(rows: &[R], format: Format) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Json => json(&mut out, rows)?,
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.write_record(R::header()).map_err(Failure::input)?;
            for row in rows {
                csv.write_record(row.cells()).map_err(Failure::input)?;
            }
            csv.flush()?;
        }
        Format::Table => {
            let columns = R::table_columns();
            let pick = |cells: Vec<String>| columns.iter().map(|c| cells[*c].clone()).collect::<Vec<_>>();
            table(&mut out, pick(R::header()), rows.iter().map(|r| pick(r.cells())))?;
        }
    }
    out.flush()?;
    Ok(())
}

fn json<R: Row>(out: &mut impl Write, rows: &[R]) -> Result<(), Failure> {
    writeln!(out, "[")?;
    for (i, row) in rows.iter().enumerate() {
        let comma = if i + 1 < rows.len() { "," } else { "" };
        writeln!(out, "  {}{comma}", serde_json::to_string(row).map_err(Failure::internal)?)?;
    }
    writeln!(out, "]")?;
    Ok(())
}

/// A plain table; columns as wide as their widest cell, Chinese counted as two.
pub(crate) fn table(
    out: &mut impl Write,
    header: Vec<String>,
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    let rows: Vec<Vec<String>> = rows.collect();
    let width = |c: usize| rows.iter().chain([&header]).filter_map(|r| r.get(c)).map(|s| s.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    writeln!(out, "{}", line(&header))?;
    writeln!(out, "{}", widths.iter().map(|w| "─".repeat(*w)).collect::<Vec<_>>().join("  "))?;
    for row in &rows {
        writeln!(out, "{}", line(row))?;
    }
    Ok(())
}
