//! Building blocks of pages. Shell and pages may import them; they import no page.

mod icon;
mod loading;
mod status_chip;
mod time;
mod unknown;

pub use icon::{Icon, IconName};
pub use loading::{Failure, Loading};
pub use status_chip::StatusChip;
pub use time::Instant;
pub use unknown::Unknown;
