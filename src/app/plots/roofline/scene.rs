//! What the plot shows of the design in the window, or of one device that has all layers: roofs, layers, slopes of links, partitions.

use crate::app::session::Selection;
use crate::app::{Cx, words};
use crate::cost::LimitedBy;
use crate::cost::roof::{Placeless, Roof, Roofless, Run};
use crate::design::feeds::{self, Feed};
use crate::link::Direction;
use crate::network::LayerId;

/// A layer that has a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dot {
    /// The layer.
    pub layer: LayerId,
    /// The device it runs on, or would.
    pub device: usize,
    /// What it computes and moves there.
    pub run: Run,
    /// What bounds its latency.
    pub limited_by: LimitedBy,
}

/// A roof of one or several devices that are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceRoof {
    /// The devices, ascending.
    pub devices: Vec<usize>,
    /// The roof.
    pub roof: Roof,
    /// The width of operands it is for.
    pub bits: u32,
    /// Whether that is the devices' own width, not that of operands which the file quantises.
    pub is_own: bool,
}

/// What links of one rate feed at best.
#[derive(Debug, Clone, PartialEq)]
pub struct Slope {
    /// The links, at least one, and which way.
    pub links: Vec<(usize, Direction)>,
    /// Bytes per second.
    pub bytes_per_s: f64,
    /// Whether a partition is fed over one of them.
    pub is_used: bool,
}

/// What is shown.
#[derive(Debug, Default)]
pub struct Scene {
    /// One roof or none for each device, further ones for operands of other widths.
    pub roofs: Vec<DeviceRoof>,
    /// Devices that have none.
    pub roofless: Vec<(usize, Roofless)>,
    /// Layers in the order of the schedule.
    pub dots: Vec<Dot>,
    /// Slopes of links; none where one device has all layers.
    pub slopes: Vec<Slope>,
    /// Partitions that wait for messages, in order of time.
    pub feeds: Vec<Feed>,
    /// Layers without a place.
    pub left_out: LeftOut,
}

/// How many layers have no place, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    no_macs: usize,
    unknown_macs: usize,
    unknown_bytes: usize,
    no_time: usize,
    impossible: usize,
}

/// What the pointer or the keyboard means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// An index of [`Scene::dots`].
    Dot(usize),
    /// An index of [`Scene::feeds`].
    Feed(usize),
}

impl Scene {
    /// What there is to show; `None` while the costs of layers are on their way.
    pub fn new(cx: &Cx<'_>) -> Option<Self> {
        let mut scene = Self::default();
        scene.add_dots(cx)?;
        scene.add_roofs(cx);
        if all_on(cx).is_none() {
            scene.add_links(cx);
        }
        Some(scene)
    }

    fn add_dots(&mut self, cx: &Cx<'_>) -> Option<()> {
        let count = cx.network.layers.len();
        let assignment = match all_on(cx) {
            Some(device) => vec![device; count],
            None => cx.document.design.assignment(count),
        };
        let schedule = cx.derived.schedule.as_deref();
        let order: Vec<LayerId> = match schedule.filter(|schedule| schedule.order().len() == count) {
            Some(schedule) => schedule.order().to_vec(),
            None => (0..count).collect(),
        };
        for layer in order {
            let device = *assignment.get(layer)?;
            let built = cx.document.built(device)?;
            let Ok(cost) = cx.cost(device, layer)? else {
                self.left_out.impossible += 1;
                continue;
            };
            match built.model.run(cx.network, layer, built.widths(), cost) {
                Ok(run) => self.dots.push(Dot {
                    layer,
                    device,
                    run,
                    limited_by: cost.limited_by,
                }),
                Err(why) => self.left_out.add(why),
            }
        }
        Some(())
    }

    fn add_roofs(&mut self, cx: &Cx<'_>) {
        for device in 0..cx.document.system.devices.len() {
            let Some(built) = cx.document.built(device) else {
                continue;
            };
            let bits = built.bits.max(built.weight_bits());
            match built.model.roof(bits) {
                Ok(roof) => self.add_roof(device, roof, bits, true),
                Err(why) => self.roofless.push((device, why)),
            }
        }
        let of = |dot: &Dot| Some((dot.device, dot.run.roof?, dot.run.operand_bits));
        let others: Vec<(usize, Roof, u32)> = self.dots.iter().filter_map(of).collect();
        for (device, roof, bits) in others {
            let is_known = |known: &DeviceRoof| known.roof == roof && known.devices.contains(&device);
            if !self.roofs.iter().any(is_known) {
                self.add_roof(device, roof, bits, false);
            }
        }
        // A device that computes nothing at its own width may still have the roofs of operands that it takes.
        let roofs = &self.roofs;
        self.roofless
            .retain(|(device, _)| !roofs.iter().any(|known| known.devices.contains(device)));
    }

    fn add_roof(&mut self, device: usize, roof: Roof, bits: u32, is_own: bool) {
        let same = |known: &&mut DeviceRoof| known.roof == roof && known.is_own == is_own;
        match self.roofs.iter_mut().find(same) {
            Some(known) => known.devices.push(device),
            None => self.roofs.push(DeviceRoof {
                devices: vec![device],
                roof,
                bits,
                is_own,
            }),
        }
    }

