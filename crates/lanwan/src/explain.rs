use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use lanwan_assess::Explanation;
use lanwan_terms::format_cst;
use serde_json::json;

use crate::assess::{from_files, from_folder};
use crate::cli::{Answer, DataArgs, Failure, FileArgs, Format};
use crate::data::DataFolder;

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// 结论的地址。The finding's id, as printed in the column `finding`.
    id: String,
    /// Explain from these files instead of the data folder.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print: table is text for reading.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Show at most this many readings and findings below.
    #[arg(long, default_value_t = 200)]
    limit: usize,
    #[command(flatten)]
    read: FileArgs,
    #[command(flatten)]
    data: DataArgs,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<Answer, Failure> {
    let assessor = if args.files.is_empty() {
        from_folder(&DataFolder::open(&args.data.data)?)?
    } else {
        from_files(&args.files, &args.read, None, None)?
    };
    let explained = assessor.explain(&args.id).map_err(Failure::input)?;
    match args.format {
        Format::Table => text(&explained, args.limit)?,
        Format::Json => println!("{}", serde_json::to_string_pretty(&as_json(&explained)).map_err(Failure::internal)?),
        Format::Csv => return Err(Failure::usage("an explanation is no table; use --format table or json")),
    }
    Ok(if explained.reproduced { Answer::Yes } else { Answer::No })
}

fn text(explained: &Explanation, limit: usize) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}\n{}", explained.title, explained.title_en)?;
    let mark = explained.verification;
    let generated = if explained.generated { "  【演示数据 generated data】" } else { "" };
    writeln!(
        out,
        "版本 edition {}  数据状态 status {}  核实 mark {} {}{generated}",
        explained.edition,
        explained.status,
        mark.zh(),
        mark.code()
    )?;
    if !explained.reproduced {
        writeln!(
            out,
            "注意：重新计算的内容与地址中的摘要不一致 / the content no longer comes out the same; now {}",
            explained.id
        )?;
    }
    writeln!(out, "\n结果 result")?;
    for figure in &explained.result {
        writeln!(out, "  {} {} = {} {}", figure.name, figure.name_en, figure.value, figure.unit)?;
    }
    writeln!(out, "\n依据 steps")?;
    for (i, step) in explained.steps.iter().enumerate() {
        writeln!(out, "  {}. {}", i + 1, step.text)?;
        if let Some(rule) = &step.rule {
            writeln!(out, "     ↳ {} {} [{}] {}", rule.document, rule.clause, rule.verification.code(), rule.id)?;
        }
    }
    if !explained.inputs.is_empty() {
        writeln!(out, "\n下级结论 findings below: {}", explained.inputs.len())?;
        for input in explained.inputs.iter().take(limit) {
            writeln!(out, "  {}  {}  {}", input.title, input.value, input.id)?;
        }
    }
    if !explained.readings.is_empty() {
        writeln!(out, "\n监测数据 readings: {}", explained.readings.len())?;
        for row in explained.readings.iter().take(limit) {
            let reading = &row.stored.reading;
            let value = reading.value.map_or_else(|reason| reason.code().to_owned(), |v| v.to_string());
            write!(
                out,
                "  {} {} {} {value} {} {} {}",
                reading.monitor,
                row.pollutant,
                format_cst(reading.start),
                row.pollutant.unit().code(),
                reading.status.code(),
                reading.source
            )?;
            for old in &row.superseded {
                write!(out, "  (原值 was {} until {})", old.value, format_cst(row.stored.learned_at))?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

fn as_json(explained: &Explanation) -> serde_json::Value {
    json!({
        "id": explained.id,
        "kind": explained.key.kind.code(),
        "place": explained.key.place,
        "period": explained.key.period,
        "title": explained.title,
        "title_en": explained.title_en,
        "edition": explained.edition,
        "as_of": explained.key.options.as_of.map(format_cst),
        "reproduced": explained.reproduced,
        "status": explained.status.to_string(),
        "generated": explained.generated,
        "verification": explained.verification.code(),
        "result": explained.result.iter().map(|f| json!({
            "name": f.name, "name_en": f.name_en, "value": f.value, "unit": f.unit,
        })).collect::<Vec<_>>(),
        "steps": explained.steps.iter().map(|s| json!({
            "text": s.text, "text_en": s.text_en, "rule": s.rule,
        })).collect::<Vec<_>>(),
        "rules": explained.rules,
        "inputs": explained.inputs.iter().map(|i| json!({
            "finding": i.id, "title": i.title, "value": i.value,
        })).collect::<Vec<_>>(),
        "readings": explained.readings.iter().map(|r| {
            let reading = &r.stored.reading;
            json!({
                "monitor": reading.monitor,
                "pollutant": r.pollutant,
                "start": format_cst(reading.start),
                "value": reading.value.ok(),
                "reason": reading.value.err(),
                "unit": r.pollutant.unit().code(),
                "status": reading.status,
                "source": reading.source,
                "learned_at": format_cst(r.stored.learned_at),
                "superseded": r.superseded.iter().map(|s| json!({
                    "value": s.value, "learned_at": format_cst(s.learned_at),
                })).collect::<Vec<_>>(),
            })
        }).collect::<Vec<_>>(),
    })
}
