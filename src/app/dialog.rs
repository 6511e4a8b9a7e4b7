//! Native file dialogs. They block, so they run in a worker; one at a time.

use super::workers::{DialogAnswer, DialogRequest};
use std::time::{Duration, Instant};

/// No person answers a dialog this fast; a dialog that returns sooner was never shown (no portal and no zenity).
const FASTEST_PERSON: Duration = Duration::from_millis(150);

/// Shows the dialog and waits for its end.
pub fn ask(request: DialogRequest) -> DialogAnswer {
    let DialogRequest { purpose, proposed } = request;
    let (name, endings) = purpose.filter();
    let mut dialog = rfd::FileDialog::new()
        .set_title(purpose.title())
        .add_filter(name, endings);
    if let Some(folder) = proposed.parent() {
        dialog = dialog.set_directory(folder);
    }
    let begin = Instant::now();
    let paths = if purpose.is_folder() {
        dialog.pick_folder().map(|path| vec![path])
    } else if purpose.takes_several() {
        dialog.add_filter("All files", &["*"]).pick_files()
    } else if purpose.is_open() {
        dialog
            .add_filter("All files", &["*"])
            .pick_file()
            .map(|path| vec![path])
    } else {
        let name = proposed.file_name().unwrap_or_default().to_string_lossy();
        dialog.set_file_name(name).save_file().map(|path| vec![path])
    };
    let paths = paths.unwrap_or_default();
    let no_service = paths.is_empty() && begin.elapsed() < FASTEST_PERSON;
    DialogAnswer {
        purpose,
        proposed,
        paths,
        no_service,
    }
}
