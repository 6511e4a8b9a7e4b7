//! Files that are damaged, lie or ask for too much: an error with place and remedy, or a network with gaps, within a second.
#![expect(clippy::unwrap_used, reason = "a failed step ends the test")]

#[path = "common/checks.rs"]
mod checks;
#[path = "common/onnx.rs"]
mod onnx;

use checks::check_network;
use cutscape::network::fusion::fuse;
use cutscape::network::import::{ImportError, ImportOptions, Imported, open, read};
use cutscape::network::statistics::{CountedAt, liveness, total};
use cutscape::network::{Network, ScheduleKind};
use onnx::{Message, ints, node, value, weight};
use proptest::prelude::*;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn int(name: &str, value: i64) -> Message {
    Message::default().bytes(1, name).int(3, value).int(20, 2)
}

/// A tensor of 64-bit integers.
fn int_tensor(name: &str, dims: &[i64], values: &[i64]) -> Message {
    let tensor = dims
        .iter()
        .fold(Message::default(), |m, &d| m.int(1, d))
        .int(2, 7)
        .bytes(8, name);
    values.iter().fold(tensor, |m, &v| m.int(7, v))
}

/// Parts of a graph by field number: 1 node, 5 constant, 11 input, 12 output.
fn model(parts: impl IntoIterator<Item = (u64, Message)>) -> Vec<u8> {
    let graph = parts
        .into_iter()
        .fold(Message::default(), |graph, (field, part)| graph.message(field, part));
    let opset = Message::default().int(2, 17);
    Message::default().int(1, 8).message(7, graph).message(8, opset).0
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

fn import(bytes: &[u8]) -> Result<Imported, ImportError> {
    let start = Instant::now();
    let result = read(Cursor::new(bytes), "hostile.onnx", &ImportOptions::default());
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    match &result {
        Ok(imported) => walk(&imported.network),
        Err(error) => {
            let text = error.to_string();
            assert!(text.starts_with("hostile.onnx, "), "{text}");
            assert!(!error.problem.is_empty() && error.remedy.len() > 10, "{text}");
        }
    }
    result
}

/// Everything the program does with any network it has opened.
fn walk(network: &Network) {
    check_network(network);
    let fused = fuse(network);
    check_network(&fused);
    let at = CountedAt {
        weight_bits: 8,
        activation_bits: 8,
    };
    for view in [network, &fused] {
        total(view, at);
        for kind in [
            ScheduleKind::LeastCrossing,
            ScheduleKind::LevelOrder,
            ScheduleKind::FileOrder,
        ] {
            let schedule = view.schedule(kind);
            assert_eq!(schedule.order().len(), view.layers.len());
            liveness(view, &schedule, at).peak();
        }
    }
}

#[track_caller]
fn fails(bytes: &[u8], words: &str) {
    let error = import(bytes).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

/// Imports and expects the named layer to be marked with the words.
#[track_caller]
fn marks(bytes: &[u8], words: &str) {
    let network = import(bytes).unwrap().network;
    let marks: Vec<&str> = network.layers.iter().filter_map(|l| l.unknown.as_deref()).collect();
    assert!(marks.iter().any(|m| m.contains(words)), "{marks:?}");
}

/// Imports and expects a note with the words.
#[track_caller]
fn notes(bytes: &[u8], words: &str) {
    let notes = import(bytes).unwrap().notes;
    assert!(notes.iter().any(|n| n.text.contains(words)), "{notes:?}");
}

fn image() -> (u64, Message) {
    (11, value("x", &[1, 8, 16, 16]))
}

fn result(name: &str) -> (u64, Message) {
    (12, Message::default().bytes(1, name))
}

/// `x → op → y` with attributes and constants.
fn single(op: &str, operands: &[&str], attributes: &[Message], constants: &[Message]) -> Vec<u8> {
    let plain = node(op, operands, &["y"]);
    let node = attributes
        .iter()
        .fold(plain, |node, attribute| node.message(5, attribute.clone()));
    let constants = constants.iter().map(|constant| (5, constant.clone()));
    model([image(), (1, node), result("y")].into_iter().chain(constants))
}

#[test]
fn other_formats_are_named_and_told_how_to_convert() {
    fails(b"", "the file is empty");
    fails(b"PK\x03\x04archive/data.pkl", "torch.onnx.export");
    fails(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P", "torch.onnx.export");
    fails(b"\x1f\x8b\x08\0\0\0\0\0", "Unpack");
    fails(b"\x1c\0\0\0TFL3\x14\0\x20\0", "tf2onnx");
    fails(b"\x89HDF\r\n\x1a\n", "tf2onnx");
    fails(b"import torch\n\nclass Net(torch.nn.Module):\n", "text file");
    fails(b"<!DOCTYPE html><html>", "web page");
    fails(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:",
        "git lfs pull",
    );
    fails(&Message::default().int(1, 8).0, "no graph");
    fails(&[0xff; 40], "byte 0");
    let missing = open(&models().join("no such file.onnx"), &ImportOptions::default()).unwrap_err();
    assert!(missing.to_string().contains("cannot be opened"), "{missing}");
    let folder = open(&models(), &ImportOptions::default()).unwrap_err();
    assert!(folder.to_string().contains("folder"), "{folder}");
}

#[test]
fn broken_wires_name_the_byte() {
    let graph = |bytes: Vec<u8>| Message::default().int(1, 8).bytes(7, bytes).0;
    fails(&graph(Message::default().length(1, u64::MAX).0), "bytes are left");
    fails(&graph(Message::default().length(5, 1 << 40).0), "byte ");
    fails(&graph(vec![0x0b]), "field type 3");
    fails(&graph(vec![0x02, 0x00]), "number 0");
    fails(&graph([vec![0x98, 0x06], vec![0x80; 12]].concat()), "integer");
    fails(&graph(Message::default().int(1, 5).0), "where bytes belong");
    let mut deep = node("Relu", &["x"], &["y"]);
    for _ in 0..60 {
        let body = Message::default().message(1, deep);
        let attribute = Message::default().bytes(1, "body").message(6, body).int(20, 5);
        deep = node("Loop", &["x"], &["y"]).message(5, attribute);
    }
    fails(&model([image(), (1, deep), result("y")]), "nested");
}

#[test]
fn contradicting_graphs_name_the_node() {
    let cycle = [
        image(),
        (1, node("Add", &["x", "b"], &["a"])),
        (1, node("Relu", &["a"], &["b"])),
        result("b"),
    ];
    fails(&model(cycle), "cycle");
    fails(
        &model([image(), (1, node("Add", &["x", "y"], &["y"])), result("y")]),
        "cycle",
    );
    let twice = [
        image(),
        (1, node("Relu", &["x"], &["y"])),
        (1, node("Abs", &["x"], &["y"])),
        result("y"),
    ];
    fails(&model(twice), "already");
    fails(&model([image(), (1, node("Relu", &["x"], &["x"]))]), "already");
    fails(&model([]), "no node depends on an input");
    fails(&model([image(), result("x")]), "no node depends on an input");
}

#[test]
fn invalid_operators_mark_their_layer_and_the_rest_goes_on() {
    let w = weight("w", &[8, 8, 3, 3]);
    let conv = |attribute| single("Conv", &["x", "w"], &[attribute], std::slice::from_ref(&w));
    marks(&conv(ints("strides", &[0, 1])), "strides contains 0");
    marks(&conv(ints("strides", &[1])), "1 entries");
    marks(&conv(ints("dilations", &[1 << 62, 1 << 62])), "window");
    marks(&conv(ints("pads", &[-9, -9, -9, -9])), "larger");
    marks(&conv(ints("kernel_shape", &[99, 99])), "larger");
    marks(&conv(int("group", 0)), "group");
    marks(&conv(int("group", -1)), "group");
    marks(&conv(int("group", i64::MIN)), "group");
    marks(&single("Conv", &["x"], &[], &[]), "operand 1 is missing");
    marks(
        &single("Reshape", &["x", "s"], &[], &[int_tensor("s", &[2], &[-1, -1])]),
        "more than one -1",
    );
    marks(
        &single("Reshape", &["x", "s"], &[], &[int_tensor("s", &[1], &[7])]),
        "do not fill",
    );
    marks(
        &single("Transpose", &["x"], &[ints("perm", &[0, 0, 1, 2])], &[]),
        "permutation",
    );
    marks(
        &single("Unsqueeze", &["x", "a"], &[], &[int_tensor("a", &[2], &[0, 0])]),
        "twice",
    );
    let slice = |step| {
        let bounds = [
            int_tensor("s", &[1], &[0]),
            int_tensor("e", &[1], &[9]),
            int_tensor("a", &[1], &[2]),
        ];
        let constants = [bounds.to_vec(), vec![int_tensor("t", &[1], &[step])]].concat();
        single("Slice", &["x", "s", "e", "a", "t"], &[], &constants)
    };
    marks(&slice(0), "step of 0");
    for step in [1, -1, i64::MAX, i64::MIN] {
        import(&slice(step)).unwrap();
    }
    marks(&single("Frobnicate", &["x"], &[], &[]), "Frobnicate is not known");
    marks(&single("", &["x"], &[], &[]), "not known");
    marks(&single("Concat", &["x", "x"], &[int("axis", 99)], &[]), "axis 99");
    marks(
        &single(
            "Einsum",
            &["x"],
            &[Message::default().bytes(1, "equation").bytes(4, "ab->a")],
            &[],
        ),
        "axes",
    );
}

#[test]
fn huge_sizes_are_shapes_not_memory() {
    let expand = |size: i64| single("Expand", &["x", "s"], &[], &[int_tensor("s", &[4], &[size, 8, 16, 16])]);
    let network = import(&expand(1 << 40)).unwrap().network;
    assert_eq!(network.output_shape(0), Some(&[1 << 40, 8, 16, 16][..]));
    let constant_of_shape = |size: i64| {
        let make = node("ConstantOfShape", &["s"], &["c"]);
        let add = node("Add", &["x", "c"], &["y"]);
        model([
            image(),
            (5, int_tensor("s", &[1], &[size])),
            (1, make),
            (1, add),
            result("y"),
        ])
    };
    marks(&constant_of_shape(1 << 40), "broadcast");
    marks(&constant_of_shape(-4), "the shape of “c”");
    let range = |step: i64| {
        let bounds = [
            (5, int_tensor("a", &[], &[0])),
            (5, int_tensor("b", &[], &[i64::MAX])),
            (5, int_tensor("d", &[], &[step])),
        ];
        let nodes = [
            (1, node("Range", &["a", "b", "d"], &["r"])),
            (1, node("Add", &["x", "r"], &["y"])),
            result("y"),
        ];
        model([image()].into_iter().chain(bounds).chain(nodes))
    };
    for step in [0, 1, -1] {
        marks(&range(step), "");
    }
    let vast = model([
        (11, value("x", &[1 << 40, 1 << 40, 1 << 40, 1 << 40])),
        (1, node("Conv", &["x", "w"], &["y"])),
        (5, weight("w", &[1 << 40, 1 << 40, 3, 3])),
        result("y"),
    ]);
    marks(&vast, "too many to count");
    let negative = [
        image(),
        (1, node("Conv", &["x", "w"], &["y"])),
        (5, weight("w", &[-8, 8, 3, 3])),
        result("y"),
    ];
    fails(&model(negative), "dimension of -8");
    fails(
        &model([image(), (5, weight("w", &[1; 100])), result("y")]),
        "dimensions",
    );
    let hollow = |dims: &[i64]| {
        let nodes = [
            (1, node("Split", &["h"], &["a", "b"]).message(5, int("axis", 1))),
            (1, node("Transpose", &["h"], &["t"])),
            (1, node("Concat", &["h", "h"], &["c"]).message(5, int("axis", 1))),
            (1, node("ReduceSum", &["h", "axes"], &["r"])),
            (1, node("Gather", &["x", "t"], &["y"])),
        ];
        let constants = [(5, int_tensor("h", dims, &[])), (5, int_tensor("axes", &[1], &[1]))];
        model([image()].into_iter().chain(constants).chain(nodes))
    };
    for dims in [
        [0, 1 << 40, 1 << 40],
        [1 << 40, 0, 1 << 40],
        [1 << 40, 1 << 20, 0],
        [1 << 30, 0, 1 << 30],
    ] {
        import(&hollow(&dims)).unwrap();
    }
    let deep: Vec<i64> = (0..200).collect();
    marks(&single("Unsqueeze", &["x"], &[ints("axes", &deep)], &[]), "dimensions");
}

#[test]
fn what_can_be_shown_is_shown_with_a_note() {
    notes(
        &model([image(), (1, node("Relu", &["x"], &["y"])), result("z")]),
        "“z”, which no node computes",
    );
    notes(
        &model([image(), (1, node("Relu", &["x"], &["y"]))]),
        "nothing reads its result",
    );
    notes(
        &model([image(), (1, node("Add", &["x", "ghost"], &["y"])), result("y")]),
        "“ghost” comes from nowhere",
    );
    let named = |output| node("Relu", &["x"], &[output]).bytes(3, "same");
    let network = import(&model([
        image(),
        (1, named("y")),
        (1, named("z")),
        result("y"),
        result("z"),
    ]))
    .unwrap()
    .network;
    assert_eq!([&network.layers[0].name, &network.layers[1].name], ["same", "same#2"]);
    let backwards = [
        image(),
        (1, node("Abs", &["a"], &["y"])),
        (1, node("Relu", &["x"], &["a"])),
        result("y"),
    ];
    notes(&model(backwards), "running order");
    let open = [
        (11, value("x", &[-1, 0, -7, 5])),
        (1, node("Relu", &["x"], &["y"])),
        result("y"),
    ];
    let network = import(&model(open)).unwrap().network;
    assert_eq!(network.output_shape(0), Some(&[1, 1, 1, 5][..]));
    assert_eq!(network.symbols.keys().collect::<Vec<_>>(), ["n", "x.1", "x.2"]);
    let texts = Message::default()
        .int(1, 3)
        .int(2, 8)
        .bytes(8, "t")
        .bytes(9, "raw data where texts belong");
    import(&single("Gather", &["x", "t"], &[], &[texts])).unwrap();
    let sequence = Message::default()
        .bytes(1, "x")
        .message(2, Message::default().message(4, Message::default()));
    marks(
        &model([
            (11, sequence),
            (1, node("SequenceAt", &["x", "x"], &["y"])),
            result("y"),
        ]),
        "SequenceAt",
    );
}

/// `twice(a) = a + a` called by `x → twice → y`, and a function that calls itself.
#[test]
fn functions_of_the_file_are_written_out() {
    let function = |body: Message| {
        let named = Message::default()
            .bytes(1, "twice")
            .bytes(4, "a")
            .bytes(5, "b")
            .bytes(10, "mine");
        named.message(7, body)
    };
    let call = node("twice", &["x"], &["y"]).bytes(3, "call").bytes(7, "mine");
    let main = || model([image(), (1, call.clone()), result("y")]);
    let add = Message::default().message(25, function(node("Add", &["a", "a"], &["b"])));
    let network = import(&[main(), add.0].concat()).unwrap().network;
    assert_eq!(
        (network.layers[0].name.as_str(), network.layers[0].op.as_str()),
        ("call/Add", "Add")
    );
    assert_eq!(network.output_shape(0), Some(&[1, 8, 16, 16][..]));
    let endless = function(node("twice", &["a"], &["b"]).bytes(7, "mine"));
    fails(&[main(), Message::default().message(25, endless).0].concat(), "unfold");
}

#[test]
fn external_weights_may_be_missing() {
    let entry = |key: &str, text: &str| Message::default().bytes(1, key).bytes(2, text);
    let external = weight("w", &[8, 8, 3, 3])
        .message(13, entry("location", "/no/such/file"))
        .int(14, 1);
    let network = import(&single("Conv", &["x", "w"], &[], &[external])).unwrap().network;
    assert_eq!(
        (network.layers[0].params, network.layers[0].macs),
        (576, Some(14 * 14 * 8 * 72))
    );
}

#[test]
fn long_and_wide_graphs_stay_quick() {
    let name = |i: usize| format!("v{i}");
    let chain = (0..5_000).map(|i| (1, node("Relu", &[&name(i)], &[&name(i + 1)])));
    let network = import(&model([(11, value("v0", &[1, 8]))].into_iter().chain(chain)))
        .unwrap()
        .network;
    assert_eq!(network.layers.len(), 5_000);
    let names: Vec<String> = (0..5_000).map(name).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let wide = names.iter().map(|n| (1, node("Relu", &["x"], &[n])));
    import(&model(
        [image()]
            .into_iter()
            .chain(wide)
            .chain([(1, node("Sum", &all, &["y"])), result("y")]),
    ))
    .unwrap();
    let shape = int_tensor("s", &[1], &[1000]);
    let folded = (0..5_000).map(|i| (1, node("ConstantOfShape", &["s"], &[&name(i)])));
    let last = [(1, node("Relu", &["x"], &["y"])), result("y")];
    import(&model([image(), (5, shape)].into_iter().chain(folded).chain(last))).unwrap();
    let crowd = vec![(1, node("Relu", &["x"], &[])); 200_001];
    fails(&model(crowd), "more than 200000 nodes");
}

/// A sparse file of 600 MB whose weights are never read.
#[test]
fn big_weights_are_skipped() {
    let size = 600_000_000_u64;
    let conv = node("Conv", &["x", "w"], &["y"]);
    let head = weight("w", &[8, 8, 3, 3]).length(9, size).0;
    let rest = [image(), (1, conv), result("y")].into_iter();
    let tail = rest
        .fold(Message::default(), |graph, (field, part)| graph.message(field, part))
        .0;
    let start = Message::default().length(5, head.len() as u64 + size).0;
    let graph = start.len() as u64 + head.len() as u64 + size + tail.len() as u64;
    let front = [Message::default().int(1, 8).length(7, graph).0, start, head].concat();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, &front).unwrap();
    let end = front.len() as u64 + size;
    file.as_file().set_len(end).unwrap();
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(end)).unwrap();
    std::io::Write::write_all(&mut file, &tail).unwrap();
    let start = Instant::now();
    let network = open(file.path(), &ImportOptions::default()).unwrap().network;
    assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
    assert_eq!(network.layers[0].params, 576);
}

/// What is done to a real file.
#[derive(Debug, Clone)]
enum Damage {
    Truncate(prop::sample::Index),
    Flip(Vec<(prop::sample::Index, u8)>),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Splice(prop::sample::Index, prop::sample::Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Truncate),
        prop::collection::vec((place(), any::<u8>()), 1..20).prop_map(Damage::Flip),
        (place(), prop::collection::vec(any::<u8>(), 1..30)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (place(), 1..200_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        (place(), place(), 1..2000_usize).prop_map(|(from, to, count)| Damage::Splice(from, to, count)),
    ]
}

fn apply(damage: Damage, bytes: &mut Vec<u8>) {
    let length = bytes.len();
    match damage {
        Damage::Truncate(at) => bytes.truncate(at.index(length)),
        Damage::Flip(places) => places
            .into_iter()
            .for_each(|(at, bits)| bytes[at.index(length)] ^= bits),
        Damage::Insert(at, new) => drop(bytes.splice(at.index(length)..at.index(length), new)),
        Damage::Remove(at, count) => drop(bytes.drain(at.index(length)..(at.index(length) + count).min(length))),
        Damage::Splice(from, to, count) => {
            let from = from.index(length);
            let copy = bytes[from..(from + count).min(length)].to_vec();
            let to = to.index(length);
            let end = (to + copy.len()).min(length);
            bytes.splice(to..end, copy);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_real_files_never_panic(file in any::<prop::sample::Index>(), damages in prop::collection::vec(damage(), 1..4)) {
        let mut files: Vec<_> = std::fs::read_dir(models()).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|f| f.extension().is_some_and(|e| e == "onnx"));
        files.sort();
        let mut bytes = std::fs::read(file.get(&files)).unwrap();
        for damage in damages {
            if !bytes.is_empty() {
                apply(damage, &mut bytes);
            }
        }
        let _ = import(&bytes);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let _ = import(&bytes);
        let graph = Message::default().int(1, 8).bytes(7, bytes).0;
        let _ = import(&graph);
    }
}
