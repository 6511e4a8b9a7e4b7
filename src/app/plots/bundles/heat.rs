//! The heat map of bundles: from a block (row) to a block (column), on one device at one clock.

mod scale;

use self::scale::{Colours, LEGEND, corner, legend, scale, unmeasured};
use super::settings::Quantity;
use super::{keys, readout};
use crate::app::{Cx, picker, theme, words};
use crate::cost::profile::BundleCost;
use crate::network::blocks::Blocks;
use crate::project::bundling::{Profiled, Solved};
use crate::units::Unit;
use egui::{
    Align2, Color32, FontId, Mesh, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, pos2,
    vec2,
};

/// Height of the menus above, of the names of columns and of the words below.
const HEAD: f32 = 24.0;
const TITLES: f32 = 16.0;
/// Most room for the names of rows.
const NAMES: f32 = 108.0;
/// Width of the scale with its numbers.
const SCALE: f32 = 102.0;
/// Largest cell.
const CELL: [f32; 2] = [128.0, 72.0];
/// Cells up to this size are bare colour: of hundreds of blocks there are tens of thousands.
const SMALL_CELL: f32 = 6.0;
/// Least cell that has room for a number.
const ROOM_FOR_TEXT: [f32; 2] = [26.0, 11.0];

/// What is shown.
struct Shown<'a> {
    blocks: &'a Blocks,
    device: &'a Profiled,
    clock_hz: Option<u64>,
    quantity: Quantity,
}

impl Shown<'_> {
    fn cost(&self, first: usize, last: usize) -> Option<&BundleCost> {
        self.device.table.get(first, last, self.clock_hz)
    }

    /// By which share the sum of single blocks is off the measured bundle.
    fn error(&self, first: usize, last: usize) -> Option<f64> {
        self.device.off(first, last, self.cost(first, last)?)
    }

    fn value(&self, first: usize, last: usize) -> Option<f64> {
        match self.quantity {
            Quantity::Latency => Some(self.cost(first, last)?.latency_s),
            Quantity::Energy => self.cost(first, last)?.energy_j,
            Quantity::Error => self.error(first, last),
        }
    }

    fn unit(&self) -> Unit {
        match self.quantity {
            Quantity::Latency => Unit::Seconds,
            Quantity::Energy => Unit::Joules,
            Quantity::Error => Unit::Percent,
        }
    }

    fn words(&self, first: usize, last: usize) -> String {
        let bundle = self.blocks.words(first, last);
        let Some(cost) = self.cost(first, last) else {
            return format!("{bundle}: not measured");
        };
        let mut lines = vec![format!("{bundle}: {}", Unit::Seconds.format(cost.latency_s))];
        if let Some(energy) = cost.energy_j {
            lines.push(Unit::Joules.format(energy));
        }
        lines.push(match cost.estimated {
            true => "estimated as the sum of its blocks".to_owned(),
            false => format!("mean of {} runs", cost.runs),
        });
        let sum_s = self.device.sum_of_blocks(first, last, self.clock_hz);
        if let (Some(sum_s), Some(error), true) = (sum_s, self.error(first, last), first < last) {
            let sum = Unit::Seconds.format(sum_s);
            lines.push(format!("sum of its blocks: {sum}, off by {:+.1} %", error * 100.0));
        }
        lines.join("\n")
    }
}

/// State of the map between frames.
#[derive(Default)]
pub struct HeatMap {
    /// The bundle the arrow keys stand on.
    cursor: Option<(usize, usize)>,
    /// Whether they moved later than the pointer.
    by_keys: bool,
}

impl HeatMap {
    /// Draws the view.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, solved: &Solved) {
        draw(ui, cx, area, solved, self);
    }
}

/// A bundle beside another, as far as there is one: its first block is never behind its last.
fn beside((first, last): (usize, usize), (right, down): (isize, isize), count: usize) -> (usize, usize) {
    let last = keys::moved(last, right, count).max(first);
    (keys::moved(first, down, count).min(last), last)
}

