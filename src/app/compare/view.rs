//! Painting the comparison: heads that stay, groups that fold, rows, layers and their sums.

use super::build::Made;
use super::columns::Columns;
use super::{head, paint, spoken, tools};
use crate::app::cells::{PADDING, ROW};
use crate::app::command::Command;
use crate::app::panels::inspector::copies;
use crate::app::session::{CompareSettings, Selection};
use crate::app::{Cx, icon, theme};
use crate::network::LayerId;
use crate::project::comparison::layers::sums;
use crate::project::comparison::{Change, ComparedLayer, ComparedRow, Group, Value};
use egui::{Align2, FontId, Rect, Response, Role, ScrollArea, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// What stands in one line.
enum Line<'a> {
    Group(Group),
    Row(&'a ComparedRow),
    Note(&'a str),
    Tools,
    Layer(&'a ComparedLayer),
    /// A sum over layers by design.
    Sum(String, Vec<Option<f64>>),
}

/// Shows the comparison; returns the layer that is selected now. `seen` is the one of the last frame.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, made: &Made, seen: Option<LayerId>) -> Option<LayerId> {
    ui.style_mut().interaction.selectable_labels = false;
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let comparison = &made.comparison;
    let lines = lines(made, &cx.session.compare);
    let area = ui.available_rect_before_wrap();
    let (heads, body) = area.split_top_bottom_at_y(area.top() + head::HEIGHT);
    let columns = Columns::new(body.width() - 8.0, comparison.designs.len(), comparison.base);
    let selected = match cx.session.selection {
        Some(Selection::Layer(layer)) => Some(layer),
        _ => None,
    };
    let mut clicked = None;
    let mut scroll = ScrollArea::both().id_salt("compare").auto_shrink(false);
    let is_selected = |line: &Line<'_>| matches!(line, Line::Layer(layer) if Some(layer.layer) == selected);
    if let Some(at) = lines.iter().position(is_selected).filter(|_| selected != seen) {
        let middle = at as f32 * ROW - (body.height() - ROW) * 0.5;
        scroll = scroll.vertical_scroll_offset(middle.max(0.0));
    }
    let builder = egui::UiBuilder::new().max_rect(body);
    let offset = ui
        .scope_builder(builder, |ui| {
            let shown = scroll.show_rows(ui, ROW, lines.len(), |ui, range| {
                for line in lines.get(range).unwrap_or_default() {
                    let (row, _) = ui.allocate_exact_size(vec2(columns.total(), ROW), Sense::hover());
                    let mut painted = Painted {
                        ui,
                        cx,
                        made,
                        columns: &columns,
                        row,
                    };
                    if let Some(layer) = painted.line(line, selected) {
                        clicked = Some(layer);
                    }
                }
            });
            shown.state.unclamped_offset().x
        })
        .inner;
    head::show(ui, cx, made, &columns, heads, offset);
    clicked.or(selected)
}

fn lines<'a>(made: &'a Made, settings: &CompareSettings) -> Vec<Line<'a>> {
    let comparison = &made.comparison;
    let mut lines = Vec::new();
    for group in Group::ALL {
        lines.push(Line::Group(group));
        if settings.folded.contains(&group) {
            continue;
        }
        if group == Group::Layers {
            lines.push(Line::Tools);
        }
        lines.extend(comparison.rows.iter().filter(|row| row.group == group).map(Line::Row));
        lines.extend(
            made.notes
                .iter()
                .filter(|(of, _)| *of == group)
                .map(|(_, text)| Line::Note(text)),
        );
        if group == Group::Layers {
            let shown = comparison.layers.len();
            lines.extend(comparison.layers.iter().map(Line::Layer));
            if shown == 0 {
                lines.push(Line::Note("No layer differs by as much as that."));
            } else if shown < comparison.all_layers {
                let sums = sums(&comparison.layers, comparison.designs.len());
                lines.push(Line::Sum(format!("these {shown} layers"), sums));
            }
            let name = format!("all {} layers", comparison.all_layers);
            lines.push(Line::Sum(name, comparison.all.clone()));
        }
    }
    lines
}

/// A line that is being painted.
struct Painted<'a, 'cx> {
    ui: &'a mut Ui,
    cx: &'a mut Cx<'cx>,
    made: &'a Made,
    columns: &'a Columns,
    /// The whole line, all columns wide.
    row: Rect,
}

impl Painted<'_, '_> {
    /// Paints a line; returns the layer that was clicked, if one was.
    fn line(&mut self, line: &Line<'_>, selected: Option<LayerId>) -> Option<LayerId> {
        match line {
            Line::Group(group) => self.group(*group),
            Line::Row(row) => self.values(row),
            Line::Note(text) => self.note(text),
            Line::Tools => tools::ui(self.ui, self.cx, self.visible()),
            Line::Layer(layer) => return self.layer(layer, selected == Some(layer.layer)),
            Line::Sum(name, sums) => self.sum(name, sums),
        }
        None
    }

