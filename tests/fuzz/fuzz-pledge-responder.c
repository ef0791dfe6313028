/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <glib/gstdio.h>
#include <string.h>

#include "bootstrap/stile-pledge-responder.h"
#include "fuzz/fuzz-people.h"

static const struct
{
  const char *name;
  const char *type;
} paths[] = {
  { "tpvr", "application/json" },
  { "tper", "application/json" },
  { "svr", "application/voucher-jws+json" },
  { "scac", "application/jose+json" },
  { "ser", "application/pkcs7-mime" },
  { "qps", "application/jose+json" },
};

typedef struct
{
  char *folder;
  StilePledgeResponder *responder;
} Device;

static StilePledgeState *
get_state (Device *self)
{
  return stile_pledge_responder_get_state (self->responder);
}

/* One request is out, whose nonce is known. */
static StilePledgeState *
make_state (Device *self, gboolean owned)
{
  const FuzzPeople *people = fuzz_people_get ();
  g_autoptr (GError) error = NULL;
  StilePledgeState *state = stile_pledge_state_open (self->folder, &error);
  g_autoptr (GBytes) voucher = g_bytes_new_static ("{}", 2);
  g_autoptr (GPtrArray) roots = test_pki_list (people->domain, NULL);

  g_assert_no_error (error);
  stile_prm_pending_add (stile_pledge_state_get_pending (state), FUZZ_PEOPLE_NONCE,
                         test_pki_get_certificate (people->registrar), g_get_real_time () / G_USEC_PER_SEC);
  if (owned)
    {
      gboolean taken = stile_pledge_state_take_voucher (state, voucher,
                                                        test_pki_get_certificate (people->domain), &error) &&
                       stile_pledge_state_take_roots (state, roots, &error);

      g_assert_no_error (error);
      g_assert_true (taken);
    }
  return state;
}

static void
start (Device *self, gboolean owned)
{
  const FuzzPeople *people = fuzz_people_get ();
  g_autoptr (StileIdentity) idevid = fuzz_people_get_identity (people->device);
  g_autoptr (GPtrArray) anchors = test_pki_list (people->maker, NULL);
  g_autoptr (StilePledgeState) state = NULL;
  StilePledgeResponderSettings settings = { .idevid = idevid, .anchors = anchors };

  self->folder = g_dir_make_tmp ("stile-fuzz-XXXXXX", NULL);
  state = make_state (self, owned);
  settings.state = state;
  self->responder = stile_pledge_responder_new (&settings, NULL);
  g_assert_nonnull (self->responder);
}

static void
stop (Device *self)
{
  g_clear_object (&self->responder);
  test_pki_directory_remove (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

/* --- what is asked --- */

static void
taken (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileHttpMessage **response = user_data;

  *response = stile_handler_handle_finish (STILE_HANDLER (object), result);
}

static StileHttpMessage *
ask (Device *self, gsize path, GBytes *content)
{
  g_autofree char *place = g_strconcat (STILE_PLEDGE_RESPONDER_PREFIX, paths[path].name, NULL);
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("POST", "http", "device", place);
  g_autoptr (StileExchange) exchange = NULL;
  StileHttpMessage *response = NULL;

  stile_http_message_set_content (request, paths[path].type, content);
  exchange = stile_exchange_new (request, NULL, NULL, NULL);
  stile_handler_handle_async (STILE_HANDLER (self->responder), exchange, NULL, taken, &response);
  while (response == NULL)
    g_main_context_iteration (NULL, TRUE);
  return response;
}

/* 500 is for what cannot be written. */
static void
check_response (StileHttpMessage *response)
{
  static const guint known[] = { 200, 400, 403, 413 };
  GBytes *content = stile_http_message_get_content (response);
  guint status = stile_http_message_get_status (response);
  gboolean found = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    found |= known[i] == status;
  if (!found)
    g_error ("%u: %.*s", status, (int)g_bytes_get_size (content),
             (const char *)g_bytes_get_data (content, NULL));
  g_assert_true (g_utf8_validate_len (g_bytes_get_data (content, NULL), g_bytes_get_size (content), NULL));
}

/* It goes only forward, and starts again after power was cut. */
static void
check_state (Device *self, StilePledgeStage before, StileCertificate *pin)
{
  StilePledgeStage now = stile_pledge_state_get_stage (get_state (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (StilePledgeState) again = NULL;

  g_assert_cmpint (now, >=, before);
  g_assert_true (pin == NULL || stile_certificate_equal (stile_pledge_state_get_pin (get_state (self)), pin));
  if (now == before)
    return;

  again = stile_pledge_state_open (self->folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stile_pledge_state_get_stage (again), ==, now);
}

/* The first byte is the path, the second says who signs; with small letters in its place the device has an owner. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static Device devices[2];
  gboolean owned;
  Device *device;
  StilePledgeStage before;
  g_autoptr (StileCertificate) pin = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  if (size < 2)
    return 0;

  owned = data[0] >= 'a';
  device = &devices[owned];
  if (device->responder == NULL)
    start (device, owned);
  before = stile_pledge_state_get_stage (get_state (device));
  g_set_object (&pin, stile_pledge_state_get_pin (get_state (device)));
  content = fuzz_people_make (data[1], data + 2, size - 2);
  response = ask (device, (owned ? data[0] - 'a' : (guint8)(data[0] - '0')) % G_N_ELEMENTS (paths), content);
  check_response (response);
  check_state (device, before, pin);
  if (stile_pledge_state_get_stage (get_state (device)) > before)
    stop (device);

  return 0;
}
