//! Compresses each file for the wire.

use std::io::Write;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Result;
use crate::asset::Asset;

/// A file of the page in all its encodings.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) asset: Asset,
    pub(crate) brotli: Vec<u8>,
    pub(crate) gzip: Vec<u8>,
}

/// Compresses as hard as possible: it happens once, and the result is sent often.
pub(crate) fn compress(asset: Asset) -> Result<Packed> {
    let explain = |error| format!("{}: cannot be compressed: {error}", asset.name);
    let params =
        BrotliEncoderParams { quality: 11, size_hint: asset.content.len(), ..BrotliEncoderParams::default() };
    let mut brotli = Vec::new();
    brotli::BrotliCompress(&mut asset.content.as_slice(), &mut brotli, &params).map_err(explain)?;

    // No file name or time, so that the same content gives the same bytes.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let gzip = encoder.write_all(&asset.content).and_then(|()| encoder.finish()).map_err(explain)?;
    Ok(Packed { asset, brotli, gzip })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_compressed_can_be_had_back() {
        let content = b"what compresses well, compresses well".repeat(50);
        let packed = compress(Asset::index("index.html", content.clone())).unwrap();

        let mut brotli = Vec::new();
        brotli::BrotliDecompress(&mut packed.brotli.as_slice(), &mut brotli).unwrap();
        assert_eq!(brotli, content);

        let mut gzip = Vec::new();
        flate2::read::GzDecoder::new(packed.gzip.as_slice()).read_to_end(&mut gzip).unwrap();
        assert_eq!(gzip, content);
        assert!(packed.brotli.len() < content.len() && packed.gzip.len() < content.len());
    }

    #[test]
    fn the_same_content_gives_the_same_bytes() {
        let twice = [0, 1].map(|_| compress(Asset::index("index.html", b"page".to_vec())).unwrap());
        assert_eq!(twice[0].brotli, twice[1].brotli);
        assert_eq!(twice[0].gzip, twice[1].gzip);
    }
}
