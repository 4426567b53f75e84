//! The bytes of an input: where they are kept, what they are, their hash, and how they unpack.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::error::{Guard, from_io};
use crate::text::MAX_LINE;
use crate::{Input, IntakeError};

/// What is kept in memory; longer inputs are read from their file again.
const IN_MEMORY: usize = 64 << 20;
/// The longest stream that is taken.
const MAX_STREAM: u64 = 16 << 30;
/// The most that text may unpack to.
const MAX_TEXT: u64 = 4 << 30;
/// The most that a packed file may unpack to when it has to be held in memory.
const MAX_HELD: u64 = 512 << 20;
/// Text that unpacks to more than this is refused when it unpacks more than [`MAX_RATIO`]-fold.
const RATIO_FROM: u64 = 256 << 20;
const MAX_RATIO: u64 = 300;

/// The bytes of an input.
pub(crate) enum Body {
    Memory(Bytes),
    File(File),
}

/// An input, opened.
pub(crate) struct Raw {
    /// The name for messages.
    pub(crate) name: String,
    pub(crate) body: Body,
    pub(crate) len: u64,
}

/// The kind of content, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Gzip,
    Zip,
    Cfb,
    Parquet,
    Json,
    Text,
    /// Something that is known not to be a table.
    Other(&'static str),
}

impl Kind {
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => return Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Self::Zip,
            [0xd0, 0xcf, 0x11, 0xe0, ..] => return Self::Cfb,
            [b'P', b'A', b'R', b'1', ..] => return Self::Parquet,
            [b'%', b'P', b'D', b'F', ..] => return Self::Other("a PDF document; export the table as CSV or xlsx"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => return Self::Other("a zstd archive; unpack it or use gzip"),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => return Self::Other("a bzip2 archive; unpack it or use gzip"),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => return Self::Other("an xz archive; unpack it or use gzip"),
            [b'7', b'z', 0xbc, 0xaf, ..] | [b'R', b'a', b'r', b'!', ..] => {
                return Self::Other("an archive; unpack it first");
            }
            _ => {}
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        match head.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'{' | b'[') => Self::Json,
            Some(b'<') => Self::Other("HTML or XML; export the table as CSV or xlsx"),
            _ => Self::Text,
        }
    }
}

impl Raw {
    /// Opens an input.
    pub(crate) fn open(input: Input) -> Result<Self, IntakeError> {
        match input {
            Input::Path(path) => open_path(&path),
            Input::Bytes { name, bytes } => {
                Ok(Self { name, len: bytes.len() as u64, body: Body::Memory(bytes.into()) })
            }
            Input::Reader { name, mut reader } => spool(name, &mut *reader),
        }
    }

    /// The name without its folder.
    pub(crate) fn short_name(&self) -> String {
        Path::new(&self.name).file_name().map_or_else(|| self.name.clone(), |n| n.to_string_lossy().into_owned())
    }

