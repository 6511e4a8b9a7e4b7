//! Profiles of real devices: what bundles, runs of consecutive blocks measured as one unit, take on a device.
//!
//! [`runs`] reads timing and joint profiles in the forms of their producers ([`form`]), [`power`] reads power logs and gives runs their
//! energies, [`plausible`] refuses what no measurement can be, [`statistics`] makes one cost per bundle and clock of them, [`bundles`] holds these; [`device`] is a device of a system with
//! such costs. [`measure`] takes profiles of this machine. Everything but that and [`read_text`] is a pure function of the files' text.

pub mod bundles;
mod damaged;
pub mod device;
mod error;
pub mod form;
pub mod measure;
pub mod plausible;
pub mod power;
pub mod runs;
mod sheet;
pub mod statistics;

pub use bundles::{BundleCost, BundleTable, Missing};
pub use device::Profile;
pub use error::ProfileError;
pub use form::{Form, Producer};
pub use sheet::{MAX_BYTES, read_text};
pub use statistics::{Role, Statistics};
