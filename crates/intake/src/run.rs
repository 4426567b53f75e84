//! The way of one file: open, recognise, read row by row, report.

use lanwan_terms::Pollutant;

use crate::error::from_io;
use crate::json::JsonRows;
use crate::open::{Body, Kind, Raw};
use crate::parquet_rows::ParquetRows;
use crate::plan::{Plan, TwoColumns};
use crate::row::Rows;
use crate::sheet::{Search, Sheet, search};
use crate::table::Table;
use crate::text::{Charset, HEADER_SEARCH, TextRows, split_header, transcode};
use crate::value::Factor;
use crate::zipcheck;
use crate::{Input, Intake, IntakeError, Options, Progress};

/// The most that a JSON document may hold.
const MAX_JSON: u64 = 256 << 20;

/// What is known of a file besides its rows.
pub(crate) struct Meta {
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    pub(crate) format: &'static str,
    pub(crate) encoding: Option<&'static str>,
    pub(crate) gzip: bool,
    pub(crate) delimiter: Option<char>,
    pub(crate) sheet: Option<String>,
    pub(crate) header_row: u64,
    pub(crate) notes: Vec<(String, String)>,
}

/// Reads one file.
///
/// The layout is recognised by content. What the file does not say is taken from the layout or the national convention and
/// told in the report. Equal repeats of a reading are counted once; a blank gives way to a value of the same identity;
/// different values of one identity are all refused. The result does not depend on the order of the rows.
///
/// # Errors
/// When the file as a whole gives nothing: it cannot be read, is damaged or half-written, unpacks to too much, has a line
/// beyond 1 MiB, or has no header of a known layout. What is wrong with single rows is in [`Intake::quarantine`] instead.
pub fn read(input: Input, options: &Options, progress: &mut dyn FnMut(Progress)) -> Result<Intake, IntakeError> {
    for (pollutant, unit) in &options.units {
        if Factor::new(*pollutant, *unit).is_none() {
            return Err(IntakeError::UnitOverride { pollutant: pollutant.to_string(), unit: unit.to_string() });
        }
    }
    let raw = Raw::open(input)?;
    if raw.len == 0 {
        return Err(IntakeError::Empty { file: raw.name });
    }
    let mut meta = Meta {
        file: raw.short_name(),
        sha256: raw.sha256()?,
        bytes: raw.len,
        format: "text",
        encoding: None,
        gzip: false,
        delimiter: None,
        sheet: None,
        header_row: 0,
        notes: Vec::new(),
    };
    let mut kind = Kind::of(&raw.head()?);
    let mut inner = None;
    if kind == Kind::Gzip {
        meta.gzip = true;
        let mut head = Vec::new();
        {
            use std::io::Read;
            raw.text(true)?.take(512).read_to_end(&mut head).map_err(|e| from_io(&raw.name, e))?;
        }
        if head.is_empty() {
            return Err(IntakeError::Empty { file: raw.name });
        }
        kind = Kind::of(&head);
        match kind {
            Kind::Gzip => {
                let what = "gzip within gzip; unpack it once".into();
                return Err(IntakeError::Unsupported { file: raw.name, what });
            }
            Kind::Zip | Kind::Cfb | Kind::Parquet => inner = Some(raw.unpacked()?),
            Kind::Json | Kind::Text | Kind::Other(_) => {}
        }
    }
    let held = inner.as_ref().unwrap_or(&raw);
    match kind {
        Kind::Text => text(&raw, meta, options, progress),
        Kind::Json => json(&raw, meta, options, progress),
        Kind::Parquet => {
            meta.format = "parquet";
            let rows = ParquetRows::open(held)?;
            let header: Vec<&str> = rows.header.iter().map(String::as_str).collect();
            let plan =
                recognised(&raw.name, 0, &header, false)?.ok_or_else(|| no_layout(&raw.name, 1, &header.join(", ")))?;
            table(plan, meta, options, rows, progress)
        }
        Kind::Zip | Kind::Cfb => workbook(held, kind, meta, options, progress),
        Kind::Other(what) => Err(IntakeError::Unsupported { file: raw.name, what: format!("this is {what}") }),
        Kind::Gzip => Err(IntakeError::Unsupported { file: raw.name, what: "gzip within gzip; unpack it once".into() }),
    }
}

fn recognised(file: &str, row: u64, header: &[&str], snapshot: bool) -> Result<Option<Plan>, IntakeError> {
    Plan::recognise(header, snapshot).map_err(|TwoColumns { first, second, what }| IntakeError::Ambiguous {
        file: file.to_owned(),
        row,
        first,
        second,
        what,
    })
}

fn no_layout(file: &str, searched: usize, seen: &str) -> IntakeError {
    let seen = seen.chars().take(400).map(|c| if c.is_control() { '�' } else { c }).collect();
    IntakeError::NoLayout { file: file.to_owned(), searched, seen }
}

fn table(
    plan: Plan,
    meta: Meta,
    options: &Options,
    mut rows: impl Rows,
    progress: &mut dyn FnMut(Progress),
) -> Result<Intake, IntakeError> {
    Table::new(plan, meta, options)?.run(&mut rows, progress)
}

