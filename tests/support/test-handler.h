/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-handler.h"

G_BEGIN_DECLS

#define TEST_TYPE_HANDLER (test_handler_get_type ())
G_DECLARE_FINAL_TYPE (TestHandler, test_handler, TEST, HANDLER, GObject)

/* Answers with the request's path as content, or with what it was given, at once or when it is told to; counts how often
 * it was asked, and keeps what was asked last. */
TestHandler *test_handler_new (gboolean later);
void test_handler_set_response (TestHandler *self, StileHttpMessage *response);
guint test_handler_get_count (TestHandler *self);
StileExchange *test_handler_get_exchange (TestHandler *self);
void test_handler_release (TestHandler *self);

G_END_DECLS
