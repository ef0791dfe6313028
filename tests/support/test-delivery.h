/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "atls/stile-endpoint.h"
#include "atls/stile-sealer.h"

G_BEGIN_DECLS

/**
 * TestDelivery:
 *
 * A client of an endpoint in the same process: a session, the id that the endpoint gave it, and what came last.
 */
typedef struct
{
  StileEndpoint *endpoint; /* no-ref */
  StileSession *session;
  StileSealer *sealer; /* once the handshake is over */
  char *id;            /* as cookies carry it */
  GBytes *flight;      /* the last that was delivered */
  GBytes *answer;      /* and what came back */
} TestDelivery;

StileAnswer *
test_delivery_send (StileEndpoint *endpoint, StileMessageKind kind, GBytes *body, const char *session);
void test_delivery_assert_status (StileEndpoint *endpoint,
                                  StileMessageKind kind,
                                  GBytes *body,
                                  const char *session,
                                  StileAnswerStatus status);

void test_delivery_init (TestDelivery *self, StileEndpoint *endpoint, StileCredentials *client);
void test_delivery_clear (TestDelivery *self);
gboolean test_delivery_step (TestDelivery *self);
void test_delivery_connect (TestDelivery *self, StileEndpoint *endpoint, StileCredentials *client);
GBytes *test_delivery_seal (TestDelivery *self, guint64 sequence, const char *path);
GBytes *test_delivery_open (TestDelivery *self, StileAnswer *answer, guint64 sequence);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestDelivery, test_delivery_clear)

G_END_DECLS
