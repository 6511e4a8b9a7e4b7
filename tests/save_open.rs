//! Designs come back from a file bit for bit, and undo takes everything back.
#![expect(clippy::unwrap_used, reason = "a test that fails in a helper fails as well")]

use cutscape::cost::profile::device::{Block, Profile, Sizes};
use cutscape::cost::profile::{BundleCost, BundleTable};
use cutscape::cost::roofline::{Arithmetic, Roofline};
use cutscape::design::Constraints;
use cutscape::link::{Duplex, LinkModel, PlainLink};
use cutscape::network::{Ideal, ScheduleKind};
use cutscape::project::file::{self, FileError, Trust};
use cutscape::project::store::Previous;
use cutscape::project::{Action, Document, History, Metrics, OpenNetwork, Origin, View, export};
use cutscape::system::preset::Presets;
use cutscape::system::{Device, DeviceModel, Link, System, Topology};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

const EXAMPLES: [&str; 3] = ["squeezenet1_1", "googlenet", "mobilenet_v3_small"];

static NETWORKS: LazyLock<Vec<Arc<OpenNetwork>>> = LazyLock::new(|| {
    let open = |name: &str| OpenNetwork::open(Origin::Example(name.to_owned()), BTreeMap::new());
    EXAMPLES.iter().map(|name| Arc::new(open(name).unwrap())).collect()
});

/// Numbers with all their digits over many orders of magnitude.
fn quantity() -> impl Strategy<Value = f64> {
    (1.0..10.0_f64, -15..15_i32).prop_map(|(digits, exponent)| digits * 10_f64.powi(exponent))
}

fn device() -> impl Strategy<Value = Device> {
    let arithmetic = (quantity(), quantity()).prop_map(|(macs_per_s, energy_per_mac_j)| Arithmetic {
        macs_per_s,
        energy_per_mac_j,
    });
    (
        "[A-Za-zäß\"\\\\ ]{1,12}[a-z]",
        1..=16_u32,
        prop::option::of(1..=16_u32),
        prop::option::of(quantity()),
        prop::option::of(quantity()),
        prop::collection::btree_map(8..=32_u32, arithmetic, 1..3),
        [quantity(), quantity(), quantity(), quantity(), quantity()],
    )
        .prop_map(|(name, bits, weight_bits, memory, power, arithmetic, more)| Device {
            sources: BTreeMap::from([("idle_power_w".to_owned(), format!("measured for “{name}”"))]),
            name,
            preset: None,
            bits,
            weight_bits,
            memory_limit_bytes: memory,
            power_limit_w: power,
            idle_power_w: more[0],
            area_m2: None,
            alternatives: Vec::new(),
            model: DeviceModel::Roofline(Roofline {
                arithmetic,
                bandwidth_bytes_per_s: more[1],
                energy_per_byte_j: more[2],
                static_power_w: more[3],
                overhead_s: more[4],
            }),
        })
}

/// A measured device of two blocks.
fn measured() -> impl Strategy<Value = Device> {
    let cost = |clock_hz| {
        let numbers = (quantity(), prop::option::of(quantity()), 0..100_usize, any::<bool>());
        numbers.prop_map(move |(latency_s, energy_j, runs, estimated)| BundleCost {
            clock_hz,
            latency_s,
            energy_j,
            runs,
            estimated,
        })
    };
    let costs = (
        cost(Some(460_800_000)),
        cost(Some(921_600_000)),
        cost(Some(921_600_000)),
    );
    let own = (prop::option::of(1..3_usize), quantity(), prop::option::of(quantity()));
    (device(), costs, own).prop_map(|(device, (a, b, c), (longest, load, battery_j))| {
        let block = |name: &str| Block {
            name: name.to_owned(),
            layers: vec![format!("{name} \"a\""), format!("{name}/b")],
        };
        let clock_hz = b.clock_hz;
        let model = DeviceModel::Profile(Box::new(Profile {
            source: "a bench".to_owned(),
            network: "some network".to_owned(),
            blocks: Arc::new(vec![block("conv1"), block("fc1")]),
            bundles: Arc::new(BundleTable::of(2, [((0, 0), a), ((0, 0), b), ((0, 1), c)])),
            clock_hz,
            longest,
            load,
            battery_j,
            sizes: longest.map(|size| Sizes {
                symbols: BTreeMap::from([("batch".to_owned(), size as u64)]),
                bytes: vec![Some(602_112), None, Some(4)],
            }),
        }));
        Device { model, ..device }
    })
}

