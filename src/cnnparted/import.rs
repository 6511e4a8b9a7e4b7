//! From a description to what evaluates it: a [`Problem`] of the compatibility mode, or a [`System`] of this program.

use super::description::{Description, LinkDescription, NodeDescription, Simulator};
use super::error::{Fault, InputError};
use super::links::crossings;
use super::{AreaRule, Bits, Graph, NodeCost, NodeDesign, NodeTable, Platform, Problem, RequiredBits, Rules};
use crate::cost::layer_table::{LayerRow, LayerTable, MissingRows};
use crate::design::Constraints;
use crate::link::{Duplex, LinkModel, PlainLink};
use crate::system::{Device, DeviceModel, Link, MAX_DEVICES, System, Topology};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the layers of a node cost, which a description does not say.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeCosts {
    /// A table, and where it comes from in words.
    Table(NodeTable, String),
    /// A device of the catalogue.
    Preset(Box<Device>),
}

/// A description as a system of this program.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Devices and links.
    pub system: System,
    /// The description's limits.
    pub constraints: Constraints,
    /// What was not taken over, and what means something else here, in whole sentences.
    pub notes: Vec<String>,
}

/// The largest number of designs of one device: every one is searched, shown and stored with all its rows.
const MOST_DESIGNS: usize = 64;
/// Bytes per second of a link that stands for no link: transfers over it take no time worth mentioning.
const FREE_BYTES_PER_S: f64 = 1e24;

impl Description {
    /// The problem of the compatibility mode: one table per node, in the order of [`Description::nodes`].
    pub fn problem(
        &self,
        graph: Graph,
        tables: Vec<NodeTable>,
        required: &RequiredBits,
        rules: Rules,
        file: &str,
    ) -> Result<Problem, InputError> {
        self.check_count(tables.len()).map_err(|fault| fault.in_file(file))?;
        let platforms = self.nodes.iter().zip(tables).map(|(node, table)| Platform {
            name: node.name(),
            bits: node.bits.clone(),
            area: match node.simulator {
                Simulator::Mnsim => AreaRule::OfLayers,
                Simulator::Timeloop | Simulator::Zigzag | Simulator::Other => AreaRule::OfDesign,
            },
            table,
        });
        let platforms: Vec<Platform> = platforms.collect();
        let links = self.links.iter().map(|link| crossings(&graph, link, rules)).collect();
        let problem = Problem::new(graph, &platforms, links, required, rules);
        Ok(problem.with_order(self.order).with_limits(self.limits))
    }

    /// A system of this program named `name`: one cost for each node, in the order of [`Description::nodes`]. One link joins all
    /// devices; one fewer than devices make a chain. Every published fault is corrected.
    pub fn system(&self, name: &str, costs: Vec<NodeCosts>, file: &str) -> Result<Imported, InputError> {
        self.to_system(name, costs).map_err(|fault| fault.in_file(file))
    }

    fn to_system(&self, name: &str, costs: Vec<NodeCosts>) -> Result<Imported, Fault> {
        self.check_count(costs.len())?;
        let count = self.nodes.len();
        if count > MAX_DEVICES {
            let problem = format!("it has {count} nodes, a system here has at most {MAX_DEVICES} devices");
            return Err(Fault::new("", problem, "Remove nodes or lower their instances"));
        }
        let mut notes = Vec::new();
        let nodes = self.nodes.iter().zip(costs);
        let devices: Vec<Device> = nodes.map(|(node, costs)| device(node, costs, &mut notes)).collect();
        let (links, topology) = self.joined(&mut notes)?;
        let rates = self.links.iter().map(|link| link.frame_rate_hz);
        let frame_rate_hz = rates.clone().reduce(f64::max);
        if let Some(rate) = frame_rate_hz.filter(|&rate| rates.clone().any(|other| other != rate)) {
            notes.push(format!(
                "The links are given different rates; all carry {rate} inferences per second, the largest."
            ));
        }
        let system = System {
            name: name.to_owned(),
            devices,
            links,
            topology,
            direct: Vec::new(),
            input_at: 0,
            output_at: count - 1,
            input_bits: 8,
            frame_rate_hz,
        };
        if let Some(fault) = system.validate().into_iter().next() {
            let problem = format!("the system it describes is not usable: {fault}");
            return Err(Fault::new("", problem, "Correct the value that it comes from"));
        }
        let constraints = self.constraints(count, &mut notes);
        if count > 1 {
            notes.push(format!(
                "The input arrives at {} and the output is wanted at {}; CNNParted charges neither. Change both in the system's settings.",
                system.devices[0].name, system.devices[count - 1].name
            ));
        }
        if !self.ignored.is_empty() {
            notes.push(format!("Not taken over: {}.", self.ignored.join(", ")));
        }
        Ok(Imported {
            system,
            constraints,
            notes,
        })
    }

