//! Bearer tokens: 256 bits that nobody can guess, kept only as hashes.

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::fmt;
use subtle::ConstantTimeEq as _;

/// What stands after `Bearer`; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TokenHash(pub(super) [u8; 32]);

/// Makes the tokens of people.
///
/// A repeated request must get the same answer, and a token may be stored nowhere; so it is
/// computed, from the request and from two secrets that are not kept in one place.
#[derive(Clone)]
pub(super) struct Mint {
    /// Of the data file.
    pub(super) secret: [u8; 32],
    /// Given at start.
    pub(super) operator: TokenHash,
}

impl Token {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A fresh one for an operator.
    pub fn random() -> Result<Self, getrandom::Error> {
        Ok(Self(format!("mso_{}", hex(&random()?))))
    }

    /// A fresh one for the link of an invitation.
    pub(super) fn for_link() -> Result<Self, getrandom::Error> {
        Ok(Self(format!("msi_{}", random_hex()?)))
    }

    /// The only way to its text, so that it is shown on purpose.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TokenHash {
    pub(super) fn is(self, other: Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Mint {
    pub(super) fn token(&self, email: &str, idempotency_key: &str) -> Token {
        let mut hash = Sha256::new();
        hash.update(self.secret);
        hash.update(self.operator.0);
        for part in [email, idempotency_key] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(self.secret);
        Token(format!("msp_{}", hex(&hash.finalize())))
    }
}

impl fmt::Debug for Mint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mint(…)")
    }
}

pub(super) fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn random_hex() -> Result<String, getrandom::Error> {
    random().map(|bytes| hex(&bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Mint, Token};

    #[test]
    fn a_token_depends_on_everything_it_is_made_of() {
        let mint = |secret, operator: &str| Mint {
            secret: [secret; 32],
            operator: Token::new(operator).hash(),
        };
        let token = |mint: Mint, email, key| mint.token(email, key).reveal().to_owned();
        let first = token(mint(1, "op"), "a@x.cn", "k");
        assert_eq!(first, token(mint(1, "op"), "a@x.cn", "k"));
        for other in [
            token(mint(2, "op"), "a@x.cn", "k"),
            token(mint(1, "oq"), "a@x.cn", "k"),
            token(mint(1, "op"), "b@x.cn", "k"),
            token(mint(1, "op"), "a@x.cn", "l"),
            token(mint(1, "op"), "a@x.c", "nk"),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        assert_eq!(format!("{:?}", Token::new("secret")), "Token(…)");
    }
}
