//! Building blocks of pages. Shell and pages may import them; they import no page.

pub mod chart;
mod chips;
mod copy;
mod drawer;
mod empty;
mod goal_bar;
mod icon;
mod loading;
mod outcome_chip;
mod paged;
mod search;
mod stale;
mod status_chip;
mod text;
mod time;
mod unknown;
mod webhook_help;

pub use chips::{Chip, FilterChips};
pub use copy::CopyText;
pub use drawer::DrawerDialog;
pub use empty::{Empty, NoMatch};
pub use goal_bar::{GoalBar, share_of};
pub use icon::{Icon, IconName};
pub use loading::{Failure, Loading};
pub use outcome_chip::{OutcomeChip, SignatureMark, outcome_name};
pub use paged::{ListSkeleton, PagedList};
pub use search::{Search, SearchField};
pub use stale::StaleChip;
pub use status_chip::StatusChip;
pub use text::{text_or, web_address};
pub use time::Instant;
pub use unknown::Unknown;
pub use webhook_help::{HandMadeEvent, WebhookSecret, WebhookSteps};