fn link() -> impl Strategy<Value = Link> {
    let numbers = [quantity(), quantity(), quantity(), quantity()];
    (prop::option::of(1..=32_u32), any::<bool>(), numbers).prop_map(|(bits, full, numbers)| Link {
        name: "link".to_owned(),
        preset: Some("a preset".to_owned()),
        sources: BTreeMap::new(),
        bits,
        duplex: if full { Duplex::Full } else { Duplex::Half },
        model: LinkModel::Plain(PlainLink {
            rate_bytes_per_s: numbers[0],
            latency_s: numbers[1],
            transmit_j_per_byte: numbers[2],
            receive_j_per_byte: numbers[3],
        }),
    })
}

fn system() -> impl Strategy<Value = System> {
    let parts = (1..=8_usize).prop_flat_map(|count| {
        (
            prop::collection::vec(prop_oneof![device(), measured()], count),
            prop::collection::vec(link(), count - 1),
            0..count,
            0..count,
        )
    });
    (parts, 1..=32_u32, prop::option::of(quantity())).prop_map(
        |((devices, links, input_at, output_at), input_bits, frame_rate_hz)| System {
            name: "random".to_owned(),
            devices,
            links,
            input_at,
            output_at,
            input_bits,
            frame_rate_hz,
            topology: Topology::Chain,
            direct: Vec::new(),
        },
    )
}

/// An edit without reference to a document; `adapt` makes it fit one.
fn edit() -> impl Strategy<Value = (u32, usize, usize)> {
    (0..12_u32, 0..1000_usize, 0..1000_usize)
}

fn adapt(document: &Document, (kind, a, b): (u32, usize, usize)) -> Action {
    let network = document.network();
    let layer = a % network.layers.len();
    let (devices, cuts) = (document.system.devices.len(), document.design.cuts().max(1));
    let mut boundary = Ideal::empty(network.layers.len());
    boundary.include(network, layer);
    let prefix = Ideal::prefix(&network.schedule(document.schedule), layer);
    match kind {
        0 | 1 => Action::MoveCut {
            cut: b % cuts,
            to: boundary,
        },
        2 => Action::MoveCut {
            cut: b % cuts,
            to: prefix,
        },
        3 | 4 => Action::PutLayer {
            layer,
            device: b % devices,
        },
        5 => Action::NewCut(prefix),
        6 => Action::RemoveCut(b % cuts),
        7 => Action::SetView(if a % 2 == 0 { View::Raw } else { View::Fused }),
        8 => Action::SetSchedule(if a % 2 == 0 {
            ScheduleKind::LevelOrder
        } else {
            ScheduleKind::FileOrder
        }),
        9 => Action::DuplicateDevice(b % devices),
        10 => Action::SetConstraints(Constraints {
            latency_s: Some(0.1 / (1 + a) as f64),
            energy_j: None,
            throughput_hz: Some((1 + b) as f64 / 3.0),
            area_m2: None,
            most_devices: None,
        }),
        _ => Action::Pin,
    }
}

fn edited(network: usize, system: System, edits: &[(u32, usize, usize)]) -> Document {
    let mut document = Document::new(NETWORKS[network].clone(), system).unwrap();
    for &edit in edits {
        // An edit that cannot be done (all devices used, nothing to merge) is left out.
        drop(document.apply(adapt(&document, edit)));
    }
    document
}

