//! Every example works.

#[path = "../../benches/fleet/mod.rs"]
mod fleet;

use fleet::Size;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn generated(size: Size) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    fleet::write(folder.path(), size).unwrap();
    files(folder.path())
}

#[test]
fn the_sample_of_the_service_provider_is_what_the_generator_writes() {
    let mut sample = files(Path::new("examples/service-provider"));
    sample.remove(Path::new("README.md")).unwrap();
    sample.retain(|path, _| !path.starts_with(".minisync"));
    let generated = generated(Size { programs: 4, members: 24, workspaces: 2 });
    assert_eq!(sample.keys().collect::<Vec<_>>(), generated.keys().collect::<Vec<_>>());
    for (path, bytes) in &generated {
        assert!(sample[path] == *bytes, "{} is not what is generated", path.display());
    }
}

#[test]
fn the_service_provider_has_its_size_and_no_limit_is_passed() {
    let files = generated(Size::SERVICE_PROVIDER);
    let texts: Vec<String> = files
        .iter()
        .filter(|(path, _)| path.starts_with("workspaces"))
        .map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap())
        .collect();
    let count = |word: &str| texts.iter().map(|text| text.matches(word).count()).sum::<usize>();
    assert_eq!(count("kind: MiniProgram\n"), 500);
    assert_eq!(count("  role: "), 10_000);
    assert!(texts.iter().all(|text| text.matches("- alipay-cn\n").count() <= 10));
    let folder = tempfile::tempdir().unwrap();
    let too_many = Size { programs: 21, members: 0, workspaces: 2 };
    fleet::write(folder.path(), too_many).unwrap_err();
}
