//! Tests of actions and history on small documents.

use super::sample::{branches, device, document, link, network, system};
use super::*;
use crate::design::{Design, Objective};
use crate::network::{Ideal, Schedule};
use proptest::prelude::*;

fn schedule(document: &Document) -> Schedule {
    document.network().schedule(document.schedule)
}

fn prefix(document: &Document, position: usize) -> Ideal {
    Ideal::prefix(&schedule(document), position)
}

/// Number of layers on every device.
fn loads(document: &Document) -> Vec<usize> {
    let mut loads = vec![0; document.system.devices.len()];
    for device in document.design.assignment(document.network().layers.len()) {
        loads[device] += 1;
    }
    loads
}

fn at(document: &mut Document, positions: &[usize]) {
    document.design = Design::at_positions(&schedule(document), positions);
}

#[test]
fn a_network_is_split_evenly_by_macs() {
    let document = document(2);
    let macs = |device: usize| -> u64 {
        let on = |l: &usize| document.design.device_of(*l) == device;
        (0..7)
            .filter(on)
            .filter_map(|l| document.network().layers[l].macs)
            .sum()
    };
    assert_eq!((macs(0), macs(1)), (15_000, 13_000));
}

#[test]
fn a_new_cut_opens_the_nearest_unused_device() {
    let mut one = document(3);
    at(&mut one, &[7, 7]);
    let boundary = prefix(&one, 3);
    one.apply(Action::NewCut(boundary)).unwrap();
    assert_eq!(loads(&one), [3, 4, 0]);

    let mut far = document(4);
    at(&mut far, &[4, 6, 7]);
    let boundary = prefix(&far, 2);
    far.apply(Action::NewCut(boundary)).unwrap();
    assert_eq!(loads(&far), [2, 2, 2, 1]);

    let mut ahead = document(3);
    at(&mut ahead, &[0, 4]);
    let boundary = prefix(&ahead, 6);
    ahead.apply(Action::NewCut(boundary)).unwrap();
    assert_eq!(loads(&ahead), [4, 2, 1]);
}

#[test]
fn a_new_cut_that_would_cross_another_contains_it() {
    let mut document = document(3);
    let boundary = |layer| {
        let mut boundary = Ideal::empty(7);
        boundary.include(document.network(), layer);
        boundary
    };
    let (left, right) = (boundary(2), boundary(4));
    document
        .apply(Action::LoadDesign(Design::all_on(document.network(), 3, 2)))
        .unwrap();
    document
        .apply(Action::MoveCut {
            cut: 0,
            to: left.clone(),
        })
        .unwrap();
    let notes = document.apply(Action::NewCut(right.clone())).unwrap();
    assert_eq!(notes.len(), 2, "{notes:?}");
    let mut both = left;
    both.union_with(&right);
    assert_eq!(loads(&document), [3, 2, 2]);
    assert_eq!(document.design.cut(1), &both);
}

#[test]
fn a_new_cut_without_an_unused_device_offers_one() {
    let mut document = document(2);
    at(&mut document, &[4]);
    let before = document.clone();
    let boundary = prefix(&document, 5);
    let error = document.apply(Action::NewCut(boundary)).unwrap_err();
    assert_eq!(error, ActionError::EveryDeviceUsed { at: 2 });
    assert_eq!(document, before);
}

#[test]
fn removing_a_cut_merges_what_lies_beside_it() {
    let mut document = document(4);
    at(&mut document, &[2, 2, 5]);
    document.apply(Action::RemoveCut(0)).unwrap();
    assert_eq!(loads(&document), [5, 0, 0, 2]);
    document.apply(Action::RemoveCut(2)).unwrap();
    assert_eq!(loads(&document), [7, 0, 0, 0]);
    assert!(matches!(
        document.apply(Action::RemoveCut(1)),
        Err(ActionError::Impossible(_))
    ));
}

#[test]
fn adding_and_removing_a_device_are_inverse() {
    for position in 0..=3 {
        let mut document = document(3);
        document.system.input_at = 1;
        let before = document.clone();
        let action = Action::AddDevice {
            at: position,
            device: device("new"),
            link: link("new link"),
        };
        document.apply(action).unwrap();
        assert_eq!(loads(&document)[position], 0);
        assert_eq!(document.system.devices[document.system.input_at].name, "B");
        check::system(&document.system).unwrap();
        document.apply(Action::RemoveDevice(position)).unwrap();
        assert_eq!(document, before);
    }
}

