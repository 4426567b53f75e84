//! Every endpoint, asked as a browser would, over a small city of two months.

mod city;

mod air;
mod around;
mod page;
mod ranking;
mod serving;
