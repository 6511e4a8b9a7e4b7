//! The bottom dock: tabs that can be dragged to other places, split and resized.

pub mod arrangement;
mod reveal;

pub use arrangement::Arrangement;

use super::compare::CompareTab;
use super::plots::{BundlesTab, Pareto, RooflineTab, SweepTab, TimelineTab, designs};
use super::session::Tab;
use super::table::LayerTable;
use super::theme::{self, Theme};
use super::{Cx, Session, icon, panels, widgets};
use egui::{
    Color32, CursorIcon, FontId, Id, Margin, Rect, Response, Role, Sense, Stroke, Style, Ui, Visuals, WidgetInfo,
    WidgetText, vec2,
};
use egui_tiles::{
    Behavior, EditAction, ResizeState, SimplificationOptions, TabState, Tile, TileId, Tiles, Tree, UiResponse,
};
use reveal::Reveal;

/// Height of a bar of tabs in points.
const BAR: f32 = 30.0;
/// Room around the title of a tab.
const TAB_PADDING: f32 = 18.0;

/// The bottom dock with its tabs' state.
pub struct Dock {
    tree: Tree<Tab>,
    reveal: Reveal,
    /// The arrangement as long as nobody has made one.
    proposed: Arrangement,
    inspector_tab: bool,
    pareto: Pareto,
    timeline: TimelineTab,
    sweep: SweepTab,
    bundles: BundlesTab,
    table: LayerTable,
    compare: CompareTab,
    roofline: RooflineTab,
}

impl Dock {
    /// The dock as the session remembers it.
    pub fn new(session: &Session) -> Self {
        let proposed = Arrangement::default();
        let mut dock = Self {
            tree: session.dock.as_ref().unwrap_or(&proposed).tree(),
            reveal: Reveal::default(),
            proposed,
            inspector_tab: true,
            pareto: Pareto::default(),
            timeline: TimelineTab::default(),
            sweep: SweepTab::default(),
            bundles: BundlesTab::default(),
            table: LayerTable::default(),
            compare: CompareTab::default(),
            roofline: RooflineTab::default(),
        };
        dock.set_inspector_tab(false);
        dock
    }

    /// Whether the Inspector is a tab of the dock (in narrow windows) instead of a panel of its own. It comes up on top,
    /// because it holds the headline numbers.
    pub fn set_inspector_tab(&mut self, shown: bool) {
        if self.inspector_tab == shown {
            return;
        }
        self.inspector_tab = shown;
        if let Some(tile) = self.tree.tiles.find_pane(&Tab::Inspector) {
            self.tree.set_visible(tile, shown);
        }
        if shown {
            self.show_tab(Tab::Inspector);
        }
    }

    /// Brings a tab to the top.
    pub fn show_tab(&mut self, tab: Tab) {
        self.tree
            .make_active(|_, tile| matches!(tile, Tile::Pane(pane) if *pane == tab));
    }

    /// Rearranges what nobody has arranged yet when the room becomes too narrow, or wide enough, for two tabs side by side.
    fn arrange_for(&mut self, width: f32) {
        let arrangement = Arrangement::for_width(width);
        if arrangement != self.proposed {
            let inspector = self.inspector_tab;
            self.tree = arrangement.tree();
            self.proposed = arrangement;
            self.inspector_tab = true;
            self.set_inspector_tab(inspector);
        }
    }

    /// The Pareto plot.
    pub fn pareto(&self) -> &Pareto {
        &self.pareto
    }

    /// The timeline.
    pub fn timeline(&self) -> &TimelineTab {
        &self.timeline
    }

    /// The sweep.
    pub fn sweep(&self) -> &SweepTab {
        &self.sweep
    }

    /// Schedules over bundles.
    pub fn bundles(&self) -> &BundlesTab {
        &self.bundles
    }

    /// The comparison of designs.
    pub fn compare(&self) -> &CompareTab {
        &self.compare
    }

    /// The roofline.
    pub fn roofline(&self) -> &RooflineTab {
        &self.roofline
    }

