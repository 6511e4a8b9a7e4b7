//! How the front is searched: order of the devices, revisits, number of partitions, schedules. Folded up, because most people leave
//! it as it is; the head says what differs from the usual.

use super::{from_right, id, rest};
use crate::app::input::{dropdown, small};
use crate::app::{Cx, icon};
use crate::explore::{DeviceOrder, MOST_SCHEDULES, Search};
use crate::project::Action;
use egui::{Button, Label, Popup, RichText, Role, Ui, WidgetInfo};

/// Width of the fields in points.
const FIELD: f32 = 96.0;

/// The button that unfolds the section; whether it is unfolded.
pub fn head(ui: &mut Ui, cx: &Cx) -> bool {
    let open_id = id("search is open", 0);
    let mut open = ui.data(|data| data.get_temp(open_id).unwrap_or(false));
    let search = &cx.document.search;
    let usual = Search {
        objectives: search.objectives.clone(),
        ..Search::default()
    };
    let caret = if open { icon::CARET_UP } else { icon::CARET_DOWN };
    // A dot says that something in there is not as usual.
    let dot = if *search == usual { "" } else { "● " };
    let text = RichText::new(format!("{dot}search {caret}")).color(cx.theme.weak);
    let head = ui.add(Button::new(text).frame_when_inactive(false));
    head.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, open, "How the front is searched"));
    if head.clicked() {
        open = !open;
        ui.data_mut(|data| data.insert_temp(open_id, open));
    }
    head.on_hover_text(format!("How the front is searched: {}", summary(search)));
    open
}

/// The rows of the unfolded section.
pub fn ui(ui: &mut Ui, cx: &mut Cx) {
    let mut search = cx.document.search.clone();
    order(ui, cx, &mut search);
    revisits(ui, cx, &mut search);
    partitions(ui, cx, &mut search);
    schedules(ui, cx, &mut search);
    if search != cx.document.search {
        cx.edit(Action::SetSearch(search));
    }
}

/// What the search does, in a few words.
fn summary(search: &Search) -> String {
    let order = match search.order {
        DeviceOrder::Fixed => "devices in order",
        DeviceOrder::Free => "devices in any order",
    };
    let again = search.revisits.then(|| "again".to_owned());
    let most = search.most_partitions.map(|most| format!("≤ {most} partitions"));
    let schedules = (search.schedules > 1).then(|| format!("{} schedules", search.schedules));
    let parts = [again, most, schedules].into_iter().flatten();
    std::iter::once(order.to_owned())
        .chain(parts)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A row: a name with its meaning, and what sets it.
fn row<R>(ui: &mut Ui, cx: &Cx, name: &str, help: &str, field: impl FnOnce(&mut Ui) -> R) -> R {
    from_right(ui, |ui| {
        let result = field(ui);
        rest(ui, |ui| ui.add(Label::new(small(cx.theme, name)).truncate())).on_hover_text(help);
        result
    })
}

/// One of two or more values with a name each.
fn choose<T: Copy + PartialEq>(ui: &mut Ui, cx: &Cx, name: &str, value: &mut T, choices: &[(T, String)]) {
    let current = choices.iter().find(|(choice, _)| choice == value);
    let button = dropdown(ui, cx.theme, name, current.map_or("", |(_, text)| text.as_str()), FIELD);
    Popup::menu(&button).show(|ui| {
        for (choice, text) in choices {
            if ui.selectable_label(choice == value, text).clicked() {
                *value = *choice;
            }
        }
    });
}

fn order(ui: &mut Ui, cx: &Cx, search: &mut Search) {
    let help = "whether data goes through the devices as they stand in the system, or in whatever order is best";
    row(ui, cx, "device order", help, |ui| {
        let choices = [
            (DeviceOrder::Fixed, "as listed".to_owned()),
            (DeviceOrder::Free, "any".to_owned()),
        ];
        choose(ui, cx, "Device order", &mut search.order, &choices);
    });
}

fn revisits(ui: &mut Ui, cx: &Cx, search: &mut Search) {
    let help = "whether a device may run several partitions, with others running in between";
    row(ui, cx, "use of a device", help, |ui| {
        let choices = [(false, "once".to_owned()), (true, "again and again".to_owned())];
        choose(ui, cx, "Use of a device", &mut search.revisits, &choices);
    });
}

fn partitions(ui: &mut Ui, cx: &Cx, search: &mut Search) {
    let help = "largest number of partitions that have layers; without a number as many as there are devices, or 6 where \
                devices may be used again";
    row(ui, cx, "partitions at most", help, |ui| {
        let usual = [None].into_iter().chain((1..=8).map(Some));
        let choices: Vec<_> = usual
            .map(|most| (most, most.map_or("as usual".to_owned(), |most: usize| most.to_string())))
            .collect();
        choose(ui, cx, "Partitions at most", &mut search.most_partitions, &choices);
    });
}

fn schedules(ui: &mut Ui, cx: &Cx, search: &mut Search) {
    let help = "how many orders of the layers are searched where there are too many ways to cut across branches";
    row(ui, cx, "schedules", help, |ui| {
        let choices: Vec<_> = (1..=MOST_SCHEDULES).map(|count| (count, count.to_string())).collect();
        choose(ui, cx, "Schedules searched", &mut search.schedules, &choices);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_what_is_unusual() {
        assert_eq!(summary(&Search::default()), "devices in order");
        let other = Search {
            order: DeviceOrder::Free,
            revisits: true,
            most_partitions: Some(4),
            schedules: 3,
            ..Search::default()
        };
        assert_eq!(
            summary(&other),
            "devices in any order, again, ≤ 4 partitions, 3 schedules"
        );
    }
}
