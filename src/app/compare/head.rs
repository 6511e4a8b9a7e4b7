//! The heads of the columns: a click compares with a design, hovering previews it, the menu of a pin renames, loads or forgets it.

use super::build::Made;
use super::columns::Columns;
use super::menus;
use crate::app::cells::PADDING;
use crate::app::theme::{self, Theme};
use crate::app::{Cx, icon, widgets, words};
use egui::{Align2, FontId, Rangef, Rect, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// Height of the heads.
pub const HEIGHT: f32 = 26.0;
/// Room for the button of a pin's menu.
const MENU: f32 = 26.0;

/// Shows the heads above columns that are scrolled by `offset`.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, made: &Made, columns: &Columns, area: Rect, offset: f32) {
    let all = Rect::from_min_size(area.min - vec2(offset, 0.0), vec2(columns.total(), area.height()));
    let (names, heads) = area.split_left_right_at_x(area.left() + columns.names);
    let builder = UiBuilder::new().max_rect(all).id_salt("heads");
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(heads.expand2(vec2(1.0, 0.0))));
        for design in 0..made.comparison.designs.len() {
            head(ui, cx, made, design, columns.cell(all, design));
        }
    });
    let text = format!("{} designs", made.comparison.designs.len());
    let at = names.left_center() + vec2(PADDING, 0.0);
    let font = FontId::proportional(theme::SMALL);
    ui.painter().text(at, Align2::LEFT_CENTER, text, font, cx.theme.weak);
    ui.painter().hline(area.x_range(), area.bottom(), (1.0, cx.theme.grid));
}

fn head(ui: &mut Ui, cx: &mut Cx<'_>, made: &Made, design: usize, rect: Rect) {
    let theme = cx.theme;
    let comparison = &made.comparison;
    let Some(name) = comparison.designs.get(design) else {
        return;
    };
    let is_base = design == comparison.base;
    let pin = design.checked_sub(1);
    let (place, menu) = match pin {
        Some(_) => rect.split_left_right_at_x(rect.right() - MENU),
        None => (rect, Rect::NOTHING),
    };
    let visible = place.intersect(ui.clip_rect());
    if visible.is_positive() {
        let response = ui.interact(visible, ui.scope_id().with(("head", design)), Sense::click());
        let said = match is_base {
            true => format!("{name}, the base of the comparison"),
            false => format!("compare with {name}"),
        };
        response.widget_info(|| WidgetInfo::selected(Role::ColumnHeader, true, is_base, &said));
        if response.hovered() {
            ui.painter().rect_filled(place.shrink2(vec2(1.0, 2.0)), 3, theme.card);
            preview(cx, pin);
        }
        paint(ui, theme, place, name, is_base);
        if response.has_focus() {
            ui.painter()
                .rect_stroke(place.shrink(2.0), 3, theme.selection(), egui::StrokeKind::Inside);
        }
        if response.clicked() {
            menus::compare_with(cx, design);
        }
        let system = made.systems.get(design).map_or("", String::as_str);
        let layers = made.without_layers.get(design).cloned().flatten();
        response.on_hover_ui(|ui| {
            ui.set_max_width(320.0);
            ui.label(match is_base {
                true => format!("{name} on {system}: the others are compared with it"),
                false => format!("{name} on {system}; click to compare the others with it"),
            });
            if let Some(layers) = layers {
                ui.weak(layers);
            }
        });
    }
    ui.painter().vline(rect.left(), rect.y_range(), (1.0, theme.grid));
    if let Some(index) = pin.filter(|_| menu.intersects(ui.clip_rect())) {
        let builder = UiBuilder::new().max_rect(menu).id_salt(("menu", index));
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().button_padding = vec2(3.0, 0.0);
            let button = widgets::icon_button(ui, theme, icon::MORE, &format!("Commands for {name}"));
            menus::of_pin(&button, cx, index);
        });
    }
}

fn paint(ui: &Ui, theme: &Theme, place: Rect, name: &str, is_base: bool) {
    let aside = FontId::proportional(theme::SMALL);
    let font = match is_base {
        true => theme::semibold(theme::BODY),
        false => FontId::proportional(theme::BODY),
    };
    let shown = words::elide(ui, name, &font, place.width() - 2.0 * PADDING);
    let at = place.left_center() + vec2(PADDING, 0.0);
    let painter = ui.painter();
    let drawn = painter.text(at, Align2::LEFT_CENTER, shown, font, theme.text);
    if !is_base {
        return;
    }
    // The word gives way to the name; the line below always stands for it.
    let word = painter.layout_no_wrap("base".to_owned(), aside, theme.weak);
    let left = drawn.right() + 6.0;
    if left + word.size().x <= place.right() {
        let place = Align2::LEFT_CENTER.anchor_size(pos2(left, at.y), word.size());
        painter.galley(place.min, word, theme.weak);
    }
    let line = Rangef::new(place.left() + PADDING, place.right() - PADDING);
    painter.hline(line, place.bottom() - 2.0, (2.0, theme.text));
}

/// Shows a pin as a ghost in the other views where it is a design of what they show.
fn preview(cx: &mut Cx<'_>, pin: Option<usize>) {
    let pin = pin.and_then(|index| cx.document.pins.get(index));
    if let Some(pin) = pin.filter(|pin| pin.view == cx.document.view)
        && pin.design.fits(cx.network, &cx.document.system)
    {
        cx.session.preview = Some(pin.design.clone());
    }
}
