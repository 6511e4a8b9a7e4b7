//! Colours and sizes of the window, in one table per theme; no colour is made anywhere else.
//!
//! Device hues follow Okabe and Ito (jfly.uni-koeln.de/color, 2008), darkened on light and lightened on dark ground until every hue
//! reaches a contrast of 3:1 with its background; text reaches 4.5:1 (a test over this table checks both).

use crate::network::OpKind;
use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Stroke, TextStyle, Visuals};

/// Body text in points.
pub const BODY: f32 = 13.0;
/// Secondary text in points; nothing is smaller.
pub const SMALL: f32 = 11.0;
/// Panel titles in points.
pub const TITLE: f32 = 15.0;
/// Headline numbers in points.
pub const HEADLINE: f32 = 20.0;
/// The family of semibold text.
pub const SEMIBOLD: &str = "semibold";

/// All colours of one theme.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Whether this is the dark theme.
    pub dark: bool,
    /// Behind graph, ribbon and plots.
    pub background: Color32,
    /// Behind side panels and bars.
    pub panel: Color32,
    /// Behind cards and fields on a panel.
    pub card: Color32,
    /// Grid lines, separators, outlines of cards.
    pub grid: Color32,
    /// Text.
    pub text: Color32,
    /// Secondary text.
    pub weak: Color32,
    /// Edges of the graph.
    pub edge: Color32,
    /// Buttons that are on, links, the front.
    pub accent: Color32,
    /// Links in bars and legends.
    pub link: Color32,
    /// A change for the better.
    pub better: Color32,
    /// A change for the worse, broken limits.
    pub worse: Color32,
    /// Import warnings and assumptions.
    pub warning: Color32,
    devices: [Color32; 8],
}

impl Theme {
    /// The dark theme.
    pub fn dark() -> Self {
        let rgb = Color32::from_rgb;
        Self {
            dark: true,
            background: rgb(0x1b, 0x1e, 0x23),
            panel: rgb(0x22, 0x26, 0x2c),
            card: rgb(0x2c, 0x31, 0x38),
            grid: rgb(0x3d, 0x44, 0x4d),
            text: rgb(0xe6, 0xe8, 0xeb),
            weak: rgb(0xa3, 0xac, 0xb8),
            edge: rgb(0x8a, 0x93, 0x9e),
            accent: rgb(0x4a, 0xa3, 0xe8),
            link: rgb(0x8d, 0x96, 0xa3),
            better: rgb(0x56, 0xb4, 0xe9),
            worse: rgb(0xf2, 0x80, 0x3f),
            warning: rgb(0xe6, 0xa8, 0x2e),
            devices: [
                rgb(0x3f, 0x9b, 0xe3),
                rgb(0xe6, 0x9f, 0x00),
                rgb(0x16, 0xb8, 0x8a),
                rgb(0xe0, 0x8b, 0xbb),
                rgb(0x8a, 0xd0, 0xf5),
                rgb(0xf0, 0x80, 0x3c),
                rgb(0xf5, 0xd8, 0x4a),
                rgb(0xa6, 0xad, 0xb5),
            ],
        }
    }

    /// The light theme.
    pub fn light() -> Self {
        let rgb = Color32::from_rgb;
        Self {
            dark: false,
            background: rgb(0xff, 0xff, 0xff),
            panel: rgb(0xf5, 0xf6, 0xf8),
            card: rgb(0xe9, 0xec, 0xf0),
            grid: rgb(0xd3, 0xd8, 0xdf),
            text: rgb(0x1b, 0x1e, 0x23),
            weak: rgb(0x55, 0x5f, 0x6b),
            edge: rgb(0x6b, 0x74, 0x80),
            accent: rgb(0x00, 0x6a, 0xa6),
            link: rgb(0x6d, 0x76, 0x82),
            better: rgb(0x00, 0x66, 0x9f),
            worse: rgb(0xb0, 0x46, 0x00),
            warning: rgb(0x8a, 0x5d, 0x00),
            devices: [
                rgb(0x00, 0x72, 0xb2),
                rgb(0xb5, 0x7b, 0x00),
                rgb(0x00, 0x84, 0x60),
                rgb(0xae, 0x54, 0x88),
                rgb(0x2b, 0x86, 0xbb),
                rgb(0xc4, 0x50, 0x00),
                rgb(0x8c, 0x75, 0x00),
                rgb(0x6b, 0x73, 0x7c),
            ],
        }
    }

    /// Hue of the device at an index of the system.
    pub fn device(&self, index: usize) -> Color32 {
        self.devices[index % self.devices.len()]
    }

    /// Grey of the link at an index of the system; neighbours differ.
    pub fn link_hue(&self, index: usize) -> Color32 {
        if index.is_multiple_of(2) {
            self.link
        } else {
            self.link.lerp_to_gamma(self.text, 0.4)
        }
    }

