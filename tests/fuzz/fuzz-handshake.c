/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "support/test-tls.h"

/* A handshake has four flights at most; whoever goes on beyond this many moves spins. */
#define MAX_MOVES 24

/* Each move is four bytes of the input: what to do with the flight that is next, and where. */
#define MOVE_SIZE 4

typedef struct
{
  StileSession *sessions[2];
  GBytes *flights[2]; /* the next for each side */
  GBytes *earlier[2]; /* the one before it */
} Handshake;

static StileCredentials *
get_credentials (StileRole role, StileTlsVersion version)
{
  static StileCredentials *credentials[2][3];
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_ED25519);

  if (credentials[role][version] == NULL)
    {
      credentials[role][version] = role == STILE_ROLE_CLIENT
                                       ? test_tls_client_new (parties->client, parties->root)
                                       : test_tls_server_new (parties->server, parties->root);
      stile_credentials_set_version (credentials[role][version], version);
      stile_credentials_set_tickets (credentials[role][version], role == STILE_ROLE_SERVER);
    }

  return credentials[role][version];
}

/* Leaves it, cuts it, flips bits, sends it twice, sends the one before, sends the input itself, or nothing. */
static GBytes *
spoil (Handshake *self, guint side, const guint8 *move, const guint8 *data, gsize size)
{
  GBytes *flight = self->flights[side];
  gsize length = g_bytes_get_size (flight);
  gsize position = length > 0 ? ((gsize)move[1] << 8 | move[2]) % length : 0;

  switch (move[0] % 8)
    {
    case 1:
      return g_bytes_new_from_bytes (flight, 0, position);
    case 2:
      return length > 0 ? test_tls_change (flight, position, move[3]) : g_bytes_ref (flight);
    case 3:
      return self->earlier[side] != NULL ? g_bytes_ref (self->earlier[side]) : g_bytes_new (NULL, 0);
    case 4:
      return g_bytes_new (data, size);
    case 5: /* the other side's own */
      return self->flights[1 - side] != NULL ? g_bytes_ref (self->flights[1 - side]) : g_bytes_new (NULL, 0);
    case 6:
      return g_bytes_new_from_bytes (flight, position, length - position);
    default:
      return g_bytes_ref (flight);
    }
}

static void
feed (Handshake *self, guint side, GBytes *flight)
{
  GBytes *out = NULL;
  g_autoptr (GError) error = NULL;

  if (!stile_session_step (self->sessions[side], flight, &out, &error))
    g_assert_nonnull (error);
  g_clear_pointer (&self->earlier[1 - side], g_bytes_unref);
  self->earlier[1 - side] = g_steal_pointer (&self->flights[1 - side]);
  self->flights[1 - side] = out != NULL ? out : g_bytes_new (NULL, 0);
}

static void
assert_no_false_session (Handshake *self)
{
  g_autoptr (GBytes) client = stile_session_export (self->sessions[0], "application-layer-tls", 56, NULL);
  g_autoptr (GBytes) server = stile_session_export (self->sessions[1], "application-layer-tls", 56, NULL);

  g_assert_true (client == NULL || server == NULL || g_bytes_equal (client, server));
  for (guint i = 0; i < 2; i++)
    g_assert_true ((stile_session_get_state (self->sessions[i]) == STILE_SESSION_ESTABLISHED) ==
                   ((i == 0 ? client : server) != NULL));
}

/* Whatever lies between does with the flights: nobody crashes or spins, and two that are up have the same keys. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  StileTlsVersion version = size > 0 && data[0] & 1 ? STILE_TLS_1_2 : STILE_TLS_1_3;
  Handshake self = { { NULL } };

  self.sessions[0] = stile_session_new (get_credentials (STILE_ROLE_CLIENT, version), TEST_TLS_HOST, NULL);
  self.sessions[1] = stile_session_new (get_credentials (STILE_ROLE_SERVER, version), NULL, NULL);
  feed (&self, 0, NULL);
  for (gsize i = 0; i < MAX_MOVES; i++)
    {
      static const guint8 leave[MOVE_SIZE];
      const guint8 *move = 1 + (i + 1) * MOVE_SIZE <= size ? data + 1 + i * MOVE_SIZE : leave;
      guint side = 1 - i % 2;
      g_autoptr (GBytes) flight = spoil (&self, side, move, data, size);

      feed (&self, side, flight);
      if (move[0] & 0x80)
        feed (&self, side, flight);
      assert_no_false_session (&self);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_assert_finalize_object (self.sessions[i]);
      g_clear_pointer (&self.flights[i], g_bytes_unref);
      g_clear_pointer (&self.earlier[i], g_bytes_unref);
    }

  return 0;
}
