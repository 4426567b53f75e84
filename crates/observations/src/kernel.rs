//! The scan: sorted runs of rows, laid over each other into dense grids, one monitor at a time.
//!
//! Files of a month are laid on in the order in which they were learned, and the rows inside a file are sorted by
//! `learned_at` last, so what is learned later overwrites what was learned before without comparing times. Only when the
//! times of two files overlap (another writer made them) are the times themselves compared.

use std::collections::BTreeSet;
use std::ops::{Bound, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};


use crate::files::DataFile;
use crate::block::{Block, NO_VALUE};
use crate::reader::{Cursor, Footer, Wanted, damaged};
use crate::schema::{GROUP_ROWS, HOUR_US, align_up, step};
use crate::scan::{Cell, Grid, NOTHING, Scan, ScanStats};
use crate::{Error, Snapshot};

/// Files of at most this many rows are read whole, once for all threads…
const SMALL_ROWS: u64 = GROUP_ROWS as u64;
/// …as long as they have no more rows than this together (13 bytes each).
const SMALL_ROWS_TOGETHER: u64 = 3_000_000;

impl Snapshot {
    /// Calls `f` once for every monitor that has a row in the hours asked for, from several threads at once.
    ///
    /// Of several readings with the same identity the one learned last, not after `as_of`, is shown. The grids do not depend on
    /// the number of threads nor on how the rows were split into files; the order of the calls does.
    /// When there is an error, `f` may have been called for some monitors.
    ///
    /// # Errors
    /// [`Error::Damaged`] names a file that cannot be read.
    pub fn scan(&self, scan: &Scan<'_>, f: impl Fn(&Grid<'_>) + Sync) -> Result<ScanStats, Error> {
        let Some(plan) = Plan::new(self, scan)? else { return Ok(ScanStats::default()) };
        let bounds = plan.boundaries(scan.threads.max(1))?;
        let counts = Counts::default();
        std::thread::scope(|scope| {
            let workers: Vec<_> = bounds
                .windows(2)
                .map(|pair| {
                    let (plan, f, counts) = (&plan, &f, &counts);
                    let (from, to) = (pair[0].as_deref(), pair[1].as_deref());
                    scope.spawn(move || plan.run(from, to, f, counts))
                })
                .collect();
            workers.into_iter().try_for_each(|w| match w.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })?;
        let files = plan.parts.len() as u64;
        let small: u64 = plan.parts.iter().filter_map(|p| p.small.as_ref()).map(|s| s.slots.len() as u64).sum();
        Ok(ScanStats {
            monitors: counts.monitors.load(Ordering::Relaxed),
            rows: counts.rows.load(Ordering::Relaxed) + small,
            files,
        })
    }
}

#[derive(Default)]
struct Counts {
    monitors: AtomicU64,
    rows: AtomicU64,
}

/// A file that takes part in the scan.
struct Part {
    footer: Arc<Footer>,
    /// Rows learned after this are left out.
    until: Option<i64>,
    small: Option<Small>,
}

/// What a scan will read, and where it goes.
struct Plan<'a> {
    layout: Layout<'a>,
    hours: Range<i32>,
    monitors: Option<&'a BTreeSet<String>>,
    parts: Vec<Part>,
}

/// Where a row goes in a grid.
#[derive(Clone, Copy)]
struct Layout<'a> {
    pollutants: &'a [&'a str],
    start_hour: i32,
    step: i32,
    slots: usize,
    /// Whether `learned_at` has to be compared row by row.
    compare: bool,
}

