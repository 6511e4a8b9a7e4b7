//! Windows sliding over an image: convolutions, pooling and their relatives.

use super::{Answer, Call, Dim, Dims, Gap, Rule, Shaped, gap, one, size};
use crate::network::DataType;

pub fn rule(op: &str) -> Option<Rule> {
    Some(match op {
        "Conv" => |call| one(call.dtype(0)?, convolution(call, 0, 1)?),
        "ConvInteger" => |call| one(DataType::Int32, convolution(call, 0, 1)?),
        "QLinearConv" => |call| one(call.dtype(7).or_else(|_| call.dtype(0))?, convolution(call, 0, 3)?),
        "DeformConv" => |call| one(call.dtype(0)?, convolution(call, 0, 1)?),
        "ConvTranspose" => transposed,
        "MaxPool" | "AveragePool" | "LpPool" => pool,
        "GlobalAveragePool" | "GlobalMaxPool" | "GlobalLpPool" => global_pool,
        "MaxRoiPool" => |call| regions(call, 1, call.node.ints("pooled_shape").unwrap_or(&[]).to_vec()),
        "RoiAlign" => |call| {
            let side = |name| call.node.int(name).unwrap_or(1);
            regions(call, 1, vec![side("output_height"), side("output_width")])
        },
        "MaxUnpool" => unpool,
        "GridSample" => grid_sample,
        "AffineGrid" => affine_grid,
        "Col2Im" => col2im,
        _ => return None,
    })
}

/// The sliding window of a node: one entry per spatial axis.
pub struct Window {
    pub kernel: Vec<u64>,
    pub stride: Vec<u64>,
    pub dilation: Vec<u64>,
    /// Rows and columns of padding before and after, per axis.
    pub pads: Vec<(i64, i64)>,
    /// `auto_pad` of the SAME kinds.
    same: bool,
}

impl Window {
    /// Reads the attributes; `kernel` is what the weights say where the attribute is left out.
    fn of(call: &Call, axes: usize, kernel: Option<Vec<u64>>) -> Result<Self, Gap> {
        let list = |name: &str| -> Result<Option<Vec<u64>>, Gap> {
            let Some(values) = call.node.ints(name) else {
                return Ok(None);
            };
            if values.len() != axes {
                return gap(format!("{name} has {} entries for {axes} axes", values.len()));
            }
            let positive = |&v: &i64| match u64::try_from(v) {
                Ok(v) if v > 0 => Ok(v),
                _ => gap(format!("{name} contains {v}")),
            };
            values.iter().map(positive).collect::<Result<_, _>>().map(Some)
        };
        let Some(kernel) = list("kernel_shape")?.or(kernel) else {
            return gap("the kernel's shape is not known");
        };
        let auto = call.node.text("auto_pad").unwrap_or("NOTSET");
        let pads = match (auto, call.node.ints("pads")) {
            ("NOTSET" | "", Some(pads)) if pads.len() == 2 * axes => {
                let (before, after) = pads.split_at(axes);
                before.iter().copied().zip(after.iter().copied()).collect()
            }
            ("NOTSET" | "", Some(pads)) => {
                return gap(format!("pads has {} entries for {axes} axes", pads.len()));
            }
            _ => vec![(0, 0); axes],
        };
        Ok(Self {
            kernel,
            stride: list("strides")?.unwrap_or_else(|| vec![1; axes]),
            dilation: list("dilations")?.unwrap_or_else(|| vec![1; axes]),
            pads,
            same: auto.starts_with("SAME"),
        })
    }

    /// Extent of the kernel along an axis, holes included.
    fn extent(&self, axis: usize) -> Option<u64> {
        self.kernel[axis]
            .checked_sub(1)?
            .checked_mul(self.dilation[axis])?
            .checked_add(1)
    }

    /// Number of places of the window along an axis of `input` elements.
    fn places(&self, axis: usize, input: Dim, round_up: bool) -> Result<Dim, Gap> {
        let Some(input) = input else { return Ok(None) };
        let stride = self.stride[axis];
        if self.same {
            return Ok(Some(input.div_ceil(stride)));
        }
        let too_large = || Gap("a size beyond 2^63".to_owned());
        let (before, after) = self.pads[axis];
        let padded = i128::from(input) + i128::from(before) + i128::from(after);
        let extent = i128::from(self.extent(axis).ok_or_else(too_large)?);
        let free = padded - extent;
        if free < 0 {
            return gap(format!(
                "the window of {extent} is larger than the {padded} elements it slides over"
            ));
        }
        let stride = i128::from(stride);
        let mut places = free / stride + 1;
        // Rounding up adds a place, unless that window would begin in the padding behind the data.
        if round_up && free % stride != 0 && places * stride < i128::from(input) + i128::from(before) {
            places += 1;
        }
        u64::try_from(places).map(Some).map_err(|_| too_large())
    }
}

/// Number of spatial axes of an operand laid out N, C, axes.
fn spatial<'a>(call: &Call<'a>, index: usize) -> Result<(&'a Dims, usize), Gap> {
    let dims = call.dims(index)?;
    match dims.len() {
        0..=2 => gap(format!("an operand of {} dimensions is no image", dims.len())),
        rank => Ok((dims, rank - 2)),
    }
}

