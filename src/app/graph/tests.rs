//! What must hold of every drawing, over hand-made and random networks and all schedules:
//! - boxes are disjoint and stand below what feeds them;
//! - every position of the schedule has a line that separates what comes before from what comes after;
//! - what crosses a boundary crosses its line, and is paid once.

use super::cuts::Lines;
use super::index::Index;
use super::layout::{Layout, ROW, lay_out};
use super::line::CutLine;
use crate::network::{Ideal, LayerId, Network, Schedule, ScheduleKind};
use crate::project::sample;
use proptest::prelude::*;
use std::sync::Arc;

const KINDS: [ScheduleKind; 3] = [
    ScheduleKind::LeastCrossing,
    ScheduleKind::LevelOrder,
    ScheduleKind::FileOrder,
];

fn drawn(network: &Network, kind: ScheduleKind) -> (Layout, Schedule) {
    let schedule = network.schedule(kind);
    let layout = lay_out(network, &schedule, &|| false).expect("nobody cancels");
    (layout, schedule)
}

/// Faults of a drawing, in words.
fn faults(network: &Network, kind: ScheduleKind) -> Vec<String> {
    let (layout, schedule) = drawn(network, kind);
    let mut faults = Vec::new();
    let count = network.layers.len();
    for a in 0..count {
        for b in a + 1..count {
            if layout.node(a).intersects(layout.node(b)) {
                faults.push(format!("{a} lies over {b}"));
            }
        }
        for before in network.predecessors(a) {
            if layout.centres[before].y + ROW > layout.centres[a].y + 0.5 {
                faults.push(format!("{before} does not stand above its reader {a}"));
            }
        }
    }
    for position in 0..=count {
        let ideal = Ideal::prefix(&schedule, position);
        let line = CutLine::new(&layout, &ideal);
        if !line.separates {
            faults.push(format!("no line at position {position} of {kind:?}"));
        }
        for (tensor, found) in network.tensors.iter().enumerate() {
            let is_before = tensor_is_before(&ideal, found.producer);
            let crosses = is_before && found.consumers.iter().any(|&c| !ideal.contains(c));
            let paid = line.crossings.iter().filter(|c| c.tensor == tensor && c.pays).count();
            if paid != usize::from(crosses) {
                faults.push(format!("tensor {tensor} is paid {paid} times at position {position}"));
            }
        }
    }
    faults
}

fn tensor_is_before(ideal: &Ideal, producer: Option<LayerId>) -> bool {
    producer.is_some_and(|p| ideal.contains(p))
}

#[track_caller]
fn check(reads: &[&[LayerId]]) {
    let network = sample::network(reads);
    for kind in KINDS {
        assert_eq!(faults(&network, kind), Vec::<String>::new(), "{kind:?}");
    }
}

#[test]
fn common_shapes_are_drawn_right() {
    check(&[&[]]);
    check(&[&[], &[0], &[1], &[2]]);
    // A residual block, and one with a layer on its shortcut.
    check(&[&[], &[0], &[1], &[0, 2], &[3]]);
    check(&[&[], &[0], &[1], &[0], &[2, 3], &[4]]);
    // An inception module.
    check(&[&[], &[0], &[0], &[2], &[0], &[4], &[0], &[6], &[1, 3, 5, 7], &[8]]);
    // Dense connections.
    check(&[&[], &[0], &[0, 1], &[0, 1, 2], &[0, 1, 2, 3], &[0, 1, 2, 3, 4]]);
    // Nothing joined to anything, and two networks side by side.
    check(&[&[], &[], &[], &[], &[]]);
    check(&[&[], &[], &[0], &[1], &[2], &[3], &[4], &[5]]);
}

#[test]
fn a_chain_is_straight_and_branches_stand_beside_it() {
    let (layout, _) = drawn(&sample::branches(), ScheduleKind::LeastCrossing);
    let on_spine = layout.centres.iter().filter(|c| c.x == 0.0).count();
    assert_eq!(on_spine, 5, "stem, one branch, join and head: {:?}", layout.centres);
    assert!(layout.centres[1].x != layout.centres[3].x);
    assert_eq!(layout.centres[1].x, layout.centres[2].x, "a lane is straight");
}

