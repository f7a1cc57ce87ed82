//! Statements, and what goes with them inside their function.

use super::{check, compare};

#[test]
fn call_in_the_middle() {
    check(
        "\
static void lamp_exit(PCIDevice *dev)
{
    LampState *s = LAMP(dev);
    BulbState *bulb;
    int i;

    for (i = 0; i < s->count; i++) {
        bulb = s->bulbs + i;
        bulb_off(bulb);
-        unmap(&s->bar, &bulb->io);
        g_free(s->names[i]);
    }
    bulbs_free(s->bulbs);
}
",
    );
}

#[test]
fn emptied_branches_at_the_end() {
    check(
        "\
static void lamp_exit(PCIDevice *dev)
{
    LampState *d = LAMP(dev);
    Common *s = &d->common;

    console_close(s->con);
-    unmap(&d->mmio, &d->parts[0]);
-    unmap(&d->mmio, &d->parts[1]);
-    if (d->flags & (1 << FLAG_EXTENDED)) {
-        unmap(&d->mmio, &d->parts[2]);
-    }
-    if (d->flags & (1 << FLAG_NAMED))
-        unmap(&d->mmio,
-              &d->parts[3]);
}
",
    );
}

#[test]
fn paragraph_goes_with_one_blank_line() {
    check(
        "\
void lamp_exit(LampState *s)
{
    drain(s, 0);

-    unmap(&s->mem, &s->caps);
-    unmap(&s->mem, &s->ports);
-
    release(&s->bus);
}
",
    );
}

#[test]
fn neighbouring_paragraphs_go() {
    check(
        "\
static void lamp_exit(DeviceState *dev)
{
    int i;
    LampState *s = LAMP(dev);

    for (i = 0; i < s->slots; i++) {
        slot_off(s, i + 1);
    }

-    unmap(&s->mem, &s->caps);
-    unmap(&s->mem, &s->bells);
-
-    for (i = 0; i < s->ports; i++) {
-        Port *port = &s->port[i];
-        unmap(&s->mem, &port->mem);
-    }
-
    release(&s->bus);
}
",
    );
}

#[test]
fn locals_assignments_and_heading_comment_go() {
    check(
        "\
static void lamp_exit(DeviceState *dev)
{
    LampState *s = LAMP(dev);
-    Table *table;
    int i;
-    const unsigned windows = peek_windows(s);

    if (s->msi) {
        unref(s->msi);
    }

-    /*
-     * Take out what init put in;
-     * the rest goes later.
-     */
-    for (i = windows - 1; i >= 0; i--) {
-        table = peek_table(s->liobn[i]);
-        if (table) {
-            unmap(&s->root,
-                  TABLE_REGION(table));
-        }
-    }
-
    drop_all(s);

    for (i = 3; i >= 0; i--) {
        irq_free(s, s->irqs[i]);
    }

    list_remove(s);

-    unmap(&s->root, &s->window);
-
    /* Before the space goes. */
    listeners_remove(&s->as);

    bus_unregister(s->bus);
-
-    unmap(SYSTEM(), &s->io);
-    if (s->addr != (hwaddr)-1) {
-        unmap(SYSTEM(), &s->mem64);
-    }
-    unmap(SYSTEM(), &s->mem32);
}
",
    );
}

#[test]
fn last_call_takes_the_blank_line_before_it() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    if (s->exclusive) {
        table_free(s);
    } else {
        other_free(s);
    }
-
-    unmap(&s->bar, &s->mem);
}
",
    );
}

#[test]
fn blank_line_that_was_there_stays() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    if (s->exclusive) {
        table_free(s);
    } else {
        other_free(s);
-        unmap(&s->bar, &s->mem);
    }

}
",
    );
}

#[test]
fn counter_that_is_set_again_before_it_is_read() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    int i;

    if (s->vga) {
        quirk_exit(s);
-        for (i = 0; i < ARRAY_SIZE(s->regions); i++) {
-            unmap(&s->mem, &s->regions[i]);
-        }
        g_free(s->vga);
    }
    for (i = 0; i < 4; i++) {
        slot_free(s, i);
    }
}
",
    );
}

#[test]
fn comments_of_what_goes() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    /* Both parts. */
-    unmap(&s->bar, &s->first);  /* the first,
-                                   by its name */
    part_free(s);