    /// What can be seen of the line.
    fn visible(&self) -> Rect {
        let clip = self.ui.clip_rect();
        Rect::from_x_y_ranges(clip.x_range(), self.row.y_range())
    }

    /// The place of the name, which stays when the columns are scrolled.
    fn names(&self) -> Rect {
        let left = self.visible().left();
        Rect::from_x_y_ranges(left..=left + self.columns.names, self.row.y_range())
    }

    fn group(&mut self, group: Group) {
        let (theme, place) = (self.cx.theme, self.visible());
        let id = self.ui.scope_id().with(("group", group));
        let response = self.ui.interact(place, id, Sense::click());
        let folded = &mut self.cx.session.compare.folded;
        let is_folded = folded.contains(&group);
        if response.clicked() {
            match is_folded {
                true => folded.retain(|other| *other != group),
                false => folded.push(group),
            }
        }
        let verb = if is_folded { "unfold" } else { "fold" };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{verb} {}", group.title())));
        let painter = self.ui.painter();
        painter.rect_filled(place.shrink2(vec2(0.0, 1.0)), 2, theme.card);
        let caret = if is_folded { icon::CARET_RIGHT } else { icon::CARET_DOWN };
        let colour = if response.hovered() { theme.text } else { theme.weak };
        let at = place.left_center() + vec2(PADDING, 0.0);
        let font = FontId::proportional(theme::SMALL);
        painter.text(at, Align2::LEFT_CENTER, caret, font.clone(), colour);
        let at = at + vec2(16.0, 0.0);
        let title = theme::semibold(theme::SMALL + 1.0);
        painter.text(at, Align2::LEFT_CENTER, group.title(), title, theme.text);
        if group == Group::Layers {
            let comparison = &self.made.comparison;
            let (shown, all) = (comparison.layers.len(), comparison.all_layers);
            let text = match all - shown.min(all) {
                0 => format!("all {all} shown"),
                hidden => format!("{hidden} of {all} hidden"),
            };
            let at = place.right_center() - vec2(PADDING + 8.0, 0.0);
            let drawn = painter.text(at, Align2::RIGHT_CENTER, &text, font, theme.weak);
            let id = self.ui.scope_id().with("hidden layers");
            let label = self.ui.interact(drawn, id, Sense::hover());
            label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
        }
        self.focus(&response);
    }

