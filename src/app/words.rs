//! Pieces of text that several views share: names that fit, shapes, where a cut lies, what a design does.

use super::Theme;
use crate::design::{Design, DeviceLoad, Evaluation};
use crate::network::{Ideal, Network, Schedule};
use crate::system::System;
use crate::units::Unit;
use egui::{Color32, FontId, Ui};

/// A text that fits `width`: where it is too long its middle gives way to `…`, because names of layers differ at their ends.
pub fn elide(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    let width_of = |text: String| {
        let galley = ui.painter().layout_no_wrap(text, font.clone(), Color32::PLACEHOLDER);
        galley.size().x
    };
    if width_of(text.to_owned()) <= width {
        return text.to_owned();
    }
    let (mut fits, mut too_long) = (0, text.chars().count());
    while too_long - fits > 1 {
        let kept = usize::midpoint(fits, too_long);
        if width_of(without_middle(text, kept)) <= width {
            fits = kept;
        } else {
            too_long = kept;
        }
    }
    without_middle(text, fits)
}

/// The first and last characters of a text, `kept` in all, around `…`.
fn without_middle(text: &str, kept: usize) -> String {
    let count = text.chars().count();
    let head: String = text.chars().take(kept.div_ceil(2)).collect();
    let tail: String = text.chars().skip(count.saturating_sub(kept / 2)).collect();
    format!("{head}…{tail}")
}

/// Dimensions as `1 × 64 × 28 × 28`.
pub fn shape(shape: Option<&[u64]>) -> String {
    match shape {
        None => "unknown shape".to_owned(),
        Some([]) => "scalar".to_owned(),
        Some(dimensions) => {
            let texts: Vec<_> = dimensions.iter().map(u64::to_string).collect();
            texts.join(" × ")
        }
    }
}

/// A link's name; direct links, and links of the same name, are told apart by the devices they join.
pub fn link(system: &System, index: usize) -> String {
    let name = &system.link(index).name;
    let namesakes = (0..system.link_count()).filter(|&other| system.link(other).name == *name);
    if namesakes.count() == 1 && index < system.links.len() {
        return name.clone();
    }
    format!("{} {name}", ends(system, index))
}

/// The devices a link joins: `A–C`, or `bus`.
pub fn ends(system: &System, link: usize) -> String {
    match system.ends(link) {
        Some(ends) => pair(ends),
        None => "bus".to_owned(),
    }
}

/// Two devices: `A–C`.
pub fn pair((first, second): (usize, usize)) -> String {
    format!("{}–{}", Theme::letter(first), Theme::letter(second))
}

/// Where a position of the schedule lies: `after features.7`.
pub fn position(network: &Network, schedule: &Schedule, position: usize) -> String {
    match position.checked_sub(1).and_then(|before| schedule.order().get(before)) {
        None => "before the first layer".to_owned(),
        Some(_) if position == schedule.order().len() => "after the last layer".to_owned(),
        Some(&layer) => format!("after {}", network.layers[layer].name),
    }
}

/// Where a boundary lies; one that is no position of the schedule is told by the layers it follows.
pub fn boundary(network: &Network, schedule: Option<&Schedule>, ideal: &Ideal) -> String {
    if let Some((schedule, at)) = schedule.and_then(|s| Some((s, ideal.position(s)?))) {
        return position(network, schedule, at);
    }
    let layers = ideal.maximal(network);
    let name = |layer: &usize| network.layers[*layer].name.as_str();
    match layers.as_slice() {
        [] => "before the first layer".to_owned(),
        [one] => format!("after {}", name(one)),
        [one, two] => format!("after {} and {}", name(one), name(two)),
        [one, rest @ ..] => format!("after {} and {} more branches", name(one), rest.len()),
    }
}

/// What a design does, partition by partition: `A until features.7, then C as Server 2`; an alternative is named where its device
/// comes first.
pub fn design(network: &Network, schedule: Option<&Schedule>, system: &System, design: &Design) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut named: Vec<usize> = Vec::new();
    let mut done = 0;
    for placement in &design.placements {
        let count = placement.end.len();
        if count == done {
            continue;
        }
        done = count;
        let device = placement.device;
        let alternative = alternative(system, design, device).filter(|_| !named.contains(&device));
        named.push(device);
        let letter = match alternative {
            Some(name) => format!("{} as {name}", Theme::letter(device)),
            None => Theme::letter(device).to_string(),
        };
        texts.push(if count == network.layers.len() {
            match texts.is_empty() {
                true => format!("everything on {letter}"),
                false => format!("then {letter}"),
            }
        } else {
            let place = boundary(network, schedule, &placement.end);
            format!("{letter} until {}", place.trim_start_matches("after "))
        });
    }
    texts.join(", ")
}

