//! libFuzzer over [`probonus_fuzz::phone`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| probonus_fuzz::run(probonus_fuzz::phone, data));
