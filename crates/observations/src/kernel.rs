//! The scan: sorted runs of rows, laid over each other into dense grids, one monitor at a time.
//!
//! Files of a month are laid on in the order in which they were learned, and the rows inside a file are sorted by
//! `learned_at` last, so what is learned later overwrites what was learned before without comparing times. Only when the
//! times of two files overlap (another writer made them) are the times themselves compared.

use std::collections::BTreeSet;
use std::ops::{Bound, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::canvas::{Canvas, Layout, Pollutants};
use crate::files::DataFile;
use crate::reader::{Cursor, Footer, Wanted, damaged};
use crate::scan::{Grid, Scan, ScanStats};
use crate::schema::{GROUP_ROWS, align_up, step};
use crate::small::Small;
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
pub(crate) struct Part {
    pub(crate) footer: Arc<Footer>,
    /// Rows learned after this are left out.
    pub(crate) until: Option<i64>,
    small: Option<Small>,
}

/// What a scan will read, and where it goes.
pub(crate) struct Plan<'a> {
    pub(crate) layout: Layout<'a>,
    hours: Range<i32>,
    pub(crate) monitors: Option<&'a BTreeSet<String>>,
    parts: Vec<Part>,
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
            workers.into_iter().map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
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

    pub(crate) fn wanted(&self, part: &Part) -> Wanted {
        Wanted::Grid { learned: self.layout.compare || part.until.is_some() }
    }

    /// Whether a row group may have rows of interest with monitors in `from..to`.
    pub(crate) fn keeps(&self, footer: &Footer, group: usize, from: Option<&str>, to: Option<&str>) -> bool {
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
