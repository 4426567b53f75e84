//! Text tables: encodings, lines of bounded length, quoted fields.
//!
//! Records are split here rather than by a CSV library because two things are needed that none gives: a bound on the length
//! of a record, and the lines back that an open quotation mark would swallow.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::IntakeError;
use crate::error::from_io;
use crate::reject::Problem;
use crate::row::{Record, Rows};

/// The longest line that is read.
pub(crate) const MAX_LINE: usize = 1 << 20;
/// The most lines that one quoted field may run over.
const MAX_QUOTED_LINES: usize = 16;
/// Rows searched for the header.
pub(crate) const HEADER_SEARCH: usize = 20;

/// A text encoding and the length of its byte order mark.
#[derive(Clone, Copy)]
pub(crate) struct Charset {
    pub(crate) encoding: &'static Encoding,
    pub(crate) mark: usize,
}

impl Charset {
    /// By byte order mark, or `None`.
    pub(crate) fn by_mark(head: &[u8]) -> Option<Self> {
        Encoding::for_bom(head).map(|(encoding, mark)| Self { encoding, mark })
    }

    pub(crate) fn name(self) -> &'static str {
        match (self.encoding == UTF_8, self.mark) {
            (true, 0) => "UTF-8",
            (true, _) => "UTF-8 with BOM",
            _ if self.encoding == UTF_16LE => "UTF-16LE",
            _ if self.encoding == UTF_16BE => "UTF-16BE",
            _ => "GB18030",
        }
    }

    /// Decides between UTF-8 and GB18030 by the whole text, so that the order of its lines does not matter.
    pub(crate) fn by_content(file: &str, reader: &mut dyn BufRead) -> Result<Self, IntakeError> {
        let (mut utf8, mut other, mut row) = (0u64, 0u64, 0u64);
        let mut line = Vec::new();
        loop {
            line.clear();
            row += 1;
            if read_line(file, reader, row, &mut line)? == 0 {
                break;
            }
            match std::str::from_utf8(&line) {
                Ok(text) if text.is_ascii() => {}
                Ok(_) => utf8 += 1,
                Err(_) => other += 1,
            }
        }
        Ok(Self { encoding: if other > utf8 { GB18030 } else { UTF_8 }, mark: 0 })
    }
}

/// Reads one line with its line feed; 0 at the end.
fn read_line(file: &str, reader: &mut dyn BufRead, row: u64, line: &mut Vec<u8>) -> Result<usize, IntakeError> {
    let got = (&mut *reader).take(MAX_LINE as u64 + 1).read_until(b'\n', line).map_err(|e| from_io(file, e))?;
    if got > MAX_LINE {
        return Err(IntakeError::LineTooLong { file: file.to_owned(), row, limit: MAX_LINE });
    }
    Ok(got)
}

/// UTF-16 to UTF-8; what is malformed becomes U+FFFD.
struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    from: usize,
    ended: bool,
    done: bool,
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.done || out.len() < 16 {
                return Ok(0);
            }
            if self.from == self.raw.len() && !self.ended {
                self.raw.resize(16 << 10, 0);
                let got = self.inner.read(&mut self.raw)?;
                self.raw.truncate(got);
                self.from = 0;
                self.ended = got == 0;
            }
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.raw[self.from..], out, self.ended);
            self.from += read;
            self.done = self.ended && result == CoderResult::InputEmpty;
            if written > 0 || self.done {
                return Ok(written);
            }
        }
    }
}

/// Text as lines of UTF-8, or of GB18030 when that is how it came.
pub(crate) fn transcode<'a>(reader: Box<dyn BufRead + 'a>, charset: Charset) -> Box<dyn BufRead + 'a> {
    if charset.encoding == UTF_16LE || charset.encoding == UTF_16BE {
        let decoder = charset.encoding.new_decoder_with_bom_removal();
        let raw = Vec::new();
        return Box::new(io::BufReader::new(Transcoder {
            inner: reader,
            decoder,
            raw,
            from: 0,
            ended: false,
            done: false,
        }));
    }
    reader
}

/// A line's number, its text, and why it cannot be used.
type Line = (u64, String, Option<Problem>);

/// The records of a delimited text.
pub(crate) struct TextRows<'a> {
    file: String,
    reader: Box<dyn BufRead + 'a>,
    charset: Charset,
    pub(crate) delimiter: u8,
    row: u64,
    raw: Vec<u8>,
    line: String,
    waiting: VecDeque<Line>,
    position: u64,
}

