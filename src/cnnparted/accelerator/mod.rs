//! Accelerators as CNNParted describes them for Timeloop 3 and Accelergy 0.3: an `architecture` tree of components, and files of
//! constraints on mappings (`architecture_constraints`, `mapspace_constraints`).
//!
//! What is not taken over is named in [`Imported::ignored`]; what had to be assumed in [`Imported::assumptions`]. Energies and areas are
//! estimated: descriptions of compound components are not read.

mod constraints;
mod level;
mod preset;
mod tree;

use super::error::{Fault, InputError};
use super::fields::Fields;
use super::yaml;
use crate::cost::spatial::Spatial;
use crate::cost::spatial::VectorUnit;
use crate::cost::spatial::architecture::{Architecture, Mac};
use crate::cost::spatial::estimate::{estimate, estimate_mac, logic};
use crate::cost::spatial::rules::{Objective, Rules};
use crate::cost::spatial::search::DEFAULT_BUDGET;

pub use super::description::MAX_BYTES;
pub use preset::to_ron;

/// Cycles per second where the files say nothing: CNNParted's.
const CLOCK_HZ: f64 = 2e8;
/// Nodes the estimates are for, in nanometres.
const ESTIMATED_NM: [f64; 2] = [40.0, 45.0];

/// A file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// As the user named it.
    pub name: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// An accelerator made of files.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What the tree calls the accelerator.
    pub name: String,
    /// The accelerator.
    pub spatial: Spatial,
    /// What had to be assumed, in sentences.
    pub assumptions: Vec<String>,
    /// What the files say and nothing here uses, each with its file.
    pub ignored: Vec<String>,
}

/// What is found on the way.
#[derive(Debug, Default)]
struct Notes {
    assumptions: Vec<String>,
    ignored: Vec<String>,
}

impl Notes {
    fn assume(&mut self, sentence: String) {
        if !self.assumptions.contains(&sentence) {
            self.assumptions.push(sentence);
        }
    }
}

/// Reads an architecture and the constraints on its mappings; the files in any order, exactly one of them with an architecture.
pub fn import(files: &[Source], rules: Rules) -> Result<Imported, InputError> {
    let mut documents = Vec::new();
    for file in files {
        if file.text.len() as u64 > MAX_BYTES {
            let problem = format!("it has {} byte, at most {MAX_BYTES} are read", file.text.len());
            return Err(Fault::new("", problem, "Give a description of one accelerator").in_file(file.name));
        }
        documents.push((file.name, yaml::parse(file.text, file.name)?));
    }
    let mut roots = Vec::new();
    for (name, document) in &documents {
        let root = Fields::of(String::new(), document).map_err(|fault| fault.in_file(name))?;
        roots.push((*name, root));
    }
    let mut notes = Notes::default();
    let mut made: Option<(&str, tree::Tree)> = None;
    for (file, root) in &roots {
        let found = root.fields("architecture").and_then(|architecture| {
            let Some(architecture) = architecture else {
                return Ok(None);
            };
            if made.is_some() {
                let problem = "a second architecture is described here";
                return Err(Fault::new(", architecture", problem, "Give one architecture"));
            }
            tree::read(&architecture, &mut notes).map(Some)
        });
        if let Some(tree) = found.map_err(|fault| fault.in_file(file))? {
            made = Some((file, tree));
        }
    }
    let Some((file, mut tree)) = made else {
        let file = files.first().map_or("the description", |file| file.name);
        let remedy = "Give the file with the key “architecture” and the tree below it";
        return Err(Fault::new("", "it describes no architecture", remedy).in_file(file));
    };
    let architecture = Architecture {
        clock_hz: CLOCK_HZ,
        levels: std::mem::take(&mut tree.levels),
        mac: tree.mac.clone(),
        energy_per_hop_j: 0.0,
        leakage_w: 0.0,
    };
    let mut limits = constraints::Constraints::new(&architecture);
    for (name, root) in &roots {
        limits.read(root, &mut notes).map_err(|fault| fault.in_file(name))?;
    }
    let levels = limits.apply(architecture.levels.clone(), &mut notes);
    let mut architecture = Architecture { levels, ..architecture };
    let ignored = roots.iter().flat_map(|(name, root)| {
        let unread = root.others().into_iter();
        unread.map(move |path| format!("{name}: {path}"))
    });
    notes.ignored.extend(ignored.collect::<Vec<_>>());
    price(&mut architecture, &tree, &mut notes);
    check(&architecture).map_err(|fault| fault.in_file(file))?;
    notes.assume(format!("The clock is {} MHz, as CNNParted takes it", CLOCK_HZ / 1e6));
    let (lanes, bits) = (architecture.mac.mesh_x, architecture.mac.bits);
    notes.assume(format!(
        "Layers without multiply-accumulates run on {lanes} lanes, one a column of the array"
    ));
    let imported = Imported {
        name: tree.name,
        spatial: Spatial {
            architecture,
            rules,
            objective: Objective::default(),
            vector: VectorUnit {
                lanes,
                energy_per_op_j: logic::adder_j(bits),
            },
            budget: DEFAULT_BUDGET,
        },
        assumptions: notes.assumptions,
        ignored: notes.ignored,
    };
    match imported.faults().first() {
        None => Ok(imported),
        Some(fault) => {
            let remedy =
                "Correct the file, or give the constraints that say what each memory keeps and how it is mapped";
            Err(Fault::new("", fault.to_string(), remedy).in_file(file))
        }
    }
}

