//! From text to rule files. The parser's words are turned into file, line and key.

use std::path::Path;

use lanwan_terms::Verification;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::rulebook::body_of;
use crate::{Rulebook, RulebookError, Topic, check};

#[derive(rust_embed::Embed)]
#[folder = "../../rulebooks"]
struct Files;

/// A rule file before it is read: its path and text.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The embedded files.
pub(crate) fn embedded(errors: &mut Vec<RulebookError>) -> Vec<Source> {
    let mut sources = Vec::new();
    for path in Files::iter().filter(|p| p.ends_with(".toml")) {
        let bytes = Files::get(&path).map(|f| f.data.into_owned()).unwrap_or_default();
        push(path.into_owned(), bytes, &mut sources, errors);
    }
    sources
}

/// Every `*.toml` under `dir`, recursively, in the order of the paths. A missing or unreadable folder is an error.
pub(crate) fn folder(dir: &Path, errors: &mut Vec<RulebookError>) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) => {
                errors.push(RulebookError::Read { file: folder.display().to_string(), reason: e.to_string() });
                continue;
            }
        };
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(e) => {
                    errors.push(RulebookError::Read { file: folder.display().to_string(), reason: e.to_string() });
                    continue;
                }
            };
            if path.is_dir() && !path.is_symlink() {
                waiting.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                match std::fs::read(&path) {
                    Ok(bytes) => push(path.display().to_string(), bytes, &mut sources, errors),
                    Err(e) => {
                        errors.push(RulebookError::Read { file: path.display().to_string(), reason: e.to_string() });
                    }
                }
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn push(path: String, bytes: Vec<u8>, sources: &mut Vec<Source>, errors: &mut Vec<RulebookError>) {
    match String::from_utf8(bytes) {
        Ok(text) => sources.push(Source { path, text }),
        Err(e) => errors.push(RulebookError::Read {
            file: path,
            reason: format!("byte {} is not UTF-8; save the file as UTF-8", e.utf8_error().valid_up_to()),
        }),
    }
}

/// Reads and checks one file.
pub(crate) fn read(source: Source, errors: &mut Vec<RulebookError>) -> Option<Rulebook> {
    let before = errors.len();
    let Source { path, text } = source;
    let (table, topic) = match peek(&path, &text) {
        Ok(found) => found,
        Err(e) => {
            errors.push(e);
            return None;
        }
    };
    let (header, body) = match body_of(&path, &text, topic) {
        Ok(parsed) => parsed,
        Err(e) => {
            errors.push(e);
            return None;
        }
    };
    let mut walk = Walk { file: &path, worst: Verification::Verified, errors };
    if let Some(body) = table.get("body") {
        walk.visit(body, "body");
    }
    let worst = walk.worst;
    if let Some(stated) = header.verification.filter(|stated| *stated < worst) {
        errors.push(RulebookError::Value {
            file: path.clone(),
            key: "rule.verification".to_owned(),
            reason: format!(
                "`{}` is better than the worst entry, `{}`; leave it out or state no better",
                stated.code(),
                worst.code()
            ),
        });
    }
    let hash = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let rulebook = Rulebook {
        id: header.id,
        topic: header.topic,
        edition: header.edition,
        document: header.document,
        title_zh: header.title_zh,
        title_en: header.title_en,
        region: header.region,
        effective_from: header.effective_from,
        effective_to: header.effective_to,
        draft: header.draft,
        verification: header.verification.map_or(worst, |stated| stated.max(worst)),
        sources: header.sources,
        notes: header.notes,
        body,
        hash,
        path,
        text,
    };
    check::rulebook(&rulebook, errors);
    (errors.len() == before).then_some(rulebook)
}

/// The topic decides the shape of the rest, so it is read first.
fn peek(file: &str, text: &str) -> Result<(toml::Table, Topic), RulebookError> {
    let table: toml::Table = toml::from_str(text).map_err(|e| {
        let (line, column) = e.span().map_or((1, 1), |span| position(text, span.start));
        RulebookError::Syntax { file: file.to_owned(), line, column, reason: e.message().to_owned() }
    })?;
    let shape = |key: &str, reason: String| RulebookError::Shape {
        file: file.to_owned(),
        line: line_of(text, key),
        key: format!("rule.{key}"),
        reason,
    };
    let topic = table.get("rule").and_then(|rule| rule.get("topic"));
    let known = || Topic::ALL.iter().map(|t| t.code()).collect::<Vec<_>>().join(", ");
    let topic = match topic {
        Some(toml::Value::String(code)) => code.parse().map_err(|reason| shape("topic", reason))?,
        Some(_) => return Err(shape("topic", format!("expected text, one of {}", known()))),
        None => {
            return Err(shape(
                "topic",
                format!("missing; every file begins with [rule] and a topic, one of {}", known()),
            ));
        }
    };
    Ok((table, topic))
}

/// Reads the text as a `T`, with the key's path in the error.
pub(crate) fn typed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, RulebookError> {
    let syntax = |e: &toml::de::Error| {
        let (line, column) = e.span().map_or((1, 1), |span| position(text, span.start));
        RulebookError::Syntax { file: file.to_owned(), line, column, reason: e.message().to_owned() }
    };
    let deserializer = toml::Deserializer::parse(text).map_err(|e| syntax(&e))?;
    serde_path_to_error::deserialize(deserializer).map_err(|e| {
        let key = e.path().to_string();
        let inner = e.inner();
        let (line, _) = inner.span().map_or((1, 1), |span| position(text, span.start));
        RulebookError::Shape { file: file.to_owned(), line, key, reason: inner.message().to_owned() }
    })
}

fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

fn line_of(text: &str, key: &str) -> usize {
    text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |i| i + 1)
}

/// What holds for the entries of every topic.
struct Walk<'a> {
    file: &'a str,
    worst: Verification,
    errors: &'a mut Vec<RulebookError>,
}

impl Walk<'_> {
    /// Finds the worst `verification` at any depth, and clauses that say nothing.
    fn visit(&mut self, value: &toml::Value, key: &str) {
        match value {
            toml::Value::Table(table) => {
                for (name, value) in table {
                    let key = format!("{key}.{name}");
                    match (name.as_str(), value.as_str()) {
                        ("verification", Some("unverified")) => self.worst = Verification::Unverified,
                        ("verification", Some("one-source")) => self.worst = self.worst.max(Verification::OneSource),
                        ("clause", Some(text)) if text.trim().is_empty() => self.errors.push(RulebookError::Value {
                            file: self.file.to_owned(),
                            key,
                            reason: "is empty; name the section, table or annex of the document".to_owned(),
                        }),
                        _ => self.visit(value, &key),
                    }
                }
            }
            toml::Value::Array(values) => {
                for (i, value) in values.iter().enumerate() {
                    self.visit(value, &format!("{key}[{i}]"));
                }
            }
            _ => {}
        }
    }
}
