/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-carrier.h"
#include "atls/stile-endpoint.h"

G_BEGIN_DECLS

#define TEST_TYPE_CARRIER (test_carrier_get_type ())
G_DECLARE_FINAL_TYPE (TestCarrier, test_carrier, TEST, CARRIER, GObject)

/* Gives what comes back in place of @answer; NULL leaves it. */
typedef GBytes *(*TestCarrierFunc) (guint exchange, GBytes *body, GBytes *answer, gpointer user_data);

/* Takes bytes to an endpoint in the same process; what goes wrong on the way is for the test to say. */
TestCarrier *test_carrier_new (StileEndpoint *endpoint);
void test_carrier_set_without_id (TestCarrier *self);
void test_carrier_set_change (TestCarrier *self, TestCarrierFunc change, gpointer user_data);
void test_carrier_break_at (TestCarrier *self, guint exchange);
guint test_carrier_get_count (TestCarrier *self);
GBytes *test_carrier_get_last (TestCarrier *self);

G_END_DECLS
