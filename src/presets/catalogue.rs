//! Finding, reading and listing preset files.

use super::{Fault, Origin, Preset, PresetValue};
use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/presets");

/// No honest preset is larger; a bigger file is refused unread.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// All presets of one kind: the embedded ones and the user's, listed by class, then name.
#[derive(Debug, Clone)]
pub struct Catalogue<T> {
    presets: Vec<Preset<T>>,
    problems: Vec<Problem>,
}

/// A preset file that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("preset file {}{}: {problem}; {remedy}", file.display(), at(place))]
pub struct Problem {
    /// The file (below `presets/` for an embedded one).
    pub file: PathBuf,
    /// Where in the file: `line 3, column 5`; empty for the file as a whole.
    pub place: String,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl<T: PresetValue> Catalogue<T> {
    /// Reads the embedded presets and, where given, those in the user's preset folder (the one that holds `devices/`,
    /// `links/` and `systems/`). A folder that does not exist is no problem.
    pub fn load(user_folder: Option<&Path>) -> Self {
        let mut by_name = BTreeMap::new();
        let mut problems = Vec::new();
        let mut sources = embedded::<T>();
        if let Some(folder) = user_folder {
            sources.extend(files_in(&folder.join(T::FOLDER)));
        }
        for source in sources {
            let read = source.and_then(|(origin, file, text)| {
                let preset = parse::<T>(&file, &text, origin)?;
                refuse_second_file(by_name.get(&preset.name), &preset, &file)?;
                Ok(preset)
            });
            match read {
                Ok(preset) => {
                    by_name.insert(preset.name.clone(), preset);
                }
                Err(problem) => problems.push(problem),
            }
        }
        let mut presets: Vec<_> = by_name.into_values().collect();
        presets.sort_by(|a, b| (&a.class, &a.name).cmp(&(&b.class, &b.name)));
        Self { presets, problems }
    }

    /// A preset by its name.
    pub fn get(&self, name: &str) -> Option<&Preset<T>> {
        self.presets.iter().find(|preset| preset.name == name)
    }

    /// All presets, by class, then name.
    pub fn iter(&self) -> impl Iterator<Item = &Preset<T>> {
        self.presets.iter()
    }

    /// Files that could not be used.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Drops a preset that turned out to be unusable and keeps the reason.
    pub fn reject(&mut self, name: &str, problem: String, remedy: String) {
        let Some(index) = self.presets.iter().position(|preset| preset.name == name) else {
            return;
        };
        let preset = self.presets.remove(index);
        let file = match preset.origin {
            Origin::Embedded => Path::new(T::FOLDER).join(preset.name),
            Origin::User(file) => file,
        };
        self.problems.push(Problem {
            file,
            place: String::new(),
            problem,
            remedy,
        });
    }
}

/// One file's text and who supplied it, or why there is none.
type Source = Result<(Origin, PathBuf, String), Problem>;

fn embedded<T: PresetValue>() -> Vec<Source> {
    let files = EMBEDDED.get_dir(T::FOLDER).into_iter().flat_map(Dir::files);
    files
        .map(|file| {
            let text = file.contents_utf8().ok_or_else(|| not_text(file.path()))?;
            Ok((Origin::Embedded, file.path().to_owned(), text.to_owned()))
        })
        .collect()
}

/// Reads the preset of one file.
pub fn read_preset<T: PresetValue>(file: &Path) -> Result<Preset<T>, Problem> {
    parse(file, &read_text(file)?, Origin::User(file.to_owned()))
}

/// The `.ron` files of a user's folder in the order of their names.
fn files_in(folder: &Path) -> Vec<Source> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![Err(unreadable(folder, &error))],
    };
    let mut found = Vec::new();
    let mut files = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => files.push(entry.path()),
            Err(error) => found.push(Err(unreadable(folder, &error))),
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "ron"));
    files.sort();
    found.extend(files.into_iter().map(|file| {
        let text = read_text(&file)?;
        Ok((Origin::User(file.clone()), file, text))
    }));
    found
}

fn read_text(file: &Path) -> Result<String, Problem> {
    let failed = |error: std::io::Error| unreadable(file, &error);
    let metadata = fs::metadata(file).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Problem::of(
            file,
            "is not a regular file",
            "put a plain text file there",
        ));
    }
    let mut bytes = Vec::new();
    let mut limited = fs::File::open(file).map_err(failed)?.take(MAX_FILE_BYTES + 1);
    limited.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let problem = "is larger than 1 MiB";
        return Err(Problem::of(file, problem, "keep one preset per file"));
    }
    String::from_utf8(bytes).map_err(|_| not_text(file))
}

