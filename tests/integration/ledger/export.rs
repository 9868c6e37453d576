//! Reading an export: whatever the bytes are, it ends, and believes nothing that was changed.

use super::conformance::exported;
use minisync::ledger::{ImportError, Reader};
use proptest::property_test;

/// Everything in it, as far as it can be believed.
fn read(bytes: &[u8]) -> Result<usize, ImportError> {
    let mut n = 0;
    for record in Reader::new(bytes)? {
        record?;
        n += 1;
    }
    Ok(n)
}

fn sample() -> String {
    tokio::runtime::Runtime::new().unwrap().block_on(exported())
}

#[test]
fn no_beginning_of_an_export_passes_for_the_whole() {
    let text = sample();
    assert_eq!(read(text.as_bytes()).unwrap(), 5);
    // The last byte is a line end, which nobody misses.
    for end in 0..text.len() - 1 {
        assert!(read(&text.as_bytes()[..end]).is_err(), "{}", &text[..end]);
    }
}

#[test]
fn no_changed_byte_of_a_record_goes_unnoticed() {
    let text = sample();
    let (header, records) = text.split_once('\n').unwrap();
    let (records, _) = records.split_once("{\"end\"").unwrap();
    for at in header.len() + 1..header.len() + 1 + records.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        assert!(read(&bytes).is_err(), "byte {at}");
    }
}

#[property_test]
fn whatever_is_read_there_is_an_answer(garbage: Vec<u8>, lines: Vec<String>) {
    read(&garbage).unwrap_err();
    let header = "{\"format\":\"minisync ledger\",\"version\":1,\"ledger\":\"x\"}";
    read(format!("{header}\n{}", lines.join("\n")).as_bytes()).unwrap_err();
}
