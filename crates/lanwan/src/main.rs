//! The `lanwan` binary; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    lanwan::run(std::env::args_os())
}
