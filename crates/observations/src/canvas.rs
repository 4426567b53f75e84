//! One monitor's grid under construction: where rows go, and what stands there.

use std::ops::Range;
use std::sync::Arc;

use crate::block::{Block, NO_VALUE};
use crate::scan::{Cell, Grid, NOTHING};
use crate::schema::HOUR_US;
use crate::small::Small;

/// Where a row goes in a grid.
#[derive(Clone, Copy)]
pub(crate) struct Layout<'a> {
    pub(crate) pollutants: &'a [&'a str],
    pub(crate) start_hour: i32,
    pub(crate) step: i32,
    pub(crate) slots: usize,
    /// Whether `learned_at` has to be compared row by row.
    pub(crate) compare: bool,
}

impl Layout<'_> {
    pub(crate) fn pollutant(&self, code: &str) -> Option<usize> {
        self.pollutants.iter().position(|p| *p == code)
    }

    /// The slot of a start, when it is in the grid.
    #[inline]
    pub(crate) fn slot(&self, start: i64) -> Option<usize> {
        let offset = start.wrapping_sub(i64::from(self.start_hour) * HOUR_US);
        let step = i64::from(self.step) * HOUR_US;
        let slot = offset / step;
        (offset >= 0 && slot * step == offset && (slot as usize) < self.slots).then_some(slot as usize)
    }
}

/// Where the pollutants of a row group are in the grid, looked up once a row group.
#[derive(Default)]
pub(crate) struct Pollutants {
    texts: Arc<Vec<Box<str>>>,
    places: Vec<Option<usize>>,
}

impl Pollutants {
    #[inline]
    pub(crate) fn find(&mut self, layout: &Layout<'_>, block: &Block, row: usize) -> Option<usize> {
        let (texts, key) = block.pollutant_key(row);
        if !Arc::ptr_eq(&self.texts, texts) {
            self.texts = Arc::clone(texts);
            self.places = texts.iter().map(|t| layout.pollutant(t)).collect();
        }
        self.places.get(key).copied().flatten()
    }
}

/// The grid under construction.
pub(crate) struct Canvas<'a> {
    pub(crate) layout: Layout<'a>,
    values: Vec<i64>,
    flags: Vec<u8>,
    /// When what is shown was learned; only where times have to be compared.
    learned: Vec<i64>,
    /// Whether anything has been laid on.
    pub(crate) touched: bool,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(layout: Layout<'a>) -> Self {
        let cells = layout.slots * layout.pollutants.len();
        let learned = if layout.compare { vec![i64::MIN; cells] } else { Vec::new() };
        Self { layout, values: vec![NOTHING; cells], flags: vec![0; cells], learned, touched: false }
    }

    pub(crate) fn clear(&mut self) {
        self.values.fill(NOTHING);
        self.flags.fill(0);
        self.learned.fill(i64::MIN);
        self.touched = false;
    }

    pub(crate) fn grid<'g>(&'g self, monitor: &'g str) -> Grid<'g> {
        Grid {
            monitor,
            start_hour: self.layout.start_hour,
            hours: self.layout.slots,
            step: self.layout.step,
            values: &self.values,
            flags: &self.flags,
        }
    }

    #[inline]
    pub(crate) fn set(&mut self, cell: usize, value: i64, flags: u8, learned: i64) {
        if self.layout.compare {
            if learned < self.learned[cell] {
                return;
            }
            self.learned[cell] = learned;
        }
        self.values[cell] = value;
        self.flags[cell] = flags;
    }

    pub(crate) fn lay_small(&mut self, small: &Small, rows: Range<usize>) {
        self.touched |= !rows.is_empty();
        for row in rows {
            let learned = small.learned.get(row).copied().unwrap_or(0);
            self.set(small.slots[row] as usize, small.values[row], small.flags[row], learned);
        }
    }

    /// Lays a run of rows of one pollutant on.
    pub(crate) fn lay_block(&mut self, block: &Block, mut rows: Range<usize>, pollutant: usize, until: Option<i64>) {
        let first = i64::from(self.layout.start_hour) * HOUR_US;
        let step = i64::from(self.layout.step) * HOUR_US;
        let end = first + self.layout.slots as i64 * step;
        let base = pollutant * self.layout.slots;
        let whole = until.is_none() && !self.layout.compare;
        if whole
            && let Some(start) = block.evenly_from(rows.clone(), step)
            && let Some(generated) = block.generated_alike(rows.clone())
            && let Some(status) = block.status_alike(rows.clone())
        {
            let offset = start - first;
            if offset % step != 0 {
                return;
            }
            // Rows before the first slot and after the last are left out.
            let slot = offset / step;
            let skip = usize::try_from(-slot).unwrap_or(0).min(rows.len());
            let room = usize::try_from(self.layout.slots as i64 - slot).unwrap_or(0).min(rows.len());
            if skip < room {
                let flags = status & Cell::STATUS | if generated { Cell::GENERATED } else { 0 };
                let at = base + usize::try_from(slot).unwrap_or(0);
                self.copy(block, rows.start + skip..rows.start + room, at, flags);
            }
            return;
        }
        let starts = block.starts();
        let run = &starts[rows.clone()];
        let low = run.partition_point(|s| *s < first);
        let high = run.partition_point(|s| *s < end);
        rows = rows.start + low..rows.start + high.max(low);
        for row in rows {
            let learned = block.learned(row).unwrap_or(0);
            if until.is_some_and(|u| learned > u) {
                continue;
            }
            if let Some(slot) = self.layout.slot(starts[row]) {
                self.touched = true;
                let (value, flags) = cell(block, row);
                self.set(base + slot, value, flags, learned);
            }
        }
    }

    /// Copies rows that lie side by side in the grid.
    pub(crate) fn copy(&mut self, block: &Block, rows: Range<usize>, at: usize, flags: u8) {
        self.touched = true;
        let cells = at..at + rows.len();
        self.values[cells.clone()].copy_from_slice(&block.values()[rows.clone()]);
        self.flags[cells].fill(flags);
        let first = rows.start;
        for (row, reason) in block.nulls(rows) {
            self.flags[at + row - first] = flags | Cell::MISSING | reason << 4;
        }
    }
}

/// Value and flags of one row.
#[inline]
pub(crate) fn cell(block: &Block, row: usize) -> (i64, u8) {
    let flags = block.status(row) & Cell::STATUS | if block.generated(row) { Cell::GENERATED } else { 0 };
    match block.value(row) {
        Some(value) => (value, flags),
        None => (NOTHING, flags | Cell::MISSING | block.reason(row) << 4),
    }
}

// A batch is copied into the grid as it is.
const _: () = assert!(NO_VALUE == NOTHING);
