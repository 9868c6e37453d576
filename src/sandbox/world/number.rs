//! Ids of things in a workspace: given out in order, never twice, and told apart by their letter.

use std::{fmt, str::FromStr};

/// What is not an id, and so the id of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchNumber;

macro_rules! number {
    ($name:ident $letter:literal) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(u64);

        impl $name {
            pub fn new(number: u64) -> Self {
                Self(number)
            }

            pub fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $letter, self.0)
            }
        }

        impl FromStr for $name {
            type Err = NoSuchNumber;

            /// Only the one spelling that [`fmt::Display`] writes: an object has one address.
            fn from_str(text: &str) -> Result<Self, NoSuchNumber> {
                let digits = text.strip_prefix($letter).ok_or(NoSuchNumber)?;
                let number = Self(digits.parse().map_err(|_| NoSuchNumber)?);
                if number.to_string() == text { Ok(number) } else { Err(NoSuchNumber) }
            }
        }
    };
}

number!(ProgramNo 'p');
number!(MemberNo 'm');

#[cfg(test)]
mod tests {
    use super::{MemberNo, NoSuchNumber, ProgramNo};

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!("p7".parse(), Ok(ProgramNo::new(7)));
        for odd in ["", "p", "7", "m7", "p07", "p+7", "p-7", "p７", "p99999999999999999999"] {
            assert_eq!(odd.parse::<ProgramNo>(), Err(NoSuchNumber), "{odd}");
        }
        assert_eq!(MemberNo::new(12).to_string(), "m12");
    }
}
