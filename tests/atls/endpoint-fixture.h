/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint.h"
#include "support/test-handler.h"

G_BEGIN_DECLS

/* An endpoint whose clock stands still until a test moves it, and who may connect to it. */
typedef struct
{
  StileEndpoint *endpoint;
  StileCredentials *client;
  TestHandler *handler;
} EndpointFixture;

extern gint64 endpoint_fixture_now;

/* @later: whether the handler answers only when it is told to */
void endpoint_fixture_set_up (EndpointFixture *self, gconstpointer later);
void endpoint_fixture_tear_down (EndpointFixture *self, gconstpointer later);

#define ENDPOINT_FIXTURE_ADD(path, later, test)                                                              \
  g_test_add ("/atls/endpoint/" path, EndpointFixture, GUINT_TO_POINTER (later), endpoint_fixture_set_up,    \
              test, endpoint_fixture_tear_down)

G_END_DECLS
