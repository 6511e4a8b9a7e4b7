//! Tests of edits of the system: topologies, direct links, alternatives, and designs that are not in chain order.

use super::sample::{branches, device, document, link, system};
use super::*;
use crate::design::{Design, Placement};
use crate::network::Ideal;
use crate::system::{MAX_ALTERNATIVES, Topology};
use proptest::prelude::*;

fn prefix(document: &Document, position: usize) -> Ideal {
    let schedule = document.network().schedule(document.schedule);
    Ideal::prefix(&schedule, position)
}

/// A design that places partitions on these devices, each until a position.
fn design(document: &Document, partitions: &[(usize, usize)]) -> Design {
    let placements = partitions.iter().map(|&(device, position)| Placement {
        device,
        end: prefix(document, position),
    });
    Design {
        placements: placements.collect(),
        alternatives: vec![0; document.system.devices.len()],
    }
}

/// Device and end of every placement.
fn placements(document: &Document) -> Vec<(usize, usize)> {
    let all = document.design.placements.iter();
    all.map(|p| (p.device, p.end.len())).collect()
}

fn placed(devices: usize, partitions: &[(usize, usize)]) -> Document {
    let mut document = document(devices);
    let design = design(&document, partitions);
    document.apply(Action::LoadDesign(design)).unwrap();
    document
}

fn direct(document: &mut Document, ends: (usize, usize)) {
    let link = link("shortcut");
    document.apply(Action::AddDirectLink { ends, link }).unwrap();
}

fn ends(document: &Document) -> Vec<(usize, usize)> {
    document.system.direct.iter().map(|direct| direct.ends).collect()
}

#[test]
fn a_chain_becomes_a_bus_and_a_chain_again() {
    let mut document = document(4);
    direct(&mut document, (0, 3));
    let cuts = document.design.clone();
    let notes = document.apply(Action::SetTopology(Topology::Bus)).unwrap();
    assert_eq!(
        notes,
        [
            "1 direct link removed: the bus joins all devices",
            "2 links removed: link 1 is the bus"
        ]
    );
    let names = |document: &Document| -> Vec<String> { document.system.links.iter().map(|l| l.name.clone()).collect() };
    assert_eq!(names(&document), ["link 1"]);
    document.apply(Action::SetTopology(Topology::Chain)).unwrap();
    assert_eq!(names(&document), ["link 1", "link 1", "link 1"]);
    assert_eq!(document.design, cuts);
    check::system(&document.system).unwrap();
}

#[test]
fn a_bus_has_one_link_for_any_number_of_devices_but_one() {
    let mut document = document(1);
    document.apply(Action::SetTopology(Topology::Bus)).unwrap();
    let add = |at, name| Action::AddDevice {
        at,
        device: device("new"),
        link: link(name),
    };
    for (at, name) in [(1, "first"), (0, "second")] {
        document.apply(add(at, name)).unwrap();
        assert_eq!(document.system.links.len(), 1);
        assert_eq!(document.system.links[0].name, "first");
        check::system(&document.system).unwrap();
    }
    document.apply(Action::DuplicateDevice(2)).unwrap();
    assert_eq!(document.system.links.len(), 1);
    for left in (1..4).rev() {
        document.apply(Action::RemoveDevice(left)).unwrap();
        check::system(&document.system).unwrap();
    }
    assert!(document.system.links.is_empty());
}

