//! What every painter of the canvas needs: where to paint, from where it is seen, what is drawn.

use super::camera::Camera;
use super::colour::Colours;
use super::layout::Layout;
use crate::app::Theme;
use egui::{Color32, FontId, Galley, Painter, Pos2, Rect, pos2};
use std::sync::Arc;

/// One frame of the canvas.
pub struct Scene<'a> {
    /// Clipped to the canvas.
    pub painter: Painter,
    /// The canvas on the screen.
    pub view: Rect,
    /// Where it looks.
    pub camera: Camera,
    /// What is drawn.
    pub layout: &'a Layout,
    /// Its colours.
    pub colours: &'a Colours,
    /// Colours of everything else.
    pub theme: &'a Theme,
    /// The device of every layer.
    pub device_of: &'a [usize],
    /// Boxes of the layers in view, on the screen.
    pub in_view: Vec<Rect>,
}

impl Scene<'_> {
    /// From graph space to the screen.
    pub fn at(&self, point: Pos2) -> Pos2 {
        self.camera.to_screen(self.view, point)
    }

    /// A rectangle of graph space on the screen.
    pub fn rect(&self, rect: Rect) -> Rect {
        self.camera.rect_to_screen(self.view, rect)
    }

    /// What of graph space is visible.
    pub fn visible(&self) -> Rect {
        self.camera.visible(self.view)
    }

    /// How much of the detail of a layer is legible.
    pub fn detail(&self) -> Detail {
        match self.camera.zoom {
            z if z < 0.35 => Detail::Block,
            z if z < 0.7 => Detail::Title,
            z if z < 1.5 => Detail::Size,
            _ => Detail::Attributes,
        }
    }

    /// The font size nearest to `size` at this zoom; one of few, so that few glyphs are drawn. `None` = not legible.
    pub fn font_size(&self, size: f32) -> Option<f32> {
        /// Sizes in points.
        const SIZES: [f32; 9] = [7.0, 8.0, 9.0, 10.0, 11.0, 13.0, 15.0, 18.0, 21.0];
        let wanted = size * self.camera.zoom;
        SIZES.into_iter().rev().find(|s| *s <= wanted + 0.5)
    }

    /// Text of one line that ends in `…` where `width` is too little.
    pub fn one_line(&self, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
        let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
        self.painter.layout_job(job)
    }

    /// Paints text of one line with its vertical middle at `at.y`.
    pub fn text_line(&self, at: Pos2, galley: Arc<Galley>, colour: Color32) {
        let top = at.y - galley.size().y / 2.0;
        self.painter.galley(pos2(at.x, top), galley, colour);
    }
}

/// What is shown of a layer, growing with the zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// A coloured block.
    Block,
    /// And its title.
    Title,
    /// And its size; bytes on edges.
    Size,
    /// And its attributes.
    Attributes,
}
