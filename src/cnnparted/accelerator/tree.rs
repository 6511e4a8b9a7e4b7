//! The tree of components: one path from the main memory to the arithmetic.

use super::Notes;
use super::level::{self, Kind};
use crate::cnnparted::error::{Fault, quoted};
use crate::cnnparted::fields::{Fields, place};
use crate::cost::spatial::architecture::{Level, MAX_LEVELS, Mac};

/// The deepest nesting of subtrees.
const DEEPEST: usize = 16;
/// The largest number of instances of a component.
const MOST_INSTANCES: u64 = 1 << 22;

/// What the tree says.
#[derive(Debug)]
pub(super) struct Tree {
    /// The name of the innermost subtree that is not repeated.
    pub(super) name: String,
    /// From the main memory inwards, without constraints, energies and areas.
    pub(super) levels: Vec<Level>,
    pub(super) mac: Mac,
    /// Different nodes, in nanometres.
    pub(super) nodes_nm: Vec<f64>,
}

/// What a subtree hands down to everything in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Inherited {
    pub(super) word_bits: Option<u32>,
    node_nm: Option<f64>,
}

/// A component with what surrounds it.
pub(super) struct Component<'a, 'f> {
    pub(super) fields: &'f Fields<'a>,
    pub(super) attributes: Option<Fields<'a>>,
    pub(super) name: &'a str,
    pub(super) instances: u64,
    pub(super) inherited: Inherited,
}

#[derive(Default)]
struct Walk {
    name: Option<String>,
    levels: Vec<Level>,
    mac: Option<Mac>,
    nodes_nm: Vec<f64>,
}

/// Reads the value of the key `architecture`.
pub(super) fn read(architecture: &Fields, notes: &mut Notes) -> Result<Tree, Fault> {
    if architecture.get("nodes").is_some() {
        return Err(Fault::new(
            place(&architecture.path("nodes")),
            "this is the format of Timeloop 4, which is not read",
            "Give the description with “subtree” and “local” (version 0.3)",
        ));
    }
    // The version decides nothing that is read here.
    architecture.get("version");
    let mut walk = Walk::default();
    walk.subtrees(architecture, 1, Inherited::default(), 0, notes)?;
    notes.ignored.extend(architecture.others());
    let missing = |what: &str, remedy: &str| Fault::new(place(architecture.place()), what, remedy);
    if walk.levels.is_empty() {
        return Err(missing(
            "it has no memory",
            "Add the main memory and the buffers under “local”",
        ));
    }
    let mac = walk.mac.ok_or_else(|| {
        missing(
            "it has no MAC units",
            "Add a component of a class like “intmac” under the innermost “local”",
        )
    })?;
    Ok(Tree {
        name: walk.name.unwrap_or_else(|| "Imported accelerator".to_owned()),
        levels: walk.levels,
        mac,
        nodes_nm: walk.nodes_nm,
    })
}

impl Walk {
    /// The one subtree below, if there is any.
    fn subtrees(
        &mut self,
        above: &Fields,
        instances: u64,
        inherited: Inherited,
        depth: usize,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let subtrees = above.list("subtree")?;
        let Some(subtree) = subtrees.first() else {
            return Ok(());
        };
        if let Some(second) = subtrees.get(1) {
            return Err(Fault::new(
                place(second.place()),
                "the tree branches here: only one path from the main memory to the MAC units is read",
                "Keep one entry of “subtree”",
            ));
        }
        if depth >= DEEPEST {
            return Err(Fault::new(
                place(subtree.place()),
                format!("more than {DEEPEST} subtrees lie in each other"),
                "Leave out levels without components",
            ));
        }
        let (name, count) = ranged(subtree)?;
        let instances = multiplied(subtree, instances, count)?;
        if count == 1 && !name.is_empty() {
            self.name = Some(name.to_owned());
        }
        let attributes = subtree.fields("attributes")?;
        let inherited = inherited.within(attributes.as_ref())?;
        for local in subtree.list("local")? {
            self.component(&local, instances, inherited, notes)?;
        }
        self.subtrees(subtree, instances, inherited, depth + 1, notes)?;
        notes.ignored.extend(attributes.iter().flat_map(Fields::others));
        notes.ignored.extend(subtree.others());
        Ok(())
    }