fn bits(metrics: &Metrics) -> [u64; 5] {
    [
        metrics.latency_s.to_bits(),
        metrics.energy_j.to_bits(),
        metrics.throughput_hz.to_bits(),
        metrics.link_bytes,
        metrics.peak_memory_bytes,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_saved_design_opens_as_it_was(
        network in 0..EXAMPLES.len(),
        system in system(),
        edits in prop::collection::vec(edit(), 0..12),
    ) {
        let document = edited(network, system, &edits);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("design.ron");
        file::save(&path, &document, Previous::Keep).unwrap();
        let saved = *file::read(&path).unwrap().metrics();
        let opened = file::open(&path, None, Trust::Content).unwrap();
        prop_assert_eq!(opened.notes, Vec::<String>::new());
        prop_assert!(opened.document == document, "the document differs");
        let now = Metrics::from(&opened.document.evaluate());
        prop_assert_eq!(bits(&saved), bits(&now));
        prop_assert_eq!(bits(&now), bits(&Metrics::from(&document.evaluate())));
        // Written again it is the same text, so that a file under version control changes only where the design does.
        prop_assert_eq!(file::to_text(&opened.document, None).unwrap(), file::to_text(&document, None).unwrap());
    }

    #[test]
    fn the_raw_view_holds_every_fused_design(
        network in 0..EXAMPLES.len(),
        system in system(),
        edits in prop::collection::vec(edit(), 0..8),
    ) {
        let mut document = edited(network, system, &edits);
        document.apply(Action::SetView(View::Fused)).unwrap();
        let design = document.design.clone();
        let notes = document.apply(Action::SetView(View::Raw)).unwrap();
        prop_assert_eq!(notes, Vec::<String>::new());
        prop_assert_eq!(document.apply(Action::SetView(View::Fused)).unwrap(), Vec::<String>::new());
        prop_assert!(document.design == design, "the design differs");
    }

    #[test]
    fn undo_takes_everything_back(
        network in 0..EXAMPLES.len(),
        system in system(),
        edits in prop::collection::vec(edit(), 1..12),
    ) {
        let start = edited(network, system, &[]);
        let mut history = History::new(start.clone(), true);
        for edit in edits {
            drop(history.apply(adapt(history.document(), edit)));
        }
        let end = history.document().clone();
        while history.undo() {}
        prop_assert!(history.document() == &start, "undo missed something");
        prop_assert!(!history.is_modified());
        while history.redo() {}
        prop_assert!(history.document() == &end, "redo missed something");
    }
}

/// A document on a copy of an example's file.
fn on_disk(folder: &Path, example: &str) -> Document {
    let path = folder.join(format!("{example}.onnx"));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{example}.onnx"));
    std::fs::copy(source, &path).unwrap();
    let network = OpenNetwork::open(Origin::File(path), BTreeMap::new()).unwrap();
    Document::new(Arc::new(network), Presets::load(None).start_system()).unwrap()
}

#[test]
fn a_folder_with_designs_and_networks_can_be_moved() {
    let root = tempfile::tempdir().unwrap();
    let (old, new) = (root.path().join("old"), root.path().join("new"));
    for folder in ["designs", "models"] {
        std::fs::create_dir_all(old.join(folder)).unwrap();
    }
    let document = on_disk(&old.join("models"), "resnet18");
    file::save(&old.join("designs/a.ron"), &document, Previous::Keep).unwrap();
    std::fs::rename(&old, &new).unwrap();
    let opened = file::open(&new.join("designs/a.ron"), None, Trust::Content).unwrap();
    assert_eq!(opened.document.design, document.design);
    assert_eq!(
        opened.document.network.origin,
        Origin::File(new.join("models/resnet18.onnx"))
    );
    file::save(&new.join("designs/b.ron"), &opened.document, Previous::Keep).unwrap();
    let text = |name: &str| std::fs::read_to_string(new.join(name)).unwrap();
    assert_eq!(text("designs/a.ron"), text("designs/b.ron"));
    assert!(text("designs/a.ron").contains("File(\"../models/resnet18.onnx\")"));
}

#[test]
fn a_network_that_moved_or_changed_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let document = on_disk(folder.path(), "resnet18");
    let design = folder.path().join("design.ron");
    file::save(&design, &document, Previous::Keep).unwrap();
    let network = folder.path().join("resnet18.onnx");
    let moved = folder.path().join("moved.onnx");
    std::fs::rename(&network, &moved).unwrap();
    let missing = file::open(&design, None, Trust::Content).unwrap_err();
    let FileError::NeedsNetwork { origin, changed, .. } = &missing else {
        panic!("{missing}");
    };
    assert_eq!((origin, *changed), (&Origin::File(network.clone()), false));
    let located = file::open(&design, Some(Origin::File(moved)), Trust::Content).unwrap();
    assert_eq!(located.document.design, document.design);

    std::fs::copy("models/vgg11.onnx", &network).unwrap();
    let changed = file::open(&design, None, Trust::Content).unwrap_err();
    assert!(
        matches!(changed, FileError::NeedsNetwork { changed: true, .. }),
        "{changed}"
    );
    let unknown = file::open(&design, None, Trust::Names).unwrap_err();
    assert!(unknown.to_string().contains("names the layer"), "{unknown}");
}

