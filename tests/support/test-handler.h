/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define TEST_TYPE_HANDLER (test_handler_get_type ())
G_DECLARE_FINAL_TYPE (TestHandler, test_handler, TEST, HANDLER, GObject)

/* Answers with the request's path as content, at once or when it is told to; counts how often it was asked. */
TestHandler *test_handler_new (gboolean later);
guint test_handler_get_count (TestHandler *self);
void test_handler_release (TestHandler *self);

G_END_DECLS