#[test]
fn a_removed_device_leaves_its_layers_and_ports_to_its_neighbour() {
    let mut document = document(3);
    at(&mut document, &[2, 5]);
    let notes = document.apply(Action::RemoveDevice(2)).unwrap();
    assert_eq!(loads(&document), [2, 5]);
    assert_eq!(document.system.output_at, 1);
    assert_eq!(notes, ["2 layers moved to “B”", "the output is wanted at “B” now"]);
    document.apply(Action::RemoveDevice(0)).unwrap();
    assert_eq!(loads(&document), [7]);
    assert!(document.system.links.is_empty());
    assert!(document.apply(Action::RemoveDevice(0)).is_err());
}

#[test]
fn a_copy_gets_a_free_name_and_a_link() {
    let mut document = document(2);
    document.apply(Action::DuplicateDevice(1)).unwrap();
    document.apply(Action::DuplicateDevice(1)).unwrap();
    let names: Vec<_> = document.system.devices.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["A", "B", "B 3", "B 2"]);
    check::system(&document.system).unwrap();
}

#[test]
fn a_smaller_system_keeps_the_cuts_it_can() {
    let mut document = document(4);
    at(&mut document, &[2, 2, 5]);
    assert!(document.apply(Action::SetSystem(system(3))).unwrap().is_empty());
    assert_eq!(loads(&document), [2, 3, 2]);
    assert_eq!(document.apply(Action::SetSystem(system(2))).unwrap().len(), 1);
    assert_eq!(loads(&document), [2, 5]);
    document.apply(Action::SetSystem(system(8))).unwrap();
    assert_eq!(loads(&document), [2, 5, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn values_that_make_no_sense_are_refused_with_place_and_remedy() {
    let mut document = document(2);
    let mut bad = device("bad");
    bad.idle_power_w = f64::NAN;
    let error = document.apply(Action::SetDevice(1, bad)).unwrap_err().to_string();
    assert_eq!(
        error,
        "devices[1].idle_power_w: is not a number, must be a finite number, 0 or more"
    );
    let limits = Constraints {
        latency_s: Some(-1.0),
        ..Constraints::default()
    };
    assert!(document.apply(Action::SetConstraints(limits)).is_err());
    let search = |objectives: &[Objective], schedules| {
        Action::SetSearch(Search {
            objectives: objectives.to_vec(),
            schedules,
            ..Search::default()
        })
    };
    assert!(document.apply(search(&[], 1)).is_err());
    assert!(document.apply(search(&[Objective::Energy; 2], 1)).is_err());
    assert!(document.apply(search(&[Objective::Energy], 99)).is_err());
    document.apply(search(&[Objective::Energy], 2)).unwrap();
    assert_eq!(document.search.schedules, 2);
    let mut five = system(2);
    five.links.clear();
    assert!(document.apply(Action::SetSystem(five)).is_err());
}

#[test]
fn pins_are_named_in_turn_and_made_once() {
    let mut document = document(2);
    document.apply(Action::Pin).unwrap();
    assert_eq!(document.apply(Action::Pin).unwrap().len(), 1);
    let boundary = prefix(&document, 1);
    document.apply(Action::MoveCut { cut: 0, to: boundary }).unwrap();
    document.apply(Action::Pin).unwrap();
    document.apply(Action::Unpin(0)).unwrap();
    let names: Vec<_> = document.pins.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["P2"]);
}

#[test]
fn a_pin_gets_a_name_of_its_own() {
    let mut document = document(2);
    document.apply(Action::Pin).unwrap();
    let boundary = prefix(&document, 1);
    document.apply(Action::MoveCut { cut: 0, to: boundary }).unwrap();
    document.apply(Action::Pin).unwrap();
    let rename = |pin, name: &str| Action::RenamePin {
        pin,
        name: name.to_owned(),
    };
    document.apply(rename(0, " early cut ")).unwrap();
    assert_eq!(document.pins[0].name, "early cut");
    for refused in [
        rename(1, "early cut"),
        rename(1, "  "),
        rename(1, &"x".repeat(201)),
        rename(2, "P9"),
    ] {
        assert!(document.apply(refused).is_err());
    }
    document.apply(rename(0, "early cut")).unwrap();
    // What a pin is called on its own never clashes with a name that was given.
    document.apply(rename(0, &format!("P{}", u32::MAX))).unwrap();
    let names = |document: &Document| document.pins.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    for position in [2, 3] {
        let boundary = prefix(&document, position);
        document.apply(Action::MoveCut { cut: 0, to: boundary }).unwrap();
        document.apply(Action::Pin).unwrap();
    }
    let mut unique = names(&document);
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), document.pins.len(), "{unique:?}");
}

