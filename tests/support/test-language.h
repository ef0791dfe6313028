/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TestLanguageMatch:
 * @TEST_LANGUAGE_WHOLE: it says that, and nothing else
 * @TEST_LANGUAGE_BEGINNING: it begins so
 * @TEST_LANGUAGE_PART: it says that among other things
 */
typedef enum
{
  TEST_LANGUAGE_WHOLE,
  TEST_LANGUAGE_BEGINNING,
  TEST_LANGUAGE_PART,
} TestLanguageMatch;

gboolean test_language_is_on (void);
gboolean test_language_says (const char *shown, const char *english, TestLanguageMatch how);

G_END_DECLS
