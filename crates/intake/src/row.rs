use crate::IntakeError;
use crate::reject::Problem;

/// One row of a table, its fields in one buffer that is used again for the next row.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) text: String,
    pub(crate) spans: Vec<(u32, u32)>,
    /// Line, row or entry, from 1.
    pub(crate) row: u64,
    /// Why the row cannot be used at all.
    pub(crate) fault: Option<Problem>,
}

impl Record {
    pub(crate) fn clear(&mut self, row: u64) {
        self.text.clear();
        self.spans.clear();
        self.row = row;
        self.fault = None;
    }

    /// Appends a field.
    pub(crate) fn push(&mut self, field: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(field);
        self.spans.push((start, self.text.len() as u32));
    }

    /// Field `index` without surrounding white space; empty when there is none.
    pub(crate) fn get(&self, index: usize) -> &str {
        match self.spans.get(index) {
            Some(&(start, end)) => self.text.get(start as usize..end as usize).unwrap_or("").trim(),
            None => "",
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether no field holds anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.fault.is_none() && (0..self.len()).all(|i| self.get(i).is_empty())
    }
}

/// The data rows of a table after its header.
pub(crate) trait Rows {
    /// Reads the next row into `record`; `false` at the end.
    fn next(&mut self, record: &mut Record) -> Result<bool, IntakeError>;

    /// Bytes read of the file, for progress.
    fn position(&self) -> u64 {
        0
    }

    /// Whether rows must have exactly as many fields as the header (text), or are padded (all else).
    fn is_ragged(&self) -> bool {
        false
    }
}
