/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench/bench-bare.h"

#include <errno.h>
#include <string.h>

#include "bench/bench-figure.h"

/* What StileCredentials makes of its defaults. */
#define PRIORITY                                                                                             \
  ":-CIPHER-ALL:-MAC-ALL:+AEAD:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:+AES-128-GCM:+AES-256-GCM"                    \
  ":+CHACHA20-POLY1305:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1"          \
  ":%DISABLE_TLS13_COMPAT_MODE"

typedef struct
{
  gnutls_session_t tls;
  GByteArray *incoming;
  guint read;
  GByteArray *outgoing; /* the other side's incoming */
} Side;

static void
must (int r, const char *what)
{
  if (r < 0)
    bench_figure_fail ("%s: %s", what, gnutls_strerror (r));
}

static ssize_t
pull (gnutls_transport_ptr_t transport, void *data, size_t length)
{
  Side *side = transport;
  gsize part = MIN (length, side->incoming->len - side->read);

  if (part == 0)
    {
      gnutls_transport_set_errno (side->tls, EAGAIN);
      return -1;
    }

  memcpy (data, side->incoming->data + side->read, part);
  side->read += (guint)part;
  return (ssize_t)part;
}

static int
pull_timeout (gnutls_transport_ptr_t transport, unsigned int milliseconds)
{
  Side *side = transport;

  return side->incoming->len > side->read ? 1 : 0;
}

static ssize_t
push (gnutls_transport_ptr_t transport, const giovec_t *vectors, int count)
{
  Side *side = transport;
  gsize length = 0;

  for (int i = 0; i < count; i++)
    {
      g_byte_array_append (side->outgoing, vectors[i].iov_base, (guint)vectors[i].iov_len);
      length += vectors[i].iov_len;
    }
  return (ssize_t)length;
}

