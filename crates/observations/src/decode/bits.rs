//! Packed integers, as the Parquet format defines them.

use bytes::Bytes;
use parquet::errors::Result;

use super::page::{corrupt, slice_from};

/// Parquet's mixture of runs and bit-packed groups.
pub(super) struct Hybrid {
    pub(super) bytes: Bytes,
    at: usize,
    width: u8,
    pub(super) run: Run,
}

#[derive(Clone, Copy)]
pub(super) enum Run {
    Equal {
        value: u32,
        left: usize,
    },
    /// `left` packed values from `bit` on.
    Packed {
        bit: usize,
        left: usize,
    },
}

impl Hybrid {
    pub(super) fn new(bytes: Bytes, width: u8) -> Result<Self> {
        if width > 32 {
            return Err(corrupt("keys are wider than 32 bits"));
        }
        Ok(Self { bytes, at: 0, width, run: Run::Equal { value: 0, left: 0 } })
    }

    /// The keys of a page, which begin with their width.
    pub(super) fn of_keys(values: &Bytes) -> Result<Self> {
        let width = *values.first().unwrap_or(&0);
        Self::new(slice_from(values, usize::from(!values.is_empty()))?, width)
    }

    /// Looks the next keys up, one for each place in `out`.
    pub(super) fn look_up(&mut self, dictionary: &[i64], mut out: &mut [i64]) -> Result<()> {
        let unknown = || corrupt("a key is not in the dictionary");
        let width = usize::from(self.width);
        while !out.is_empty() {
            match self.run {
                Run::Equal { left: 0, .. } | Run::Packed { left: 0, .. } => self.run = self.header()?,
                Run::Equal { value, left } => {
                    let (now, later) = out.split_at_mut(left.min(out.len()));
                    now.fill(*dictionary.get(value as usize).ok_or_else(unknown)?);
                    self.run = Run::Equal { value, left: left - now.len() };
                    out = later;
                }
                Run::Packed { bit, left } => {
                    let (now, later) = out.split_at_mut(left.min(out.len()));
                    let mut highest = 0;
                    let mut done = 0;
                    if bit % 8 == 0 && width <= NARROW {
                        (done, highest) = groups(&self.bytes[bit / 8..], width, dictionary, now);
                    }
                    for (i, place) in now.iter_mut().enumerate().skip(done) {
                        let key = packed(&self.bytes, bit + i * width, width) as usize;
                        highest = highest.max(key);
                        *place = dictionary.get(key).copied().unwrap_or(0);
                    }
                    if highest >= dictionary.len() {
                        return Err(unknown());
                    }
                    self.run = Run::Packed { bit: bit + now.len() * width, left: left - now.len() };
                    out = later;
                }
            }
        }
        Ok(())
    }

    /// The next value and how often it follows, at most `most` times. Packed values come one by one unless neighbours are equal.
    #[inline]
    pub(super) fn next(&mut self, most: usize) -> Result<(u32, usize)> {
        loop {
            match &mut self.run {
                Run::Equal { value, left } if *left > 0 => {
                    let n = most.min(*left);
                    *left -= n;
                    return Ok((*value, n));
                }
                Run::Packed { bit, left } if *left > 0 => {
                    let width = usize::from(self.width);
                    let value = packed(&self.bytes, *bit, width);
                    let mut n = 1;
                    *bit += width;
                    while n < most.min(*left) && packed(&self.bytes, *bit, width) == value {
                        n += 1;
                        *bit += width;
                    }
                    *left -= n;
                    return Ok((value, n));
                }
                _ => self.run = self.header()?,
            }
        }
    }

    pub(super) fn header(&mut self) -> Result<Run> {
        let header = varint(&self.bytes, &mut self.at)?;
        let count = (header >> 1) as usize;
        if header >> 33 > 0 {
            return Err(corrupt("a run is too long"));
        }
        if header & 1 == 0 {
            let bytes = usize::from(self.width).div_ceil(8);
            let mut value = 0;
            for i in 0..bytes {
                let byte = *self.bytes.get(self.at + i).ok_or_else(|| corrupt("it ends too early"))?;
                value |= u32::from(byte) << (8 * i);
            }
            self.at += bytes;
            if count == 0 {
                return Err(corrupt("a run is empty"));
            }
            return Ok(Run::Equal { value, left: count });
        }
        let bit = self.at * 8;
        let length = count * usize::from(self.width);
        // The last group may be cut short; what is not there is never asked for, or reads as zero.
        self.at = (self.at + length).min(self.bytes.len());
        if count == 0 || bit >= self.bytes.len() * 8 && self.width > 0 {
            return Err(corrupt("a packed run is empty"));
        }
        Ok(Run::Packed { bit, left: count * 8 })
    }
}