fn draw(ui: &mut Ui, cx: &mut Cx<'_>, area: Rect, solved: &Solved, state: &mut HeatMap) {
    let (head, rest) = area.split_top_bottom_at_y(area.top() + HEAD);
    let devices = &solved.stated.profiled;
    let machine = cx.session.bundles.machine.min(devices.len().saturating_sub(1));
    let Some(device) = devices.get(machine) else { return };
    let clock_hz = clock(cx, device);
    ui.scope_builder(UiBuilder::new().id_salt("heat menus").max_rect(head), |ui| {
        ui.horizontal(|ui| menus(ui, cx, solved, machine, clock_hz));
    });
    let shown = Shown {
        blocks: &solved.stated.blocks,
        device,
        clock_hz,
        quantity: cx.session.bundles.quantity,
    };
    map(ui, cx, rest, &shown, state);
}

/// The clock that is shown: what was chosen, as far as the device has it, else the highest.
fn clock(cx: &Cx<'_>, device: &Profiled) -> Option<u64> {
    let clocks = &device.clocks;
    let chosen = cx.session.bundles.clock_hz;
    match clocks.contains(&chosen) && chosen.is_some() {
        true => chosen,
        false => clocks.last().copied().flatten(),
    }
}

/// Which device, clock and quantity.
fn menus(ui: &mut Ui, cx: &mut Cx<'_>, solved: &Solved, machine: usize, clock_hz: Option<u64>) {
    let devices = &solved.stated.profiled;
    let names = devices
        .iter()
        .enumerate()
        .map(|(index, device)| (index, device.name.as_str()));
    let names: Vec<(usize, &str)> = names.collect();
    if let Some(machine) = picker::choose(ui, cx.theme, "device", machine, &names) {
        cx.session.bundles.machine = machine;
    }
    let clocks = devices.get(machine).map_or(&[][..], |device| &device.clocks);
    let clocks = clocks.iter().flatten().map(|&hz| (Some(hz), readout::clock(hz)));
    let clocks: Vec<(Option<u64>, String)> = clocks.collect();
    let clocks: Vec<(Option<u64>, &str)> = clocks.iter().map(|(hz, text)| (*hz, text.as_str())).collect();
    if !clocks.is_empty()
        && let Some(clock) = picker::choose(ui, cx.theme, "clock", clock_hz, &clocks)
    {
        cx.session.bundles.clock_hz = clock;
    }
    let quantities = [
        (Quantity::Latency, "latency"),
        (Quantity::Energy, "energy"),
        (Quantity::Error, "error of sums of blocks"),
    ];
    let quantity = cx.session.bundles.quantity;
    if let Some(quantity) = picker::choose(ui, cx.theme, "colour", quantity, &quantities) {
        cx.session.bundles.quantity = quantity;
    }
}