    fn note(&self, text: &str) {
        let place = self.visible();
        let id = self.ui.scope_id().with(("note", text));
        let response = self.ui.interact(place, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
        let (ui, theme) = (&*self.ui, self.cx.theme);
        if paint::words(ui, ui.painter(), place, text, theme.weak) {
            response.on_hover_text(text);
        }
    }

    fn values(&mut self, row: &ComparedRow) {
        let (theme, comparison) = (self.cx.theme, &self.made.comparison);
        let response = self.response(("row", &row.column));
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, spoken::row(comparison, row)));
        let painter = self.cells();
        for design in 0..comparison.designs.len() {
            let cell = self.columns.cell(self.row, design);
            if !cell.intersects(self.ui.clip_rect()) {
                continue;
            }
            let (place, beside) = self.columns.parts(cell, design);
            match row.values.get(design) {
                Some(Value::Number(number)) => {
                    let is_best = row.is_best(design);
                    paint::number(&painter, theme, place, &row.unit.print(*number), is_best);
                    if let Some(change) = row
                        .change(design, comparison.base)
                        .filter(|_| row.group != Group::Systems)
                    {
                        paint::change(&painter, theme, beside, &change.text(row.unit));
                    }
                }
                Some(Value::Words(words)) => {
                    paint::words(self.ui, &painter, cell, words, theme.text);
                }
                Some(value) => {
                    paint::absent(self.ui, &painter, theme, place, &value.text(row.unit));
                }
                None => {}
            }
        }
        self.name(row.device, &row.name);
        let text = spoken::row(comparison, row);
        copies(&response, self.cx, &text);
        self.focus(&response);
        let pointed = response.hover_pos().and_then(|at| self.columns.at(self.row, at.x));
        let pointed = pointed.filter(|_| response.hover_pos().is_some_and(|at| !self.names().contains(at)));
        response.on_hover_text_at_pointer(match pointed {
            Some(design) => spoken::cell(comparison, row, design),
            None => row.hint.clone(),
        });
    }

    fn layer(&mut self, layer: &ComparedLayer, is_selected: bool) -> Option<LayerId> {
        let (theme, comparison) = (self.cx.theme, &self.made.comparison);
        let response = self.response(("layer", layer.layer));
        let said = || WidgetInfo::selected(Role::Row, true, is_selected, spoken::layer(comparison, layer));
        response.widget_info(said);
        if is_selected {
            self.ui.painter().rect_filled(self.visible(), 0, theme.grid);
        } else if self.cx.session.hovered() == Some(layer.layer) {
            self.ui.painter().rect_filled(self.visible(), 0, theme.card);
        }
        let (painter, unit) = (self.cells(), comparison.measure.unit());
        for design in 0..comparison.designs.len() {
            let cell = self.columns.cell(self.row, design);
            let Some(cost) = layer.costs.get(design).and_then(Option::as_ref) else {
                paint::absent(self.ui, &painter, theme, self.columns.parts(cell, design).0, "–");
                continue;
            };
            if !cell.intersects(self.ui.clip_rect()) {
                continue;
            }
            let (place, beside) = self.columns.parts(cell, design);
            paint::device(&painter, theme, place, cost.device);
            match &cost.value {
                Ok(value) => paint::number(&painter, theme, place, &unit.print(*value), false),
                Err(_) => paint::impossible(&painter, theme, place),
            }
            if let Some(change) = layer.change(design, comparison.base) {
                self.difference(&painter, beside, change);
            }
        }
        self.name(None, &format!("{} {}", layer.number, layer.name));
        self.focus(&response);
        if response.hovered() || response.has_focus() {
            self.cx.session.hovered_layer = Some(layer.layer);
        }
        let clicked = response.clicked();
        if clicked {
            self.cx.push(Command::FocusLayer(layer.layer));
        }
        let pointed = response.hover_pos().and_then(|at| self.columns.at(self.row, at.x));
        let text = pointed.and_then(|design| spoken::layer_cell(comparison, layer, design));
        response.on_hover_text_at_pointer(text.unwrap_or_else(|| format!("{} {}", layer.number, layer.name)));
        clicked.then_some(layer.layer)
    }

    fn sum(&self, name: &str, sums: &[Option<f64>]) {
        let (theme, comparison) = (self.cx.theme, &self.made.comparison);
        let unit = comparison.measure.unit();
        let base = sums.get(comparison.base).copied().flatten();
        let change = |design: usize| -> Option<Change> {
            let sum = sums.get(design).copied().flatten()?;
            (design != comparison.base).then_some(Change::new(sum, base?))
        };
        let response = self.response(("sum", name));
        response.widget_info(|| {
            let texts = comparison.designs.iter().zip(sums).map(|(design, sum)| match sum {
                Some(sum) => format!("{design} {}", unit.format(*sum)),
                None => format!("{design} –"),
            });
            let texts: Vec<String> = texts.collect();
            WidgetInfo::labeled(Role::Row, true, format!("{name}: {}", texts.join("; ")))
        });
        let painter = self.cells();
        for (design, sum) in sums.iter().enumerate() {
            let cell = self.columns.cell(self.row, design);
            let (place, beside) = self.columns.parts(cell, design);
            match sum {
                Some(sum) => paint::number(&painter, theme, place, &unit.print(*sum), false),
                None => {
                    paint::absent(self.ui, &painter, theme, place, "–");
                }
            }
            if let Some(change) = change(design) {
                self.difference(&painter, beside, change);
            }
        }
        self.name(None, name);
        let line = self.visible();
        self.ui.painter().hline(line.x_range(), line.top(), (1.0, theme.grid));
        self.focus(&response);
        response.on_hover_text("compute on devices alone; the links stand further up");
    }

    /// The difference of a layer: as a number and as a share.
    fn difference(&self, painter: &egui::Painter, place: Rect, change: Change) {
        let unit = self.made.comparison.measure.unit();
        paint::difference(painter, self.cx.theme, place, Columns::middle(place), unit, change);
    }

    fn response(&self, id: impl std::hash::Hash + std::fmt::Debug) -> Response {
        let id = self.ui.scope_id().with(id);
        let response = self.ui.interact(self.visible(), id, Sense::click());
        if response.hovered() {
            self.ui.painter().rect_filled(self.visible(), 0, self.cx.theme.card);
        }
        response
    }

    /// Paints beside the names only, because columns are scrolled below them.
    fn cells(&self) -> egui::Painter {
        let mut clip = self.ui.clip_rect();
        clip.min.x = self.names().right() - 1.0;
        self.ui.painter().with_clip_rect(clip)
    }

    fn name(&self, device: Option<usize>, name: &str) {
        let (ui, theme) = (&*self.ui, self.cx.theme);
        let mut place = self.names();
        if let Some(device) = device {
            paint::device(ui.painter(), theme, place, device);
            place.min.x += paint::BADGE + 4.0;
        }
        paint::words(ui, ui.painter(), place, name, theme.weak);
        for design in 0..self.made.comparison.designs.len() {
            let left = self.columns.cell(self.row, design).left();
            self.cells().vline(left, self.row.y_range(), (1.0, theme.grid));
        }
    }

    /// Shows where the keyboard is, and brings it into view.
    fn focus(&self, response: &Response) {
        if response.has_focus() {
            let place = self.visible();
            let stroke = self.cx.theme.selection();
            self.ui
                .painter()
                .rect_stroke(place.shrink(1.0), 2, stroke, StrokeKind::Inside);
        }
        if response.gained_focus() {
            let row = Rect::from_min_max(pos2(self.visible().left(), self.row.top()), self.visible().max);
            self.ui.scroll_to_rect(row, None);
        }
    }
}