    fn component(
        &mut self,
        fields: &Fields,
        instances: u64,
        inherited: Inherited,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let (name, count) = ranged(fields)?;
        let attributes = fields.fields("attributes")?;
        let component = Component {
            fields,
            name,
            instances: multiplied(fields, instances, count)?,
            inherited: inherited.within(attributes.as_ref())?,
            attributes,
        };
        let kind = level::kind(&component)?;
        if let Kind::Ignored(why) = kind {
            notes.ignored.push(format!("{}: {why}", fields.place()));
            return Ok(());
        }
        if let Some(node_nm) = component.inherited.node_nm
            && !self.nodes_nm.contains(&node_nm)
        {
            self.nodes_nm.push(node_nm);
        }
        if self.mac.is_some() {
            return Err(Fault::new(
                place(fields.place()),
                format!("{} comes after the MAC units", quoted(name)),
                "Give memories first and one component of MAC units last",
            ));
        }
        let outer = self.levels.last().map(|level| (level.mesh_x, level.mesh_y));
        match kind {
            Kind::Mac => self.mac = Some(level::mac(&component, outer, notes)?),
            Kind::Storage(class, smart) => {
                if self.levels.len() >= MAX_LEVELS {
                    return Err(Fault::new(
                        place(fields.place()),
                        format!("this is memory {}, at most {MAX_LEVELS} are read", MAX_LEVELS + 1),
                        "Leave out memories that store nothing",
                    ));
                }
                if self.levels.iter().any(|level| level.name == name) {
                    return Err(Fault::new(
                        place(&fields.path("name")),
                        format!("the name {} is given twice", quoted(name)),
                        "Rename one of the two",
                    ));
                }
                let level = level::storage(&component, class, smart, outer, self.levels.is_empty(), notes)?;
                self.levels.push(level);
            }
            Kind::Ignored(_) => {}
        }
        notes
            .ignored
            .extend(component.attributes.iter().flat_map(Fields::others));
        notes.ignored.extend(fields.others());
        Ok(())
    }
}

impl Inherited {
    /// With what the attributes of a subtree or component say.
    fn within(self, attributes: Option<&Fields>) -> Result<Self, Fault> {
        let Some(attributes) = attributes else {
            return Ok(self);
        };
        let word_bits = level::word_bits(attributes)?;
        let node_nm = match attributes.get("technology") {
            Some(serde_json::Value::String(text)) => text.trim().trim_end_matches("nm").trim().parse().ok(),
            Some(value) => value.as_f64(),
            None => None,
        };
        Ok(Self {
            word_bits: word_bits.or(self.word_bits),
            // A technology of -1 means none.
            node_nm: node_nm.filter(|&node_nm: &f64| node_nm > 0.0).or(self.node_nm),
        })
    }
}

/// A name without its range, and how many the range makes: `PE[0..167]` are 168.
fn ranged<'a>(fields: &Fields<'a>) -> Result<(&'a str, u64), Fault> {
    let name = fields.text("name")?;
    let name = name.ok_or_else(|| fields.missing("name", "what the component is called"))?;
    let wrong = || {
        Fault::new(
            place(&fields.path("name")),
            format!("{} is no name with a range", quoted(name)),
            format!("Write a range like PE[0..15], with at most {MOST_INSTANCES} instances"),
        )
    };
    let Some((bare, range)) = name.split_once('[') else {
        return Ok((name.trim(), 1));
    };
    let range = range.strip_suffix(']').and_then(|range| range.split_once(".."));
    let (first, last) = range.ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong());
    let (first, last) = (number(first)?, number(last)?);
    if first > last || last >= MOST_INSTANCES {
        return Err(wrong());
    }
    Ok((bare.trim(), last - first + 1))
}

fn multiplied(fields: &Fields, instances: u64, count: u64) -> Result<u64, Fault> {
    let product = instances.saturating_mul(count);
    if product > MOST_INSTANCES {
        return Err(Fault::new(
            place(&fields.path("name")),
            format!("this makes {product} instances, at most {MOST_INSTANCES} are read"),
            "Correct the range",
        ));
    }
    Ok(product)
}
