//! Which brackets belong together.

use crate::syntax::c::token::{Token, TokenKind};

/// Where the mate of an unpaired bracket would be.
pub(super) const NONE: u32 = u32::MAX;

/// For each bracket, the position of its partner; one without a partner pairs with none.
pub(super) fn mates(tokens: &[Token]) -> Vec<u32> {
    let mut mates = vec![NONE; tokens.len()];
    let mut open: Vec<(usize, u8)> = Vec::new();
    let mut waiting = [0_u32; 256];
    for (at, token) in tokens.iter().enumerate() {
        let TokenKind::Mark(mark) = token.kind else {
            continue;
        };
        if let Some(closer) = closer(mark) {
            open.push((at, closer));
            waiting[closer as usize] += 1;
        }
        while waiting[mark as usize] > 0
            && let Some((partner, closer)) = open.pop()
        {
            waiting[closer as usize] -= 1;
            if closer == mark {
                mates[partner] = at as u32;
                mates[at] = partner as u32;
                break;
            }
        }
    }
    mates
}

const fn closer(mark: u8) -> Option<u8> {
    match mark {
        b'(' => Some(b')'),
        b'[' => Some(b']'),
        b'{' => Some(b'}'),
        _ => None,
    }
}
