//! Why a layer has no mapping: which constraint, which level, by how much.

use super::problem::Problem;

/// The reason in words.
pub(super) fn reason(_problem: &Problem) -> String {
    "no factors fit".to_owned()
}