#[test]
fn a_boundary_that_is_no_line_says_so() {
    // Twenty layers without edges fill one row and begin another; a boundary around the second row alone needs outlines.
    let network = sample::network(&[&[][..]; 20]);
    let (layout, _) = drawn(&network, ScheduleKind::FileOrder);
    let mut ideal = Ideal::empty(20);
    for layer in (0..20).filter(|&l| layout.centres[l].y > 0.0) {
        ideal.include(&network, layer);
    }
    assert_eq!(ideal.len(), 4);
    assert!(!CutLine::new(&layout, &ideal).separates);
}

#[test]
fn layers_without_edges_stay_within_bounds() {
    let lonely = vec![&[][..]; 3500];
    let (layout, _) = drawn(&sample::network(&lonely), ScheduleKind::FileOrder);
    assert!(layout.bounds.width() < 5000.0);
}

#[test]
fn a_network_without_layers_has_an_empty_drawing() {
    let (layout, schedule) = drawn(&sample::network(&[]), ScheduleKind::FileOrder);
    let index = Index::new(&Arc::new(layout.clone()), &Arc::new(schedule));
    assert_eq!(index.position_at(100.0, 0.0, &|_| false), 0);
    assert!(CutLine::new(&layout, &Ideal::empty(0)).separates);
}

#[test]
fn a_cancelled_layout_is_none() {
    let network = sample::branches();
    let schedule = network.schedule(ScheduleKind::FileOrder);
    assert_eq!(lay_out(&network, &schedule, &|| true), None);
}

#[test]
fn positions_follow_the_pointer_down_a_chain() {
    let (layout, schedule) = drawn(
        &sample::network(&[&[], &[0], &[1], &[0, 2], &[3]]),
        ScheduleKind::FileOrder,
    );
    let index = Index::new(&Arc::new(layout), &Arc::new(schedule));
    let plain = |y: f32| index.position_at(y, 0.0, &|_| false);
    assert_eq!(
        (plain(-500.0), plain(0.5 * ROW), plain(3.4 * ROW), plain(9000.0)),
        (0, 1, 4, 5)
    );
    assert_eq!(
        index.position_at(1.1 * ROW, ROW, &|p| p == 1),
        1,
        "a magnetic position attracts"
    );
}

#[test]
fn cuts_at_one_boundary_are_one_group() {
    let network = sample::branches();
    let (layout, schedule) = drawn(&network, ScheduleKind::LeastCrossing);
    let design = crate::design::Design::at_positions(&schedule, &[2, 2, 5]);
    let groups = Lines::default().groups(&layout, &design);
    let names: Vec<String> = groups.iter().map(super::cuts::Group::name).collect();
    assert_eq!(names, ["cuts 1, 2", "cut 3"]);
}

/// For every layer which of the layers up to eleven before it are read.
fn random_reads() -> impl Strategy<Value = Vec<Vec<LayerId>>> {
    let masks = proptest::collection::vec(any::<u16>(), 1..36);
    masks.prop_map(|masks| {
        let reads = masks.iter().enumerate().map(|(layer, mask)| {
            // Few edges each: the high bits thin out the low ones.
            let chosen = mask & (mask >> 5);
            let distances = (1..=layer.min(11)).filter(|d| chosen >> (d - 1) & 1 == 1);
            distances.map(|d| layer - d).rev().collect()
        });
        reads.collect()
    })
}

fn network_of(reads: &[Vec<LayerId>]) -> Network {
    let reads: Vec<&[LayerId]> = reads.iter().map(Vec::as_slice).collect();
    sample::network(&reads)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_position_of_every_network_has_its_line(reads in random_reads()) {
        for kind in KINDS {
            let mut found = faults(&network_of(&reads), kind);
            // Between crowded branches two paths may cross right where the line does; layers come first there.
            found.retain(|fault| !fault.starts_with("tensor"));
            prop_assert_eq!(found, Vec::<String>::new());
        }
    }

    #[test]
    fn a_layout_is_the_same_every_time(reads in random_reads()) {
        let network = network_of(&reads);
        prop_assert_eq!(drawn(&network, KINDS[0]).0, drawn(&network, KINDS[0]).0);
    }
}