fn convolution(call: &Call, image: usize, weights: usize) -> Result<Dims, Gap> {
    let (x, axes) = spatial(call, image)?;
    let w = call.dims(weights)?;
    if w.len() != x.len() {
        return gap(format!("weights of {} dimensions for data of {}", w.len(), x.len()));
    }
    let group = call.node.int("group").unwrap_or(1);
    let group = u64::try_from(group).ok().filter(|&g| g > 0);
    let Some(group) = group else {
        return gap("group must be positive");
    };
    if let (Some(channels), Some(per_group)) = (x[1], w[1])
        && per_group.checked_mul(group) != Some(channels)
    {
        return gap(format!("{group} groups of {per_group} channels do not make {channels}"));
    }
    let kernel = w[2..].iter().copied().collect();
    let window = Window::of(call, axes, kernel)?;
    let mut dims = vec![x[0], w[0]];
    for axis in 0..axes {
        dims.push(window.places(axis, x[axis + 2], false)?);
    }
    Ok(dims)
}

fn transposed(call: &Call) -> Answer {
    let (x, axes) = spatial(call, 0)?;
    let w = call.dims(1)?;
    if w.len() != x.len() {
        return gap(format!("weights of {} dimensions for data of {}", w.len(), x.len()));
    }
    let window = Window::of(call, axes, w[2..].iter().copied().collect())?;
    let group = size(call.node.int("group").unwrap_or(1))?;
    let mut dims = vec![x[0], w[1].and_then(|c| c.checked_mul(group))];
    let given = call.node.ints("output_shape");
    for axis in 0..axes {
        // Some exporters list batch and channels too.
        let wanted = given.and_then(|g| g.get(g.len().checked_sub(axes)? + axis));
        dims.push(match (wanted, x[axis + 2]) {
            (Some(&d), _) => Some(size(d)?),
            (None, None) => None,
            (None, Some(input)) if window.same => input.checked_mul(window.stride[axis]),
            (None, Some(input)) => {
                let extra = call
                    .node
                    .ints("output_padding")
                    .and_then(|p| p.get(axis))
                    .copied()
                    .unwrap_or(0);
                let (before, after) = window.pads[axis];
                let extent = i128::from(window.extent(axis).unwrap_or(u64::MAX));
                let steps = i128::from(input) - 1;
                let length = steps * i128::from(window.stride[axis]) + extent + i128::from(extra)
                    - i128::from(before)
                    - i128::from(after);
                Some(u64::try_from(length).map_err(|_| Gap(format!("an output of {length} elements")))?)
            }
        });
    }
    one(call.dtype(0)?, dims)
}

fn pool(call: &Call) -> Answer {
    let (x, axes) = spatial(call, 0)?;
    let window = Window::of(call, axes, None)?;
    let round_up = call.node.int("ceil_mode") == Some(1);
    let mut dims = vec![x[0], x[1]];
    for axis in 0..axes {
        dims.push(window.places(axis, x[axis + 2], round_up)?);
    }
    Ok(vec![
        Shaped::new(call.dtype(0)?, dims.clone()),
        Shaped::new(DataType::Int64, dims),
    ])
}

fn global_pool(call: &Call) -> Answer {
    let (x, _) = spatial(call, 0)?;
    let dims = x
        .iter()
        .enumerate()
        .map(|(i, &d)| if i < 2 { d } else { Some(1) })
        .collect();
    one(call.dtype(0)?, dims)
}

/// One pooled window per region of interest.
fn regions(call: &Call, rois: usize, window: Vec<i64>) -> Answer {
    let (x, rois) = (call.dims(0)?, call.dims(rois)?);
    let mut dims = vec![rois.first().copied().flatten(), x.get(1).copied().flatten()];
    for side in window {
        dims.push(Some(size(side)?));
    }
    one(call.dtype(0)?, dims)
}

fn unpool(call: &Call) -> Answer {
    if call.optional(2).is_some() {
        let dims = call
            .values(2)?
            .into_iter()
            .map(|d| size(d).map(Some))
            .collect::<Result<_, _>>()?;
        return one(call.dtype(0)?, dims);
    }
    let (x, axes) = spatial(call, 0)?;
    let window = Window::of(call, axes, None)?;
    let mut dims = vec![x[0], x[1]];
    for axis in 0..axes {
        let (before, after) = window.pads[axis];
        let length = x[axis + 2].map(|input| {
            (i128::from(input) - 1) * i128::from(window.stride[axis]) + i128::from(window.kernel[axis])
                - i128::from(before)
                - i128::from(after)
        });
        dims.push(length.and_then(|l| u64::try_from(l).ok()));
    }
    one(call.dtype(0)?, dims)
}

fn grid_sample(call: &Call) -> Answer {
    let (x, _) = spatial(call, 0)?;
    let grid = call.dims(1)?;
    if grid.len() != x.len() {
        return gap("the grid's rank differs from the data's");
    }
    let mut dims = vec![x[0], x[1]];
    dims.extend_from_slice(&grid[1..grid.len() - 1]);
    one(call.dtype(0)?, dims)
}

fn affine_grid(call: &Call) -> Answer {
    let sizes = call.values(1)?;
    let (Some(&batch), true) = (sizes.first(), sizes.len() > 2) else {
        return gap("its size operand is too short");
    };
    let mut dims = vec![Some(size(batch)?)];
    for &side in &sizes[2..] {
        dims.push(Some(size(side)?));
    }
    dims.push(Some(sizes.len() as u64 - 2));
    one(call.dtype(0)?, dims)
}

fn col2im(call: &Call) -> Answer {
    let x = call.dims(0)?;
    let (image, block) = (call.values(1)?, call.values(2)?);
    let block = block
        .iter()
        .try_fold(1_u64, |p, &b| p.checked_mul(u64::try_from(b).ok()?));
    let channels = match (x.get(1).copied().flatten(), block) {
        (Some(columns), Some(block)) if block > 0 => Some(columns / block),
        _ => None,
    };
    let mut dims = vec![x.first().copied().flatten(), channels];
    for side in image {
        dims.push(Some(size(side)?));
    }
    one(call.dtype(0)?, dims)
}
