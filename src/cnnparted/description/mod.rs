//! System descriptions of CNNParted (YAML): nodes, links, general settings and limits.
//!
//! The **old style** lists nodes and links together under `components`; an entry with a link model (`ethernet`, `noi`, `ble`) is a
//! link, one with a simulator a node. The **new style** has `system.compute` and `system.link`. Both are sorted by `id`. Whatever is
//! not taken over is named in [`Description::ignored`], nothing is dropped silently.

mod link;
mod node;

pub use link::LinkDescription;
pub use node::{NodeDescription, Simulator};

use super::error::{Fault, InputError, quoted};
use super::fields::{Fields, place};
use super::{Limits, Optimization, Order, yaml};
use serde_json::Value;

/// Largest description in bytes: many times the largest that exists.
pub const MAX_BYTES: u64 = 1_000_000;

/// A description as the file gives it, units included.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// The workload's name.
    pub workload: Option<String>,
    /// Number of cuts; `None` = one for every boundary between layers.
    pub cuts: Option<usize>,
    /// Which sequences of platforms are allowed.
    pub order: Order,
    /// The final filter.
    pub optimization: Optimization,
    /// Limits of the whole system.
    pub limits: Limits,
    /// At least one node, by id; one entry per instance.
    pub nodes: Vec<NodeDescription>,
    /// Links by id.
    pub links: Vec<LinkDescription>,
    /// What the file says and nothing here uses: paths, or sentences where that needs more words.
    pub ignored: Vec<String>,
}

/// Reads the text of a description; `file` names it in errors.
pub fn parse(text: &str, file: &str) -> Result<Description, InputError> {
    let value = yaml::parse(text, file)?;
    describe(&value).map_err(|fault| fault.in_file(file))
}

/// Makes a description of a document.
fn describe(document: &Value) -> Result<Description, Fault> {
    let root = Fields::of(String::new(), document)?;
    let mut ignored = Vec::new();
    let (mut nodes, mut links) = components(&root, &mut ignored)?;
    nodes.sort_by_key(|node| node.id);
    links.sort_by_key(|link| link.id);
    if nodes.is_empty() {
        return Err(Fault::new(
            "",
            "it describes no node",
            "Add nodes under “system.compute”, or under “components” with an “evaluation” block each",
        ));
    }
    let mut description = Description {
        workload: workload(&root, &mut ignored)?,
        cuts: None,
        order: Order::default(),
        optimization: Optimization::All,
        limits: limits(&root, &mut ignored)?,
        nodes,
        links,
        ignored,
    };
    if let Some(general) = root.fields("general")? {
        description.take_general(&general)?;
    }
    description.ignored.extend(root.others());
    Ok(description)
}

impl Description {
    fn take_general(&mut self, general: &Fields) -> Result<(), Fault> {
        let flag = |key| Ok::<bool, Fault>(general.flag(key)?.unwrap_or(false));
        self.order = Order {
            fixed: flag("fixed_sys")?,
            each_once: flag("acc_once")?,
            max_platforms: general
                .whole("max_num_platforms", 1, 1_000)?
                .and_then(|count| usize::try_from(count).ok()),
        };
        // -1 = one cut per boundary, which no unsigned number is.
        self.cuts = general
            .whole("num_pp", -1, 100_000)?
            .and_then(|cuts| usize::try_from(cuts).ok());
        self.optimization = match general.text("optimization")? {
            None => Optimization::All,
            Some(word) => Optimization::from_word(word).ok_or_else(|| {
                let problem = format!("{} is no final filter", quoted(word));
                Fault::new(place(&general.path("optimization")), problem, "Write all, ppa or edp")
            })?,
        };
        self.ignored.extend(general.others());
        Ok(())
    }
}

type Components = (Vec<NodeDescription>, Vec<LinkDescription>);

fn components(root: &Fields, ignored: &mut Vec<String>) -> Result<Components, Fault> {
    let (mut nodes, mut links) = (Vec::new(), Vec::new());
    let entries = root.list("components")?;
    // A file may hold both styles; the original reads the old one then.
    let system = if entries.is_empty() {
        root.fields("system")?
    } else {
        None
    };
    if let Some(system) = system {
        for entry in system.list("compute")? {
            nodes.extend(node::read(&entry, ignored)?);
        }
        for entry in system.list("link")? {
            links.push(link::read_listed(&entry, ignored)?);
        }
        ignored.extend(system.others());
    }
    for entry in entries {
        if link::is_link(&entry) {
            links.push(link::read_listed(&entry, ignored)?);
        } else {
            nodes.extend(node::read(&entry, ignored)?);
        }
    }
    Ok((nodes, links))
}

/// The name of the one network; older files have one mapping instead of a list, or call it `neural-network`.
fn workload(root: &Fields, ignored: &mut Vec<String>) -> Result<Option<String>, Fault> {
    let entries = match (root.get("workload"), root.get("neural-network")) {
        (Some(Value::Array(_)), _) => root.list("workload")?,
        (Some(_), _) => root.fields("workload")?.into_iter().collect(),
        (None, _) => root.fields("neural-network")?.into_iter().collect(),
    };
    if let Some(second) = entries.get(1) {
        return Err(Fault::new(
            place(second.place()),
            "the partitioner takes one network, this is the second",
            "Keep one entry of the list",
        ));
    }
    let Some(entry) = entries.first() else {
        return Ok(None);
    };
    let name = entry.text("name")?.map(str::to_owned);
    ignored.extend(entry.others());
    Ok(name)
}

/// Absent, null and 0 all mean no limit.
fn limits(root: &Fields, ignored: &mut Vec<String>) -> Result<Limits, Fault> {
    let Some(entry) = root.fields("system_constraints")? else {
        return Ok(Limits::default());
    };
    let limit = |key| Ok::<Option<f64>, Fault>(entry.amount(key)?.filter(|&limit| limit > 0.0));
    let limits = Limits {
        latency_ms: limit("latency")?,
        energy_mj: limit("energy")?,
        area_mm2: limit("area")?,
        throughput_fps: limit("throughput")?,
    };
    ignored.extend(entry.others());
    Ok(limits)
}
