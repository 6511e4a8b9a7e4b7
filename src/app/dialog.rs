//! Native file dialogs. They block, so they run in a worker; one at a time.

use super::workers::{DialogAnswer, DialogRequest};
use std::time::{Duration, Instant};

/// No person answers a dialog this fast; a dialog that returns sooner was never shown (no portal and no zenity).
const FASTEST_PERSON: Duration = Duration::from_millis(150);

/// Shows the dialog and waits for its end.
pub fn ask(request: DialogRequest) -> DialogAnswer {
    let DialogRequest { purpose, file_name } = request;
    let (name, endings) = purpose.filter();
    let dialog = rfd::FileDialog::new()
        .set_title(purpose.title())
        .add_filter(name, endings);
    let begin = Instant::now();
    let path = if purpose.is_open() {
        dialog.add_filter("All files", &["*"]).pick_file()
    } else {
        dialog.set_file_name(&file_name).save_file()
    };
    let no_service = path.is_none() && begin.elapsed() < FASTEST_PERSON;
    DialogAnswer {
        purpose,
        file_name,
        path,
        no_service,
    }
}
