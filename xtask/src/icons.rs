//! The icon sets, made from `icons/icon.svg`. ICO and ICNS are only envelopes around PNGs, so no library is needed for them.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::run;

/// PNGs that the bundles want by name.
const PNGS: &[(&str, u32)] =
    &[("32x32.png", 32), ("64x64.png", 64), ("128x128.png", 128), ("128x128@2x.png", 256), ("icon.png", 512)];

/// Sizes inside the Windows icon, the one most looked at first.
const ICO: &[u32] = &[32, 16, 24, 48, 64, 256];

/// Sizes inside the macOS icon, by their four-letter names.
const ICNS: &[(&[u8; 4], u32)] = &[
    (b"icp4", 16),
    (b"icp5", 32),
    (b"icp6", 64),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic10", 1024),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
];

/// Makes every set anew.
pub fn run() -> Result<()> {
    if !run::on_path("rsvg-convert") {
        bail!("the icons are drawn by rsvg-convert; on Debian it is in the package librsvg2-bin");
    }
    let folder = run::root().join("icons");
    let draw = |size: u32| png(&folder.join("icon.svg"), size);
    for (name, size) in PNGS {
        write(&folder.join(name), &draw(*size)?)?;
    }
    let images: Result<Vec<_>> = ICO.iter().map(|size| Ok((*size, draw(*size)?))).collect();
    write(&folder.join("icon.ico"), &ico(&images?)?)?;
    let images: Result<Vec<_>> = ICNS.iter().map(|(name, size)| Ok((**name, draw(*size)?))).collect();
    write(&folder.join("icon.icns"), &icns(&images?)?)
}

/// The picture as a square PNG of so many pixels.
pub fn png(svg: &Path, size: u32) -> Result<Vec<u8>> {
    let size = size.to_string();
    let output = run::command("rsvg-convert").args(["-w", &size, "-h", &size]).arg(svg).output()?;
    if !output.status.success() {
        bail!("rsvg-convert: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    println!("{}", path.display());
    std::fs::write(path, bytes).with_context(|| format!("can't write {}", path.display()))
}

/// Windows: a directory of sixteen bytes an image, then the images.
fn ico(images: &[(u32, Vec<u8>)]) -> Result<Vec<u8>> {
    let count = u16::try_from(images.len())?;
    let mut head = vec![0, 0, 1, 0];
    head.extend(count.to_le_bytes());
    let mut offset = 6 + 16 * u32::from(count);
    for (size, png) in images {
        // 256 is written as 0: the field is one byte.
        let side = u8::try_from(*size % 256)?;
        head.extend([side, side, 0, 0, 1, 0, 32, 0]);
        let length = u32::try_from(png.len())?;
        head.extend(length.to_le_bytes());
        head.extend(offset.to_le_bytes());
        offset += length;
    }
    head.extend(images.iter().flat_map(|(_, png)| png));
    Ok(head)
}

/// macOS: a name and a length before each image, and before the whole.
fn icns(images: &[([u8; 4], Vec<u8>)]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    for (name, png) in images {
        body.extend(name);
        body.extend(u32::try_from(png.len() + 8)?.to_be_bytes());
        body.extend(png);
    }
    let mut whole = b"icns".to_vec();
    whole.extend(u32::try_from(body.len() + 8)?.to_be_bytes());
    whole.extend(body);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ico_points_at_its_images() {
        let whole = ico(&[(256, vec![1, 2, 3]), (16, vec![4])]).unwrap();
        assert_eq!(whole[4..6], [2, 0]);
        assert_eq!(whole[6], 0, "256 is written as 0");
        let second = u32::from_le_bytes(whole[34..38].try_into().unwrap()) as usize;
        assert_eq!(whole[second..], [4]);
    }

    #[test]
    fn icns_counts_its_own_length() {
        let whole = icns(&[(*b"ic07", vec![1, 2, 3])]).unwrap();
        assert_eq!(u32::from_be_bytes(whole[4..8].try_into().unwrap()) as usize, whole.len());
    }
}