    fn add_links(&mut self, cx: &Cx<'_>) {
        let system = &cx.document.system;
        let fits = |links: usize| links == system.link_count();
        if let Some(evaluation) = cx.derived.evaluation.as_ref().filter(|e| fits(e.links.len())) {
            self.feeds = feeds::feeds(cx.network, &cx.document.design, evaluation);
        }
        for link in 0..system.link_count() {
            let ways: Vec<Direction> = [Direction::Forward, Direction::Back]
                .into_iter()
                .filter(|&way| {
                    self.feeds
                        .iter()
                        .any(|feed| feed.link == link && way_of(cx, feed) == way)
                })
                .collect();
            let is_used = !ways.is_empty();
            let ways = if is_used { ways } else { vec![Direction::Forward] };
            for direction in ways {
                let rate = system.link(link).model.available_bytes_per_s(direction);
                if let Some(bytes_per_s) = rate.filter(|rate| *rate > 0.0 && rate.is_finite()) {
                    self.add_slope((link, direction), bytes_per_s, is_used);
                }
            }
        }
    }

    fn add_slope(&mut self, link: (usize, Direction), bytes_per_s: f64, is_used: bool) {
        match self.slopes.iter_mut().find(|known| known.bytes_per_s == bytes_per_s) {
            Some(known) => {
                known.links.push(link);
                known.is_used |= is_used;
            }
            None => self.slopes.push(Slope {
                links: vec![link],
                bytes_per_s,
                is_used,
            }),
        }
    }

    /// What is selected by a click on a mark.
    pub fn selects(&self, cx: &Cx<'_>, meant: Meant) -> Option<Selection> {
        match meant {
            Meant::Dot(index) => Some(Selection::Layer(self.dots.get(index)?.layer)),
            Meant::Feed(index) => {
                let feed = self.feeds.get(index)?;
                let cut = message(cx, feed).and_then(|message| message.cut);
                Some(cut.map_or(Selection::Link(feed.link), Selection::Cut))
            }
        }
    }

    /// All marks in the order of the keyboard.
    pub fn marks(&self) -> impl Iterator<Item = Meant> + use<> {
        let dots = (0..self.dots.len()).map(Meant::Dot);
        dots.chain((0..self.feeds.len()).map(Meant::Feed))
    }

    /// Intensity and rate of a mark.
    pub fn values(&self, meant: Meant) -> Option<[f64; 2]> {
        match meant {
            Meant::Dot(index) => {
                let run = self.dots.get(index)?.run;
                Some([run.intensity(), run.macs_per_s()])
            }
            Meant::Feed(index) => {
                let feed = self.feeds.get(index)?;
                Some([feed.intensity(), feed.macs_per_s()])
            }
        }
    }
}

impl LeftOut {
    fn add(&mut self, why: Placeless) {
        match why {
            Placeless::NoMacs => self.no_macs += 1,
            Placeless::UnknownMacs => self.unknown_macs += 1,
            Placeless::UnknownBytes => self.unknown_bytes += 1,
            Placeless::NoTime => self.no_time += 1,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.no_macs + self.unknown_macs + self.unknown_bytes + self.no_time + self.impossible
    }

    /// A sentence for every reason, the most harmless first.
    pub fn sentences(&self) -> Vec<String> {
        [
            ("Layers without MACs are not shown", self.no_macs),
            ("Layers whose MACs are not known", self.unknown_macs),
            ("Layers with tensors of unknown size", self.unknown_bytes),
            ("Layers that take no time", self.no_time),
            ("Layers that their device cannot run", self.impossible),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{what}: {count}"))
        .collect()
    }
}

/// The device that has all layers in the plot, if one was chosen that exists.
pub fn all_on(cx: &Cx<'_>) -> Option<usize> {
    cx.session
        .all_on
        .filter(|device| *device < cx.document.system.devices.len())
}

/// The message of a feed.
pub fn message<'a>(cx: &Cx<'a>, feed: &Feed) -> Option<&'a crate::design::Message> {
    let evaluation = cx.derived.evaluation.as_ref()?;
    evaluation.links.get(feed.link)?.messages.get(feed.message)
}

/// The way a feed goes over its link.
pub fn way_of(cx: &Cx<'_>, feed: &Feed) -> Direction {
    match message(cx, feed).is_none_or(|message| message.forward) {
        true => Direction::Forward,
        false => Direction::Back,
    }
}

/// What a slope is called: its link, and the way where both have slopes; several links by the devices they join.
pub fn slope_name(cx: &Cx<'_>, scene: &Scene, slope: &Slope) -> String {
    let system = &cx.document.system;
    let all = || scene.slopes.iter().flat_map(|slope| &slope.links);
    let name = |&(link, direction): &(usize, Direction)| {
        let name = match slope.links.as_slice() {
            [_] => words::link(system, link),
            _ => words::ends(system, link),
        };
        let ways = all().filter(|(other, _)| *other == link).count();
        match (ways, direction) {
            (0 | 1, _) => name,
            (_, Direction::Forward) => format!("{name} →"),
            (_, Direction::Back) => format!("{name} ←"),
        }
    };
    slope.links.iter().map(name).collect::<Vec<_>>().join(", ")
}
