//! libFuzzer over [`probonus_fuzz::answer`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| probonus_fuzz::run(probonus_fuzz::answer, data));
