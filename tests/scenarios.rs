//! What people sit down to do, in numbers: a robot under a power limit, a student's networks at 8 bit, an architect's whole front, a designer's
//! pipeline of chiplets.
//! The bandwidths at which AlexNet's best cut moves are in `exact_models.rs`.

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

mod common;

use cutscape::cost::table::CostTable;
use cutscape::design::{Design, Evaluation, Limit};
use cutscape::explore::{Front, Guarantee, Objective, Search, front};
use cutscape::link::Direction;
use cutscape::project::{Document, OpenNetwork, Origin, file, store};
use cutscape::system::preset::Presets;
use std::collections::BTreeMap;
use std::sync::Arc;

fn document(model: &str, system: &str) -> Document {
    let network = OpenNetwork::open(Origin::File(common::model(model)), BTreeMap::new()).unwrap();
    let system = Presets::load(None).system(system).unwrap();
    Document::new(Arc::new(network), system).unwrap()
}

/// The numbers of another design of the same network on the same system.
fn evaluate(document: &Document, design: &Design) -> Evaluation {
    let design = design.clone();
    let document = Document {
        design,
        ..document.clone()
    };
    document.evaluate()
}

fn whole_front(document: &Document) -> Front {
    let (schedule, table) = (
        document.network().schedule(document.schedule),
        CostTable::new(document.network(), &document.system),
    );
    front(
        &document.problem(&schedule, &table),
        &Search::default(),
        &|| false,
        &|_| {},
    )
    .unwrap()
}

const ROBOT: &str = "Jetson and cloud GPU, Wi-Fi 20 Mbit/s";

#[test]
fn sending_the_image_of_the_robot_takes_60_ms() {
    let document = document("mobilenet_v2", ROBOT);
    let evaluation = evaluate(&document, &Design::all_on(document.network(), 2, 1));
    let model = &document.system.links[0].model;
    assert_eq!(model.tunable().unwrap().rate_bytes_per_s * 8.0, 20e6);
    let fixed = model.affine(Direction::Forward).unwrap().fixed;
    let message = evaluation.links[0].messages.iter().find(|m| m.forward).unwrap();
    assert_eq!(message.bytes, 224 * 224 * 3);
    let transfer_s = message.latency_s - fixed.latency_s;
    assert!((transfer_s - 60.2112e-3).abs() < 1e-9, "{transfer_s}");
}

#[test]
fn designs_over_the_power_limit_of_the_robot_are_told_in_words() {
    let mut document = document("mobilenet_v2", ROBOT);
    document.system.frame_rate_hz = Some(10.0);
    // Between the thriftiest and the thirstiest design of the robot, so that the limit divides them.
    let layers = document.network().layers.len();
    let schedule = document.network().schedule(document.schedule);
    let designs: Vec<_> = (0..=layers).map(|p| Design::at_positions(&schedule, &[p])).collect();
    let power = |design| evaluate(&document, design).devices[0].power_w;
    let powers: Vec<f64> = designs.iter().map(power).collect();
    let least = powers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = powers.iter().copied().fold(0.0, f64::max);
    let limit = (least + most) / 2.0;
    document.system.devices[0].power_limit_w = Some(limit);
    for (design, &power) in designs.iter().zip(&powers) {
        let violations = evaluate(&document, design).violations;
        let of_power: Vec<_> = violations.iter().filter(|v| v.limit == Limit::Power(0)).collect();
        assert_eq!(of_power.is_empty(), power <= limit);
        for violation in of_power {
            assert!(violation.text.starts_with("power of Robot: "), "{}", violation.text);
        }
        // What the link cannot carry ten times a second is told as well.
        let of_link = violations.iter().filter(|v| v.limit == Limit::Bandwidth(0));
        for violation in of_link {
            assert!(violation.text.contains(" needed at 10.0 /s"), "{}", violation.text);
        }
    }
    let front = whole_front(&document);
    assert!(!front.points.is_empty());
    for point in &front.points {
        assert!(evaluate(&document, &point.design).violations.is_empty());
    }
}

#[test]
fn an_exported_design_has_the_same_numbers_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("robot.ron");
    let document = document("mobilenet_v2", ROBOT);
    file::save(&path, &document, store::Previous::Drop).unwrap();
    let opened = file::open(&path, None, file::Trust::Content).unwrap().document;
    assert_eq!(opened.evaluate(), document.evaluate());
}

#[test]
fn no_cut_of_resnet50_before_stage_4_sends_less_than_the_image() {
    let mut document = document("resnet50", "Phone and server (Wi-Fi)");
    document.system.devices[0].bits = 8;
    let schedule = document.network().schedule(document.schedule);
    let sent = |position: usize| evaluate(&document, &Design::at_positions(&schedule, &[position])).links[0].bytes;
    let layers = document.network().layers.len();
    let first = (1..layers).find(|&position| sent(position) < sent(0)).unwrap();
    let layer = schedule.order()[first - 1];
    let name = &document.network().layers[layer].name;
    assert!(name.starts_with("/layer4/"), "{name}");
}

#[test]
fn the_whole_front_of_the_sensor_and_the_zone_computer_is_exact() {
    let document = document("efficientnet_b0", "Sensor ECU and zone computer (1 Gbit/s Ethernet)");
    let front = whole_front(&document);
    assert_eq!(front.guarantee, Guarantee::Exact);
    assert!(front.points.len() > 2 && front.knee.is_some());
    let rises = |pair: &[cutscape::explore::FrontPoint]| {
        pair[0].metrics.latency_s < pair[1].metrics.latency_s && pair[0].metrics.energy_j > pair[1].metrics.energy_j
    };
    assert!(front.points.windows(2).all(rises));
    for point in &front.points {
        let evaluation = evaluate(&document, &point.design);
        assert_eq!(
            (evaluation.latency_s, evaluation.energy_j),
            (point.metrics.latency_s, point.metrics.energy_j)
        );
    }
}