#[test]
fn direct_links_follow_the_devices_and_go_where_the_chain_joins_their_ends() {
    let mut document = document(4);
    direct(&mut document, (3, 0));
    direct(&mut document, (1, 3));
    let again = Action::AddDirectLink {
        ends: (0, 3),
        link: link("again"),
    };
    assert!(document.apply(again).is_err());
    let add = Action::AddDevice {
        at: 1,
        device: device("new"),
        link: link("new link"),
    };
    document.apply(add).unwrap();
    assert_eq!(ends(&document), [(0, 4), (2, 4)]);
    let notes = document.apply(Action::RemoveDevice(3)).unwrap();
    assert_eq!(ends(&document), [(0, 3)]);
    assert!(notes.contains(&"1 direct link removed with it".to_owned()), "{notes:?}");
    let index = document.system.links.len();
    document.apply(Action::SetLink(index, link("faster"))).unwrap();
    assert_eq!(document.system.direct[0].link.name, "faster");
    assert!(document.apply(Action::SetLink(index + 1, link("none"))).is_err());
    document.apply(Action::RemoveDirectLink(0)).unwrap();
    assert!(document.system.direct.is_empty());
}

#[test]
fn alternatives_come_change_and_go_and_the_design_follows() {
    let mut document = document(2);
    let names =
        |document: &Document| -> Vec<String> { document.system.devices[0].designs().map(|d| d.name.clone()).collect() };
    let built = |document: &Document| document.built(0).unwrap().name.clone();
    for _ in 0..2 {
        document.apply(Action::AddAlternative(0, device("A"))).unwrap();
    }
    assert_eq!(names(&document), ["A", "A 2", "A 3"]);
    assert_eq!(built(&document), "A 3");
    let promoted = Action::PromoteAlternative {
        device: 0,
        alternative: 1,
    };
    document.apply(promoted).unwrap();
    assert_eq!(names(&document), ["A 2", "A", "A 3"]);
    assert_eq!(built(&document), "A 3");
    let mut faster = device("fast");
    faster.bits = 4;
    let change = |to: Device, alternative| Action::SetAlternative {
        device: 0,
        alternative,
        to,
    };
    document.apply(change(faster.clone(), 2)).unwrap();
    assert_eq!(
        (built(&document).as_str(), document.system.devices[0].bits),
        ("fast", 8)
    );
    document.apply(change(faster, 0)).unwrap();
    assert_eq!(names(&document), ["fast", "A", "fast"]);
    let remove = |alternative| Action::RemoveAlternative { device: 0, alternative };
    document.apply(remove(1)).unwrap();
    assert_eq!(document.design.alternatives, [1, 0]);
    document.apply(Action::SwapDevices(0)).unwrap();
    assert_eq!(document.design.alternatives, [0, 1]);
    document.apply(Action::SwapDevices(0)).unwrap();
    let notes = document.apply(remove(1)).unwrap();
    assert_eq!(notes, ["it is built as “fast” now"]);
    assert!(document.apply(remove(0)).is_err());
    for _ in 0..MAX_ALTERNATIVES {
        document.apply(Action::AddAlternative(1, device("other"))).unwrap();
    }
    assert!(document.apply(Action::AddAlternative(1, device("other"))).is_err());
}

#[test]
fn a_fused_layer_needs_the_bits_of_its_members() {
    let mut document = document(2);
    document
        .apply(Action::RequireBits {
            layer: 2,
            bits: Some(16),
        })
        .unwrap();
    assert_eq!(document.required_bits["layer2"], 16);
    let violations = document.evaluate().violations;
    assert!(
        violations[0].text.contains("needs 16 bits, the device has 8"),
        "{violations:?}"
    );
    document.apply(Action::RequireBits { layer: 2, bits: None }).unwrap();
    assert!(document.required_bits.is_empty());
    for (layer, bits) in [(9, Some(8)), (2, Some(0)), (2, Some(65))] {
        assert!(document.apply(Action::RequireBits { layer, bits }).is_err());
    }
}

