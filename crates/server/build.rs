//! The built web app is embedded. In a fresh checkout there is none yet, and the folder has to be there all the same.

use std::path::Path;

fn main() {
    let dist = Path::new("../../web/dist");
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo:warning=web/dist cannot be made: {error}");
    }
    println!("cargo:rerun-if-changed=../../web/dist");
}
