//! Evaluation against an independent simulator, and the closure rule, on random networks and systems.

#[path = "support/networks.rs"]
mod networks;
#[path = "support/simulator.rs"]
mod simulator;

use cutscape::design::{Design, Limit, Metrics, evaluate};
use cutscape::explore::{Objective, curve};
use cutscape::network::Ideal;
use proptest::prelude::*;
use simulator::simulate;

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_agrees_with_the_simulator(case in networks::cases(0..=8, 1..=4), picks in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
        let problem = case.problem();
        let designs = if case.network.layers.len() < 6 { case.all_designs() } else { case.all_position_designs() };
        for pick in picks {
            let design = pick.get(&designs);
            let evaluation = evaluate(&problem, design);
            let simulated = simulate(&problem, design);
            prop_assert!(close(evaluation.latency_s, simulated.latency_s), "latency {} {}", evaluation.latency_s, simulated.latency_s);
            prop_assert!(close(evaluation.energy_j, simulated.energy_j), "energy {} {}", evaluation.energy_j, simulated.energy_j);
            prop_assert!(close(1.0 / evaluation.throughput_hz, simulated.interval_s));
            prop_assert_eq!(evaluation.link_bytes, simulated.link_bytes);
            for (device, load) in evaluation.devices.iter().enumerate() {
                prop_assert_eq!(load.weight_bytes, simulated.weight_bytes[device]);
                prop_assert_eq!(load.activation_bytes, simulated.activation_bytes[device], "device {}", device);
                prop_assert!(close(load.compute_j + load.link_j, simulated.device_j[device]));
            }
            let unsupported = evaluation.violations.iter().any(|v| matches!(v.limit, Limit::Unsupported(_)));
            prop_assert_eq!(evaluation.latency_s.is_infinite(), unsupported);
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
