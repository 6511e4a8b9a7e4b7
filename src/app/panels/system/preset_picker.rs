//! Choosing a preset: a searchable list by class, with a summary and, on hover, the source of every number.

use crate::app::icon;
use crate::app::input::{TextField, small};
use crate::app::theme::{SMALL, Theme, semibold};
use crate::presets::{Catalogue, Origin, Preset, PresetValue};
use egui::{
    Align2, FontId, Id, Popup, PopupCloseBehavior, Response, RichText, Role, ScrollArea, Sense, TextStyle,
    TextWrapMode, Ui, WidgetInfo, WidgetText, vec2,
};

/// Width of the list in points.
const WIDTH: f32 = 330.0;

/// Opens the list on a click of `button`; returns the chosen preset.
pub fn popup<'p, T: PresetValue>(
    button: &Response,
    theme: &Theme,
    catalogue: &'p Catalogue<T>,
    current: Option<&str>,
) -> Option<&'p Preset<T>> {
    popup_below(button, theme, catalogue, current, |_| ())
}

/// Like [`popup`], with something more above the list.
pub fn popup_below<'p, T: PresetValue>(
    button: &Response,
    theme: &Theme,
    catalogue: &'p Catalogue<T>,
    current: Option<&str>,
    above: impl FnOnce(&mut Ui),
) -> Option<&'p Preset<T>> {
    let id = button.id.with("presets");
    if button.clicked() {
        button.ctx.data_mut(|data| data.remove::<String>(id));
    }
    let popup = Popup::menu(button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let shown = popup.show(|ui| {
        ui.set_width(WIDTH);
        above(ui);
        let chosen = list(ui, theme, id, catalogue, current);
        if chosen.is_some() {
            ui.close();
        }
        chosen
    });
    shown?.inner
}

fn list<'p, T: PresetValue>(
    ui: &mut Ui,
    theme: &Theme,
    id: Id,
    catalogue: &'p Catalogue<T>,
    current: Option<&str>,
) -> Option<&'p Preset<T>> {
    let (wanted, entered) = search(ui, theme, id);
    let found: Vec<_> = catalogue.iter().filter(|preset| matches(preset, &wanted)).collect();
    let mut chosen = None;
    let scroll = ScrollArea::vertical().max_height(380.0);
    scroll.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let mut class = "";
        for &preset in &found {
            if preset.class != class {
                class = &preset.class;
                ui.add_space(6.0);
                ui.label(RichText::new(class).font(semibold(SMALL)).color(theme.weak));
            }
            let row = row(ui, theme, preset, current == Some(preset.name.as_str()));
            if row.clicked() {
                chosen = Some(preset);
            }
        }
        if found.is_empty() {
            ui.label(small(theme, format!("no preset matches “{wanted}”")));
        }
    });
    for problem in catalogue.problems() {
        let text = format!("{} {problem}", icon::WARNING);
        ui.label(RichText::new(text).size(SMALL).color(theme.warning));
    }
    let first = found.first().copied();
    chosen.or_else(|| first.filter(|_| entered && !wanted.is_empty()))
}

/// The search field, which takes the focus when the list opens: its text, and whether Enter was pressed in it.
fn search(ui: &mut Ui, theme: &Theme, id: Id) -> (String, bool) {
    let kept: Option<String> = ui.data(|data| data.get_temp(id));
    let opened = kept.is_none();
    let mut text = kept.unwrap_or_default();
    let (response, entered) = TextField::new(id.with("search"), "Search presets")
        .hint("search")
        .width(WIDTH)
        .live(ui, theme, &mut text);
    if opened {
        response.request_focus();
    }
    ui.data_mut(|data| data.insert_temp(id, text.clone()));
    (text, entered)
}

fn matches<T>(preset: &Preset<T>, wanted: &str) -> bool {
    let text = format!(
        "{} {} {} {}",
        preset.name,
        preset.class,
        preset.summary,
        preset.kind.word()
    )
    .to_lowercase();
    wanted.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

fn row<T>(ui: &mut Ui, theme: &Theme, preset: &Preset<T>, current: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::MenuItem, true, current, &preset.name));
    let painter = ui.painter();
    if current || response.hovered() || response.has_focus() {
        let fill = if current {
            ui.visuals().selection.bg_fill
        } else {
            theme.card
        };
        painter.rect_filled(rect, 4.0, fill);
    }
    let quiet = if current { theme.text } else { theme.weak };
    let room = rect.shrink2(vec2(6.0, 3.0));
    let kind = painter.text(
        room.right_top(),
        Align2::RIGHT_TOP,
        preset.kind.word(),
        FontId::proportional(SMALL),
        quiet,
    );
    let line =
        |text: WidgetText, width: f32| text.into_galley(ui, Some(TextWrapMode::Truncate), width, TextStyle::Body);
    let name = line(WidgetText::from(&preset.name), kind.left() - room.left() - 8.0);
    painter.galley(room.left_top(), name, theme.text);
    let summary = line(
        RichText::new(&preset.summary).size(SMALL).color(quiet).into(),
        room.width(),
    );
    painter.galley(room.left_bottom() - vec2(0.0, summary.size().y), summary, quiet);
    response.on_hover_ui(|ui| sources(ui, theme, preset))
}

/// What a preset is and where its numbers come from.
fn sources<T>(ui: &mut Ui, theme: &Theme, preset: &Preset<T>) {
    ui.set_max_width(440.0);
    ui.label(RichText::new(&preset.name).font(semibold(SMALL + 2.0)));
    ui.label(&preset.summary);
    let origin = match &preset.origin {
        Origin::Embedded => String::new(),
        Origin::User(file) => format!(", from {}", file.display()),
    };
    ui.label(small(theme, format!("{}{origin}", preset.kind.word())));
    for (parameter, source) in &preset.sources {
        ui.label(small(theme, format!("{parameter}: {source}")));
    }
}
