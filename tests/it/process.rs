//! The binary as its own process: started, signalled, killed, waited for.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The program with nothing from our own environment, in a folder of its own, on a free port.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_btc-crowdfund"));
    command.env_clear().env("LISTEN_ADDR", "127.0.0.1:0").current_dir(folder).stdin(Stdio::null());
    command
}

/// A server in a process of its own. Its log is in a file, so that no full pipe stops it.
pub struct Process {
    child: Child,
    log: PathBuf,
    /// `http://…`, once it answers.
    pub base: String,
}

impl Process {
    /// Starts `serve` on a free port without background sync, unless the variables say otherwise, and waits until it
    /// answers or has ended.
    ///
    /// # Errors
    /// Where it ended: what it said.
    pub async fn start(folder: &Path, database: &str, variables: &[(&'static str, String)]) -> Result<Self, String> {
        let port_file = folder.join("port");
        let log = folder.join("log");
        let _ = std::fs::remove_file(&port_file);
        let child = program(folder)
            .env("DATABASE_URL", database)
            .env("PORT_FILE", &port_file)
            .env("SYNC_INTERVAL_SECONDS", "0")
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut process = Self { child, log, base: String::new() };
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Ok(address) = std::fs::read_to_string(&port_file) {
                process.base = format!("http://{address}");
                return Ok(process);
            }
            if process.child.try_wait().unwrap().is_some() {
                return Err(process.log());
            }
            assert!(Instant::now() < deadline, "it neither came up nor ended: {}", process.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `TERM`, `INT`, `KILL`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end, which has to come in time, and gives how it ended and what it said.
    pub async fn ended(mut self, within: Duration) -> (ExitStatus, String) {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, self.log());
            }
            assert!(Instant::now() < deadline, "it did not end within {within:?}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What it said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
