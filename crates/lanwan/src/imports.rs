use clap::Args;
use lanwan_records::{ImportRow, QuarantineRow};

use crate::cli::{Answer, DataArgs, Failure, Format, runtime};
use crate::data::DataFolder;
use crate::output::{Row, print};

#[derive(Args)]
pub(crate) struct ImportsArgs {
    /// Number of an import: list its quarantine instead.
    import: Option<i64>,
    /// At most this many lines.
    #[arg(long, default_value_t = 1000)]
    limit: u64,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    data: DataArgs,
}

impl Row for ImportRow {
    fn header() -> Vec<String> {
        [
            "import",
            "at",
            "file",
            "layout",
            "accepted",
            "missing",
            "repeated",
            "superseded",
            "rejected",
            "refused",
            "sha256",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            lanwan_terms::format_cst(self.at),
            self.file.clone(),
            self.layout.clone(),
            self.accepted.to_string(),
            self.missing.to_string(),
            self.repeated.to_string(),
            self.superseded.to_string(),
            self.rejected.to_string(),
            self.refused.to_string(),
            self.sha256.clone(),
        ]
    }

    fn table_columns() -> Vec<usize> {
        (0..10).collect()
    }
}

impl Row for QuarantineRow {
    fn header() -> Vec<String> {
        ["file", "row", "field", "text", "kind", "reason", "reason_en", "remedy", "remedy_en"]
            .map(str::to_owned)
            .to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.file.clone(),
            self.row.to_string(),
            self.field.clone(),
            self.text.clone(),
            self.kind.clone(),
            self.reason.clone(),
            self.reason_en.clone(),
            self.remedy.clone(),
            self.remedy_en.clone(),
        ]
    }

    fn table_columns() -> Vec<usize> {
        vec![1, 2, 3, 5, 7]
    }
}

pub(crate) fn run(args: &ImportsArgs) -> Result<Answer, Failure> {
    let folder = DataFolder::open(&args.data.data)?;
    let runtime = runtime()?;
    let records = runtime.block_on(folder.records())?;
    match args.import {
        None => print(&runtime.block_on(records.imports(args.limit)).map_err(Failure::input)?, args.format)?,
        Some(id) => {
            if runtime.block_on(records.import(id)).map_err(Failure::input)?.is_none() {
                return Err(Failure::usage(format!("there is no import {id}; list them with `lanwan imports`")));
            }
            print(&runtime.block_on(records.quarantine(id, 0, args.limit)).map_err(Failure::input)?, args.format)?;
        }
    }
    Ok(Answer::Yes)
}