#[test]
fn a_cut_inside_a_fused_layer_snaps_with_a_note() {
    let mut document = Document::start(Presets::load(None).start_system()).unwrap();
    document.apply(Action::SetView(View::Raw)).unwrap();
    let network = document.network.clone();
    let first = network.fused.layers.iter().find(|l| l.members.len() > 1).unwrap();
    let head = document
        .network
        .raw
        .layers
        .iter()
        .position(|l| l.name == first.members[0])
        .unwrap();
    let mut boundary = Ideal::empty(document.network().layers.len());
    boundary.include(document.network(), head);
    document.apply(Action::MoveCut { cut: 0, to: boundary }).unwrap();
    let notes = document.apply(Action::SetView(View::Fused)).unwrap();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains(&first.name), "{notes:?}");
}

#[test]
fn rows_of_an_exported_front_make_its_points_again() {
    let mut document = Document::start(Presets::load(None).start_system()).unwrap();
    let schedule = document.network().schedule(document.schedule);
    let table = cutscape::cost::table::CostTable::new(document.network(), &document.system);
    let front = cutscape::explore::front(
        &document.problem(&schedule, &table),
        &cutscape::explore::Search::default(),
        &|| false,
        &|_| (),
    )
    .unwrap();
    let mut csv = Vec::new();
    export::front(&document.network, document.view, &front)
        .write_csv(&mut csv)
        .unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|c| c == name).unwrap();
    let layers = document.network.raw.layers.len();
    let mut rows = 0;
    for row in reader.records().map(Result::unwrap) {
        let mut design = document.design.clone();
        for (cut, placement) in design.placements.iter_mut().enumerate().take(document.design.cuts()) {
            let names: Vec<String> = serde_json::from_str(&row[column(&format!("cut_{}", cut + 1))]).unwrap();
            let mut raw = Ideal::empty(layers);
            for name in names {
                raw.include(
                    &document.network.raw,
                    document.network.raw.layer_of_member(&name).unwrap(),
                );
            }
            placement.end = document.network.from_raw(document.view, &raw).0;
        }
        document.apply(Action::LoadDesign(design)).unwrap();
        let evaluation = document.evaluate();
        let number = |name: &str| row[column(name)].parse::<f64>().unwrap();
        assert_eq!(number("latency_s"), evaluation.latency_s);
        assert_eq!(number("energy_j"), evaluation.energy_j);
        assert_eq!(&row[column("feasible")], evaluation.violations.is_empty().to_string());
        rows += 1;
    }
    assert!(rows > 3);
}
