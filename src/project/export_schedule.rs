//! Schedules over bundles as tables: the front, what others do, and sweeps in the published optimiser's form.

use super::table::{Cell, Table};
use crate::cost::profile::BundleTable;
use crate::explore::schedule::{Baseline, Battery, Clocked, Objective, Piece, Plan, Problem, Rules, Step};
use crate::network::blocks::Blocks;
use crate::units::Unit;

/// Columns of [`cells`].
const COLUMNS: [&str; 8] = [
    "latency_s",
    "compute_s",
    "transfer_s",
    "energy_j",
    "compute_j",
    "transfer_j",
    "estimated",
    "schedule",
];

/// Latency and energy with their parts, and the bundles with clock and device.
fn cells(problem: &Problem, blocks: &Blocks, plan: &Plan) -> Vec<Cell> {
    let seconds = |value| Cell::Quantity(value, Unit::Seconds);
    let joules = |value| match problem.knows_energy() {
        true => Cell::Quantity(value, Unit::Joules),
        false => Cell::Unknown,
    };
    vec![
        seconds(plan.latency_s()),
        seconds(plan.compute.latency_s),
        seconds(plan.transfer.latency_s),
        joules(plan.energy_j()),
        joules(plan.compute.energy_j),
        joules(plan.transfer.energy_j),
        if plan.is_estimated() {
            Cell::Flag(true)
        } else {
            Cell::Nothing
        },
        Cell::Text(plan.written(problem, blocks)),
    ]
}

/// A row per device, bundle and clock: its cost, and what the sum of its single blocks would say; `off` = by which share of the measured
/// latency that sum is too high.
pub fn bundles<'a>(blocks: &'a Blocks, tables: &'a [(&'a str, BundleTable)]) -> Table<'a> {
    let columns = "device,bundle,clock_hz,runs,latency_s,energy_j,layer_sum_s,off,estimated";
    let rows = tables.iter().flat_map(move |(device, table)| {
        table.iter().map(move |((first, last), cost)| {
            let sum = table.layer_sum(first, last, cost.clock_hz).filter(|_| first < last);
            let sum = sum.map(|sum| sum.latency_s);
            let off = sum.map(|sum| sum / cost.latency_s - 1.0);
            let quantity = |value: Option<f64>, unit| value.map_or(Cell::Nothing, |value| Cell::Quantity(value, unit));
            let clock = cost.clock_hz.map_or(Cell::Nothing, |hz| Cell::Count(hz, Unit::Count));
            vec![
                Cell::text_of(*device),
                Cell::Text(blocks.bundle(first, last)),
                clock,
                Cell::Count(cost.runs as u64, Unit::Count),
                Cell::Quantity(cost.latency_s, Unit::Seconds),
                quantity(cost.energy_j, Unit::Joules),
                quantity(sum, Unit::Seconds),
                quantity(off, Unit::Percent),
                if cost.estimated {
                    Cell::Flag(true)
                } else {
                    Cell::Nothing
                },
            ]
        })
    });
    Table {
        columns: columns.split(',').map(str::to_owned).collect(),
        rows: Box::new(rows),
    }
}

/// A row per schedule. Energies are the edge's, unknown where they were not measured.
pub fn plans<'a>(problem: &'a Problem, blocks: &'a Blocks, plans: &'a [Plan]) -> Table<'a> {
    Table {
        columns: COLUMNS.map(str::to_owned).to_vec(),
        rows: Box::new(plans.iter().map(|plan| cells(problem, blocks, plan))),
    }
}

/// A table of these schedules with a further column: how many inferences a charge of the edge's battery is good for.
pub fn charged<'a>(table: Table<'a>, problem: &'a Problem, plans: &'a [Plan], battery: Battery) -> Table<'a> {
    let charges = plans.iter().map(move |plan| match battery.inferences(problem, plan) {
        Some(inferences) => Cell::Quantity(inferences, Unit::Count),
        None => Cell::Unknown,
    });
    let rows = table.rows.zip(charges).map(|(mut row, charge)| {
        row.push(charge);
        row
    });
    Table {
        columns: table
            .columns
            .into_iter()
            .chain(["inferences_per_charge".to_owned()])
            .collect(),
        rows: Box::new(rows),
    }
}

/// A row per baseline; one that cannot run has nothing but its name.
pub fn baselines<'a>(problem: &'a Problem, blocks: &'a Blocks, baselines: &'a [Baseline]) -> Table<'a> {
    let rows = baselines.iter().map(|baseline| {
        let name = Cell::text_of(&baseline.name);
        let numbers = match &baseline.plan {
            Some(plan) => cells(problem, blocks, plan),
            None => vec![Cell::Nothing; COLUMNS.len()],
        };
        std::iter::once(name).chain(numbers).collect()
    });
    Table {
        columns: std::iter::once("baseline").chain(COLUMNS).map(str::to_owned).collect(),
        rows: Box::new(rows),
    }
}

