//! Giving one mail to a mail server, command by command.
//!
//! What a refusal means depends on what was refused. Only when the server does not know the
//! recipient is it final; the bytes of the mail are then thrown away. Everything else may be mended
//! by who runs us or the server, while the invitation lasts: a refusal of the sender (MAIL), of the
//! text (DATA), of a login, or of us. Many servers put off what they think of us and of the sender
//! until they hear the recipient, so a refusal there is final only if
//!
//! - its enhanced status code (RFC 3463) is about the recipient's address, 5.1.x without the
//!   sender's 5.1.7 and 5.1.8, or about the recipient's mailbox, 5.2.x; or
//! - it has none, and its code is one about mailboxes (RFC 5321 and 7504: 550 to 553, 556).

use super::{
    mailer::{Fate, Parcel},
    smtp::causes,
};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt, Rset},
        extension::{Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use std::{error::Error as _, fmt, time::Duration};

/// One answer of the server may take this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// A server that has the whole mail may want to read it, and if we leave it then, the mail may go
/// out twice (RFC 5321, 4.5.3.2.6).
const LAST_PATIENCE: Duration = Duration::from_mins(2);

/// A connection over which mails can go.
pub(super) type Line = AsyncSmtpConnection;

/// Why the server did not do as it was told.
#[derive(Debug)]
pub(super) enum Trouble {
    Said(Error),
    Silence(Duration),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(why) => f.write_str(&causes(why)),
            Self::Silence(patience) => {
                write!(f, "the mail server did not answer within {} s", patience.as_secs())
            }
        }
    }
}

impl Trouble {
    fn is_final_about_recipient(&self) -> bool {
        let Self::Said(why) = self else { return false };
        let text = why.source().map(ToString::to_string).unwrap_or_default();
        why.status().is_some_and(|code| is_final_about_recipient(code.into(), &text))
    }
}

pub(super) async fn patiently<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Trouble> {
    within(PATIENCE, work).await
}

async fn within<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(patience, work).await {
        Ok(done) => done.map_err(Trouble::Said),
        Err(_) => Err(Trouble::Silence(patience)),
    }
}

pub(super) async fn hand_over(line: &mut Line, from: &Address, parcel: &Parcel) -> Fate {
    let to = match parcel.recipient.parse::<Address>() {
        Ok(to) => to,
        Err(why) => return Fate::Never(why.to_string()),
    };
    let options = match options(line, (from, &to), parcel) {
        Ok(options) => options,
        Err(missing) => return Fate::Later(format!("the mail server does not know {missing}")),
    };
    if let Err(trouble) = patiently(line.command(Mail::new(Some(from.clone()), options))).await {
        return Fate::Later(trouble.to_string());
    }
    match patiently(line.command(Rcpt::new(to, Vec::new()))).await {
        Err(trouble) if trouble.is_final_about_recipient() => Fate::Never(trouble.to_string()),
        Err(trouble) => Fate::Later(trouble.to_string()),
        Ok(_) => match say(line, parcel).await {
            Err(trouble) => Fate::Later(trouble.to_string()),
            Ok(_) => Fate::Sent,
        },
    }
}

async fn say(line: &mut Line, parcel: &Parcel) -> Result<Response, Trouble> {
    patiently(line.command(Data)).await?;
    within(LAST_PATIENCE, line.message(&parcel.bytes)).await
}

/// Whether the next mail can go over it.
pub(super) async fn is_ready(line: &mut Line, fate: &Fate) -> bool {
    match fate {
        Fate::Sent => true,
        // Nothing of the mail must be left that was not taken; and is anybody there?
        Fate::Later(_) | Fate::Never(_) => patiently(line.command(Rset)).await.is_ok(),
    }
}

/// What the server has to know beforehand; the extension it lacks for that.
fn options(
    line: &Line,
    (from, to): (&Address, &Address),
    parcel: &Parcel,
) -> Result<Vec<MailParameter>, &'static str> {
    let knows = |extension| line.server_info().supports_feature(extension);
    let mut options = Vec::new();
    if ![from, to].iter().all(|address| AsRef::<str>::as_ref(*address).is_ascii()) {
        let option = knows(Extension::SmtpUtfEight).then_some(MailParameter::SmtpUtfEight);
        options.push(option.ok_or("SMTPUTF8")?);
    }
    if !parcel.bytes.is_ascii() {
        let option = MailParameter::Body(MailBodyParameter::EightBitMime);
        options.push(knows(Extension::EightBitMime).then_some(option).ok_or("8BITMIME")?);
    }
    Ok(options)
}

/// See the module's docs.
fn is_final_about_recipient(code: u16, text: &str) -> bool {
    match enhanced(text) {
        Some((5, 1, detail)) => !matches!(detail, 7 | 8),
        Some((5, 2, _)) => true,
        Some(_) => false,
        None => matches!(code, 550..=553 | 556),
    }
}

/// `5.1.1 no such person here`
fn enhanced(text: &str) -> Option<(u16, u16, u16)> {
    let mut numbers = text.split_whitespace().next()?.split('.').map(str::parse);
    let code = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    numbers.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use super::is_final_about_recipient;

    #[test]
    fn only_a_recipient_that_does_not_exist_or_takes_no_mail_is_final() {
        const FINAL: [(u16, &str); 6] = [
            (550, "5.1.1 <wu@example.com>: Recipient address rejected: User unknown"),
            (550, "no such person here"),
            (552, "5.2.2 mailbox full"),
            (553, "mailbox name not allowed"),
            (556, "5.1.10 the domain takes no mail"),
            (550, ""),
        ];
        for (code, text) in FINAL {
            assert!(is_final_about_recipient(code, text), "{code} {text}");
        }
        const MENDABLE: [(u16, &str); 11] = [
            (530, "5.7.0 Authentication required"),
            (530, "log in first"),
            (534, "5.7.9 this login is too weak"),
            (535, "5.7.8 bad credentials"),
            (538, "encryption required"),
            (550, "5.1.8 <us@example.com>: Sender address rejected: Domain not found"),
            (550, "5.7.1 not authorized to send as this sender"),
            (553, "5.7.1 <us@example.com>: Sender address rejected: not owned by user"),
            (554, "5.7.1 <wu@example.com>: Relay access denied"),
            (554, "transaction failed"),
            (451, "4.1.1 not known at the moment"),
        ];
        for (code, text) in MENDABLE {
            assert!(!is_final_about_recipient(code, text), "{code} {text}");
        }
    }
}
