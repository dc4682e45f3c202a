//! Output without `core::fmt`, whose machinery can panic.

/// One line of output and its length, gathered so that it is written at once.
pub struct Line([u8; 128], usize);

impl Line {
    /// A line that starts with `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self([0; 128], 0).and(text)
    }

    /// Appends text; what is too much for one line is lost.
    #[must_use]
    pub fn and(mut self, text: impl AsRef<[u8]>) -> Self {
        for &byte in text.as_ref() {
            if let Some(place) = self.0.get_mut(self.1) {
                *place = byte;
                self.1 += 1;
            }
        }
        self
    }

    /// Appends a number.
    #[must_use]
    pub fn number(self, n: usize) -> Self {
        let line = if n < 10 { self } else { self.number(n / 10) };
        line.and([b'0' + (n % 10) as u8])
    }

    /// Writes the line; there is nobody to tell when that fails.
    pub fn end(self) {
        let line = self.and(b"\n");
        // SAFETY: these programs never close standard output.
        let out = unsafe { rustix::stdio::stdout() };
        let _ = rustix::io::write(out, line.0.get(..line.1).unwrap_or_default());
    }
}