impl<'a> Plan<'a> {
    fn new(snapshot: &Snapshot, scan: &Scan<'a>) -> Result<Option<Self>, Error> {
        // Beyond these no reading is accepted; within them no arithmetic on hours can overflow.
        let limit = |hour: i32| hour.clamp(-700_000, 2_100_000);
        let (start_hour, end) = (align_up(scan.span, limit(scan.hours.start)), limit(scan.hours.end));
        let step = step(scan.span);
        if start_hour >= end || scan.pollutants.is_empty() {
            return Ok(None);
        }
        let slots = ((end - start_hour + step - 1) / step) as usize;
        let hours = start_hour..end;
        let until = scan.as_of.map(|t| t.timestamp_micros());
        let mut chosen: Vec<&Arc<DataFile>> = Vec::new();
        let mut compare = false;
        for month in snapshot.months(scan.span) {
            let first = chosen.len();
            chosen.extend(month.iter().filter(|f| {
                f.meets_hours(&hours)
                    && until.is_none_or(|u| f.learned.0 <= u)
                    && scan.monitors.is_none_or(|m| any_within(m, &f.monitors.0, Some(&f.monitors.1)))
            }));
            compare |= chosen[first..].windows(2).any(|pair| pair[0].learned.1 >= pair[1].learned.0);
        }
        let layout = Layout { pollutants: scan.pollutants, start_hour, step, slots, compare };
        let mut plan = Self { layout, hours, monitors: scan.monitors, parts: Vec::with_capacity(chosen.len()) };
        let mut small_rows = 0;
        let mut small = Vec::new();
        for file in chosen {
            let until = until.filter(|u| file.learned.1 > *u);
            if file.rows <= SMALL_ROWS && small_rows + file.rows <= SMALL_ROWS_TOGETHER {
                small_rows += file.rows;
                small.push(plan.parts.len());
            }
            plan.parts.push(Part { footer: Arc::clone(file.footer()?), until, small: None });
        }
        plan.load(&small, scan.threads.max(1))?;
        Ok(Some(plan))
    }

