//! What a zip container holds, checked before a workbook reader takes its entries into memory.

use std::io::{self, Read, Seek};

use zip::ZipArchive;

use crate::IntakeError;

/// The most that one entry may unpack to.
const MAX_ENTRY: u64 = 512 << 20;
/// The most that all entries may unpack to.
const MAX_ALL: u64 = 1 << 30;
/// An entry that unpacks to more than this is refused when it unpacks more than [`MAX_RATIO`]-fold.
const RATIO_FROM: u64 = 64 << 20;
const MAX_RATIO: u64 = 200;
const MAX_ENTRIES: usize = 10_000;

/// The kind of workbook in a zip container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Book {
    Xlsx,
    Xlsb,
    Ods,
}

/// Unpacks every entry to nowhere, so that neither a false size in the directory nor a damaged entry goes on unnoticed.
pub(crate) fn check<R: Read + Seek>(file: &str, reader: R) -> Result<Book, IntakeError> {
    let damaged = |what: String| IntakeError::Damaged { file: file.to_owned(), what };
    let bomb = |what: String| IntakeError::Bomb { file: file.to_owned(), what };
    let mut archive =
        ZipArchive::new(reader).map_err(|e| damaged(format!("its zip directory cannot be read ({e})")))?;
    if archive.len() > MAX_ENTRIES {
        return Err(bomb(format!("it has {} entries", archive.len())));
    }
    let (mut book, mut all) = (None, 0u64);
    for index in 0..archive.len() {
        let mut entry =
            archive.by_index(index).map_err(|e| damaged(format!("entry {} cannot be read ({e})", index + 1)))?;
        let name = entry.name().map_or_else(|_| format!("{}", index + 1), |n| n.into_owned());
        let packed = entry.compressed_size();
        let too_much = |bytes: u64| bytes > MAX_ENTRY || (bytes > RATIO_FROM && bytes / MAX_RATIO > packed);
        if too_much(entry.size()) {
            return Err(bomb(format!("its entry {name} of {packed} bytes unpacks to {} bytes", entry.size())));
        }
        let mut out = 0u64;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let got = match entry.read(&mut buffer) {
                Ok(got) => got,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(damaged(format!("its entry {name} cannot be unpacked ({e})"))),
            };
            if got == 0 {
                break;
            }
            out += got as u64;
            all += got as u64;
            if too_much(out) || all > MAX_ALL {
                return Err(bomb(format!("its entry {name} of {packed} bytes unpacks to more than {out} bytes")));
            }
        }
        match name.as_str() {
            "xl/workbook.xml" => book = Some(Book::Xlsx),
            "xl/workbook.bin" => book = Some(Book::Xlsb),
            "content.xml" => book = Some(Book::Ods),
            _ => {}
        }
    }
    book.ok_or_else(|| IntakeError::Unsupported {
        file: file.to_owned(),
        what: "a zip archive that is no workbook; unpack it and give the files in it".into(),
    })
}
