//! CNNParted's own problem in its compatibility mode: judging one candidate, and the exact front over all of them. With
//! `CUTSCAPE_REFERENCE` set, the rate is also printed as a multiple of what the original's optimiser reaches per CPU second
//! (`cnnparted/timing.json`).

#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the run")]

use criterion::{Criterion, criterion_group, criterion_main};
use cutscape::cnnparted::description::LinkDescription;
use cutscape::cnnparted::links::crossings;
use cutscape::cnnparted::{
    AreaRule, Bits, Evaluator, Graph, Optimization, Platform, Problem, RequiredBits, Rules, exact_front, tables,
};
use cutscape::network::import::{ImportOptions, open};
use serde::Deserialize;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// Fronts of more candidates than this take minutes.
const MOST_CANDIDATES: u64 = 20_000_000;

/// One run of the original.
#[derive(Deserialize)]
struct Timing {
    net: String,
    platforms: String,
    num_pp: usize,
    evals_per_cpu_s: f64,
}

impl Timing {
    fn name(&self) -> String {
        format!("{} {}, {} cuts", self.net, self.platforms, self.num_pp)
    }

    /// Number of candidates, as far as it is worth counting.
    fn candidates(&self, layers: u64) -> u64 {
        let cuts = self.num_pp as u64;
        let places = (1..=cuts).fold(1_u128, |product, k| {
            (product * u128::from(layers + k - 1) / u128::from(k)).min(u128::from(u64::MAX))
        });
        let sequences = (self.platforms.len() as u128).saturating_pow(u32::try_from(cuts).unwrap() + 1);
        u64::try_from(places.saturating_mul(sequences)).unwrap_or(u64::MAX)
    }

    fn problem(&self) -> Problem {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let model = root.join(format!("models/{}.onnx", self.net));
        let network = open(&model, &ImportOptions::default()).unwrap().network;
        let graph = Graph::new(&network, Rules::cnnparted()).unwrap();
        let inputs = root.join("tests/golden/cnnparted");
        let platforms = self.platforms.chars().map(|letter| {
            let file = inputs.join(format!("tables/{}__{letter}.csv", self.net));
            let text = std::fs::read_to_string(&file).unwrap();
            let mut table = tables::parse(&text, &file.display().to_string()).unwrap();
            table.designs.truncate(1);
            Platform {
                name: letter.to_string(),
                bits: Bits::Uniform(8.0),
                area: if letter == 'C' {
                    AreaRule::OfLayers
                } else {
                    AreaRule::OfDesign
                },
                table,
            }
        });
        let platforms: Vec<Platform> = platforms.collect();
        let settings = std::fs::read_to_string(inputs.join("partitioning/links.json")).unwrap();
        let settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
        let link = LinkDescription::from_json(&settings["noi_ucie"], "links.json").unwrap();
        let links = vec![crossings(&graph, &link, Rules::cnnparted())];
        Problem::new(graph, &platforms, links, &RequiredBits::new(), Rules::cnnparted())
    }
}

/// The original's runs, one for each problem; without the reference folder the same problems without their rates.
fn timings() -> (Vec<Timing>, bool) {
    let file = std::env::var_os("CUTSCAPE_REFERENCE").map(|root| Path::new(&root).join("cnnparted/timing.json"));
    if let Some(file) = file {
        let mut timings: Vec<Timing> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        // The fastest run of each problem is the one to beat.
        timings.sort_by(|a, b| {
            a.name()
                .cmp(&b.name())
                .then(b.evals_per_cpu_s.total_cmp(&a.evals_per_cpu_s))
        });
        timings.dedup_by_key(|timing| timing.name());
        return (timings, true);
    }
    let problems = [
        ("alexnet", "AB", 1),
        ("alexnet", "ABC", 21),
        ("googlenet", "AB", 3),
        ("resnet18", "ABC", 50),
    ];
    let timings = problems.map(|(net, platforms, num_pp)| Timing {
        net: net.to_owned(),
        platforms: platforms.to_owned(),
        num_pp,
        evals_per_cpu_s: f64::NAN,
    });
    (timings.into_iter().collect(), false)
}

/// Candidates that visit all places and platforms: sorted multiples of a prime.
fn candidates(timing: &Timing, layers: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let candidate = |seed: usize| {
        let mut cuts: Vec<usize> = (1..=timing.num_pp)
            .map(|k| (seed * 7919 + k * 104_729) % layers)
            .collect();
        cuts.sort_unstable();
        let platforms = (0..=timing.num_pp).map(|k| (seed / (k + 1) + k) % timing.platforms.len());
        (cuts, platforms.collect())
    };
    (0..1000).map(candidate).collect()
}

/// Evaluations per second on one core.
fn rate(problem: &Problem, candidates: &[(Vec<usize>, Vec<usize>)]) -> f64 {
    let mut evaluator = Evaluator::new(problem);
    let begin = Instant::now();
    let mut count = 0;
    while begin.elapsed() < Duration::from_millis(500) {
        for (cuts, platforms) in candidates {
            let _ = black_box(evaluator.totals(black_box(cuts), black_box(platforms)));
        }
        count += candidates.len();
    }
    count as f64 / begin.elapsed().as_secs_f64()
}

fn partitioning(c: &mut Criterion) {
    let (timings, is_reference) = timings();
    for timing in &timings {
        let (name, problem) = (timing.name(), timing.problem());
        let layers = problem.graph().layers.len();
        let candidates = candidates(timing, layers);
        let rate = rate(&problem, &candidates);
        print!("{name}: {:.2} million evaluations/s on one core", rate / 1e6);
        if is_reference {
            let ratio = rate / timing.evals_per_cpu_s;
            print!(", {ratio:.0} times the original's {} /s", timing.evals_per_cpu_s);
        }
        println!();
        let mut evaluator = Evaluator::new(&problem);
        c.bench_function(&format!("1000 candidates of {name}"), |b| {
            b.iter(|| {
                for (cuts, platforms) in &candidates {
                    let _ = black_box(evaluator.totals(cuts, platforms));
                }
            });
        });
        let count = timing.candidates(layers as u64);
        if count > MOST_CANDIDATES {
            continue;
        }
        c.bench_function(&format!("front over all {count} candidates of {name}"), |b| {
            b.iter(|| exact_front(black_box(&problem), timing.num_pp, Optimization::All).unwrap());
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    targets = partitioning
}
criterion_main!(benches);
