//! A service provider's project of any size: the same size gives the same bytes.
//!
//! Shared by the benches, by `cargo run --example generate` and by the test of
//! `examples/service-provider`.

mod words;

use serde_json::{Value, json};
use std::{fs, io, ops::Range, path::Path};
use words::{CITIES, GIVEN_NAMES, LOGOS, SURNAMES, TRADES, Trade};

/// "A merchant can create and release up to 10 mini programs to Alipay China" (platform docs).
const MAX_PROGRAMS_PER_WORKSPACE: usize = 10;
const MEMBERS_PER_ROSTER: usize = 100;
/// One member in so many is a master.
const MASTER_EVERY: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) programs: usize,
    pub(crate) members: usize,
    pub(crate) workspaces: usize,
}

impl Size {
    pub(crate) const SERVICE_PROVIDER: Self =
        Self { programs: 500, members: 10_000, workspaces: 50 };
}

/// Writes the project into `folder`, which is made when it is missing.
pub(crate) fn write(folder: &Path, size: Size) -> io::Result<()> {
    let Size { programs, members, workspaces } = size;
    if workspaces == 0 || programs > workspaces * MAX_PROGRAMS_PER_WORKSPACE {
        let limit = format!("a workspace holds at most {MAX_PROGRAMS_PER_WORKSPACE} programs");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, limit));
    }
    put(&folder.join("minisync.yaml"), "../../schema/project.schema.json", &[project()])?;
    for (name, bytes) in LOGOS {
        put_bytes(&folder.join(format!("logos/{name}.png")), bytes)?;
    }
    for index in 0..workspaces {
        let share = Share {
            workspace: workspace_id(index),
            programs: part(programs, index, workspaces),
            members: part(members, index, workspaces),
        };
        share.write(&folder.join("workspaces").join(&share.workspace))?;
    }
    Ok(())
}

/// What of the whole is in one workspace.
struct Share {
    workspace: String,
    programs: Range<usize>,
    members: Range<usize>,
}

impl Share {
    fn write(&self, folder: &Path) -> io::Result<()> {
        let schema = "../../../../schema/manifest.schema.json";
        let programs: Vec<Value> = self.programs.clone().map(|n| self.program(n)).collect();
        if !programs.is_empty() {
            put(&folder.join("programs.yaml"), schema, &programs)?;
        }
        for (n_roster, start) in self.members.clone().step_by(MEMBERS_PER_ROSTER).enumerate() {
            let end = self.members.end.min(start + MEMBERS_PER_ROSTER);
            let roster = self.roster(n_roster + 1, start..end);
            put(&folder.join(format!("roster-{}.yaml", n_roster + 1)), schema, &[roster])?;
        }
        Ok(())
    }

    fn program(&self, n: usize) -> Value {
        let Trade { key, name, english, industry, tagline, description } = pick(&TRADES, n);
        let (city, city_english) = pick(&CITIES, n / TRADES.len());
        json!({
            "apiVersion": "minisync.dev/v1",
            "kind": "MiniProgram",
            "metadata": { "name": program_key(n) },
            "spec": {
                "name": format!("{city}{name}{n:05}"),
                "workspace": self.workspace,
                "defaultLanguage": "zh-CN",
                "releaseTo": ["alipay-cn"],
                "listing": {
                    "tagline": tagline,
                    "description": description,
                    "logo": format!("../../logos/{key}.png"),
                    "industry": industry,
                    "customerService": {
                        "phone": format!("0571-{:07}", 8_000_000 + n % 1_000_000),
                        "email": format!("care-{n:05}@example.com"),
                    },
                },
                "languages": { "en-US": { "name": format!("{city_english}{english}{n:05}") } },
            },
        })
    }

    fn roster(&self, number: usize, members: Range<usize>) -> Value {
        json!({
            "apiVersion": "minisync.dev/v1",
            "kind": "Roster",
            "metadata": { "name": format!("{}-{number}", self.workspace) },
            "spec": {
                "workspace": self.workspace,
                "members": members.map(|n| self.member(n)).collect::<Vec<_>>(),
            },
        })
    }

    fn member(&self, n: usize) -> Value {
        let (surname, latin_surname) = pick(&SURNAMES, n);
        let (given, latin_given) = pick(&GIVEN_NAMES, n / SURNAMES.len());
        let mut member = json!({
            "name": format!("{surname}{given}"),
            "email": format!("{latin_given}.{latin_surname}.{n:06}@example.com"),
        });
        let programs = self.assignments(n);
        if n.is_multiple_of(MASTER_EVERY) || programs.is_empty() {
            member["role"] = json!("master");
        } else {
            member["role"] = json!("developer");
            member["miniPrograms"] = json!(programs);
        }
        member
    }

    /// One to three of the workspace's programs.
    fn assignments(&self, n: usize) -> Vec<String> {
        let n_programs = self.programs.len();
        (0..(n % 3 + 1).min(n_programs))
            .map(|more| program_key(self.programs.start + (n * 7 + more) % n_programs))
            .collect()
    }
}

fn project() -> Value {
    json!({
        "apiVersion": "minisync.dev/v1",
        "kind": "Project",
        "workspace": workspace_id(0),
        "owner": { "name": "王芳", "email": "wang.fang@example.com" },
    })
}

pub(crate) fn workspace_id(index: usize) -> String {
    format!("client-{:04}", index + 1)
}

fn program_key(n: usize) -> String {
    format!("{}-{n:05}", pick(&TRADES, n).key)
}

fn pick<T>(words: &[T], n: usize) -> &T {
    &words[n % words.len()]
}

/// The `index`th of `n_parts` parts of `0..total`, as equal as can be.
fn part(total: usize, index: usize, n_parts: usize) -> Range<usize> {
    total * index / n_parts..total * (index + 1) / n_parts
}

fn put(path: &Path, schema: &str, documents: &[Value]) -> io::Result<()> {
    let mut texts = Vec::new();
    for document in documents {
        let text = yaml_serde::to_string(document).map_err(io::Error::other)?;
        // In each document: editors take the line to hold for the one document that has it.
        texts.push(format!("# yaml-language-server: $schema={schema}\n{text}"));
    }
    put_bytes(path, texts.join("---\n").as_bytes())
}

fn put_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
