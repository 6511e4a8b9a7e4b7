//! Checks on demand: the front against linear programmes, the importer's shapes against tract's.

use super::workers::CheckRequest;
use crate::explore::{self, LpBound};
use crate::jobs::{Ticket, child};
use crate::network::import::second_opinion;
use crate::project::Origin;
use crate::units::Unit;
use std::ffi::OsString;
use std::time::Duration;

/// Longest one linear programme may take.
const LP_PATIENCE: Duration = Duration::from_secs(20);
/// Longest a second opinion may take before its process is ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a check; one line per finding.
pub fn run(request: &CheckRequest, ticket: &Ticket) -> Vec<String> {
    match request {
        CheckRequest::LinearProgramme(request) => {
            // The two ends of the front and one point between.
            let weights = [0.0, 0.5, 1.0].into_iter().take_while(|_| !ticket.is_cancelled());
            let cancelled = || ticket.is_cancelled();
            let bound = |weight| explore::check_with_lp(&request.problem(), weight, LP_PATIENCE, &cancelled);
            let told = |weight| bound(weight).map_or_else(|error| error.to_string(), |bound| words(&bound));
            weights.map(told).collect()
        }
        CheckRequest::SecondOpinion(network) => {
            let Origin::File(path) = &network.origin else {
                return vec![
                    "Examples inside the program are checked by its tests: open a file to check it".to_owned(),
                ];
            };
            let symbols = network
                .raw
                .symbols
                .iter()
                .map(|(name, size)| OsString::from(format!("--symbol={name}={size}")));
            let arguments = ["second-opinion".into(), path.clone().into_os_string()]
                .into_iter()
                .chain(symbols);
            let arguments: Vec<OsString> = arguments.collect();
            let answer = child::run(&arguments, PATIENCE, ticket);
            match answer.and_then(|json| second_opinion::compare(&network.raw, &json)) {
                Ok(notes) if notes.is_empty() => vec!["tract agrees with every shape it knows".to_owned()],
                Ok(notes) => notes.into_iter().map(|note| note.text).collect(),
                Err(error) => vec![format!("tract gave no second opinion: {error}")],
            }
        }
    }
}

fn words(bound: &LpBound) -> String {
    let LpBound {
        weight,
        bound,
        found,
        variables,
        constraints,
        ..
    } = bound;
    let (weight, gap) = (
        Unit::Percent.format(*weight),
        Unit::Percent.format((found - bound).max(0.0) / bound),
    );
    format!(
        "Linear programme with {variables} variables and {constraints} constraints, latency weighted {weight}: no design \
         can be below {bound:.9}; the search found {found:.9} (gap {gap}; limits are not part of the programme)"
    )
}
