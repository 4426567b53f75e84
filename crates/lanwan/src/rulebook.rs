use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use lanwan_rulebook::{Region, Rulebooks, Topic};
use serde::Serialize;

use crate::cli::{Answer, Failure, Format, parse_with};
use crate::conformance::{self, Outcome, TOPICS};
use crate::data::rulebooks;
use crate::output::{Row, print};

#[derive(Subcommand)]
pub(crate) enum RulebookCommand {
    /// List the rules, those in force on a day, or those of a topic.
    List {
        /// Only the rules in force on this day.
        #[arg(long, value_name = "DAY")]
        on: Option<NaiveDate>,
        /// Only the rules that apply here: CN or an adcode.
        #[arg(long, value_parser = parse_with::<Region>)]
        region: Option<Region>,
        /// Only the rules of this topic, such as air-limits.
        #[arg(long, value_parser = parse_with::<Topic>)]
        topic: Option<Topic>,
        /// A folder of further rule files.
        #[arg(long, value_name = "DIR")]
        rulebooks: Option<PathBuf>,
        /// How to print.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Show a rule file with its sources and gaps.
    Show {
        /// The rule's id, as listed.
        id: String,
        /// A folder of further rule files.
        #[arg(long, value_name = "DIR")]
        rulebooks: Option<PathBuf>,
    },
    /// Check a folder of rule files; exits 1 when something is wrong.
    Check {
        /// The folder; the built-in rules when left out.
        dir: Option<PathBuf>,
    },
}

#[derive(Serialize)]
struct Listed {
    id: String,
    topic: &'static str,
    edition: String,
    document: String,
    region: String,
    effective_from: String,
    effective_to: String,
    verification: &'static str,
    title: String,
}

impl Row for Listed {
    fn header() -> Vec<String> {
        ["id", "topic", "edition", "document", "region", "effective_from", "effective_to", "verification", "title"]
            .map(str::to_owned)
            .to_vec()
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.topic.to_owned(),
            self.edition.clone(),
            self.document.clone(),
            self.region.clone(),
            self.effective_from.clone(),
            self.effective_to.clone(),
            self.verification.to_owned(),
            self.title.clone(),
        ]
    }

    fn table_columns() -> Vec<usize> {
        vec![0, 1, 4, 5, 6, 7, 8]
    }
}

pub(crate) fn run(command: &RulebookCommand) -> Result<Answer, Failure> {
    match command {
        RulebookCommand::List { on, region, topic, rulebooks: dir, format } => {
            let all = rulebooks(dir.as_deref())?;
            let rows: Vec<Listed> = all
                .all()
                .iter()
                .filter(|r| on.is_none_or(|day| r.covers(day) && !r.draft))
                .filter(|r| region.is_none_or(|region| r.region.contains(&region)))
                .filter(|r| topic.is_none_or(|topic| r.topic == topic))
                .map(|r| Listed {
                    id: r.id.clone(),
                    topic: r.topic.code(),
                    edition: r.edition.clone(),
                    document: r.document.clone(),
                    region: r.region.to_string(),
                    effective_from: r.effective_from.to_string(),
                    effective_to: r.effective_to.map(|d| d.to_string()).unwrap_or_default(),
                    verification: r.verification.code(),
                    title: if r.draft { format!("{}（草案，不采用）", r.title_zh) } else { r.title_zh.clone() },
                })
                .collect();
            print(&rows, *format)?;
            Ok(Answer::Yes)
        }
        RulebookCommand::Show { id, rulebooks: dir } => {
            let all = rulebooks(dir.as_deref())?;
            let rule = all.get(id).ok_or_else(|| {
                Failure::usage(format!("there is no rule `{id}`; list them with `lanwan rulebook list`"))
            })?;
            let mut out = io::stdout().lock();
            writeln!(out, "{}  {}", rule.id, rule.document)?;
            writeln!(out, "{} / {}", rule.title_zh, rule.title_en)?;
            let to = rule.effective_to.map_or_else(|| "…".to_owned(), |d| d.to_string());
            writeln!(out, "适用 applies: {} .. {to}  地区 region: {}", rule.effective_from, rule.region)?;
            writeln!(out, "核实 mark: {} {}", rule.verification.zh(), rule.verification.code())?;
            writeln!(out, "SHA-256: {}  ({})", rule.hash, rule.path)?;
            for source in &rule.sources {
                writeln!(out, "来源 source: {source}")?;
            }
            for note in &rule.notes {
                writeln!(out, "注意 note: {note}")?;
            }
            writeln!(out, "\n{}", rule.text)?;
            Ok(Answer::Yes)
        }
        RulebookCommand::Check { dir } => {
            let checked = match dir {
                // By itself first, then beside the built-in rules, with which it will be used.
                Some(dir) => Rulebooks::load(dir).and_then(|own| Rulebooks::builtin_and(Some(dir)).map(|_| own)),
                None => Rulebooks::builtin(),
            };
            match checked {
                Ok(rules) => {
                    println!("{} rule files are in order", rules.all().len());
                    Ok(Answer::Yes)
                }
                Err(errors) => {
                    for error in &errors.0 {
                        println!("{error}");
                    }
                    println!("{} problem(s)", errors.0.len());
                    Ok(Answer::No)
                }
            }
        }
    }
}

#[derive(Args)]
pub(crate) struct ConformanceArgs {
    /// Files of cases: CSV with topic,rule,inputs_json,expected_json; further columns are for readers.
    #[arg(required_unless_present = "topics", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// List the topics there are.
    #[arg(long)]
    topics: bool,
    /// Only say what failed and the totals.
    #[arg(long, short)]
    quiet: bool,
    /// A folder of further rule files.
    #[arg(long, value_name = "DIR")]
    rulebooks: Option<PathBuf>,
}

pub(crate) fn conformance(args: &ConformanceArgs) -> Result<Answer, Failure> {
    let mut out = io::stdout().lock();
    if args.topics {
        for (topic, what) in TOPICS {
            writeln!(out, "{topic:<18} {what}")?;
        }
        return Ok(Answer::Yes);
    }
    let rules = rulebooks(args.rulebooks.as_deref())?;
    let (mut passed, mut failed, mut unknown) = (0, 0, 0);
    for path in &args.files {
        let name = path.display();
        let file = File::open(path).map_err(|e| Failure::input(format!("{name}: {e}")))?;
        let results = conformance::run(file, &rules).map_err(|e| Failure::input(format!("{name}: {e}")))?;
        for case in results {
            let id = if case.id.is_empty() { format!("row {}", case.row) } else { case.id.clone() };
            match case.outcome {
                Outcome::Pass => {
                    passed += 1;
                    if !args.quiet {
                        writeln!(out, "pass  {id}  {}", case.topic)?;
                    }
                }
                Outcome::NoSuchTopic => {
                    unknown += 1;
                    if !args.quiet {
                        writeln!(out, "no such topic  {id}  {}", case.topic)?;
                    }
                }
                Outcome::Fail(differences) => {
                    failed += 1;
                    for (key, expected, found) in differences {
                        writeln!(out, "fail  {id}  {}  {key}: expected {expected}, found {found}", case.topic)?;
                    }
                }
                Outcome::Broken(why) => {
                    failed += 1;
                    writeln!(out, "fail  {id}  {}  row {}: {why}", case.topic, case.row)?;
                }
            }
        }
    }
    writeln!(out, "{passed} passed, {failed} failed, {unknown} with no such topic")?;
    Ok(if failed == 0 { Answer::Yes } else { Answer::No })
}
