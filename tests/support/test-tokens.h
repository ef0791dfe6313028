/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A folder for tokens of SoftHSM, and the process told to use it; (transfer full).  SoftHSM and p11-kit read that once,
 * when the first URL is opened: call it before main() does anything else.
 */
char *test_tokens_new (void);
void test_tokens_remove (const char *directory);

G_END_DECLS