static int
verify (gnutls_session_t tls)
{
  gboolean client = gnutls_session_get_ptr (tls) != NULL;
  const char *purpose = client ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT;
  gnutls_typed_vdata_st data[2] = {
    { GNUTLS_DT_KEY_PURPOSE_OID, (guint8 *)purpose, 0 },
    { GNUTLS_DT_DNS_HOSTNAME, (guint8 *)"localhost", 0 },
  };
  unsigned int status = GNUTLS_CERT_INVALID;
  int r = gnutls_certificate_verify_peers (tls, data, client ? 2 : 1, &status);

  return r >= 0 && status == 0 ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

static gnutls_certificate_credentials_t
load (const char *anchor, const char *chain, const char *key)
{
  gnutls_certificate_credentials_t credentials;
  gnutls_datum_t anchor_datum = { (guint8 *)anchor, (unsigned int)strlen (anchor) };
  gnutls_datum_t chain_datum = { (guint8 *)chain, (unsigned int)strlen (chain) };
  gnutls_datum_t key_datum = { (guint8 *)key, (unsigned int)strlen (key) };

  must (gnutls_certificate_allocate_credentials (&credentials), "credentials");
  gnutls_certificate_set_verify_limits (credentials, 16384, 16);
  must (gnutls_certificate_set_x509_trust_mem (credentials, &anchor_datum, GNUTLS_X509_FMT_PEM), "anchor");
  must (gnutls_certificate_set_x509_key_mem (credentials, &chain_datum, &key_datum, GNUTLS_X509_FMT_PEM),
        "key");
  return credentials;
}

BenchBare *
bench_bare_new (BenchIdentities *identities, StileTlsVersion version, gboolean tickets)
{
  BenchBare *self = g_new0 (BenchBare, 1);
  g_autofree char *client = g_strconcat (
      "NORMAL:-VERS-ALL:", version == STILE_TLS_1_2 ? "+VERS-TLS1.2" : "+VERS-TLS1.3", PRIORITY, NULL);
  g_autofree char *server = g_strconcat (client, ":%SERVER_PRECEDENCE", NULL);

  self->version = version;
  self->tickets = tickets;
  self->server = load (identities->anchor, identities->server_chain, identities->server_key);
  self->client = load (identities->anchor, identities->client_chain, identities->client_key);
  must (gnutls_priority_init (&self->server_priority, server, NULL), "priority");
  must (gnutls_priority_init (&self->client_priority, client, NULL), "priority");
  must (gnutls_session_ticket_key_generate (&self->ticket_key), "ticket key");
  return self;
}

void
bench_bare_free (BenchBare *self)
{
  gnutls_certificate_free_credentials (self->server);
  gnutls_certificate_free_credentials (self->client);
  gnutls_priority_deinit (self->server_priority);
  gnutls_priority_deinit (self->client_priority);
  gnutls_free (self->ticket_key.data);
  g_free (self);
}

static void
open_side (BenchBare *self, Side *side, gboolean client)
{
  must (gnutls_init (&side->tls, client ? GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_FORCE_CLIENT_CERT |
                                              GNUTLS_KEY_SHARE_TOP2
                                        : GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_AUTO_SEND_TICKET),
        "session");
  must (gnutls_priority_set (side->tls, client ? self->client_priority : self->server_priority), "priority");
  must (gnutls_credentials_set (side->tls, GNUTLS_CRD_CERTIFICATE, client ? self->client : self->server),
        "credentials");
  gnutls_session_set_ptr (side->tls, client ? self : NULL);
  if (!self->anonymous)
    gnutls_session_set_verify_function (side->tls, verify);
  gnutls_transport_set_ptr (side->tls, side);
  gnutls_transport_set_pull_function (side->tls, pull);
  gnutls_transport_set_pull_timeout_function (side->tls, pull_timeout);
  gnutls_transport_set_vec_push_function (side->tls, push);
  if (client)
    {
      must (gnutls_server_name_set (side->tls, GNUTLS_NAME_DNS, "localhost", strlen ("localhost")), "name");
      return;
    }

  gnutls_certificate_server_set_request (side->tls,
                                         self->anonymous ? GNUTLS_CERT_IGNORE : GNUTLS_CERT_REQUIRE);
  gnutls_certificate_send_x509_rdn_sequence (side->tls, 1);
  if (self->tickets)
    must (gnutls_session_ticket_enable_server (side->tls, &self->ticket_key), "tickets");
}

/* Gives whether the side is done. */
static gboolean
step (Side *side)
{
  int r = gnutls_handshake (side->tls);

  if (r < 0 && gnutls_error_is_fatal (r))
    bench_figure_fail ("handshake: %s", gnutls_strerror (r));
  return r == 0;
}

/* One handshake of a client and a server, and all that StileSession does at its end too. */
void
bench_bare_shake_hands (BenchBare *self, const gnutls_datum_t *ticket, gnutls_datum_t *next_ticket)
{
  g_autoptr (GByteArray) to_server = g_byte_array_new ();
  g_autoptr (GByteArray) to_client = g_byte_array_new ();
  Side client = { .incoming = to_client, .outgoing = to_server };
  Side server = { .incoming = to_server, .outgoing = to_client };
  gboolean client_done = FALSE;
  gboolean server_done = FALSE;
  guint8 nothing[64];

  open_side (self, &client, TRUE);
  open_side (self, &server, FALSE);
  if (ticket != NULL)
    must (gnutls_session_set_data (client.tls, ticket->data, ticket->size), "ticket");

  while (!client_done || !server_done)
    {
      client_done = client_done || step (&client);
      server_done = server_done || step (&server);
    }
  if (self->tickets && self->version == STILE_TLS_1_3)
    {
      must (gnutls_session_ticket_send (server.tls, 1, 0), "ticket");
      if (gnutls_record_recv (client.tls, nothing, sizeof nothing) != GNUTLS_E_AGAIN)
        bench_figure_fail ("data came where only a ticket should");
    }
  if (ticket != NULL && !gnutls_session_is_resumed (client.tls))
    bench_figure_fail ("the session was not resumed");
  if (next_ticket != NULL)
    must (gnutls_session_get_data2 (client.tls, next_ticket), "ticket");

  gnutls_deinit (client.tls);
  gnutls_deinit (server.tls);
}