/// The triangle with its names and scale.
fn map(ui: &Ui, cx: &Cx<'_>, area: Rect, shown: &Shown<'_>, state: &mut HeatMap) {
    let count = shown.blocks.len();
    let spans = (0..count).flat_map(move |first| (first..count).map(move |last| (first, last)));
    let values = spans.map(|(first, last)| ((first, last), shown.value(first, last)));
    let values: Vec<((usize, usize), Option<f64>)> = values.collect();
    let Some([low, high]) = super::chart::extent(values.iter().filter_map(|(_, value)| *value)) else {
        let text = match shown.quantity {
            Quantity::Energy => "No energies were measured on this device at this clock.",
            Quantity::Latency | Quantity::Error => "No bundle was measured on this device at this clock.",
        };
        return super::message(ui, cx, area, text);
    };
    let (rest, scale_area) = area.split_left_right_at_x(area.right() - SCALE);
    let names = NAMES.min(rest.width() * 0.3);
    let (names, grid) = rest.split_left_right_at_x(rest.left() + names);
    let grid = grid.with_min_y(grid.top() + TITLES);
    let size = vec2(
        (grid.width() / count as f32).min(CELL[0]),
        (grid.height() / count as f32).min(CELL[1]),
    );
    let known: Vec<Option<f64>> = values.iter().map(|(_, value)| *value).collect();
    let colours = Colours::new(shown.quantity, &known, [low, high]);
    let colour = |value: f64| cx.theme.heat(colours.share(value));
    let place = |first: usize, last: usize| {
        let corner = grid.min + vec2(size.x * last as f32, size.y * first as f32);
        Rect::from_min_size(corner, size).shrink(if size.y > SMALL_CELL { 0.75 } else { 0.0 })
    };
    let small = size.y <= SMALL_CELL || size.x <= SMALL_CELL;
    if small {
        let cells = values.iter().map(|&((first, last), value)| {
            let colour = value.map_or(cx.theme.grid, colour);
            (place(first, last), colour)
        });
        many(ui, cells);
    } else {
        for &((first, last), value) in &values {
            let value = value.map(|value| (value, colour(value)));
            cell(ui, cx, shown, (first, last), place(first, last), value);
        }
    }
    titles(ui, cx, shown.blocks, names, grid, size);
    let whole = Rect::from_min_size(grid.min, size * count as f32);
    meant(ui, cx, shown, whole, state, &place);
    let is_estimated =
        |&((first, last), _): &((usize, usize), _)| shown.cost(first, last).is_some_and(|cost| cost.estimated);
    let has = [
        values.iter().any(|(_, value)| value.is_none()),
        !small && values.iter().any(is_estimated),
    ];
    let legend_room = LEGEND * has.into_iter().filter(|is_there| *is_there).count() as f32;
    let height = (size.y * count as f32)
        .clamp(40.0, 160.0)
        .min(scale_area.bottom() - grid.top() - legend_room);
    let bar = Rect::from_min_size(pos2(scale_area.left() + 10.0, grid.top()), vec2(10.0, height));
    scale(ui, cx, bar, shown.unit(), &colours);
    legend(ui, cx, pos2(bar.left(), bar.bottom() + LEGEND / 2.0 + 2.0), small, has);
}

/// Cells too small for hatches, corners and numbers, as one mesh; one that was not measured is grey.
fn many(ui: &Ui, cells: impl Iterator<Item = (Rect, Color32)>) {
    let mut mesh = Mesh::default();
    for (rect, colour) in cells {
        mesh.add_colored_rect(rect, colour);
    }
    ui.painter().add(mesh);
}

fn cell(
    ui: &Ui,
    cx: &Cx<'_>,
    shown: &Shown<'_>,
    (first, last): (usize, usize),
    rect: Rect,
    value: Option<(f64, Color32)>,
) {
    let painter = ui.painter();
    match value {
        Some((value, fill)) => {
            painter.rect_filled(rect, 1, fill);
            let is_estimated = shown.cost(first, last).is_some_and(|cost| cost.estimated);
            let on = crate::app::Theme::on(fill);
            if is_estimated {
                corner(painter, rect, on);
            }
            if rect.width() < ROOM_FOR_TEXT[0] || rect.height() < ROOM_FOR_TEXT[1] {
                return;
            }
            let text = match shown.quantity {
                Quantity::Error => format!("{:+.0} %", value * 100.0),
                Quantity::Latency | Quantity::Energy => shown.unit().format(value),
            };
            let galley = painter.layout_no_wrap(text, FontId::proportional(theme::SMALL), on);
            if galley.size().x + 6.0 <= rect.width() && galley.size().y <= rect.height() {
                let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
                painter.galley(place.min, galley, on);
            }
        }
        None => unmeasured(ui, cx, rect),
    }
}