/// The same question where both computers are arrays whose every layer is mapped.
#[test]
fn the_front_of_two_mapped_arrays_is_exact() {
    let document = document("squeezenet1_1", "Eyeriss-like and Simba-like (1 Gbit/s Ethernet)");
    let front = whole_front(&document);
    assert_eq!(front.guarantee, Guarantee::Exact);
    assert!(front.points.len() > 2 && front.knee.is_some());
    for point in &front.points {
        let evaluation = evaluate(&document, &point.design);
        let (ours, shown) = (evaluation.latency_s, point.metrics.latency_s);
        assert_eq!((ours, evaluation.energy_j), (shown, point.metrics.energy_j));
    }
}

#[test]
fn half_the_width_at_the_sensor_halves_the_bytes_at_the_cut() {
    let mut document = document("efficientnet_b0", "Sensor ECU and zone computer (1 Gbit/s Ethernet)");
    let layers = document.network().layers.len();
    let schedule = document.network().schedule(document.schedule);
    document.design = Design::at_positions(&schedule, &[layers / 2]);
    let at_16_bit = document.evaluate().links[0].bytes;
    assert_eq!(document.system.devices[0].bits, 16);
    document.system.devices[0].bits = 8;
    assert_eq!(document.evaluate().links[0].bytes * 2, at_16_bit);
}

/// The design of highest throughput.
fn fastest(document: &Document) -> Evaluation {
    let (schedule, table) = (
        document.network().schedule(document.schedule),
        CostTable::new(document.network(), &document.system),
    );
    let search = Search {
        objectives: vec![Objective::Interval],
        ..Search::default()
    };
    let found = front(&document.problem(&schedule, &table), &search, &|| false, &|_| {}).unwrap();
    assert_eq!(found.guarantee, Guarantee::Exact);
    evaluate(document, &found.points[0].design)
}

/// The document with so many dies like the first one.
fn dies(document: &Document, count: usize) -> Document {
    let mut document = document.clone();
    let (die, link) = (document.system.devices[0].clone(), document.system.links[0].clone());
    document.system.devices = vec![die; count];
    document.system.links = vec![link; count - 1];
    document.system.output_at = count - 1;
    document
}

const CHIPLETS: &str = "Four equal chiplets";

#[test]
fn the_balanced_pipeline_of_four_dies_is_not_worse_than_any_by_hand() {
    let document = document("resnet50", CHIPLETS);
    let best = fastest(&document);
    let busiest = best.devices.iter().map(|device| device.compute_s);
    let busiest = busiest
        .chain(best.links.iter().map(|link| link.busy_s))
        .fold(0.0, f64::max);
    assert!(
        (best.throughput_hz * busiest - 1.0).abs() < 1e-9,
        "throughput is 1 / the busiest"
    );
    // Cuts by hand: every combination on a coarse grid, and what one more step of any cut of the best gives.
    let schedule = document.network().schedule(document.schedule);
    let layers = document.network().layers.len();
    let grid: Vec<usize> = (0..=layers).step_by(6).collect();
    for &a in &grid {
        for &b in grid.iter().filter(|&&b| b >= a) {
            for &c in grid.iter().filter(|&&c| c >= b) {
                let by_hand = evaluate(&document, &Design::at_positions(&schedule, &[a, b, c]));
                assert!(by_hand.throughput_hz <= best.throughput_hz * (1.0 + 1e-9));
            }
        }
    }
}

#[test]
fn more_dies_gain_less_than_their_share() {
    let document = document("resnet50", CHIPLETS);
    let rates: Vec<f64> = [1, 2, 4, 8]
        .map(|count| fastest(&dies(&document, count)).throughput_hz)
        .to_vec();
    assert!(rates.windows(2).all(|pair| pair[0] < pair[1]), "{rates:?}");
    let per_die: Vec<f64> = rates
        .iter()
        .zip([1.0, 2.0, 4.0, 8.0])
        .map(|(rate, dies)| rate / dies)
        .collect();
    assert!(
        per_die.windows(2).all(|pair| pair[1] <= pair[0] * (1.0 + 1e-9)),
        "{per_die:?}"
    );
    // A fifth die may balance better than four do, but five are never worth more than five times one.
    let five = fastest(&dies(&document, 5)).throughput_hz;
    assert!(
        five >= rates[2] && five <= 5.0 * rates[0] * (1.0 + 1e-9),
        "{five} {rates:?}"
    );
}

#[test]
fn frames_in_flight_leave_gaps_where_a_die_waits_for_the_slowest() {
    use cutscape::design::timeline::Timeline;
    let document = document("resnet50", CHIPLETS);
    let best = fastest(&document);
    let timeline = Timeline::new(&document.system, &best, 6).unwrap();
    let named = timeline.bottleneck;
    let busy = |track: usize| timeline.tracks[track].busy_s;
    assert!((0..timeline.tracks.len()).all(|track| busy(track) <= busy(named) * (1.0 + 1e-9)));
    assert!(!timeline.idle.is_empty(), "the other dies wait");
    let mut ends: Vec<f64> = (0..6)
        .map(|frame| {
            let spans = timeline.spans.iter().filter(|span| span.frame == frame);
            spans.map(|span| span.end_s).fold(0.0, f64::max)
        })
        .collect();
    ends.sort_by(f64::total_cmp);
    // The first frames fill the pipeline; from then on one leaves per busiest time.
    let last = ends[5] - ends[4];
    assert!((last * best.throughput_hz - 1.0).abs() < 1e-6, "{ends:?}");
}