-    /* Alone in its paragraph. */
-    // On two lines.
-    unmap(&s->bar, &s->second); // done
-
    /* About the bus. */
-    unmap(&s->bar, &s->third);
    bus_free(s);

-    /* Of the region. */
-    unmap(&s->bar, &s->fourth);
    /* Of the timer. */
    timer_free(s->timer);
}
",
    );
}

#[test]
fn one_declarator_of_several() {
    compare(
        "\
static void lamp_exit(LampState *s)
{
    int i, j, k = 0;
    Part *first = s->parts, *second;

    for (j = 0; j < 4; j++) {
        second = &s->parts[j];
        unmap(second, &first[k]);
    }
    for (i = 0; i < 4; i++) {
        part_free(first + i);
    }
}
",
        "\
static void lamp_exit(LampState *s)
{
    int i;
    Part *first = s->parts;

    for (i = 0; i < 4; i++) {
        part_free(first + i);
    }
}
",
    );
    compare(
        "void f(S *s)\n{\n    int i = 0, j = 1;\n    unmap(s, i);\n    g(j);\n}\n",
        "void f(S *s)\n{\n    int j = 1;\n    g(j);\n}\n",
    );
}

#[test]
fn all_declarations_of_a_block_go() {
    check(
        "\
static void lamp_exit(DeviceState *dev)
{
-    LampState *s = LAMP(dev);
-
-    unmap(&s->bar, &s->mem);
    bus_free(dev);
}
",
    );
}

#[test]
fn emptied_else_goes() {
    compare(
        "\
void lamp_exit(LampState *s)
{
    if (s->a) {
        a_free(s);
    } else if (s->b) {
        unmap(&s->bar, &s->b);
    } else {
        unmap(&s->bar, &s->c);
    }
    if (s->d)
        d_free(s);
    else
        unmap(&s->bar, &s->d);
}
",
        "\
void lamp_exit(LampState *s)
{
    if (s->a) {
        a_free(s);
    }
    if (s->d)
        d_free(s);
}
",
    );
}

#[test]
fn emptied_branch_before_an_else_is_negated() {
    compare(
        "\
void lamp_exit(LampState *s)
{
    if (s->a) {
        /* It is there. */
        unmap(&s->bar, &s->a);
    } else {
        /* It is not. */
        a_free(s);
    }
    if (!s->b)
        unmap(&s->bar, &s->b);
    else
        b_free(s);
    if (s->c == KIND_C) {
        unmap(&s->bar, &s->c);
    } else {
        c_free(s);
    }
    if (s->d->e[1] != NULL) { unmap(&s->bar, &s->d); } else { d_free(s); }
    if (is_lit(s)) {
        e_free(s);
    } else if (is_red(s, 1)) {
        unmap(&s->bar, &s->e);
    } else {
        f_free(s);
    }
}
",
        "\
void lamp_exit(LampState *s)
{
    if (!s->a) {
        /* It is not. */
        a_free(s);
    }
    if (s->b)
        b_free(s);
    if (s->c != KIND_C) {
        c_free(s);
    }
    if (s->d->e[1] == NULL) { d_free(s); }
    if (is_lit(s)) {
        e_free(s);
    } else if (!is_red(s, 1)) {
        f_free(s);
    }
}
",
    );
}

#[test]
fn jumps_to_what_follows_go_with_their_label() {
    check(
        "\
static void lamp_exit(LampState *s)
{
-    if (!s->a) {
-        goto out;
-    }
-    unmap(&s->bar, &s->a);
-
-out:
    a_free(s);
    if (s->b) {
        goto end;
    }
    b_free(s);
-    if (s->c)
-        goto end;
-    unmap(&s->bar, &s->c);
end:
    c_free(s);
}
",
    );
}

#[test]
fn several_statements_on_a_line() {
    compare(
        "void f(S *s)\n{\n    a(s); unmap(s, 1); b(s);\n    unmap(s, 2); c(s); unmap(s, 3);\n}\n",
        "void f(S *s)\n{\n    a(s); b(s);\n    c(s);\n}\n",
    );
    compare(
        "void f(S *s)\n{\n    a(s);\n    unmap(s, 1); unmap(s, 2); /* both */\n}\n",
        "void f(S *s)\n{\n    a(s);\n}\n",
    );
    compare(
        "void f(S *s)\n{\n    if (s) { unmap(s, 1); b(s); }\n}\n",
        "void f(S *s)\n{\n    if (s) { b(s); }\n}\n",
    );
}

