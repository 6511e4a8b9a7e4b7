//! What happens at a cut, whatever joins the devices and in whatever order a design uses them.

use super::Cx;
use crate::design::{Design, Evaluation, Message};
use crate::project::Document;
use crate::system::routes::Routes;
use crate::system::{Device, System};
use std::ops::RangeInclusive;

/// Whether data goes along the chain: then cut `i` lies on link `i`, and what passes over that link passes this cut.
pub fn is_along_chain(system: &System, design: &Design) -> bool {
    system.is_plain_chain() && design.is_in_chain_order(system.devices.len())
}

/// The devices of the placements before and after a cut.
pub fn sides(design: &Design, cut: usize) -> Option<(usize, usize)> {
    let device = |placement: usize| Some(design.placements.get(placement)?.device);
    Some((device(cut)?, device(cut + 1)?))
}

/// What is sent at a cut, each message with its link. Along the chain, raw inputs and outputs that pass over the cut's link belong to it.
pub fn messages<'a>(document: &Document, evaluation: &'a Evaluation, cut: usize) -> Vec<(usize, &'a Message)> {
    let along_chain = is_along_chain(&document.system, &document.design);
    let all = evaluation.links.iter().enumerate();
    let all = all.flat_map(|(link, load)| load.messages.iter().map(move |message| (link, message)));
    let passes =
        |link: usize, message: &Message| along_chain && message.cut.is_none() && message.forward && link == cut;
    all.filter(|&(link, message)| message.cut == Some(cut) || passes(link, message))
        .collect()
}

/// Bytes sent at the boundary of some cuts, once there are numbers; what is passed on counts once.
pub fn bytes(cx: &Cx, cuts: RangeInclusive<usize>) -> Option<u64> {
    let (document, evaluation) = (cx.document, cx.derived.evaluation.as_ref()?);
    if is_along_chain(&document.system, &document.design) {
        let load = evaluation.links.get(*cuts.start())?;
        return Some(load.messages.iter().filter(|m| m.forward).map(|m| m.bytes).sum());
    }
    let all: Vec<&Message> = cuts
        .flat_map(|cut| messages(document, evaluation, cut))
        .map(|(_, message)| message)
        .collect();
    // What a device passes on has been counted when it was sent to it.
    let is_passed_on = |message: &Message| {
        let arrives = |tensor| all.iter().any(|m| m.to == message.from && m.tensors.contains(tensor));
        message.tensors.iter().all(arrives)
    };
    Some(all.iter().filter(|m| !is_passed_on(m)).map(|m| m.bytes).sum())
}

/// Bits per element on the first link behind some cuts at one boundary: the link's, else those of the device that sends.
pub fn wire_bits(document: &Document, cuts: RangeInclusive<usize>) -> u32 {
    let (system, design) = (&document.system, &document.design);
    let bits_of = |device: usize| document.built(device).map_or(32, |device| device.bits);
    let (cut, after) = (*cuts.start(), cuts.end() + 1);
    if is_along_chain(system, design) {
        return system.links.get(cut).and_then(|link| link.bits).unwrap_or(bits_of(cut));
    }
    let device = |placement: usize| design.placements.get(placement).map(|p| p.device);
    let (Some(from), Some(to)) = (device(cut), device(after)) else {
        return 32;
    };
    let routes = Routes::of(system);
    let first = routes.hops(routes.way(from, to)).find(|hop| hop.from == from);
    first
        .and_then(|hop| system.link(hop.link).bits)
        .unwrap_or(bits_of(from))
}

/// A device as a design has it built.
pub fn built<'a>(system: &'a System, design: &Design, device: usize) -> &'a Device {
    let found = &system.devices[device];
    let chosen = design.alternatives.get(device).copied().unwrap_or(0);
    found.alternative(chosen).unwrap_or(found)
}
