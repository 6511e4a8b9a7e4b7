//! Every explanation can be recomputed by hand, from the root down to numbers with a source.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/formula.rs"]
mod formula;
#[path = "support/joined.rs"]
mod joined;
#[path = "support/links.rs"]
mod links;
#[path = "support/networks.rs"]
mod networks;

use cutscape::cost::table::CostTable;
use cutscape::design::{Constraints, Design, Explanation, Problem, Quantity, evaluate, explain};
use cutscape::network::ScheduleKind;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportOptions, open};
use cutscape::system::DeviceModel;
use cutscape::system::preset::Presets;
use networks::Case;
use proptest::prelude::*;
use std::path::Path;

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

fn check(node: &Explanation) -> Result<(), TestCaseError> {
    if node.formula.is_empty() {
        prop_assert!(
            !node.source.is_empty() && node.parts.is_empty(),
            "{} has neither formula nor source",
            node.symbol
        );
        return Ok(());
    }
    let value = formula::calculate(node).map_err(|e| TestCaseError::fail(format!("{}: {e}", node.formula)))?;
    prop_assert!(
        close(value, node.value),
        "{} = {}: {} {}",
        node.symbol,
        node.formula,
        value,
        node.value
    );
    node.parts.iter().try_for_each(check)
}

/// Every number of a design is explained by a tree that adds up to it.
fn explained(case: &Case, design: &Design) -> Result<(), TestCaseError> {
    let problem = case.problem();
    let evaluation = evaluate(&problem, design);
    let mut expected = vec![
        (Quantity::Latency, evaluation.latency_s),
        (Quantity::Energy, evaluation.energy_j),
        (Quantity::Throughput, evaluation.throughput_hz),
        (Quantity::LinkBytes, evaluation.link_bytes as f64),
    ];
    for (d, load) in evaluation.devices.iter().enumerate() {
        expected.push((Quantity::DeviceLatency(d), load.compute_s));
        expected.push((Quantity::DeviceEnergy(d), load.compute_j));
        expected.push((Quantity::DeviceMemory(d), load.memory_bytes() as f64));
        expected.push((Quantity::DevicePower(d), load.power_w));
    }
    for (l, load) in evaluation.links.iter().enumerate() {
        expected.push((Quantity::LinkTransfer(l), load.transfer_s));
        expected.push((Quantity::LinkEnergy(l), load.energy_j));
    }
    for cut in 0..design.cuts() {
        let sent = evaluation.links.iter().flat_map(|load| &load.messages);
        let bytes: u64 = sent.filter(|m| m.cut == Some(cut)).map(|m| m.bytes).sum();
        expected.push((Quantity::CutBytes(cut), bytes as f64));
    }
    for layer in 0..case.network.layers.len() {
        for device in 0..case.system.devices.len() {
            let cost = case.table.layer(device, layer);
            let (t, e) = cost.map_or((f64::INFINITY, f64::INFINITY), |c| (c.latency_s, c.energy_j));
            let device = Some(device);
            expected.push((Quantity::LayerLatency { layer, device }, t));
            expected.push((Quantity::LayerEnergy { layer, device }, e));
        }
    }
    for (quantity, value) in expected {
        let explanation = explain(&problem, design, quantity);
        prop_assert!(
            close(explanation.value, value),
            "{:?}: {} {}",
            quantity,
            explanation.value,
            value
        );
        check(&explanation)?;
    }
    Ok(())
}

/// Layers on spatial accelerators are explained down to the energy of a single access.
#[test]
fn costs_on_arrays_add_up() {
    let presets = Presets::load(None);
    let arrays = [
        "Eyeriss-like",
        "Simba-like",
        "Gemmini-like (CNNParted)",
        "Output-stationary",
    ];
    for network in ["alexnet", "mobilenet_v3_small"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("models/{network}.onnx"));
        let network = fuse(
            &open(&path, &ImportOptions::default())
                .expect("a bundled network")
                .network,
        );
        for array in arrays {
            let mut device = presets.device(array).expect("an embedded preset");
            if let DeviceModel::Spatial(model) = &mut device.model {
                model.architecture.leakage_w = 1e-3;
            }
            let mut system = presets.start_system();
            system.devices = vec![device];
            system.links.clear();
            (system.input_at, system.output_at) = (0, 0);
            let schedule = network.schedule(ScheduleKind::FileOrder);
            let table = CostTable::new(&network, &system);
            let constraints = Constraints::default();
            let problem = Problem {
                network: &network,
                schedule: &schedule,
                system: &system,
                table: &table,
                constraints: &constraints,
            };
            let design = Design::all_on(&network, 1, 0);
            for layer in 0..network.layers.len() {
                for quantity in [
                    Quantity::LayerLatency { layer, device: None },
                    Quantity::LayerEnergy { layer, device: None },
                ] {
                    let explanation = explain(&problem, &design, quantity);
                    check(&explanation).unwrap_or_else(|e| panic!("{array}, {}: {e}", network.layers[layer].name));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn explanations_add_up_to_the_evaluation(mut case in networks::cases(0..=7, 1..=4), pick in any::<prop::sample::Index>(), rate in prop::option::of(0.1..10.0), models in prop::collection::vec(prop::option::of(links::models()), 3)) {
        for (link, model) in case.system.links.iter_mut().zip(models) {
            link.model = model.unwrap_or_else(|| link.model.clone());
        }
        case.system.frame_rate_hz = rate;
        let designs = if case.network.layers.len() < 5 { case.all_designs() } else { case.all_position_designs() };
        explained(&case, pick.get(&designs))?;
    }

    #[test]
    fn explanations_of_general_designs_add_up(
        mut case in joined::joined_cases(0..=7, 1..=4),
        placements in prop::collection::vec((0_usize..100, 0_usize..100), 1..7),
        rate in prop::option::of(0.1..10.0),
    ) {
        case.system.frame_rate_hz = rate;
        explained(&case, &joined::general_design(&case, &placements))?;
    }
}
