use super::super::{lower_function, lower_initializers, lower_record};
use super::{item, words};
use proptest::prelude::*;

/// A device that uses most idioms.
const DEVICE: &str = r#"static void lamp_realize(DeviceState *dev, Error **errp)
{
    LampState *s = LAMP(dev);
    g_autoptr(GList) list = NULL;
    static const int levels[] = { [0 ... 3] = 1, [4] = 2 };
#define LAMP_STEP(x) \
    (x + 1)

    if (!s->bus || (s->flags & LAMP_LIT)) {
        error_setg(errp, "lamp %" PRIu32 " has no bus", s->id);
        goto out;
    }
#ifdef CONFIG_LAMP
    for (unsigned i = 0; i < ARRAY_SIZE(levels); i++) {
        memory_region_init_io(&s->mr[i], OBJECT(s), &lamp_ops, s, "lamp", 4);
    }
#else
    lamp_init(s, (LampPoint){ .x = 1 }, container_of(dev, struct lamp, dev));
#endif
    QLIST_FOREACH(l, &s->lamps, next) {
        switch (l->kind) {
        case 0 ... 3:
            break;
        default:
            WITH_QEMU_LOCK_GUARD(&l->lock) { l->n++; }
        }
    }
out:
}
"#;

fn lower_all(text: &[u8]) {
    let (item, words) = (item(text), words());
    let function = lower_function(&item, &words);
    function.each_statement(&mut |stmt| {
        assert!(stmt.span.start <= stmt.span.end && stmt.span.end as usize <= text.len());
    });
    lower_initializers(&item, &words);
    lower_record(&item, &words);
}

#[test]
fn the_device_is_understood() {
    assert!(!lower_function(&item(DEVICE.as_bytes()), &words()).opaque);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_lowered(text in proptest::collection::vec(any::<u8>(), 0..300)) {
        lower_all(&text);
    }

    #[test]
    fn any_tokens_are_lowered(
        tokens in proptest::collection::vec(
            prop::sample::select(vec![
                "(", ")", "{", "}", "[", "]", ";", ",", ":", "=", "*", "...", "#if 0\n", "#else\n",
                "#endif\n", "\n", "if", "case", "struct", "F", "x", "\"s\"", "1", "g_autoptr",
                "typeof", "offsetof", "WITH_QEMU_LOCK_GUARD", "FOREACH", "do", "while", "const",
            ]),
            0..60,
        )
    ) {
        lower_all(format!("int f(void) {{ {} }}", tokens.join(" ")).as_bytes());
        lower_all(tokens.concat().as_bytes());
    }

    #[test]
    fn a_truncated_device_is_lowered(end in 0..DEVICE.len()) {
        lower_all(&DEVICE.as_bytes()[..end]);
    }

    #[test]
    fn a_changed_device_is_lowered(
        changes in proptest::collection::vec((0..DEVICE.len(), any::<u8>()), 1..8)
    ) {
        let mut text = DEVICE.as_bytes().to_vec();
        for (at, byte) in changes {
            text[at] = byte;
        }
        lower_all(&text);
    }
}