#[test]
fn another_network_keeps_the_system_and_the_same_layers_keep_the_design() {
    let mut document = document(3);
    at(&mut document, &[1, 2]);
    let mut wider = branches();
    for tensor in &mut wider.tensors {
        tensor.shape = Some(vec![4, 8, 4, 4]);
    }
    let open = |raw| Action::OpenNetwork(Arc::new(OpenNetwork::new(Origin::Example("x".into()), raw, Vec::new())));
    document.apply(open(wider)).unwrap();
    assert_eq!(loads(&document), [1, 1, 5]);
    let system = document.system.clone();
    document.apply(open(network(&[&[], &[0], &[1]]))).unwrap();
    assert_eq!(document.system, system);
    assert_eq!(loads(&document), [1, 1, 1]);
}

#[test]
fn a_gesture_is_one_step_and_none_if_nothing_changed() {
    let mut history = History::new(document(2), true);
    let start = history.document().clone();
    history.begin_gesture();
    for position in [1, 2, 3] {
        let to = prefix(history.document(), position);
        history.apply(Action::MoveCut { cut: 0, to }).unwrap();
    }
    assert_eq!(history.gesture_start(), Some(&start));
    history.end_gesture();
    assert!(history.is_modified());
    assert_eq!(history.undo_label(), Some("move cut 1"));
    assert!(history.undo());
    assert_eq!(history.document(), &start);
    assert!(!history.is_modified());
    assert!(!history.undo());

    history.begin_gesture();
    let to = prefix(history.document(), 1);
    history.apply(Action::MoveCut { cut: 0, to }).unwrap();
    let back = start.design.cut(0).clone();
    history.apply(Action::MoveCut { cut: 0, to: back }).unwrap();
    history.end_gesture();
    assert_eq!(history.undo_label(), None);
    assert_eq!(history.redo_label(), Some("move cut 1"));
    assert!(!history.is_modified());
}

#[test]
fn a_rewound_gesture_lets_pushed_cuts_spring_back() {
    let mut document = document(3);
    at(&mut document, &[2, 4]);
    let start = document.clone();
    let mut history = History::new(document, false);
    history.begin_gesture();
    for position in [6, 3] {
        history.rewind_gesture();
        let to = prefix(history.document(), position);
        history.apply(Action::MoveCut { cut: 0, to }).unwrap();
    }
    assert_eq!(loads(history.document()), [3, 1, 3]);
    history.cancel_gesture();
    assert_eq!(history.document(), &start);
    assert_eq!(history.undo_label(), None);
}

fn any_action() -> impl Strategy<Value = Action> {
    let order = branches().schedule(ScheduleKind::FileOrder);
    let boundary = (0..=9_usize).prop_map(move |p| Ideal::prefix(&order, p));
    prop_oneof![
        (0..8_usize, boundary.clone()).prop_map(|(cut, to)| Action::MoveCut { cut, to }),
        (0..8_usize, 0..9_usize).prop_map(|(layer, device)| Action::PutLayer { layer, device }),
        boundary.prop_map(Action::NewCut),
        (0..8_usize).prop_map(Action::RemoveCut),
        (0..9_usize).prop_map(|at| Action::AddDevice {
            at,
            device: device("D"),
            link: link("l")
        }),
        (0..8_usize).prop_map(Action::RemoveDevice),
        (0..8_usize).prop_map(Action::SwapDevices),
        (0..8_usize).prop_map(Action::DuplicateDevice),
        (1..=9_usize).prop_map(|n| Action::SetSystem(system(n))),
        prop_oneof![Just(View::Raw), Just(View::Fused)].prop_map(Action::SetView),
        Just(Action::Pin),
        (0..4_usize).prop_map(Action::Unpin),
        (0..4_usize, "P[1-3]| ?").prop_map(|(pin, name)| Action::RenamePin { pin, name }),
    ]
}

proptest! {
    #[test]
    fn every_action_leaves_a_valid_document_and_undo_takes_all_back(
        devices in 1..=8_usize,
        actions in prop::collection::vec(any_action(), 1..30),
    ) {
        let start = document(devices);
        let mut history = History::new(start.clone(), true);
        let mut states = vec![start.clone()];
        for action in actions {
            let before = history.document().clone();
            match history.apply(action) {
                Ok(applied) => {
                    prop_assert_eq!(applied.changed, &before != history.document());
                    if applied.changed {
                        states.push(history.document().clone());
                    }
                }
                Err(_) => prop_assert_eq!(&before, history.document()),
            }
            let document = history.document();
            prop_assert_eq!(check::system(&document.system), Ok(()));
            let checked = check::design(&document.design, document.network(), &document.system);
            prop_assert_eq!(checked, Ok(()));
        }
        for state in states.iter().rev() {
            prop_assert_eq!(state, history.document());
            history.undo();
        }
        prop_assert!(!history.is_modified());
        for state in states.iter().skip(1) {
            prop_assert!(history.redo());
            prop_assert_eq!(state, history.document());
        }
    }
}
