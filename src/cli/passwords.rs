//! The password of the ledger's server: from the environment, or from the file in which clients of
//! PostgreSQL keep theirs. <https://www.postgresql.org/docs/current/libpq-pgpass.html>

use super::{error::CliError, surroundings::Surroundings};
use crate::ledger::Address;
use std::{fs, io, path::Path};

/// As it came, when no password is known: not every server asks for one.
pub(super) fn with_password(
    address: Address,
    surroundings: &Surroundings,
) -> Result<Address, CliError> {
    if let Some(password) = &surroundings.pg_password {
        return Ok(address.with_password(password));
    }
    let usual = surroundings.home.as_ref().map(|home| home.join(".pgpass"));
    let Some(path) = surroundings.pg_passfile.clone().or(usual) else { return Ok(address) };
    let found = read(&path)?.and_then(|text| password(&text, &address.parts()));
    Ok(match found {
        Some(password) => address.with_password(&password),
        None => address,
    })
}

fn read(path: &Path) -> Result<Option<String>, CliError> {
    let cannot = |why: &io::Error| {
        CliError::failed(format!("cannot read passwords from {}: {why}", path.display()))
    };
    match fs::read_to_string(path) {
        Ok(text) => own(path).map(|()| Some(text)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(cannot(&why)),
    }
}

/// Others must not be able to read it.
fn own(path: &Path) -> Result<(), CliError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_or(0, |data| data.permissions().mode());
        if mode & 0o077 != 0 {
            let path = path.display();
            return Err(CliError::failed(format!("others can read the passwords in {path}"))
                .help(format!("`chmod 600 {path}`")));
        }
    }
    Ok(())
}

/// Of the first line that fits.
fn password(text: &str, parts: &[String; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut fields = fields(line);
        let password = (fields.len() == 5).then(|| fields.pop())??;
        let fits = |(field, part): (&String, &String)| field == "*" || field == part;
        fields.iter().zip(parts).all(fits).then_some(password)
    })
}

/// Between colons; a backslash takes what follows it as it is.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' => fields.push(String::new()),
            '\\' => fields.last_mut().expect("there is one to begin with").extend(letters.next()),
            letter => fields.last_mut().expect("there is one to begin with").push(letter),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let file = "# ours\nother:5432:minisync:me:no\n\nshort:line\n\
            db.example.com:*:minisync:me:a\\:b\\\\c\n*:*:*:*:any\n";
        let of = |host: &str| password(file, &[host, "5432", "minisync", "me"].map(str::to_owned));
        assert_eq!(of("db.example.com").as_deref(), Some("a:b\\c"));
        assert_eq!(of("elsewhere").as_deref(), Some("any"));
        assert_eq!(password("", &["h", "1", "d", "u"].map(str::to_owned)), None);
    }
}
