//! Files on disk: reading within limits, writing so that a crash at any moment leaves the old or the new content, and
//! paths that survive moving a folder.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

/// What becomes of the content a file had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Previous {
    /// It stays beside the file with `.bak` appended to the name.
    Keep,
    /// It is replaced.
    Drop,
}

/// Reads a text file of at most `most` bytes.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    // Opening a pipe or a device could wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(invalid("it is not a regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(invalid(format!(
            "it is larger than {}",
            crate::units::Unit::Bytes.format(most as f64)
        )));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        invalid(format!("it is not text: byte {valid} is no valid UTF-8"))
    })
}

/// Replaces the content of a file in one step: a temporary file in the same folder is written, flushed to the disk and
/// renamed over it. A symbolic link stays one, and an existing file keeps its permissions.
pub fn write_atomically(path: &Path, content: &[u8], previous: Previous) -> io::Result<()> {
    let existing = fs::canonicalize(path).ok();
    let target = existing.as_deref().unwrap_or(path);
    let folder = named_folder(target.parent().unwrap_or(target));
    if existing.is_some() && previous == Previous::Keep {
        let mut backup = target.as_os_str().to_owned();
        backup.push(".bak");
        replace(folder, Path::new(&backup), &fs::read(target)?, target)?;
    }
    replace(folder, target, content, target)?;
    sync_folder(folder)
}

/// The folder of a path that has none (`design.ron`) is the current one.
fn named_folder(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

fn replace(folder: &Path, target: &Path, content: &[u8], permissions_of: &Path) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cutscape-");
    let permissions = fs::metadata(permissions_of).ok().map(|data| data.permissions());
    #[cfg(unix)]
    let permissions = {
        use std::os::unix::fs::PermissionsExt;
        permissions.or_else(|| Some(fs::Permissions::from_mode(0o666)))
    };
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}

/// Makes the renaming itself survive a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A path as seen from a folder, if both lie in one tree below the root: `../models/a.onnx` from `/home/me/designs`.
/// Everything else stays as it is.
pub fn relative_to(folder: &Path, path: &Path) -> PathBuf {
    let folder = std::path::absolute(named_folder(folder));
    let (Ok(folder), Ok(path)) = (folder, std::path::absolute(path)) else {
        return path.to_owned();
    };
    let plain = |path: &Path| !path.components().any(|part| part == Component::ParentDir);
    let shared = folder.components().zip(path.components()).take_while(|(a, b)| a == b);
    let shared: Vec<_> = shared.map(|(part, _)| part).collect();
    let below_root = shared.iter().any(|part| matches!(part, Component::Normal(_)));
    if !below_root || !plain(&folder) || !plain(&path) {
        return path;
    }
    let up = folder.components().skip(shared.len()).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared.len())).collect()
}

/// The other way round: a path from a file in `folder`, without `..` where that names the same file.
pub fn resolve(folder: &Path, path: &Path) -> PathBuf {
    let joined = folder.join(path);
    let mut plain = PathBuf::new();
    for part in joined.components() {
        // Behind a symbolic link `..` leads elsewhere, which the comparison below finds out.
        if part != Component::ParentDir || !matches!(plain.components().next_back(), Some(Component::Normal(_))) {
            plain.push(part);
        } else {
            plain.pop();
        }
    }
    let real = |path: &Path| fs::canonicalize(path).ok();
    if real(&plain) == real(&joined) { plain } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(folder: &str, path: &str, expected: &str) {
        assert_eq!(relative_to(Path::new(folder), Path::new(path)), Path::new(expected));
    }

    #[test]
    fn paths_in_one_tree_become_relative() {
        check("/home/me/designs", "/home/me/designs/a.onnx", "a.onnx");
        check("/home/me/designs", "/home/me/models/a.onnx", "../models/a.onnx");
        check("/home/me/designs", "/data/a.onnx", "/data/a.onnx");
        check("", "models/a.onnx", "models/a.onnx");
        check("/home/me/../you", "/home/me/a.onnx", "/home/me/a.onnx");
    }

    #[test]
    fn resolved_paths_lead_to_the_same_file() {
        let plain = resolve(Path::new("/no/designs"), Path::new("../models/a.onnx"));
        assert_eq!(plain, Path::new("/no/models/a.onnx"));
        assert_eq!(resolve(Path::new(""), Path::new("../a.onnx")), Path::new("../a.onnx"));
        assert_eq!(resolve(Path::new("/no"), Path::new("/a.onnx")), Path::new("/a.onnx"));
    }

    #[cfg(unix)]
    #[test]
    fn resolved_paths_follow_links() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        fs::create_dir_all(root.join("far/designs")).unwrap();
        fs::write(root.join("far/a.onnx"), "").unwrap();
        std::os::unix::fs::symlink(root.join("far/designs"), root.join("designs")).unwrap();
        let found = resolve(&root.join("designs"), Path::new("../a.onnx"));
        assert!(found.exists(), "{}", found.display());
    }

    #[test]
    fn the_content_before_is_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("design.ron");
        for content in ["one", "two", "three"] {
            write_atomically(&path, content.as_bytes(), Previous::Keep).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(fs::read_to_string(folder.path().join("design.ron.bak")).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_survive() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, b"new", Previous::Drop).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_failed_write_leaves_the_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("no such folder").join("design.ron");
        assert!(write_atomically(&missing, b"new", Previous::Keep).is_err());
        assert!(read_text(folder.path(), 10).is_err());
        let path = folder.path().join("long");
        fs::write(&path, "12345678901").unwrap();
        assert!(
            read_text(&path, 10)
                .unwrap_err()
                .to_string()
                .contains("larger than 10 B")
        );
    }
}