fn text(
    raw: &Raw,
    mut meta: Meta,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Intake, IntakeError> {
    let gzip = meta.gzip;
    let mut head = [0; 4];
    let got = {
        use std::io::Read;
        let mut reader = raw.text(gzip)?;
        let mut got = 0;
        while got < head.len() {
            match reader.read(&mut head[got..]).map_err(|e| from_io(&raw.name, e))? {
                0 => break,
                n => got += n,
            }
        }
        got
    };
    let charset = match Charset::by_mark(&head[..got]) {
        Some(charset) => charset,
        None => Charset::by_content(&raw.name, &mut *raw.text(gzip)?)?,
    };
    meta.encoding = Some(charset.name());
    let mut reader = raw.text(gzip)?;
    std::io::copy(&mut std::io::Read::take(&mut reader, charset.mark as u64), &mut std::io::sink())
        .map_err(|e| from_io(&raw.name, e))?;
    let mut rows = TextRows::new(&raw.name, transcode(reader, charset), charset);
    let lines = rows.peek()?;
    let mut seen = String::new();
    for (row, line, fault) in &lines {
        if fault.is_some() {
            continue;
        }
        for delimiter in [b',', b';', b'\t', b'|'] {
            let header = split_header(line, delimiter);
            let fields: Vec<&str> = header.iter().map(String::as_str).collect();
            if fields.len() > seen.matches(", ").count() + 1 || seen.is_empty() {
                seen = fields.join(", ");
            }
            if fields.len() < 2 {
                continue;
            }
            if let Some(plan) = recognised(&raw.name, *row, &fields, false)? {
                rows.delimiter = delimiter;
                rows.skip_to(*row);
                meta.delimiter = Some(char::from(delimiter));
                meta.header_row = *row;
                return table(plan, meta, options, rows, progress);
            }
        }
    }
    Err(no_layout(&raw.name, lines.len().min(HEADER_SEARCH), &seen))
}

fn json(
    raw: &Raw,
    mut meta: Meta,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Intake, IntakeError> {
    use std::io::Read;
    meta.format = "json";
    meta.encoding = Some("UTF-8");
    let mut content = Vec::new();
    raw.text(meta.gzip)?.take(MAX_JSON + 1).read_to_end(&mut content).map_err(|e| from_io(&raw.name, e))?;
    if content.len() as u64 > MAX_JSON {
        let what = format!("it is a JSON document of more than {MAX_JSON} bytes");
        return Err(IntakeError::Bomb { file: raw.name.clone(), what });
    }
    let rows = JsonRows::parse(&raw.name, &content)?;
    drop(content);
    let header: Vec<&str> = rows.header.iter().map(String::as_str).collect();
    let plan =
        recognised(&raw.name, 0, &header, rows.snapshot)?.ok_or_else(|| no_layout(&raw.name, 1, &header.join(", ")))?;
    if let Some(swap) = rows.swapped {
        meta.notes.push((
            format!(
                "键 o3 和 o3_24h 被对调：{} 个站点的 o3 大于 o3_24h（24 小时最大值不可能小于其中一小时），{} 个相反；已换回",
                swap.hour_above, swap.hour_below
            ),
            format!(
                "the keys o3 and o3_24h are exchanged: o3 is above o3_24h at {} stations (a 24-hour maximum is never below one of its \
                 hours) and below it at {}; they were put right",
                swap.hour_above, swap.hour_below
            ),
        ));
    }
    table(plan, meta, options, rows, progress)
}

fn workbook(
    raw: &Raw,
    kind: Kind,
    mut meta: Meta,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Intake, IntakeError> {
    let mut recognise = |row: u64, header: &[&str]| recognised(&raw.name, row, header, false);
    let found = match &raw.body {
        Body::Memory(bytes) => {
            let book = (kind == Kind::Zip)
                .then(|| zipcheck::check(&raw.name, std::io::Cursor::new(&bytes[..])))
                .transpose()?;
            meta.format = format_of(book);
            search(&raw.name, std::io::Cursor::new(&bytes[..]), book, &mut recognise)?
        }
        Body::File(file) => {
            raw.rewind()?;
            let buffered = || std::io::BufReader::new(file);
            let book = (kind == Kind::Zip).then(|| zipcheck::check(&raw.name, buffered())).transpose()?;
            meta.format = format_of(book);
            raw.rewind()?;
            search(&raw.name, buffered(), book, &mut recognise)?
        }
    };
    let (sheet, plan): (Box<Sheet>, Plan) = match found {
        Search::Found(sheet, plan) => (sheet, plan),
        Search::Nothing(seen) => return Err(no_layout(&raw.name, HEADER_SEARCH, &seen)),
    };
    meta.sheet = Some(sheet.name.clone());
    meta.header_row = sheet.header_row;
    if !sheet.others.is_empty() {
        let others = sheet.others.join(", ");
        meta.notes.push((
            format!("只读取了工作表“{}”，未读取：{others}", sheet.name),
            format!("only the sheet `{}` was read, not: {others}", sheet.name),
        ));
    }
    table(plan, meta, options, *sheet, progress)
}

fn format_of(book: Option<zipcheck::Book>) -> &'static str {
    match book {
        Some(zipcheck::Book::Xlsx) => "xlsx",
        Some(zipcheck::Book::Xlsb) => "xlsb",
        Some(zipcheck::Book::Ods) => "ods",
        None => "xls",
    }
}

/// Position of a pollutant in [`Pollutant::ALL`].
pub(crate) fn slot(pollutant: Pollutant) -> usize {
    pollutant as usize
}
