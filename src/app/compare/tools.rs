//! What of the layers is shown: latency or energy, from which difference on, in which order.

use crate::app::input::{LogSlider, QuantityField, small};
use crate::app::{Cx, picker, widgets};
use crate::presets::Allowed;
use crate::project::comparison::{Measure, Of};
use crate::units::Unit;
use egui::{Align, Id, Layout, Rect, Ui, UiBuilder, vec2};

/// The smallest share the slider hides; below it nothing is hidden.
const LEAST: f64 = 1e-4;
/// Room that the slider gets at most, and below which it is left out.
const SLIDER: [f32; 2] = [110.0, 44.0];

/// Shows the line of choices.
pub fn ui(ui: &mut Ui, cx: &mut Cx<'_>, area: Rect) {
    let layout = Layout::left_to_right(Align::Center);
    let builder = UiBuilder::new().max_rect(area).layout(layout).id_salt("layer tools");
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.spacing_mut().button_padding = vec2(4.0, 0.0);
        ui.spacing_mut().interact_size.y = 18.0;
        ui.add_space(2.0);
        contents(ui, cx);
    });
}

fn contents(ui: &mut Ui, cx: &mut Cx<'_>) {
    let theme = cx.theme;
    let settings = &mut cx.session.compare;
    let measures = [Measure::Latency, Measure::Energy].map(|measure| (measure, measure.name()));
    if let Some(measure) = picker::choose(ui, theme, "layers by", settings.measure, &measures) {
        settings.measure = measure;
    }
    let order = "the largest differences first, instead of the order of the schedule";
    if widgets::toggle(ui, theme, settings.largest_first, "largest first", order).clicked() {
        settings.largest_first = !settings.largest_first;
    }
    ui.label(small(theme, "hide below"));
    let threshold = &mut settings.threshold;
    let field = QuantityField::new(Id::unique("compare threshold"), "hide differences below", Unit::Percent);
    let field = field.allowed(Allowed::Between(0.0, 1000.0)).width(58.0);
    if let Some(share) = field.show_optional(ui, theme, threshold.share, "none") {
        threshold.share = share;
    }
    let of = [(Of::Design, "of the design"), (Of::Layer, "of the layer")];
    if let Some(of) = picker::choose(ui, theme, "threshold is a share", threshold.of, &of) {
        threshold.of = of;
    }
    let room = ui.available_width().min(SLIDER[0]);
    if room < SLIDER[1] {
        return;
    }
    let size = vec2(room, 18.0);
    ui.allocate_ui(size, |ui| {
        let slider = LogSlider::new(
            Id::unique("compare threshold slider"),
            "hide differences below",
            Unit::Percent,
            LEAST..=1.0,
        );
        let shown = threshold.share.unwrap_or(LEAST).clamp(LEAST, 1.0);
        if let Some(share) = slider.show(ui, theme, shown, |_| String::new()).value {
            threshold.share = (share > LEAST).then_some(share);
        }
    });
}
