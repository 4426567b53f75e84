use axum::body::Bytes;

/// Answers kept at most, and bytes of them at most.
const ENTRIES: usize = 64;
const BYTES: usize = 16 << 20;

/// Versions of the table of readings and of the records.
pub(crate) type Stamp = (u64, u64);

/// The last answers given, newest last. All belong to one version of the data.
#[derive(Default)]
pub(crate) struct Cache {
    stamp: Stamp,
    entries: Vec<(String, Bytes)>,
    bytes: usize,
}

impl Cache {
    pub(crate) fn get(&mut self, stamp: Stamp, key: &str) -> Option<Bytes> {
        if stamp != self.stamp {
            return None;
        }
        let at = self.entries.iter().position(|(known, _)| known == key)?;
        let entry = self.entries.remove(at);
        let body = entry.1.clone();
        self.entries.push(entry);
        Some(body)
    }

    pub(crate) fn put(&mut self, stamp: Stamp, key: String, body: Bytes) {
        if stamp < self.stamp || body.len() > BYTES / 4 {
            return;
        }
        if stamp > self.stamp {
            *self = Self { stamp, ..Self::default() };
        }
        if self.entries.iter().any(|(known, _)| *known == key) {
            return;
        }
        self.bytes += body.len();
        self.entries.push((key, body));
        while self.entries.len() > ENTRIES || self.bytes > BYTES {
            self.bytes -= self.entries.remove(0).1.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_another_version_is_not_given() {
        let mut cache = Cache::default();
        cache.put((1, 0), "a".into(), Bytes::from_static(b"x"));
        assert!(cache.get((1, 0), "a").is_some());
        assert!(cache.get((2, 0), "a").is_none());
        cache.put((2, 0), "a".into(), Bytes::from_static(b"y"));
        assert_eq!(cache.get((2, 0), "a").as_deref(), Some(&b"y"[..]));
        assert!(cache.get((1, 0), "a").is_none());
    }

    #[test]
    fn the_answer_asked_for_longest_ago_goes_first() {
        let mut cache = Cache::default();
        for i in 0..ENTRIES {
            cache.put((0, 0), i.to_string(), Bytes::from_static(b"x"));
        }
        assert!(cache.get((0, 0), "0").is_some());
        cache.put((0, 0), "new".into(), Bytes::from_static(b"x"));
        assert!(cache.get((0, 0), "0").is_some() && cache.get((0, 0), "1").is_none());
        assert_eq!(cache.bytes, ENTRIES);
    }
}
