//! Keeps the tab that comes to the top of its group in sight where the bar has no room for all.

use egui::Rangef;
use egui_tiles::TileId;

/// Frames in which a bar is scrolled at most: arrows that come and go change its room while it moves.
const TRIES: u8 = 8;
/// Up to this much, in points, is no movement: places are rounded to pixels.
const STILL: f32 = 1.5;

/// What every group's bar was scrolled to.
#[derive(Default)]
pub struct Reveal {
    groups: Vec<(TileId, Shown)>,
}

/// The tab on top of a group.
struct Shown {
    tab: TileId,
    /// Room beside the buttons, which change with what is shown.
    room: f32,
    /// Whether the tab is moved to the middle of the bar even if all of it is in sight.
    always: bool,
    tries: u8,
    /// Where in the bar the tab stood in the last frame.
    at: Option<f32>,
    /// From where the tab stands to the middle of the bar.
    to_middle: f32,
}

impl Shown {
    fn new(tab: TileId, room: f32, always: bool) -> Self {
        Self {
            tab,
            room,
            always,
            tries: TRIES,
            at: None,
            to_middle: 0.0,
        }
    }
}

impl Reveal {
    /// Scrolls the bar of a group towards the tab on top, as far as [`Self::drawn`] found it away from the middle in the last
    /// frame. Whether another frame is needed. Begins anew with another tab or another room.
    pub fn scroll(&mut self, group: TileId, tab: TileId, room: f32, offset: &mut f32) -> bool {
        let index = self.groups.iter().position(|(known, _)| *known == group);
        let index = index.unwrap_or_else(|| {
            self.groups.push((group, Shown::new(tab, room, false)));
            self.groups.len() - 1
        });
        let shown = &mut self.groups[index].1;
        if shown.tab != tab {
            *shown = Shown::new(tab, room, false);
        } else if (shown.room - room).abs() > 0.5 {
            // In the middle again, so that where a bar stands does not depend on the order in which answers came in.
            *shown = Shown::new(tab, room, true);
        }
        if shown.tries == 0 {
            return false;
        }
        shown.tries -= 1;
        *offset += shown.to_middle;
        true
    }

    /// Takes notice of where a tab stands and of what is in sight of its bar.
    pub fn drawn(&mut self, tab: TileId, stands: Rangef, in_sight: Rangef) {
        let Some((_, shown)) = self.groups.iter_mut().find(|(_, shown)| shown.tab == tab) else {
            return;
        };
        let at = stands.min - in_sight.min;
        let visible = at >= -STILL && stands.max <= in_sight.max + STILL;
        // At an end of the bar it stays where it is, however far from the middle.
        let still = shown.at.is_some_and(|last| (last - at).abs() <= STILL);
        if still || (visible && !shown.always && shown.at.is_none()) {
            shown.tries = 0;
        }
        shown.at = Some(at);
        shown.to_middle = stands.center() - in_sight.center();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_tiles::Tiles;

    /// A bar of 100 points over 300 points of tabs, drawn for as long as it asks to be; its offset then.
    fn drawn(reveal: &mut Reveal, group: TileId, tab: TileId, stands: Rangef, room: f32, mut offset: f32) -> f32 {
        for frame in 0.. {
            assert!(frame < 20, "the bar never stands still");
            let again = reveal.scroll(group, tab, room, &mut offset);
            offset = offset.clamp(0.0, 300.0 - room);
            let stands = Rangef::new(stands.min - offset, stands.max - offset);
            reveal.drawn(tab, stands, Rangef::new(0.0, room));
            if !again {
                break;
            }
        }
        offset
    }

    #[test]
    fn a_tab_out_of_sight_comes_to_the_middle_and_is_then_left_alone() {
        let mut tiles: Tiles<u8> = Tiles::default();
        let [group, first, middle, last] = [0, 1, 2, 3].map(|pane| tiles.insert_pane(pane));
        let mut reveal = Reveal::default();
        let (left, centre, right) = (
            Rangef::new(0.0, 60.0),
            Rangef::new(120.0, 180.0),
            Rangef::new(240.0, 300.0),
        );
        assert_eq!(drawn(&mut reveal, group, first, left, 100.0, 0.0), 0.0);
        assert_eq!(drawn(&mut reveal, group, middle, centre, 100.0, 0.0), 100.0);
        assert_eq!(drawn(&mut reveal, group, last, right, 100.0, 100.0), 200.0);
        assert_eq!(
            drawn(&mut reveal, group, last, right, 100.0, 50.0),
            50.0,
            "the user scrolled"
        );
        assert_eq!(
            drawn(&mut reveal, group, middle, centre, 100.0, 90.0),
            90.0,
            "all of it was in sight"
        );
        assert_eq!(
            drawn(&mut reveal, group, middle, centre, 80.0, 90.0),
            110.0,
            "another room"
        );
    }
}