/// What putting a layer on a device takes along, and where it goes to.
pub fn put_hint(design: &Design, device: usize) -> &'static str {
    match design.placements.iter().filter(|p| p.device == device).count() {
        0 => "as a partition of its own, with what depends on it or what it depends on within its partition",
        1 => "with what it depends on, or what depends on it, as far as the order of devices asks for",
        _ => "into the nearest of the partitions there, with what the order asks for",
    }
}

/// The name of the alternative that a design builds a device as; `None` for the device itself.
pub fn alternative<'a>(system: &'a System, design: &Design, device: usize) -> Option<&'a str> {
    let chosen = design.alternatives.get(device).copied().filter(|&chosen| chosen > 0)?;
    let found = system.devices.get(device)?.alternative(chosen)?;
    Some(found.name.as_str())
}

/// What a design does by numbers of layers, for places with little room: `A 1–4, C as large 5–12`.
pub fn design_by_numbers(system: &System, design: &Design) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut done = 0;
    for placement in &design.placements {
        let count = placement.end.len();
        let built = alternative(system, design, placement.device);
        let built = built.map_or(String::new(), |name| format!(" as {name}"));
        let letter = format!("{}{built}", Theme::letter(placement.device));
        match count - done {
            0 => continue,
            1 => texts.push(format!("{letter} {count}")),
            _ => texts.push(format!("{letter} {}–{count}", done + 1)),
        }
        done = count;
    }
    texts.join(", ")
}

/// Words as a list: `latency, energy and area`.
pub fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The headline numbers as lines of text, for the clipboard.
pub fn metrics(evaluation: &Evaluation) -> String {
    let memory = evaluation.devices.iter().map(DeviceLoad::memory_bytes).max();
    let lines = [
        ("latency", Unit::Seconds.format(evaluation.latency_s)),
        ("energy", Unit::Joules.format(evaluation.energy_j)),
        ("throughput", Unit::PerSecond.format(evaluation.throughput_hz)),
        ("link bytes", Unit::Bytes.format(evaluation.link_bytes as f64)),
        ("peak memory", Unit::Bytes.format(memory.unwrap_or(0) as f64)),
    ];
    lines.map(|(name, value)| format!("{name}\t{value}")).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Placement;
    use crate::project::{Action, sample};
    use crate::system::Topology;

    #[test]
    fn the_middle_of_a_long_name_gives_way() {
        assert_eq!(without_middle("features.12.conv", 6), "fea…onv");
        assert_eq!(without_middle("features.12.conv", 0), "…");
        assert_eq!(without_middle("äöü", 2), "ä…ü");
    }

    #[test]
    fn a_design_names_its_alternatives_once() {
        let mut document = sample::document(2);
        let other = sample::device("Eyeriss 2");
        document.apply(Action::AddAlternative(0, other)).unwrap();
        let schedule = document.network().schedule(document.schedule);
        let placement = |device: usize, position: usize| Placement {
            device,
            end: Ideal::prefix(&schedule, position),
        };
        document.design.placements = vec![placement(0, 2), placement(1, 4), placement(0, 7)];
        let name = |position: usize| document.network().layers[schedule.order()[position - 1]].name.clone();
        assert_eq!(
            design(document.network(), Some(&schedule), &document.system, &document.design),
            format!("A as Eyeriss 2 until {}, B until {}, then A", name(2), name(4))
        );
    }

    #[test]
    fn links_that_could_be_mistaken_name_their_ends() {
        let mut document = sample::document(3);
        let link = sample::link("shortcut");
        document.apply(Action::AddDirectLink { ends: (0, 2), link }).unwrap();
        assert_eq!(super::link(&document.system, 0), "link 1");
        assert_eq!(super::link(&document.system, 2), "A–C shortcut");
        assert_eq!(ends(&document.system, 1), "B–C");
        document.apply(Action::SetTopology(Topology::Bus)).unwrap();
        assert_eq!(
            (
                super::link(&document.system, 0).as_str(),
                ends(&document.system, 0).as_str()
            ),
            ("link 1", "bus")
        );
    }

    #[test]
    fn shapes_read_like_products() {
        assert_eq!(shape(Some(&[1, 64, 28, 28])), "1 × 64 × 28 × 28");
        assert_eq!(shape(Some(&[])), "scalar");
        assert_eq!(shape(None), "unknown shape");
    }
}