fn parse<T: PresetValue>(file: &Path, text: &str, origin: Origin) -> Result<Preset<T>, Problem> {
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let mut preset: Preset<T> = options.from_str(text).map_err(|error| Problem {
        file: file.to_owned(),
        place: format!("line {}, column {}", error.span.start.line, error.span.start.col),
        problem: error.code.to_string(),
        remedy: "compare it with a preset of the program".to_owned(),
    })?;
    preset.origin = origin;
    if preset.name.trim().is_empty() {
        return Err(Problem::of(file, "has an empty name", "give the preset a name"));
    }
    match preset.value.faults().as_slice() {
        [] => Ok(preset),
        faults => {
            let words: Vec<_> = faults.iter().map(Fault::to_string).collect();
            Err(Problem::of(file, &words.join("; "), "correct the value"))
        }
    }
}

/// The user's file may replace an embedded preset, but two files of one folder may not share a name.
fn refuse_second_file<T>(earlier: Option<&Preset<T>>, preset: &Preset<T>, file: &Path) -> Result<(), Problem> {
    let Some(earlier) = earlier else { return Ok(()) };
    match (&earlier.origin, &preset.origin) {
        (Origin::Embedded, Origin::User(_)) => Ok(()),
        _ => Err(Problem::of(
            file,
            &format!("the name “{}” is taken by an earlier file", preset.name),
            "give each preset its own name",
        )),
    }
}

fn at(place: &str) -> String {
    if place.is_empty() {
        String::new()
    } else {
        format!(", {place}")
    }
}

impl Problem {
    fn of(file: &Path, problem: &str, remedy: &str) -> Self {
        Self {
            file: file.to_owned(),
            place: String::new(),
            problem: problem.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::of(path, &format!("cannot be read ({error})"), "check its permissions")
}

fn not_text(file: &Path) -> Problem {
    Problem::of(file, "is not UTF-8 text", "save it as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::preset::LinkPreset;

    const GOOD: &str = r#"(name: "Mine", class: "Own", kind: Measured, summary: "s", sources: {},
        value: (duplex: Full, model: Plain((rate_bytes_per_s: 1e6, latency_s: 0, transmit_j_per_byte: 0, receive_j_per_byte: 0))))"#;

    fn load(files: &[(&str, &str)]) -> Catalogue<LinkPreset> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("links")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join("links").join(name), text).unwrap();
        }
        Catalogue::load(Some(folder.path()))
    }

    #[track_caller]
    fn check_problem(text: &str, words: &[&str]) {
        let catalogue = load(&[("bad.ron", text), ("good.ron", GOOD)]);
        assert!(catalogue.get("Mine").is_some(), "a bad file must not hide a good one");
        let [problem] = catalogue.problems() else {
            panic!("{:?}", catalogue.problems())
        };
        let message = problem.to_string();
        for word in ["bad.ron"].iter().chain(words) {
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn a_bad_file_is_a_message_with_file_place_and_remedy() {
        check_problem("(name: \"x\",\n oops", &["line 2"]);
        check_problem("", &["line 1"]);
        check_problem(&GOOD.replace("summary", "sumary"), &["sumary", "line 1"]);
        check_problem(&GOOD.replace("Mine", " "), &["empty name"]);
        check_problem(
            &GOOD.replace("Mine", "Bad").replace("1e6", "-1"),
            &["rate_bytes_per_s", "above 0"],
        );
        check_problem(&GOOD.replace("Mine", "Bad").replace("1e6", "NaN"), &["not a number"]);
        check_problem(&" ".repeat((1 << 20) + 1), &["1 MiB"]);
    }

    #[test]
    fn a_user_file_replaces_an_embedded_preset_by_name() {
        let embedded = load(&[]);
        let first = embedded.iter().next().unwrap();
        let catalogue = load(&[("any.ron", &GOOD.replace("Mine", &first.name))]);
        assert_eq!(catalogue.problems(), []);
        assert_eq!(catalogue.iter().count(), embedded.iter().count());
        assert!(matches!(catalogue.get(&first.name).unwrap().origin, Origin::User(_)));
    }

    #[test]
    fn two_user_files_with_one_name_are_a_problem() {
        let catalogue = load(&[("a.ron", GOOD), ("b.ron", GOOD)]);
        assert!(catalogue.problems()[0].to_string().contains("b.ron"));
        assert_eq!(catalogue.problems().len(), 1);
    }

    #[test]
    fn a_folder_named_like_a_preset_is_a_problem_and_a_missing_folder_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Catalogue::<LinkPreset>::load(Some(folder.path())).problems(), []);
        fs::create_dir_all(folder.path().join("links/x.ron")).unwrap();
        let catalogue = Catalogue::<LinkPreset>::load(Some(folder.path()));
        assert!(catalogue.problems()[0].to_string().contains("regular file"));
    }
}