    /// A hue for what belongs to a frame: the next frames are told apart by three shades.
    pub fn of_frame(&self, hue: Color32, frame: usize) -> Color32 {
        const SHADES: [f32; 3] = [0.0, 0.2, 0.4];
        hue.lerp_to_gamma(self.text, SHADES[frame % SHADES.len()])
    }

    /// Letter of the device at an index of the system: A, B …
    pub fn letter(index: usize) -> char {
        char::from(b'A' + (index % 26) as u8)
    }

    /// A hue as the fill of a box: 18 % over the background.
    pub fn tint(&self, hue: Color32) -> Color32 {
        self.background.lerp_to_gamma(hue, if self.dark { 0.22 } else { 0.16 })
    }

    /// Black or white, whichever reads better on a hue.
    pub fn on(hue: Color32) -> Color32 {
        let light = contrast(hue, Color32::WHITE);
        if light >= contrast(hue, Color32::from_rgb(0x12, 0x14, 0x17)) {
            Color32::WHITE
        } else {
            Color32::from_rgb(0x12, 0x14, 0x17)
        }
    }

    /// Outline of a selected thing; never a hue, so that it cannot be read as a device.
    pub fn selection(&self) -> Stroke {
        Stroke::new(2.0, self.text)
    }

    /// Hue of an operator family (after Paul Tol's muted scheme, personal.sron.nl/~pault, adapted to both grounds).
    pub fn kind(&self, kind: OpKind) -> Color32 {
        let rgb = Color32::from_rgb;
        let (dark, light) = match kind {
            OpKind::Linear => (rgb(0x8f, 0x86, 0xe0), rgb(0x33, 0x22, 0x88)),
            OpKind::Depthwise => (rgb(0x88, 0xcc, 0xee), rgb(0x2c, 0x82, 0xae)),
            OpKind::Pool => (rgb(0x44, 0xaa, 0x99), rgb(0x2f, 0x86, 0x77)),
            OpKind::Norm => (rgb(0x4d, 0xb0, 0x62), rgb(0x11, 0x77, 0x33)),
            OpKind::Activation => (rgb(0xe0, 0x7f, 0x92), rgb(0xb8, 0x4f, 0x62)),
            OpKind::Elementwise => (rgb(0xdd, 0xcc, 0x77), rgb(0x8a, 0x79, 0x1c)),
            OpKind::Shape => (rgb(0xb0, 0xb0, 0xb0), rgb(0x70, 0x70, 0x70)),
            OpKind::Attention => (rgb(0xd0, 0x74, 0xc2), rgb(0xaa, 0x44, 0x99)),
            OpKind::Quantisation => (rgb(0xcf, 0x6a, 0x95), rgb(0x88, 0x22, 0x55)),
            OpKind::Recurrent => (rgb(0xd8, 0x9a, 0x6a), rgb(0x99, 0x55, 0x22)),
            OpKind::Unknown => (rgb(0xe6, 0x70, 0x5c), rgb(0xa8, 0x32, 0x20)),
        };
        if self.dark { dark } else { light }
    }

    /// Sequential scale for heat maps, 0 to 1: viridis, from its dark end on dark ground and from its light end on light.
    pub fn heat(&self, share: f32) -> Color32 {
        let share = share.clamp(0.0, 1.0);
        let along = if self.dark {
            0.12 + 0.88 * share
        } else {
            0.92 * (1.0 - share)
        };
        let scaled = along * (VIRIDIS.len() - 1) as f32;
        let index = (scaled as usize).min(VIRIDIS.len() - 2);
        let [low, high] = [VIRIDIS[index], VIRIDIS[index + 1]].map(|[r, g, b]| Color32::from_rgb(r, g, b));
        low.lerp_to_gamma(high, scaled - index as f32)
    }