/// What a sweep varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// The budget on the quantity that is not the objective.
    Budget,
    /// The number of blocks kept at the edge.
    Private,
}

/// A sweep in the published form: seconds, microjoules, hertz. `frequency_setting` and `edge_bundle` are those of the last bundle at the edge,
/// empty without one; the column `schedule`, which the published form lacks, holds all bundles. A budget nothing keeps has empty numbers.
pub fn sweep<'a>(
    problem: &'a Problem,
    blocks: &'a Blocks,
    conn: &'a str,
    objective: Objective,
    swept: Swept,
    steps: &'a [Step],
) -> Table<'a> {
    let columns = match (swept, objective) {
        (Swept::Private, _) => "lat,energy,frequency_setting,conn,edge_bundle,num_private_layers,schedule",
        (_, Objective::Latency) => "lat,energy,energy_constr,frequency_setting,conn,edge_bundle,schedule",
        (_, Objective::Energy) => "lat,lat_constr,energy,frequency_setting,conn,edge_bundle,schedule",
    };
    let rows = steps.iter().map(move |step| {
        let Published {
            latency,
            energy,
            clock,
            bundle,
            schedule,
        } = Published::of(problem, blocks, step.plan.as_ref());
        let conn = Cell::text_of(conn);
        match (swept, objective) {
            (Swept::Private, _) => vec![
                latency,
                energy,
                clock,
                conn,
                bundle,
                Cell::Count(step.at as u64, Unit::Count),
                schedule,
            ],
            (_, Objective::Latency) => vec![latency, energy, number(step.at * 1e6), clock, conn, bundle, schedule],
            (_, Objective::Energy) => vec![latency, number(step.at), energy, clock, conn, bundle, schedule],
        }
    });
    Table {
        columns: columns.split(',').map(str::to_owned).collect(),
        rows: Box::new(rows),
    }
}

/// The comparison of clocks in the published form, rows told apart by the column `clocks`. The budget's cell is empty without one.
pub fn clocks<'a>(
    problem: &'a Problem,
    blocks: &'a Blocks,
    conn: &'a str,
    objective: Objective,
    rules: &Rules,
    compared: &'a [Clocked],
) -> Table<'a> {
    let columns = match objective {
        Objective::Latency => "lat,energy,energy_constr,clocks,frequency_setting,conn,edge_bundle,schedule",
        Objective::Energy => "lat,lat_constr,energy,clocks,frequency_setting,conn,edge_bundle,schedule",
    };
    let budget = match objective {
        Objective::Latency => rules.energy_j.map(|budget| budget * 1e6),
        Objective::Energy => rules.latency_s,
    };
    let rows = compared.iter().map(move |own| {
        let found = Published::of(problem, blocks, own.plan.as_ref());
        let budget = budget.map_or(Cell::Nothing, number);
        let mut cells = match objective {
            Objective::Latency => vec![found.latency, found.energy, budget],
            Objective::Energy => vec![found.latency, budget, found.energy],
        };
        cells.extend([
            Cell::text_of(own.name),
            found.clock,
            Cell::text_of(conn),
            found.bundle,
            found.schedule,
        ]);
        cells
    });
    Table {
        columns: columns.split(',').map(str::to_owned).collect(),
        rows: Box::new(rows),
    }
}

fn number(value: f64) -> Cell {
    Cell::Quantity(value, Unit::Count)
}

/// A schedule in the published form; all cells are empty without one.
struct Published {
    /// Seconds.
    latency: Cell,
    /// Microjoules.
    energy: Cell,
    /// Hertz, of the last bundle at the edge.
    clock: Cell,
    /// The last bundle at the edge.
    bundle: Cell,
    /// All bundles.
    schedule: Cell,
}

impl Published {
    fn of(problem: &Problem, blocks: &Blocks, plan: Option<&Plan>) -> Self {
        let of_plan = |value: fn(&Plan) -> f64| plan.map_or(Cell::Nothing, |plan| number(value(plan)));
        let at_edge = |plan: &Plan| plan.pieces.iter().rev().find(|piece| piece.machine == 0).copied();
        let last: Option<Piece> = plan.and_then(at_edge);
        let clock = last.and_then(|piece| piece.choice.clock_hz);
        Self {
            latency: of_plan(Plan::latency_s),
            energy: match problem.knows_energy() {
                true => of_plan(|plan| plan.energy_j() * 1e6),
                false => Cell::Unknown,
            },
            clock: clock.map_or(Cell::Nothing, |hz| Cell::Count(hz, Unit::Count)),
            bundle: last.map_or(Cell::Nothing, |piece| {
                Cell::Text(blocks.bundle(piece.first, piece.last))
            }),
            schedule: plan.map_or(Cell::Nothing, |plan| Cell::Text(plan.written(problem, blocks))),
        }
    }
}
