//! Evaluation against an independent simulator, and the closure rule, on random networks and systems.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

#[path = "support/joined.rs"]
mod joined;
#[path = "support/networks.rs"]
mod networks;
#[path = "support/simulator.rs"]
mod simulator;

use cutscape::design::{Design, Limit, Metrics, Problem, Work, evaluate};
use cutscape::explore::{Objective, curve};
use cutscape::network::Ideal;
use proptest::prelude::*;
use simulator::simulate;

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// Every number of a design is the simulator's, and its steps add up.
fn agree(problem: &Problem, design: &Design) -> Result<(), TestCaseError> {
    let evaluation = evaluate(problem, design);
    let simulated = simulate(problem, design);
    let (latency_s, energy_j) = (evaluation.latency_s, evaluation.energy_j);
    prop_assert!(
        close(latency_s, simulated.latency_s),
        "latency {} {}",
        latency_s,
        simulated.latency_s
    );
    prop_assert!(
        close(energy_j, simulated.energy_j),
        "energy {} {}",
        energy_j,
        simulated.energy_j
    );
    prop_assert!(close(1.0 / evaluation.throughput_hz, simulated.interval_s));
    prop_assert_eq!(evaluation.link_bytes, simulated.link_bytes);
    prop_assert!(close(evaluation.area_m2, simulated.area_m2));
    for (device, load) in evaluation.devices.iter().enumerate() {
        prop_assert_eq!(load.weight_bytes, simulated.weight_bytes[device]);
        prop_assert_eq!(
            load.activation_bytes,
            simulated.activation_bytes[device],
            "device {}",
            device
        );
        prop_assert!(close(load.compute_j + load.link_j, simulated.device_j[device]));
    }
    let unsupported = evaluation
        .violations
        .iter()
        .any(|v| matches!(v.limit, Limit::Unsupported(_)));
    prop_assert_eq!(latency_s.is_infinite(), unsupported);

    let mut sent = vec![0; evaluation.links.len()];
    let mut ran = None;
    for step in &evaluation.steps {
        match step.work {
            Work::Transfer { link, message } => {
                // Messages of a link follow each other, and each stands behind the partition its cut names.
                prop_assert_eq!(message, sent[link]);
                sent[link] += 1;
                let message = &evaluation.links[link].messages[message];
                prop_assert!(message.cut.is_none_or(|cut| Some(cut) == ran));
            }
            Work::Compute { placement, device } => {
                prop_assert!(ran < Some(placement));
                prop_assert_eq!(design.placements[placement].device, device);
                ran = Some(placement);
            }
        }
    }
    prop_assert_eq!(sent, simulated.messages);
    prop_assert!(close(evaluation.steps.iter().map(|s| s.seconds).sum(), latency_s));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_agrees_with_the_simulator(case in networks::cases(0..=8, 1..=4), picks in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
        let problem = case.problem();
        let designs = if case.network.layers.len() < 6 { case.all_designs() } else { case.all_position_designs() };
        for pick in picks {
            agree(&problem, pick.get(&designs))?;
        }
    }

    #[test]
    fn evaluation_of_general_designs_agrees_with_the_simulator(
        case in joined::joined_cases(0..=9, 1..=5),
        designs in prop::collection::vec(prop::collection::vec((0_usize..100, 0_usize..100), 1..8), 12),
    ) {
        for placements in designs {
            let design = joined::general_design(&case, &placements);
            prop_assert!(design.fits(&case.network, &case.system));
            agree(&case.problem(), &design)?;
        }
    }

    #[test]
    fn every_edit_leaves_nested_ideals(case in networks::cases(1..=10, 2..=4), edits in prop::collection::vec((any::<bool>(), 0_usize..100, 0_usize..100), 1..20)) {
        let (layers, devices) = (case.network.layers.len(), case.system.devices.len());
        let mut design = Design::all_on(&case.network, devices, 0);
        for (put, what, place) in edits {
            if put {
                let (layer, device) = (what % layers, place % devices);
                design.put(&case.network, layer, device);
                prop_assert_eq!(design.device_of(layer), device);
            } else {
                let to = Ideal::prefix(&case.schedule, place % (layers + 1));
                let cut = what % (devices - 1);
                design.move_cut(cut, &to);
                prop_assert_eq!(design.cut(cut), &to);
            }
            prop_assert!(design.fits(&case.network, &case.system));
            prop_assert!(design.placements.iter().all(|p| p.end.is_boundary_of(&case.network)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_curve_is_what_evaluation_says(case in networks::cases(0..=9, 2..=4), pick in any::<prop::sample::Index>(), cut in 0_usize..3) {
        let problem = case.problem();
        let designs = if case.network.layers.len() < 5 { case.all_designs() } else { case.all_position_designs() };
        let design = pick.get(&designs);
        let cut = cut % design.cuts();
        for objective in Objective::ALL {
            let values = curve(&problem, design, cut, objective);
            prop_assert_eq!(values.len(), case.network.layers.len() + 1);
            for (position, &value) in values.iter().enumerate() {
                let mut moved = design.clone();
                moved.move_cut(cut, &Ideal::prefix(&case.schedule, position));
                let expected = Metrics::from(&evaluate(&problem, &moved)).get(objective);
                prop_assert!(close(value, expected), "{:?} at {}: {} {}", objective, position, value, expected);
            }
        }
    }
}
