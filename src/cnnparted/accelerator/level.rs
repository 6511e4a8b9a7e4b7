//! One component: a memory or the MAC units.

use super::Notes;
use super::tree::Component;
use crate::cnnparted::error::{Fault, quoted};
use crate::cnnparted::fields::{Fields, place};
use crate::cost::spatial::architecture::{DramKind, Keep, Level, Mac, Storage, StorageClass};

/// Bits of a word where nothing is said: Timeloop's.
const WORD_BITS: u32 = 16;
const MOST_BITS: i64 = 64;
const WIDEST: i64 = 1 << 20;
const LARGEST_CAPACITY: f64 = (1_u64 << 48) as f64;

/// What a component is.
pub(super) enum Kind {
    /// A memory, with address generators or not.
    Storage(StorageClass, bool),
    /// MAC units.
    Mac,
    /// Neither, with the reason.
    Ignored(String),
}

const WORDS: [&str; 4] = ["word-bits", "word_bits", "word_width", "datawidth"];
const BLOCK: [&str; 3] = ["block-size", "block_size", "n_words"];
const CLUSTER: [&str; 2] = ["cluster-size", "cluster_size"];
const WIDTH: [&str; 3] = ["width", "memory_width", "data_storage_width"];
const DEPTH: [&str; 3] = ["depth", "memory_depth", "data_storage_depth"];
const BANKS: [&str; 4] = ["n_banks", "num-banks", "num_banks", "banks"];
const MESH_X: [&str; 2] = ["meshX", "mesh_x"];
const MESH_Y: [&str; 2] = ["meshY", "mesh_y"];
const BUFFERING: [&str; 2] = ["multiple-buffering", "multiple_buffering"];

/// The first of several names for one thing that is there; the others are then left over.
fn named(fields: &Fields, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| fields.get(name).is_some())
}

