//! A damaged, foreign, empty or newer SQLite file: refused in one line and left as it is, or still whole; never taken for a
//! new one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::ingest::{Ingest, InvoiceUpdate};
use api::store::{DatabaseUrl, Store, StoreError, invoices, stores};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use crate::process::{Process, program};
use crate::support::{body, http_client};

const INVOICES: i64 = 60;

fn url(path: &Path) -> DatabaseUrl {
    format!("sqlite://{}", path.display()).parse().unwrap()
}

/// A folder with a database of real rows, closed properly.
async fn sound() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sound.db");
    let store = Store::open(&url(&path)).unwrap();
    fill(&store).await;
    store.close().await;
    (folder, path)
}

async fn fill(store: &Store) {
    let ingest = Ingest::start(store.clone(), api::domain::Zone::UTC).await.unwrap();
    ingest.ensure_store("s", stores::BTCPAY).await.unwrap();
    let updates = (0..INVOICES).map(|number| InvoiceUpdate { invoice: invoice(number), observed_ms: 1 }).collect();
    assert_eq!(ingest.submit("s", updates).await.unwrap().inserted, INVOICES);
}

fn invoice(number: i64) -> api::domain::Invoice {
    let invoice = super::store::invoice(shared::InvoiceStatus::Settled);
    api::domain::Invoice { id: format!("invoice-{number}"), buyer_email: Some("x".repeat(300)), ..invoice }
}

/// How opening a file went.
enum Opened {
    /// In a sentence.
    Refused(String),
    /// With so many invoices, if they can be read at all.
    Ready(Result<usize, StoreError>),
    /// It opened, and `/ready` would say no.
    Unready,
}

async fn open(path: &Path) -> Opened {
    let store = match Store::open(&url(path)) {
        Ok(store) => store,
        Err(error) => return Opened::Refused(error.to_string()),
    };
    let ids: Vec<_> = (0..INVOICES).map(|number| format!("invoice-{number}")).collect();
    let found = store.read(move |conn| invoices::find_many(conn, "s", &ids)).await.map(|found| found.len());
    let ready = store.ready().await.iter().all(|(_, failure)| failure.is_none());
    store.close().await;
    if ready { Opened::Ready(found) } else { Opened::Unready }
}

/// Whatever happens, it is no fresh database, and a refusal is a line that changes nothing, the second time too.
async fn check(path: &Path, what: &str) -> bool {
    let before = fs::read(path).unwrap();
    match open(path).await {
        Opened::Refused(sentence) => {
            assert!(sentence.starts_with("the database file") && !sentence.contains('\n'), "{what}: {sentence}");
            assert!(fs::read(path).unwrap() == before, "{what}: refused, but changed");
            assert!(matches!(open(path).await, Opened::Refused(again) if again == sentence), "{what}");
            true
        }
        Opened::Unready => true,
        Opened::Ready(Ok(found)) => {
            // A byte inside a text cannot be told from another text, and an id may be hit.
            assert!(found >= usize::try_from(INVOICES).unwrap() - 1, "{what}: {found} invoices are left");
            false
        }
        Opened::Ready(Err(error)) => {
            assert!(matches!(error, StoreError::Corrupt { .. }), "{what}: {error}");
            false
        }
    }
}

#[tokio::test]
async fn flipped_bits_are_found_or_harmless() {
    let (folder, sound) = sound().await;
    let bytes = fs::read(&sound).unwrap();
    let path = folder.path().join("flipped.db");
    // The head of the file, where each byte means something, and then everywhere.
    let places = (0..100).step_by(7).chain((100..bytes.len()).step_by(bytes.len() / 60));
    let mut found = 0;
    for place in places {
        let mut bytes = bytes.clone();
        bytes[place] ^= 0x41;
        fs::write(&path, &bytes).unwrap();
        found += usize::from(check(&path, &format!("a flip at {place}")).await);
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(folder.path().join(format!("flipped.db{ending}")));
        }
    }
    assert!(found > 5, "only {found} were found");
}