    fn check_count(&self, costs: usize) -> Result<(), Fault> {
        if costs == self.nodes.len() {
            return Ok(());
        }
        let names: Vec<String> = self.nodes.iter().map(NodeDescription::name).collect();
        Err(Fault::new(
            "",
            format!("{costs} tables of layer costs are given for {} nodes", names.len()),
            format!("Give one table for each of {}, in this order", names.join(", ")),
        ))
    }

    /// The links and how they join the devices.
    fn joined(&self, notes: &mut Vec<String>) -> Result<(Vec<Link>, Topology), Fault> {
        let count = self.nodes.len();
        let links = self.links.as_slice();
        if count == 1 {
            return Ok((Vec::new(), Topology::Chain));
        }
        match links {
            [] => {
                notes.push(
                    "No link is described, which makes transfers free: the devices are joined by a link without cost."
                        .to_owned(),
                );
                Ok((vec![free_link()], bus_of(count)))
            }
            [only] => Ok((vec![link(only)], bus_of(count))),
            several if several.len() == count - 1 => Ok((several.iter().map(link).collect(), Topology::Chain)),
            [unused, several @ ..] if several.len() == count - 1 => {
                notes.push(format!(
                    "Link {} comes first of as many as nodes; CNNParted never uses it.",
                    unused.id
                ));
                Ok((several.iter().map(link).collect(), Topology::Chain))
            }
            several => Err(Fault::new(
                "",
                format!("{} links cannot join {count} nodes", several.len()),
                format!("Describe one link for all, or {} from each node to the next", count - 1),
            )),
        }
    }

    fn constraints(&self, count: usize, notes: &mut Vec<String>) -> Constraints {
        let most = self.order.max_platforms.unwrap_or(count);
        let most = self.cuts.map_or(most, |cuts| most.min(cuts + 1));
        if let Some(cuts) = self.cuts.filter(|&cuts| cuts >= count) {
            notes.push(format!(
                "{cuts} cuts among {count} nodes let a node come again; a search with revisits finds such designs."
            ));
        }
        if !self.order.fixed && count > 1 {
            notes.push("The nodes may come in any order; a search with free order finds such designs.".to_owned());
        }
        Constraints {
            latency_s: self.limits.latency_ms.map(|ms| ms * 1e-3),
            energy_j: self.limits.energy_mj.map(|mj| mj * 1e-3),
            throughput_hz: self.limits.throughput_fps,
            area_m2: self.limits.area_mm2.map(|mm2| mm2 * 1e-6),
            most_devices: (most < count).then_some(most),
        }
    }
}

/// One link for all: between two devices that is a chain.
fn bus_of(devices: usize) -> Topology {
    if devices > 2 { Topology::Bus } else { Topology::Chain }
}

fn device(node: &NodeDescription, costs: NodeCosts, notes: &mut Vec<String>) -> Device {
    let name = node.name();
    let from_description = "CNNParted's description of the system".to_owned();
    let mut sources = BTreeMap::from([("bits".to_owned(), from_description.clone())]);
    let memory_limit_bytes = node.max_memory_bytes.filter(|&bytes| bytes > 0.0);
    if memory_limit_bytes.is_some() {
        sources.insert("memory_limit_bytes".to_owned(), from_description);
    }
    let bits = match &node.bits {
        Bits::Uniform(bits) => *bits,
        Bits::PerLayer(widths) => {
            let widest = widths.values().copied().fold(1.0, f64::max);
            notes.push(format!(
                "{name} has widths per layer; it computes with the largest, {widest} bits."
            ));
            widest
        }
    };
    let common = Device {
        name,
        preset: None,
        sources,
        bits: bits as u32,
        weight_bits: None,
        memory_limit_bytes,
        power_limit_w: None,
        idle_power_w: 0.0,
        area_m2: None,
        model: DeviceModel::Table(LayerTable {
            source: String::new(),
            missing: MissingRows::Free,
            layers: Arc::default(),
        }),
        alternatives: Vec::new(),
    };
    match costs {
        NodeCosts::Preset(preset) => Device {
            sources: preset.sources.into_iter().chain(common.sources).collect(),
            model: preset.model,
            preset: preset.preset,
            weight_bits: preset.weight_bits,
            idle_power_w: preset.idle_power_w,
            area_m2: preset.area_m2,
            ..common
        },
        NodeCosts::Table(table, source) => of_table(common, node, &table, &source, notes),
    }
}

