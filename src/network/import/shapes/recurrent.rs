//! Recurrent cells: RNN, GRU and LSTM share operands and differ in the number of gates.

use super::{Answer, Call, Dim, Gap, Rule, Shaped, gap, product};

pub fn rule(op: &str) -> Option<Rule> {
    matches!(op, "RNN" | "GRU" | "LSTM").then_some(outputs as Rule)
}

/// Extents of a recurrent layer.
pub struct Cells {
    pub steps: Dim,
    pub batch: Dim,
    pub inputs: Dim,
    pub directions: Dim,
    pub hidden: Dim,
    gates: u64,
    batch_first: bool,
}

impl Cells {
    /// Reads X [steps, batch, inputs], W [directions, gates × hidden, inputs] and R [directions, gates × hidden, hidden].
    pub fn of(call: &Call) -> Result<Self, Gap> {
        let gates = match call.node.op.as_str() {
            "LSTM" => 4,
            "GRU" => 3,
            _ => 1,
        };
        let batch_first = call.node.int("layout") == Some(1);
        let (&[first, second, inputs], &[directions, _, hidden]) = (call.dims(0)?.as_slice(), call.dims(2)?.as_slice())
        else {
            return gap("data and weights must have three dimensions");
        };
        let (batch, steps) = if batch_first { (first, second) } else { (second, first) };
        Ok(Self {
            steps,
            batch,
            inputs,
            directions,
            hidden,
            gates,
            batch_first,
        })
    }

    /// Every gate multiplies the input and the previous state with its weights, at every step.
    pub fn macs(&self) -> Dim {
        let width = self.inputs?.checked_add(self.hidden?)?;
        product(&[
            self.steps,
            self.batch,
            self.directions,
            Some(self.gates),
            self.hidden,
            Some(width),
        ])
    }
}

fn outputs(call: &Call) -> Answer {
    let cells = Cells::of(call)?;
    let (sequence, last) = if cells.batch_first {
        (
            vec![cells.batch, cells.steps, cells.directions, cells.hidden],
            vec![cells.batch, cells.directions, cells.hidden],
        )
    } else {
        (
            vec![cells.steps, cells.directions, cells.batch, cells.hidden],
            vec![cells.directions, cells.batch, cells.hidden],
        )
    };
    let dtype = call.dtype(0)?;
    Ok(vec![
        Shaped::new(dtype, sequence),
        Shaped::new(dtype, last.clone()),
        Shaped::new(dtype, last),
    ])
}