    /// Draws the dock into the room `ui` has.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if cx.session.dock.is_none() {
            self.arrange_for(ui.available_width());
        }
        let mut view = DockView {
            cx,
            reveal: &mut self.reveal,
            pareto: &mut self.pareto,
            timeline: &mut self.timeline,
            sweep: &mut self.sweep,
            bundles: &mut self.bundles,
            table: &mut self.table,
            compare: &mut self.compare,
            roofline: &mut self.roofline,
            edited: false,
            chosen: None,
        };
        self.tree.ui(&mut view, ui);
        let (edited, chosen) = (view.edited, view.chosen);
        if let Some(tab) = chosen {
            self.show_tab(tab);
        }
        if edited || chosen.is_some() {
            cx.session.dock = Arrangement::of(&self.tree);
        }
    }
}

/// What egui_tiles asks while it draws.
struct DockView<'a, 'cx> {
    cx: &'a mut Cx<'cx>,
    reveal: &'a mut Reveal,
    pareto: &'a mut Pareto,
    timeline: &'a mut TimelineTab,
    sweep: &'a mut SweepTab,
    bundles: &'a mut BundlesTab,
    table: &'a mut LayerTable,
    compare: &'a mut CompareTab,
    roofline: &'a mut RooflineTab,
    edited: bool,
    /// The tab that was chosen in the menu of tabs.
    chosen: Option<Tab>,
}

impl DockView<'_, '_> {
    fn theme(&self) -> &Theme {
        self.cx.theme
    }

    /// A menu of the tabs of a group where its bar has no room for all of them; the one on top is brought into sight.
    fn all_tabs(&mut self, tiles: &Tiles<Tab>, ui: &mut Ui, group: TileId, tabs: &egui_tiles::Tabs, scroll: &mut f32) {
        let shown = tabs.children.iter().filter(|tile| tiles.is_visible(**tile));
        let panes: Vec<Tab> = shown.filter_map(|tile| tiles.get_pane(tile).copied()).collect();
        let font = theme::semibold(theme::BODY);
        let width = |tab: &Tab| {
            let text = title(*tab).to_owned();
            let text = ui.painter().layout_no_wrap(text, font.clone(), Color32::PLACEHOLDER);
            text.size().x + TAB_PADDING
        };
        if panes.iter().map(width).sum::<f32>() <= ui.available_width() {
            return;
        }
        let on_top = tabs.active.and_then(|tile| tiles.get_pane(&tile)).copied();
        let button = widgets::icon_button(ui, self.theme(), icon::LIST, "All tabs");
        egui::Popup::menu(&button).show(|ui| {
            for tab in panes {
                let response = ui.selectable_label(on_top == Some(tab), title(tab));
                let name = format!("Show {}", title(tab));
                response.widget_info(|| WidgetInfo::selected(Role::Button, true, on_top == Some(tab), &name));
                if response.clicked() {
                    self.chosen = Some(tab);
                }
            }
        });
        let is_pointed_at = ui.rect_contains_pointer(ui.max_rect());
        if let Some(tab) = tabs.active
            && self
                .reveal
                .scroll(group, tab, ui.available_width(), is_pointed_at, scroll)
        {
            ui.request_repaint();
        }
    }
}

/// Every tab but the Inspector, which is one in narrow windows only, with its title.
pub fn titles() -> impl Iterator<Item = (Tab, &'static str)> {
    let tabs = arrangement::TABS.into_iter().filter(|tab| *tab != Tab::Inspector);
    tabs.map(|tab| (tab, title(tab)))
}

fn title(tab: Tab) -> &'static str {
    match tab {
        Tab::Pareto => "Pareto",
        Tab::Timeline => "Timeline",
        Tab::Layers => "Layers",
        Tab::Designs => "Designs",
        Tab::Compare => "Compare",
        Tab::Roofline => "Roofline",
        Tab::Sweep => "Sweep",
        Tab::Bundles => "Bundles",
        Tab::Inspector => "Inspector",
    }
}