/// Whether a text that lies beside an architecture is to be read with it: it holds constraints, or cannot be read, which
/// [`import`] then tells.
pub fn is_beside(text: &str) -> bool {
    match yaml::parse(text, "") {
        Ok(serde_json::Value::Object(root)) => {
            constraints::KEYS.iter().any(|key| root.contains_key(*key)) && !root.contains_key("architecture")
        }
        Ok(_) => false,
        Err(_) => true,
    }
}

/// Fills in energies and areas.
fn price(architecture: &mut Architecture, tree: &tree::Tree, notes: &mut Notes) {
    notes.assume("Energies and areas are estimated from class, depth and width of each component".to_owned());
    for level in &mut architecture.levels {
        let found = estimate(level);
        level.read_energy_j = found.read_energy_j;
        level.write_energy_j = found.write_energy_j;
        level.area_m2 = found.area_m2;
        if let Some(assumption) = found.assumption {
            notes.assume(assumption);
        }
    }
    let of_mac = estimate_mac(architecture.mac.bits);
    architecture.mac.energy_j = of_mac.read_energy_j;
    architecture.mac.area_m2 = of_mac.area_m2;
    for &node_nm in &tree.nodes_nm {
        if !ESTIMATED_NM.contains(&node_nm) {
            notes.assume(format!(
                "The file says {node_nm} nm; the estimates are those of 40 and 45 nm, not scaled"
            ));
        }
    }
}

/// Whether the levels fit together.
fn check(architecture: &Architecture) -> Result<(), Fault> {
    let Mac { mesh_x, mesh_y, .. } = architecture.mac;
    let below = architecture.levels.iter().skip(1);
    let below = below.map(|level| (level.name.as_str(), level.mesh_x, level.mesh_y));
    let below = below.chain([("the MAC units", mesh_x, mesh_y)]);
    for (level, (name, x, y)) in architecture.levels.iter().zip(below) {
        if !x.is_multiple_of(level.mesh_x) || !y.is_multiple_of(level.mesh_y) {
            let (outer, outer_x, outer_y) = (&level.name, level.mesh_x, level.mesh_y);
            return Err(Fault::new(
                ", architecture",
                format!("{x} × {y} instances of {name} do not divide among {outer_x} × {outer_y} of {outer}"),
                "Correct “meshX” or the ranges of the names",
            ));
        }
    }
    Ok(())
}
