/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "codec/stile-base64url.h"
#include "support/test-delivery.h"
#include "support/test-handler.h"
#include "support/test-tls.h"

/* The fewest bytes of input that say what to do: what, where, with which bits. */
#define MOVE_SIZE 3

typedef struct
{
  StileEndpoint *endpoint;
  TestHandler *handler;
  TestDelivery half_open;
  TestDelivery up;
  guint64 sequence;
} World;

static World *
get_world (void)
{
  static World *world;
  static const char *const protocols[] = { "bhttp", NULL };
  const TestTlsParties *parties = test_tls_get_parties (TEST_PKI_ED25519);
  g_autoptr (StileCredentials) server = NULL;
  g_autoptr (StileCredentials) client = NULL;

  if (world != NULL)
    return world;

  world = g_new0 (World, 1);
  server = test_tls_server_new (parties->server, parties->root);
  client = test_tls_client_new (parties->client, parties->root);
  stile_credentials_set_application_protocols (server, protocols);
  stile_credentials_set_application_protocols (client, protocols);
  world->handler = test_handler_new (FALSE);
  world->endpoint = stile_endpoint_new (server, STILE_HANDLER (world->handler));
  test_delivery_init (&world->half_open, world->endpoint, client);
  test_delivery_step (&world->half_open);
  test_delivery_connect (&world->up, world->endpoint, client);
  return world;
}

static char *
choose_id (World *world, guint8 choice, const guint8 *data, gsize size)
{
  switch (choice % 4)
    {
    case 1:
      return g_strdup (world->up.id);
    case 2:
      return stile_base64url_encode (data, MIN (size, 16));
    case 3:
      return g_strndup ((const char *)data, size);
    default:
      return NULL;
    }
}

static void
deliver (World *world, StileMessageKind kind, GBytes *body, const char *id)
{
  g_autoptr (StileAnswer) answer = test_delivery_send (world->endpoint, kind, body, id);
  gboolean good = stile_answer_get_status (answer) == STILE_ANSWER_OK;

  g_assert_true ((stile_answer_get_body (answer) != NULL) == good);
  g_assert_true ((stile_answer_get_detail (answer) != NULL) == !good);
}

/* A good message with one byte changed, or with the input put in its place from some position on. */
static GBytes *
spoil (GBytes *message, const guint8 *data, gsize size)
{
  gsize position = ((gsize)data[1] << 8 | data[2]) % g_bytes_get_size (message);
  GByteArray *bytes = g_byte_array_new ();

  if (data[0] & 0x40)
    {
      g_byte_array_unref (bytes);
      return test_tls_change (message, position, data[1] | 1);
    }

  g_byte_array_append (bytes, g_bytes_get_data (message, NULL), (guint)position);
  g_byte_array_append (bytes, data + MOVE_SIZE, (guint)(size - MOVE_SIZE));
  return g_byte_array_free_to_bytes (bytes);
}

/* Whoever delivers what: an answer or a problem, and the session that is up stays up for who has its keys. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  World *world = get_world ();
  g_autoptr (GBytes) raw = g_bytes_new (data, size);
  g_autofree char *id = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autoptr (GBytes) spoilt = NULL;
  g_autoptr (GBytes) good = NULL;

  if (size < MOVE_SIZE)
    return 0;

  /* Records with the id of the session that is up would rightly end it; all else must not. */
  id = choose_id (world, data[0], data, size);
  if (g_strcmp0 (id, world->up.id) != 0)
    deliver (world, STILE_MESSAGE_FLIGHT, raw, id);
  deliver (world, STILE_MESSAGE_SEALED, raw, id);
  message = test_delivery_seal (&world->up, world->sequence++, "/a");
  spoilt = spoil (message, data, size);
  deliver (world, STILE_MESSAGE_SEALED, spoilt, id);
  if (data[0] & 0x20)
    {
      g_autoptr (GBytes) flight = spoil (world->half_open.flight, data, size);

      deliver (world, STILE_MESSAGE_FLIGHT, flight, NULL);
    }

  good = test_delivery_seal (&world->up, world->sequence++, "/b");
  test_delivery_assert_status (world->endpoint, STILE_MESSAGE_SEALED, good, NULL, STILE_ANSWER_OK);

  return 0;
}
