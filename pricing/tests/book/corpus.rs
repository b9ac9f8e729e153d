//! Every input that fuzzing kept still holds, without a nightly compiler: see `fuzz/`.

#[path = "../../fuzz/checks/mod.rs"]
mod checks;

use std::fs;
use std::path::{Path, PathBuf};

fn entries(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("the corpus is in the repository");
    let mut paths: Vec<_> =
        files.map(|file| file.expect("a folder can be read to its end").path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_kept_input_passes_its_check() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for target in entries(&corpus) {
        let inputs = entries(&target);
        assert!(!inputs.is_empty(), "{} is empty", target.display());
        let name = target.file_name().unwrap().to_str().unwrap();
        for input in inputs {
            // The panic says which one.
            eprintln!("{}", input.display());
            checks::check(name, &fs::read(&input).unwrap());
        }
    }
}
