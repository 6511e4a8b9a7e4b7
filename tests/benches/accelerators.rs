use cutscape::cost::spatial::architecture::Architecture;
use cutscape::cost::spatial::rules::{Objective, Rules};
use cutscape::cost::spatial::search::search;
use cutscape::cost::spatial::workload::Workload;
use std::time::Instant;

fn architecture(name: &str) -> Architecture {
    let text = std::fs::read_to_string(format!("/tmp/arch/{name}.ron")).unwrap();
    ron::Options::default()
        .with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
        .from_str(&text)
        .unwrap()
}

fn main() {
    let filter = std::env::var("ARCH").unwrap_or_default();
    let budget: u64 = std::env::var("BUDGET")
        .ok()
        .and_then(|b| b.parse().ok())
        .unwrap_or(400_000);
    for arch in ["eyeriss_like", "gemmini_like", "simba_like", "simple_output_stationary"] {
        if !arch.contains(&filter) {
            continue;
        }
        let a = architecture(arch);
        let mut times = vec![];
        for net in ["alexnet", "squeezenet1_1"] {
            let f = format!("/work/shared/reference/accelerators/bestknown_{net}_{arch}.csv");
            let mut r = csv::ReaderBuilder::new().flexible(true).from_path(f).unwrap();
            for row in r.records() {
                let row = row.unwrap();
                if row.len() < 10 {
                    println!("{} NA", &row[0]);
                    continue;
                }
                let n = |i: usize| row[i].parse::<u64>().unwrap();
                let w = Workload::convolution([n(5), n(2), n(1), n(6), n(7), n(3), n(4)], [n(8), n(8)]);
                let rules = if std::env::var("NEW").is_ok() {
                    Rules::default()
                } else {
                    Rules::TIMELOOP
                };
                let t = Instant::now();
                let first = search(&a, &w, rules, Objective::Edp, 1, &mut |_| {}, &|| false);
                let tf = t.elapsed().as_secs_f64() * 1e3;
                let t = Instant::now();
                let found = search(&a, &w, rules, Objective::Edp, budget, &mut |_| {}, &|| false);
                let ms = t.elapsed().as_secs_f64() * 1e3;
                times.push(ms);
                let best = row[9].parse::<f64>().unwrap() * row[10].parse::<f64>().unwrap();
                match found {
                    Ok(found) => {
                        let ours = found.counted.energy_j * 1e12 * found.counted.cycles as f64;
                        let first = first.map_or(f64::NAN, |f| f.counted.energy_j * 1e12 * f.counted.cycles as f64);
                        println!(
                            "{arch:12.12} {net:8.8} {:28} {ms:8.1} ms (first {tf:5.1} ms {:.3}) nodes {:8} edp ratio {:.4} gap {:?} spent {}",
                            &row[0],
                            first / best,
                            found.search.nodes,
                            ours / best,
                            (found.search.gap * 1e4).round() / 1e4,
                            row[11].parse::<f64>().unwrap()
                        );
                    }
                    Err(e) => println!("{arch} {net} {} {e} {ms}", &row[0]),
                }
            }
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{arch} median {:.1} max {:.1}",
            times[times.len() / 2],
            times[times.len() - 1]
        );
    }
}
