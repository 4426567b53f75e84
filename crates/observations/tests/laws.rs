//! Laws that hold for any readings: order, splitting, repetition, compaction and threads never change what a scan shows.

#[expect(dead_code, reason = "each test file uses a part of it")]
mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{CODES, HOUR, Shown, Slow, append, at, reading, scan};
use lanwan_observations::{Latest, Store};
use lanwan_terms::{DataStatus, MissingReason, Reading, Span};
use proptest::prelude::*;

const HOURS: std::ops::Range<i32> = HOUR - 3..HOUR + 9;

/// A reading among few monitors, pollutants, hours and values, so that identities meet.
fn any_reading() -> impl Strategy<Value = Reading> {
    let value = prop_oneof![
        4 => (0..4i64).prop_map(Ok),
        1 => (0..MissingReason::ALL.len()).prop_map(|i| Err(MissingReason::ALL[i])),
    ];
    (0..4usize, 0..3usize, HOURS, value, 0..3usize, any::<bool>()).prop_map(|(m, p, hour, value, status, generated)| {
        let monitor = ["1001A", "1002A", "青岛/市南", "B"][m];
        let pollutant = [CODES[0], CODES[1], "a99999"][p];
        let mut r = reading(monitor, pollutant, hour, 0);
        r.value = value.map(|v| lanwan_terms::Decimal::new(v * 7 - 3, 1));
        r.status = DataStatus::ALL[status];
        if generated {
            r.source = "generated:7".to_owned();
        }
        r
    })
}

/// Readings of which no two have the same identity.
fn distinct(readings: Vec<Reading>) -> Vec<Reading> {
    let keyed = readings.into_iter().map(|r| ((r.monitor.clone(), r.pollutant.clone(), r.start), r));
    keyed.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// What is shown when the readings come in these parts, with maintenance after every `maintain`-th.
fn shown(parts: &[Vec<Reading>], maintain: usize) -> Shown {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create_or_open(folder.path()).expect("a table");
    let mut committer = store.committer().expect("the right to write");
    for (i, part) in parts.iter().enumerate() {
        append(&mut committer, part.clone(), i as i64);
        if i % maintain == maintain - 1 {
            committer.maintain_with(Duration::ZERO).expect("maintenance");
        }
    }
    scan(&store.snapshot().expect("a snapshot"), HOURS, None, 2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn splitting_permuting_and_importing_again_change_nothing(
        readings in proptest::collection::vec(any_reading(), 1..80).prop_map(distinct),
        cuts in proptest::collection::vec(1..12usize, 1..12),
        seed in any::<u64>(),
    ) {
        let whole = shown(std::slice::from_ref(&readings), 1);
        let mut shuffled = readings.clone();
        shuffled.sort_by_key(|r| {
            let text = format!("{seed}{}{}{}", r.monitor, r.pollutant, r.start);
            text.bytes().fold(seed, |h, b| h.rotate_left(5) ^ u64::from(b).wrapping_mul(0x9E37_79B9_7F4A_7C15))
        });
        let mut parts = Vec::new();
        let mut rest = shuffled.as_slice();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (part, after) = rest.split_at((*cut).min(rest.len()));
            parts.push(part.to_vec());
            rest = after;
        }
        prop_assert_eq!(&shown(&parts, 5), &whole);
        parts.extend(parts.clone());
        parts.push(readings);
        prop_assert_eq!(&shown(&parts, 100), &whole);
    }

    #[test]
    fn the_table_agrees_with_a_slow_one_at_every_time(
        batches in proptest::collection::vec(proptest::collection::vec(any_reading(), 1..30).prop_map(distinct), 1..14),
        maintain in 2..8usize,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::create_or_open(folder.path()).expect("a table");
        let mut committer = store.committer().expect("the right to write");
        let mut slow = Slow::default();
        let mut latest = Latest::new(store.snapshot().expect("a snapshot"), Span::Hour);
        for (i, batch) in batches.iter().enumerate() {
            let done = append(&mut committer, batch.clone(), i as i64);
            let written = slow.append(batch, at(i as i64));
            prop_assert_eq!(done.accepted + done.superseded, written);
            prop_assert_eq!(written + done.repeated + done.refused.len(), batch.len());
            if i % maintain == 1 {
                committer.maintain_with(Duration::ZERO).expect("maintenance");
            }
            latest.update(store.snapshot().expect("a snapshot")).expect("an update");
            let newest = slow.history("1001A", CODES[0]).pop().map(|s| lanwan_observations::Stored { superseded: Vec::new(), ..s });
            prop_assert_eq!(&latest.latest(&[("1001A", CODES[0]), ("none", CODES[0])]).expect("points"), &vec![newest, None]);
        }
        let snapshot = store.snapshot().expect("a snapshot");
        for as_of in (0..batches.len() as i64).map(|i| Some(at(i))).chain([None, Some(at(-1))]) {
            for threads in [1, 2, 5] {
                prop_assert_eq!(&scan(&snapshot, HOURS, as_of, threads), &slow.shown(HOURS, as_of));
            }
            let part = HOURS.start + 4..HOURS.end - 2;
            prop_assert_eq!(&scan(&snapshot, part.clone(), as_of, 1), &slow.shown(part, as_of));
        }
        for monitor in ["1001A", "青岛/市南"] {
            let history = snapshot.history(monitor, CODES[1], HOURS, Span::Hour, None).expect("a history");
            prop_assert_eq!(&history, &slow.history(monitor, CODES[1]));
        }
    }
}
