//! Small files, decoded whole and shared by the threads of a scan.

use std::sync::Arc;

use crate::Error;
use crate::canvas::{Pollutants, cell};
use crate::kernel::{Part, Plan};
use crate::reader::{Cursor, Footer, damaged};

/// A small file, decoded: where its rows go in the grid. Rows outside the grid are left out.
pub(crate) struct Small {
    /// Each monitor with its first row.
    pub(crate) monitors: Vec<(Box<str>, usize)>,
    pub(crate) slots: Vec<u32>,
    pub(crate) values: Vec<i64>,
    pub(crate) flags: Vec<u8>,
    /// Empty unless times have to be compared.
    pub(crate) learned: Vec<i64>,
}

impl Small {
    pub(crate) fn read(plan: &Plan<'_>, part: &Part) -> Result<Self, Error> {
        let keep = |footer: &Footer, group: usize| plan.keeps(footer, group, None, None);
        let mut cursor = Cursor::new(Arc::clone(&part.footer), plan.wanted(part), keep);
        let rows = part.footer.groups().iter().map(|g| usize::try_from(g.num_rows()).unwrap_or(0)).sum();
        let mut small = Self {
            monitors: Vec::new(),
            slots: Vec::with_capacity(rows),
            values: Vec::with_capacity(rows),
            flags: Vec::with_capacity(rows),
            learned: Vec::with_capacity(if plan.layout.compare { rows } else { 0 }),
        };
        let mut pollutants = Pollutants::default();
        let layout = &plan.layout;
        while cursor.fill()? {
            let Some(block) = cursor.block.as_ref() else { break };
            let (monitor, _, end) = block.run_at(cursor.row);
            let rows = cursor.row..end;
            cursor.row = end;
            let Some(pollutant) = pollutants.find(layout, block, rows.start) else { continue };
            if plan.monitors.is_some_and(|m| !m.contains(monitor)) {
                continue;
            }
            for row in rows {
                let learned = block.learned(row).unwrap_or(0);
                let Some(slot) = layout.slot(block.starts()[row]) else { continue };
                if part.until.is_some_and(|u| learned > u) {
                    continue;
                }
                if small.monitors.last().is_none_or(|(m, _)| **m != *monitor) {
                    if small.monitors.last().is_some_and(|(m, _)| **m > *monitor) {
                        return Err(damaged(part.footer.path(), "its rows are not sorted by monitor"));
                    }
                    small.monitors.push((monitor.into(), small.slots.len()));
                }
                let (value, flags) = cell(block, row);
                small.slots.push((pollutant * layout.slots + slot) as u32);
                small.values.push(value);
                small.flags.push(flags);
                if layout.compare {
                    small.learned.push(learned);
                }
            }
        }
        Ok(small)
    }

    pub(crate) fn seek(&self, from: Option<&str>) -> usize {
        self.monitors.partition_point(|(m, _)| from.is_some_and(|from| **m < *from))
    }
}
