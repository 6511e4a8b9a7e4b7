//! What a network is run on: noise, or images as classifiers are fed with them.

use super::{Inputs, MeasureError};
use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView, ImageReader};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use tract_onnx::prelude::*;

/// Mean and deviation of the colours of ImageNet, by channel.
const COLOURS: [(f32, f32); 3] = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];
/// Those of its grey.
const GREY: (f32, f32) = (0.449, 0.226);
/// The shorter side of an image before its centre of 224 is cut out; other sizes in proportion.
const SHORTER: (u32, u32) = (256, 224);

/// `count` sets of inputs for a network whose inputs are these; of images also the hash of their names and contents.
///
/// # Errors
/// An input is of a kind or shape that nothing can be made for, or the folder has no image that can be read.
pub fn make(
    facts: &[&TypedFact],
    from: &Inputs,
    count: usize,
) -> Result<(Vec<TVec<TValue>>, Option<String>), MeasureError> {
    match from {
        Inputs::Noise { seed } => {
            let mut random = Pcg64::seed_from_u64(*seed);
            let mut set = |_| -> Result<TVec<TValue>, MeasureError> {
                facts
                    .iter()
                    .map(|fact| Ok(noise(fact, &mut random)?.into_tvalue()))
                    .collect()
            };
            let sets = (0..count).map(&mut set).collect::<Result<_, _>>()?;
            Ok((sets, None))
        }
        Inputs::Images(folder) => {
            let [fact] = facts else {
                let words = format!(
                    "the network has {} inputs, an image is one. Measure it with noise",
                    facts.len()
                );
                return Err(MeasureError::Input(words));
            };
            let frame = Frame::of(fact)?;
            let files = files(folder)?;
            let mut images = files.iter().cycle();
            let mut set = |_| -> Result<TVec<TValue>, MeasureError> {
                let mut values = Vec::new();
                for path in images.by_ref().take(frame.images) {
                    values.extend(frame.values(&read(path)?));
                }
                Ok(tvec![frame.tensor(&values, fact.datum_type)?.into_tvalue()])
            };
            let sets = (0..count).map(&mut set).collect::<Result<_, _>>()?;
            let run = files.iter().take(count.saturating_mul(frame.images));
            Ok((sets, Some(hash(run)?)))
        }
    }
}

/// Hexadecimal SHA-256 over names and contents of files.
fn hash<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Result<String, MeasureError> {
    let mut sum = Sha256::new();
    let mut feed = |bytes: &[u8]| {
        sum.update((bytes.len() as u64).to_le_bytes());
        sum.update(bytes);
    };
    for path in files {
        let name = path.file_name().unwrap_or_default();
        feed(name.as_encoded_bytes());
        feed(&fs::read(path).map_err(|error| unreadable(path, &error.to_string()))?);
    }
    let digest = sum.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn unreadable(path: &Path, error: &str) -> MeasureError {
    MeasureError::Input(format!("{}: {error}. Remove it from the folder", path.display()))
}

fn shape(fact: &TypedFact) -> Result<Vec<usize>, MeasureError> {
    let dims = fact.shape.as_concrete().map(<[usize]>::to_vec);
    dims.ok_or_else(|| {
        MeasureError::Input(format!(
            "an input's shape, {:?}, is not known. Give its sizes by --symbol",
            fact.shape
        ))
    })
}

fn made(tensor: TractResult<Tensor>) -> Result<Tensor, MeasureError> {
    tensor.map_err(|error| {
        MeasureError::Input(format!(
            "an input cannot be made: {error}. Export the network with smaller inputs"
        ))
    })
}

/// Normal noise; for whole numbers 0 and 1, which are in range of every table and make every mask.
fn noise(fact: &TypedFact, random: &mut Pcg64) -> Result<Tensor, MeasureError> {
    let shape = shape(fact)?;
    let count = shape.iter().product();
    let kind = fact.datum_type;
    if kind.is_float() {
        let values: Vec<f32> = (0..count).map(|_| StandardNormal.sample(random)).collect();
        return made(Tensor::from_shape(&shape, &values).and_then(|tensor| Ok(tensor.cast_to_dt(kind)?.into_owned())));
    }
    if kind.is_integer() || kind == bool::datum_type() {
        let values: Vec<i64> = (0..count).map(|_| random.random_range(0..=1)).collect();
        return made(Tensor::from_shape(&shape, &values).and_then(|tensor| Ok(tensor.cast_to_dt(kind)?.into_owned())));
    }
    let words =
        format!("an input is of type {kind:?}, for which there is no noise. Measure a network with numbers as inputs");
    Err(MeasureError::Input(words))
}

/// How an input holds images.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Frame {
    shape: Vec<usize>,
    /// How many of them.
    images: usize,
    channels: usize,
    height: u32,
    width: u32,
    /// Whether the channels are the last dimension.
    channels_last: bool,
}