    /// Installs fonts, sizes and widget colours.
    pub fn apply(&self, ctx: &egui::Context) {
        let mut visuals = if self.dark { Visuals::dark() } else { Visuals::light() };
        visuals.panel_fill = self.panel;
        visuals.window_fill = self.panel;
        visuals.extreme_bg_color = self.background;
        visuals.faint_bg_color = self.card;
        visuals.override_text_color = Some(self.text);
        visuals.weak_text_color = Some(self.weak);
        visuals.hyperlink_color = self.accent;
        visuals.window_stroke = Stroke::new(1.0, self.grid);
        visuals.selection.bg_fill = self.panel.lerp_to_gamma(self.accent, 0.45);
        visuals.selection.stroke = Stroke::new(1.0, self.text);
        visuals.warn_fg_color = self.warning;
        visuals.error_fg_color = self.worse;
        let widgets = &mut visuals.widgets;
        widgets.noninteractive.bg_stroke = Stroke::new(1.0, self.grid);
        widgets.noninteractive.fg_stroke = Stroke::new(1.0, self.text);
        widgets.inactive.bg_fill = self.card;
        widgets.inactive.weak_bg_fill = self.card;
        widgets.inactive.fg_stroke = Stroke::new(1.0, self.text);
        widgets.hovered.bg_fill = self.grid;
        widgets.hovered.weak_bg_fill = self.grid;
        widgets.hovered.bg_stroke = Stroke::new(1.0, self.weak);
        widgets.active.bg_fill = self.panel.lerp_to_gamma(self.accent, 0.5);
        widgets.active.weak_bg_fill = widgets.active.bg_fill;
        widgets.open.weak_bg_fill = self.card;
        let theme = if self.dark {
            egui::Theme::Dark
        } else {
            egui::Theme::Light
        };
        ctx.set_theme(theme);
        ctx.set_visuals_of(theme, visuals);
        ctx.all_styles_mut(|style| {
            style.spacing.item_spacing = egui::vec2(8.0, 6.0);
            style.spacing.button_padding = egui::vec2(8.0, 3.0);
            style.spacing.interact_size.y = 24.0;
            // Bars of tabs are scrolled by egui_tiles and by the dock: a scroll area that coasts or springs back by itself works against them.
            style.spacing.scroll.kinetic.decay_time = 0.0;
            style.spacing.scroll.kinetic.rubber_band = false;
            style.text_styles = [
                (TextStyle::Body, FontId::proportional(BODY)),
                (TextStyle::Button, FontId::proportional(BODY)),
                (TextStyle::Small, FontId::proportional(SMALL)),
                (
                    TextStyle::Heading,
                    FontId::new(TITLE, FontFamily::Name(SEMIBOLD.into())),
                ),
                (TextStyle::Monospace, FontId::proportional(BODY)),
            ]
            .into();
        });
    }
}

/// Installs the embedded fonts: Inter with tabular figures, and the icons as its fallback.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 3] = [
        ("inter", include_bytes!("../../assets/Inter-Regular.otf")),
        (SEMIBOLD, include_bytes!("../../assets/Inter-SemiBold.otf")),
        ("icons", include_bytes!("../../assets/Phosphor.ttf")),
    ];
    for (name, bytes) in files {
        fonts
            .font_data
            .insert(name.to_owned(), FontData::from_static(bytes).into());
    }
    let stack = |first: &str| vec![first.to_owned(), "icons".to_owned()];
    fonts.families.insert(FontFamily::Proportional, stack("inter"));
    fonts.families.insert(FontFamily::Monospace, stack("inter"));
    fonts
        .families
        .insert(FontFamily::Name(SEMIBOLD.into()), stack(SEMIBOLD));
    ctx.set_fonts(fonts);
}

/// Semibold text of a size.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// Nine samples of viridis (Smith and van der Walt, matplotlib 1.5, CC0).
const VIRIDIS: [[u8; 3]; 9] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1, 1.4.3).
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |c: Color32| {
        let linear = egui::Rgba::from(c);
        0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_of_the_table_is_legible() {
        let mut poor = Vec::new();
        for theme in [Theme::dark(), Theme::light()] {
            let mut check = |what: String, front: Color32, back: Color32, least: f32| {
                let ratio = contrast(front, back);
                if ratio < least {
                    poor.push(format!("{what} (dark {}): {ratio:.2} < {least}", theme.dark));
                }
            };
            for (name, ground) in [
                ("background", theme.background),
                ("panel", theme.panel),
                ("card", theme.card),
            ] {
                check(format!("text on {name}"), theme.text, ground, 7.0);
                check(format!("weak on {name}"), theme.weak, ground, 4.5);
                check(format!("warning on {name}"), theme.warning, ground, 4.5);
                check(format!("better on {name}"), theme.better, ground, 4.5);
                check(format!("worse on {name}"), theme.worse, ground, 4.5);
                check(format!("accent on {name}"), theme.accent, ground, 4.5);
            }
            for index in 0..8 {
                let hue = theme.device(index);
                check(format!("device {index}"), hue, theme.background, 3.0);
                check(format!("device {index} on panel"), hue, theme.panel, 3.0);
                check(format!("letter on device {index}"), Theme::on(hue), hue, 4.5);
                check(format!("text on tint {index}"), theme.text, theme.tint(hue), 7.0);
                check(format!("weak on tint {index}"), theme.weak, theme.tint(hue), 4.0);
                for frame in 0..3 {
                    for hue in [hue, theme.link_hue(index)] {
                        let shade = theme.of_frame(hue, frame);
                        check(format!("frame {frame} on {index}"), Theme::on(shade), shade, 4.5);
                        check(format!("shade {frame} of {index}"), shade, theme.background, 3.0);
                    }
                }
            }
            for kind in OpKind::ALL {
                check(format!("{kind:?}"), theme.kind(kind), theme.background, 3.0);
            }
            check("edge".into(), theme.edge, theme.background, 3.0);
            check("link".into(), theme.link, theme.panel, 3.0);
        }
        assert!(poor.is_empty(), "{poor:#?}");
    }
}