/// The first design as the device, the others as its alternatives.
fn of_table(
    common: Device,
    node: &NodeDescription,
    table: &NodeTable,
    source: &str,
    notes: &mut Vec<String>,
) -> Device {
    let is_crossbar = node.simulator == Simulator::Mnsim;
    if is_crossbar {
        notes.push(format!(
            "{} has an area per layer; as a device it takes the area of all layers of its table.",
            common.name
        ));
    }
    let area_mm2 = |design: &NodeDesign| match is_crossbar {
        true => design.rows.iter().map(|(_, row)| row.area_mm2).sum(),
        false => design.area_mm2(),
    };
    let mut designs = designs_of_table(&common, table, source, MissingRows::Free, area_mm2, notes).into_iter();
    let Some(first) = designs.next() else {
        return common;
    };
    Device {
        alternatives: designs.collect(),
        ..first
    }
}

/// The designs of a table, each as `common` with its costs and, where the table knows it, its area; all but the first are named by
/// their tags. Of very many the best are taken over, which a note says.
pub fn designs_of_table(
    common: &Device,
    table: &NodeTable,
    source: &str,
    missing: MissingRows,
    area_mm2: impl Fn(&NodeDesign) -> f64,
    notes: &mut Vec<String>,
) -> Vec<Device> {
    let kept = best_designs(&table.designs);
    if kept.len() < table.designs.len() {
        notes.push(format!(
            "{} has {} designs; the {MOST_DESIGNS} with the least latency × energy over all layers are taken over.",
            common.name,
            table.designs.len()
        ));
    }
    let built = |(index, design): (usize, &NodeDesign)| {
        let mut device = common.clone();
        if index > 0 {
            device.name = format!("{}, design {}", common.name, design.tag);
        }
        // Tables without areas say 0.
        let area_mm2 = Some(area_mm2(design)).filter(|&area| area > 0.0);
        if let Some(area_mm2) = area_mm2 {
            device.area_m2 = Some(area_mm2 * 1e-6);
            device.sources.insert("area_m2".to_owned(), source.to_owned());
        }
        let rows = design.rows.iter().map(|(layer, row)| {
            let row = LayerRow {
                latency_s: row.latency_ms * 1e-3,
                energy_j: row.energy_mj * 1e-3,
            };
            (layer.clone(), row)
        });
        device.model = DeviceModel::Table(LayerTable {
            source: source.to_owned(),
            missing,
            layers: Arc::new(rows.collect()),
        });
        device
    };
    kept.into_iter().enumerate().map(built).collect()
}

/// The designs a device can be built as, in the order of the table.
fn best_designs(designs: &[NodeDesign]) -> Vec<&NodeDesign> {
    let product = |design: &NodeDesign| {
        let sum = |pick: fn(&NodeCost) -> f64| design.rows.iter().map(|(_, row)| pick(row)).sum::<f64>();
        sum(|row| row.latency_ms) * sum(|row| row.energy_mj)
    };
    let mut ranked: Vec<(f64, usize)> = designs.iter().map(product).zip(0..).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut kept: Vec<usize> = ranked.into_iter().take(MOST_DESIGNS).map(|(_, index)| index).collect();
    kept.sort_unstable();
    kept.into_iter().filter_map(|index| designs.get(index)).collect()
}

fn link(description: &LinkDescription) -> Link {
    Link {
        name: format!("{} {}", description.model.kind(), description.id),
        preset: None,
        sources: from_description(&description.model),
        bits: Some(description.data_bits),
        duplex: Duplex::Half,
        model: description.model.clone(),
    }
}

fn free_link() -> Link {
    let model = LinkModel::Plain(PlainLink {
        rate_bytes_per_s: FREE_BYTES_PER_S,
        latency_s: 0.0,
        transmit_j_per_byte: 0.0,
        receive_j_per_byte: 0.0,
    });
    Link {
        name: "no link (free)".to_owned(),
        preset: None,
        sources: from_description(&model),
        bits: None,
        duplex: Duplex::Half,
        model,
    }
}

/// Every number of a link comes from the description or is the original's default.
fn from_description(model: &LinkModel) -> BTreeMap<String, String> {
    let names = model.parameters().into_iter().map(|parameter| parameter.name);
    let source = "CNNParted's description of the system, or its default";
    names
        .chain(["bits".to_owned()])
        .map(|name| (name, source.to_owned()))
        .collect()
}