#[tokio::test]
async fn a_truncated_file_is_refused_wherever_it_ends() {
    let (folder, sound) = sound().await;
    let bytes = fs::read(&sound).unwrap();
    let path = folder.path().join("short.db");
    for part in 0..20 {
        fs::write(&path, &bytes[..bytes.len() * part / 20]).unwrap();
        assert!(check(&path, &format!("{part} of 20")).await, "{part} of 20 was taken for whole");
    }
}

#[tokio::test]
async fn a_log_that_was_zeroed_or_lost_its_database_is_missed() {
    let (folder, sound) = sound().await;
    let path = folder.path().join("killed.db");
    let log = folder.path().join("killed.db-wal");
    // As after a kill: what was written last is in the log alone.
    let store = Store::open(&url(&sound)).unwrap();
    store.write(|conn| api::store::meta::set(conn, "latest", "change")).await.unwrap();
    fs::copy(&sound, &path).unwrap();
    fs::copy(folder.path().join("sound.db-wal"), &log).unwrap();
    store.close().await;
    let length = usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
    let whole = fs::read(&log).unwrap();

    fs::write(&log, vec![0; length]).unwrap();
    assert!(matches!(open(&path).await, Opened::Refused(said) if said.contains("log")));
    assert_eq!(fs::read(&log).unwrap(), vec![0; length]);

    fs::write(&log, &whole).unwrap();
    let moved = folder.path().join("elsewhere.db");
    fs::rename(&path, &moved).unwrap();
    assert!(matches!(open(&path).await, Opened::Refused(said) if said.contains("is missing")));
    assert!(!path.exists());

    fs::rename(&moved, &path).unwrap();
    let store = Store::open(&url(&path)).unwrap();
    let latest = store.read(|conn| api::store::meta::get(conn, "latest")).await.unwrap();
    assert_eq!(latest.as_deref(), Some("change"), "the whole log is read");
}

#[tokio::test]
async fn files_of_others_and_empty_ones_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign.db");
    let mut conn = SqliteConnection::establish(foreign.to_str().unwrap()).unwrap();
    conn.batch_execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)").unwrap();
    drop(conn);
    let text = folder.path().join("text.db");
    fs::write(&text, "a letter to a friend, long enough to look at: ".repeat(200)).unwrap();
    let empty = folder.path().join("empty.db");
    fs::write(&empty, "").unwrap();
    for (path, says) in [(&foreign, "another program"), (&text, "not a database"), (&empty, "is empty")] {
        assert!(matches!(open(path).await, Opened::Refused(said) if said.contains(says)), "{says}");
        assert!(check(path, says).await);
        let output =
            program(folder.path()).env("DATABASE_URL", format!("sqlite://{}", path.display())).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.lines().count() == 1 && said.contains(says), "{said}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing was put beside them");
}

#[tokio::test]
async fn damage_under_a_running_server_is_told_by_ready_and_nothing_is_made_anew() {
    let (folder, path) = sound().await;
    let database = format!("sqlite://{}", path.display());
    let process = Process::start(folder.path(), &database, &[]).await.unwrap();
    let client = http_client();
    let ask = async |path: &str| {
        let response = client.get(format!("{}{path}", process.base)).send().await.unwrap();
        (response.status().as_u16(), body(response).await)
    };
    assert_eq!(ask("/ready").await.0, 200);
    // Every page but the first, below the feet of the server.
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0x55);
    fs::write(&path, &bytes).unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    let unready = loop {
        let (status, answer) = ask("/api/invoices").await;
        assert!(status == 200 || status == 503, "{answer}");
        let (status, answer) = ask("/ready").await;
        if status == 503 {
            break answer;
        }
        assert!(std::time::Instant::now() < deadline, "it takes the file for whole");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(unready.to_string().contains("damaged"), "{unready}");
    assert_eq!(ask("/health").await.0, 200);
    drop(process);
    assert!(check(&path, "after the kill").await);
}