#[test]
fn cuts_of_a_design_in_another_order_move_go_and_come() {
    let mut document = placed(3, &[(2, 2), (0, 4), (2, 7)]);
    let to = prefix(&document, 6);
    document.apply(Action::MoveCut { cut: 0, to }).unwrap();
    assert_eq!(placements(&document), [(2, 6), (0, 6), (2, 7)]);
    let mut back = placed(3, &[(2, 2), (0, 4), (2, 7)]);
    let boundary = prefix(&back, 5);
    let notes = back.apply(Action::NewCut(boundary)).unwrap();
    assert_eq!(placements(&back), [(2, 2), (0, 4), (2, 5), (1, 7)]);
    assert_eq!(notes, ["“B” is in use again"]);
    let boundary = prefix(&back, 6);
    let full = back.clone().apply(Action::NewCut(boundary)).unwrap_err();
    assert_eq!(full, ActionError::EveryDeviceUsed { at: 3 });
    // C runs twice, so it only gives one partition up; then A and B stand in order.
    let notes = back.apply(Action::RemoveCut(1)).unwrap();
    assert_eq!(placements(&back), [(2, 2), (0, 5), (1, 7)]);
    assert_eq!(notes, ["“C” gave up one of its partitions"]);
    let notes = back.apply(Action::RemoveCut(0)).unwrap();
    assert_eq!(placements(&back), [(2, 5), (1, 7)]);
    assert_eq!(notes, ["“A” has no layers now"]);
    back.apply(Action::RemoveCut(0)).unwrap();
    assert_eq!(placements(&back), [(0, 0), (1, 0), (2, 7)]);
}

#[test]
fn a_layer_goes_to_the_nearest_partition_of_a_device_or_to_a_new_one() {
    // The network is a stem, two branches of two, and a head; the order of the file is a schedule.
    let start = placed(3, &[(2, 1), (0, 5), (2, 7)]);
    let put = |layer, device| {
        let mut document = start.clone();
        document.apply(Action::PutLayer { layer, device }).unwrap();
        let design = &document.design;
        let on = |layer: usize| design.device_of(layer);
        let devices: Vec<usize> = (0..7).map(on).collect();
        (placements(&document), devices)
    };
    let order: Vec<usize> = document(3).network().schedule(start.schedule).order().to_vec();
    let (last, first) = (order[4], order[1]);
    assert_eq!(put(last, 2).1[last], 2);
    assert_eq!(put(first, 2).0.len(), 3, "{:?}", put(first, 2));
    let (with_b, devices) = put(last, 1);
    assert_eq!(with_b.len(), 4);
    assert_eq!(devices[last], 1);
    assert_eq!(devices.iter().filter(|&&device| device == 1).count(), 1);
}