impl Behavior<Tab> for DockView<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, tab: &mut Tab) -> UiResponse {
        let frame = egui::Frame::new().inner_margin(Margin {
            left: 10,
            right: 10,
            top: 8,
            bottom: 4,
        });
        let line = Stroke::new(1.0, self.theme().grid);
        ui.painter().hline(ui.max_rect().x_range(), ui.max_rect().top(), line);
        frame.show(ui, |ui| match tab {
            Tab::Pareto => self.pareto.ui(ui, self.cx),
            Tab::Timeline => self.timeline.ui(ui, self.cx),
            Tab::Layers => self.table.ui(ui, self.cx),
            Tab::Designs => designs::ui(ui, self.cx),
            Tab::Compare => self.compare.ui(ui, self.cx),
            Tab::Roofline => self.roofline.ui(ui, self.cx),
            Tab::Sweep => self.sweep.ui(ui, self.cx),
            Tab::Bundles => self.bundles.ui(ui, self.cx),
            Tab::Inspector => panels::inspector::ui(ui, self.cx),
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, tab: &Tab) -> WidgetText {
        title(*tab).into()
    }

    fn tab_ui(&mut self, tiles: &mut Tiles<Tab>, ui: &mut Ui, id: Id, tile: TileId, state: &TabState) -> Response {
        let text = self.tab_title_for_tile(tiles, tile).text().to_owned();
        let theme = self.theme();
        let (font, colour) = match state.active {
            true => (theme::semibold(theme::BODY), theme.text),
            false => (FontId::proportional(theme::BODY), theme.weak),
        };
        let galley = ui.painter().layout_no_wrap(text.clone(), font, colour);
        let size = vec2(galley.size().x + TAB_PADDING, ui.available_height());
        let (_, rect) = ui.allocate_space(size);
        let response = ui
            .interact(rect, id, Sense::click_and_drag())
            .on_hover_cursor(CursorIcon::Grab);
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, state.active, &text));
        if state.active {
            self.reveal.drawn(tile, rect.x_range(), ui.clip_rect().x_range());
        }
        if state.is_being_dragged || !ui.is_rect_visible(rect) {
            return response;
        }
        let at = rect.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, colour);
        let line = if state.active {
            Some(self.theme().accent)
        } else {
            response.hovered().then_some(self.theme().grid)
        };
        if let Some(colour) = line {
            let underline = Rect::from_x_y_ranges(
                rect.shrink2(vec2(7.0, 0.0)).x_range(),
                rect.bottom() - 2.0..=rect.bottom(),
            );
            ui.painter().rect_filled(underline, 1, colour);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect.shrink(2.0),
                3,
                Stroke::new(1.0, self.theme().text),
                egui::StrokeKind::Inside,
            );
        }
        response
    }

    fn drag_ui(&mut self, tiles: &Tiles<Tab>, ui: &mut Ui, tile: TileId) {
        let text = self.tab_title_for_tile(tiles, tile);
        egui::Frame::popup(ui.style()).show(ui, |ui| ui.label(text));
    }

    fn top_bar_right_ui(
        &mut self,
        tiles: &Tiles<Tab>,
        ui: &mut Ui,
        group: TileId,
        tabs: &egui_tiles::Tabs,
        scroll: &mut f32,
    ) {
        ui.add_space(6.0);
        ui.spacing_mut().item_spacing.x = 4.0;
        match tabs.active.and_then(|tile| tiles.get_pane(&tile)) {
            Some(Tab::Pareto) => self.pareto.bar(ui, self.cx),
            Some(Tab::Timeline) => self.timeline.bar(ui, self.cx),
            Some(Tab::Layers) => self.table.bar(ui, self.cx),
            Some(Tab::Designs) => designs::bar(ui, self.cx),
            Some(Tab::Compare) => self.compare.bar(ui, self.cx),
            Some(Tab::Roofline) => self.roofline.bar(ui, self.cx),
            Some(Tab::Sweep) => self.sweep.bar(ui, self.cx),
            Some(Tab::Bundles) => self.bundles.bar(ui, self.cx),
            Some(Tab::Inspector) | None => {}
        }
        self.all_tabs(tiles, ui, group, tabs, scroll);
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        BAR
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        1.0
    }

    fn min_size(&self) -> f32 {
        160.0
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn resize_stroke(&self, _style: &Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::new(1.0, self.theme().grid),
            ResizeState::Hovering => Stroke::new(2.0, self.theme().weak),
            ResizeState::Dragging => Stroke::new(2.0, self.theme().accent),
        }
    }

    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        self.theme().panel
    }

    fn dragged_overlay_color(&self, _visuals: &Visuals) -> Color32 {
        self.theme().panel.gamma_multiply(0.5)
    }

    fn drag_preview_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, self.theme().accent)
    }

    fn drag_preview_color(&self, _visuals: &Visuals) -> Color32 {
        self.theme().accent.gamma_multiply(0.3)
    }

    fn on_edit(&mut self, _action: EditAction) {
        self.edited = true;
    }
}
