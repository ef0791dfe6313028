/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-est-server.h"
#include "support/test-tls.h"

G_BEGIN_DECLS

#define EST_PARTIES_USER "clerk"
#define EST_PARTIES_PASSWORD "correct horse"

/**
 * EstParties:
 *
 * A domain with an EST server that issues, and whoever asks: a client of a known authority, a stranger, and a user with
 * a password.
 */
typedef struct
{
  TestPki *root;     /* of the domain; issues */
  TestPki *known;    /* whose clients may enrol */
  TestPki *client;   /* one of them */
  TestPki *stranger; /* of nobody's */
  StileLedger *ledger;
  StileDomainCa *ca;
  StileEstServer *server;
} EstParties;

void est_parties_init (EstParties *self);
void est_parties_clear (EstParties *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EstParties, est_parties_clear)

gnutls_privkey_t est_parties_key_new (TestPkiKey kind);
StileCertificateRequest *est_parties_request_new (const StileCertificateRequestTemplate *wanted,
                                                  TestPkiKey kind);
StileExchange *est_parties_exchange_new (const char *operation, GBytes *body, GPtrArray *chain);
StileHttpMessage *est_parties_ask (StileEstServer *server, StileExchange *exchange);
StileHttpMessage *est_parties_enrol (EstParties *self,
                                     const char *operation,
                                     StileCertificateRequest *request,
                                     GPtrArray *chain);
StileCertificate *est_parties_read (StileHttpMessage *response);
void est_parties_assert_refused (StileHttpMessage *response, guint status, const char *sentence);

G_END_DECLS