#[test]
fn devices_of_a_design_in_another_order_are_swapped_and_removed_with_their_layers() {
    let mut document = placed(3, &[(2, 2), (0, 4), (2, 7)]);
    document.apply(Action::SwapDevices(1)).unwrap();
    assert_eq!(placements(&document), [(1, 2), (0, 4), (1, 7)]);
    document.apply(Action::DuplicateDevice(0)).unwrap();
    assert_eq!(placements(&document), [(2, 2), (0, 4), (2, 7)]);
    let notes = document.apply(Action::RemoveDevice(0)).unwrap();
    assert_eq!(notes[0], "2 layers moved to the partitions beside");
    assert_eq!(placements(&document), [(0, 0), (1, 7), (2, 7)]);
    let mut smaller = placed(4, &[(3, 2), (1, 4), (3, 7)]);
    assert_eq!(
        smaller.apply(Action::SetSystem(system(2))).unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(placements(&smaller), [(1, 2), (0, 4), (1, 7)]);
    let notes = smaller.apply(Action::SetSystem(system(1))).unwrap();
    assert_eq!(notes, ["2 cuts removed because the system has fewer devices"]);
    assert_eq!(placements(&smaller), [(0, 7)]);
}

/// Placements on devices that may not exist, nested.
fn any_design() -> impl Strategy<Value = Action> {
    let partitions = prop::collection::vec((0..5_usize, 0..=7_usize), 1..6);
    (partitions, prop::collection::vec(0..3_usize, 1..5)).prop_map(|(mut partitions, alternatives)| {
        let order = branches().schedule(ScheduleKind::FileOrder);
        partitions.sort_by_key(|(_, position)| *position);
        partitions.push((partitions[0].0, 7));
        let placements = partitions.into_iter().map(|(device, position)| Placement {
            device,
            end: Ideal::prefix(&order, position),
        });
        Action::LoadDesign(Design {
            placements: placements.collect(),
            alternatives,
        })
    })
}

fn any_action() -> impl Strategy<Value = Action> {
    let order = branches().schedule(ScheduleKind::FileOrder);
    let boundary = (0..=7_usize).prop_map(move |p| Ideal::prefix(&order, p));
    let pair = || (0..5_usize, 0..4_usize);
    let edits = prop_oneof![
        any_design(),
        (0..5_usize, boundary.clone()).prop_map(|(cut, to)| Action::MoveCut { cut, to }),
        (0..7_usize, 0..5_usize).prop_map(|(layer, device)| Action::PutLayer { layer, device }),
        boundary.prop_map(Action::NewCut),
        (0..5_usize).prop_map(Action::RemoveCut),
        (0..8_usize, 0..5_usize).prop_map(|(layer, bits)| Action::RequireBits {
            layer,
            bits: [None, Some(4), Some(8), Some(16), Some(0)][bits],
        }),
    ];
    let devices = prop_oneof![
        (0..6_usize).prop_map(|at| Action::AddDevice {
            at,
            device: device("D"),
            link: link("l")
        }),
        (0..5_usize).prop_map(Action::RemoveDevice),
        (0..5_usize).prop_map(Action::SwapDevices),
        (0..5_usize).prop_map(Action::DuplicateDevice),
        (1..=4_usize).prop_map(|n| Action::SetSystem(system(n))),
        (0..5_usize).prop_map(|index| Action::SetDevice(index, device("other"))),
    ];
    let links = prop_oneof![
        prop_oneof![Just(Topology::Chain), Just(Topology::Bus)].prop_map(Action::SetTopology),
        (0..5_usize, 0..5_usize).prop_map(|ends| Action::AddDirectLink {
            ends,
            link: link("direct")
        }),
        (0..4_usize).prop_map(Action::RemoveDirectLink),
        (0..8_usize).prop_map(|index| Action::SetLink(index, link("changed"))),
    ];
    let alternatives = prop_oneof![
        pair().prop_map(|(device, alternative)| Action::BuildAs { device, alternative }),
        (0..5_usize).prop_map(|index| Action::AddAlternative(index, device("alternative"))),
        pair().prop_map(|(index, alternative)| Action::SetAlternative {
            device: index,
            alternative,
            to: device("set")
        }),
        pair().prop_map(|(device, alternative)| Action::RemoveAlternative { device, alternative }),
        pair().prop_map(|(device, alternative)| Action::PromoteAlternative { device, alternative }),
    ];
    prop_oneof![edits, devices, links, alternatives]
}

proptest! {
    #[test]
    fn every_sequence_leaves_a_system_without_faults_and_a_design_that_fits(
        devices in 1..=4_usize,
        actions in prop::collection::vec(any_action(), 1..40),
    ) {
        let mut history = History::new(document(devices), true);
        for action in actions {
            let before = history.document().clone();
            if history.apply(action).is_err() {
                prop_assert_eq!(&before, history.document());
            }
            let document = history.document();
            prop_assert_eq!(document.system.validate(), []);
            prop_assert_eq!(check::design(&document.design, document.network(), &document.system), Ok(()));
            prop_assert!(document.design.fits(document.network(), &document.system));
        }
        let document = history.document();
        let evaluation = document.evaluate();
        prop_assert_eq!(evaluation.links.len(), document.system.link_count());
        let text = file::to_text(document, None).unwrap();
        let again = file::parse(&text, "test", None).unwrap();
        let opened = again.into_document(Arc::clone(&document.network), file::Trust::Content).unwrap();
        prop_assert_eq!(&opened.document, document);
        prop_assert_eq!(opened.notes, Vec::<String>::new());
    }
}
