//! Output without `core::fmt`, whose machinery can panic.

/// Writes to standard output; there is nobody to tell when that fails.
pub fn say(mut text: &[u8]) {
    while !text.is_empty() {
        // SAFETY: these programs never close or reuse standard output.
        let out = unsafe { rustix::stdio::stdout() };
        match rustix::io::write(out, text).map(|n| text.get(n..)) {
            Ok(Some(rest)) if rest.len() < text.len() => text = rest,
            _ => return,
        }
    }
}

/// One line of output, gathered so that it is written at once.
pub struct Line {
    text: [u8; 160],
    len: usize,
}

impl Line {
    /// A line that starts with `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let empty = Self {
            text: [0; 160],
            len: 0,
        };
        empty.and(text)
    }

    /// Appends text; what is too much for one line is lost.
    #[must_use]
    pub fn and(mut self, text: &str) -> Self {
        for &byte in text.as_bytes() {
            self.push(byte);
        }
        self
    }

    /// Appends a number.
    #[must_use]
    pub fn number(mut self, mut n: usize) -> Self {
        let mut digits = [0; 20];
        let mut first = digits.len();
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (n % 10) as u8;
            first -= 1;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        for &digit in digits.iter().skip(first) {
            self.push(digit);
        }
        self
    }

    /// Writes the line.
    pub fn end(mut self) {
        self.push(b'\n');
        say(self.text.get(..self.len).unwrap_or_default());
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }
}