#[test]
fn skipped_rest_of_a_loop() {
    check(
        "\
static void lamp_exit(LampState *s)
{
-    Part *p;
-    int i;
-
-    for (i = 0; i < 4; i++) {
-        p = &s->parts[i];
-        if (!p->size || p->addr == UNMAPPED)
-            continue;
-        unmap(p->space, p->memory);
-    }
-
    vga_free(s);
}
",
    );
}

#[test]
fn emptied_iteration_macro_goes() {
    check(
        "\
static void lamp_exit(LampState *s)
{
-    Part *it, *next;
-
-    EACH_SAFE(it, s->list, next) {
-        unmap(&s->bar, &it->mem);
-    }
    timer_free(s->timer);
}
",
    );
}

#[test]
fn switch_keeps_its_cases() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    switch (s->kind) {
    case KIND_A:
-        /* Only here. */
-        unmap(&s->bar, &s->a);
-
        a_free(s);
        break;
    case KIND_B:
-        unmap(&s->bar, &s->b);
        break;
    default:
        break;
    }
}
",
    );
}

#[test]
fn conditional_groups_go_whole() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    a_free(s);
-#ifdef CONFIG_LAMP
-    unmap(&s->bar, &s->a);
-#endif

-    if (s->extended) {
-#ifdef CONFIG_LAMP
-        unmap(&s->bar, &s->b);
-#endif
-    }
    b_free(s);
#ifdef CONFIG_LAMP
-    unmap(&s->bar, &s->c);
    c_free(s);
#endif
}
",
    );
}

#[test]
fn locals_go_with_the_group_that_reads_them() {
    check(
        "\
static void lamp_exit(LampState *s)
{
-    int at = 0;
    int last = 4;

-#ifdef CONFIG_LAMP
-    at++;
-    unmap(&s->bar, &s->parts[at]);
-#endif
#if defined(CONFIG_LAMP) && \\
    !defined(CONFIG_DARK)
-    unmap(&s->bar, &s->parts[last]);
    part_free(s, last);
#else
    part_free(s, last);
#endif
}
",
    );
}

#[test]
fn emptied_last_group_goes() {
    check(
        "\
static void lamp_exit(LampState *s)
{
#ifdef CONFIG_LAMP
    a_free(s);
-#else
-    /* Only without. */
-    unmap(&s->bar, &s->a);
#endif
#if defined(CONFIG_RED)
    b_free(s);
#elif defined(CONFIG_BLUE)
    c_free(s);
-#elif defined(CONFIG_GREEN)
-    unmap(&s->bar, &s->b);
#endif
}
",
    );
}

#[test]
fn statements_without_braces() {
    check(
        "\
static void lamp_exit(LampState *s)
{
-    int i = 0;
-
-    do
-        unmap(&s->bar, &s->parts[i]);
-    while (++i < 4);
-    for (i = 0; i < 4; i++)
-        if (s->sizes[i])
-            unmap(&s->bar, &s->parts[i]);
-    while (i-- > 0) unmap(&s->bar, &s->parts[i]);
    part_free(s);
}
",
    );
}

#[test]
fn nested_blocks_and_dead_chains() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    a_free(s);
-    {
-        Part *part = s->parts;
-        Region *region;
-
-        region = &part->region;
-        unmap(&s->bar, region);
-    }
}
",
    );
}

#[test]
fn shadowed_names_are_kept_apart() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    int i = peek_first(s);

-    for (int i = 0; i < 4; i++) {
-        unmap(&s->bar, &s->parts[i]);
-    }
    part_free(s, i);
}
",
    );
}

#[test]
fn fields_and_comments_are_no_reads() {
    check(
        "\
static void lamp_exit(LampState *s)
{
-    Port *port = PORT(s);
-
-    unmap(&s->bar, &port->mem);
    /* the port is gone */
    port_free(s->port, \"port\");
}
",
    );
}

#[test]
fn guarded_block_keeps_its_guard() {
    check(
        "\
static void lamp_exit(LampState *s)
{
    WITH_RCU_READ_LOCK_GUARD() {
-        unmap(&s->bar, &s->mem);
        part_free(s);
    }
    timer_free(s->timer);
}
",
    );
}
