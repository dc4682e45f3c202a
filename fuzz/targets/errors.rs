//! Every code on every system: class, code, text, and the way into
//! `std::io::Error` and back.
#![no_main]

use std::io;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use os_memlock::{Error, fuzzing as internal};

#[derive(Arbitrary, Clone, Copy, Debug)]
struct Input {
    system: u8,
    code: Code,
    advice: bool,
    knows: bool,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Code {
    Known(u8),
    Any(i32),
}

/// The names of the codes that say "no such call".
const UNSUPPORTED: [&str; 5] = [
    "ENOSYS",
    "EOPNOTSUPP",
    "ENOTSUP",
    "ERROR_NOT_SUPPORTED",
    "ERROR_CALL_NOT_IMPLEMENTED",
];

fuzz_target!(|input: Input| {
    let system = input.system as usize % internal::systems().count();
    let known: Vec<_> = internal::named_codes(system).collect();
    let code = match input.code {
        Code::Known(index) if !known.is_empty() => known[index as usize % known.len()].0,
        Code::Known(index) => i32::from(index),
        Code::Any(code) => code,
    };
    // The four codes that an `Error` has no room for.
    if (0x2000_0000..=0x2000_0003).contains(&code) {
        return;
    }
    let names: Vec<_> = known
        .iter()
        .filter(|row| row.0 == code)
        .map(|row| row.1)
        .collect();
    let error = if input.advice {
        internal::advice_error(system, code, input.knows)
    } else {
        Error::from_raw_os_error(code)
    };
    let linux = internal::systems()
        .nth(system)
        .unwrap()
        .starts_with("Linux");
    let einval = names.contains(&"EINVAL") && linux && input.advice && !input.knows;
    let unsupported = einval || names.iter().any(|name| UNSUPPORTED.contains(name));

    assert_eq!(error.raw_os_error(), Some(code));
    assert_eq!(internal::is_unsupported(system, error), unsupported);
    let text = internal::text(system, error).to_string();
    assert!(text.ends_with(&format!("(os error {code})")), "{text}");
    assert!(
        names
            .first()
            .is_none_or(|name| text.starts_with(&format!("{name}: "))),
        "{text}"
    );
    assert!(text.len() > 30, "{text}");
    assert_eq!(text.contains("does not know this advice"), einval);
    converted(error, code);
});

/// std knows the codes of the host; what holds for any code must hold.
fn converted(error: Error, code: i32) {
    let io = io::Error::from(error);
    let plain = io::Error::from_raw_os_error(code);
    assert_eq!(io.kind(), error.kind());
    assert_eq!(Error::from_io(&io), Some(error));
    if !error.is_unsupported() {
        assert_eq!((io.raw_os_error(), io.kind()), (Some(code), plain.kind()));
        assert_eq!(format!("{io} {io:?}"), format!("{plain} {plain:?}"));
        return;
    }
    assert_eq!(io.kind(), io::ErrorKind::Unsupported);
    let inner = io.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match io.raw_os_error() {
        Some(kept) => assert_eq!((kept, inner), (code, None)),
        None => assert_eq!((inner, io.to_string()), (Some(&error), error.to_string())),
    }
}
