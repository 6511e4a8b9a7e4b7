//! Checks on demand: the front against linear programmes, the importer's shapes against tract's.

use super::workers::CheckRequest;
use crate::explore;
use crate::jobs::{Ticket, child};
use crate::network::import::second_opinion;
use crate::project::Origin;
use std::ffi::OsStr;
use std::time::Duration;

/// Longest a second opinion may take before its process is ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a check; one line per finding.
pub fn run(request: &CheckRequest, ticket: &Ticket) -> Vec<String> {
    match request {
        CheckRequest::LinearProgramme(request) => {
            // The two ends of the front and one point between.
            let weights = [0.0, 0.5, 1.0].into_iter().take_while(|_| !ticket.is_cancelled());
            let lines = weights.map(|weight| match explore::check_with_lp(&request.problem(), weight) {
                Ok(bound) => bound.to_string(),
                Err(error) => error.to_string(),
            });
            lines.collect()
        }
        CheckRequest::SecondOpinion(network) => {
            let Origin::File(path) = &network.origin else {
                return vec![
                    "Examples inside the program are checked by its tests: open a file to check it".to_owned(),
                ];
            };
            let arguments = [OsStr::new("second-opinion"), path.as_os_str()];
            let answer = child::run(&arguments, PATIENCE, ticket);
            match answer.and_then(|json| second_opinion::compare(&network.raw, &json)) {
                Ok(notes) if notes.is_empty() => vec!["tract agrees with every shape it knows".to_owned()],
                Ok(notes) => notes.into_iter().map(|note| note.text).collect(),
                Err(error) => vec![format!("tract gave no second opinion: {error}")],
            }
        }
    }
}
