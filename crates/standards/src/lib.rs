//! National standards as pure functions over rulebook tables.
//!
//! Invariant: nothing here reads a clock, a file or a socket, and nothing is a float. Every number that the law sets comes
//! from a rulebook; only the algorithm is code.

pub mod air;
