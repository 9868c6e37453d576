//! The PostgreSQL server that all tests share, and a schema on it for each.

use super::Keep;
use minisync::ledger::{Address, Clock, Ledger};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};
use tokio_postgres::{Client, NoTls};

/// For as long as this process lives: the server ends when nobody uses it.
static USED: OnceLock<(File, u16)> = OnceLock::new();

pub(crate) struct Schema {
    name: String,
}

pub(crate) fn port() -> u16 {
    let (_, port) = USED.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let run = |tool: &str| {
            let output = Command::new(root.join("tests/tools").join(tool)).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        run("install");
        let folder = root.join("target/tools/postgres");
        fs::create_dir_all(&folder).unwrap();
        let users = File::create(folder.join("users")).unwrap();
        users.lock_shared().unwrap();
        (users, run("postgres").trim().parse().unwrap())
    });
    *port
}

/// As nobody else has it: by the process, and by a count in it.
fn fresh_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The certificate that the server's was signed with.
pub(crate) fn authority() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail/ca.pem")
}

/// An address on the server: whatever comes before the host, and after the database.
pub(crate) fn url(user: &str, query: &str) -> String {
    format!("postgres://{user}@127.0.0.1:{}/postgres?{query}", port())
}

/// The same address, by another port.
pub(crate) fn by(road: u16, url: &str) -> String {
    url.replace(&format!(":{}/", port()), &format!(":{road}/"))
}

pub(crate) async fn client() -> Client {
    let (client, connection) = tokio_postgres::connect(&url("postgres", ""), NoTls).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap_or_default() });
    client
}

/// The user `locked`, whose password is `open sesame`, may do everything there.
pub(crate) async fn locked_user(schema: &Schema) {
    let create = "DO $$ BEGIN CREATE USER locked PASSWORD 'open sesame';
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
    client().await.batch_execute(create).await.unwrap();
    schema.tamper(&format!("GRANT ALL ON SCHEMA {} TO locked", schema.name)).await;
}

impl Schema {
    pub(crate) async fn new() -> Self {
        let name = fresh_name();
        let client = client().await;
        let create = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        client.batch_execute(&create).await.unwrap();
        Self { name }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn url(&self) -> String {
        url("postgres", &format!("options=-c%20search_path%3D{0}&application_name={0}", self.name))
    }

    /// Ends every connection of a ledger here.
    pub(crate) async fn cut(&self) {
        let kill =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
        let rows = client().await.query(kill, &[&self.name]).await.unwrap();
        assert!(!rows.is_empty());
    }

    pub(crate) async fn open(&self, platform: &str, clock: Clock) -> Ledger {
        open(&self.url(), platform, clock).await.unwrap()
    }
}

pub(crate) async fn open(
    url: &str,
    platform: &str,
    clock: Clock,
) -> Result<Ledger, minisync::ledger::OpenError> {
    let address = Address::parse(url, Path::new("/")).unwrap();
    Ledger::open_server(&address, platform, "one", clock).await
}

impl Keep for Schema {
    async fn ledger(&self, platform: &str, clock: Clock) -> Ledger {
        self.open(platform, clock).await
    }

    async fn tamper(&self, sql: &str) {
        let sql = format!("SET search_path = {}; {sql}", self.name);
        client().await.batch_execute(&sql).await.unwrap();
    }
}
