//! A database under many hands, locked, or gone for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::store::{Store, StoreError, meta};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{TestApp, TestDb, body, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_and_sixteen_readers_never_meet_a_lock() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for _ in 0..16 {
        let (store, done) = (store.clone(), Arc::clone(&done));
        readers.spawn(async move {
            let mut reads = 0_u64;
            while !done.load(Ordering::SeqCst) {
                // Two statements of one snapshot agree, whatever is committed between them.
                let pair = store.read(|conn| Ok((meta::get(conn, "count")?, meta::get(conn, "count")?))).await.unwrap();
                assert_eq!(pair.0, pair.1);
                reads += 1;
            }
            reads
        });
    }
    let mut writers = JoinSet::new();
    for writer in 0..16 {
        let store = store.clone();
        writers.spawn(async move {
            for _ in 0..50 {
                // Reads first and writes then: what fails at once where a transaction begins without the write lock.
                let change = move |conn: &mut _| {
                    let count = meta::get(conn, "count")?.map_or(0, |count| count.parse::<u64>().unwrap());
                    meta::set(conn, "count", &(count + 1).to_string())?;
                    meta::set(conn, &format!("writer-{writer}"), "was here")
                };
                store.write(change).await.unwrap();
            }
        });
    }
    while let Some(writer) = writers.join_next().await {
        writer.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    while let Some(reads) = readers.join_next().await {
        assert!(reads.unwrap() > 0);
    }
    let count = store.read(|conn| meta::get(conn, "count")).await.unwrap();
    assert_eq!(count.as_deref(), Some("800"));
    store.close().await;
}

#[tokio::test]
async fn a_lock_by_another_process_is_waited_for_and_then_answered_for_all_at_once() {
    let db = TestDb::new();
    let store = Store::open(&db.parsed()).unwrap();
    let Some(path) = db.url().strip_prefix("sqlite://") else {
        println!("skipped: PostgreSQL locks rows, and nobody else writes ours");
        return;
    };
    let mut other = SqliteConnection::establish(path).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let started = Instant::now();
    let mut writes = JoinSet::new();
    for number in 0..40 {
        let store = store.clone();
        writes.spawn(async move { store.write(move |conn| meta::set(conn, &format!("k{number}"), "v")).await });
    }
    // The writer's own proof takes as long as the lock, so the answer to "ready?" is no.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut refused = 0;
    while let Some(outcome) = writes.join_next().await {
        refused += usize::from(matches!(outcome.unwrap(), Err(StoreError::Unavailable(_))));
    }
    assert_eq!(refused, 40);
    assert!(started.elapsed() < Duration::from_secs(25), "each waited for itself: {:?}", started.elapsed());
    let failing: Vec<_> = store.ready().await.into_iter().filter(|(_, failure)| failure.is_some()).collect();
    assert_eq!((failing.len(), failing[0].0), (1, "writer"), "{failing:?}");
    store.read(|conn| meta::get(conn, "k1")).await.unwrap();

    other.batch_execute("ROLLBACK").unwrap();
    let freed = Instant::now();
    until_ready(&store, Duration::from_secs(7)).await;
    store.write(|conn| meta::set(conn, "k", "v")).await.unwrap();
    assert!(freed.elapsed() < Duration::from_secs(8));
}

async fn until_ready(store: &Store, within: Duration) {
    let deadline = Instant::now() + within;
    while let Some(failing) = store.ready().await.into_iter().find(|(_, failure)| failure.is_some()) {
        assert!(Instant::now() < deadline, "{failing:?} after {within:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Stands between us and PostgreSQL, and can be cut.
struct Cable {
    address: std::net::SocketAddr,
    server: String,
    accepting: Option<tokio::task::JoinHandle<()>>,
}

impl Cable {
    async fn lay(server: &str) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let mut cable = Self { address, server: server.to_owned(), accepting: None };
        cable.mend().await;
        cable
    }

    /// Connections are broken off, and new ones refused.
    async fn cut(&mut self) {
        let accepting = self.accepting.take().unwrap();
        accepting.abort();
        let _ = accepting.await;
    }

    async fn mend(&mut self) {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(self.address).unwrap();
        let (listener, server) = (socket.listen(100).unwrap(), self.server.clone());
        self.accepting = Some(tokio::spawn(async move {
            // Dropped with the task, which breaks all of them off.
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let mut far = TcpStream::connect(server).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_that_was_away_is_found_again_by_readers_and_the_writer() {
    let db = TestDb::new();
    let Some((before, rest)) = db.url().strip_prefix("postgres://").and_then(|url| url.split_once('@')) else {
        println!("skipped: needs PostgreSQL");
        return;
    };
    let (server, path) = rest.split_once('/').unwrap();
    let mut cable = Cable::lay(server).await;
    let through = format!("postgres://{before}@{}/{path}", cable.address);
    let store = Store::open(&through.parse().unwrap()).unwrap();
    store.write(|conn| meta::set(conn, "k", "before")).await.unwrap();
    until_ready(&store, Duration::from_secs(1)).await;

    cable.cut().await;
    let write = store.write(|conn| meta::set(conn, "k", "meanwhile")).await;
    assert!(matches!(write, Err(StoreError::Unavailable(_))), "{write:?}");
    let read = store.read(|conn| meta::get(conn, "k")).await;
    assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let failing: Vec<_> =
        store.ready().await.into_iter().filter(|(_, failure)| failure.is_some()).map(|(name, _)| name).collect();
    assert!(failing.contains(&"database") && failing.contains(&"writer"), "{failing:?}");

    cable.mend().await;
    until_ready(&store, Duration::from_secs(10)).await;
    store.write(|conn| meta::set(conn, "k", "after")).await.unwrap();
    let found = store.read(|conn| meta::get(conn, "k")).await.unwrap();
    assert_eq!(found.as_deref(), Some("after"));
    store.close().await;
}

#[tokio::test]
async fn a_task_that_dies_again_and_again_is_told_by_ready() {
    let db = TestDb::new();
    let app = TestApp::start(&db, &[]).await;
    app.json("/ready").await;
    app.app.supervisor.keep("hopeless", |_| -> std::future::Ready<()> { panic!("as it always does") });
    let unready = eventually("it is told", async || {
        let response = app.get("/ready").await;
        if response.status() == 503 { Some(body(response).await) } else { None }
    })
    .await;
    let failing: Vec<_> = unready["parts"].as_array().unwrap().iter().filter(|part| part["ok"] == false).collect();
    assert_eq!((failing.len(), &failing[0]["name"]), (1, &"tasks".into()));
    assert!(failing[0]["message"].as_str().unwrap().contains("hopeless"));
    // Lives all the same, and ends properly.
    app.json("/health").await;
    app.stop().await;
}
