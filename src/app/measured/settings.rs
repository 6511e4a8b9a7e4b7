//! How the files of a measured device are read: units, blocks, statistics, power.

use crate::app::input::{QuantityField, integer_field, small};
use crate::app::{Cx, Theme, picker, widgets};
use crate::cost::profile::power::Damaged;
use crate::cost::profile::{Producer, Role};
use crate::network::blocks::Blocks;
use crate::presets::Allowed;
use crate::project::measured::{Division, Reading};
use crate::units::Unit;
use egui::{Align, Id, Label, Layout, Ui};

/// Width of fields in points.
const FIELD: f32 = 76.0;

fn id(name: &str) -> Id {
    Id::unique(("reading of a profile", name))
}

/// A row with a name and a field at its right.
pub fn line(ui: &mut Ui, theme: &Theme, name: &str, help: &str, field: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            field(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(small(theme, name)).truncate()).on_hover_text(help);
            });
        });
    });
}

/// Draws the rows; `role` = what the device is, `with_power` = a power log is chosen.
pub fn ui(ui: &mut Ui, cx: &Cx<'_>, reading: &mut Reading, role: &mut Role, with_power: bool) {
    let theme = cx.theme;
    let producers = [
        (Producer::Seconds, "s and Hz (generic, nano)"),
        (Producer::Nanoseconds, "ns and kHz (potato)"),
        (Producer::Kilohertz, "s and kHz (potato, joint)"),
        (Producer::Milliseconds, "ms (wiscad)"),
    ];
    line(
        ui,
        theme,
        "units",
        "Who wrote the files, hence in which units their columns are",
        |ui| {
            if let Some(producer) = picker::choose(ui, theme, "units", reading.producer, &producers) {
                reading.producer = producer;
            }
        },
    );
    let mut divisions = vec![
        (Division::ByNames, "by the names in the file"),
        (Division::Own, "the open network's own"),
    ];
    let published = Blocks::PRESETS.into_iter().enumerate();
    divisions.extend(published.map(|(index, name)| (Division::Published(index), name)));
    line(
        ui,
        theme,
        "blocks",
        "Which blocks of the network the names of bundles are made of. Published ones have usual filters for the edge",
        |ui| {
            if let Some(division) = picker::choose(ui, theme, "blocks", reading.division, &divisions) {
                reading.division = division;
                reading.filter_as_usual(*role);
            }
        },
    );
    let roles = [(Role::Edge, "the edge"), (Role::Other, "a hub or server")];
    line(
        ui,
        theme,
        "device",
        "What the device is: usual filters, warm-up and least energy, are those of the edge",
        |ui| {
            if let Some(chosen) = picker::choose(ui, theme, "device", *role, &roles) {
                *role = chosen;
                reading.filter_as_usual(chosen);
            }
        },
    );
    statistics(ui, theme, reading);
    if with_power {
        power(ui, theme, reading);
    }
}

