//! Schedules over the bundles of a document's measured devices: what is asked of them ([`Bundling`]), the problem that a system states
//! ([`Stated`]), its answer ([`Solved`]), and how a schedule becomes the document's design ([`taken`]).

mod profiled;
mod settings;
mod solved;
mod stated;
mod taken;

pub use profiled::Profiled;
pub use settings::{Bundling, MOST_BITS, MOST_LINES};
pub use solved::{Solved, Sweeps, bound, by_clock, solve};
pub use stated::{About, Stated, Unstated, as_run, blocks_of, state};
pub use taken::{Taken, taken};
