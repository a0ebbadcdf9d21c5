//! What benchmarks share.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often in a second the disk under a folder appends and flushes a page, by half a second of doing so.
pub fn flushes(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("flush")).unwrap();
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < Duration::from_millis(500) {
        file.write_all(&[0; 4096]).unwrap();
        // As SQLite does; not only the data.
        file.sync_all().unwrap();
        count += 1;
    }
    f64::from(count) / started.elapsed().as_secs_f64()
}
