//! The radio presets against the published phone and cloud optimiser: bytes, time and energy of every boundary of AlexNet and ViT, and the
//! one schedule its authors published.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/close.rs"]
mod close;
#[path = "common/golden.rs"]
mod golden;

use close::close;
use cutscape::link::{Direction, LinkModel, RadioEnergy};
use cutscape::system::preset::Presets;
use golden::{Deviations, cases, reference};
use serde::Deserialize;
use std::path::Path;

/// Blocks of a network with the elements of the input of each, and its output: a class.
fn blocks(network: &str) -> Vec<(String, u64)> {
    let elements: Vec<(&str, u64)> = match network {
        "alexnet" => vec![
            ("conv1", 3 * 224 * 224),
            ("conv2", 64 * 27 * 27),
            ("conv3", 192 * 13 * 13),
            ("conv4", 384 * 13 * 13),
            ("conv5", 256 * 13 * 13),
            ("fc1", 9216),
            ("fc2", 4096),
            ("fc3", 4096),
        ],
        "vgg11" => vec![
            ("conv1", 3 * 224 * 224),
            ("conv2", 64 * 112 * 112),
            ("conv3", 128 * 56 * 56),
            ("conv4", 256 * 56 * 56),
            ("conv5", 256 * 28 * 28),
            ("conv6", 512 * 28 * 28),
            ("conv7", 512 * 14 * 14),
            ("conv8", 512 * 14 * 14),
            ("fc1", 25088),
            ("fc2", 4096),
            ("fc3", 4096),
        ],
        "vit" => vec![
            ("conv_proj", 3 * 224 * 224),
            ("process_input_operations", 768 * 14 * 14),
            ("add_pos_embedding", 197 * 768),
        ],
        other => panic!("the blocks of {other} are not known"),
    };
    let mut blocks: Vec<_> = elements.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
    if network == "vit" {
        blocks.extend((0..12).map(|layer| (format!("encoder_layer_{layer}"), 197 * 768)));
        // The optimiser books all tokens here, although the head reads one.
        blocks.push(("head".to_owned(), 197 * 768));
    }
    blocks.push(("output".to_owned(), 1));
    blocks
}

/// The radio of a published link without round-trip time, which the original does not know.
fn radio(conn: &str, energy: RadioEnergy) -> LinkModel {
    let preset = match conn {
        "3G" => "3G (phone)",
        "4G" => "LTE (phone)",
        "WiFi" => "Wi-Fi (phone)",
        other => panic!("{other}"),
    };
    let LinkModel::Radio(mut radio) = Presets::load(None).link(preset).unwrap().model else {
        panic!("{preset} is no radio");
    };
    radio.rtt_s = 0.0;
    radio.energy = energy;
    LinkModel::Radio(radio)
}

fn rows<T: for<'a> Deserialize<'a>>(path: &Path) -> Vec<T> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rows = reader.deserialize();
    rows.map(|row| row.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
        .collect()
}

#[derive(Deserialize, Debug)]
struct Row {
    conn: String,
    boundary: usize,
    receiving_layer: String,
    direction: String,
    elements: u64,
    bytes: u64,
    latency_s: f64,
    energy_uj: f64,
    energy_uj_legacy: f64,
}

#[test]
fn transfers_at_every_boundary_match() {
    let mut deviations = Deviations::default();
    let mut compared = 0;
    for file in cases(&reference("dime"), "csv") {
        let name = file.file_stem().unwrap().to_str().unwrap();
        if let Some(network) = name.strip_suffix("_comm") {
            check(&mut deviations, &file, &blocks(network));
            compared += 1;
        }
    }
    deviations.finish(compared);
}

fn check(deviations: &mut Deviations, file: &Path, blocks: &[(String, u64)]) {
    let rows: Vec<Row> = rows(file);
    deviations.equal(|| file.display().to_string(), &rows.len(), &(3 * 2 * blocks.len()));
    for row in &rows {
        let (name, elements) = &blocks[row.boundary];
        deviations.equal(|| format!("{row:?}"), name, &row.receiving_layer);
        deviations.equal(|| format!("{row:?}"), elements, &row.elements);
        deviations.equal(|| format!("{row:?}"), &(4 * elements), &row.bytes);
        let direction = if row.direction == "up" {
            Direction::Forward
        } else {
            Direction::Back
        };
        let energies = [
            (RadioEnergy::Corrected, row.energy_uj),
            (RadioEnergy::Legacy, row.energy_uj_legacy),
        ];
        for (rule, energy_uj) in energies {
            let ours = radio(&row.conn, rule).transfer(row.bytes, direction, None);
            close(
                deviations,
                || format!("{row:?}: latency"),
                ours.latency_s,
                row.latency_s,
                1e-9,
            );
            // All of it at the phone, which sends what goes up and receives what comes down.
            let (phone_j, network_j) = if row.direction == "up" {
                (ours.transmit_j, ours.receive_j)
            } else {
                (ours.receive_j, ours.transmit_j)
            };
            close(
                deviations,
                || format!("{row:?}: {rule:?}"),
                phone_j * 1e6,
                energy_uj,
                1e-9,
            );
            deviations.equal(|| format!("{row:?}: network"), &network_j, &0.0);
        }
    }
}

#[derive(Deserialize, Debug)]
struct Example {
    conn: String,
    bytes_up: u64,
    bytes_down: u64,
    comm_latency_s: f64,
    comm_energy_uj_legacy: f64,
}

#[test]
fn the_published_example_matches() {
    let rows: Vec<Example> = rows(&reference("dime").join("published_example.csv"));
    let mut deviations = Deviations::default();
    for row in &rows {
        let radio = radio(&row.conn, RadioEnergy::Legacy);
        let up = radio.transfer(row.bytes_up, Direction::Forward, None);
        let down = radio.transfer(row.bytes_down, Direction::Back, None);
        let latency_s = up.latency_s + down.latency_s;
        let energy_uj = 1e6 * (up.energy_j() + down.energy_j());
        close(
            &mut deviations,
            || "latency".to_owned(),
            latency_s,
            row.comm_latency_s,
            1e-12,
        );
        close(
            &mut deviations,
            || "energy".to_owned(),
            energy_uj,
            row.comm_energy_uj_legacy,
            1e-12,
        );
    }
    deviations.finish(rows.len());
}
