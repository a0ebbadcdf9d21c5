//! The embedded files, as `build.rs` found them in `dist/`. Imported through [`super`].

/// A file in up to three forms.
pub(super) struct Asset {
    /// Path below `dist/`.
    pub name: &'static str,
    /// Of the plain form.
    pub hash: &'static str,
    /// As it is.
    pub plain: &'static [u8],
    /// Compressed with brotli.
    pub brotli: Option<&'static [u8]>,
    /// Compressed with gzip.
    pub gzip: Option<&'static [u8]>,
}

/// All of them.
pub(super) const ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));
