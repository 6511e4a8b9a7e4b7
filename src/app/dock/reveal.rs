//! Keeps the tab that comes to the top of its group in sight where the bar has no room for all.

use egui_tiles::TileId;

/// Frames in which a bar is scrolled at most: in its first one it does not know its own size yet.
const TRIES: u8 = 4;

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
    tries: u8,
}

impl Shown {
    fn new(tab: TileId, room: f32) -> Self {
        Self {
            tab,
            room,
            tries: TRIES,
        }
    }
}

impl Reveal {
    /// Scrolls the bar of a group by as little as shows the tab on top, which reaches `from` a place `to` another of its contents, when it is
    /// another one than before, or the room is another. Whether another frame is needed.
    pub fn scroll(&mut self, group: TileId, tab: TileId, [from, to]: [f32; 2], room: f32, offset: &mut f32) -> bool {
        let index = self.groups.iter().position(|(known, _)| *known == group);
        let index = index.unwrap_or_else(|| {
            self.groups.push((group, Shown::new(tab, room)));
            self.groups.len() - 1
        });
        let shown = &mut self.groups[index].1;
        if shown.tab != tab || (shown.room - room).abs() > 0.5 {
            *shown = Shown::new(tab, room);
        }
        let wanted = offset.max(to - room).min(from);
        if (wanted - *offset).abs() < 0.5 {
            shown.tries = 0;
        }
        let again = shown.tries > 0;
        if again {
            shown.tries -= 1;
            *offset = wanted;
        }
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_tiles::Tiles;

    #[test]
    fn a_tab_out_of_sight_is_scrolled_to_until_it_is_seen_and_then_left_alone() {
        let mut tiles: Tiles<u8> = Tiles::default();
        let [group, first, last] = [0, 1, 2].map(|pane| tiles.insert_pane(pane));
        let (mut reveal, mut offset) = (Reveal::default(), 0.0);
        assert!(!reveal.scroll(group, first, [0.0, 60.0], 100.0, &mut offset));
        assert!(reveal.scroll(group, last, [120.0, 180.0], 100.0, &mut offset));
        assert_eq!(offset, 80.0);
        assert!(!reveal.scroll(group, last, [120.0, 180.0], 100.0, &mut offset));
        offset = 0.0;
        assert!(!reveal.scroll(group, last, [120.0, 180.0], 100.0, &mut offset));
        assert_eq!(offset, 0.0, "the user scrolled");
        offset = 90.0;
        assert!(reveal.scroll(group, first, [0.0, 60.0], 100.0, &mut offset));
        assert_eq!(offset, 0.0);
    }
}
