//! The rule files are embedded; a new file must rebuild the crate as a changed one does.

fn main() {
    println!("cargo:rerun-if-changed=../../rulebooks");
}
