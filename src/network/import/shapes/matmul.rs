//! Products of matrices: MatMul, Gemm, Einsum and attention.

use super::super::limits;
use super::{Answer, Call, Dim, Dims, Gap, Rule, Shaped, broadcast, gap, one, size};
use crate::network::DataType;
use std::collections::BTreeMap;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "MatMul" => |call| one(call.dtype(0)?, product(call.dims(0)?, call.dims(1)?)?),
        "MatMulInteger" => |call| one(DataType::Int32, product(call.dims(0)?, call.dims(1)?)?),
        "QLinearMatMul" => |call| {
            one(
                call.dtype(7).or_else(|_| call.dtype(0))?,
                product(call.dims(0)?, call.dims(3)?)?,
            )
        },
        "Gemm" => gemm,
        "Einsum" => |call| one(call.dtype(0)?, Einsum::of(call)?.output()?),
        "Attention" => attention,
        "Det" => |call| {
            let dims = call.dims(0)?;
            one(call.dtype(0)?, dims[..dims.len().saturating_sub(2)].to_vec())
        },
        _ => return None,
    })
}

/// Numpy matmul: the last two axes multiply, those before broadcast, vectors count as one row or column.
pub(super) fn product(a: &Dims, b: &Dims) -> Result<Dims, Gap> {
    let (rows, inner_a, batch_a) = match a.as_slice() {
        [] => return gap("a product with a scalar"),
        [k] => (None, *k, &[][..]),
        [batch @ .., m, k] => (Some(*m), *k, batch),
    };
    let (columns, inner_b, batch_b) = match b.as_slice() {
        [] => return gap("a product with a scalar"),
        [k] => (None, *k, &[][..]),
        [batch @ .., k, n] => (Some(*n), *k, batch),
    };
    if let (Some(x), Some(y)) = (inner_a, inner_b)
        && x != y
    {
        return gap(format!("rows of {x} elements do not multiply with columns of {y}"));
    }
    let mut dims = broadcast(&[&batch_a.to_vec(), &batch_b.to_vec()])?;
    dims.extend(rows);
    dims.extend(columns);
    Ok(dims)
}

fn gemm(call: &Call) -> Answer {
    let matrix = |index: usize, transposed: &str| -> Result<(Dim, Dim), Gap> {
        let dims = call.dims(index)?;
        // Before opset 7 higher ranks were allowed in front of the last axis.
        let (&rows, rest) = dims
            .split_first()
            .ok_or_else(|| Gap("a product with a scalar".to_owned()))?;
        let columns = super::product(rest);
        let swap = call.node.int(transposed).unwrap_or(0) != 0;
        Ok(if swap { (columns, rows) } else { (rows, columns) })
    };
    let ((m, inner_a), (inner_b, n)) = (matrix(0, "transA")?, matrix(1, "transB")?);
    if let (Some(x), Some(y)) = (inner_a, inner_b)
        && x != y
    {
        return gap(format!("rows of {x} elements do not multiply with columns of {y}"));
    }
    one(call.dtype(0)?, vec![m, n])
}

/// An Einstein sum with the size of every index.
pub struct Einsum {
    output: Vec<char>,
    sizes: BTreeMap<char, Dim>,
    /// Broadcast shape of what `...` stands for.
    ellipsis: Dims,
    /// Number of operands.
    pub operands: usize,
}

/// Stands for `...` among the index letters.
const ELLIPSIS: char = '.';

impl Einsum {
    /// Reads the equation and the operands' shapes.
    pub fn of(call: &Call) -> Result<Self, Gap> {
        let equation = call
            .node
            .text("equation")
            .unwrap_or("")
            .replace(' ', "")
            .replace("...", ".");
        if equation.len() > limits::VALUE_ELEMENTS {
            return gap(format!("an equation of {} letters", equation.len()));
        }
        let (left, right) = match equation.split_once("->") {
            Some((left, right)) => (left, Some(right)),
            None => (equation.as_str(), None),
        };
        let terms: Vec<Vec<char>> = left.split(',').map(|term| term.chars().collect()).collect();
        if terms.len() != call.inputs.len() {
            return gap(format!(
                "the equation “{equation}” does not name {} operands",
                call.inputs.len()
            ));
        }
        let mut sizes: BTreeMap<char, Dim> = BTreeMap::new();
        let mut ellipsis = Dims::new();
        for (index, term) in terms.iter().enumerate() {
            let dims = call.dims(index)?;
            let letters = term.iter().filter(|&&c| c != ELLIPSIS).count();
            let hidden = dims.len().checked_sub(letters);
            let fits = hidden.filter(|&h| h == 0 || term.contains(&ELLIPSIS));
            let Some(hidden) = fits else {
                return gap(format!(
                    "operand {index} has {} axes, the equation “{equation}” {letters}",
                    dims.len()
                ));
            };
            let mut rest = dims.as_slice();
            for &letter in term {
                let (here, after) = rest.split_at(if letter == ELLIPSIS { hidden } else { 1 });
                rest = after;
                if letter == ELLIPSIS {
                    ellipsis = broadcast(&[&ellipsis, &here.to_vec()])?;
                    continue;
                }
                let slot = sizes.entry(letter).or_insert(Some(1));
                *slot = match (*slot, here[0]) {
                    (Some(1), d) | (d, Some(1)) | (None, d) | (d, None) => d,
                    (Some(a), Some(b)) if a == b => Some(a),
                    (Some(a), Some(b)) => return gap(format!("index {letter} is {a} and {b} elements long")),
                };
            }
        }
        let output = match right {
            Some(right) => right.chars().collect(),
            // Implicit output: letters that occur once, in alphabetical order, after the ellipsis.
            None => {
                let count = |letter| terms.iter().flatten().filter(|&&c| c == letter).count();
                let lead = terms.iter().flatten().any(|&c| c == ELLIPSIS).then_some(ELLIPSIS);
                lead.into_iter()
                    .chain(sizes.keys().copied().filter(|&l| count(l) == 1))
                    .collect()
            }
        };
        Ok(Self {
            output,
            sizes,
            ellipsis,
            operands: terms.len(),
        })
    }

