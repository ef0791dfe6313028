/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean test_pseudo_is_on (void);
char *test_pseudo_read (const char *shown);
void test_pseudo_add_data (const char *text);
char *test_pseudo_find_fault (const char *shown);
void test_pseudo_judge (const char *shown, const char *where);

G_END_DECLS
