//! What a logo may be, told from its bytes and never from its name.

use crate::model::Digest;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Largest logo, in bytes: "No more than 256 KB" (quickstart, Create a mini program by a master).
pub const MAX_LOGO_BYTES: u64 = 256 * 1024;

/// A logo that has been looked at: a square JPEG or PNG within the size limit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Logo {
    /// The content; two logos are the same when this is.
    pub digest: Digest,
    pub format: LogoFormat,
    /// Where it lies, relative to the project, `/` between parts.
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogoFormat {
    Jpeg,
    Png,
}

impl LogoFormat {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

impl fmt::Display for LogoFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
        })
    }
}

/// Why bytes are not a logo.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogoFault {
    #[error("is empty")]
    Empty,
    #[error("is {0} bytes large, and {MAX_LOGO_BYTES} (256 KB) is the limit")]
    TooLarge(u64),
    #[error("is neither a JPEG nor a PNG image")]
    NotAnImage,
    #[error("is {width} × {height} pixels, and a logo must be square")]
    NotSquare { width: usize, height: usize },
}

/// The format and digest of a logo's bytes.
pub fn inspect(bytes: &[u8]) -> Result<(LogoFormat, Digest), LogoFault> {
    if bytes.is_empty() {
        return Err(LogoFault::Empty);
    }
    if bytes.len() as u64 > MAX_LOGO_BYTES {
        return Err(LogoFault::TooLarge(bytes.len() as u64));
    }
    let format = match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Jpeg) => LogoFormat::Jpeg,
        Ok(imagesize::ImageType::Png) => LogoFormat::Png,
        Ok(_) | Err(_) => return Err(LogoFault::NotAnImage),
    };
    let size = imagesize::blob_size(bytes).map_err(|_| LogoFault::NotAnImage)?;
    if size.width != size.height || size.width == 0 {
        return Err(LogoFault::NotSquare { width: size.width, height: size.height });
    }
    Ok((format, digest(bytes)))
}

pub fn digest(bytes: &[u8]) -> Digest {
    Digest::new(HEXLOWER.encode(&Sha256::digest(bytes)))
}