impl Frame {
    fn of(fact: &TypedFact) -> Result<Self, MeasureError> {
        let shape = shape(fact)?;
        let fail = || {
            let words = format!(
                "the input's shape, {}, is not that of an image with 1 or 3 channels. Measure the network with noise",
                shape.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ")
            );
            MeasureError::Input(words)
        };
        let (images, rest) = match shape.as_slice() {
            [images, rest @ ..] if rest.len() == 3 => (*images, rest),
            rest if rest.len() == 3 => (1, rest),
            _ => return Err(fail()),
        };
        let (channels, height, width, channels_last) = match *rest {
            [channels @ (1 | 3), height, width] => (channels, height, width, false),
            [height, width, channels @ (1 | 3)] => (channels, height, width, true),
            _ => return Err(fail()),
        };
        let side = |side: usize| u32::try_from(side).ok().filter(|side| (1..=16_384).contains(side));
        let (Some(height), Some(width)) = (side(height), side(width)) else {
            return Err(fail());
        };
        if !fact.datum_type.is_float() {
            let words = "the input wants whole numbers, images are made of fractions. Measure the network with noise";
            return Err(MeasureError::Input(words.to_owned()));
        }
        Ok(Self {
            images,
            channels,
            height,
            width,
            channels_last,
            shape,
        })
    }

    /// An image as numbers: its shorter side brought to size, its centre cut out, colours normalised.
    fn values(&self, image: &DynamicImage) -> Vec<f32> {
        let (wide, high) = image.dimensions();
        // Of a strip only the middle is used; scaled as a whole it could take any amount of memory.
        let (long, short) = (self.width.max(self.height), self.width.min(self.height).max(1));
        let most = |side: u32| side.max(1).saturating_mul(long.div_ceil(short).saturating_mul(4));
        let (wide, high) = (wide.min(most(high)), high.min(most(wide)));
        let (left, top) = ((image.width() - wide) / 2, (image.height() - high) / 2);
        let image = &image.crop_imm(left, top, wide, high);
        let wanted = |side: u32| f64::from(side) * f64::from(SHORTER.0) / f64::from(SHORTER.1);
        let scale = (wanted(self.width) / f64::from(wide)).max(wanted(self.height) / f64::from(high));
        let scaled = |side: u32, least: u32| ((f64::from(side) * scale).round() as u32).max(least);
        let (wide, high) = (scaled(wide, self.width), scaled(high, self.height));
        let image = image.resize_exact(wide, high, FilterType::Triangle);
        let image = image.crop_imm(
            (wide - self.width) / 2,
            (high - self.height) / 2,
            self.width,
            self.height,
        );
        let normal = |byte: u8, (mean, deviation): (f32, f32)| (f32::from(byte) / 255.0 - mean) / deviation;
        let pixels: Vec<Vec<f32>> = match self.channels {
            1 => image
                .to_luma8()
                .pixels()
                .map(|pixel| vec![normal(pixel[0], GREY)])
                .collect(),
            _ => {
                let of = |pixel: &image::Rgb<u8>| {
                    let pairs = pixel.0.iter().zip(COLOURS);
                    pairs.map(|(&byte, colour)| normal(byte, colour)).collect()
                };
                image.to_rgb8().pixels().map(of).collect()
            }
        };
        if self.channels_last {
            return pixels.concat();
        }
        let channel = |channel: usize| pixels.iter().filter_map(move |pixel| pixel.get(channel).copied());
        (0..self.channels).flat_map(channel).collect()
    }

    fn tensor(&self, values: &[f32], kind: DatumType) -> Result<Tensor, MeasureError> {
        made(Tensor::from_shape(&self.shape, values).and_then(|tensor| Ok(tensor.cast_to_dt(kind)?.into_owned())))
    }
}

