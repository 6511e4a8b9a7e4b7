//! Keeps the tab that comes to the top of its group in sight where the bar has no room for all.

use egui::Rangef;
use egui_tiles::TileId;

/// Up to this much, in points, is no movement: places are rounded to pixels.
const STILL: f32 = 1.5;

/// Frames in which a bar is scrolled, and the last of these, in which a tab in sight stays where it is: where arrows come and go with every
/// step the middle is never reached.
const TRIES: u8 = 8;
const LAST_TRIES: u8 = 4;

/// What every group's bar is scrolled to.
#[derive(Default)]
pub struct Reveal {
    groups: Vec<(TileId, Shown)>,
}

/// The tab on top of a group.
struct Shown {
    tab: TileId,
    /// Room beside the buttons, which change with what is shown.
    room: f32,
    /// Whether the bar is left to the user, who was over it since tab or room changed.
    is_left_alone: bool,
    /// Where in the bar the tab stood in the last frame.
    at: f32,
    /// From where it stood in the last frame to the middle of the bar.
    to_middle: f32,
    /// Whether it moved in the last frame.
    moved: bool,
    tries: u8,
}

impl Shown {
    fn new(tab: TileId, room: f32) -> Self {
        Self {
            tab,
            room,
            is_left_alone: false,
            at: f32::NAN,
            to_middle: 0.0,
            moved: true,
            tries: TRIES,
        }
    }
}

impl Reveal {
    /// Brings the tab on top of a group to the middle of its bar, as far as the bar's ends and arrows allow it, when another tab comes to
    /// the top or the room becomes another. It is left to the user as soon as the pointer is over it. Whether another frame is needed.
    pub fn scroll(&mut self, group: TileId, tab: TileId, room: f32, is_pointed_at: bool, offset: &mut f32) -> bool {
        let index = self.groups.iter().position(|(known, _)| *known == group);
        let index = index.unwrap_or_else(|| {
            self.groups.push((group, Shown::new(tab, room)));
            self.groups.len() - 1
        });
        let shown = &mut self.groups[index].1;
        if shown.tab != tab || (shown.room - room).abs() > 0.5 {
            *shown = Shown::new(tab, room);
        }
        shown.is_left_alone |= is_pointed_at;
        if shown.is_left_alone || shown.tries == 0 || !shown.moved {
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
        shown.moved = shown.at.is_nan() || (shown.at - at).abs() > STILL;
        shown.at = at;
        let is_in_sight = at >= -STILL && stands.max <= in_sight.max + STILL;
        let stays = is_in_sight && shown.tries <= LAST_TRIES;
        shown.to_middle = if stays {
            0.0
        } else {
            stands.center() - in_sight.center()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_tiles::Tiles;

    /// A bar over 300 points of tabs, drawn for as long as it asks to be; its offset then.
    fn drawn(
        reveal: &mut Reveal,
        group: TileId,
        tab: TileId,
        stands: Rangef,
        room: f32,
        pointed: bool,
        from: f32,
    ) -> f32 {
        let mut offset = from;
        for frame in 0.. {
            assert!(frame < 20, "the bar never stands still");
            let again = reveal.scroll(group, tab, room, pointed, &mut offset);
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
    fn the_tab_on_top_stands_in_the_middle_unless_the_user_is_there() {
        let mut tiles: Tiles<u8> = Tiles::default();
        let [group, first, middle, last] = [0, 1, 2, 3].map(|pane| tiles.insert_pane(pane));
        let mut reveal = Reveal::default();
        let (left, centre, right) = (
            Rangef::new(0.0, 60.0),
            Rangef::new(120.0, 180.0),
            Rangef::new(240.0, 300.0),
        );
        assert_eq!(drawn(&mut reveal, group, first, left, 100.0, false, 0.0), 0.0);
        assert_eq!(drawn(&mut reveal, group, middle, centre, 100.0, false, 0.0), 100.0);
        assert_eq!(drawn(&mut reveal, group, last, right, 100.0, false, 100.0), 200.0);
        // The user scrolls, and goes away.
        assert_eq!(drawn(&mut reveal, group, last, right, 100.0, true, 50.0), 50.0);
        assert_eq!(drawn(&mut reveal, group, last, right, 100.0, false, 50.0), 50.0);
        // A tab that is clicked does not run from under the pointer.
        assert_eq!(drawn(&mut reveal, group, middle, centre, 100.0, true, 90.0), 90.0);
        assert_eq!(drawn(&mut reveal, group, middle, centre, 80.0, false, 90.0), 110.0);
    }
}