/// How runs become costs.
fn statistics(ui: &mut Ui, theme: &Theme, reading: &mut Reading) {
    let statistics = &mut reading.statistics;
    let help = "Share of the runs left out in all, half at each end of the durations";
    line(ui, theme, "trimmed share", help, |ui| {
        let below_one = |value: Option<f64>| match value {
            Some(share) if share >= 1.0 => Err("a share below 100 %".to_owned()),
            _ => Ok(()),
        };
        let field = QuantityField::new(id("trim"), "Trimmed share", Unit::Percent).width(FIELD);
        if let Some(trim) = field.check(&below_one).show(ui, theme, statistics.trim) {
            statistics.trim = trim;
        }
    });
    line(ui, theme, "energies", "Over which runs energies are averaged", |ui| {
        let hint = "Average energies over the runs whose durations were kept, not over all";
        if widgets::toggle(ui, theme, statistics.joint, "trimmed along", hint).clicked() {
            statistics.joint ^= true;
        }
    });
    let help = "Runs of an outer repetition, in files whose cells hold lists of all runs of a bundle";
    line(ui, theme, "runs of a repetition", help, |ui| {
        let count = u64::from(reading.runs_per_iteration);
        if let Some(count) = integer_field(ui, theme, id("runs"), "Runs of a repetition", count, 1) {
            reading.runs_per_iteration = u32::try_from(count).unwrap_or(u32::MAX);
        }
    });
    let help = "Outer repetitions at the beginning that only warm up and are left out where others follow";
    line(ui, theme, "warm-up repetitions", help, |ui| {
        let count = u64::from(statistics.warm_up);
        if let Some(count) = integer_field(ui, theme, id("warm-up"), "Warm-up repetitions", count, 0) {
            statistics.warm_up = u32::try_from(count).unwrap_or(u32::MAX);
        }
    });
    let help = "Runs of this energy or less are left out: their energy was not measured";
    line(ui, theme, "least energy", help, |ui| {
        let field = QuantityField::new(id("least energy"), "Least energy", Unit::Joules).allowed(Allowed::NotNegative);
        let least = field
            .width(FIELD)
            .show_optional(ui, theme, statistics.least_energy_j, "any");
        if let Some(least) = least {
            statistics.least_energy_j = least;
        }
    });
    let help = "Blocks of the longest bundle that is read";
    line(ui, theme, "longest bundle", help, |ui| {
        let field = QuantityField::new(id("longest"), "Longest bundle", Unit::Count).allowed(Allowed::AboveZero);
        let longest = statistics.longest.map(|longest| longest as f64);
        if let Some(longest) = field.width(FIELD).show_optional(ui, theme, longest, "any") {
            statistics.longest = longest.map(|longest| longest.round().max(1.0) as usize);
        }
    });
    let help = "What becomes of bundles that were not measured";
    line(ui, theme, "missing bundles", help, |ui| {
        let hint = "Take sums of single blocks for them, marked as estimated; else they cannot be chosen";
        if widgets::toggle(ui, theme, reading.estimate, "estimated", hint).clicked() {
            reading.estimate ^= true;
        }
    });
}

/// How the power log is joined.
fn power(ui: &mut Ui, theme: &Theme, reading: &mut Reading) {
    let join = &mut reading.join;
    line(
        ui,
        theme,
        "supply channel",
        "Which channel of the power supply feeds the device",
        |ui| {
            let channels = [(0, "channel 0"), (1, "channel 1")];
            if let Some(channel) = picker::choose(ui, theme, "supply channel", join.channel, &channels) {
                join.channel = channel;
            }
        },
    );
    line(
        ui,
        theme,
        "clock offset",
        "How far the log's clock is ahead of the device's; negative = behind",
        |ui| {
            let field = QuantityField::new(id("offset"), "Clock offset", Unit::Seconds)
                .allowed(Allowed::Between(-86_400.0, 86_400.0));
            if let Some(offset) = field.width(FIELD).show(ui, theme, join.clock_offset_s) {
                join.clock_offset_s = offset;
            }
        },
    );
    line(
        ui,
        theme,
        "idle power",
        "Power of the idle device that is subtracted",
        |ui| {
            let field = QuantityField::new(id("idle"), "Idle power of the log", Unit::Watts);
            if let Some(idle) = field.width(FIELD).show_optional(ui, theme, join.idle_power_w, "kept") {
                join.idle_power_w = idle;
            }
        },
    );
    let help = "What becomes of rows of the power log that are damaged";
    line(ui, theme, "damaged rows", help, |ui| {
        let hint = "Leave them out and say which; power is interpolated across them. Else one refuses the log";
        let is_left_out = reading.damaged == Damaged::LeaveOut;
        if widgets::toggle(ui, theme, is_left_out, "left out", hint).clicked() {
            reading.damaged = match is_left_out {
                true => Damaged::Refuse,
                false => Damaged::LeaveOut,
            };
        }
    });
}
