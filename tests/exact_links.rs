//! What every link model promises, whatever its parameters: costs are numbers, never negative, and never less for more bytes; what it
//! says about itself is so.

#![expect(clippy::expect_used, reason = "what cannot be prepared fails the run")]

#[path = "support/links.rs"]
mod links;

use cutscape::link::{Affine, Direction, Duplex, Eee, EeeRule, LinkModel, Transfer};
use links::models;
use proptest::prelude::*;

fn parts(transfer: Transfer) -> [f64; 3] {
    [transfer.latency_s, transfer.transmit_j, transfer.receive_j]
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

fn directions() -> impl Strategy<Value = Direction> {
    prop::sample::select(vec![Direction::Forward, Direction::Back])
}

/// From one byte to what no line carries.
fn sizes() -> impl Strategy<Value = u64> {
    prop_oneof![1_u64..2000, 1_u64..20_000_000]
}

fn frame_rates() -> impl Strategy<Value = Option<f64>> {
    prop::option::of((-2.0..6.0).prop_map(|power| 10_f64.powf(power)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn costs_are_numbers_and_grow_with_the_bytes(model in models(), direction in directions(), bytes in sizes(), more in 1_u64..3000, rate in frame_rates()) {
        prop_assert_eq!(cutscape::link::preset::faults(None, &model), vec![]);
        let [small, large] = [bytes, bytes + more].map(|bytes| parts(model.transfer(bytes, direction, rate)));
        prop_assert!(small.iter().all(|part| part.is_finite() && *part >= 0.0), "{:?}: {:?}", model, small);
        // Published slips make some costs fall.
        if model.choices().iter().all(|choice| !choice.compatibility || choice.chosen == 0) {
            for (small, large) in small.into_iter().zip(large) {
                prop_assert!(large >= small * (1.0 - 1e-12), "{:?}: {} bytes {}, {} more {}", model, bytes, small, more, large);
            }
            prop_assert!(model.wire_bytes(bytes + more) >= model.wire_bytes(bytes));
        }
    }

    #[test]
    fn affine_models_are_a_fixed_part_and_a_part_per_byte(model in models(), direction in directions(), bytes in sizes(), more in sizes(), rate in frame_rates()) {
        let marginal = parts(model.marginal(more, direction, rate));
        let empty = parts(model.transfer(0, direction, rate));
        let all = parts(model.transfer(more, direction, rate));
        for i in 0..3 {
            prop_assert!((empty[i] + marginal[i] - all[i]).abs() <= 1e-12 * all[i], "{:?}", model);
        }
        if let Some(Affine { fixed, per_byte }) = model.affine(direction) {
            let both = parts(model.transfer(bytes + more, direction, rate));
            let first = parts(model.transfer(bytes, direction, rate));
            let (fixed, per_byte) = (parts(fixed), parts(per_byte));
            for i in 0..3 {
                prop_assert!(close(fixed[i] + per_byte[i] * (bytes + more) as f64, both[i]), "{:?}", model);
                prop_assert!(close(first[i] + marginal[i], both[i]), "{:?}", model);
            }
        }
    }

    #[test]
    fn a_tunable_rate_says_how_time_depends_on_it(mut model in models(), direction in directions(), bytes in sizes(), rate in 1e3..1e12_f64) {
        let before = model.clone();
        let changed = model.set_rate(rate);
        match model.tunable() {
            None => prop_assert!(changed.is_empty() && model == before, "{:?}", model),
            Some(tunable) => {
                prop_assert!(close(tunable.rate_bytes_per_s, rate), "{:?}", model);
                prop_assert!(changed.iter().all(|&name| model.number_mut(name).is_some()));
                let fixed = model.transfer(0, direction, None).latency_s;
                let expected = fixed + bytes as f64 * tunable.weight(direction) / tunable.rate_bytes_per_s;
                prop_assert!(close(model.transfer(bytes, direction, None).latency_s, expected), "{:?}", model);
            }
        }
    }

    #[test]
    fn a_link_is_short_when_its_time_for_bytes_is_up(model in models(), messages in prop::collection::vec((sizes(), directions()), 0..4), rate in 0.01..1e5_f64) {
        let busy_s = |way: Direction| {
            let own = messages.iter().filter(|(_, direction)| *direction == way);
            own.map(|&(bytes, _)| model.wire_bytes(bytes) / model.available_bytes_per_s(way).unwrap()).sum::<f64>()
        };
        let (forward_s, back_s) = (busy_s(Direction::Forward), busy_s(Direction::Back));
        for (duplex, busy_s) in [(Duplex::Half, forward_s + back_s), (Duplex::Full, forward_s.max(back_s))] {
            let shortage = model.shortage(duplex, &messages, rate);
            if (busy_s * rate - 1.0).abs() > 1e-6 {
                prop_assert_eq!(shortage.is_some(), busy_s * rate > 1.0, "{:?}", model);
            }
            if let Some(shortage) = shortage {
                let excess = shortage.needed_bytes_per_s / shortage.available_bytes_per_s;
                prop_assert!((excess / (busy_s * rate) - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_sleeping_link_draws_between_the_two_powers(model in models(), bytes in sizes(), rate in frame_rates()) {
        let LinkModel::Ethernet(mut ethernet) = model else { return Ok(()) };
        ethernet.eee_rule = EeeRule::Corrected;
        ethernet.latency_s = 0.0;
        let (active_w, share, eee) = (ethernet.power_w, ethernet.low_power_share, ethernet.eee);
        let sent = LinkModel::Ethernet(ethernet).transfer(bytes, Direction::Forward, rate);
        let power_w = sent.energy_j() / sent.latency_s;
        prop_assert!(power_w <= active_w * (1.0 + 1e-12) && power_w >= active_w * share * (1.0 - 1e-12));
        if eee == Eee::Off || rate.is_none() {
            prop_assert!(close(power_w, active_w));
        }
    }

    #[test]
    fn files_keep_every_model(model in models()) {
        let text = ron::to_string(&model).unwrap();
        prop_assert_eq!(ron::from_str::<LinkModel>(&text).unwrap(), model);
    }
}