/// The images of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, MeasureError> {
    let fail = |problem: String| MeasureError::Input(format!("{}: {problem}", folder.display()));
    let entries = folder
        .read_dir()
        .map_err(|error| fail(format!("{error}. Choose a folder of PNG or JPEG images")))?;
    let is_image = |path: &PathBuf| {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.is_some_and(|ending| ["png", "jpg", "jpeg"].contains(&ending.as_str()))
    };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_image)
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(fail(
            "it holds no .png, .jpg or .jpeg file. Choose a folder of images".to_owned(),
        ));
    }
    Ok(files)
}

fn read(path: &Path) -> Result<DynamicImage, MeasureError> {
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format);
    let image = reader.map_err(|error| unreadable(path, &error.to_string()))?.decode();
    image.map_err(|error| unreadable(path, &error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(kind: DatumType, shape: &[usize]) -> TypedFact {
        kind.fact(shape)
    }

    #[test]
    fn noise_has_the_type_of_the_input_and_comes_from_the_seed() {
        let float = fact(f32::datum_type(), &[1, 3, 4]);
        let whole = fact(i64::datum_type(), &[5]);
        let set = |seed| make(&[&float, &whole], &Inputs::Noise { seed }, 2).unwrap().0;
        let sets = set(1);
        assert_eq!(sets, set(1));
        assert_ne!(sets, set(2));
        assert_ne!(sets[0], sets[1]);
        assert_eq!(
            (sets[0][0].shape(), sets[0][1].datum_type()),
            (&[1, 3, 4][..], i64::datum_type())
        );
        let text = fact(String::datum_type(), &[1]);
        assert!(make(&[&text], &Inputs::Noise { seed: 1 }, 1).is_err());
    }

    #[test]
    fn images_are_scaled_cut_and_normalised() {
        let folder = tempfile::tempdir().unwrap();
        let mut picture = image::RgbImage::from_pixel(20, 10, image::Rgb([255, 0, 0]));
        // A border that the cut takes away.
        for y in 0..10 {
            picture.put_pixel(0, y, image::Rgb([0, 255, 255]));
        }
        picture.save(folder.path().join("a.png")).unwrap();
        let from = Inputs::Images(folder.path().to_owned());
        let colour = fact(f32::datum_type(), &[1, 3, 8, 8]);
        let (sets, hash) = make(&[&colour], &from, 2).unwrap();
        let values: Vec<f32> = sets[0][0]
            .try_as_plain_ram()
            .unwrap()
            .as_slice::<f32>()
            .unwrap()
            .to_vec();
        assert_eq!((sets.len(), values.len()), (2, 192));
        let close = |own: f32, other: f32| (own - other).abs() < 1e-5;
        assert!(values[..64].iter().all(|&red| close(red, (1.0 - 0.485) / 0.229)));
        assert!(values[64..128].iter().all(|&green| close(green, -0.456 / 0.224)));
        let grey = make(&[&fact(f32::datum_type(), &[8, 8, 1])], &from, 1).unwrap().0;
        assert_eq!(grey[0][0].shape(), [8, 8, 1]);

        // The same wherever they lie; other names and other contents are other inputs, further images that are not run are none.
        let of = |folder: &Path| make(&[&colour], &Inputs::Images(folder.to_owned()), 2).unwrap().1;
        let other = tempfile::tempdir().unwrap();
        let copy = |name: &str| fs::copy(folder.path().join("a.png"), other.path().join(name)).unwrap();
        copy("a.png");
        assert_eq!(of(other.path()), hash);
        copy("b.png");
        let two = of(other.path());
        assert_ne!(two, hash);
        copy("c.png");
        assert_eq!(of(other.path()), two);
        image::RgbImage::new(20, 10).save(other.path().join("b.png")).unwrap();
        assert_ne!(of(other.path()), two);
        assert_eq!(hash.map(|hash| hash.len()), Some(64));
    }

    #[test]
    fn what_is_no_image_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let from = Inputs::Images(folder.path().to_owned());
        let colour = fact(f32::datum_type(), &[1, 3, 8, 8]);
        let refused = |facts: &[&TypedFact]| make(facts, &from, 1).unwrap_err().to_string();
        assert!(refused(&[&colour]).contains("it holds no .png"));
        assert!(refused(&[&colour, &colour]).contains("has 2 inputs"));
        assert!(refused(&[&fact(f32::datum_type(), &[1, 128])]).contains("1 x 128"));
        assert!(refused(&[&fact(i64::datum_type(), &[1, 3, 8, 8])]).contains("whole numbers"));
        fs::write(folder.path().join("b.jpg"), "no image").unwrap();
        assert!(refused(&[&colour]).contains("b.jpg"));
    }
}