    /// Reads the small files whole.
    fn load(&mut self, which: &[usize], threads: usize) -> Result<(), Error> {
        let share = which.len().div_ceil(threads).max(1);
        let this = &*self;
        let loaded: Vec<Result<Vec<Small>, Error>> = std::thread::scope(|scope| {
            let workers: Vec<_> = which
                .chunks(share)
                .map(|chunk| scope.spawn(move || chunk.iter().map(|i| Small::read(this, &this.parts[*i])).collect()))
                .collect();
            workers
                .into_iter()
                .map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        let mut which = which.iter();
        for chunk in loaded {
            for small in chunk? {
                if let Some(index) = which.next() {
                    self.parts[*index].small = Some(small);
                }
            }
        }
        Ok(())
    }

    fn wanted(&self, part: &Part) -> Wanted {
        Wanted::Grid { learned: self.layout.compare || part.until.is_some() }
    }

    /// Whether a row group may have rows of interest with monitors in `from..to`.
    fn keeps(&self, footer: &Footer, group: usize, from: Option<&str>, to: Option<&str>) -> bool {
        let (first, last) = footer.monitors(group);
        let hours = footer.hours(group);
        to.is_none_or(|to| first < to)
            && from.is_none_or(|from| last.is_none_or(|last| last >= from))
            && hours.0 < self.hours.end
            && hours.1 >= self.hours.start
            && self.monitors.is_none_or(|m| any_within(m, first, last))
    }

    /// Monitors at which the work is cut into `threads` parts of about the same number of rows: first, inner cuts, last.
    fn boundaries(&self, threads: usize) -> Result<Vec<Option<String>>, Error> {
        let mut weights: Vec<(&str, i64)> = Vec::new();
        for part in &self.parts {
            if part.small.is_some() {
                continue;
            }
            for group in 0..part.footer.groups().len() {
                if self.keeps(&part.footer, group, None, None) {
                    weights.push((part.footer.monitors(group).0, part.footer.groups()[group].num_rows()));
                }
            }
        }
        for small in self.parts.iter().filter_map(|p| p.small.as_ref()) {
            weights.extend(small.monitors.iter().step_by(64).map(|(m, _)| (&**m, 64)));
        }
        weights.sort_unstable();
        let total: i64 = weights.iter().map(|w| w.1).sum();
        let mut cuts = vec![None];
        let mut sum = 0;
        for (monitor, rows) in weights {
            let next = cuts.len() as i64;
            if next < threads as i64 && sum * (threads as i64) >= total * next {
                let cut = Some(monitor.to_owned());
                if cuts.last() != Some(&cut) && sum > 0 {
                    cuts.push(cut);
                }
            }
            sum += rows;
        }
        cuts.push(None);
        Ok(cuts)
    }

    fn run(&self, from: Option<&str>, to: Option<&str>, f: &impl Fn(&Grid<'_>), counts: &Counts) -> Result<(), Error> {
        let mut inputs: Vec<Input<'_>> = self
            .parts
            .iter()
            .map(|part| match &part.small {
                Some(small) => Input::Small { small, next: small.seek(from) },
                None => Input::Large {
                    cursor: Box::new(Cursor::new(Arc::clone(&part.footer), self.wanted(part), |footer, group| {
                        self.keeps(footer, group, from, to)
                    })),
                    part,
                    pollutants: Pollutants::default(),
                    fresh: true,
                },
            })
            .collect();
        let mut canvas = Canvas::new(self.layout);
        let mut monitor = String::new();
        // Inputs that stand at the lowest monitor found so far.
        let mut at_lowest = Vec::with_capacity(inputs.len());
        loop {
            let mut lowest: Option<&str> = None;
            for (i, input) in inputs.iter_mut().enumerate() {
                let Some(m) = input.peek(from)? else { continue };
                let order = lowest.map_or(std::cmp::Ordering::Less, |lowest| m.cmp(lowest));
                if order.is_lt() {
                    lowest = Some(m);
                    at_lowest.clear();
                }
                if order.is_le() {
                    at_lowest.push(i);
                }
            }
            let Some(lowest) = lowest.filter(|l| to.is_none_or(|to| *l < to)) else { break };
            monitor.clear();
            monitor.push_str(lowest);
            let show = self.monitors.is_none_or(|m| m.contains(&monitor));
            for i in &at_lowest {
                inputs[*i].lay(&monitor, show.then_some(&mut canvas))?;
            }
            if canvas.touched {
                counts.monitors.fetch_add(1, Ordering::Relaxed);
                f(&canvas.grid(&monitor));
                canvas.clear();
            }
        }
        let rows: u64 = inputs.iter().map(Input::rows).sum();
        counts.rows.fetch_add(rows, Ordering::Relaxed);
        Ok(())
    }
}

/// Whether one of `monitors` lies between `first` and `last`, inclusive.
pub(crate) fn any_within(monitors: &BTreeSet<String>, first: &str, last: Option<&str>) -> bool {
    let mut from = monitors.range::<str, _>((Bound::Included(first), Bound::Unbounded));
    from.next().is_some_and(|m| last.is_none_or(|last| m.as_str() <= last))
}

/// The same for a sorted list.
pub(crate) fn any_within_sorted(monitors: &[&str], first: &str, last: Option<&str>) -> bool {
    let from = monitors.partition_point(|m| *m < first);
    monitors.get(from).is_some_and(|m| last.is_none_or(|last| *m <= last))
}

enum Input<'a> {
    Small { small: &'a Small, next: usize },
    Large { cursor: Box<Cursor>, part: &'a Part, pollutants: Pollutants, fresh: bool },
}

impl Input<'_> {
    /// The monitor of the next row. Rows before `from` are skipped at the beginning.
    fn peek(&mut self, from: Option<&str>) -> Result<Option<&str>, Error> {
        match self {
            Self::Small { small, next } => Ok(small.monitors.get(*next).map(|(m, _)| &**m)),
            Self::Large { cursor, fresh, .. } => {
                while cursor.fill()? {
                    if !*fresh || from.is_none() {
                        break;
                    }
                    let Some(block) = cursor.block.as_ref() else { break };
                    let (monitor, _, end) = block.run_at(cursor.row);
                    if from.is_none_or(|from| monitor >= from) {
                        *fresh = false;
                        break;
                    }
                    cursor.row = end;
                }
                Ok(cursor.block.as_ref().map(|b| b.run_at(cursor.row).0))
            }
        }
    }

    /// Lays the next rows, which are of `monitor`, on the canvas, or only passes over them.
    fn lay(&mut self, monitor: &str, mut canvas: Option<&mut Canvas<'_>>) -> Result<(), Error> {
        match self {
            Self::Small { small, next } => {
                let Some((_, first)) = small.monitors.get(*next) else { return Ok(()) };
                let end = small.monitors.get(*next + 1).map_or(small.slots.len(), |(_, e)| *e);
                if let Some(canvas) = canvas {
                    canvas.lay_small(small, *first..end);
                }
                *next += 1;
            }
            Self::Large { cursor, part, pollutants, .. } => {
                while cursor.fill()? {
                    let Some(block) = cursor.block.as_ref() else { break };
                    let (found, _, end) = block.run_at(cursor.row);
                    if found != monitor {
                        if found < monitor {
                            let why = format!("monitor {found} comes after {monitor}: its rows are not sorted");
                            return Err(damaged(part.footer.path(), why));
                        }
                        break;
                    }
                    if let Some(canvas) = canvas.as_deref_mut()
                        && let Some(p) = pollutants.find(&canvas.layout, block, cursor.row)
                    {
                        canvas.lay_block(block, cursor.row..end, p, part.until);
                    }
                    cursor.row = end;
                }
            }
        }
        Ok(())
    }

    fn rows(&self) -> u64 {
        match self {
            Self::Small { .. } => 0,
            Self::Large { cursor, .. } => cursor.rows_decoded,
        }
    }
}

impl Layout<'_> {
    fn pollutant(&self, code: &str) -> Option<usize> {
        self.pollutants.iter().position(|p| *p == code)
    }

    /// The slot of a start, when it is in the grid.
    #[inline]
    fn slot(&self, start: i64) -> Option<usize> {
        let offset = start.wrapping_sub(i64::from(self.start_hour) * HOUR_US);
        let step = i64::from(self.step) * HOUR_US;
        let slot = offset / step;
        (offset >= 0 && slot * step == offset && (slot as usize) < self.slots).then_some(slot as usize)
    }
}

/// Where the pollutants of a row group are in the grid, looked up once a row group.
#[derive(Default)]
struct Pollutants {
    texts: Arc<Vec<Box<str>>>,
    places: Vec<Option<usize>>,
}

impl Pollutants {
    fn find(&mut self, layout: &Layout<'_>, block: &Block, row: usize) -> Option<usize> {
        let (texts, key) = block.pollutant_key(row);
        if !Arc::ptr_eq(&self.texts, texts) {
            self.texts = Arc::clone(texts);
            self.places = texts.iter().map(|t| layout.pollutant(t)).collect();
        }
        self.places.get(key).copied().flatten()
    }
}

/// The grid under construction.
struct Canvas<'a> {
    layout: Layout<'a>,
    values: Vec<i64>,
    flags: Vec<u8>,
    /// When what is shown was learned; only where times have to be compared.
    learned: Vec<i64>,
    touched: bool,
}

impl<'a> Canvas<'a> {
    fn new(layout: Layout<'a>) -> Self {
        let cells = layout.slots * layout.pollutants.len();
        let learned = if layout.compare { vec![i64::MIN; cells] } else { Vec::new() };
        Self { layout, values: vec![NOTHING; cells], flags: vec![0; cells], learned, touched: false }
    }

