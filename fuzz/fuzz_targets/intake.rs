//! Any bytes, as a file: an error or an intake in which every value is accounted for, and never a panic.
#![no_main]

use lanwan_intake::{Input, IntakeError, Options, read};
use libfuzzer_sys::fuzz_target;

// A panic inside a decoder of another library is caught and becomes an error; the fuzzer's own hook would abort at it.
// One that escapes still ends the run.
fuzz_target!(init: { drop(std::panic::take_hook()) }, |data: &[u8]| {
    match read(Input::bytes("fuzz", data), &Options::default(), &mut |_| ()) {
        Ok(intake) => {
            let r = &intake.report;
            assert_eq!(r.values, r.accepted + r.repeated_in_file + r.rejected_values);
            assert_eq!(r.accepted, intake.readings.len() as u64);
            assert_eq!(r.rejected, r.rows_rejected + r.rejected_values + r.rejected_other);
            assert!(r.rows_rejected + r.rows_other <= r.rows);
        }
        Err(IntakeError::Io { error, .. }) => panic!("bytes in memory cannot fail to be read: {error}"),
        Err(_) => {}
    }
});
