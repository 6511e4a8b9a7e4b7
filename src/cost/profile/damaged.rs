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

/// Damaged rows of a file: how many, which are the first, and what is wrong with the very first. However many there are, it stays small.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    first: Option<ProfileError>,
    /// The first ones, ascending, a few more than are named.
    rows: Vec<u64>,
    count: usize,
}

impl Faults {
    /// Adds a fault with its row.
    pub(super) fn add(&mut self, fault: ProfileError) {
        self.count += 1;
        let row = fault.row.unwrap_or(0);
        let place = self.rows.partition_point(|&own| own <= row);
        // One stands apart as the first, another tells that there are more.
        if place < NAMED + 2 {
            self.rows.insert(place, row);
            self.rows.truncate(NAMED + 2);
        }
        if place == 0 {
            self.first = Some(fault);
        }
    }

    /// How many rows are damaged.
    pub fn count(&self) -> usize {
        self.count
    }

    /// That they were left out, in words: how many, which, and what is wrong with the first; `None` = there are none.
    pub fn words(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        let rows = if self.count == 1 { "row" } else { "rows" };
        Some(format!(
            "{} damaged {rows} left out: {} (the first: {})",
            self.count,
            rows_in_words(&self.rows),
            first.problem
        ))
    }

    /// The first fault, with the rows of the others; `None` = there are none.
    pub(super) fn all_in_one(&self) -> Option<ProfileError> {
        let first = self.first.as_ref()?;
        let others = rows_in_words(self.rows.get(1..)?);
        let problem = match self.count {
            1 => first.problem.clone(),
            2 => format!("{}; row {others} is damaged too", first.problem),
            count => format!("{}; {} more rows are damaged: {others}", first.problem, count - 1),
        };
        Some(ProfileError {
            problem,
            remedy: format!("{}, or have damaged rows left out", first.remedy),
            ..first.clone()
        })
    }
}

/// `3, 7, 9`, at a length a person reads.
pub fn rows_in_words(rows: &[u64]) -> String {
    let named: Vec<String> = rows.iter().take(NAMED).map(u64::to_string).collect();
    let more = if rows.len() > NAMED { " …" } else { "" };
    format!("{}{more}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(row: u64) -> ProfileError {
        ProfileError {
            file: "log.csv".to_owned(),
            row: Some(row),
            column: None,
            problem: format!("problem of {row}"),
            remedy: "Mend it".to_owned(),
        }
    }

    #[test]
    fn a_million_faults_are_told_by_the_first_of_them() {
        let mut faults = Faults::default();
        assert_eq!((faults.words(), faults.all_in_one()), (None, None));
        faults.add(fault(9));
        assert_eq!(
            faults.words().unwrap(),
            "1 damaged row left out: 9 (the first: problem of 9)"
        );
        faults.add(fault(3));
        assert!(
            faults
                .all_in_one()
                .unwrap()
                .problem
                .ends_with("problem of 3; row 9 is damaged too")
        );
        for row in (10..1_000_008).rev() {
            faults.add(fault(row));
        }
        assert_eq!(faults.count(), 1_000_000);
        assert!(faults.rows.len() <= NAMED + 2);
        let words = faults.words().unwrap();
        assert!(
            words.starts_with("1000000 damaged rows left out: 3, 9, 10, 11, 12, 13, 14, 15, 16, 17 … ("),
            "{words}"
        );
        let error = faults.all_in_one().unwrap().to_string();
        assert!(
            error.contains("log.csv, row 3: problem of 3; 999999 more rows are damaged: 9, 10,")
                && error.contains("17, 18 …. Mend it, or have"),
            "{error}"
        );
    }
}
