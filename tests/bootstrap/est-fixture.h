/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-est-client.h"
#include "support/test-carrier.h"
#include "support/test-peer.h"
#include "support/test-pki.h"

G_BEGIN_DECLS

#define EST_FIXTURE_CERTS_ONLY "application/pkcs7-mime; smime-type=certs-only"

/* What a test's service does: the same answer each time after some others. */
typedef struct
{
  TestPeer *peer;
  StileCarrier *carrier;
  StileEstClient *client;
  StileCertificateRequest *request;
  TestPki *root;
  TestPki *leaf;
  GPtrArray *list; /* of both */
  StileHttpMessage *first;
  guint firsts; /* how often @first is the answer */
  StileHttpMessage *then;
  guint waits; /* signals */
  gint64 last_wait;
  GCancellable *cancellable;
  gboolean cancel_when_waiting;
} EstFixture;

void est_fixture_set_up (EstFixture *self, gconstpointer data);
void est_fixture_tear_down (EstFixture *self, gconstpointer data);
/* @count times it answers with @response (transfer full) before it does what it should. */
void est_fixture_set_first (EstFixture *self, guint count, StileHttpMessage *response);
GPtrArray *est_fixture_enrol (EstFixture *self, gboolean renew, GError **error);
void est_fixture_assert_content (StileHttpMessage *message, GBytes *expected);
void est_fixture_add (const char *path, gconstpointer data, void (*test) (EstFixture *, gconstpointer));

#define EST_FIXTURE_ADD_TABLE(prefix, table, test)                                                           \
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)                                                           \
    {                                                                                                        \
      g_autofree char *name = g_strconcat (prefix "/", table[i].name, NULL);                                 \
                                                                                                             \
      est_fixture_add (name, &table[i], test);                                                               \
    }

G_END_DECLS
