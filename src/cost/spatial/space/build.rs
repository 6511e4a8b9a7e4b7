//! Designs as accelerators: a template with the sizes of a design, its energies and areas in the proportion of the estimates.

use super::{Design, EyerissDesign, GemminiDesign, SimbaDesign, SpaceError};
use crate::cost::spatial::Spatial;
use crate::cost::spatial::architecture::{Architecture, Level, Rule};

/// An accelerator made from a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Built {
    /// The accelerator.
    pub spatial: Spatial,
    /// Square metres.
    pub area_m2: f64,
    /// What had to be assumed, in words.
    pub assumptions: Vec<String>,
}

impl Design {
    /// The design in the structure of a template of the same family, which is known by the names of its levels.
    pub fn build(&self, template: &Spatial) -> Result<Built, SpaceError> {
        let mut build = Build {
            built: template.clone(),
            assumptions: Vec::new(),
            family: self.family().words(),
        };
        match self {
            Self::Eyeriss(design) => build.eyeriss(design)?,
            Self::Simba(design) => build.simba(design)?,
            Self::Gemmini(design) => build.gemmini(design)?,
        }
        let Build {
            built: mut spatial,
            assumptions,
            ..
        } = build;
        follow_the_array(&mut spatial, &template.architecture);
        Ok(Built {
            area_m2: spatial.architecture.area_m2(),
            spatial,
            assumptions,
        })
    }
}

struct Build {
    built: Spatial,
    assumptions: Vec<String>,
    family: &'static str,
}

impl Build {
    /// Changes a level, energies and area along with it.
    fn change(&mut self, name: &str, change: impl FnOnce(&mut Level)) -> Result<(), SpaceError> {
        let levels = &mut self.built.architecture.levels;
        let Some(level) = levels.iter_mut().find(|level| level.name == name) else {
            return Err(SpaceError(format!(
                "the accelerator has no level “{name}”, take one made from an {} preset",
                self.family
            )));
        };
        let (changed, assumption) = level.changed(change);
        *level = changed;
        self.assumptions.extend(assumption);
        Ok(())
    }

    fn array(&mut self, x: u32, y: u32) {
        let mac = &mut self.built.architecture.mac;
        (mac.mesh_x, mac.mesh_y) = (x, y);
    }

    fn eyeriss(&mut self, design: &EyerissDesign) -> Result<(), SpaceError> {
        let (x, y) = (design.columns, design.rows);
        self.change("shared_glb", |level| {
            level.capacity_words = Some(design.buffer_words());
        })?;
        self.change("DummyBuffer", |level| level.mesh_x = x)?;
        let spads = [
            ("ifmap_spad", design.input_words),
            ("weights_spad", design.weight_words),
            ("psum_spad", design.sum_words),
        ];
        for (name, words) in spads {
            self.change(name, |level| {
                level.capacity_words = Some(words);
                (level.mesh_x, level.mesh_y) = (x, y);
            })?;
        }
        self.array(x, y);
        Ok(())
    }

    fn simba(&mut self, design: &SimbaDesign) -> Result<(), SpaceError> {
        let (x, lanes) = (design.elements, design.lanes);
        let words = |rows: u64, level: &Level| Some(rows.saturating_mul(u64::from(level.block_words)));
        self.change("GlobalBuffer", |level| {
            level.capacity_words = words(design.buffer.rows, level);
        })?;
        let buffers = [
            ("PEInputBuffer", design.input.rows, 1),
            ("PEWeightBuffer", design.weight.rows, SimbaDesign::BUFFERS),
            ("PEAccuBuffer", design.accumulator.rows, SimbaDesign::BUFFERS),
        ];
        for (name, rows, y) in buffers {
            self.change(name, |level| {
                level.capacity_words = words(rows, level);
                (level.mesh_x, level.mesh_y) = (x, y);
            })?;
        }
        self.change("PEWeightRegs", |level| (level.mesh_x, level.mesh_y) = (x, lanes))?;
        self.array(x, lanes);
        Ok(())
    }

    fn gemmini(&mut self, design: &GemminiDesign) -> Result<(), SpaceError> {
        let side = design.side;
        self.change("Scratchpad", |level| {
            level.block_words = side;
            level.capacity_words = Some(design.scratchpad_rows().saturating_mul(u64::from(side)));
        })?;
        self.change("Accumulator", |level| {
            level.capacity_words = Some(design.accumulator_rows());
            level.mesh_x = side;
        })?;
        self.change("Registers", |level| (level.mesh_x, level.mesh_y) = (side, side))?;
        self.array(side, side);
        Ok(())
    }
}

/// Limits of the spread and lanes of the vector unit that were those of the template's array become those of the new one.
pub fn follow_the_array(spatial: &mut Spatial, template: &Architecture) {
    let fan_outs: Vec<_> = (0..spatial.architecture.levels.len())
        .map(|level| (template.fan_out(level), spatial.architecture.fan_out(level)))
        .collect();
    for (level, (old, new)) in spatial.architecture.levels.iter_mut().zip(fan_outs) {
        let along_x = level.spatial.along_x.clone();
        for (dim, rule) in &mut level.spatial.rules {
            let (old, new) = if along_x.contains(dim) {
                (old.0, new.0)
            } else {
                (old.1, new.1)
            };
            match rule {
                Rule::Exactly(factor) | Rule::AtMost(factor) if *factor == old => *factor = new,
                _ => {}
            }
        }
    }
    if spatial.vector.lanes == template.mac.mesh_x {
        spatial.vector.lanes = spatial.architecture.mac.mesh_x;
    }
}
