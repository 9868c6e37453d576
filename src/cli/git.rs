//! The `git` program: which commit this is, what a project was at a revision, and who wrote a line.
//!
//! The program and not a library, so that the user's settings, credentials and filters (LFS) hold.

use super::error::CliError;
use crate::{
    model::Email,
    report::access::{Authorship, Commit},
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// Characters of a hash that people are shown.
const SHORT: usize = 10;
/// Command lines have an end.
const PATHS_AT_ONCE: usize = 500;
/// Where a hook or an alias was run from: there they say which repository is meant, and here they
/// would say the wrong one.
const SURPRISES: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

#[derive(Debug, thiserror::Error)]
pub(super) enum GitError {
    #[error("there is no `git` program")]
    Missing,
    #[error("{} is not in a git repository", .0.display())]
    NoRepository(PathBuf),
    #[error("there is no revision `{0}`")]
    UnknownRevision(String),
    #[error("git could not {doing}: {said}")]
    Failed { doing: String, said: String },
}

/// A project as it was at a revision, in a folder of its own for as long as this lives.
#[derive(Debug)]
pub(super) struct Tree {
    /// As it was asked for.
    pub(super) revision: String,
    top: PathBuf,
    /// The project's folder within the repository: empty, or ending in `/`.
    prefix: String,
    folder: tempfile::TempDir,
}

/// The short hash of the commit that is checked out, and `-dirty` behind it when the project's
/// folder is not as that commit has it, or one of the logos, which may lie anywhere in the
/// repository. `None`: there is no git, no repository or no commit.
pub(super) fn head(project: &Path, logos: &BTreeSet<&str>) -> Option<String> {
    let short = format!("--short={SHORT}");
    let hash = answer(git(project).args(["rev-parse", &short, "--verify", "HEAD"]), "name").ok()?;
    let mut status = git(project);
    status.args(["status", "--porcelain", "-z", "--untracked-files=all", "--", "."]);
    let is_dirty = answer(&mut status, "compare").ok()?.split('\0').any(|entry| {
        // Whatever else lies about, only a manifest that is not in git makes a difference.
        let untracked = entry.strip_prefix("?? ");
        untracked.map_or(!entry.is_empty(), |path| {
            Path::new(path).extension().is_some_and(|kind| kind == "yaml" || kind == "yml")
        })
    });
    let is_dirty = is_dirty || !are_committed(project, logos);
    Some(if is_dirty { format!("{hash}-dirty") } else { hash })
}

/// Also what git is told to ignore is in no commit; and of what git cannot tell, nobody knows.
fn are_committed(project: &Path, paths: &BTreeSet<&str>) -> bool {
    let paths: Vec<&str> = paths.iter().copied().collect();
    paths.chunks(PATHS_AT_ONCE).all(|some| {
        let mut status = git(project);
        status.args(["--literal-pathspecs", "status", "--porcelain", "-z"]);
        status.args(["--untracked-files=all", "--ignored=matching", "--"]).args(some);
        answer(&mut status, "compare").is_ok_and(|found| found.is_empty())
    })
}

/// The project of that folder as it was at a revision.
pub(super) fn tree(project: &Path, revision: &str) -> Result<Tree, GitError> {
    // `--show-prefix` is empty at the top, and so is a repository without files.
    let prefix = answer(git(project).args(["rev-parse", "--show-prefix"]), "look around")?;
    let up = answer(git(project).args(["rev-parse", "--show-cdup"]), "look around")?;
    let commit = format!("{revision}^{{commit}}");
    let found = git(project)
        .args(["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
        .output()
        .map_err(|why| not_run(&why))?;
    if !found.status.success() || revision.starts_with('-') {
        return Err(GitError::UnknownRevision(revision.to_owned()));
    }
    let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let folder =
        tempfile::Builder::new().prefix("minisync-").tempdir().map_err(|why| room(&why))?;
    let revision = revision.to_owned();
    let tree = Tree { revision, top: project.join(up), prefix, folder };
    // Manifests may name files of the whole repository, and this is where it ends.
    fs::create_dir_all(tree.root().join(".git")).map_err(|why| room(&why))?;
    answer(tree.git().args(["read-tree", "--no-sparse-checkout", &commit]), "read the revision")?;
    tree.check_out(&tree.project_paths())?;
    Ok(tree)
}

impl Tree {
    /// Where the project lies; `None`: it did not exist.
    pub(super) fn project(&self) -> Option<PathBuf> {
        Some(self.root().join(&self.prefix)).filter(|folder| folder.is_dir())
    }

    /// What lies beside the project too, which few manifests name anything of.
    pub(super) fn widen(&self) -> Result<bool, GitError> {
        if self.prefix.is_empty() {
            return Ok(false);
        }
        self.check_out(&[]).map(|()| true)
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// The project's folder, and what the folders above it ignore.
    fn project_paths(&self) -> Vec<String> {
        if self.prefix.is_empty() {
            return Vec::new();
        }
        let above = self.prefix.match_indices('/').map(|(at, _)| &self.prefix[..=at]);
        let ignored = [""].into_iter().chain(above).map(|folder| format!("{folder}.gitignore"));
        ignored.chain([self.prefix.clone()]).collect()
    }

    /// An index of our own: the user's is not touched.
    fn git(&self) -> Command {
        let mut command = git(&self.top);
        command.env("GIT_INDEX_FILE", self.folder.path().join("index"));
        command
    }

    fn check_out(&self, paths: &[String]) -> Result<(), GitError> {
        const DOING: &str = "write the revision's files";
        let list = self.folder.path().join("list");
        let listed = File::create(&list).map_err(|why| room(&why))?;
        let mut files = self.git();
        files.args(["ls-files", "-z", "--cached", "--"]).args(paths).stdout(listed);
        answer(&mut files, DOING)?;
        let listed = File::open(&list).map_err(|why| room(&why))?;
        let mut prefix = self.root().into_os_string();
        prefix.push("/");
        let mut into = std::ffi::OsString::from("--prefix=");
        into.push(prefix);
        let mut checkout = self.git();
        checkout.args(["checkout-index", "--force", "-z", "--stdin"]).arg(into).stdin(listed);
        answer(&mut checkout, DOING).map(drop)
    }
}

/// Who wrote each line of a file as it is on disk.
pub(super) fn blame(file: &Path) -> Result<Vec<Authorship>, GitError> {
    // Through links: git keeps a link as the path that it leads to.
    let file = fs::canonicalize(file).map_err(|why| room(&why))?;
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
        return Ok(Vec::new());
    };
    let mut blame = git(folder);
    blame.args(["blame", "--porcelain", "--no-textconv", "--encoding=UTF-8", "--"]).arg(name);
    let output = blame.output().map_err(|why| not_run(&why))?;
    if output.status.success() {
        let lines = lines(&output.stdout);
        let has_edge = lines.iter().any(|line| line.is_boundary);
        let edges = if has_edge { edges(folder) } else { BTreeSet::new() };
        return Ok(lines.into_iter().map(|line| line.authorship(&edges)).collect());
    }
    let n_lines = fs::read(&file).map_err(|why| room(&why))?.split(|byte| *byte == b'\n').count();
    let mut known = git(folder);
    known.args(["ls-tree", "-z", "--name-only", "HEAD", "--"]).arg(name);
    if answer(&mut known, "look").is_ok_and(|found| !found.is_empty()) {
        return Err(failed(folder, "find out who wrote the lines", &output));
    }
    let mut staged = git(folder);
    staged.args(["ls-files", "-z", "--"]).arg(name);
    let staged = answer(&mut staged, "list what it keeps")?;
    let all = if staged.is_empty() { Authorship::Untracked } else { Authorship::Uncommitted };
    Ok(vec![all; n_lines])
}

/// Who commits here, and whose lines are those that are not committed.
pub(super) fn user_email(folder: &Path) -> Option<Email> {
    answer(git(folder).args(["config", "--get", "user.email"]), "look").ok()?.parse().ok()
}

/// Commits whose parents a shallow clone does not have: a line that seems to be theirs may be
/// older.
fn edges(folder: &Path) -> BTreeSet<String> {
    let path = answer(git(folder).args(["rev-parse", "--git-path", "shallow"]), "look");
    let text = path.ok().and_then(|path| fs::read_to_string(folder.join(path)).ok());
    text.unwrap_or_default().lines().map(str::to_owned).collect()
}

/// A line of `git blame --porcelain`.
#[derive(Debug, Clone, Default)]
struct Line {
    hash: String,
    author: String,
    email: String,
    seconds: i64,
    subject: String,
    is_boundary: bool,
}

impl Line {
    fn authorship(self, edges: &BTreeSet<String>) -> Authorship {
        let Self { hash, author, email, seconds, subject, is_boundary: _ } = self;
        if hash.bytes().all(|byte| byte == b'0') {
            return Authorship::Uncommitted;
        }
        Authorship::Commit(Commit {
            is_edge: edges.contains(&hash),
            hash: hash.chars().take(SHORT).collect(),
            author,
            email,
            at: Timestamp::from_second(seconds).unwrap_or_default(),
            subject,
        })
    }
}

/// What is said of a commit is said once, at the first of its lines.
fn lines(porcelain: &[u8]) -> Vec<Line> {
    let mut known: BTreeMap<String, Line> = BTreeMap::new();
    let (mut lines, mut hash) = (Vec::new(), String::new());
    let mut is_header = true;
    for raw in porcelain.split(|byte| *byte == b'\n') {
        let text = String::from_utf8_lossy(raw);
        if is_header {
            hash = text.split(' ').next().unwrap_or_default().to_owned();
            is_header = false;
            continue;
        }
        let line = known
            .entry(hash.clone())
            .or_insert_with(|| Line { hash: hash.clone(), ..Line::default() });
        match text.split_once(' ') {
            _ if text.starts_with('\t') => {
                lines.push(line.clone());
                is_header = true;
            }
            Some(("author", name)) => name.clone_into(&mut line.author),
            Some(("author-mail", mail)) => {
                mail.trim_matches(['<', '>']).clone_into(&mut line.email);
            }
            Some(("author-time", seconds)) => line.seconds = seconds.parse().unwrap_or_default(),
            Some(("summary", subject)) => subject.clone_into(&mut line.subject),
            None if text == "boundary" => line.is_boundary = true,
            Some(_) | None => {}
        }
    }
    lines
}

/// Ready for a subcommand: paths mean what they say, nothing is asked, and no lock is taken that
/// could be in the user's way.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false"])
        .envs([("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", ""), ("GIT_OPTIONAL_LOCKS", "0")])
        // What git says is told apart by its words.
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    for name in SURPRISES {
        command.env_remove(name);
    }
    command
}

/// What git prints, without the line end behind it.
fn answer(command: &mut Command, doing: &str) -> Result<String, GitError> {
    let output = command.output().map_err(|why| not_run(&why))?;
    if !output.status.success() {
        let folder = command.get_current_dir().unwrap_or(Path::new("."));
        return Err(failed(folder, doing, &output));
    }
    let mut text = String::from_utf8(output.stdout).map_err(|_| GitError::Failed {
        doing: doing.to_owned(),
        said: "a path in it is not written in UTF-8".to_owned(),
    })?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(text)
}

fn failed(folder: &Path, doing: &str, output: &Output) -> GitError {
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("not a git repository") || said.contains("must be run in a work tree") {
        return GitError::NoRepository(folder.to_owned());
    }
    let first = said.lines().map(str::trim).find(|line| !line.is_empty());
    let said =
        first.map_or_else(|| output.status.to_string(), |line| line.replacen("fatal: ", "", 1));
    GitError::Failed { doing: doing.to_owned(), said }
}

fn not_run(why: &io::Error) -> GitError {
    if why.kind() == io::ErrorKind::NotFound { GitError::Missing } else { room(why) }
}

/// Of the machine and not of git.
fn room(why: &io::Error) -> GitError {
    GitError::Failed { doing: "be asked".to_owned(), said: why.to_string() }
}

impl From<GitError> for CliError {
    fn from(why: GitError) -> Self {
        let help = match &why {
            GitError::Missing => "install git, and see to it that it is on the PATH",
            GitError::NoRepository(_) => {
                "revisions are looked up in git: run this in a clone; without a revision, \
                 `minisync access diff` compares with the platform"
            }
            GitError::UnknownRevision(_) => {
                "name a commit, branch or tag that `git log` knows; a shallow clone has only the \
                 newest: `git fetch --unshallow` brings the rest"
            }
            GitError::Failed { .. } => "try the same with `git` itself in the project's folder",
        };
        Self::failed(why.to_string()).help(help)
    }
}