fn whole(fields: &Fields, names: &[&'static str], most: i64) -> Result<Option<u32>, Fault> {
    let Some(name) = named(fields, names) else {
        return Ok(None);
    };
    let number = fields.whole(name, 1, most)?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}

/// Bits of a word, where they are said.
pub(super) fn word_bits(attributes: &Fields) -> Result<Option<u32>, Fault> {
    whole(attributes, &WORDS, MOST_BITS)
}

/// What a component's class makes it.
pub(super) fn kind(component: &Component) -> Result<Kind, Fault> {
    let fields = component.fields;
    let class = fields.text("class")?.unwrap_or_default();
    let subclass = fields.text("subclass")?.unwrap_or_default();
    let words = format!("{class} {subclass}").to_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let smart = has(&["smart"]);
    let attributes = component.attributes.as_ref();
    Ok(if has(&["dram"]) {
        Kind::Storage(StorageClass::Dram(dram(attributes)?), smart)
    } else if has(&["mac", "compute"]) {
        Kind::Mac
    } else if has(&[
        "noc",
        "network",
        "wire",
        "bus",
        "router",
        "legacy",
        "reductiontree",
        "simplemulticast",
    ]) {
        Kind::Ignored(format!("networks are not charged, {} is left out", quoted(class)))
    } else if has(&["sram", "bram"]) {
        Kind::Storage(StorageClass::Sram, smart)
    } else if has(&["regfile", "register_file", "smartbuffer_rf", "_rf"]) {
        Kind::Storage(StorageClass::RegisterFile, smart)
    } else if has(&["reg", "latch", "flip"]) {
        Kind::Storage(StorageClass::Register, smart)
    } else if attributes.is_some_and(|attributes| named(attributes, &DEPTH).is_some() || is_sized(attributes)) {
        Kind::Storage(StorageClass::Sram, smart)
    } else {
        Kind::Ignored(format!("the class {} is neither a memory nor MAC units", quoted(class)))
    })
}

fn is_sized(attributes: &Fields) -> bool {
    named(attributes, &["entries", "sizeKB"]).is_some()
}

fn dram(attributes: Option<&Fields>) -> Result<DramKind, Fault> {
    let Some(attributes) = attributes else {
        return Ok(DramKind::Lpddr4);
    };
    let Some(word) = attributes.text("type")? else {
        return Ok(DramKind::Lpddr4);
    };
    Ok(match word.to_uppercase().as_str() {
        "LPDDR4" => DramKind::Lpddr4,
        "LPDDR" => DramKind::Lpddr,
        "DDR3" => DramKind::Ddr3,
        "GDDR5" => DramKind::Gddr5,
        "HBM2" => DramKind::Hbm2,
        _ => {
            return Err(Fault::new(
                place(&attributes.path("type")),
                format!("{} is no kind of DRAM with known energy", quoted(word)),
                "Write LPDDR4, LPDDR, DDR3, GDDR5 or HBM2",
            ));
        }
    })
}

/// Instances along rows and columns.
fn mesh(component: &Component, outer: Option<(u32, u32)>) -> Result<(u32, u32), Fault> {
    let attributes = component.attributes.as_ref();
    let of_tree = component.instances;
    let count = match attributes {
        Some(attributes) => whole(attributes, &["instances"], 1 << 22)?.map_or(of_tree, u64::from),
        None => of_tree,
    };
    let given = |names: &[&'static str]| match attributes {
        Some(attributes) => whole(attributes, names, 1 << 22),
        None => Ok(None),
    };
    let (x, y) = (given(&MESH_X)?, given(&MESH_Y)?);
    let wrong = |x: u64, y: u64| {
        Fault::new(
            place(component.fields.place()),
            format!(
                "{count} instances of {} are no mesh of {x} × {y}",
                quoted(component.name)
            ),
            "Correct “meshX” or the range of the name",
        )
    };
    let divided = |part: u64| if count.is_multiple_of(part) { count / part } else { 0 };
    let (x, y) = match (x, y) {
        (Some(x), Some(y)) => (u64::from(x), u64::from(y)),
        (Some(x), None) => (u64::from(x), divided(u64::from(x))),
        (None, Some(y)) => (divided(u64::from(y)), u64::from(y)),
        (None, None) => match outer.map(|(x, y)| (u64::from(x), u64::from(y))) {
            // One instance each: they lie as those around them do.
            Some((x, y)) if x * y == count => (x, y),
            _ => (count, 1),
        },
    };
    if x * y != count {
        return Err(wrong(x, y));
    }
    match (u32::try_from(x), u32::try_from(y)) {
        (Ok(x), Ok(y)) => Ok((x, y)),
        _ => Err(wrong(x, y)),
    }
}

/// The MAC units.
pub(super) fn mac(component: &Component, outer: Option<(u32, u32)>, notes: &mut Notes) -> Result<Mac, Fault> {
    let (mesh_x, mesh_y) = mesh(component, outer)?;
    let bits = bits(component, notes);
    Ok(Mac {
        bits,
        mesh_x,
        mesh_y,
        energy_j: 0.0,
        area_m2: 0.0,
    })
}

fn bits(component: &Component, notes: &mut Notes) -> u32 {
    component.inherited.word_bits.unwrap_or_else(|| {
        let name = component.name;
        notes.assume(format!(
            "{name} says no word width, {WORD_BITS} bit are taken as Timeloop does"
        ));
        WORD_BITS
    })
}

/// A memory, its energies and area not known yet.
pub(super) fn storage(
    component: &Component,
    class: StorageClass,
    smart: bool,
    outer: Option<(u32, u32)>,
    is_outermost: bool,
    notes: &mut Notes,
) -> Result<Level, Fault> {
    let (mesh_x, mesh_y) = mesh(component, outer)?;
    let word_bits = bits(component, notes);
    let mut level = Level {
        name: component.name.to_owned(),
        storage: Storage {
            class,
            width_bits: None,
            banks: 1,
            address_generators: smart,
        },
        capacity_words: None,
        word_bits,
        block_words: 1,
        cluster: 1,
        mesh_x,
        mesh_y,
        read_words_per_cycle: None,
        write_words_per_cycle: None,
        shared_words_per_cycle: None,
        read_energy_j: 0.0,
        write_energy_j: 0.0,
        area_m2: 0.0,
        keep: if is_outermost { [Keep::Yes; 3] } else { [Keep::Free; 3] },
        temporal: Default::default(),
        spatial: Default::default(),
    };
    if let Some(attributes) = &component.attributes {
        widths(&mut level, attributes)?;
        level.capacity_words = capacity(&level, attributes)?;
        level.storage.banks = whole(attributes, &BANKS, 1 << 16)?.unwrap_or(1);
        rates(&mut level, attributes, notes)?;
    }
    if matches!(class, StorageClass::Dram(_)) {
        level.capacity_words = None;
    } else if class == StorageClass::Register && level.capacity_words.is_none() {
        level.capacity_words = Some(u64::from(level.block_words));
    } else if level.capacity_words.is_none() && !is_outermost {
        return Err(Fault::new(
            place(component.fields.place()),
            format!("{} says nothing of its capacity", quoted(component.name)),
            "Add “depth”, “entries” or “sizeKB” to its attributes",
        ));
    }
    Ok(level)
}

/// Words of a block and instances of a cluster, either of which follows from the width of the storage and the other.
fn widths(level: &mut Level, attributes: &Fields) -> Result<(), Fault> {
    let block = whole(attributes, &BLOCK, WIDEST)?;
    let cluster = whole(attributes, &CLUSTER, WIDEST)?;
    let width = whole(attributes, &WIDTH, WIDEST)?;
    level.block_words = block.unwrap_or(1);
    level.cluster = cluster.unwrap_or(1);
    let Some(width) = width else {
        return Ok(());
    };
    let known = u64::from(level.word_bits) * u64::from(level.block_words) * u64::from(level.cluster);
    let width_bits = u64::from(width);
    let rest = if known > 0 && width_bits.is_multiple_of(known) {
        width_bits / known
    } else {
        0
    };
    let fits = match (block, cluster) {
        (Some(_), Some(_)) => rest == 1,
        _ => rest >= 1,
    };
    if !fits {
        let (word, words, instances) = (level.word_bits, level.block_words, level.cluster);
        return Err(Fault::new(
            place(&attributes.path("width")),
            format!("{width} bit are not made of {words} words of {word} bit for {instances} clustered instances"),
            "Correct “width”, “block-size”, “cluster-size” or the word width",
        ));
    }
    let rest = u32::try_from(rest).unwrap_or(u32::MAX);
    match block {
        Some(_) => level.cluster *= rest,
        None => level.block_words = rest,
    }
    Ok(())
}

/// Words an instance holds; `None` where nothing is said.
fn capacity(level: &Level, attributes: &Fields) -> Result<Option<u64>, Fault> {
    let words = if let Some(entries) = amount(attributes, &["entries"])? {
        entries
    } else if let Some(depth) = amount(attributes, &DEPTH)? {
        depth * f64::from(level.block_words)
    } else if let Some(kib) = amount(attributes, &["sizeKB"])? {
        kib * 8192.0 / f64::from(level.word_bits)
    } else {
        return Ok(None);
    };
    let buffering = amount(attributes, &BUFFERING)?.unwrap_or(1.0);
    let words = (words / buffering).floor();
    if !(1.0..=LARGEST_CAPACITY).contains(&words) {
        return Err(Fault::new(
            place(attributes.place()),
            format!("a capacity of {words} words is none"),
            format!("Write sizes that make 1 to {LARGEST_CAPACITY} words"),
        ));
    }
    Ok(Some(words as u64))
}

/// A number above zero.
fn amount(attributes: &Fields, names: &[&'static str]) -> Result<Option<f64>, Fault> {
    match named(attributes, names) {
        Some(name) => attributes.required(name, "a number above zero").map(Some),
        None => Ok(None),
    }
}

fn rates(level: &mut Level, attributes: &Fields, notes: &mut Notes) -> Result<(), Fault> {
    if let Some(both) = amount(attributes, &["bandwidth"])? {
        let half = both / 2.0;
        (level.read_words_per_cycle, level.write_words_per_cycle) = (Some(half), Some(half));
        let name = &level.name;
        notes.assume(format!(
            "Half of the bandwidth of {name} is for reads, half for writes, as Timeloop takes it"
        ));
    }
    for (names, rate) in [
        (["read_bandwidth", "read-bandwidth"], &mut level.read_words_per_cycle),
        (["write_bandwidth", "write-bandwidth"], &mut level.write_words_per_cycle),
        (
            ["shared_bandwidth", "shared-bandwidth"],
            &mut level.shared_words_per_cycle,
        ),
    ] {
        if let Some(given) = amount(attributes, &names)? {
            *rate = Some(given);
        }
    }
    Ok(())
}
