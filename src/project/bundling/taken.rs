//! A schedule over bundles as the document's design, as far as a design can express it.

use super::Stated;
use crate::design::{Design, Placement};
use crate::explore::schedule::Plan;
use crate::network::Ideal;
use crate::project::{Action, Document};
use crate::system::{Device, DeviceModel};
use std::collections::BTreeSet;

/// What of a schedule a design can express.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// The design.
    pub design: Design,
    /// Devices as the schedule runs them, by index in the system: clocks differ from those they have.
    pub devices: Vec<(usize, Device)>,
    /// What of the schedule is lost, in words.
    pub lost: Vec<String>,
}

impl Taken {
    /// What makes it the document's design.
    pub fn actions(&self, document: &Document) -> Vec<Action> {
        let devices = self.devices.iter();
        let devices = devices.map(|(index, device)| document.rebuild(*index, device.clone()));
        devices.chain([Action::LoadDesign(self.design.clone())]).collect()
    }
}

/// A schedule as a design of the document its problem was stated from.
///
/// # Errors
/// The open network has other layers than the schedule is about.
pub fn taken(document: &Document, stated: &Stated, plan: &Plan) -> Result<Taken, String> {
    let (network, count) = (&document.network, document.system.devices.len());
    let laid = stated
        .blocks
        .laid_over(&network.raw)
        .map_err(|error| error.to_string())?;
    let mut lost = Vec::new();
    let mut stays: Vec<(usize, usize)> = Vec::new();
    for piece in &plan.pieces {
        let device = *stated.devices.get(piece.machine).ok_or("the system has changed")?;
        match stays.last_mut() {
            Some(stay) if stay.0 == device => stay.1 = piece.last,
            _ => stays.push((device, piece.last)),
        }
    }
    let mut placements = Vec::new();
    let mut raw = Ideal::empty(network.raw.layers.len());
    let mut layer = 0;
    let mut blocks = laid.iter().enumerate();
    for (device, last) in stays {
        for (block, names) in blocks.by_ref() {
            for _ in names {
                raw.include(&network.raw, layer);
                layer += 1;
            }
            if block == last {
                break;
            }
        }
        let (end, snapped) = network.from_raw(document.view, &raw);
        if !snapped.is_empty() {
            lost.push("a cut lies inside a fused layer and moves to its end; show raw layers to keep it".to_owned());
        }
        placements.push(Placement { device, end });
    }
    let devices = clocks(document, stated, plan, &mut lost);
    Ok(Taken {
        design: Design {
            alternatives: document.design.alternatives.clone(),
            ..Design::of_placements(count, placements)
        },
        devices,
        lost,
    })
}

/// The devices whose clock the schedule changes; what a device's one clock and its own way of bundling lose is told.
fn clocks(document: &Document, stated: &Stated, plan: &Plan, lost: &mut Vec<String>) -> Vec<(usize, Device)> {
    let mut changed = Vec::new();
    for (machine, &index) in stated.devices.iter().enumerate() {
        let own = || plan.pieces.iter().filter(move |piece| piece.machine == machine);
        let Some(device) = document.built(index).filter(|_| own().next().is_some()) else {
            continue;
        };
        let clocks: BTreeSet<Option<u64>> = own().map(|piece| piece.choice.clock_hz).collect();
        let DeviceModel::Profile(profile) = &device.model else {
            continue;
        };
        let mut profile = profile.clone();
        match clocks.first() {
            Some(&clock) if clocks.len() == 1 => profile.clock_hz = clock,
            _ => lost.push(format!(
                "{} runs its bundles at {} clocks, but a device of a design has one: it keeps its own",
                device.name,
                clocks.len()
            )),
        }
        let bundled = profile.bundled(document.network());
        let mut run: Option<(usize, usize)> = None;
        let mut stays = Vec::new();
        for piece in own() {
            match &mut run {
                Some((_, last)) if *last + 1 == piece.first => *last = piece.last,
                _ => stays.extend(run.replace((piece.first, piece.last))),
            }
        }
        stays.extend(run);
        let tiles = stays
            .iter()
            .filter_map(|&(first, last)| bundled.tiles(first, last))
            .flatten();
        let is_same = tiles
            .map(|tile| (tile.first, tile.last))
            .eq(own().map(|piece| (piece.first, piece.last)));
        if !is_same {
            lost.push(format!(
                "{} runs its layers as the fastest bundles, which are others than the schedule's",
                device.name
            ));
        }
        if document
            .built(index)
            .is_some_and(|device| device.model != DeviceModel::Profile(profile.clone()))
        {
            let model = DeviceModel::Profile(profile);
            changed.push((
                index,
                Device {
                    model,
                    ..device.clone()
                },
            ));
        }
    }
    changed
}
