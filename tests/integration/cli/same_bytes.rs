//! Same manifests, same platform, same bytes out.

use super::scene::{Scene, told};
use std::{collections::BTreeSet, fs};

fn plan(scene: &Scene, format: &str, n_threads: &str) -> String {
    let mut command = scene.command(&["plan", "--all", "--format", format]);
    let run = told(
        &command
            .env("RAYON_NUM_THREADS", n_threads)
            .env("TOKIO_WORKER_THREADS", n_threads)
            .output()
            .unwrap(),
    );
    assert_eq!(run.status, 0, "{}", run.err);
    run.out
}

#[test]
fn the_number_of_threads_cannot_be_seen() {
    for format in ["human", "json", "markdown"] {
        let plans: BTreeSet<String> = ["1", "8", "2", "8", "1"]
            .iter()
            .map(|n_threads| plan(&Scene::example("coffee-chain"), format, n_threads))
            .collect();
        assert_eq!(plans.len(), 1, "{format}");
    }
}

/// The same documents in one file, the last one first, with the logos where they were.
fn shuffled() -> Scene {
    let scene = Scene::example("coffee-chain");
    let mut documents = Vec::new();
    for folder in ["programs", "rosters"] {
        for entry in fs::read_dir(scene.path().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            documents.extend(text.split("\n---").map(str::to_owned));
            fs::remove_file(path).unwrap();
        }
    }
    documents.sort_by_key(|text| std::cmp::Reverse(text.clone()));
    scene.write("programs/all.yaml", &documents.join("\n---\n"));
    scene
}

#[test]
fn the_order_of_files_and_documents_cannot_be_seen() {
    let tidy = plan(&Scene::example("coffee-chain"), "human", "8");
    let mixed = plan(&shuffled(), "human", "8");
    // Whoever agreed to a plan agreed to these files: its digest tells them apart, nothing else.
    let (tidy, digest) = tidy.rsplit_once("Plan sha256:").unwrap();
    let (mixed, other) = mixed.rsplit_once("Plan sha256:").unwrap();
    assert_eq!(tidy, mixed);
    assert_ne!(digest, other);
}
