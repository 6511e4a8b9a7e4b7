//! Damaged rows of a file: which they are, and how they are told of.

use super::error::ProfileError;

/// What is done with damaged rows of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Damaged {
    /// The log is refused.
    #[default]
    Refuse,
    /// They are left out and told of; power is interpolated across them.
    LeaveOut,
}

/// Which of the times belong to a longest sequence that ascends; of several the one that ends first.
pub(super) fn ascending(stamps: &[i64]) -> Vec<bool> {
    // By length, the end of the sequence of that length with the smallest last time.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(stamps.len());
    let mut last = None;
    for (index, stamp) in stamps.iter().enumerate() {
        let length = ends.partition_point(|&end| stamps[end] < *stamp);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => {
                ends.push(index);
                last = Some(index);
            }
        }
    }
    let mut fits = vec![false; stamps.len()];
    while let Some(index) = last {
        fits[index] = true;
        last = before[index];
    }
    fits
}

/// Most rows that a message names.
const NAMED: usize = 10;

/// The first fault, with the rows of the others.
pub(super) fn all_in_one(first: &ProfileError, others: &[ProfileError]) -> ProfileError {
    let rows: Vec<u64> = others.iter().filter_map(|fault| fault.row).collect();
    let problem = match others.len() {
        0 => first.problem.clone(),
        1 => format!("{}; row {} is damaged too", first.problem, rows_in_words(&rows)),
        count => format!(
            "{}; {count} more rows are damaged: {}",
            first.problem,
            rows_in_words(&rows)
        ),
    };
    ProfileError {
        problem,
        remedy: format!("{}, or have damaged rows left out", first.remedy),
        ..first.clone()
    }
}

/// `3, 7, 9`, at a length a person reads.
pub fn rows_in_words(rows: &[u64]) -> String {
    let named: Vec<String> = rows.iter().take(NAMED).map(u64::to_string).collect();
    let more = if rows.len() > NAMED { " …" } else { "" };
    format!("{}{more}", named.join(", "))
}