    /// Shape of the result.
    pub fn output(&self) -> Result<Dims, Gap> {
        let mut dims = Dims::new();
        for &letter in &self.output {
            if letter == ELLIPSIS {
                dims.extend_from_slice(&self.ellipsis);
            } else {
                let size = self.sizes.get(&letter);
                dims.push(*size.ok_or_else(|| Gap(format!("index {letter} occurs in no operand")))?);
            }
        }
        Ok(dims)
    }

    /// Number of points of the whole index space.
    pub fn points(&self) -> Dim {
        let letters: Dims = self.sizes.values().copied().collect();
        super::product(&letters)?.checked_mul(super::product(&self.ellipsis)?)
    }
}

/// The extents of a scaled dot-product attention.
pub struct Heads {
    pub batch: Dim,
    pub query_heads: Dim,
    pub key_heads: Dim,
    pub queries: Dim,
    /// Keys and values attended to, those kept from before included.
    pub keys: Dim,
    pub key_width: Dim,
    pub value_width: Dim,
    flat: bool,
}

impl Heads {
    /// Extents of an `Attention` node (opset 23): Q, K, V, mask, past key, past value.
    pub fn of(call: &Call) -> Result<Self, Gap> {
        let heads = |name: &str| call.node.int(name).map(size).transpose();
        let (q, k, v) = (call.dims(0)?, call.dims(1)?, call.dims(2)?);
        let past = call.optional(4).and_then(|fact| fact.dims.as_ref());
        let before = past.map_or(Some(0), |dims| dims.get(2).copied().flatten());
        let extend = |new: Dim| new?.checked_add(before?);
        match (q.as_slice(), k.as_slice(), v.as_slice()) {
            (&[batch, query_heads, queries, key_width], &[_, key_heads, keys, _], &[_, _, _, value_width]) => {
                Ok(Self {
                    batch,
                    query_heads,
                    key_heads,
                    queries,
                    keys: extend(keys),
                    key_width,
                    value_width,
                    flat: false,
                })
            }
            (&[batch, queries, q_width], &[_, keys, _], &[_, _, v_width]) => {
                let (query_heads, key_heads) = (heads("q_num_heads")?, heads("kv_num_heads")?);
                let share = |width: Dim, heads: Dim| width?.checked_div(heads?);
                Ok(Self {
                    batch,
                    query_heads,
                    key_heads,
                    queries,
                    keys: extend(keys),
                    key_width: share(q_width, query_heads),
                    value_width: share(v_width, key_heads),
                    flat: true,
                })
            }
            _ => gap("query, key and value must all have three or all four dimensions"),
        }
    }

    /// Query times key plus weights times value.
    pub fn macs(&self) -> Dim {
        let pairs = super::product(&[self.batch, self.query_heads, self.queries, self.keys])?;
        pairs.checked_mul(self.key_width?.checked_add(self.value_width?)?)
    }
}

fn attention(call: &Call) -> Answer {
    let heads = Heads::of(call)?;
    let dtype = call.dtype(0)?;
    let result = if heads.flat {
        vec![
            heads.batch,
            heads.queries,
            super::product(&[heads.query_heads, heads.value_width]),
        ]
    } else {
        vec![heads.batch, heads.query_heads, heads.queries, heads.value_width]
    };
    let kept = |width| vec![heads.batch, heads.key_heads, heads.keys, width];
    Ok(vec![
        Shaped::new(dtype, result),
        Shaped::new(dtype, kept(heads.key_width)),
        Shaped::new(dtype, kept(heads.value_width)),
        Shaped::new(dtype, vec![heads.batch, heads.query_heads, heads.queries, heads.keys]),
    ])
}
