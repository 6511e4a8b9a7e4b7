//! Checks on demand: the front against linear programmes, the importer's shapes against tract's.

use super::workers::CheckRequest;
use crate::jobs::{Ticket, child};
use crate::project::Origin;
use std::ffi::OsStr;
use std::time::Duration;

/// Longest a second opinion may take before its process is ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a check; one line per finding.
pub fn run(request: &CheckRequest, ticket: &Ticket) -> Vec<String> {
    match request {
        CheckRequest::LinearProgramme(_) => Vec::new(),
        CheckRequest::SecondOpinion(network) => {
            let Origin::File(path) = &network.origin else {
                return vec![
                    "Examples inside the program are checked by its tests: open a file to check it".to_owned(),
                ];
            };
            let arguments = [OsStr::new("second-opinion"), path.as_os_str()];
            child::run(&arguments, PATIENCE, ticket).into_iter().collect()
        }
    }
}
