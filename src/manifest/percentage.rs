//! Shares of a whole, as people write them.

/// Of a text such as `25%`, the number: 0 to 100.
pub fn percent(text: &str) -> Option<u8> {
    let digits = text.strip_suffix('%')?;
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|percent| is_plain && *percent <= 100)
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_a_whole_number_of_hundredths() {
        assert_eq!(["0%", "25%", "100%"].map(percent), [Some(0), Some(25), Some(100)]);
        for text in ["", "%", "25", "101%", "+5%", "2.5%", "25 %", "-1%", "300%"] {
            assert_eq!(percent(text), None, "{text}");
        }
    }
}