impl<'a> TextRows<'a> {
    /// Over `reader`, which stands behind the byte order mark.
    pub(crate) fn new(file: &str, reader: Box<dyn BufRead + 'a>, charset: Charset) -> Self {
        Self {
            file: file.to_owned(),
            reader,
            charset,
            delimiter: b',',
            row: 0,
            raw: Vec::new(),
            line: String::new(),
            waiting: VecDeque::new(),
            position: 0,
        }
    }

    /// The first lines, which stay to be read.
    pub(crate) fn peek(&mut self) -> Result<Vec<Line>, IntakeError> {
        let mut lines = Vec::new();
        while lines.len() < HEADER_SEARCH {
            match self.line()? {
                Some(fault) => lines.push((self.row, std::mem::take(&mut self.line), fault)),
                None => break,
            }
        }
        self.waiting = lines.iter().cloned().collect();
        Ok(lines)
    }

    /// Forgets the lines up to and with `row`.
    pub(crate) fn skip_to(&mut self, row: u64) {
        self.waiting.retain(|(r, ..)| *r > row);
    }

    /// The next line into `self.line`, its number into `self.row`.
    fn line(&mut self) -> Result<Option<Option<Problem>>, IntakeError> {
        if let Some((row, line, fault)) = self.waiting.pop_front() {
            (self.row, self.line) = (row, line);
            return Ok(Some(fault));
        }
        self.raw.clear();
        self.row = self.row.max(1) + u64::from(self.position > 0);
        let got = read_line(&self.file, &mut *self.reader, self.row, &mut self.raw)?;
        if got == 0 {
            return Ok(None);
        }
        self.position += got as u64;
        let end = self.raw.iter().rposition(|b| !matches!(b, b'\n' | b'\r')).map_or(0, |i| i + 1);
        let raw = &self.raw[..end];
        self.line.clear();
        let valid = decode(raw, self.charset, &mut self.line);
        Ok(Some(if !valid {
            Some(Problem::BadEncoding(self.charset.name()))
        } else if self.line.contains('\0') {
            Some(Problem::NulByte)
        } else {
            None
        }))
    }
}

/// Appends the text of a line; `false` when it is not valid.
fn decode(raw: &[u8], charset: Charset, line: &mut String) -> bool {
    if charset.encoding == GB18030 {
        if raw.is_ascii() {
            line.push_str(std::str::from_utf8(raw).unwrap_or_default());
            return true;
        }
        // Chinese in UTF-8 mostly is valid GB18030 too, with other characters.
        if std::str::from_utf8(raw).is_ok_and(|t| t.chars().any(|c| ('\u{3000}'..='\u{9fff}').contains(&c))) {
            return false;
        }
        let (text, malformed) = GB18030.decode_without_bom_handling(raw);
        line.push_str(&text);
        return !malformed && !text.contains('\u{fffd}');
    }
    match std::str::from_utf8(raw) {
        Ok(text) => {
            line.push_str(text);
            !text.contains('\u{fffd}')
        }
        Err(_) => {
            line.push_str(&String::from_utf8_lossy(raw));
            false
        }
    }
}

