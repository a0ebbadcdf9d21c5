//! Embeds the single-page app: every file of `dist/`, compressed once with brotli and gzip, as a table in `OUT_DIR`.
//!
//! Without `dist/` (a plain `cargo build`, tests of the API) the table is empty and the server says how to build the SPA.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("../dist");
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    // A path that is not there would make cargo run this script, and compile the crate, every time.
    fs::create_dir_all(&root)?;
    println!("cargo::rerun-if-changed={}", root.display());

    let mut table = String::from("&[\n");
    for (index, path) in files(&root)?.into_iter().enumerate() {
        let name = path.strip_prefix(&root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let body = fs::read(&path)?;
        let hash: String = Sha256::digest(&body).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        let (brotli, gzip) = if is_text_like(&name) {
            (store(&out, index, "br", &brotli(&body)?)?, store(&out, index, "gz", &gzip(&body)?)?)
        } else {
            ("None".to_owned(), "None".to_owned())
        };
        let plain = path.canonicalize()?;
        writeln!(
            table,
            "Asset {{ name: {name:?}, hash: {hash:?}, plain: include_bytes!({plain:?}), brotli: {brotli}, gzip: {gzip} }},"
        )
        .map_err(io::Error::other)?;
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table)
}

/// All files below a folder, in a stable order.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_text_like(name: &str) -> bool {
    [".html", ".js", ".css", ".svg", ".wasm", ".json", ".txt", ".webmanifest"].iter().any(|end| name.ends_with(end))
}

fn brotli(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*body, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}

/// Writes a compressed form and gives the expression that embeds it.
fn store(out: &Path, index: usize, ending: &str, body: &[u8]) -> io::Result<String> {
    let path = out.join(format!("asset-{index}.{ending}"));
    fs::write(&path, body)?;
    Ok(format!("Some(include_bytes!({path:?}))"))
}