/// The widest keys of which four lie within eight bytes, wherever in a byte the first begins.
const NARROW: usize = 15;

/// Looks packed keys up, eight at a time, as many as can be read without coming near the end: how many, and the highest key.
fn groups(bytes: &[u8], width: usize, dictionary: &[i64], out: &mut [i64]) -> (usize, usize) {
    let mask = (1u64 << width) - 1;
    // Eight keys are `width` bytes; the second four begin in the middle of a byte when the width is odd.
    let (second, shift) = (width * 4 / 8, width * 4 % 8);
    let mut highest = 0;
    let mut done = 0usize;
    let mut at = 0usize;
    for places in out.as_chunks_mut::<8>().0 {
        let low = bytes.get(at..).and_then(|b| b.first_chunk::<8>());
        let high = bytes.get(at.wrapping_add(second)..).and_then(|b| b.first_chunk::<8>());
        let (Some(low), Some(high)) = (low, high) else { break };
        let (mut low, mut high) = (u64::from_le_bytes(*low), u64::from_le_bytes(*high) >> shift);
        let (first_four, last_four) = places.split_at_mut(4);
        for (a, b) in first_four.iter_mut().zip(last_four) {
            let (x, y) = ((low & mask) as usize, (high & mask) as usize);
            (low, high) = (low >> width, high >> width);
            highest = highest.max(x).max(y);
            *a = dictionary.get(x).copied().unwrap_or(0);
            *b = dictionary.get(y).copied().unwrap_or(0);
        }
        done = done.wrapping_add(8);
        at = at.wrapping_add(width);
    }
    (done, highest)
}

/// The `width` bits from `bit` on; bits past the end are zero.
#[inline]
pub(super) fn packed(bytes: &[u8], bit: usize, width: usize) -> u32 {
    let from = bit / 8;
    let word = match bytes.get(from..from + 8).and_then(|b| b.try_into().ok()) {
        Some(eight) => u64::from_le_bytes(eight),
        None => bytes.iter().skip(from).take(8).enumerate().fold(0, |w, (i, b)| w | u64::from(*b) << (8 * i)),
    };
    ((word >> (bit % 8)) & ((1u64 << width) - 1)) as u32
}

#[inline]
pub(super) fn varint(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at).ok_or_else(|| corrupt("it ends too early"))?;
        *at += 1;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(corrupt("a number is too long"))
}

#[inline]
pub(super) fn zigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

/// The `width` bits from `bit` on, at most 64; bits past the end are zero.
#[inline]
pub(super) fn packed_long(bytes: &[u8], bit: usize, width: usize) -> u64 {
    let from = bit / 8;
    if width <= 56
        && let Some(eight) = bytes.get(from..).and_then(|b| b.first_chunk::<8>())
    {
        return u64::from_le_bytes(*eight) >> (bit % 8) & ((1u64 << width) - 1);
    }
    let word = match bytes.get(from..).and_then(|b| b.first_chunk::<16>()) {
        Some(sixteen) => u128::from_le_bytes(*sixteen),
        None => bytes.iter().skip(from).take(16).enumerate().fold(0, |w, (i, b)| w | u128::from(*b) << (8 * i)),
    };
    ((word >> (bit % 8)) & ((1u128 << width) - 1)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_packed_groups_are_read_as_the_format_defines_them() {
        // The example of the Parquet format: 0 to 7 in three bits; then a run of four fives.
        let bytes = Bytes::from_static(&[0b0000_0011, 0b1000_1000, 0b1100_0110, 0b1111_1010, 0b0000_1000, 5]);
        let mut hybrid = Hybrid::new(bytes, 3).expect("a width");
        for want in 0..8 {
            assert_eq!(hybrid.next(100).expect("a value"), (want, 1));
        }
        assert_eq!(hybrid.next(3).expect("a run"), (5, 3));
        assert_eq!(hybrid.next(3).expect("a run"), (5, 1));
        assert!(hybrid.next(1).is_err());
    }

    #[test]
    fn cut_or_senseless_bytes_are_an_error() {
        for bytes in [&[][..], &[0x80], &[0x02], &[0x00, 1], &[0x01], &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]] {
            let mut hybrid = Hybrid::new(Bytes::copy_from_slice(bytes), 8).expect("a width");
            assert!(hybrid.next(10).is_err(), "{bytes:?}");
        }
        assert!(Hybrid::new(Bytes::new(), 33).is_err());
    }
}
