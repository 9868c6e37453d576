//! What the page behind an invitation's link says, in the languages that it can say it in.

use super::{
    language::Tongue,
    time::{chinese, english},
};
use jiff::Timestamp;

pub(super) struct Words {
    tongue: Tongue,
    pub(super) brand: &'static str,
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) from: &'static str,
    pub(super) workspace: &'static str,
    pub(super) role: &'static str,
    pub(super) master: &'static str,
    pub(super) developer: &'static str,
    pub(super) programs: &'static str,
    pub(super) every_program: &'static str,
    pub(super) until: &'static str,
    pub(super) accept: &'static str,
    pub(super) refuse: &'static str,
    pub(super) note: &'static str,
    pub(super) console: &'static str,
    pub(super) changed: &'static str,
    pub(super) declined: Over,
    pub(super) accepted: Over,
    pub(super) refused: Over,
    pub(super) expired: Over,
    pub(super) withdrawn: Over,
    pub(super) replaced: Over,
    pub(super) gone: Over,
    pub(super) unknown: Over,
}

/// Why there is nothing to answer any more.
pub(super) struct Over {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

impl Words {
    pub(super) fn of(tongue: Tongue) -> &'static Self {
        match tongue {
            Tongue::English => &ENGLISH,
            Tongue::Chinese => &CHINESE,
        }
    }

    pub(super) fn tag(&self) -> &'static str {
        self.tongue.tag()
    }

    pub(super) fn greeting(&self, name: &str) -> String {
        match self.tongue {
            Tongue::English => format!("Hello {name},"),
            Tongue::Chinese => format!("{name}，您好："),
        }
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        match self.tongue {
            Tongue::English => english(at),
            Tongue::Chinese => chinese(at),
        }
    }
}

const ENGLISH: Words = Words {
    tongue: Tongue::English,
    brand: "Mini Program Console",
    title: "You are invited",
    lead: "Somebody would like to work with you on mini programs.",
    from: "Invited by",
    workspace: "Workspace",
    role: "Role",
    master: "Master",
    developer: "Developer",
    programs: "Mini programs",
    every_program: "All of the workspace",
    until: "Valid until",
    accept: "Accept",
    refuse: "Refuse",
    note: "Accepting signs you in. If you do not know who invites you, refuse, or just close this \
           page.",
    console: "To the console",
    changed: "The invitation has changed since you opened this page. Nothing was done: look at it as \
              it is now, and decide again.",
    declined: Over {
        title: "You have refused the invitation",
        text: "Nothing else happens. If you change your mind, ask to be invited again.",
    },
    accepted: Over {
        title: "This invitation is accepted already",
        text: "The link works once. Sign in to the console to go on.",
    },
    refused: Over {
        title: "This invitation was refused",
        text: "The link works once. If that was a mistake, ask to be invited again.",
    },
    expired: Over {
        title: "This invitation has expired",
        text: "An invitation is valid for 3 days. Ask who invited you to send it again.",
    },
    withdrawn: Over {
        title: "This invitation was withdrawn",
        text: "Who invited you has taken it back. Ask them if you did not expect that.",
    },
    replaced: Over {
        title: "There is a newer invitation",
        text: "It was sent again since. Use the link in the latest mail.",
    },
    gone: Over {
        title: "This invitation is over",
        text: "The membership that it was for has ended.",
    },
    unknown: Over {
        title: "There is no such invitation",
        text: "Copy the whole link from the mail, and try again.",
    },
};

const CHINESE: Words = Words {
    tongue: Tongue::Chinese,
    brand: "小程序控制台",
    title: "您收到一份邀请",
    lead: "有人邀请您一起开发和管理小程序。",
    from: "邀请人",
    workspace: "工作空间",
    role: "角色",
    master: "管理员",
    developer: "开发者",
    programs: "小程序",
    every_program: "该工作空间中的所有小程序",
    until: "有效期至",
    accept: "接受",
    refuse: "拒绝",
    note: "接受后将自动登录。如果您不认识邀请人，请拒绝邀请或直接关闭此页面。",
    console: "进入控制台",
    changed: "您打开此页面后，邀请内容已有变更，尚未执行任何操作。请查看最新内容后再决定。",
    declined: Over {
        title: "您已拒绝邀请", text: "如果改变主意，请让对方重新邀请您。"
    },
    accepted: Over {
        title: "此邀请已被接受",
        text: "每个链接只能使用一次。请登录控制台继续操作。",
    },
    refused: Over {
        title: "此邀请已被拒绝",
        text: "每个链接只能使用一次。如果是误操作，请让对方重新邀请您。",
    },
    expired: Over {
        title: "此邀请已过期", text: "邀请的有效期为 3 天。请让邀请人重新发送。"
    },
    withdrawn: Over {
        title: "此邀请已被撤回", text: "邀请人已撤回邀请。如有疑问，请联系邀请人。"
    },
    replaced: Over {
        title: "有更新的邀请", text: "邀请已重新发送，请使用最新邮件中的链接。"
    },
    gone: Over { title: "此邀请已失效", text: "该邀请对应的成员身份已结束。" },
    unknown: Over {
        title: "邀请不存在", text: "请从邮件中复制完整链接后重试。"
    },
};