    /// The bytes from the start.
    pub(crate) fn bytes(&self) -> Result<Box<dyn Read + '_>, IntakeError> {
        self.rewind()?;
        Ok(match &self.body {
            Body::Memory(bytes) => Box::new(Cursor::new(&bytes[..])),
            Body::File(file) => Box::new(file),
        })
    }

    /// Sets a file back to its start.
    pub(crate) fn rewind(&self) -> Result<(), IntakeError> {
        if let Body::File(file) = &self.body {
            let mut file = file;
            file.seek(SeekFrom::Start(0)).map_err(|e| from_io(&self.name, e))?;
        }
        Ok(())
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> Result<Vec<u8>, IntakeError> {
        let mut head = Vec::new();
        self.bytes()?.take(512).read_to_end(&mut head).map_err(|e| from_io(&self.name, e))?;
        Ok(head)
    }

    /// SHA-256 in hex.
    pub(crate) fn sha256(&self) -> Result<String, IntakeError> {
        let mut hash = Sha256::new();
        match &self.body {
            Body::Memory(bytes) => hash.update(bytes),
            Body::File(_) => {
                let mut reader = self.bytes()?;
                let mut buffer = vec![0; 1 << 18];
                loop {
                    let got = reader.read(&mut buffer).map_err(|e| from_io(&self.name, e))?;
                    if got == 0 {
                        break;
                    }
                    hash.update(&buffer[..got]);
                }
            }
        }
        Ok(hash.finalize().iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The text, unpacked when it is gzip.
    pub(crate) fn text(&self, gzip: bool) -> Result<Box<dyn BufRead + '_>, IntakeError> {
        Ok(if gzip {
            Box::new(BufReader::with_capacity(1 << 16, Inflate::new(self.bytes()?, MAX_TEXT)))
        } else {
            match &self.body {
                Body::Memory(bytes) => Box::new(Cursor::new(&bytes[..])),
                Body::File(_) => Box::new(BufReader::with_capacity(1 << 18, self.bytes()?)),
            }
        })
    }

    /// The unpacked content of a gzip file as an input of its own, for formats that are not read as a stream.
    pub(crate) fn unpacked(&self) -> Result<Self, IntakeError> {
        let mut bytes = Vec::new();
        Inflate::new(self.bytes()?, MAX_HELD).read_to_end(&mut bytes).map_err(|e| from_io(&self.name, e))?;
        Ok(Self { name: self.name.clone(), len: bytes.len() as u64, body: Body::Memory(bytes.into()) })
    }
}

fn open_path(path: &Path) -> Result<Raw, IntakeError> {
    let name = path.to_string_lossy().into_owned();
    let error = |e| from_io(&name, e);
    let mut file = File::open(path).map_err(error)?;
    let meta = file.metadata().map_err(error)?;
    if meta.is_dir() {
        return Err(IntakeError::Directory { file: name });
    }
    if !meta.is_file() {
        return spool(name, &mut file);
    }
    if meta.len() > IN_MEMORY as u64 {
        return Ok(Raw { name, len: meta.len(), body: Body::File(file) });
    }
    let mut bytes = Vec::with_capacity(meta.len() as usize);
    file.take(IN_MEMORY as u64).read_to_end(&mut bytes).map_err(|e| from_io(&name, e))?;
    Ok(Raw { name, len: bytes.len() as u64, body: Body::Memory(bytes.into()) })
}

/// Takes a stream in: into memory, or into a temporary file when it is long.
fn spool(name: String, reader: &mut dyn Read) -> Result<Raw, IntakeError> {
    let mut bytes = Vec::new();
    (&mut *reader).take(IN_MEMORY as u64).read_to_end(&mut bytes).map_err(|e| from_io(&name, e))?;
    let mut len = bytes.len() as u64;
    if bytes.len() < IN_MEMORY {
        return Ok(Raw { name, len, body: Body::Memory(bytes.into()) });
    }
    // An endless line is noticed while the stream comes in, not when the disk is full.
    let mut lines = matches!(Kind::of(&bytes), Kind::Text).then(LineWatch::default);
    let mut file = tempfile::tempfile().map_err(|e| from_io(&name, e))?;
    let mut chunk = bytes;
    loop {
        if let Some(watch) = &mut lines {
            watch.see(&name, &chunk)?;
        }
        file.write_all(&chunk).map_err(|e| from_io(&name, e))?;
        chunk.resize(1 << 20, 0);
        let got = reader.read(&mut chunk).map_err(|e| from_io(&name, e))?;
        chunk.truncate(got);
        len += got as u64;
        if got == 0 {
            return Ok(Raw { name, len, body: Body::File(file) });
        }
        if len > MAX_STREAM {
            return Err(IntakeError::Bomb {
                file: name,
                what: format!("the stream is longer than {MAX_STREAM} bytes"),
            });
        }
    }
}

/// Counts the bytes since the last line feed.
#[derive(Default)]
struct LineWatch {
    row: u64,
    length: usize,
}

impl LineWatch {
    fn see(&mut self, name: &str, chunk: &[u8]) -> Result<(), IntakeError> {
        for part in chunk.split_inclusive(|b| *b == b'\n') {
            self.length += part.len();
            if self.length > MAX_LINE {
                return Err(IntakeError::LineTooLong { file: name.to_owned(), row: self.row + 1, limit: MAX_LINE });
            }
            if part.ends_with(b"\n") {
                self.row += 1;
                self.length = 0;
            }
        }
        Ok(())
    }
}

/// A gzip stream that refuses to unpack to too much, and names what is wrong with it.
struct Inflate<R: Read> {
    inner: MultiGzDecoder<Counted<BufReader<R>>>,
    out: u64,
    most: u64,
}

struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.count += got as u64;
        Ok(got)
    }
}

impl<R: Read> Inflate<R> {
    fn new(inner: R, most: u64) -> Self {
        let inner = Counted { inner: BufReader::new(inner), count: 0 };
        Self { inner: MultiGzDecoder::new(inner), out: 0, most }
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                io::Error::other(Guard::Gzip(e.to_string()))
            }
            _ => e,
        })?;
        self.out += got as u64;
        if self.out > self.most {
            return Err(io::Error::other(Guard::Inflated(self.most)));
        }
        if self.out > RATIO_FROM && self.out / MAX_RATIO > self.inner.get_ref().count {
            return Err(io::Error::other(Guard::Ratio { ratio: MAX_RATIO, bytes: self.out }));
        }
        Ok(got)
    }
}
