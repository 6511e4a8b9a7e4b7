//! What tests of the panels share: a network, a window in a theme, typing, pictures.

use cutscape::app::theme::{self, Theme};
use cutscape::network::{ContentHash, DataType, Layer, Network, OpKind, Tensor};
use egui::{Key, Ui, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::collections::BTreeMap;

/// A chain of convolutions with falling sizes.
pub fn chain(layers: usize) -> Network {
    let tensor = |index: usize| Tensor {
        name: format!("t{index}"),
        dtype: DataType::Float32,
        shape: Some(vec![1, 16 << (index / 4), 112 >> (index / 4), 112 >> (index / 4)]),
        producer: index.checked_sub(1),
        consumers: (index < layers).then_some(index).into_iter().collect(),
        is_output: index == layers,
    };
    let layer = |index: usize| Layer {
        name: format!("conv{index}"),
        op: "Conv".into(),
        domain: String::new(),
        kind: OpKind::Linear,
        attributes: Vec::new(),
        inputs: vec![index],
        outputs: vec![index + 1],
        constants: Vec::new(),
        macs: Some(20_000_000),
        params: 1000,
        unknown: None,
        members: vec![format!("conv{index}")],
    };
    Network {
        name: "chain".into(),
        layers: (0..layers).map(layer).collect(),
        tensors: (0..=layers).map(tensor).collect(),
        inputs: vec![0],
        outputs: vec![layers],
        symbols: BTreeMap::new(),
        hash: ContentHash("00".repeat(32)),
        fused: false,
    }
}

/// A window of a size and theme, before its first frame is drawn to the end.
pub fn harness<W: 'static>(
    world: W,
    theme: Theme,
    size: Vec2,
    show: impl FnMut(&mut Ui, &mut W) + 'static,
) -> Harness<'static, W> {
    let kind = match theme.dark {
        true => egui::Theme::Dark,
        false => egui::Theme::Light,
    };
    Harness::builder()
        .with_size(size)
        .wgpu()
        .with_theme(kind)
        .with_context_setup(move |ctx| {
            theme::install_fonts(ctx);
            theme.apply(ctx);
        })
        .build_ui_state(show, world)
}

/// Replaces the text of a field, which a click selects, and presses Enter.
pub fn type_into<W>(harness: &mut Harness<'_, W>, label: &str, text: &str) {
    harness.get_by_label(label).click();
    harness.run();
    harness.get_by_label(label).type_text(text);
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
}

/// Saves a picture to look at where `CUTSCAPE_PICTURES` names a folder.
pub fn picture<W>(harness: &mut Harness<'_, W>, name: &str) {
    if let Some(folder) = std::env::var_os("CUTSCAPE_PICTURES") {
        let image = harness.render().unwrap();
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        image.save(path).unwrap();
    }
}
