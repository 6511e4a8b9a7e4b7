//! Recognising files that are no ONNX models, so that the error can say how to make one of them.

use super::error::{Fault, Place};

/// How to get an ONNX file from anywhere.
pub const CONVERT: &str = "Export an ONNX file: torch.onnx.export(model, example, \"net.onnx\") from PyTorch, \
    python -m tf2onnx.convert from TensorFlow, Keras or TensorFlow Lite";

/// Refuses a file by its first bytes.
pub fn refuse_other_formats(head: &[u8]) -> Result<(), Fault> {
    let Some((what, remedy)) = other_format(head) else {
        return Ok(());
    };
    Err(Fault::new(Place::Byte(0), what, remedy))
}

fn other_format(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "Unpack it and open the .onnx file inside";
    const TORCH: &str = "Load it in PyTorch and call torch.onnx.export(model, example, \"net.onnx\")";
    const TENSORFLOW: &str = "Convert it: python -m tf2onnx.convert --tflite net.tflite --output net.onnx \
        (--saved-model or --keras for other TensorFlow files)";
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    if head.is_empty() {
        return Some(("the file is empty", "Fetch or export the network again"));
    }
    let known: [(usize, &[u8], &str, &str); 15] = [
        (
            0,
            b"PK\x03\x04",
            "a zip archive (PyTorch .pt and .pth, Keras and numpy files are such)",
            TORCH,
        ),
        (0, b"\x80\x02", "a Python pickle (an old PyTorch file)", TORCH),
        (0, b"\x80\x03", "a Python pickle", TORCH),
        (0, b"\x80\x04", "a Python pickle", TORCH),
        (0, b"\x80\x05", "a Python pickle", TORCH),
        (0, b"\x1f\x8b", "a gzip archive", UNPACK),
        (0, b"\xfd7zXZ", "an xz archive", UNPACK),
        (0, b"7z\xbc\xaf", "a 7-zip archive", UNPACK),
        (0, b"\x89HDF", "an HDF5 file (Keras weights)", TENSORFLOW),
        (4, b"TFL3", "a TensorFlow Lite model", TENSORFLOW),
        (
            4,
            b"ORTM",
            "an ONNX Runtime model (.ort)",
            "Open the .onnx file it was made from",
        ),
        (0, b"GGUF", "a GGUF file of weights without a graph", CONVERT),
        (0, b"\x93NUMPY", "a numpy array", CONVERT),
        (8, b"{\"", "a safetensors file of weights without a graph", CONVERT),
        (
            0,
            b"version https://git-lfs",
            "a Git LFS pointer instead of the file itself",
            "Fetch the file with `git lfs pull`",
        ),
    ];
    if let Some((.., what, remedy)) = known.iter().find(|(offset, magic, ..)| at(*offset, magic)) {
        return Some((what, remedy));
    }
    if head.starts_with(b"<") {
        return Some((
            "a web page or XML file, not a network",
            "The download may have gone wrong: fetch the file itself. OpenVINO files: open the ONNX they were made from",
        ));
    }
    // ONNX begins with a binary tag byte, so a printable beginning means text.
    let printable = head.iter().all(|b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e));
    printable.then_some(("a text file, not a binary ONNX model", CONVERT))
}