    fn clear(&mut self) {
        self.values.fill(NOTHING);
        self.flags.fill(0);
        self.learned.fill(i64::MIN);
        self.touched = false;
    }

    fn grid<'g>(&'g self, monitor: &'g str) -> Grid<'g> {
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
    fn set(&mut self, cell: usize, value: i64, flags: u8, learned: i64) {
        if self.layout.compare {
            if learned < self.learned[cell] {
                return;
            }
            self.learned[cell] = learned;
        }
        self.values[cell] = value;
        self.flags[cell] = flags;
    }

    fn lay_small(&mut self, small: &Small, rows: Range<usize>) {
        self.touched |= !rows.is_empty();
        for row in rows {
            let learned = small.learned.get(row).copied().unwrap_or(0);
            self.set(small.slots[row] as usize, small.values[row], small.flags[row], learned);
        }
    }

    /// Lays a run of rows of one pollutant on.
    fn lay_block(&mut self, block: &Block, mut rows: Range<usize>, pollutant: usize, until: Option<i64>) {
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
    fn copy(&mut self, block: &Block, rows: Range<usize>, at: usize, flags: u8) {
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
fn cell(block: &Block, row: usize) -> (i64, u8) {
    let flags = block.status(row) & Cell::STATUS | if block.generated(row) { Cell::GENERATED } else { 0 };
    match block.value(row) {
        Some(value) => (value, flags),
        None => (NOTHING, flags | Cell::MISSING | block.reason(row) << 4),
    }
}

// A batch is copied into the grid as it is.
const _: () = assert!(NO_VALUE == NOTHING);

/// A small file, decoded: where its rows go in the grid. Rows outside the grid are left out.
struct Small {
    /// Each monitor with its first row.
    monitors: Vec<(Box<str>, usize)>,
    slots: Vec<u32>,
    values: Vec<i64>,
    flags: Vec<u8>,
    /// Empty unless times have to be compared.
    learned: Vec<i64>,
}

impl Small {
    fn read(plan: &Plan<'_>, part: &Part) -> Result<Self, Error> {
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

    fn seek(&self, from: Option<&str>) -> usize {
        self.monitors.partition_point(|(m, _)| from.is_some_and(|from| **m < *from))
    }
}