/// The fields of a header line.
pub(crate) fn split_header(line: &str, delimiter: u8) -> Vec<String> {
    let mut record = Record::default();
    match split(line, delimiter, &mut record) {
        Ok(true) => (0..record.len()).map(|i| record.get(i).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Splits `line`; `Ok(false)` when a quotation mark is open at its end.
fn split(line: &str, delimiter: u8, record: &mut Record) -> Result<bool, Problem> {
    record.text.clear();
    record.spans.clear();
    if !line.contains('"') {
        record.text.push_str(line);
        let mut start = 0u32;
        for (i, b) in line.bytes().enumerate() {
            if b == delimiter {
                record.spans.push((start, i as u32));
                start = i as u32 + 1;
            }
        }
        record.spans.push((start, line.len() as u32));
        return Ok(true);
    }
    let bytes = line.as_bytes();
    let mut at = 0;
    loop {
        let start = record.text.len() as u32;
        let blank = bytes[at..].iter().take_while(|b| **b == b' ' && delimiter != b' ').count();
        if bytes.get(at + blank) == Some(&b'"') {
            at += blank + 1;
            loop {
                let Some(close) = line[at..].find('"') else { return Ok(false) };
                record.text.push_str(&line[at..at + close]);
                at += close + 1;
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                record.text.push('"');
                at += 1;
            }
            record.spans.push((start, record.text.len() as u32));
            at += bytes[at..].iter().take_while(|b| **b == b' ').count();
            match bytes.get(at) {
                None => return Ok(true),
                Some(b) if *b == delimiter => at += 1,
                Some(_) => return Err(Problem::StrayQuote),
            }
        } else {
            let end = bytes[at..].iter().position(|b| *b == delimiter).map_or(bytes.len(), |i| at + i);
            record.text.push_str(&line[at..end]);
            record.spans.push((start, record.text.len() as u32));
            if end == bytes.len() {
                return Ok(true);
            }
            at = end + 1;
        }
    }
}

impl Rows for TextRows<'_> {
    fn next(&mut self, record: &mut Record) -> Result<bool, IntakeError> {
        loop {
            record.clear(0);
            let Some(fault) = self.line()? else { return Ok(false) };
            record.row = self.row;
            if fault.is_some() {
                record.push(&self.line);
                record.fault = fault;
                return Ok(true);
            }
            match split(&self.line, self.delimiter, record) {
                Ok(true) => {}
                Ok(false) => self.quoted(record)?,
                Err(problem) => {
                    record.text.clear();
                    record.spans.clear();
                    record.push(&self.line);
                    record.fault = Some(problem);
                }
            }
            if !record.is_blank() {
                return Ok(true);
            }
        }
    }

    fn position(&self) -> u64 {
        self.position
    }

    fn is_ragged(&self) -> bool {
        true
    }
}

impl TextRows<'_> {
    /// A quoted field runs on: takes the following lines, or gives them back when it is never closed.
    fn quoted(&mut self, record: &mut Record) -> Result<(), IntakeError> {
        let (row, first) = (self.row, std::mem::take(&mut self.line));
        let mut all = first.clone();
        let mut taken: Vec<Line> = Vec::new();
        while taken.len() < MAX_QUOTED_LINES && all.len() < MAX_LINE {
            let Some(fault) = self.line()? else { break };
            let faulty = fault.is_some();
            all.push('\n');
            all.push_str(&self.line);
            taken.push((self.row, std::mem::take(&mut self.line), fault));
            if faulty {
                break;
            }
            match split(&all, self.delimiter, record) {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(_) => break,
            }
        }
        for line in taken.into_iter().rev() {
            self.waiting.push_front(line);
        }
        record.clear(row);
        record.push(&first);
        record.fault = Some(Problem::OpenQuote);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(u64, Result<Vec<String>, Problem>)> {
        let charset = Charset { encoding: UTF_8, mark: 0 };
        let mut rows = TextRows::new("t.csv", Box::new(text), charset);
        let (mut record, mut all) = (Record::default(), Vec::new());
        while rows.next(&mut record).expect("no error") {
            let fields = (0..record.len()).map(|i| record.get(i).to_owned()).collect();
            all.push((record.row, record.fault.clone().map_or(Ok(fields), Err)));
        }
        all
    }

    fn ok(fields: &[&str]) -> Result<Vec<String>, Problem> {
        Ok(fields.iter().map(|f| (*f).to_owned()).collect())
    }

    #[test]
    fn fields_may_be_quoted_and_hold_delimiters_quotes_and_line_breaks() {
        assert_eq!(
            rows(b"a,\"b,\"\"c\"\"\" , d\r\n\r\n\"x\ny\",z\n,,\n"),
            [(1, ok(&["a", "b,\"c\"", "d"])), (3, ok(&["x\ny", "z"]))]
        );
    }

    #[test]
    fn an_open_quote_swallows_no_other_row() {
        assert_eq!(
            rows(b"a,\"b\nc,d\ne,f\n"),
            [(1, Err(Problem::OpenQuote)), (2, ok(&["c", "d"])), (3, ok(&["e", "f"]))]
        );
        assert_eq!(rows(b"\"a,\"b\nc,d\n"), [(1, Err(Problem::StrayQuote)), (2, ok(&["c", "d"]))]);
    }

    #[test]
    fn a_row_of_another_encoding_is_told_apart() {
        let got = rows(b"a,1\n\xc7\xe0\xb5\xba,2\nb\0,3\n");
        assert_eq!(got[0].1, ok(&["a", "1"]));
        assert_eq!(got[1].1, Err(Problem::BadEncoding("UTF-8")));
        assert_eq!(got[2].1, Err(Problem::NulByte));
    }
}