/// Names of rows at the left, of columns above; numbers where names have no room.
fn titles(ui: &Ui, cx: &Cx<'_>, blocks: &Blocks, names: Rect, grid: Rect, size: Vec2) {
    let font = FontId::proportional(theme::SMALL);
    let every = (13.0 / size.y.max(0.1)).ceil().max(1.0) as usize;
    for (index, name) in blocks.names().iter().enumerate().step_by(every) {
        let y = grid.top() + size.y * (index as f32 + 0.5);
        let text = words::elide(ui, &format!("from {name}"), &font, names.width() - 8.0);
        let at = pos2(names.right() - 6.0, y);
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, text, font.clone(), cx.theme.weak);
    }
    let widest = blocks.names().iter().map(|name| {
        let galley = ui.painter().layout_no_wrap(name.clone(), font.clone(), cx.theme.weak);
        galley.size().x
    });
    let fits = widest.fold(0.0_f32, f32::max) + 4.0 <= size.x;
    let every = if fits {
        1
    } else {
        (20.0 / size.x.max(0.1)).ceil().max(1.0) as usize
    };
    for (index, name) in blocks.names().iter().enumerate().step_by(every) {
        let at = pos2(grid.left() + size.x * (index as f32 + 0.5), grid.top() - TITLES / 2.0);
        let text = if fits { name.clone() } else { (index + 1).to_string() };
        ui.painter()
            .text(at, Align2::CENTER_CENTER, text, font.clone(), cx.theme.weak);
    }
    let at = pos2(names.right() - 6.0, grid.top() - TITLES / 2.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, "to", font, cx.theme.weak);
}

/// The tooltip of the bundle under the pointer, or of that the arrow keys stand on.
fn meant(
    ui: &Ui,
    cx: &Cx<'_>,
    shown: &Shown<'_>,
    whole: Rect,
    state: &mut HeatMap,
    place: &impl Fn(usize, usize) -> Rect,
) {
    let response = ui.interact(whole, ui.scope_id().with("bundles"), Sense::click());
    let count = shown.blocks.len();
    let size = whole.size() / count.max(1) as f32;
    let bundle = |at: Pos2| {
        let (last, first) = (
            ((at.x - whole.left()) / size.x) as usize,
            ((at.y - whole.top()) / size.y) as usize,
        );
        (first <= last && last < count).then_some((first, last))
    };
    let pointed = response.hover_pos().and_then(bundle);
    if response.clicked() {
        response.request_focus();
        state.cursor = pointed.or(state.cursor);
    }
    let arrows = keys::arrows(ui, &response, true);
    let has_moved = ui.input(|input| input.pointer.delta() != Vec2::ZERO);
    state.by_keys = !has_moved && (state.by_keys || arrows.is_some_and(|by| by != (0, 0)));
    state.cursor = arrows.map(|by| beside(state.cursor.unwrap_or((0, 0)), by, count));
    keys::outline(ui, cx, &response);
    let pointed = pointed.filter(|_| !state.by_keys || state.cursor.is_none());
    let meant = pointed.or(state.cursor);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Figure, true, "Heat map of bundles");
        info.current_text_value = meant.map(|(first, last)| shown.words(first, last));
        info
    });
    let Some((first, last)) = meant else { return };
    let cell = place(first, last);
    let outline = Stroke::new(2.0, cx.theme.text);
    ui.painter().rect_stroke(cell, 1, outline, StrokeKind::Outside);
    keys::tooltip(&response, pointed.is_none().then(|| cell.center()), |ui| {
        ui.label(shown.words(first, last));
    });
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn arrow_keys_stay_within_the_triangle() {
        assert_eq!(beside((0, 0), (1, 0), 4), (0, 1));
        assert_eq!(beside((0, 0), (0, 1), 4), (0, 0));
        assert_eq!(beside((1, 1), (-1, 0), 4), (1, 1));
        assert_eq!(beside((2, 3), (9, 9), 4), (3, 3));
        assert_eq!(beside((1, 3), (0, -5), 4), (0, 3));
    }
}
